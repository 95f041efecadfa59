#include "core/drill/two_persons.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::drill {
namespace {

using ::testing::HasSubstr;

constexpr time_point start{1000s};

TEST(TwoPersons, OnePersonIsNotEnoughHoweverOftenHeAsks) {
  two_persons rule;
  EXPECT_THAT(rule.ask("web1.drill", "anna", 60s, start).words, HasSubstr("other than anna"));
  EXPECT_FALSE(rule.ask("web1.drill", "anna", 60s, start + 1s).good);
}

TEST(TwoPersons, TwoWhoWantTheSameAreForTheShorterTime) {
  two_persons rule;
  rule.ask("web1.drill", "anna", 60s, start);
  const auto said = rule.ask("web1.drill", "bert", 90s, start + 9min);
  EXPECT_TRUE(said.good);
  EXPECT_EQ(said.lasts, 60s);
  EXPECT_FALSE(rule.ask("web1.drill", "bert", 60s, start + 9min).good) << "it is used up";
}

TEST(TwoPersons, AnotherHostAnOldWishAndOneTakenBackAreNotTheSame) {
  two_persons rule;
  rule.ask("web1.drill", "anna", 60s, start);
  EXPECT_FALSE(rule.ask("web2.drill", "bert", 60s, start).good);
  EXPECT_FALSE(rule.ask("web1.drill", "bert", 60s, start + 10min).good);
  rule.forget("web1.drill");
  EXPECT_FALSE(rule.ask("web1.drill", "anna", 60s, start + 10min).good);
}

TEST(TwoPersons, OnlyAHostsNameWithItsEndingIsAnExecution) {
  EXPECT_TRUE(is_execution("web1.drill"));
  EXPECT_FALSE(is_execution("web1"));
  EXPECT_FALSE(is_execution(".drill"));
}

}  // namespace
}  // namespace holdover::drill
