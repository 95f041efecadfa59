// Rubbish of all kinds, without end: how many lines does it make?

#include "actors/refusal_log.hpp"

#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

constexpr time_point begin{1h};

TEST(RefusalLog, TellsOfEachReasonAtOnceAndThenOnceAMinuteWithTheCount) {
  refusal_log log;
  EXPECT_EQ(log.add("garbage", begin), 1u);
  EXPECT_EQ(log.add("old", begin), 1u);
  EXPECT_EQ(log.add("garbage", begin + 1s), std::nullopt);
  EXPECT_EQ(log.add("garbage", begin + 59s), std::nullopt);
  EXPECT_EQ(log.add("garbage", begin + 60s), 4u);
  EXPECT_EQ(log.add("garbage", begin + 61s), std::nullopt);
}

TEST(RefusalLog, ReasonsWithoutEndMakeABoundedNumberOfLines) {
  refusal_log log;
  std::size_t lines = 0;
  for (int i = 0; i < 10'000; ++i)
    if (log.add("field " + std::to_string(i), begin)) ++lines;
  EXPECT_EQ(lines, refusal_log::reasons_max + 1);
}

TEST(RefusalLog, AReasonOfItsOwnHasRoomAgainAMinuteLater) {
  refusal_log log;
  for (int i = 0; i < 1000; ++i)
    log.add("field " + std::to_string(i), begin);
  EXPECT_EQ(log.add("garbage", begin + 1s), std::nullopt) << "one of all others";
  EXPECT_EQ(log.add("garbage", begin + 60s), 1u);
  EXPECT_EQ(log.add("garbage", begin + 61s), std::nullopt);
}

}  // namespace
}  // namespace holdover::actors
