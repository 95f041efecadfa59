#include "core/power/battery_model.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::power {

namespace {

// Standard deviations of what is believed without measurements.
constexpr double level_spread_rated = 0.35;  // A rating may be off by a third.
constexpr double level_spread_unrated = 5;   // Anything from seconds to days.
constexpr double exponent_spread = 0.1;
constexpr double bend_spread = 0.5;
constexpr double noise_spread = 0.1;      // Of a step of a whole band.
constexpr double older_discharges = 0.7;  // What each discharge leaves of the ones before.

constexpr double step_least_percent = 0.5;
constexpr double watch_step_percent = 4;
constexpr double load_moved_percent = 5;
constexpr double drained_least_percent = 5;  // Of a discharge whose error is worth counting.

double seconds(duration d) {
  return std::chrono::duration<double>(d).count();
}

duration from_seconds(double s) {
  constexpr double most = 30.0 * 86400;
  return duration{std::llround(std::clamp(s, 0.0, most) * 1000)};
}

}  // namespace

double battery_health(double age_years, double design_life_years) {
  const auto lives = std::max(age_years, 0.0) / design_life_years;
  return std::max(1 - 0.2 * lives * lives, 0.1);
}

battery_model::battery_model(const battery_facts& facts, double age_years)
    : facts_(facts),
      age_years_(age_years),
      rated_(facts.rated_runtime && *facts.rated_runtime > duration::zero()) {
  // Level and exponent are believed about the rated load, not about no load at all.
  const auto rated_load = std::log(facts.rated_load_percent + facts.own_use_percent);
  const auto band_seconds = std::log(rated_ ? seconds(*facts.rated_runtime) / bands : 60);
  const auto spread = rated_ ? level_spread_rated : level_spread_unrated;
  const auto worth = 1 / (spread * spread);
  constexpr auto exponent_worth = 1 / (exponent_spread * exponent_spread);
  prior_[0][0] = worth;
  prior_[0][1] = prior_[1][0] = -rated_load * worth;
  prior_[1][1] = rated_load * rated_load * worth + exponent_worth;
  prior_moment_[0] = band_seconds * worth;
  prior_moment_[1] = -rated_load * band_seconds * worth + facts.exponent * exponent_worth;
  for (std::size_t term = 2; term < terms; ++term)
    prior_[term][term] = 1 / (bend_spread * bend_spread);
  solve();
}

battery_model::row battery_model::features(std::size_t band, double load_percent) const {
  row x{};
  x[0] = 1;
  x[1] = -std::log(std::max(load_percent, 0.0) + facts_.own_use_percent);
  x[2 + band] = 1;
  return x;
}

double battery_model::seconds_of(const row& weights, double from, double to,
                                 double load_percent) const {
  constexpr double width = 100.0 / bands;
  double sum = 0;
  for (std::size_t band = 0; band < bands; ++band) {
    const auto low = width * static_cast<double>(band);
    const auto part = std::min(from, low + width) - std::max(to, low);
    if (part <= 0) continue;
    const auto x = features(band, load_percent);
    double logarithm = 0;
    for (std::size_t i = 0; i < terms; ++i)
      logarithm += weights[i] * x[i];
    sum += std::exp(logarithm) * part / width;
  }
  return sum * battery_health(age_years_, facts_.design_life_years);
}

std::optional<duration> battery_model::time_between(double from_percent, double to_percent,
                                                    double load_percent) const {
  if (!rated_ && !measured()) return std::nullopt;
  return from_seconds(seconds_of(weights_, std::clamp(from_percent, 0.0, 100.0),
                                 std::clamp(to_percent, 0.0, 100.0), load_percent));
}

