#include "core/jobs/signals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::jobs {
namespace {

using testing::Contains;
using testing::Not;
using testing::SizeIs;

redundancy_event of(std::string what, bool raised) {
  return {"app1", std::move(what), raised, 1, {}};
}

TEST(JobSignals, LostRedundancyBeginsAndEndsAnEventOfItsHost) {
  const auto begun = signals_of(of("lost", true), "alpha");
  ASSERT_THAT(begun, SizeIs(1));
  EXPECT_EQ(begun[0].from, origin::host);
  EXPECT_EQ(begun[0].subject, "app1");
  EXPECT_EQ(begun[0].what, "redundancy_lost");
  EXPECT_TRUE(begun[0].raised);
  EXPECT_FALSE(signals_of(of("lost", false), "alpha").at(0).raised);
}

TEST(JobSignals, ThatASupplyIsUnknownIsAnotherEvent) {
  EXPECT_EQ(signals_of(of("unknown", true), "alpha").at(0).what, "redundancy_unknown");
}

TEST(JobSignals, RedundancyIsAskedForAsAnEventOfAHostAndAsNothingElse) {
  EXPECT_THAT(words_of(origin::host), Contains("redundancy_lost"));
  EXPECT_THAT(words_of(origin::host), Contains("redundancy_unknown"));
  EXPECT_THAT(words_of(origin::alarm), Not(Contains("redundancy_lost")));
  EXPECT_THAT(words_of(origin::alarm), Contains("device_unknown"));
}

}  // namespace
}  // namespace holdover::jobs
