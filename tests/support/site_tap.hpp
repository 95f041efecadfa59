// What a test hears of a site: every event of every node, as lines, and waiting for one of them.
//
// A tap with a key of its own, as an operator would run it; nothing looks into the nodes.

#pragma once

#include "tools/holdover/client.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace holdover::support {

class site_tap {
public:
  using words = std::vector<std::string>;

  struct news {
    std::string line;  ///< "alpha: host web1: armed -> committed: …"
    event what;
  };

  explicit site_tap(const tool::access&);
  ~site_tap();

  /// Whether a line with all of these words came, or comes within the bound.
  bool hears(const words&, std::chrono::milliseconds bound = std::chrono::seconds{20}) const;
  bool heard(const words& wanted) const { return hears(wanted, std::chrono::milliseconds{0}); }
  /// All lines with these words, in the order of their arrival.
  std::vector<news> all(const words&) const;
  /// From here on.
  void forget();
  /// Everything, for a failing test's message.
  std::string story() const;

private:
  void listen();

  std::unique_ptr<tool::client> bus_;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<news> known_;
  std::size_t begin_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdover::support
