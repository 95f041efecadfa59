#include "core/policy/watch_list.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace holdover::policy {
namespace {

using indexes = std::vector<std::uint32_t>;

time_point at(int seconds) {
  return time_point{std::chrono::seconds{seconds}};
}

/// All have left, each until the time of his own.
watch_list with_times(const std::vector<int>& seconds) {
  watch_list list(seconds.size());
  for (std::uint32_t i = 0; i < seconds.size(); ++i)
    if (seconds[i] > 0) list.note(i, at(seconds[i]));
  list.settle([](std::uint32_t) { return true; });
  return list;
}

TEST(WatchList, EverybodyIsWatchedInTheBeginning) {
  watch_list list(3);
  EXPECT_EQ(list.watched(), (indexes{0, 1, 2}));
  EXPECT_TRUE(list.watches_all());
  EXPECT_FALSE(list.next());
}

TEST(WatchList, NobodyIsWatchedOfNobody) {
  watch_list list(0);
  list.call_due(at(1));
  EXPECT_TRUE(list.watched().empty());
  EXPECT_FALSE(list.next());
}

TEST(WatchList, OnlyWhoIsQuietLeaves) {
  watch_list list(5);
  list.settle([](std::uint32_t i) { return i % 2 == 0; });
  EXPECT_EQ(list.watched(), (indexes{1, 3}));
  EXPECT_TRUE(list.watches(3));
  EXPECT_FALSE(list.watches(4));
}

TEST(WatchList, WhoIsTouchedIsWatchedInOrder) {
  auto list = with_times({0, 0, 0, 0});
  for (const auto i : {3u, 1u, 3u})
    list.touch(i);
  EXPECT_EQ(list.watched(), (indexes{1, 3}));
}

TEST(WatchList, WhoIsDueComesBackAndNobodyElse) {
  auto list = with_times({5, 0, 3, 9});
  EXPECT_EQ(list.next(), at(3));
  list.call_due(at(2));
  EXPECT_TRUE(list.watched().empty());
  list.call_due(at(5));
  EXPECT_EQ(list.watched(), (indexes{0, 2}));
  EXPECT_EQ(list.next(), at(9));
}

TEST(WatchList, TheEarliestOfHisTimesCounts) {
  watch_list list(1);
  list.note(0, at(9));
  list.note(0, at(4));
  list.note(0, at(6));
  list.settle([](std::uint32_t) { return true; });
  EXPECT_EQ(list.next(), at(4));
}

TEST(WatchList, TimesOfOneRoundAreForgottenInTheNext) {
  watch_list list(1);
  list.note(0, at(4));
  list.settle([](std::uint32_t) { return false; });
  list.note(0, at(7));
  list.settle([](std::uint32_t) { return true; });
  EXPECT_EQ(list.next(), at(7));
}

TEST(WatchList, WhoIsTouchedEarlyIsNotCalledAgain) {
  auto list = with_times({5, 6});
  list.touch(0);
  EXPECT_EQ(list.next(), at(6));
  list.settle([](std::uint32_t) { return true; });
  list.call_due(at(5));
  EXPECT_TRUE(list.watched().empty());
}

TEST(WatchList, EverybodyCanBeCalled) {
  auto list = with_times({5, 6, 0});
  list.touch(2);
  list.touch_all();
  EXPECT_EQ(list.watched(), (indexes{0, 1, 2}));
  EXPECT_FALSE(list.next());
}

TEST(WatchList, ItFindsTheSameAsASearchThroughAll) {
  std::mt19937_64 dice{7};
  constexpr std::size_t count = 37;
  watch_list list(count);
  std::vector<std::optional<time_point>> times(count);  // Of those who have left.
  std::vector<bool> watched(count, true);
  for (int now = 1; now < 2000; ++now) {
    list.call_due(at(now));
    const auto touched = static_cast<std::uint32_t>(dice() % count);
    list.touch(touched);
    for (std::size_t i = 0; i < count; ++i)
      watched[i] = watched[i] || i == touched || (times[i] && *times[i] <= at(now));
    indexes expected;
    std::optional<time_point> next;
    for (std::uint32_t i = 0; i < count; ++i)
      if (watched[i])
        expected.push_back(i);
      else
        next = earliest(next, times[i]);
    ASSERT_EQ(list.watched(), expected) << "second " << now;
    ASSERT_EQ(list.next(), next) << "second " << now;
    for (const auto i : expected) {
      times[i].reset();
      if (dice() % 3 == 0) continue;
      times[i] = at(now + 1 + static_cast<int>(dice() % 20));
      list.note(i, *times[i]);
    }
    std::vector<bool> leaves(count);
    for (const auto i : expected) {
      leaves[i] = dice() % 4 != 0;
      if (leaves[i]) watched[i] = false;
    }
    list.settle([&](std::uint32_t i) { return leaves[i]; });
  }
}

}  // namespace
}  // namespace holdover::policy
