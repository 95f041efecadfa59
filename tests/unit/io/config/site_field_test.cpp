// Modbus devices and serial lines as a site file describes them.

#include "io/config/site_loader.hpp"
#include "io/device/modbus/settings.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::config {
namespace {

using testing::HasSubstr;
namespace modbus = device::modbus;

constexpr std::string_view start = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
)";
const std::string usual_ups = "ups:\n  - { name: main, nut: { host: localhost, ups: u1 } }\n";

class SiteField : public testing::Test {
protected:
  site load(const std::string& more) {
    auto got = load_site(here_.write("site.yaml", std::string(start) + more), no_hash);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }

  std::string mistakes(const std::string& more) {
    const auto got = load_site(here_.write("site.yaml", std::string(start) + more), no_hash);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : to_string(*no);
  }

  static std::array<std::uint8_t, 32> no_hash(std::string_view) { return {}; }

  folder here_;
};

modbus::settings settings_of(const device_address& where) {
  auto [settings, problem] = modbus::settings_from(where.settings);
  EXPECT_EQ(problem, "");
  return settings;
}

TEST_F(SiteField, AModbusCardNeedsAHostAlone) {
  const auto s = load("ups:\n  - { name: main, modbus: { host: 10.0.0.9 } }\n");
  const auto& where = s.upses.at(0).address;
  EXPECT_EQ(where.driver, "modbus");
  EXPECT_EQ(where.host, "10.0.0.9");
  EXPECT_EQ(where.port, 502);
  EXPECT_EQ(settings_of(where), modbus::settings{});
}

TEST_F(SiteField, ALineHasItsRateAndFrame) {
  const auto s = load(
      "ups:\n  - { name: main, modbus: { line: /dev/ttyS1, baud: 9600, frame: 8N2, unit: 7 } }\n");
  const auto& where = s.upses.at(0).address;
  EXPECT_EQ(where.host, "/dev/ttyS1");
  EXPECT_EQ(settings_of(where).line, (modbus::serial_settings{9600, "8N2"}));
  EXPECT_EQ(settings_of(where).unit, 7);
}

TEST_F(SiteField, AMapOfItsOwnIsTakenPointByPoint) {
  const auto s = load(R"(ups:
  - name: main
    modbus:
      host: 10.0.0.9
      points:
        - { flag: OB, address: 40, mask: 2, equals: 2 }
        - { flag: OL, address: 40, mask: 2, equals: 0 }
        - { value: battery.charge, table: input, address: 41, shape: f32, divisor: 0.01, least: 0 }
)");
  const auto points = settings_of(s.upses.at(0).address).points;
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[1].equals, 0);
  EXPECT_EQ(points[2].where, modbus::space::input);
  EXPECT_EQ(points[2].as, modbus::shape::f32);
  EXPECT_EQ(points[2].divisor, 0.01);
  ASSERT_TRUE(points[2].result);
  EXPECT_EQ(points[2].result->least, 0);
}

TEST_F(SiteField, SensorsOfASensorManagerSayTheirInputAndHowItIsUnderstood) {
  const auto s = load(usual_ups + R"(sensors:
  - { name: rack, kind: temperature, input: 3, divisor: 0.08, offset: -25,
      modbus: { host: 10.0.0.8, map: sensor-manager } }
  - { name: door, kind: contact, input: 2, means: door, normally_closed: true, debounce: 20ms,
      modbus: { host: 10.0.0.8, map: sensor-manager, digital_at: 16 } }
)");
  EXPECT_EQ(s.sensors.at(0).channel, "analog.3");
  EXPECT_EQ(settings_of(s.sensors[0].address).channel.divisor, 0.08);
  EXPECT_EQ(settings_of(s.sensors[0].address).channel.offset, -25);
  EXPECT_EQ(s.sensors.at(1).channel, "digital.2");
  const auto door = settings_of(s.sensors[1].address);
  EXPECT_TRUE(door.channel.normally_closed);
  EXPECT_EQ(door.channel.debounce, 20ms);
  EXPECT_EQ(door.channel.means, "door");
  EXPECT_EQ(door.manager.digital_at, 16);
}

TEST_F(SiteField, ASerialUpsNeedsItsLine) {
  const auto s = load("ups:\n  - { name: main, megatec: { line: /dev/ttyS0 } }\n");
  EXPECT_EQ(s.upses.at(0).address.driver, "megatec");
  EXPECT_EQ(s.upses.at(0).address.host, "/dev/ttyS0");
  const auto through =
      load("ups:\n  - { name: main, megatec: { line: /dev/ttyS0, pass_through: /run/h/ups } }\n");
  EXPECT_EQ(through.upses.at(0).address.settings, "baud=2400 pass_through=/run/h/ups");
  EXPECT_THAT(
      mistakes("ups:\n  - { name: main, megatec: { line: /dev/ttyS0, pass_through: ups } }\n"),
      HasSubstr("absolute path"));
  EXPECT_THAT(mistakes("ups:\n  - { name: main, megatec: { line: ttyS0 } }\n"),
              HasSubstr("path of a serial line"));
  EXPECT_THAT(mistakes("ups:\n  - { name: main, megatec: { line: /dev/ttyS0, baud: 5 } }\n"),
              HasSubstr("2400 (usual)"));
}

