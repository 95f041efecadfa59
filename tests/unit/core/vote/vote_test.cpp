// The words by which logs and people know levels, wishes and reasons.

#include "core/vote/vote.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdover::vote {
namespace {

template <class Enum>
std::set<std::string_view> words(Enum last) {
  std::set<std::string_view> all;
  for (int i = 0; i <= static_cast<int>(last); ++i)
    all.insert(to_string(static_cast<Enum>(i)));
  return all;
}

TEST(VoteWords, EveryValueHasItsOwnWord) {
  EXPECT_EQ(words(level::power_off).size(), 6u);
  EXPECT_EQ(words(outlet_wish::off).size(), 3u);
  EXPECT_EQ(words(reason::operator_wish).size(),
            static_cast<std::size_t>(reason::operator_wish) + 1);
}

TEST(VoteWords, AValueFromNowhereIsSaidToBeInvalid) {
  EXPECT_EQ(to_string(static_cast<level>(200)), "invalid level");
  EXPECT_EQ(to_string(static_cast<outlet_wish>(200)), "invalid wish");
  EXPECT_EQ(to_string(static_cast<reason>(200)), "invalid reason");
}

TEST(VoteWords, AreTheOnesOfTheRules) {
  EXPECT_EQ(to_string(level::no_view), "no_view");
  EXPECT_EQ(to_string(level::power_off), "power_off");
  EXPECT_EQ(to_string(outlet_wish::keep), "keep");
}

}  // namespace
}  // namespace holdover::vote
