// A prediction of time left, freed of single wrong samples (rule X8).
//
// A pessimist with manners: bad news counts when it is said twice, good news when it is said three
// times. "Twice" means the milder of the last two, "three times" the worst of the last three, so
// that no single sample, however absurd, ever sets the value.
//
// Samples describe the same battery at different moments. drain() ages what was said before, so
// that the samples of a battery in use are comparable and the value runs down between them.

#pragma once

#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace holdover::power {

class settled {
public:
  /// Longer than anything: "no end in sight". Not aged by drain().
  static constexpr duration never = duration::max();

  void push(duration sample);
  void drain(duration elapsed);
  void clear() { *this = settled{}; }

  /// Absent until two samples were given.
  std::optional<duration> value() const { return value_; }
  /// The last sample alone, for as long as nothing is decided on it.
  std::optional<duration> latest() const;

private:
  static constexpr std::size_t samples_max = 3;

  std::array<duration, samples_max> samples_{};  ///< Newest first.
  std::size_t count_ = 0;
  std::optional<duration> value_;
};

}  // namespace holdover::power
