#include "io/device/snmp/notification.hpp"

#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

notification named(std::string_view name) {
  notification said;
  said.sender = "10.0.0.5";
  said.name = object_id::known(name);
  return said;
}

TEST(Notification, KnowsTheNamesOfTheStandards) {
  EXPECT_EQ(to_string(named("1.3.6.1.2.1.33.2.1")),
            "SNMP trap (2c) from 10.0.0.5: upsTrapOnBattery");
  EXPECT_EQ(to_string(named("1.3.6.1.6.3.1.1.5.1")), "SNMP trap (2c) from 10.0.0.5: coldStart");
}

TEST(Notification, ShowsOthersAsNumbersAndInformsAsSuch) {
  auto said = named("1.3.6.1.4.1.318.0.5");
  said.wants_answer = true;
  said.speaks = version::v3;
  EXPECT_EQ(to_string(said), "SNMP inform (3) from 10.0.0.5: 1.3.6.1.4.1.318.0.5");
}

TEST(Notification, NamesTrapsOfVersionOneAsRfc3584Does) {
  const auto ups = object_id::known("1.3.6.1.2.1.33.2");
  EXPECT_EQ(to_string(trap_name(6, 3, ups)), "1.3.6.1.2.1.33.2.0.3");
  EXPECT_EQ(to_string(trap_name(0, 0, ups)), "1.3.6.1.6.3.1.1.5.1");
  EXPECT_EQ(to_string(named("1.3.6.1.2.1.33.2.0.3")),
            "SNMP trap (2c) from 10.0.0.5: upsTrapAlarmEntryAdded");
}

TEST(Notification, AUserIsAsWellProtectedAsItsPassphrasesAllow) {
  EXPECT_EQ(protection_of({"a", "", "", "SHA", "AES"}), protection::none);
  EXPECT_EQ(protection_of({"a", "12345678", "", "SHA", "AES"}), protection::authenticated);
  EXPECT_EQ(protection_of({"a", "12345678", "12345678", "SHA", "AES"}), protection::encrypted);
  EXPECT_LT(protection::authenticated, protection::encrypted);
}

}  // namespace
}  // namespace holdover::device::snmp
