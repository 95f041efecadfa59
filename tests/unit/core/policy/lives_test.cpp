#include "core/policy/lives.hpp"

#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::policy {
namespace {

using test::id;

constexpr time_point start{1000s};

TEST(Lives, TheSameTickTwiceIsNoNews) {
  life_list lives;
  EXPECT_TRUE(lives.hear(id(1), 7, {}, start));
  EXPECT_FALSE(lives.hear(id(1), 7, {}, start + 1s));
  EXPECT_FALSE(lives.hear(id(1), 6, {}, start + 1s));
  EXPECT_TRUE(lives.hear(id(1), 8, {}, start + 1s));
}

TEST(Lives, AnOldBeaconDoesNotKeepALifeFresh) {
  life_list lives;
  lives.hear(id(1), 7, {}, start);
  lives.hear(id(1), 7, {}, start + 10s);
  EXPECT_EQ(lives.fresh(10s, start + 10s).size(), 1u);
  EXPECT_TRUE(lives.fresh(10s, start + 10s + 1ms).empty());
}

TEST(Lives, GivesTheNewestTickOfEachFreshLife) {
  life_list lives;
  lives.hear(id(1), 7, {}, start);
  lives.hear(id(1), 9, {}, start + 1s);
  lives.hear(id(2), 3, {}, start + 2s);
  const auto fresh = lives.fresh(10s, start + 2s);
  ASSERT_EQ(fresh.size(), 2u);
  EXPECT_EQ(fresh[0].tick, 9u);
  EXPECT_EQ(fresh[1].nonce, id(2));
}

TEST(Lives, AnotherLifeIsSeenForItsTimeOnly) {
  life_list lives;
  lives.hear(id(1), 1, {}, start);
  EXPECT_FALSE(lives.other_than(id(1), 10s, start));
  lives.hear(id(2), 1, {}, start);
  EXPECT_TRUE(lives.other_than(id(1), 10s, start + 10s));
  EXPECT_FALSE(lives.other_than(id(1), 10s, start + 10s + 1ms));
}

TEST(Lives, AFloodOfNoncesNeverPushesOutTheOneToKeep) {
  life_list lives;
  lives.hear(id(1), 1, {}, start);
  for (std::uint8_t i = 10; i < 100; ++i)
    lives.hear(id(i), 1, id(1), start + 1s);
  const auto fresh = lives.fresh(10s, start + 1s);
  EXPECT_LE(fresh.size(), 4u);
  EXPECT_TRUE(
      std::any_of(fresh.begin(), fresh.end(), [](const life& l) { return l.nonce == id(1); }));
}

TEST(Lives, AForgottenLifeIsGone) {
  life_list lives;
  lives.hear(id(1), 1, {}, start);
  lives.forget(id(1));
  EXPECT_TRUE(lives.fresh(10s, start).empty());
}

}  // namespace
}  // namespace holdover::policy