TEST_F(SiteField, MistakesAreToldWithTheirRemedy) {
  const auto ups = [](const std::string& what) {
    return "ups:\n  - { name: main, modbus: { " + what + " } }\n";
  };
  EXPECT_THAT(mistakes(ups("unit: 3")), HasSubstr("needs a host for Modbus TCP, or a line"));
  EXPECT_THAT(mistakes(ups("host: a, line: /dev/x")), HasSubstr("and not both"));
  EXPECT_THAT(mistakes(ups("host: a, unit: 300")), HasSubstr("1 to 247"));
  EXPECT_THAT(mistakes(ups("host: a, map: cs121")), HasSubstr("cs141, sensor-manager, points"));
  EXPECT_THAT(mistakes(ups("host: a, map: points")), HasSubstr("at least one point"));
  EXPECT_THAT(mistakes(ups("host: a, points: [{ address: 1 }]")), HasSubstr("exactly one of"));
  EXPECT_THAT(mistakes(ups("host: a, points: [{ flag: OB, address: 1, table: holdin }]")),
              HasSubstr("did you mean \"holding\"?"));
  EXPECT_THAT(mistakes(ups("host: a, points: [{ flag: OB }]")), HasSubstr("address"));
}

TEST_F(SiteField, AChannelThatCannotBeIsAMistake) {
  const auto sensor = [](const std::string& what) {
    return usual_ups + "sensors:\n  - { name: rack, modbus: { host: a, map: sensor-manager }, "
           + what + " }\n";
  };
  EXPECT_THAT(mistakes(sensor("kind: temperature, input: 9")), HasSubstr("analog.1 to analog.8"));
  EXPECT_THAT(mistakes(sensor("kind: contact, input: 5")), HasSubstr("digital.1 to digital.4"));
  EXPECT_THAT(mistakes(sensor("kind: temperature, input: 1, divisor: 0")),
              HasSubstr("must not be zero"));
  EXPECT_THAT(mistakes(sensor("kind: contact, input: 1, means: dor")), HasSubstr("intrusion"));
  EXPECT_THAT(mistakes(usual_ups
                       + "sensors:\n  - { name: rack, kind: temperature, channel: x, divisor: 2, "
                         "nut: { host: a, ups: b } }\n"),
              HasSubstr("for Modbus alone"));
}

TEST_F(SiteField, TheExampleLoads) {
  const auto got = load_site(HOLDOVER_ROOT "/config/sites/example-field.yaml", no_hash);
  const auto* no = std::get_if<std::vector<problem>>(&got);
  ASSERT_EQ(no, nullptr) << to_string(*no);
  const auto& s = std::get<site>(got);
  EXPECT_EQ(s.upses.size(), 3u);
  EXPECT_EQ(settings_of(s.upses[2].address).points.size(), 4u);
  EXPECT_EQ(s.hints.senders.size(), 1u);
}

TEST_F(SiteField, HintsNameTheirSendersInNumbers) {
  const auto s = load(usual_ups + R"(hints:
  rccmd: "0.0.0.0:6003"
  traps: "[::]:162"
  senders:
    - { address: 10.0.0.5, ups: main }
    - { address: "FD00::0:5", ups: main }
)");
  EXPECT_EQ(s.hints.rccmd, "0.0.0.0:6003");
  EXPECT_EQ(s.hints.traps, "[::]:162");
  ASSERT_EQ(s.hints.senders.size(), 2u);
  EXPECT_EQ(s.hints.senders[1].address, "fd00::5");
  EXPECT_THAT(mistakes(usual_ups + "hints: { rccmd: \"6003\" }\n"), HasSubstr("0.0.0.0:6003"));
  EXPECT_THAT(mistakes(usual_ups + "hints: { traps: \"162\" }\n"), HasSubstr("0.0.0.0:162"));
  EXPECT_THAT(mistakes(usual_ups + "hints: { senders: [{ address: card, ups: main }] }\n"),
              HasSubstr("write it in numbers"));
  EXPECT_THAT(mistakes(usual_ups + "hints: { senders: [{ address: 10.0.0.5, ups: mian }] }\n"),
              HasSubstr("did you mean \"main\""));
}

}  // namespace
}  // namespace holdover::config
