#include "core/words.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace holdover {
namespace {

TEST(Words, ATimeNamesItsUnits) {
  EXPECT_EQ(in_words(0s), "0 s");
  EXPECT_EQ(in_words(45s), "45 s");
  EXPECT_EQ(in_words(60s), "1 min");
  EXPECT_EQ(in_words(90s), "1 min 30 s");
  EXPECT_EQ(in_words(2h + 5min), "2 h 5 min");
  EXPECT_EQ(in_words(1h + 3s), "1 h 3 s");
  EXPECT_EQ(in_words(1h), "1 h");
}

TEST(Words, PartsOfASecondAreDecimals) {
  EXPECT_EQ(in_words(1500ms), "1.5 s");
  EXPECT_EQ(in_words(50ms), "0.05 s");
  EXPECT_EQ(in_words(60s + 1ms), "1 min 0.001 s");
}

TEST(Words, ATimeBelowZeroSaysSo) {
  EXPECT_EQ(in_words(-90s), "-1 min 30 s");
}

TEST(Words, ANumberHasOneDecimalAtMost) {
  EXPECT_EQ(in_words(230.0), "230");
  EXPECT_EQ(in_words(49.94), "49.9");
  EXPECT_EQ(in_words(49.96), "50");
  EXPECT_EQ(in_words(-0.01), "0");
  EXPECT_EQ(in_words(-3.5), "-3.5");
}

TEST(Words, AnAbsurdNumberIsStillWritten) {
  EXPECT_FALSE(in_words(std::numeric_limits<double>::max()).empty());
  EXPECT_EQ(in_words(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Words, AWordBecomesProse) {
  EXPECT_EQ(spaced("lost_the_mains"), "lost the mains");
}

}  // namespace
}  // namespace holdover
