// The engine's thread: one epoll over all agents' sockets, timers, and an inbox for the others.

#pragma once

#include "io/device/snmp/resolve.hpp"
#include "io/device/snmp/wire.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace holdover::device::snmp {

class connection;

class loop : public std::enable_shared_from_this<loop> {
public:
  using task = std::function<void()>;

  loop();
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  // From any thread.

  /// False if the loop has ended; the task is then not run.
  bool post(task);
  std::uint64_t reserve_number();
  void stop();

  /// The thread's body.
  void run();

  // From the loop's thread only.

  void add(std::uint64_t number, const session_parameters&);
  void remove(std::uint64_t number);
  connection* find(std::uint64_t number);

  /// Calls back whenever a socket that is no agent's can be read, until unheard.
  void hear(std::uint64_t number, int socket, task on_readable);
  void unhear(std::uint64_t number, int socket);

  void watch(int socket, std::uint64_t number);
  void unwatch(int socket);
  void wake_at(std::uint64_t number, std::optional<clock::time_point>);
  /// Looks a host up and hands the result to the connection, if it is still there.
  void look_up(std::uint64_t number, const std::string& host, std::uint16_t port);

  /// A connection that wants to send stands in line; start() is called on it when it may.
  void queue_up(std::uint64_t number, bool urgent);
  void request_ended();

private:
  void empty_inbox();
  void serve_sockets(int patience_ms);
  void serve_timers();
  void start_waiting();
  int patience_ms() const;

  static constexpr std::size_t window = 128;

  int epoll_ = -1;
  int wake_ = -1;

  std::mutex mutex_;
  std::vector<task> inbox_;
  std::uint64_t next_number_ = 1;
  bool stopping_ = false;
  bool asleep_ =
      false;  ///< In epoll, or about to be: only then does a task need a call to wake it.

  std::unordered_map<std::uint64_t, std::unique_ptr<connection>> connections_;
  std::unordered_map<std::uint64_t, task> ears_;
  std::set<std::pair<clock::time_point, std::uint64_t>> timers_;
  std::unordered_map<std::uint64_t, clock::time_point> timer_of_;
  std::deque<std::uint64_t> waiting_;
  std::size_t under_way_ = 0;
};

}  // namespace holdover::device::snmp
