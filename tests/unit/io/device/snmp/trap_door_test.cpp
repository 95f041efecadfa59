#include "io/device/snmp/trap_door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

using verdict = trap_door::verdict;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr time_point start{1h};

TEST(TrapDoor, LetsKnownDevicesInAndTellsWhoTheyAre) {
  trap_door door;
  door.know("10.0.0.5", 3);
  door.know("10.0.0.5", 1);
  door.know("10.0.0.5", 3);
  EXPECT_EQ(door.knock("10.0.0.5", start), verdict::come_in);
  EXPECT_THAT(door.sources_at("10.0.0.5"), ElementsAre(3u, 1u));
}

TEST(TrapDoor, TellsOfAStrangerOnce) {
  trap_door door;
  EXPECT_EQ(door.knock("10.0.0.9", start), verdict::new_stranger);
  EXPECT_EQ(door.knock("10.0.0.9", start + 24h), verdict::stranger);
  EXPECT_EQ(door.knock("10.0.0.8", start), verdict::new_stranger);
  EXPECT_THAT(door.sources_at("10.0.0.9"), IsEmpty());
}

TEST(TrapDoor, TellsOfNobodyMoreWhenStrangersAreTooMany) {
  trap_door door;
  std::size_t told = 0;
  for (int i = 0; i < 5000; ++i)
    if (door.knock("10.1." + std::to_string(i), start) == verdict::new_stranger) ++told;
  EXPECT_EQ(told, trap_door::strangers_told);
}

TEST(TrapDoor, AStrangerWhoBecomesKnownMayComeIn) {
  trap_door door;
  EXPECT_EQ(door.knock("10.0.0.5", start), verdict::new_stranger);
  door.know("10.0.0.5", 0);
  EXPECT_EQ(door.knock("10.0.0.5", start), verdict::come_in);
}

TEST(TrapDoor, AStormIsTurnedAwayAndToldOnce) {
  trap_door door;
  door.know("10.0.0.5", 0);
  for (int i = 0; i < trap_door::burst; ++i)
    ASSERT_EQ(door.knock("10.0.0.5", start), verdict::come_in) << i;
  EXPECT_EQ(door.knock("10.0.0.5", start), verdict::new_storm);
  EXPECT_EQ(door.knock("10.0.0.5", start), verdict::storm);
  EXPECT_EQ(door.knock("10.0.0.5", start + trap_door::refill), verdict::come_in);
  EXPECT_EQ(door.knock("10.0.0.5", start + trap_door::refill), verdict::storm) << "the same storm";
}

TEST(TrapDoor, TheStormOfOneIsNothingToAnother) {
  trap_door door;
  door.know("10.0.0.5", 0);
  door.know("10.0.0.6", 1);
  for (int i = 0; i < 1000; ++i)
    door.knock("10.0.0.5", start);
  EXPECT_EQ(door.knock("10.0.0.6", start), verdict::come_in);
}

TEST(TrapDoor, AfterAQuietWhileTheNextStormIsToldAgain) {
  trap_door door;
  door.know("10.0.0.5", 0);
  for (int i = 0; i <= trap_door::burst; ++i)
    door.knock("10.0.0.5", start);
  const auto later = start + 1min;
  for (int i = 0; i < trap_door::burst; ++i)
    ASSERT_EQ(door.knock("10.0.0.5", later), verdict::come_in) << i;
  EXPECT_EQ(door.knock("10.0.0.5", later), verdict::new_storm);
}

}  // namespace
}  // namespace holdover::device::snmp
