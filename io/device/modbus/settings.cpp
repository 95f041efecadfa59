#include "io/device/modbus/settings.hpp"

#include "io/device/modbus/cs141.hpp"
#include "io/device/modbus/sensor_manager.hpp"
#include "io/device/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdover::device::modbus {

namespace {

constexpr std::size_t points_max = 512;
constexpr double number_max = 1e9;
constexpr auto debounce_max = 1000ms;
constexpr std::array<std::uint32_t, 8> bauds{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

bool one_of(const std::vector<std::string>& known, std::string_view text) {
  return std::ranges::find(known, text) != known.end();
}

std::string listed(const std::vector<std::string>& known) {
  std::string all;
  for (const auto& one : known)
    all += (all.empty() ? "" : ", ") + one;
  return all;
}

bool is_frame(std::string_view text) {
  return text.size() == 3 && (text[0] == '7' || text[0] == '8')
         && std::string_view("NEO").find(text[1]) != std::string_view::npos
         && (text[2] == '1' || text[2] == '2');
}

std::string problem_with_points(const std::vector<point>& points, bool wanted) {
  if (wanted && points.empty()) return "the map \"points\" needs at least one point";
  if (!wanted && !points.empty()) return "points go with the map \"points\"; name it or drop them";
  if (points.size() > points_max) return "more than 512 points; divide the device into several";
  for (const auto& p : points) {
    if (const auto [again, problem] = point_from(to_text(p)); !problem.empty())
      return "point \"" + p.name + "\": " + problem;
  }
  return {};
}

void take_words(words& given, settings& out) {
  const auto address = [&](const char* key, std::uint16_t& at) {
    at = static_cast<std::uint16_t>(given.whole(key, 0, 0xffff).value_or(at));
  };
  const auto number = [&](const char* key, double& to) {
    to = given.number(key, -number_max, number_max).value_or(to);
  };
  const auto text = [&](const char* key, std::string& to) { to = given.text(key).value_or(to); };
  out.unit = static_cast<std::uint8_t>(given.whole("unit", 0, 255).value_or(out.unit));
  text("map", out.map);
  out.line.baud = given.whole("baud", 0, 1'000'000).value_or(out.line.baud);
  text("frame", out.line.frame);
  address("analog_at", out.manager.analog_at);
  address("digital_at", out.manager.digital_at);
  address("outputs_at", out.manager.outputs_at);
  number("counts_per_volt", out.manager.counts_per_volt);
  number("divisor", out.channel.divisor);
  number("offset", out.channel.offset);
  out.channel.normally_closed = given.whole("normally_closed", 0, 1).value_or(0) == 1;
  if (const auto ms = given.whole("debounce_ms", 0, 60'000))
    out.channel.debounce = std::chrono::milliseconds(*ms);
  text("means", out.channel.means);
}

}  // namespace

const std::vector<std::string>& known_meanings() {
  static const std::vector<std::string> all{
      "door", "smoke", "fire_fighting", "air_conditioning_fault", "intrusion", "custom"};
  return all;
}

const std::vector<std::string>& known_maps() {
  static const std::vector<std::string> all{std::string(map_cs141), std::string(map_sensor_manager),
                                            std::string(map_points)};
  return all;
}

std::string problem_with(const settings& s) {
  if (s.unit < 1 || s.unit > 247) return "a Modbus unit is numbered 1 to 247";
  if (!one_of(known_maps(), s.map)) return "map must be one of " + listed(known_maps());
  if (std::ranges::find(bauds, s.line.baud) == bauds.end())
    return "baud must be a usual rate from 1200 to 115200, such as 9600 or 19200";
  if (!is_frame(s.line.frame))
    return "frame must be data bits, parity and stop bits, such as 8E1, 8N1 or 8N2";
  if (s.channel.divisor == 0)
    return "divisor must not be zero: the value is volts / divisor + offset; 1 leaves volts";
  if (!(s.manager.counts_per_volt > 0)) return "counts_per_volt must be greater than zero";
  if (s.manager.analog_at > 0xffff - 7 || s.manager.digital_at > 0xffff - 3
      || s.manager.outputs_at > 0xffff - 3)
    return "the inputs or outputs of the Sensor Manager would go beyond address 65535";
  if (s.channel.debounce < 0ms || s.channel.debounce > debounce_max)
    return "debounce must be from 0 to 1s";
  if (!s.channel.means.empty() && !one_of(known_meanings(), s.channel.means))
    return "means must be one of " + listed(known_meanings());
  return problem_with_points(s.points, s.map == map_points);
}

std::string to_text(const settings& s) {
  auto text = word("unit", s.unit) + word("map", s.map) + word("baud", s.line.baud)
              + word("frame", s.line.frame) + word("analog_at", s.manager.analog_at)
              + word("digital_at", s.manager.digital_at) + word("outputs_at", s.manager.outputs_at)
              + word("counts_per_volt", s.manager.counts_per_volt)
              + word("divisor", s.channel.divisor) + word("offset", s.channel.offset)
              + word("normally_closed", s.channel.normally_closed ? 1 : 0)
              + word("debounce_ms", static_cast<double>(s.channel.debounce.count()));
  if (!s.channel.means.empty()) text += word("means", s.channel.means);
  for (const auto& p : s.points)
    text += '\n' + to_text(p);
  return text.substr(1);
}

std::pair<settings, std::string> settings_from(std::string_view text) {
  settings out;
  const auto first = text.find('\n');
  words given(text.substr(0, first));
  take_words(given, out);
  auto problem = given.problem();
  while (problem.empty() && !text.empty()) {
    const auto end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto line = text.substr(0, text.find('\n'));
    if (line.empty() || out.points.size() > points_max) continue;
    auto [p, wrong] = point_from(line);
    problem = std::move(wrong);
    out.points.push_back(std::move(p));
  }
  if (problem.empty()) problem = problem_with(out);
  return {std::move(out), std::move(problem)};
}

std::vector<point> points_of(const settings& s) {
  if (s.map == map_cs141) return cs141_points();
  if (s.map == map_sensor_manager) return sensor_manager_points(s.manager);
  return s.points;
}

}  // namespace holdover::device::modbus
