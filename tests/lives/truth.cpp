#include "tests/lives/truth.hpp"

#include <algorithm>

namespace holdover::lives {

namespace {

constexpr double beat = 1000;
constexpr double low_charge = 0.12;

}  // namespace

truth::truth(const life& of)
    : of_(of),
      upses_(of.about.upses.size()),
      sensors_(of.about.sensors.size()),
      outlets_(of.outlets_on),
      switches_(of.about.switches.size()),
      held_until_(of.about.hosts.size()),
      watts_(of.about.outlets.size()),
      watts_moved_at_(of.about.outlets.size()) {
  for (std::size_t i = 0; i < upses_.size(); ++i)
    upses_[i].charge = of.batteries[i].charge;
  for (std::size_t i = 0; i < sensors_.size(); ++i)
    sensors_[i].value = of.sensors[i].usual;
}

void truth::pass(ms now) {
  for (std::size_t i = 0; i < upses_.size(); ++i) {
    auto& ups = upses_[i];
    const auto& battery = of_.batteries[i];
    if (ups.silent || !ups.output) ups.last_silent = now;
    if (ups.mains) {
      ups.charge = std::min(1.0, ups.charge + beat / battery.recharge_ms);
      continue;
    }
    ups.charge = std::max(0.0, ups.charge - beat * ups.load / battery.full_runtime_ms);
    if (ups.charge > 0 || !ups.output) continue;
    ups.output = false;
    ups.last_ended = now;
  }
}

void truth::happen(const happening& what, ms now) {
  const auto ups = [&]() -> ups_truth& { return upses_[what.subject]; };
  switch (what.what) {
    case happening_kind::mains_fails:
      if (!ups().mains) return;
      ups().mains = false;
      ups().failed_at = now;
      ups().left_at_failure = left(what.subject);
      return;
    case happening_kind::mains_returns:
      if (ups().mains) return;
      ups().mains = ups().output = true;
      ups().returned_at = now;
      return;
    case happening_kind::card_falls_silent:
      ups().silent = true;
      return;
    case happening_kind::card_answers:
      ups().silent = false;
      return;
    case happening_kind::sensor_moves:
      sensors_[what.subject].value = what.value;
      return;
    case happening_kind::sensor_falls_silent:
      sensors_[what.subject].silent = true;
      return;
    case happening_kind::sensor_answers:
      sensors_[what.subject].silent = false;
      return;
    case happening_kind::load_becomes:
      ups().load = what.value;
      ups().load_moved_at = now;
      return;
    case happening_kind::overload_begins:
      ups().overload = true;
      return;
    case happening_kind::overload_ends:
      ups().overload = false;
      return;
    case happening_kind::switch_set:
      switches_[what.subject] = true;
      return;
    case happening_kind::switch_cleared:
      switches_[what.subject] = false;
      return;
    case happening_kind::host_held:
      held_until_[what.subject] = now + static_cast<ms>(what.value);
      return;
    case happening_kind::outlet_draws:
      watts_[what.subject] = what.value;
      watts_moved_at_[what.subject] = now;
      return;
  }
}

bool truth::powered(host_index index) const {
  std::uint32_t good = 0;
  for (const auto& supply : of_.about.hosts[index].supplies)
    if ((supply.ups == no_ups || upses_[supply.ups].output)
        && (!supply.outlet || outlets_[*supply.outlet]))
      ++good;
  return good >= of_.about.hosts[index].needed;
}

bool truth::on_mains(host_index index) const {
  std::uint32_t good = 0;
  for (const auto& supply : of_.about.hosts[index].supplies)
    if (supply.ups == no_ups || upses_[supply.ups].mains) ++good;
  return good >= of_.about.hosts[index].needed;
}

ms truth::left(ups_index i) const {
  return static_cast<ms>(upses_[i].charge * of_.batteries[i].full_runtime_ms / upses_[i].load);
}

std::optional<power::observation> truth::reading(ups_index i) const {
  const auto& ups = upses_[i];
  if (ups.silent || !ups.output) return std::nullopt;
  power::observation seen;
  seen.state = ups.mains ? power::belief::online : power::belief::on_battery;
  const auto said = static_cast<double>(left(i)) * (1 + of_.batteries[i].error);
  seen.runtime_left = duration{static_cast<ms>(said) / 1000 * 1000};
  seen.charge_percent = std::max(0.0, ups.charge * 100);
  seen.battery_low = !ups.mains && ups.charge < low_charge;
  seen.load_percent = 50 * ups.load;
  seen.overload = ups.overload;
  return seen;
}

std::optional<power::sensor_reading> truth::reading(sensor_index i, dice& noise) const {
  if (sensors_[i].silent) return std::nullopt;
  power::sensor_reading seen;
  seen.kind = of_.about.sensors[i].kind;
  const auto error = of_.sensors[i].noise;
  seen.value.number = sensors_[i].value + (error > 0 ? noise.real(-error, error) : 0);
  return seen;
}

power::outlet_unit_reading truth::unit_reading(outlet_unit_index unit) const {
  power::outlet_unit_reading seen;
  for (outlet_index i = 0; i < outlets_.size(); ++i)
    if (of_.about.outlets[i].unit == unit)
      seen.outlets.push_back({of_.about.outlets[i].number,
                              outlets_[i] ? power::outlet_state::on : power::outlet_state::off,
                              outlets_[i] ? watts_[i] : std::nullopt});
  return seen;
}

bool truth::unit_answers(outlet_unit_index unit) const {
  const auto feed = of_.about.units[unit].feed;
  return !feed || upses_[*feed].output;
}

}  // namespace holdover::lives
