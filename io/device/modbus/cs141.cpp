#include "io/device/modbus/cs141.hpp"

#include "core/power/names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace holdover::device::modbus {

namespace {

constexpr std::uint16_t status_at = 109;
constexpr std::uint16_t alarms_at = 115;
constexpr std::uint16_t auxiliary_at = 139;
constexpr std::uint16_t analog_at = 143;
constexpr double counts_per_volt = 10;

struct status_row {
  point::role what;
  const char* name;
  std::uint16_t mask;
  std::uint16_t equals;
};

// Bits: 0x01 bypass, 0x02 shutdown, 0x04 output active, 0x08 backup, 0x10 battery low,
// 0x20 temperature, 0x40 test, 0x80 input, 0x100 overload, 0x200 inverter, 0x400 battery bad,
// 0x800 eco, 0x1000 inverter warning, 0x2000 failed, 0x4000 communication lost.
constexpr std::array status_rows{
    status_row{point::role::flag, "OL", 0x400e, 0x0004},
    status_row{point::role::flag, "OB", 0x4048, 0x0008},
    status_row{point::role::flag, "DISCHRG", 0x4048, 0x0008},
    status_row{point::role::flag, "TEST", 0x0040, 0x0040},
    status_row{point::role::flag, "LB", 0x0010, 0x0010},
    status_row{point::role::flag, "RB", 0x0400, 0x0400},
    status_row{point::role::flag, "BYPASS", 0x0001, 0x0001},
    status_row{point::role::flag, "OVER", 0x0100, 0x0100},
    status_row{point::role::flag, "ECO", 0x0800, 0x0800},
    status_row{point::role::flag, "OFF", 0x400f, 0x0002},
    status_row{point::role::flag, "STALE", 0x4000, 0x4000},
    status_row{point::role::alarm, "upsAlarmShutdownPending", 0x0006, 0x0006},
    status_row{point::role::alarm, "upsAlarmTempBad", 0x0020, 0x0020},
    status_row{point::role::alarm, "upsAlarmInputBad", 0x0080, 0x0080},
    status_row{point::role::alarm, "upsAlarmGeneralFault", 0x0200, 0x0200},
    status_row{point::role::alarm, "upsAlarmGeneralFault", 0x1000, 0x1000},
    status_row{point::role::alarm, "upsAlarmGeneralFault", 0x2000, 0x2000},
    status_row{point::role::alarm, "upsAlarmCommunicationsLost", 0x4000, 0x4000},
};

// Alarm n of RFC 1628 stands at alarms_at + n - 1.
constexpr std::array<const char*, 24> alarm_names{"upsAlarmBatteryBad",
                                                  "upsAlarmOnBattery",
                                                  "upsAlarmLowBattery",
                                                  "upsAlarmDepletedBattery",
                                                  "upsAlarmTempBad",
                                                  "upsAlarmInputBad",
                                                  "upsAlarmOutputBad",
                                                  "upsAlarmOutputOverload",
                                                  "upsAlarmOnBypass",
                                                  "upsAlarmBypassBad",
                                                  "upsAlarmOutputOffAsRequested",
                                                  "upsAlarmUpsOffAsRequested",
                                                  "upsAlarmChargerFailed",
                                                  "upsAlarmUpsOutputOff",
                                                  "upsAlarmUpsSystemOff",
                                                  "upsAlarmFanFailure",
                                                  "upsAlarmFuseFailure",
                                                  "upsAlarmGeneralFault",
                                                  "upsAlarmDiagnosticTestFailed",
                                                  "upsAlarmCommunicationsLost",
                                                  "upsAlarmAwaitingPower",
                                                  "upsAlarmShutdownPending",
                                                  "upsAlarmShutdownImminent",
                                                  "upsAlarmTestInProgress"};

struct value_row {
  const char* name;
  std::uint16_t address;
  shape as;
  double divisor;
  limits result;
};

// Minutes are divided by 1/60. Cards say 999 minutes or more when they do not know.
const std::array value_rows{
    value_row{"output.L1-N.voltage", 97, shape::u16, 10, {0, 1000}},
    value_row{"output.L2-N.voltage", 98, shape::u16, 10, {0, 1000}},
    value_row{"output.L3-N.voltage", 99, shape::u16, 10, {0, 1000}},
    value_row{"output.L1.power.percent", 100, shape::u16, 1, {0, 200}},
    value_row{"output.L2.power.percent", 101, shape::u16, 1, {0, 200}},
    value_row{"output.L3.power.percent", 102, shape::u16, 1, {0, 200}},
    value_row{"battery.charge", 103, shape::u16, 1, {0, 105}},
    value_row{"input.L1-N.voltage", 104, shape::s16, 10, {0, 1000}},
    value_row{"input.L2-N.voltage", 105, shape::s16, 10, {0, 1000}},
    value_row{"input.L3-N.voltage", 106, shape::s16, 10, {0, 1000}},
    value_row{"ups.temperature", 107, shape::s16, 10, {-40, 120}},
    value_row{"battery.runtime", 108, shape::u16, 1.0 / 60, {0, 998 * 60.0}},
    value_row{"battery.voltage", 110, shape::u16, 10, {0, 1000}},
    value_row{"input.frequency", 111, shape::u16, 10, {0, 440}},
    value_row{"input.L2.frequency", 112, shape::u16, 10, {0, 440}},
    value_row{"input.L3.frequency", 113, shape::u16, 10, {0, 440}},
    value_row{"input.line_bads", 114, shape::u16, 1, {0, 65534}},
};

std::vector<point> made() {
  std::vector<point> all;
  for (const auto& row : value_rows)
    all.push_back({.what = point::role::value,
                   .name = row.name,
                   .address = row.address,
                   .as = row.as,
                   .divisor = row.divisor,
                   .result = row.result});
  for (const auto& row : status_rows)
    all.push_back({.what = row.what,
                   .name = row.name,
                   .address = status_at,
                   .mask = row.mask,
                   .equals = row.equals});
  for (std::uint16_t i = 0; i < alarm_names.size(); ++i)
    all.push_back({.what = point::role::alarm,
                   .name = alarm_names[i],
                   .address = static_cast<std::uint16_t>(alarms_at + i)});
  for (std::uint16_t i = 0; i < 4; ++i)
    all.push_back({.what = point::role::contact,
                   .name = "aux." + std::to_string(i + 1),
                   .address = static_cast<std::uint16_t>(auxiliary_at + i)});
  for (std::uint16_t i = 0; i < 8; ++i)
    all.push_back({.what = point::role::value,
                   .name = "analog." + std::to_string(i + 1),
                   .address = static_cast<std::uint16_t>(analog_at + i),
                   .as = shape::s16,
                   .divisor = counts_per_volt,
                   .raw = limits{0, 10 * counts_per_volt}});
  return all;
}

power::measurement* named(power::ups_reading& reading, std::string_view name) {
  const auto found = std::ranges::find(reading.values, name, &power::measurement::name);
  return found == reading.values.end() ? nullptr : &*found;
}

bool nothing_there(const power::measurement* value) {
  return value == nullptr || value->how != power::quality::good || value->number < 1;
}

}  // namespace

const std::vector<point>& cs141_points() {
  static const auto points = made();
  return points;
}

void settle_phases(power::ups_reading& reading) {
  // A phase that is fitted shows itself at its output, or at its input when the output is off.
  for (const std::string phase : {"L2", "L3"}) {
    if (!nothing_there(named(reading, "output." + phase + "-N.voltage"))
        || !nothing_there(named(reading, "input." + phase + "-N.voltage")))
      continue;
    std::erase_if(reading.values, [&](const auto& value) {
      return value.name.find('.' + phase) != std::string::npos;
    });
  }
  const power::measurement* fullest = nullptr;
  for (const auto& value : reading.values) {
    const bool load = value.name.starts_with("output.L") && value.name.ends_with(".power.percent");
    if (!load || value.how != power::quality::good) continue;
    if (fullest == nullptr || value.number > fullest->number) fullest = &value;
  }
  if (fullest == nullptr) return;
  auto load = *fullest;
  load.name = power::names::ups_load;
  reading.values.push_back(std::move(load));
}

}  // namespace holdover::device::modbus
