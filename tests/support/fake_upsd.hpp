// A server that says what a test tells it to: for answers that no real upsd gives on demand.
//
// Thread-safe; one thread of its own on a free port of the loopback.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace holdover::support {

class fake_upsd {
public:
  struct reaction {
    std::string bytes;
    bool close = false;
  };
  /// What to do about a line; called from the server's thread, which keeps what it captured.
  /// Nothing to send: silence.
  using script = std::function<reaction(const std::string& line)>;

  explicit fake_upsd(script);
  ~fake_upsd();
  fake_upsd(const fake_upsd&) = delete;
  fake_upsd& operator=(const fake_upsd&) = delete;

  void react(script);  ///< From now on.
  void drop_connections();
  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return connections_; }  ///< Ever accepted.
  std::vector<std::string> lines() const;                   ///< All that came, in order.

private:
  void run();
  void accept_one();
  void receive(int peer);
  void ring() const;

  int listener_;
  int wake_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::shared_ptr<script> script_;
  std::vector<std::string> lines_;
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> dropping_ = false;
  std::map<int, std::string> peers_;  ///< Descriptor to what has arrived.
  std::thread thread_;
};

}  // namespace holdover::support
