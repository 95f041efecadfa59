#include "io/config/duration_text.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

TEST(DurationText, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms"), 26h + 3min + 4s + 5ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(DurationText, WhatIsAmbiguousOrTooFineIsNone) {
  for (const auto* text : {"", "5", "s", "-5s", "5 s", "5x", "1s30m", "1s1s", "1.s", ".5s", "1e3s",
                           "0.5ms", "1.0005s", "123456789s", "nan", "5S"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(DurationText, TheLargestNumbersDoNotOverflow) {
  EXPECT_EQ(parse_duration("99999999d"), std::chrono::hours{24} * 99'999'999);
}

}  // namespace
}  // namespace holdover::config
