#include "io/device/nut/reading.hpp"

#include "io/device/nut/quantity.hpp"
#include "io/device/nut/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace holdover::device::nut {

namespace {

constexpr std::size_t text_characters_max = 128;
constexpr std::size_t alarms_max = 32;
constexpr std::uint32_t outlet_number_max = 512;

constexpr std::array<std::pair<std::string_view, power::ups_flag>, 16> status_words{{
    {"OL", power::ups_flag::online},
    {"OB", power::ups_flag::on_battery},
    {"LB", power::ups_flag::low_battery},
    {"RB", power::ups_flag::replace_battery},
    {"CHRG", power::ups_flag::charging},
    {"DISCHRG", power::ups_flag::discharging},
    {"BYPASS", power::ups_flag::bypass},
    {"CAL", power::ups_flag::calibrating},
    {"TEST", power::ups_flag::testing},
    {"OFF", power::ups_flag::off},
    {"OVER", power::ups_flag::overload},
    {"TRIM", power::ups_flag::trimming},
    {"BOOST", power::ups_flag::boosting},
    {"FSD", power::ups_flag::forced_shutdown},
    {"ALARM", power::ups_flag::alarm},
    {"ECO", power::ups_flag::eco},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> alarm_words{{
    {"Replace battery", "upsAlarmBatteryBad"},
    {"No battery installed", "upsAlarmBatteryBad"},
    {"Battery voltage too low", "upsAlarmLowBattery"},
    {"Low battery", "upsAlarmLowBattery"},
    {"Battery depleted", "upsAlarmDepletedBattery"},
    {"Temperature too high", "upsAlarmTempBad"},
    {"Over temperature", "upsAlarmTempBad"},
    {"OVERHEAT", "upsAlarmTempBad"},
    {"Input Bad", "upsAlarmInputBad"},
    {"Output overload", "upsAlarmOutputOverload"},
    {"Overload", "upsAlarmOutputOverload"},
    {"Automatic bypass mode", "upsAlarmOnBypass"},
    {"Manual bypass mode", "upsAlarmOnBypass"},
    {"Battery charger fail", "upsAlarmChargerFailed"},
    {"Fan failure", "upsAlarmFanFailure"},
    {"Fuse fault", "upsAlarmFuseFailure"},
    {"Internal UPS fault", "upsAlarmGeneralFault"},
    {"Communication fault", "upsAlarmCommunicationsLost"},
    {"Awaiting power", "upsAlarmAwaitingPower"},
    {"Shutdown imminent", "upsAlarmShutdownImminent"},
}};

bool same_letters(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](auto word) { return same_letters(text, word); });
}

/// The first of the variables that says anything.
std::string text_of(const variables& list, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    if (auto text = printable(value_of(list, name).value_or(""), text_characters_max);
        !text.empty())
      return text;
  return {};
}

// ups.* before device.*: newer drivers fill both alike, older ones and overrides only the first.
power::identity identity_from(const variables& list) {
  return {.manufacturer = text_of(list, {"ups.mfr", "device.mfr"}),
          .model = text_of(list, {"ups.model", "device.model"}),
          .serial = text_of(list, {"ups.serial", "device.serial"}),
          .firmware = text_of(list, {"ups.firmware", "device.firmware"})};
}

/// "outlet.12.status" -> 12, "status". Absent for the main outlet ("outlet.status", "outlet.0.id")
/// and for groups.
std::optional<std::pair<std::uint32_t, std::string_view>> outlet_variable(std::string_view name) {
  constexpr std::string_view prefix = "outlet.";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  bool dotted = end != name.data() + name.size() && *end == '.';
  if (error != std::errc{} || !dotted || number == 0 || number > outlet_number_max)
    return std::nullopt;
  return std::pair{number, name.substr(static_cast<std::size_t>(end - name.data()) + 1)};
}

power::outlet_state outlet_state_from(std::string_view text) {
  // Drivers add what a relay does after a stroke: "on/closed".
  text = trimmed(text.substr(0, text.find('/')));
  constexpr std::array<std::string_view, 4> on{"on", "yes", "1", "enabled"};
  constexpr std::array<std::string_view, 4> off{"off", "no", "0", "disabled"};
  if (is_one_of(text, on)) return power::outlet_state::on;
  if (is_one_of(text, off)) return power::outlet_state::off;
  return power::outlet_state::unknown;
}

std::optional<double> usable_number(std::string_view name, std::string_view value) {
  auto measured = measure(name, value);
  if (!measured || measured->how != power::quality::good) return std::nullopt;
  return measured->number;
}

power::sensor_kind sensor_kind_of(std::string_view channel) {
  if (channel.find("contact") != std::string_view::npos) return power::sensor_kind::contact;
  if (channel.find("humidity") != std::string_view::npos)
    return power::sensor_kind::humidity_percent;
  if (channel.find("temperature") != std::string_view::npos)
    return power::sensor_kind::temperature_celsius;
  return power::sensor_kind::unspecified;
}

/// Whether a contact is active. "Opened" and "closed" depend on how it is at rest, which the
/// variable "....config" tells; without it a contact rests open.
std::optional<bool> contact_from(const variables& list, std::string_view channel,
                                 std::string_view text) {
  constexpr std::array<std::string_view, 5> active{"active", "on", "yes", "1", "true"};
  constexpr std::array<std::string_view, 5> inactive{"inactive", "off", "no", "0", "false"};
  constexpr std::array<std::string_view, 2> closed{"closed", "close"};
  constexpr std::array<std::string_view, 2> opened{"opened", "open"};
  text = trimmed(text);
  if (is_one_of(text, active)) return true;
  if (is_one_of(text, inactive)) return false;
  auto base = channel.substr(0, channel.rfind('.'));
  auto rest = value_of(list, std::string(base) + ".config").value_or("");
  bool rests_closed = rest.find("closed") != std::string_view::npos;
  if (is_one_of(text, closed)) return !rests_closed;
  if (is_one_of(text, opened)) return rests_closed;
  return std::nullopt;
}

power::measurement sensor_value(const variables& list, const std::string& channel,
                                power::sensor_kind kind, std::string_view text) {
  power::measurement result{.name = channel, .source = channel};
  std::optional<double> number;
  if (kind == power::sensor_kind::contact) {
    if (auto active = contact_from(list, channel, text)) number = *active ? 1 : 0;
  } else if (auto measured = measure(channel, text)) {
    return *measured;
  } else {
    number = number_in(text);
  }
  result.number = number.value_or(0);
  if (!number) result.how = power::quality::suspect;
  return result;
}

/// What "ambient.1.humidity" stands behind: "ambient.1.present" = no means that nothing is plugged.
bool unplugged(const variables& list, std::string_view channel) {
  auto base = std::string(channel.substr(0, channel.rfind('.')));
  auto present = value_of(list, base + ".present");
  return present && same_letters(trimmed(*present), "no");
}

std::string channels_of(const variables& list) {
  std::string names;
  for (const auto& v : list) {
    if (!v.name.starts_with("ambient.") || names.size() > text_characters_max) continue;
    if (v.name.ends_with(".low") || v.name.ends_with(".high")) continue;
    names += (names.empty() ? "" : ", ") + printable(v.name, text_characters_max);
  }
  return names.empty() ? "none of the surroundings" : names;
}

}  // namespace

