#include "core/power/load_profile.hpp"

#include <gtest/gtest.h>

namespace holdover::power {
namespace {

class LoadProfile : public testing::Test {
protected:
  void reads(double percent, duration for_so_long = 2s) {
    for (const auto end = now + for_so_long; now < end; now += 2s)
      profile.read(percent, now);
  }

  load_profile profile;
  time_point now{1000s};
};

TEST_F(LoadProfile, AStepAboveWhatIsUsualStandsOutAfterThreeReadings) {
  reads(35, 20min);
  reads(60, 4s);
  EXPECT_FALSE(profile.standing_out());
  reads(60);
  ASSERT_TRUE(profile.standing_out());
  EXPECT_NEAR(profile.standing_out()->usual, 35, 1);
  EXPECT_EQ(profile.standing_out()->now, 60);
}

TEST_F(LoadProfile, ASpikeDoesNot) {
  reads(35, 20min);
  reads(80, 4s);
  reads(35, 1min);
  EXPECT_FALSE(profile.standing_out());
}

TEST_F(LoadProfile, NeitherDoesAStepBeforeThereWasTimeToLearn) {
  reads(35, 5min);
  reads(60, 1min);
  EXPECT_FALSE(profile.standing_out());
}

TEST_F(LoadProfile, ALoadThatAlwaysGoesUpAndDownIsUsual) {
  for (int i = 0; i < 60; ++i) {
    reads(30, 1min);
    reads(50, 1min);
    ASSERT_FALSE(i > 30 && profile.standing_out()) << i;
  }
}

TEST_F(LoadProfile, EndsWhenTheLoadIsBack) {
  reads(35, 20min);
  reads(60, 1min);
  reads(41);
  EXPECT_TRUE(profile.standing_out() && profile.standing_out()->now == 41);
  reads(36);
  EXPECT_FALSE(profile.standing_out());
}

TEST_F(LoadProfile, WhatStaysBecomesUsual) {
  reads(35, 20min);
  reads(60, 30s);
  ASSERT_TRUE(profile.standing_out());
  reads(60, 6h);
  EXPECT_FALSE(profile.standing_out());
}

TEST_F(LoadProfile, ABreakTeachesNothing) {
  reads(35, 4min);
  profile.pause();
  now += 10h;
  reads(35, 5min);
  reads(60, 1min);
  EXPECT_FALSE(profile.standing_out()) << "nine minutes were seen in all";
}

}  // namespace
}  // namespace holdover::power
