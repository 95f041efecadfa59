#include "io/device/snmp/sensor_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

sensor_channel parsed(std::string_view text) {
  auto result = parse_channel(text);
  const auto* channel = std::get_if<sensor_channel>(&result);
  EXPECT_NE(channel, nullptr) << text;
  return channel == nullptr ? sensor_channel{} : *channel;
}

TEST(SensorChannel, IsAnObjectWithAScale) {
  const auto object = object_id::known("1.3.6.1.2.1.33.1.12.1.1.0");
  EXPECT_EQ(parsed("1.3.6.1.2.1.33.1.12.1.1.0"), (sensor_channel{object, 1, 0}));
  EXPECT_EQ(parsed(".1.3.6.1.2.1.33.1.12.1.1.0*0.1"), (sensor_channel{object, 0.1, 0}));
  EXPECT_EQ(parsed("1.3.6.1.2.1.33.1.12.1.1.0 / 10"), (sensor_channel{object, 0.1, 0}));
  EXPECT_EQ(parsed("1.3.6.1.2.1.33.1.12.1.1.0*0.5-17.5"), (sensor_channel{object, 0.5, -17.5}));
  EXPECT_EQ(parsed("1.3.6.1.2.1.33.1.12.1.1.0*-1+3"), (sensor_channel{object, -1, 3}));
  EXPECT_EQ(parsed("1.3.6.1.2.1.33.1.12.1.1.0+3"), (sensor_channel{object, 1, 3}));
}

TEST(SensorChannel, IsRefusedIfItMakesNoSense) {
  for (const auto* text :
       {"", "ambient.temperature", "1", "1.3.6*", "1.3.6*x", "1.3.6*0", "1.3.6/0", "1.3.6*1*2",
        "1.3.6+", "1.3.6*1+2+3", "1.3.6*1e400", "1.3.6*nan"}) {
    auto result = parse_channel(text);
    ASSERT_TRUE(std::holds_alternative<failure>(result)) << text;
    EXPECT_EQ(std::get<failure>(result).kind, failure_kind::unsupported);
  }
}

TEST(SensorChannel, ConvertsTheNumber) {
  const auto reading = read_sensor(parsed("1.3.6.1.1*0.1"), std::int64_t{-42});
  EXPECT_DOUBLE_EQ(reading.value.number, -4.2);
  EXPECT_EQ(reading.value.how, power::quality::good);
  EXPECT_EQ(reading.value.source, "1.3.6.1.1");
}

TEST(SensorChannel, HasNoNumberWhereNoSensorIs) {
  const auto channel = parsed("1.3.6.1.1*0.1");
  for (const value& what : {value(std::string("n/a")), value(std::uint64_t{4294967295u}),
                            value(std::int64_t{2147483647})}) {
    EXPECT_EQ(read_sensor(channel, what).value.how, power::quality::absent);
    EXPECT_EQ(read_sensor(channel, what).value.number, 0);
  }
}

}  // namespace
}  // namespace holdover::device::snmp