double battery_model::charge_after(double charge_percent, double load_percent,
                                   duration time) const {
  double low = 0, high = charge_percent;
  const auto wanted = seconds(time);
  if (seconds_of(weights_, charge_percent, 0, load_percent) <= wanted) return 0;
  for (int i = 0; i < 40; ++i) {
    const auto middle = (low + high) / 2;
    (seconds_of(weights_, charge_percent, middle, load_percent) > wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

// ---- Learning ----------------------------------------------------------------------------------

void battery_model::learn(const discharge_step& step) {
  constexpr double width = 100.0 / bands;
  const auto drained = step.from_percent - step.to_percent;
  if (drained < step_least_percent || step.took <= duration::zero() || step.load_percent < 0
      || step.from_percent > 100 || step.to_percent < 0)
    return;
  if (steps_++ == 0) weights_before_ = weights_;
  predicted_seconds_ +=
      seconds_of(weights_before_, step.from_percent, step.to_percent, step.load_percent);
  measured_seconds_ += seconds(step.took);
  drained_percent_ += drained;

  // A step over several bands teaches each by its part.
  const auto health = battery_health(age_years_, facts_.design_life_years);
  const auto value = std::log(seconds(step.took) / drained * width / health);
  for (std::size_t band = 0; band < bands; ++band) {
    const auto low = width * static_cast<double>(band);
    const auto part = std::min(step.from_percent, low + width) - std::max(step.to_percent, low);
    if (part <= 0) continue;
    const auto x = features(band, step.load_percent);
    const auto worth = part / width / (noise_spread * noise_spread);
    for (std::size_t i = 0; i < terms; ++i) {
      moment_[i] += worth * x[i] * value;
      for (std::size_t j = 0; j < terms; ++j)
        information_[i][j] += worth * x[i] * x[j];
    }
  }
  solve();
}

void battery_model::end_discharge() {
  if (steps_ == 0) return;
  if (drained_percent_ >= drained_least_percent && (rated_ || discharges_ > 0)) {
    const auto off = std::log(predicted_seconds_ / measured_seconds_);
    const auto worth = drained_percent_ / 100;
    error_squares_ = older_discharges * error_squares_ + worth * off * off;
    error_weight_ = older_discharges * error_weight_ + worth;
  }
  ++discharges_;
  steps_ = 0;
  predicted_seconds_ = measured_seconds_ = drained_percent_ = 0;
  fade();
}

void battery_model::ended_at(double charge_percent) {
  empty_at_percent_ = std::max(empty_at_percent_, std::clamp(charge_percent, 0.0, 100.0));
}

void battery_model::fade() {
  for (std::size_t i = 0; i < terms; ++i) {
    moment_[i] *= older_discharges;
    for (auto& value : information_[i])
      value *= older_discharges;
  }
  solve();
}

double battery_model::exponent() const {
  return weights_[1];
}

std::optional<double> battery_model::error() const {
  if (error_weight_ <= 0) return std::nullopt;
  return std::exp(std::sqrt(error_squares_ / error_weight_)) - 1;
}

// Prior and measurements together are symmetric and positive: Cholesky's way, in place.
void battery_model::solve() {
  std::array<row, terms> l{};
  row right{};
  for (std::size_t i = 0; i < terms; ++i) {
    right[i] = prior_moment_[i] + moment_[i];
    for (std::size_t j = 0; j <= i; ++j) {
      auto sum = prior_[i][j] + information_[i][j];
      for (std::size_t k = 0; k < j; ++k)
        sum -= l[i][k] * l[j][k];
      l[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / l[j][j];
    }
  }
  for (std::size_t i = 0; i < terms; ++i) {
    for (std::size_t k = 0; k < i; ++k)
      right[i] -= l[i][k] * right[k];
    right[i] /= l[i][i];
  }
  for (std::size_t i = terms; i-- > 0;) {
    for (std::size_t k = i + 1; k < terms; ++k)
      right[i] -= l[k][i] * right[k];
    right[i] /= l[i][i];
  }
  weights_ = right;
}

// ---- Watching ----------------------------------------------------------------------------------

void discharge_watch::on_battery(std::optional<double> charge_percent,
                                 std::optional<double> load_percent, time_point now) {
  if (!charge_percent || !load_percent) return;
  any_ = true;
  last_charge_percent_ = charge_percent;
  const auto begin = [&] { step_ = open_step{*charge_percent, now, *load_percent, 1}; };
  if (!step_ || *charge_percent > step_->charge_percent) return begin();
  const bool drained = step_->charge_percent - *charge_percent >= watch_step_percent;
  const bool moved = std::abs(*load_percent - step_->load_sum / step_->looks) > load_moved_percent;
  if (drained || moved) {
    close(*charge_percent, now);
    return begin();
  }
  step_->load_sum += *load_percent;
  ++step_->looks;
}

void discharge_watch::close(double charge_percent, time_point now) {
  model_->learn(
      {step_->charge_percent, charge_percent, step_->load_sum / step_->looks, now - step_->since});
  step_.reset();
}

void discharge_watch::on_mains() {
  if (any_) model_->end_discharge();
  any_ = false;
  step_.reset();
  last_charge_percent_.reset();
}

void discharge_watch::lost() {
  if (last_charge_percent_) model_->ended_at(*last_charge_percent_);
  on_mains();
}

}  // namespace holdover::power
