// Listens for RCCMD's datagrams and tells what known senders say.
//
// The sender is its address and nothing more, and an address can be forged on a flat network: so
// what is heard is a hint. From addresses that are not configured it is counted and dropped,
// unread.

#pragma once

#include "io/device/rccmd/message.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <variant>

namespace holdover::device::rccmd {

struct counters {
  std::uint64_t heard = 0;
  std::uint64_t from_strangers = 0;
  std::uint64_t not_understood = 0;
};

class listener {
public:
  using handler = std::function<void(const std::string& sender, const message&)>;

  /// Listens at "ADDRESS:PORT" or "[ADDRESS]:PORT", or says why it cannot. The handler is called on
  /// the listener's thread and must be quick.
  static std::variant<std::unique_ptr<listener>, std::string> open(const std::string& endpoint,
                                                                   std::set<std::string> senders,
                                                                   handler);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  std::uint16_t port() const;
  counters count() const;

private:
  listener(int socket, int bell, std::set<std::string> senders, handler);
  void run();
  void take_one();

  const int socket_;
  const int bell_;
  const std::set<std::string> senders_;
  const handler handler_;
  std::atomic<std::uint64_t> heard_{0};
  std::atomic<std::uint64_t> from_strangers_{0};
  std::atomic<std::uint64_t> not_understood_{0};
  std::thread thread_;
};

/// What is wrong with an endpoint; empty if nothing is.
std::string problem_with_endpoint(const std::string& endpoint);

}  // namespace holdover::device::rccmd
