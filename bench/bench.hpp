// What the measurements share: members with keys, a queue between threads, and how a result is
// told.
//
// Each bench does the same work twice, with the product and with the bare library under it, in
// turns within one run, so that a busy machine hits both alike. Only the ratio of medians means
// something; absolute figures are printed for those who look for the reason.

#pragma once

#include "core/membership.hpp"
#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace holdover::bench {

using clock = std::chrono::steady_clock;

inline constexpr std::chrono::seconds patience{60};

inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

inline double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  const auto middle = of.size() / 2;
  return of.size() % 2 == 1 ? of[middle] : (of[middle - 1] + of[middle]) / 2;
}

inline member as_member(const keys::key_pair& keys, role as, node_number number = 0) {
  return {keys.name, as, number, keys.curve.public_key, keys.sign.public_key};
}

inline zmq::const_buffer private_half(const keys::curve_keys& keys) {
  const auto secret = keys.private_key.reveal();
  return {secret.data(), secret.size()};
}

/// The nth argument as a number, or what is usual.
inline std::size_t argument(int count, char** values, int n, std::size_t usual) {
  if (count <= n) return usual;
  const auto given = std::strtoul(values[n], nullptr, 10);
  if (given == 0) {
    std::fprintf(stderr, "%s: \"%s\" must be a number above zero\n", values[0], values[n]);
    std::exit(2);
  }
  return given;
}

/// Things on their way from one thread to another.
template <class T>
class mailbox {
public:
  void put(T what) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(what));
    }
    filled_.notify_one();
  }
  /// All that wait; none once it is closed.
  std::deque<T> take() {
    std::unique_lock lock{mutex_};
    filled_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    return std::exchange(waiting_, {});
  }
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    filled_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<T> waiting_;
  bool closed_ = false;
};

/// A number that somebody waits for.
class counter {
public:
  void add(std::size_t more = 1) {
    {
      const std::lock_guard lock{mutex_};
      value_ += more;
    }
    changed_.notify_all();
  }
  void reset() {
    const std::lock_guard lock{mutex_};
    value_ = 0;
  }
  void wait_for(std::size_t least, const char* what) {
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, patience, [&] { return value_ >= least; })) return;
    throw std::runtime_error{std::string{what} + ": " + std::to_string(value_) + " of "
                             + std::to_string(least)};
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t value_ = 0;
};

}  // namespace holdover::bench
