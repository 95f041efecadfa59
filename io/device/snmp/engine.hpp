// Asks SNMP agents many things at once from one thread, and never waits for any of them.
//
// A telephone exchange with one operator: sessions hand in questions, the operator puts each
// through when a line is free, and calls back with the answer. The operator's thread owns every
// call into net-snmp (whose tables of version 3 users and engines are global), sleeps in epoll on
// all sockets together, and is woken by an eventfd when somebody hands in a question.
//
// Decisions worth knowing:
//   - One request under way for each session: cards are small, and many lose the second of two.
//   - A window of requests under way over all sessions. Without it a site with thousands of devices
//     would lose most replies in its own socket buffers.
//   - A set overtakes the reads that wait in its session: it may be the power to a burning rack.
//   - Each request is sent three times, a second apart; to a slow card, further apart (pace.hpp).
//   - A question ends when nothing was heard of the agent for 4.8 s, or a little longer from a slow
//     one. It may take several requests: while the agent goes on answering, it may take up to 15 s.
//     Whatever happens, it is answered exactly once, and by then.
//   - After a silence the session starts anew with the next question: looks its name up again,
//   takes
//     another port, asks for the engine's identity again.
//
// Threads: every function may be called from any. Handlers are called from the engine's thread;
// they must be quick and not throw.

#pragma once

#include "core/time.hpp"
#include "io/device/snmp/access.hpp"
#include "io/device/snmp/exchange.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace holdover::device::snmp {

class loop;

using on_bindings = std::function<void(bindings_answer)>;

/// One agent. Questions that are open when it ends are answered with a failure.
class session {
public:
  static constexpr duration limit_max = 15s;
  /// Of what must not be done late: an order to switch is worth nothing, or worse, after its votes.
  static constexpr duration order_limit = 4800ms;
  static constexpr std::size_t names_max = 40;
  static constexpr std::size_t rows_default = 64;

  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Values by exact name, in order; at most `chunk` names in one request.
  void get(std::vector<object_id> names, on_bindings done, duration limit = limit_max,
           std::size_t chunk = names_max);

  /// Every instance below each of the columns, sorted, at most `rows` of each. `bulk`: by GETBULK,
  /// where the version has it.
  void walk(std::vector<object_id> columns, on_bindings done, duration limit = limit_max,
            std::size_t rows = rows_default, bool bulk = true);

  /// Sets all or none. A device that keeps silent about a set may have carried it out.
  void set(std::vector<binding> wanted, on_bindings done, duration limit = order_limit);

private:
  friend class engine;
  session(std::shared_ptr<loop>, std::uint64_t number, bool speaks_bulk);
  void ask(std::unique_ptr<exchange>, on_bindings, duration limit);

  std::shared_ptr<loop> loop_;
  std::uint64_t number_;
  bool speaks_bulk_;
};

class engine {
public:
  /// Takes the identity that a file keeps, for as long as the program runs; to be called before the
  /// first use of shared(). What does not work of keeping it, or nothing.
  static std::string identify(const std::string& file);

  /// The engine of this process, which lives until the process ends. The first call starts net-snmp
  /// and sets a variable of the environment for it: it belongs into the assembly of a program.
  static const std::shared_ptr<engine>& shared();

  engine();
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Nothing is sent before the first question.
  std::unique_ptr<session> open(const session_parameters&);

  /// Runs a task on the engine's thread, where all handlers are called. False: it has ended.
  bool run(std::function<void()> task);

  /// Calls back on that thread whenever the socket can be read.
  std::uint64_t hear(int socket, std::function<void()> on_readable);
  /// Returns when the handler is not called any more; not to be called from one.
  void unhear(std::uint64_t number, int socket);

private:
  std::shared_ptr<loop> loop_;
  std::thread thread_;
};

}  // namespace holdover::device::snmp
