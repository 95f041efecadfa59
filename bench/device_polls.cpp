// One process that reads many UPSes by SNMP, each at its own pace: what a node does with them
// before anybody thinks about what they say.
//
//   device_polls PORT DEVICES PERIOD_MS
//
// The devices are at the addresses from 127.10.0.1 on, as card_farm plays them. Each is asked by a
// driver of its own, a twentieth of the period apart at most from when it would be without jitter,
// and never while a question to it is open, as the device actor does. For each line on standard
// input it says: readings so far, failures so far, allocated bytes.
//
// bench/devices runs it.

#include "io/device/snmp/driver.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdover;
using steady = std::chrono::steady_clock;

class fleet {
public:
  fleet(std::uint16_t port, std::size_t count, std::chrono::milliseconds period) : period_(period) {
    const auto begin = steady::now();
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = i + 1;
      device_address where{
          .driver = "snmp",
          .host = "127.10." + std::to_string(number / 250) + '.' + std::to_string(number % 250 + 1),
          .port = port,
          .unit = {},
          .credentials = {},
          .version = "2c"};
      drivers_.push_back(device::make_snmp_driver(where, device::device_kind::ups, {}));
      due_.push({begin + period_ * static_cast<long>(i) / static_cast<long>(count), i});
    }
    pacer_ = std::thread([this] { pace(); });
  }

  ~fleet() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    news_.notify_one();
    pacer_.join();
    drivers_.clear();
  }

  std::string counts() const {
    return std::to_string(readings_) + ' ' + std::to_string(failures_) + ' '
           + std::to_string(mallinfo2().uordblks);
  }

private:
  struct turn {
    steady::time_point at;
    std::size_t who;
    bool operator>(const turn& other) const { return at > other.at; }
  };

  void pace() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      if (due_.empty()) {
        news_.wait_for(lock, company);
        continue;
      }
      const auto next = due_.top();
      if (next.at > steady::now()) {
        news_.wait_until(lock, next.at + company);
        if (ending_ || due_.top().at > steady::now()) continue;
      }
      const auto turn_of = due_.top();
      due_.pop();
      lock.unlock();
      drivers_[turn_of.who]->read(
          [this, turn_of](const device::answer<power::device_reading>& came) {
            ++(std::holds_alternative<device::failure>(came) ? failures_ : readings_);
            const std::lock_guard again(mutex_);
            due_.push({std::max(turn_of.at + period_, steady::now()), turn_of.who});
          });
      lock.lock();
    }
  }

  /// How long whoever is due waits for others: to wake for each of ten thousand would be most of
  /// the work.
  static constexpr std::chrono::milliseconds company{2};

  const std::chrono::milliseconds period_;
  std::vector<std::unique_ptr<device::driver>> drivers_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::priority_queue<turn, std::vector<turn>, std::greater<>> due_;
  bool ending_ = false;
  std::atomic<std::uint64_t> readings_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::thread pacer_;
};

}  // namespace

int main(int count, char** values) {
  std::array<unsigned, 3> numbers{};
  for (int i = 1; i < count && i <= 3; ++i) {
    const std::string_view text = values[i];
    std::from_chars(text.data(), text.data() + text.size(),
                    numbers[static_cast<std::size_t>(i) - 1]);
  }
  const auto [port, devices, period] = numbers;
  if (port == 0 || devices == 0 || period == 0) {
    std::fputs("device_polls PORT DEVICES PERIOD_MS\n", stderr);
    return 2;
  }
  fleet all(static_cast<std::uint16_t>(port), devices, std::chrono::milliseconds(period));
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << all.counts() << std::endl;
  return 0;
}
