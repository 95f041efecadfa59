#include "core/power/settled.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace holdover::power {
namespace {

settled after(std::initializer_list<duration> samples) {
  settled made;
  for (const auto sample : samples)
    made.push(sample);
  return made;
}

TEST(Settled, OneSampleIsNoValue) {
  EXPECT_EQ(settled{}.value(), std::nullopt);
  EXPECT_EQ(after({600s}).value(), std::nullopt);
  EXPECT_EQ(after({600s}).latest(), 600s);
  EXPECT_EQ(settled{}.latest(), std::nullopt);
}

TEST(Settled, TwoSamplesMakeAValueTheMilderOfThem) {
  EXPECT_EQ(after({600s, 0s}).value(), 600s);
  EXPECT_EQ(after({0s, 600s}).value(), 600s);
}

TEST(Settled, OneWorseSampleDoesNotCount) {
  EXPECT_EQ(after({600s, 600s, 10s}).value(), 600s);
}

TEST(Settled, AWorseValueCountsAtItsSecondSample) {
  EXPECT_EQ(after({600s, 600s, 60s, 50s}).value(), 60s);
  EXPECT_EQ(after({600s, 600s, 600s, 0s, 300s}).value(), 300s) << "an absurd one never does";
}

TEST(Settled, ABetterValueCountsAtItsThirdSample) {
  EXPECT_EQ(after({60s, 60s, 600s, 600s}).value(), 60s);
  EXPECT_EQ(after({60s, 60s, 600s, 620s, 610s}).value(), 600s);
}

TEST(Settled, AWorseSampleBetweenStartsTheBetterOnesAnew) {
  EXPECT_EQ(after({60s, 60s, 600s, 600s, 60s, 600s, 600s}).value(), 60s);
}

TEST(Settled, ABatteryInUseRunsDownBetweenItsSamples) {
  auto left = after({600s, 600s});
  left.drain(100s);
  EXPECT_EQ(left.value(), 500s);
  left.drain(1000s);
  EXPECT_EQ(left.value(), 0s);
}

TEST(Settled, SamplesOfABatteryInUseAreComparedAtTheSameMoment) {
  auto left = after({600s, 600s});
  for (int i = 1; i <= 5; ++i) {
    left.drain(10s);
    left.push(600s - i * 10s);
    EXPECT_EQ(left.value(), 600s - i * 10s);
  }
}

TEST(Settled, NeverDoesNotRunDown) {
  auto left = after({settled::never, settled::never});
  left.drain(1000s);
  EXPECT_EQ(left.value(), settled::never);
}

TEST(Settled, ClearedItKnowsNothing) {
  auto left = after({600s, 600s, 600s});
  left.clear();
  EXPECT_EQ(left.value(), std::nullopt);
  EXPECT_EQ(left.latest(), std::nullopt);
}

}  // namespace
}  // namespace holdover::power
