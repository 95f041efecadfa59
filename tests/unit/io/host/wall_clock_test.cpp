#include "io/host/wall_clock.hpp"

#include <gtest/gtest.h>

namespace holdover::host {
namespace {

using namespace std::chrono_literals;

class WallClock : public testing::Test {
protected:
  WallClock() { set_time_zone("UTC"); }

  void pass(std::chrono::seconds time) {
    wall += time;
    steady += time;
  }

  // Monday, 5 January 1970, 21:59 UTC.
  std::chrono::system_clock::time_point wall{4 * 24h + 21h + 59min};
  std::chrono::steady_clock::time_point steady{1000s};
  bool synchronised = true;
  wall_clock clock{
      {[this] { return wall; }, [this] { return steady; }, [this] { return synchronised; }}};
};

TEST_F(WallClock, TellsTheDayFromMondayAndTheMinute) {
  const auto told = clock.read();
  EXPECT_EQ(told.weekday, 0u);
  EXPECT_EQ(told.minute, 21u * 60 + 59);
  EXPECT_TRUE(told.trusted);
  wall += 6 * 24h;
  EXPECT_EQ(clock.read().weekday, 6u);
}

TEST_F(WallClock, IsNotTrustedUnlessItIsSynchronised) {
  synchronised = false;
  EXPECT_FALSE(clock.read().trusted);
}

TEST_F(WallClock, AStepOfMoreThanAMinuteSuspendsItForAnHour) {
  clock.read();
  pass(20s);
  wall += 61s;
  EXPECT_FALSE(clock.read().trusted);
  pass(3599s);
  EXPECT_FALSE(clock.read().trusted);
  pass(1s);
  EXPECT_TRUE(clock.read().trusted);
}

TEST_F(WallClock, AStepBackCountsLikewise) {
  clock.read();
  wall -= 2h;
  EXPECT_FALSE(clock.read().trusted);
}

TEST_F(WallClock, SmallCorrectionsAreWhatClocksDo) {
  clock.read();
  pass(20s);
  wall += 5s;
  EXPECT_TRUE(clock.read().trusted);
}

TEST_F(WallClock, KnowsTheZonesOfTheSystem) {
  EXPECT_TRUE(known_time_zone("UTC"));
  EXPECT_FALSE(known_time_zone("Europe/Atlantis"));
  EXPECT_FALSE(known_time_zone("../../../etc/passwd"));
  EXPECT_FALSE(known_time_zone(""));
}

}  // namespace
}  // namespace holdover::host
