// The dice of a world: one number in, the same world out, on every machine and compiler.
//
// The standard distributions may differ between libraries, so the few shapes needed are here.

#pragma once

#include <cmath>
#include <cstdint>

namespace holdover::sim {

/// Time of the simulated world in milliseconds since it began. Only the world and the checker know
/// it; every process has a clock of its own.
using ms = std::int64_t;

constexpr ms seconds(double s) {
  return static_cast<ms>(s * 1000);
}

class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    state_ += 0x9e3779b97f4a7c15u;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// A stream of its own for one purpose, so that more rolls there change nothing elsewhere.
  dice split() { return dice{next()}; }

  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  double real(double low, double high) { return low + (high - low) * unit(); }
  /// Both ends included.
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  std::size_t index(std::size_t size) { return static_cast<std::size_t>(next() % size); }
  ms span(double low_seconds, double high_seconds) {
    return seconds(real(low_seconds, high_seconds));
  }
  /// Waiting time of a memoryless process.
  ms after(double mean_seconds) { return seconds(-std::log(1 - unit()) * mean_seconds) + 1; }

private:
  std::uint64_t state_;
};

}  // namespace holdover::sim
