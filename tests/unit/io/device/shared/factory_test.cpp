#include "io/device/factory.hpp"

#include "tests/support/ask.hpp"
#include "tests/support/scratch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace holdover::device {
namespace {

using testing::AllOf;
using testing::HasSubstr;

device_address address(std::string family, std::string host, std::string unit = {}) {
  device_address where;
  where.driver = std::move(family);
  where.host = std::move(host);
  where.unit = std::move(unit);
  return where;
}

std::string problem(const device_address& where, device_kind kind,
                    const std::string& channel = {}) {
  auto made = make_driver(where, kind, channel);
  const auto* text = std::get_if<std::string>(&made);
  return text == nullptr ? "none" : *text;
}

TEST(DriverFactory, FamiliesThatWereStartedTouchTheEnvironmentNoMore) {
  start_families();
  ::unsetenv("MIBS");
  start_families();
  ASSERT_EQ(problem(address("snmp", "127.0.0.1"), device_kind::ups), "none");
  EXPECT_EQ(std::getenv("MIBS"), nullptr);
}

TEST(DriverFactory, EveryFamilyHasADriverForEveryKind) {
  for (auto kind :
       {device_kind::ups, device_kind::outlet_unit, device_kind::sensor, device_kind::interface}) {
    EXPECT_EQ(problem(address("nut", "127.0.0.1", "rack"), kind, "ambient.temperature"), "none");
    EXPECT_EQ(problem(address("snmp", "127.0.0.1"), kind, "1.3.6.1.2.1.1.3.0"), "none");
    EXPECT_EQ(problem(address("simulated", "/nowhere"), kind, "ambient.temperature"), "none");
    EXPECT_EQ(problem(address("modbus", "127.0.0.1"), kind, "aux.1"), "none");
  }
  for (auto kind : {device_kind::ups, device_kind::interface, device_kind::whole}) {
    EXPECT_EQ(problem(address("megatec", "/dev/ttyS0"), kind), "none");
  }
}

TEST(DriverFactory, TheDriverThatIsNamedIsMade) {
  support::scratch folder;
  auto made = make_driver(address("simulated", folder.write("a.dev", "ups.status: OB\n")),
                          device_kind::ups);
  auto came = support::read(*std::get<std::unique_ptr<driver>>(made));
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OB");
}

TEST(DriverFactory, AnUnknownFamilyIsAProblemThatNamesTheKnownOnes) {
  EXPECT_THAT(problem(address("profibus", "10.0.0.1"), device_kind::ups),
              AllOf(HasSubstr("\"profibus\""), HasSubstr("nut, snmp, simulated, modbus")));
  EXPECT_THAT(problem({}, device_kind::ups), HasSubstr("no driver"));
}

TEST(DriverFactory, AnAddressWithAHoleIsAProblemWithARemedy) {
  EXPECT_THAT(problem(address("snmp", ""), device_kind::ups), HasSubstr("no host"));
  EXPECT_THAT(problem(address("simulated", ""), device_kind::ups), HasSubstr("path"));
  EXPECT_THAT(problem(address("nut", "10.0.0.1"), device_kind::ups), HasSubstr("upsc -l 10.0.0.1"));
  EXPECT_EQ(problem(address("nut", "10.0.0.1"), device_kind::interface), "none");
  EXPECT_THAT(problem(address("nut", "10.0.0.1", "rack"), device_kind::sensor),
              HasSubstr("channel"));
}

TEST(DriverFactory, ModbusSettingsThatCannotBeAreAProblem) {
  auto where = address("modbus", "10.0.0.1");
  where.settings = "unit=3 map=cs141 divisor=0";
  EXPECT_THAT(problem(where, device_kind::sensor, "analog.1"), HasSubstr("must not be zero"));
  where.settings = "unit=3";
  EXPECT_THAT(problem(where, device_kind::sensor, "analog.9"),
              AllOf(HasSubstr("no channel \"analog.9\""), HasSubstr("battery.charge")));
}

TEST(DriverFactory, ASecretInPlaceOfAReferenceIsRefusedAndNotShown) {
  auto where = address("nut", "10.0.0.1", "rack");
  where.credentials = "admin:hunter2";
  EXPECT_THAT(problem(where, device_kind::ups),
              AllOf(HasSubstr("file:PATH"), testing::Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace holdover::device
