// Devices in the field as a site file describes them: Modbus maps, and serial lines.

#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"
#include "io/device/megatec/settings.hpp"
#include "io/device/modbus/settings.hpp"
#include "io/device/rccmd/listener.hpp"
#include "io/device/udp.hpp"

#include <algorithm>
#include <string_view>

namespace holdover::config {

namespace {

namespace modbus = device::modbus;

constexpr std::uint32_t modbus_port = 502;
constexpr std::uint32_t address_max = 0xffff;
constexpr std::uint16_t trap_port = 162;

std::uint16_t register_address(std::uint32_t given, const std::string& path, document& file) {
  if (given > address_max)
    file.error(path, std::to_string(given) + " is no address; give 0 to 65535, as on the wire");
  return static_cast<std::uint16_t>(std::min(given, address_max));
}

template <class T>
T word_as(const std::string& given, T usual, std::optional<T> (*meaning)(std::string_view),
          const std::vector<std::string>& known, const std::string& path, document& file) {
  if (given.empty()) return usual;
  if (const auto found = meaning(given)) return *found;
  file.error(path,
             "must be " + choice(known) + ", not " + in_quotes(given) + did_you_mean(given, known));
  return usual;
}

/// What a point is and what it is called; exactly one of five must be said.
void take_name(const v1::ModbusPoint& in, const std::string& path, document& file,
               modbus::point& out) {
  using role = modbus::point::role;
  const std::pair<role, std::string> named[] = {
      {role::value, in.value()},
      {role::flag, in.flag()},
      {role::alarm, in.alarm()},
      {role::contact, in.contact()},
      {role::outlet, in.outlet() == 0 ? std::string{} : std::to_string(in.outlet())}};
  int count = 0;
  for (const auto& [what, name] : named) {
    if (name.empty()) continue;
    ++count;
    out.what = what;
    out.name = name;
  }
  if (count != 1)
    file.error(path, "must say exactly one of value, flag, alarm, contact and outlet");
}

modbus::point to_point(const v1::ModbusPoint& in, const std::string& path, document& file) {
  modbus::point out;
  take_name(in, path, file, out);
  const bool outlet = out.what == modbus::point::role::outlet;
  out.where =
      word_as(in.table(), outlet ? modbus::space::coil : modbus::space::holding, modbus::space_from,
              {"holding", "input", "discrete", "coil"}, path + ".table", file);
  file.require(path + ".address", file.given(path + ".address"));
  out.address = register_address(in.address(), path + ".address", file);
  out.as = word_as(
      in.shape(), modbus::shape::u16, modbus::shape_from,
      {"u16", "s16", "u32", "s32", "f32", "u32-low-first", "s32-low-first", "f32-low-first"},
      path + ".shape", file);
  if (in.mask() != 0) out.mask = register_address(in.mask(), path + ".mask", file);
  if (in.has_equals()) out.equals = register_address(in.equals(), path + ".equals", file);
  if (in.has_divisor()) out.divisor = in.divisor();
  out.offset = in.offset();
  constexpr double beyond = 1e12;
  if (in.has_least() || in.has_most())
    out.result =
        modbus::limits{in.has_least() ? in.least() : -beyond, in.has_most() ? in.most() : beyond};
  return out;
}

std::uint16_t port_of(const v1::Modbus& in, const std::string& path, document& file) {
  const bool wrong = in.port() > 65535 || (in.port() == 0 && file.given(path + ".port"));
  if (wrong) file.error(path + ".port", "is no port; give 1 to 65535, usual is 502");
  return static_cast<std::uint16_t>(in.port() == 0 || wrong ? modbus_port : in.port());
}

modbus::settings to_settings(const v1::Modbus& in, const std::string& path, document& file) {
  modbus::settings out;
  if (in.baud() != 0) out.line.baud = in.baud();
  if (!in.frame().empty()) out.line.frame = in.frame();
  if (in.unit() > 247 || (in.unit() == 0 && file.given(path + ".unit")))
    file.error(path + ".unit", "a Modbus unit is numbered 1 to 247");
  else if (in.unit() != 0)
    out.unit = static_cast<std::uint8_t>(in.unit());
  if (!in.map().empty())
    out.map = in.map();
  else if (in.points_size() != 0)
    out.map = modbus::map_points;
  out.manager.analog_at = register_address(in.analog_at(), path + ".analog_at", file);
  out.manager.digital_at = register_address(in.digital_at(), path + ".digital_at", file);
  out.manager.outputs_at = register_address(in.outputs_at(), path + ".outputs_at", file);
  if (file.given(path + ".counts_per_volt")) out.manager.counts_per_volt = in.counts_per_volt();
  for (int i = 0; i < in.points_size(); ++i)
    out.points.push_back(to_point(in.points(i), path + '.' + at("points", i), file));
  return out;
}

/// "analog.3" of a sensor that says its input alone.
std::string channel_of(const v1::Sensor& in) {
  if (!in.channel().empty() || in.input() == 0) return in.channel();
  const bool digital = in.kind() == v1::Sensor::CONTACT || !in.means().empty();
  return (digital ? "digital." : "analog.") + std::to_string(in.input());
}

}  // namespace

device_address to_address(const v1::Modbus& in, const std::string& path, document& file) {
  if (in.host().empty() == in.line().empty())
    file.error(path, "needs a host for Modbus TCP, or a line for RTU, and not both");
  if (!in.line().empty() && !in.line().starts_with('/'))
    file.error(path + ".line", "must be the path of a serial line, such as /dev/ttyUSB0");
  const auto settings = to_settings(in, path, file);
  if (const auto problem = modbus::problem_with(settings); !problem.empty())
    file.error(path, problem);
  return {.driver = "modbus",
          .host = in.line().empty() ? in.host() : in.line(),
          .port = port_of(in, path, file),
          .unit = {},
          .credentials = {},
          .version = {},
          .settings = modbus::to_text(settings)};
}

device_address to_address(const v1::Megatec& in, const std::string& path, document& file) {
  file.require(path + ".line", !in.line().empty());
  if (!in.line().empty() && !in.line().starts_with('/'))
    file.error(path + ".line", "must be the path of a serial line, such as /dev/ttyS0");
  device::megatec::settings settings;
  if (in.baud() != 0) settings.baud = in.baud();
  settings.pass_through = in.pass_through();
  if (const auto problem = device::megatec::problem_with(settings); !problem.empty())
    file.error(path + (problem.starts_with("baud") ? ".baud" : ".pass_through"), problem);
  return {.driver = "megatec",
          .host = in.line(),
          .port = 0,
          .unit = {},
          .credentials = {},
          .version = {},
          .settings = device::megatec::to_text(settings)};
}

void load_hints(const v1::Hints& in, document& file, site& out, const site_names& names) {
  namespace rccmd = device::rccmd;
  out.hints.rccmd = in.rccmd();
  if (!in.rccmd().empty())
    if (const auto problem = rccmd::problem_with_endpoint(in.rccmd()); !problem.empty())
      file.error("hints.rccmd", problem);
  out.hints.traps = in.traps();
  if (!in.traps().empty())
    if (const auto problem = device::problem_with_endpoint(in.traps(), trap_port); !problem.empty())
      file.error("hints.traps", problem);
  for (int i = 0; i < in.senders_size(); ++i) {
    const auto& sender = in.senders(i);
    const auto path = "hints." + at("senders", i);
    const auto address = device::canonical_address(sender.address());
    if (address.empty())
      file.error(path + ".address",
                 in_quotes(sender.address()) + " is no address; write it in numbers: 10.0.0.5");
    file.require(path + ".ups", !sender.ups().empty());
    if (sender.ups().empty()) continue;
    out.hints.senders.push_back({address, names.upses.find(sender.ups(), path + ".ups", file)});
  }
}

void take_modbus_channel(const v1::Sensor& in, const std::string& path, document& file,
                         sensor_config& out) {
  const bool said = in.has_divisor() || in.offset() != 0 || in.normally_closed()
                    || in.has_debounce() || !in.means().empty();
  if (!in.has_modbus()) {
    if (said)
      file.error(path, "divisor, offset, normally_closed, debounce and means are for Modbus alone");
    return;
  }
  out.channel = channel_of(in);
  auto [settings, problem] = modbus::settings_from(out.address.settings);
  if (!problem.empty()) return;  // Told where the address was read.
  auto& channel = settings.channel;
  if (in.has_divisor()) channel.divisor = in.divisor();
  channel.offset = in.offset();
  channel.normally_closed = in.normally_closed();
  take(channel.debounce, in.has_debounce(), in.debounce());
  channel.means = in.means();
  if (problem = modbus::problem_with(settings); !problem.empty()) file.error(path, problem);
  const auto points = modbus::points_of(settings);
  const bool known = std::ranges::find(points, out.channel, &modbus::point::name) != points.end();
  if (!out.channel.empty() && !known)
    file.error(path + (in.channel().empty() ? ".input" : ".channel"),
               "the map \"" + settings.map + "\" has no channel " + in_quotes(out.channel)
                   + "; a Sensor Manager has analog.1 to analog.8 and digital.1 to digital.4");
  out.address.settings = modbus::to_text(settings);
}

}  // namespace holdover::config
