// How long a battery will last: from charge, load, age, and what its earlier discharges have shown.
//
// Think of a candle whose speed depends on the draught. Each band of ten percent of charge burns
// for a time of its own, all of them faster under load by one power law (Peukert's), and all of
// them faster with age:
//
//   time for one band at a load = exp(level + bend[band]) * (load + own use)^-exponent *
//   health(age)
//
// `level`, `exponent` and the ten `bend`s are one linear regression in logarithms. Its prior is
// what is known without a measurement (rated runtime, usual exponent, bands alike); every measured
// step of a discharge moves it as far as the step is worth.
//
// Decisions worth knowing:
//   - Memory is bounded: a matrix of 12 by 12 and the figures of its error, whatever was measured.
//     Older measurements fade with each new discharge, because batteries change.
//   - What was measured at one age is kept as if the battery were new, so that a prediction for
//     another age can be asked for.
//   - It says how wrong it has been. The error is taken before learning, over whole discharges: the
//     time that was predicted for what was drained, against the time that it took.
//   - A battery that ended early teaches that too: below the highest charge at which an output was
//     lost nothing is expected any more.
//   - Not fed into decisions by itself: nodes must decide alike (V3), so what one node has learned
//     may not move its own votes. Plans and simulations use it, and people see it.
//
// Pure. One per UPS with whoever wants to predict.

#pragma once

#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace holdover::power {

/// What is known of a battery before it was ever measured.
struct battery_facts {
  std::optional<duration> rated_runtime;  ///< From full to empty at `rated_load_percent`, when new.
  double rated_load_percent = 50;
  double exponent = 1.15;        ///< Peukert's: 1 is ideal, lead at high load is 1.1 to 1.3.
  double own_use_percent = 3;    ///< What the UPS itself takes, in percent of its rating.
  double design_life_years = 5;  ///< Age at which a fifth of the capacity is gone.
};

/// A measured stretch of a discharge at a steady load.
struct discharge_step {
  double from_percent = 0;
  double to_percent = 0;
  double load_percent = 0;
  duration took{};
};

/// Part of the capacity that is left at an age: all of it when new, 80 % at the design life.
double battery_health(double age_years, double design_life_years);

class battery_model {
public:
  explicit battery_model(const battery_facts& facts, double age_years = 0);

  /// From one charge down to another; absent if neither a rating nor a measurement is known.
  std::optional<duration> time_between(double from_percent, double to_percent,
                                       double load_percent) const;
  /// Until empty.
  std::optional<duration> runtime(double charge_percent, double load_percent) const {
    return time_between(charge_percent, empty_at_percent_, load_percent);
  }
  /// The charge after a time on battery.
  double charge_after(double charge_percent, double load_percent, duration time) const;

  /// Steps of less than half a percent, upwards or without time or load teach nothing.
  void learn(const discharge_step&);
  /// A discharge is over: its error is counted, and older ones fade. Nothing if none was learned.
  void end_discharge();
  /// The output was lost at this charge.
  void ended_at(double charge_percent);

  void set_age(double years) { age_years_ = years; }
  double age_years() const { return age_years_; }
  double exponent() const;
  double empty_at_percent() const { return empty_at_percent_; }
  bool measured() const { return discharges_ > 0 || steps_ > 0; }
  std::size_t discharges() const { return discharges_; }

  /// Typical relative error of whole discharges, from 0: 0.1 is a tenth. Absent before the first
  /// whole one.
  std::optional<double> error() const;

private:
  static constexpr std::size_t bands = 10;
  static constexpr std::size_t terms = bands + 2;  ///< level, exponent, bends.
  using row = std::array<double, terms>;

  row features(std::size_t band, double load_percent) const;
  double seconds_of(const row& weights, double from, double to, double load_percent) const;
  void solve();
  void fade();

  battery_facts facts_;
  double age_years_;
  bool rated_;
  double empty_at_percent_ = 0;

  std::array<row, terms> prior_{}, information_{};
  row prior_moment_{}, moment_{}, weights_{};

  row weights_before_{};  ///< As the discharge began.
  double predicted_seconds_ = 0, measured_seconds_ = 0, drained_percent_ = 0;
  std::size_t steps_ = 0;       ///< Of the present discharge.
  std::size_t discharges_ = 0;  ///< Whole ones.
  double error_squares_ = 0, error_weight_ = 0;
};

/// From looks at a UPS to steps of its discharge: charges come in whole percents and loads wobble,
/// so a step is closed when enough has been drained or the load has moved.
class discharge_watch {
public:
  explicit discharge_watch(battery_model& model) : model_(&model) {}

  /// While on battery. Looks without a charge or load are passed over.
  void on_battery(std::optional<double> charge_percent, std::optional<double> load_percent,
                  time_point);
  void on_mains();
  /// The output was lost while on battery.
  void lost();

private:
  void close(double charge_percent, time_point);

  battery_model* model_;
  struct open_step {
    double charge_percent = 0;
    time_point since{};
    double load_sum = 0;
    double looks = 0;
  };
  std::optional<open_step> step_;
  std::optional<double> last_charge_percent_;
  bool any_ = false;
};

}  // namespace holdover::power
