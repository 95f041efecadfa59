// One TCP connection to an upsd that never blocks: it is told when its socket is ready and says
// what it is waiting for.
//
//   closed --open--> resolving --> connecting (each address in turn) --> connected --> closed
//
// Owned and used by one thread, except for wake-ups, which a resolver may give from its own.

#pragma once

#include "io/device/nut/line.hpp"
#include "io/device/nut/resolve.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::device::nut {

using steady_time = std::chrono::steady_clock::time_point;

class connection {
public:
  enum class state { closed, resolving, connecting, connected };

  connection() = default;
  ~connection() { close(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Begins to connect. `wake` is called from any thread when step() has something to do; it must
  /// not depend on this object.
  void open(const std::string& host, std::uint16_t port, steady_time deadline,
            std::function<void()> wake);

  /// Goes on with connecting; call when the socket is ready, after a wake-up, and at deadline().
  void step(steady_time now);

  /// Sends as much as the socket takes and keeps the rest.
  void send(std::string_view bytes);

  /// Reads what has arrived into the lines. Afterwards the connection may be closed.
  void receive();
  std::optional<std::string> next_line() { return lines_.next(); }

  void close(std::string why = {});

  state now() const { return state_; }
  /// Why the last connection ended or could not be made.
  const std::string& problem() const { return problem_; }

  int descriptor() const { return socket_; }
  short events() const;  ///< For poll().
  std::optional<steady_time> deadline() const;

private:
  struct looked_up {
    std::mutex mutex;
    std::optional<resolution> result;
  };

  void take_resolution(steady_time now);
  void try_next_address(steady_time now);
  void check_connected(steady_time now);
  void flush();

  state state_ = state::closed;
  int socket_ = -1;
  std::string problem_;
  std::shared_ptr<looked_up> lookup_;
  std::vector<address> addresses_;  ///< Still to be tried, the next one last.
  steady_time deadline_{};          ///< For the whole.
  steady_time attempt_deadline_{};  ///< For the address being tried.
  std::string outgoing_;
  line_buffer lines_;
};

}  // namespace holdover::device::nut
