#include "io/device/snmp/object_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdover::device::snmp {
namespace {

TEST(ObjectId, IsWrittenWithOrWithoutALeadingDot) {
  EXPECT_EQ(object_id::parse("1.3.6.1.2.1"), object_id::parse(".1.3.6.1.2.1"));
  EXPECT_EQ(to_string(object_id::known("1.3.6.1.4.1.318")), "1.3.6.1.4.1.318");
}

TEST(ObjectId, IsRefusedIfSnmpCouldNotCarryIt) {
  for (const auto* text : {"", ".", "1", "0", "1.", "1..3", "1.3.", "1.40", "3.1", "1.3.x",
                           "1.3 .6", "1.3.4294967296", "1.3.-1", "one"})
    EXPECT_FALSE(object_id::parse(text)) << text;
  std::string long_one = "1.3";
  for (int i = 0; i < 126; ++i)
    long_one += ".1";
  EXPECT_TRUE(object_id::parse(long_one));
  EXPECT_FALSE(object_id::parse(long_one + ".1"));
}

TEST(ObjectId, IsOrderedArcByArc) {
  EXPECT_LT(object_id::known("1.3.6.1.9"), object_id::known("1.3.6.1.10"));
  EXPECT_LT(object_id::known("1.3.6.1"), object_id::known("1.3.6.1.0"));
}

TEST(ObjectId, LiesBelowItsPrefixes) {
  const auto name = object_id::known("1.3.6.1.2.1.33");
  EXPECT_TRUE(name.starts_with(object_id::known("1.3.6")));
  EXPECT_TRUE(name.starts_with(name));
  EXPECT_FALSE(name.starts_with(name.with(1)));
  EXPECT_FALSE(name.starts_with(object_id::known("1.3.6.1.2.1.3")));
}

}  // namespace
}  // namespace holdover::device::snmp
