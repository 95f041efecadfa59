#include "io/device/snmp/outlet_reader.hpp"

#include "core/expects.hpp"
#include "io/device/snmp/instances.hpp"
#include "io/device/snmp/pattern.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr std::uint32_t per_unit = 1000;
constexpr std::uint32_t units_max = 9;

/// The number of an outlet whose state is at a name; nothing if there is none.
std::optional<std::uint32_t> outlet_number(const outlet_profile& profile, const object_id& name) {
  const auto& place = pattern::of(profile.state);
  const auto arcs = place.match(name);
  if (!arcs) return std::nullopt;
  const auto index = place.only('#', *arcs);
  if (index.size() != 1 || index[0] < profile.first) return std::nullopt;
  const auto printed = index[0] - profile.first + 1;
  if (printed >= per_unit) return std::nullopt;
  std::uint32_t units = 0;
  for (const auto unit : place.only('@', *arcs)) {
    if (unit < profile.first_unit || unit - profile.first_unit > units_max) return std::nullopt;
    units = units * 10 + unit - profile.first_unit;
  }
  return units * per_unit + printed;
}

/// What stands in the holes for an outlet.
std::vector<std::uint32_t> arcs_of(const outlet_profile& profile, std::uint32_t number) {
  const auto chain = static_cast<std::size_t>(std::ranges::count(profile.state, '@'));
  std::vector<std::uint32_t> arcs(chain + 1);
  arcs[chain] = number % per_unit - 1 + profile.first;
  auto units = number / per_unit;
  for (auto place = chain; place-- > 0; units /= 10)
    arcs[place] = units % 10 + profile.first_unit;
  return arcs;
}

object_id named(std::string_view text, const outlet_profile& profile, std::uint32_t number) {
  const auto name = pattern::of(text).with(arcs_of(profile, number));
  expects(name.has_value());
  return *name;
}

power::outlet_state state_of(const outlet_profile& profile, const value* what) {
  const auto raw = what != nullptr ? whole_number(*what) : std::nullopt;
  if (raw == profile.state_on) return power::outlet_state::on;
  if (raw == profile.state_off) return power::outlet_state::off;
  return power::outlet_state::unknown;
}

/// The text with a number in place of its '*', kept for good: rows are views. There are as many as
/// there are products.
std::string_view filled(std::string_view text, std::uint32_t arc) {
  static std::mutex guard;
  static std::set<std::string, std::less<>> kept;
  const auto hole = text.find('*');
  if (hole == std::string_view::npos) return text;
  auto whole = std::string(text.substr(0, hole)) + std::to_string(arc);
  whole += text.substr(hole + 1);
  const std::lock_guard lock(guard);
  return *kept.insert(std::move(whole)).first;
}

std::optional<double> meter(std::string_view place, double factor, std::string_view digits,
                            const outlet_profile& profile, std::uint32_t number,
                            const snapshot& said) {
  if (place.empty()) return std::nullopt;
  const auto* what = find(said, named(place, profile, number));
  const auto raw = what != nullptr ? snmp::number(*what) : std::nullopt;
  if (!raw || *raw < 0) return std::nullopt;
  const instance at{{}, what, arcs_of(profile, number), {}, 1};
  return *raw * factor * scale_by(digits, {}, at, said);
}

const outlet_order& order_of(const outlet_profile& profile, power::outlet_command::verb what) {
  using enum power::outlet_command::verb;
  switch (what) {
    case cycle:
      return profile.cycle;
    case on_delayed:
      return profile.on_delayed;
    case off_delayed:
      return profile.off_delayed;
    default:
      return profile.cycle_delayed;
  }
}

}  // namespace

object_id outlet_column(const outlet_profile& profile) {
  return pattern::of(profile.state).before();
}

outlet_profile settled_on(const outlet_profile& profile, const object_id& state) {
  auto settled = profile;
  const auto& place = pattern::of(profile.state);
  const auto arcs = place.match(state);
  const auto wild = arcs ? place.only('*', *arcs) : std::vector<std::uint32_t>{};
  if (wild.empty()) return settled;
  for (auto* text :
       {&settled.state, &settled.command_on, &settled.command_off, &settled.load, &settled.current,
        &settled.digits, &settled.label, &settled.cycle.object, &settled.on_delayed.object,
        &settled.off_delayed.object, &settled.cycle_delayed.object})
    *text = filled(*text, wild.front());
  return settled;
}

std::vector<object_id> outlet_states(const outlet_profile& profile,
                                     const std::vector<binding>& walked) {
  std::vector<object_id> names;
  for (const auto& [name, what] : walked)
    if (outlet_number(profile, name)) names.push_back(name);
  return names;
}

std::vector<object_id> outlet_extras(const outlet_profile& profile,
                                     const std::vector<object_id>& states) {
  std::vector<object_id> names;
  if (!profile.model.empty()) names.push_back(object_id::known(profile.model));
  for (const auto& name : states)
    for (const auto place : {profile.load, profile.current, profile.digits, profile.label})
      if (!place.empty()) names.push_back(named(place, profile, *outlet_number(profile, name)));
  return names;
}

power::outlet_unit_reading read_outlets(const outlet_profile& profile,
                                        const std::vector<object_id>& states,
                                        const snapshot& said) {
  power::outlet_unit_reading reading;
  for (const auto& name : states) {
    power::outlet_reading outlet;
    outlet.number = *outlet_number(profile, name);
    outlet.state = state_of(profile, find(said, name));
    outlet.source = to_string(name);
    outlet.load_watts = meter(profile.load, profile.load_factor, {}, profile, outlet.number, said);
    outlet.load_amperes = meter(profile.current, profile.current_factor, profile.digits, profile,
                                outlet.number, said);
    if (!profile.label.empty())
      if (const auto* what = find(said, named(profile.label, profile, outlet.number)))
        outlet.label = text(*what);
    reading.outlets.push_back(std::move(outlet));
  }
  std::ranges::sort(reading.outlets, {}, &power::outlet_reading::number);
  reading.who.manufacturer = profile.manufacturer;
  if (!profile.model.empty())
    if (const auto* what = find(said, object_id::known(profile.model)))
      reading.who.model = text(*what);
  return reading;
}

binding outlet_command(const outlet_profile& profile, std::uint32_t number, bool on) {
  expects(number >= 1 && !profile.command_on.empty());
  return {named(on ? profile.command_on : profile.command_off, profile, number),
          on ? profile.command_on_value : profile.command_off_value};
}

std::optional<binding> outlet_command(const outlet_profile& profile,
                                      const power::outlet_command& command) {
  using enum power::outlet_command::verb;
  if (profile.command_on.empty() || command.number % per_unit == 0) return std::nullopt;
  if (command.what == on || command.what == off)
    return outlet_command(profile, command.number, command.what == on);
  const auto& order = order_of(profile, command.what);
  if (order.object.empty()) return std::nullopt;
  const auto delay = std::chrono::ceil<std::chrono::seconds>(command.delay).count();
  return binding{named(order.object, profile, command.number),
                 order.takes_delay ? static_cast<std::int64_t>(delay) : order.number};
}

}  // namespace holdover::device::snmp
