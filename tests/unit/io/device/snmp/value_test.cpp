#include "io/device/snmp/value.hpp"

#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

TEST(SnmpValue, HasItsNumberWhateverItsType) {
  EXPECT_EQ(number(std::int64_t{-5}), -5);
  EXPECT_EQ(number(std::uint64_t{4294967295u}), 4294967295.0);
  EXPECT_EQ(number(23.5), 23.5);
  EXPECT_EQ(number(std::string("230")), 230);
  EXPECT_EQ(number(std::string(" -1.5 ")), -1.5);
  EXPECT_EQ(number(std::string("+23.4 C")), 23.4);
  EXPECT_EQ(number(std::string("47%")), 47);
  EXPECT_EQ(number(std::string("12\0garbage", 10)), 12);
}

TEST(SnmpValue, HasNoNumberIfItIsText) {
  for (const auto* text : {"", " ", "N/A", "-", "1.3.6.1", "12:30", "2024-01-02", "0x10", "1e5",
                           "nan", "inf", "12,5", "230 volts AC"})
    EXPECT_FALSE(number(std::string(text))) << text;
  EXPECT_FALSE(number(absence::no_such_object));
  EXPECT_FALSE(number(object_id::known("1.3")));
}

TEST(SnmpValue, IsAWholeNumberOnlyIfNothingIsLost) {
  EXPECT_EQ(whole_number(std::string("3")), 3);
  EXPECT_FALSE(whole_number(3.5));
  EXPECT_FALSE(whole_number(1e300));
}

TEST(SnmpValue, TextEndsAtTheFirstThingThatIsNotText) {
  EXPECT_EQ(text(std::string(" CS141 \r\n")), "CS141");
  EXPECT_EQ(text(std::string("2767,10\n53 31 00")), "2767,10");
  EXPECT_EQ(text(std::string("\0\0\0x", 4)), "");
  EXPECT_EQ(text(std::string("B\xc3\xbcro")), "B\xc3\xbcro");
  EXPECT_EQ(text(std::string("B\xfcro")), "B");
  EXPECT_EQ(text(std::string("\xed\xa0\x80")), "") << "surrogate";
  EXPECT_EQ(text(std::string(300, 'a')).size(), 96u);
}

TEST(SnmpValue, IsFoundInASnapshotOnlyIfItIsPresent) {
  const snapshot gathered{{object_id::known("1.3.1"), std::int64_t{7}},
                          {object_id::known("1.3.2"), absence::null}};
  ASSERT_NE(find(gathered, object_id::known("1.3.1")), nullptr);
  EXPECT_EQ(find(gathered, object_id::known("1.3.2")), nullptr);
  EXPECT_EQ(find(gathered, object_id::known("1.3.3")), nullptr);
}

}  // namespace
}  // namespace holdover::device::snmp
