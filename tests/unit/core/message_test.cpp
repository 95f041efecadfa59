#include "core/message.hpp"

#include <gtest/gtest.h>

namespace holdover {
namespace {

ups_telemetry reading_of(std::string device) {
  ups_telemetry told;
  told.device = std::move(device);
  return told;
}

TEST(Message, ABatchIsTheMessagesThatItsReadingsWouldHaveBeen) {
  sensor_telemetry rack;
  rack.device = "rack";
  const message batch{"hq", "alpha", 20ms, 1'700'000'000'000,
                      telemetry_batch{{{5ms, reading_of("main")}, {0ms, rack}}}};
  const auto single = unpacked(batch);
  ASSERT_EQ(single.size(), 2u);
  EXPECT_EQ(std::get<ups_telemetry>(single[0].what).device, "main");
  EXPECT_EQ(std::get<sensor_telemetry>(single[1].what).device, "rack");
  EXPECT_EQ(single[0].age, 25ms) << "what it waited is part of its age";
  EXPECT_EQ(single[1].age, 20ms);
  for (const auto& one : single) {
    EXPECT_EQ(one.site, "hq");
    EXPECT_EQ(one.publisher, "alpha");
    EXPECT_EQ(one.wall_milliseconds, 1'700'000'000'000);
  }
}

TEST(Message, AnyOtherMessageStaysAsItIs) {
  const auto single = unpacked({"hq", "alpha", 20ms, 0, reading_of("main")});
  ASSERT_EQ(single.size(), 1u);
  EXPECT_EQ(std::get<ups_telemetry>(single[0].what).device, "main");
  EXPECT_EQ(single[0].age, 20ms);
}

TEST(Message, TelemetryHasAKindAndASubject) {
  outlet_telemetry unit;
  unit.unit = "ss4";
  EXPECT_EQ(kind(any_telemetry{reading_of("main")}), "ups");
  EXPECT_EQ(kind(any_telemetry{unit}), "outlets");
  EXPECT_EQ(kind(any_telemetry{sensor_telemetry{}}), "sensor");
  EXPECT_EQ(subject(any_telemetry{unit}), "ss4");
}

}  // namespace
}  // namespace holdover
