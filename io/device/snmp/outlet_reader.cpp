#include "io/device/snmp/outlet_reader.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace holdover::device::snmp {

namespace {

/// A pattern such as "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#" or "1.3.6.1.2.1.33.1.11.#.0".
struct pattern {
  object_id before;
  std::vector<std::uint32_t> after;

  explicit pattern(std::string_view text) {
    const auto mark = text.find(".#");
    expects(mark != std::string_view::npos);
    before = object_id::known(text.substr(0, mark));
    const auto rest = text.substr(mark + 2);
    if (rest.empty()) return;
    // A name needs two arcs, so the rest is read behind an innocent one.
    const auto tail = object_id::known("1" + std::string(rest)).arcs();
    after.assign(tail.begin() + 1, tail.end());
  }

  object_id with(std::uint32_t index) const {
    auto name = before.with(index);
    for (auto arc : after)
      name = name.with(arc);
    return name;
  }

  /// The number at '#'. A ".0" too many or too few behind it is forgiven: cards differ.
  std::optional<std::uint32_t> index_in(const object_id& name) const {
    if (!name.starts_with(before) || name.size() == before.size()) return std::nullopt;
    const auto& arcs = name.arcs();
    std::vector<std::uint32_t> rest(arcs.begin() + static_cast<std::ptrdiff_t>(before.size()) + 1,
                                    arcs.end());
    auto expected = after;
    const auto drop_zero = [](auto& list) {
      if (!list.empty() && list.back() == 0) list.pop_back();
    };
    drop_zero(rest);
    drop_zero(expected);
    if (rest != expected) return std::nullopt;
    return arcs[before.size()];
  }
};

std::optional<std::uint32_t> outlet_number(const outlet_profile& profile, const pattern& state,
                                           const object_id& name) {
  const auto index = state.index_in(name);
  if (!index || *index < profile.first) return std::nullopt;
  return *index - profile.first + 1;
}

object_id named(std::string_view text, const outlet_profile& profile, std::uint32_t number) {
  return pattern(text).with(number - 1 + profile.first);
}

power::outlet_state state_of(const outlet_profile& profile, const value* what) {
  const auto raw = what != nullptr ? whole_number(*what) : std::nullopt;
  if (raw == profile.state_on) return power::outlet_state::on;
  if (raw == profile.state_off) return power::outlet_state::off;
  return power::outlet_state::unknown;
}

}  // namespace

object_id outlet_column(const outlet_profile& profile) {
  return pattern(profile.state).before;
}

std::vector<object_id> outlet_states(const outlet_profile& profile,
                                     const std::vector<binding>& walked) {
  const pattern state(profile.state);
  std::vector<object_id> names;
  for (const auto& [name, what] : walked)
    if (outlet_number(profile, state, name)) names.push_back(name);
  return names;
}

std::vector<object_id> outlet_extras(const outlet_profile& profile,
                                     const std::vector<object_id>& states) {
  std::vector<object_id> names;
  if (!profile.model.empty()) names.push_back(object_id::known(profile.model));
  if (profile.load.empty()) return names;
  const pattern state(profile.state);
  for (const auto& name : states)
    names.push_back(named(profile.load, profile, *outlet_number(profile, state, name)));
  return names;
}

power::outlet_unit_reading read_outlets(const outlet_profile& profile,
                                        const std::vector<object_id>& states,
                                        const snapshot& said) {
  power::outlet_unit_reading reading;
  const pattern state(profile.state);
  for (const auto& name : states) {
    power::outlet_reading outlet;
    outlet.number = *outlet_number(profile, state, name);
    outlet.state = state_of(profile, find(said, name));
    if (!profile.load.empty())
      if (const auto* what = find(said, named(profile.load, profile, outlet.number)))
        if (const auto raw = number(*what); raw && *raw >= 0)
          outlet.load_watts = *raw * profile.load_factor;
    reading.outlets.push_back(outlet);
  }
  std::ranges::sort(reading.outlets, {}, &power::outlet_reading::number);
  reading.who.manufacturer = profile.manufacturer;
  if (!profile.model.empty())
    if (const auto* what = find(said, object_id::known(profile.model)))
      reading.who.model = text(*what);
  return reading;
}

binding outlet_command(const outlet_profile& profile, std::uint32_t number, bool on) {
  expects(number >= 1);
  return {named(on ? profile.command_on : profile.command_off, profile, number),
          on ? profile.command_on_value : profile.command_off_value};
}

}  // namespace holdover::device::snmp
