#include "tools/holdover/device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

power::whole_reading looked_at() {
  power::whole_reading reading;
  reading.power.who = {"Northlight", "N3", "S1", "1.2"};
  reading.power.flags.set(power::ups_flag::online);
  reading.told.set(power::ups_flag::online);
  reading.power.values = {
      {"battery.charge", 97, power::quality::good, "1.3.6.1.2.1.33.1.2.4.0", 3s},
      {"input.current", -1, power::quality::absent, "1.3.6.1.2.1.33.1.3.3.1.4.1"}};
  reading.sensors = {{power::sensor_kind::temperature_celsius,
                      {"temperature.uio.1.1", 21.5, power::quality::good, "1.3.6.1.4.1.318.1"},
                      "Rack"}};
  reading.outlets = {{2, power::outlet_state::off, {}, {}, "printer", "1.3.6.1.4.1.318.2"}};
  reading.families = {"apc-ups", "rfc1628"};
  return reading;
}

TEST(DeviceTest, ShowsEveryValueWithItsSourceUnitAgeAndQuality) {
  const auto text = reading_text(looked_at());
  EXPECT_THAT(text, HasSubstr("Northlight N3, serial S1"));
  EXPECT_THAT(text, HasSubstr("apc-ups, rfc1628"));
  EXPECT_THAT(text,
              testing::ContainsRegex("battery.charge +97 +% +good +3s? .*1.3.6.1.2.1.33.1.2.4.0"));
  EXPECT_THAT(text, testing::ContainsRegex("input.current +- +A +absent"));
  EXPECT_THAT(text, testing::ContainsRegex("temperature.uio.1.1 +21.5 +C +good.*Rack"));
  EXPECT_THAT(text, testing::ContainsRegex("outlet.2.status +off.*printer"));
}

TEST(DeviceTest, GivesNoNumberForWhatIsUnknownInJsonEither) {
  const auto text = reading_json(looked_at());
  EXPECT_THAT(text, HasSubstr("\"name\":\"battery.charge\",\"value\":97"));
  EXPECT_THAT(text, HasSubstr("\"name\":\"input.current\",\"unit\":\"A\",\"quality\":\"absent\""));
  EXPECT_THAT(text, HasSubstr("\"number\":2,\"state\":\"off\""));
}

TEST(Scan, KnowsRanges) {
  EXPECT_THAT(addresses_in("10.0.0.7"), Optional(ElementsAre("10.0.0.7")));
  EXPECT_THAT(addresses_in("10.0.0.9/30"), Optional(ElementsAre("10.0.0.9", "10.0.0.10")));
  EXPECT_THAT(addresses_in("10.0.0.254-10.0.1.1"),
              Optional(ElementsAre("10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1")));
  for (const auto* wrong : {"", "web1", "10.0.0.0/8", "10.0.0.9-10.0.0.1", "10.0.0.0/33", "/24"})
    EXPECT_EQ(addresses_in(wrong), std::nullopt) << wrong;
}

TEST(Scan, WritesWhatASiteFileWouldSay) {
  const device_address where{.driver = "snmp",
                             .host = "10.0.0.7",
                             .port = 161,
                             .unit = {},
                             .credentials = "env:CARDS",
                             .version = "2c"};
  site_fragment found;
  found.add(where, looked_at());
  const auto text = found.text();
  EXPECT_THAT(text, HasSubstr("ups:\n  - { name: ups-10-0-0-7, snmp: { host: 10.0.0.7, "
                              "credentials: \"env:CARDS\" } }"));
  EXPECT_THAT(text, HasSubstr("outlet_units:\n  - { name: unit-10-0-0-7, snmp: { host: 10.0.0.7, "
                              "profile: auto"));
  EXPECT_THAT(text, HasSubstr("kind: temperature, channel: temperature.uio.1.1"));
  EXPECT_THAT(text, Not(HasSubstr("port:")));
}

}  // namespace
}  // namespace holdover::tool