power::ups_flags flags_from(std::string_view status) {
  power::ups_flags flags;
  for (status = trimmed(status); !status.empty(); status = trimmed(status)) {
    auto word = status.substr(0, status.find_first_of(" \t"));
    status.remove_prefix(word.size());
    auto found =
        std::ranges::find(status_words, word, &std::pair<std::string_view, power::ups_flag>::first);
    if (found != status_words.end()) flags.set(found->second);
  }
  return flags;
}

std::vector<std::string> alarms_from(std::string_view text) {
  std::vector<std::string> alarms;
  while (!text.empty() && alarms.size() < alarms_max) {
    auto end = text.find_first_of("!]|;");
    auto one = printable(text.substr(0, end), text_characters_max);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    one.erase(0, one.find_first_not_of("[ "));
    if (one.empty() || one == "0" || same_letters(one, "none")) continue;
    auto known = std::ranges::find_if(
        alarm_words, [&](const auto& row) { return same_letters(row.first, one); });
    if (known != alarm_words.end()) one = known->second;
    if (std::ranges::find(alarms, one) == alarms.end()) alarms.push_back(std::move(one));
  }
  return alarms;
}

power::ups_reading read_ups(const variables& list) {
  power::ups_reading reading;
  reading.flags = flags_from(value_of(list, "ups.status").value_or(""));
  reading.alarms = alarms_from(value_of(list, "ups.alarm").value_or(""));
  reading.who = identity_from(list);
  for (const auto& v : list)
    if (auto measured = measure(v.name, v.value)) reading.values.push_back(std::move(*measured));
  return reading;
}

power::outlet_unit_reading read_outlets(const variables& list) {
  std::map<std::uint32_t, power::outlet_reading> outlets;
  for (const auto& v : list) {
    auto found = outlet_variable(v.name);
    if (!found) continue;
    auto& outlet = outlets[found->first];
    outlet.number = found->first;
    if (found->second == "status") outlet.state = outlet_state_from(v.value);
    if (found->second == "realpower") outlet.load_watts = usable_number(v.name, v.value);
  }
  power::outlet_unit_reading reading;
  reading.who = identity_from(list);
  for (auto& [number, outlet] : outlets)
    reading.outlets.push_back(outlet);
  return reading;
}

power::whole_reading read_whole(const variables& list) {
  power::whole_reading reading;
  reading.power = read_ups(list);
  reading.told = reading.power.flags;
  reading.outlets = read_outlets(list).outlets;
  reading.families = {"nut"};
  return reading;
}

answer<power::device_reading> read_sensor(const variables& list, const subject& what) {
  auto kind = sensor_kind_of(what.channel);
  auto text = value_of(list, what.channel);
  if (!text)
    return failure{failure_kind::unknown_unit, what.name + " has no variable \""
                                                   + printable(what.channel, text_characters_max)
                                                   + "\"; it gives " + channels_of(list)};
  if (unplugged(list, what.channel))
    return power::sensor_reading{
        kind, {.name = what.channel, .how = power::quality::absent, .source = what.channel}};
  return power::sensor_reading{kind, sensor_value(list, what.channel, kind, *text)};
}

bool waiting_for_data(const variables& list, device_kind kind) {
  auto status = value_of(list, "ups.status");
  bool waiting = status && trimmed(*status) == "WAIT";
  return waiting && (kind == device_kind::ups || list.size() == 1);
}

answer<power::device_reading> read(const variables& list, const subject& what) {
  if (waiting_for_data(list, what.kind))
    return failure{failure_kind::stale, what.name + " waits for the first data of its NUT driver"};
  switch (what.kind) {
    case device_kind::ups:
      return read_ups(list);
    case device_kind::outlet_unit:
      return read_outlets(list);
    case device_kind::sensor:
      return read_sensor(list, what);
    case device_kind::whole:
      return read_whole(list);
    case device_kind::interface:
      break;
  }
  return failure{failure_kind::unsupported,
                 what.name + " is not read as a device; ask for its interface"};
}

}  // namespace holdover::device::nut
