#include "io/device/megatec/answer.hpp"

#include "core/utf8.hpp"

#include <gtest/gtest.h>

#include <random>

namespace holdover::device::megatec {
namespace {

const std::string q1 = "(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000";

TEST(MegatecAnswer, AStatusIsTakenApart) {
  const auto s = status_from(q1);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->input_voltage, 208.4);
  EXPECT_EQ(s->input_fault_voltage, 140.0);
  EXPECT_EQ(s->load_percent, 34);
  EXPECT_EQ(s->input_frequency, 59.9);
  EXPECT_EQ(s->battery_voltage, 2.05);
  EXPECT_EQ(s->temperature, 35);
  EXPECT_TRUE(s->has(bit::failed));
  EXPECT_TRUE(s->has(bit::bypass_or_regulating));
  EXPECT_FALSE(s->has(bit::utility_failed));
}

TEST(MegatecAnswer, ANumberOfDashesIsAbsent) {
  const auto s = status_from("(230.0 ---.- 230.0 000 50.0 27.1 --.- 00000000");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->input_fault_voltage, std::nullopt);
  EXPECT_EQ(s->temperature, std::nullopt);
}

TEST(MegatecAnswer, NoPartOfAStatusIsTakenForAWhole) {
  for (std::size_t size = 0; size < q1.size(); ++size)
    EXPECT_FALSE(status_from(q1.substr(0, size))) << size;
  EXPECT_FALSE(status_from(q1 + "0"));
  EXPECT_FALSE(status_from(q1 + " 1"));
  EXPECT_FALSE(status_from("(208.4 140.0 208.4 034 59.9 2.05 35.0 00110002"));
  EXPECT_FALSE(status_from("(208.4 140.0 208.4 nan 59.9 2.05 35.0 00110000"));
  EXPECT_FALSE(status_from("(208.4 140.0 208.4 -34 59.9 2.05 35.0 00110000"));
}

TEST(MegatecAnswer, RatingsAndNamesAreTakenApart) {
  EXPECT_EQ(rating_from("#220.0 000 024.0 50.0"), (rating{220.0, 0.0, 24.0, 50.0}));
  EXPECT_FALSE(rating_from("#220.0 000 024.0"));
  EXPECT_EQ(maker_from("#MEGATEC         M1000      V1.0      "),
            (maker{"MEGATEC", "M1000", "V1.0"}));
  EXPECT_FALSE(maker_from("I"));
}

TEST(MegatecAnswer, WhateverArrivesIsReadWithinItsLimitsOrRefused) {
  std::mt19937 any{20240611};
  for (int i = 0; i < 20000; ++i) {
    auto line = i % 2 == 0 ? q1 : std::string(any() % 100, ' ');
    for (auto times = i % 2 == 0 ? any() % 4 : line.size(); times > 0; --times)
      line[any() % line.size()] = static_cast<char>(any());
    if (any() % 3 == 0) line.resize(any() % (line.size() + 1));
    if (const auto s = status_from(line)) {
      for (const auto& number : {s->input_voltage, s->load_percent, s->battery_voltage})
        EXPECT_TRUE(!number || (*number >= 0 && *number <= 999999));
    }
    (void)rating_from(line);
    line.insert(line.begin(), '#');
    if (const auto who = maker_from(line)) {
      EXPECT_TRUE(utf8::printable(who->company) && utf8::printable(who->version));
    }
  }
}

}  // namespace
}  // namespace holdover::device::megatec
