// Devices of a site file: where UPSes, outlet units and sensors are, and how they are called.

#include "core/catalogue.hpp"
#include "core/jobs/calendar.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"
#include "io/device/snmp/profile.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <type_traits>
#include <vector>

namespace holdover::config {

namespace {

constexpr std::uint32_t nut_port = 3493;
constexpr std::uint32_t snmp_port = 161;
constexpr std::uint32_t outlets_max = 256;

using profiles = std::vector<std::string>;

/// What the SNMP driver can speak for a kind of device, and whether the choice must be made: what a
/// UPS or a probe speaks is found out where nothing is said, but nothing is switched by a guess.
struct profile_choice {
  profiles known;
  bool needed = false;
};
profiles with_auto(profiles known) {
  known.insert(known.begin(), "auto");
  return known;
}

const profile_choice& ups_profiles() {
  static const profile_choice choice{with_auto(device::snmp::ups_profile_names()), false};
  return choice;
}

const profile_choice& outlet_profiles() {
  static const profile_choice choice{with_auto(device::snmp::outlet_profile_names()), true};
  return choice;
}

const profile_choice& sensor_profiles() {
  static const profile_choice choice{with_auto(device::snmp::sensor_profile_names()), false};
  return choice;
}

std::uint16_t port(std::uint32_t given, std::uint32_t usual, const std::string& path,
                   document& file) {
  if (given > 65535 || (given == 0 && file.given(path)))
    file.error(path, std::to_string(given) + " is no port; give 1 to 65535, usual is "
                         + std::to_string(usual));
  return static_cast<std::uint16_t>(given == 0 || given > 65535 ? usual : given);
}

void check_word(const std::string& word, const profiles& known, const std::string& path,
                document& file) {
  if (word.empty() || std::find(known.begin(), known.end(), word) != known.end()) return;
  file.error(path,
             "must be " + choice(known) + ", not " + in_quotes(word) + did_you_mean(word, known));
}

}  // namespace

std::string credentials(const std::string& given, const std::string& path, document& file) {
  constexpr std::string_view in_file = "file:";
  constexpr std::string_view in_environment = "env:";
  if (given.empty()) return given;
  if (given.rfind(in_file, 0) == 0 && given.size() > in_file.size())
    return std::string{in_file} + file.resolve(given.substr(in_file.size()));
  if (given.rfind(in_environment, 0) == 0 && given.size() > in_environment.size()) return given;
  file.error(path, "must be file:PATH or env:NAME, where the secret is; it never stands here");
  return {};
}

namespace {

device_address to_address(const v1::Nut& in, const std::string& path, document& file) {
  file.require(path + ".host", !in.host().empty());
  file.require(path + ".ups", !in.ups().empty());
  return {.driver = "nut",
          .host = in.host(),
          .port = port(in.port(), nut_port, path + ".port", file),
          .unit = in.ups(),
          .credentials = credentials(in.credentials(), path + ".credentials", file),
          .version = {}};
}

device_address to_address(const v1::Snmp& in, const profile_choice& choose, const std::string& path,
                          document& file) {
  file.require(path + ".host", !in.host().empty());
  file.require(path + ".profile", !choose.needed || !in.profile().empty());
  check_word(in.profile(), choose.known, path + ".profile", file);
  check_word(in.version(), {"1", "2c", "3"}, path + ".version", file);
  if (in.version() == "3" && in.credentials().empty())
    file.error(
        path,
        "version 3 needs credentials: file:PATH or env:NAME with the user and the passphrases");
  return {.driver = "snmp",
          .host = in.host(),
          .port = port(in.port(), snmp_port, path + ".port", file),
          .unit = in.profile(),
          .credentials = credentials(in.credentials(), path + ".credentials", file),
          .version = in.version().empty() ? "2c" : in.version()};
}

device_address to_address(const v1::Simulated& in, const std::string& path, document& file) {
  file.require(path + ".file", !in.file().empty());
  return {.driver = "simulated",
          .host = file.resolve(in.file()),
          .port = 0,
          .unit = {},
          .credentials = {},
          .version = {}};
}

/// The driver that was chosen; that there is exactly one was checked when the file was bound.
template <class Device>
device_address driver_of(const Device& in, const profile_choice& choose, const std::string& path,
                         document& file) {
  if (in.has_nut()) return to_address(in.nut(), path + ".nut", file);
  if (in.has_snmp()) return to_address(in.snmp(), choose, path + ".snmp", file);
  if (in.has_simulated()) return to_address(in.simulated(), path + ".simulated", file);
  if (in.has_modbus()) return to_address(in.modbus(), path + ".modbus", file);
  if constexpr (requires { in.megatec(); })
    if (in.has_megatec()) return to_address(in.megatec(), path + ".megatec", file);
  return {};
}

void load_battery(const v1::Ups& in, const std::string& path, document& file, ups_config& ups) {
  take(ups.battery_life, in.has_battery_life(), in.battery_life());
  if (ups.battery_life <= duration::zero())
    file.error(path + ".battery_life", "is not positive: \"43800h\" is five years");
  if (in.battery_since().empty()) return;
  ups.battery_since_day = jobs::parse_date(in.battery_since());
  if (!ups.battery_since_day)
    file.error(path + ".battery_since",
               "must be a date such as \"2023-05-01\", not " + in_quotes(in.battery_since()));
}

void load_paths(const v1::Ups& in, const std::string& path, document& file, ups_config& ups) {
  constexpr int paths_max = 4;
  if (in.paths_size() > paths_max)
    file.error(path + ".paths", "are more than " + std::to_string(paths_max)
                                    + "; two that fail apart from each other are enough");
  for (int i = 0; i < in.paths_size(); ++i) {
    const auto here = path + '.' + at("paths", i);
    file.require(here + ".independence_group", !in.paths(i).independence_group().empty());
    ups.paths.push_back(
        {in.paths(i).independence_group(), driver_of(in.paths(i), ups_profiles(), here, file)});
  }
}

void load_ups(const v1::Ups& in, const std::string& path, document& file, site& out) {
  ups_config ups;
  ups.name = in.name();
  ups.address = driver_of(in, ups_profiles(), path, file);
  take(ups.poll_period, in.has_poll(), in.poll());
  take(ups.alert_poll_period, in.has_alert_poll(), in.alert_poll());
  if (!in.has_alert_poll())
    ups.alert_poll_period = std::min(ups.alert_poll_period, ups.poll_period);
  if (in.has_rated_runtime()) ups.rated_runtime = to_duration(in.rated_runtime());
  ups.independence_group = in.independence_group().empty() ? in.name() : in.independence_group();
  load_battery(in, path, file, ups);
  load_paths(in, path, file, ups);
  out.upses.push_back(std::move(ups));
}

/// What the file says about single outlets of a unit, by number.
std::map<std::uint32_t, const v1::Outlet*> named_outlets(const v1::OutletUnit& in,
                                                         std::uint32_t count,
                                                         const std::string& path, document& file) {
  std::map<std::uint32_t, const v1::Outlet*> named;
  for (int i = 0; i < in.names_size(); ++i) {
    const auto& outlet = in.names(i);
    const auto here = path + '.' + at("names", i) + ".number";
    if (outlet.number() == 0 || outlet.number() > count)
      file.error(here, std::to_string(outlet.number())
                           + " is no outlet of this unit, which has 1 to " + std::to_string(count)
                           + "; correct it, or the unit's `outlets`");
    else if (!named.emplace(outlet.number(), &outlet).second)
      file.error(here, "outlet " + std::to_string(outlet.number()) + " is described twice");
  }
  return named;
}

void load_outlets(const v1::OutletUnit& in, const outlet_unit_config& unit, const std::string& path,
                  document& file, site& out, index& names) {
  const auto number_of_unit = static_cast<outlet_unit_index>(out.units.size());
  const auto count = std::min(unit.outlets, outlets_max);
  const auto named = named_outlets(in, count, path, file);
  if (in.name().empty() || file.touched(path + ".names") || file.touched(path + ".outlets"))
    names.doubt();
  for (std::uint32_t number = 1; number <= count; ++number) {
    outlet_config outlet;
    outlet.unit = number_of_unit;
    outlet.number = number;
    outlet.name = in.name() + '.' + std::to_string(number);
    if (const auto found = named.find(number); found != named.end()) {
      if (!found->second->name().empty()) outlet.name = found->second->name();
      take(outlet.minimum_off, found->second->has_minimum_off(), found->second->minimum_off());
      outlet.load_watts = found->second->load_watts();
      outlet.priority = found->second->priority();
      outlet.output = found->second->output();
    }
    names.add(outlet.name);
    out.outlets.push_back(std::move(outlet));
  }
}

/// Given, or those of the model.
void load_ratings(const v1::OutletUnit& in, const std::string& path, const document& file,
                  outlet_unit_config& unit) {
  if (const auto* model = catalogue::find_unit(in.model())) {
    unit.rating_amperes = model->feed_amperes;
    unit.outlet_rating_amperes = model->outlet_amperes;
  }
  if (file.given(path + ".rating_amperes")) unit.rating_amperes = in.rating_amperes();
  if (file.given(path + ".outlet_rating_amperes"))
    unit.outlet_rating_amperes = in.outlet_rating_amperes();
}

/// The credentials and the way are those of the UPS, for it is the same device.
void load_ups_output(const v1::OutletUnit& in, const std::string& path, document& file,
                     const site& out, const site_names& names, outlet_unit_config& unit) {
  const auto here = path + ".ups_output";
  file.require(here + ".ups", !in.ups_output().ups().empty());
  if (!file.given(path + ".outlets")) unit.outlets = 1;
  take(unit.off_delay, in.ups_output().has_off_delay(), in.ups_output().off_delay());
  unit.stays_off = in.ups_output().stays_off();
  const auto ups = names.upses.find(in.ups_output().ups(), here + ".ups", file);
  if (ups >= out.upses.size()) return;
  unit.output_of = ups;
  unit.address = out.upses[ups].address;
  if (in.feed().empty()) unit.feed = ups;
}

void load_unit(const v1::OutletUnit& in, const std::string& path, document& file, site& out,
               site_names& names) {
  outlet_unit_config unit;
  unit.name = in.name();
  unit.address = driver_of(in, outlet_profiles(), path, file);
  take(unit.poll_period, in.has_poll(), in.poll());
  if (!in.feed().empty()) unit.feed = names.upses.find(in.feed(), path + ".feed", file);
  if (file.given(path + ".outlets")) unit.outlets = in.outlets();
  if (in.has_ups_output()) load_ups_output(in, path, file, out, names, unit);
  load_ratings(in, path, file, unit);
  load_outlets(in, unit, path, file, out, names.outlets);
  out.units.push_back(std::move(unit));
  names.units.add(in.name());
}

power::sensor_kind to_kind(v1::Sensor::Kind in) {
  switch (in) {
    case v1::Sensor::TEMPERATURE:
      return power::sensor_kind::temperature_celsius;
    case v1::Sensor::HUMIDITY:
      return power::sensor_kind::humidity_percent;
    case v1::Sensor::CONTACT:
      return power::sensor_kind::contact;
    default:
      return power::sensor_kind::unspecified;
  }
}

void load_sensor(const v1::Sensor& in, const std::string& path, document& file, site& out) {
  sensor_config sensor;
  sensor.name = in.name();
  sensor.kind = to_kind(in.kind());
  sensor.address = driver_of(in, sensor_profiles(), path, file);
  take(sensor.poll_period, in.has_poll(), in.poll());
  sensor.channel = in.channel();
  take_modbus_channel(in, path, file, sensor);
  file.require(path + ".channel", !sensor.channel.empty());
  if (in.has_alarm_low()) sensor.alarm_low = in.alarm_low();
  if (in.has_pre_alarm_low()) sensor.pre_alarm_low = in.pre_alarm_low();
  if (in.has_pre_alarm_high()) sensor.pre_alarm_high = in.pre_alarm_high();
  if (in.has_alarm_high()) sensor.alarm_high = in.alarm_high();
  if (in.has_accuracy()) sensor.accuracy = in.accuracy();
  sensor.hysteresis =
      in.has_hysteresis() ? in.hysteresis() : std::max(sensor.hysteresis, sensor.accuracy);
  out.sensors.push_back(std::move(sensor));
}

}  // namespace

void load_devices(const v1::SiteFile& in, document& file, site& out, site_names& names) {
  for (int i = 0; i < in.ups_size(); ++i) {
    load_ups(in.ups(i), at("ups", i), file, out);
    names.upses.add(in.ups(i).name());
  }
  for (int i = 0; i < in.outlet_units_size(); ++i)
    load_unit(in.outlet_units(i), at("outlet_units", i), file, out, names);
  for (int i = 0; i < in.sensors_size(); ++i) {
    load_sensor(in.sensors(i), at("sensors", i), file, out);
    names.sensors.add(in.sensors(i).name());
  }
}

}  // namespace holdover::config
