#include "tools/holdover/what_if.hpp"

#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

rehearsal::what_if read(std::string_view text) {
  const auto got = read_what_if(text);
  EXPECT_TRUE(std::holds_alternative<rehearsal::what_if>(got)) << text;
  return std::get<rehearsal::what_if>(got);
}

TEST(WhatIf, TellsValuesFromChanges) {
  EXPECT_DOUBLE_EQ(read("load=+20%").load_factor, 1.2);
  EXPECT_DOUBLE_EQ(read("charge=-50%").charge_factor, 0.5);
  EXPECT_FALSE(read("load=+20%").load_percent);
  EXPECT_DOUBLE_EQ(read("load=80%").load_percent.value(), 80);
}

TEST(WhatIf, TakesSeveralWishes) {
  const auto got = read("load=+10%,battery-age=4y");
  EXPECT_DOUBLE_EQ(got.load_factor, 1.1);
  EXPECT_DOUBLE_EQ(got.battery_age_years.value(), 4);
}

TEST(WhatIf, SaysHowItIsWrittenWhenItCannotBeRead) {
  for (const auto* text : {"load", "load=20", "load=+x%", "battery-age=4", "battery-age=-1y",
                           "weather=fine", "load=-120%", ",", "load=900%"}) {
    const auto got = read_what_if(text);
    const auto* why = std::get_if<std::string>(&got);
    ASSERT_NE(why, nullptr) << text;
    EXPECT_NE(why->find("write load=80%"), why->npos);
  }
}

}  // namespace
}  // namespace holdover::tool
