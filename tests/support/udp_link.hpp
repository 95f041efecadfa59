// A line between a driver and an agent that can be cut, slowed down and listened to.
//
//   udp_link line(agent.port());         driver --> line.port() --> agent
//   line.lose(2);                        the next two requests get lost
//   line.cut(); line.mend();
//
// Without an agent (port 0) it is a device that hears everything and never answers.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <thread>
#include <utility>
#include <vector>

namespace holdover::support {

class udp_link {
public:
  explicit udp_link(std::uint16_t agent_port);
  ~udp_link();
  udp_link(const udp_link&) = delete;
  udp_link& operator=(const udp_link&) = delete;

  std::uint16_t port() const { return port_; }

  void lose(int requests) { to_lose_ = requests; }
  /// No GETBULK of versions 1 and 2c gets through.
  void lose_bulk(bool on) { losing_bulk_ = on; }
  void cut() { cut_ = true; }
  void mend() { cut_ = false; }
  /// Each reply arrives this much later.
  void delay(std::chrono::milliseconds by) { delay_ms_ = static_cast<int>(by.count()); }
  /// Each reply comes from a port that the driver did not ask.
  void forge(bool on) { forging_ = on; }

  int requests() const { return requests_; }
  /// The most requests that were without a reply at one time.
  int under_way_max() const { return under_way_max_; }

private:
  void run();
  void from_driver();
  void from_agent();
  void deliver();

  int front_ = -1;  ///< Where drivers send to.
  int back_ = -1;   ///< Connected to the agent.
  int stranger_ = -1;
  std::uint16_t port_ = 0;
  sockaddr_in driver_{};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> cut_{false};
  std::atomic<bool> forging_{false};
  std::atomic<bool> losing_bulk_{false};
  std::atomic<int> to_lose_{0};
  std::atomic<int> delay_ms_{0};
  std::atomic<int> requests_{0};
  std::atomic<int> under_way_max_{0};
  int under_way_ = 0;
  std::vector<std::pair<std::chrono::steady_clock::time_point, std::vector<char>>> delayed_;
  std::thread thread_;
};

}  // namespace holdover::support
