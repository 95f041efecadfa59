#include "core/policy/condition_words.hpp"

#include "core/policy/difference.hpp"
#include "tests/support/sites.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::above;
using test::all;
using test::at_least;
using test::leaf;
using test::plant;
using test::server_room;

TEST(ConditionWords, SayATreeAsItNests) {
  auto s = server_room();
  const auto tree = plant(
      s,
      at_least(2, {above(0, 40).with_hysteresis(2).held(10s), leaf(condition_kind::operator_switch),
                   all({test::timed(condition_kind::on_battery_for, 5min).of_ups(0),
                        leaf(condition_kind::time_window)})})
          .held(1min)
          .cleared_after(5min));
  EXPECT_EQ(words_of(s, tree),
            "at least 2 of (rack1 above 40 (hysteresis 2) for 10 s, switch maintenance, "
            "all of (on battery for 5 min of main, Mon Tue Wed Thu Fri from 22:00 to 06:00)) "
            "for 1 min, over after 5 min");
}

TEST(ConditionWords, AChangedTreeIsADifferenceOfThoseWhoObeyIt) {
  auto changed = server_room();
  for (auto& node : changed.conditions)
    if (node.kind == condition_kind::sensor_above) node.limit = 45;
  const auto found = differences(server_room(), changed);
  ASSERT_FALSE(found.empty());
  for (const auto& one : found)
    EXPECT_EQ(one.what, "obeys stage hot");
}

}  // namespace
}  // namespace holdover::policy
