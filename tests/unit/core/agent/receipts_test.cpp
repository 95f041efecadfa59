#include "core/agent/receipts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdover::agent {
namespace {

constexpr time_point start{1000s};

random_id life(std::uint8_t number) {
  random_id id;
  id.bytes[0] = number;
  return id;
}

host_beacon telling(std::vector<action_report> reports, std::uint8_t of_life = 1) {
  host_beacon beacon;
  beacon.nonce = life(of_life);
  beacon.actions = std::move(reports);
  return beacon;
}

host_beacon full_of_news(int number) {
  std::vector<action_report> reports;
  for (int i = 0; i < 32; ++i)
    reports.push_back({"action " + std::to_string(i), action_state::done, std::to_string(number)});
  return telling(std::move(reports));
}

TEST(Receipts, EachStepIsToldOnce) {
  receipts told;
  EXPECT_EQ(told.read(telling({{"shed", action_state::started, ""}}), start).size(), 1u);
  EXPECT_TRUE(told.read(telling({{"shed", action_state::started, ""}}), start + 1s).empty());
  EXPECT_EQ(told.read(telling({{"shed", action_state::done, ""}}), start + 2s).size(), 1u);
}

TEST(Receipts, ANewLifeTellsItsStepsAnew) {
  receipts told;
  told.read(telling({{"shed", action_state::done, ""}}), start);
  EXPECT_EQ(told.read(telling({{"shed", action_state::done, ""}}, 2), start + 1s).size(), 1u);
}

TEST(Receipts, AHostThatMakesUpStepsIsToldOfAtABoundedPace) {
  receipts told;
  std::size_t news = 0;
  for (int i = 0; i < 500; ++i)
    news += told.read(full_of_news(i), start + i * 20ms).size();
  EXPECT_EQ(news, 64u + 9u);
}

TEST(Receipts, WhatWasNotToldIsToldLater) {
  receipts told;
  for (int i = 0; i < 3; ++i)
    told.read(full_of_news(i), start);
  EXPECT_TRUE(told.read(full_of_news(3), start).empty());
  EXPECT_EQ(told.read(full_of_news(3), start + 1min).size(), 32u);
}

TEST(Receipts, ANewLifeDoesNotBuyMoreNews) {
  receipts told;
  std::size_t news = 0;
  for (std::uint8_t i = 1; i < 200; ++i) {
    auto beacon = full_of_news(0);
    beacon.nonce = life(i);
    news += told.read(beacon, start).size();
  }
  EXPECT_EQ(news, 64u);
}

}  // namespace
}  // namespace holdover::agent
