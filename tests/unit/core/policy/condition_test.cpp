#include "core/policy/condition.hpp"

#include "tests/support/conditions.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace holdover::policy {
namespace {

using test::above;
using test::all;
using test::any;
using test::at_least;
using test::leaf;

constexpr time_point start{1000s};

/// Sensors that are asked for "above", each with the time of its last answer.
class played_sensors final : public leaf_source {
public:
  struct answer {
    double number = 0;
    time_point taken{};
  };

  leaf_value ask(const condition_node& node, bool was) override {
    if (node.kind != condition_kind::sensor_above)
      return {state_of_ups ? truth::yes : truth::no, now};
    const auto found = says.find(node.subject);
    if (found == says.end()) return {};
    const auto& one = found->second;
    const bool high = one.number > node.limit - (was ? node.hysteresis : 0);
    return {high ? truth::yes : truth::no, one.taken};
  }

  std::map<std::uint32_t, answer> says;
  bool state_of_ups = false;
  time_point now = start;
};

class Condition : public testing::Test {
protected:
  void plant(const test::branch& tree) {
    nodes_.clear();
    root_ = test::plant_into(nodes_, tree);
    rule_ = std::make_unique<condition>(condition_tree{0, root_});
  }
  verdict judge() {
    world_.now = now_;
    return rule_->judge(nodes_, world_, now_);
  }
  /// All these sensors are read now.
  verdict read(std::map<std::uint32_t, double> numbers) {
    for (const auto& [sensor, number] : numbers)
      world_.says[sensor] = {number, now_};
    return judge();
  }
  void lose(std::uint32_t sensor) { world_.says.erase(sensor); }

  std::vector<condition_node> nodes_;
  condition_index root_ = 0;
  std::unique_ptr<condition> rule_;
  played_sensors world_;
  time_point now_ = start;
};

TEST_F(Condition, AtLeastTwoOfThreeNeedsTwo) {
  plant(at_least(2, {above(0, 40), above(1, 40), above(2, 40)}));
  EXPECT_EQ(read({{0, 41}, {1, 39}, {2, 39}}).met, truth::no);
  EXPECT_EQ(read({{0, 41}, {1, 42}, {2, 39}}).met, truth::yes);
}

TEST_F(Condition, UnknownPartsDecideOnlyWhatTheyCannotChange) {
  plant(at_least(2, {above(0, 40), above(1, 40), above(2, 40)}));
  EXPECT_EQ(judge().met, truth::unknown);
  EXPECT_EQ(read({{0, 41}}).met, truth::unknown);
  EXPECT_EQ(read({{0, 41}, {1, 41}}).met, truth::yes) << "whatever the third says";
  EXPECT_EQ(read({{0, 39}, {1, 39}}).met, truth::no) << "whatever the third says";
  EXPECT_EQ(read({{0, 41}, {1, 39}}).met, truth::unknown) << "the third decides";
}

TEST_F(Condition, AllAndAnyFollowKleene) {
  plant(all({above(0, 40), above(1, 40)}));
  EXPECT_EQ(read({{0, 41}}).met, truth::unknown);
  EXPECT_EQ(read({{0, 39}}).met, truth::no);
  world_.says.clear();
  plant(any({above(0, 40), above(1, 40)}));
  EXPECT_EQ(read({{0, 39}}).met, truth::unknown);
  EXPECT_EQ(read({{0, 41}}).met, truth::yes);
}

TEST_F(Condition, AHoldIsOverOnlyWhenAFactConfirmsIt) {
  plant(above(0, 40).held(10s));
  EXPECT_EQ(read({{0, 41}}).met, truth::no);
  now_ += 12s;
  EXPECT_EQ(judge().met, truth::no) << "time passed, but nothing was read";
  EXPECT_EQ(read({{0, 41}}).met, truth::yes);
}

TEST_F(Condition, AHoldOverSeveralBeginsWhenTheLastOfThemWasSeen) {
  plant(at_least(2, {above(0, 40), above(1, 40)}).held(10s));
  read({{0, 41}, {1, 39}});
  now_ += 5s;
  read({{1, 41}});
  now_ += 5s;
  EXPECT_EQ(read({{0, 41}, {1, 41}}).met, truth::no) << "two of them for five seconds only";
  now_ += 5s;
  EXPECT_EQ(read({{0, 41}, {1, 41}}).met, truth::yes);
}

TEST_F(Condition, SeveralAreClearWhenTheLastOfThemWasSeenToBe) {
  plant(any({above(0, 40), above(1, 40)}).cleared_after(10s));
  read({{0, 41}, {1, 39}});
  now_ += 5s;
  read({{0, 39}});  // The other was read five seconds ago.
  now_ += 5s;
  EXPECT_EQ(read({{0, 39}, {1, 39}}).met, truth::yes);
  now_ += 5s;
  EXPECT_EQ(read({{0, 39}, {1, 39}}).met, truth::no);
}

TEST_F(Condition, ATruthThatBreaksBeginsItsHoldAnew) {
  plant(above(0, 40).held(10s));
  read({{0, 41}});
  now_ += 6s;
  read({{0, 39}});
  now_ += 6s;
  EXPECT_EQ(read({{0, 41}}).met, truth::no);
  now_ += 10s;
  EXPECT_EQ(read({{0, 41}}).met, truth::yes);
}

TEST_F(Condition, AGapBeginsTheHoldAnew) {
  plant(above(0, 40).held(10s));
  read({{0, 41}});
  now_ += 6s;
  lose(0);
  EXPECT_EQ(judge().met, truth::unknown);
  now_ += 6s;
  EXPECT_EQ(read({{0, 41}}).met, truth::no);
}

TEST_F(Condition, WhatHadMaturedNeedsNotMatureAgainAfterAGap) {
  plant(above(0, 40).held(10s));
  read({{0, 41}});
  now_ += 10s;
  ASSERT_EQ(read({{0, 41}}).met, truth::yes);
  lose(0);
  EXPECT_EQ(judge().met, truth::unknown);
  now_ += 6s;
  EXPECT_EQ(read({{0, 41}}).met, truth::yes);
  EXPECT_EQ(read({{0, 39}}).met, truth::no);
  EXPECT_EQ(read({{0, 41}}).met, truth::no) << "known false in between: the hold begins anew";
}

TEST_F(Condition, AQuorumIsAsOldAsItsLastNeededFact) {
  plant(at_least(2, {above(0, 40), above(1, 40), above(2, 40)}).held(10s));
  read({{0, 41}, {1, 41}, {2, 41}});
  now_ += 12s;
  EXPECT_EQ(read({{0, 41}}).met, truth::no) << "one of two has confirmed it";
  EXPECT_EQ(read({{1, 41}}).met, truth::yes);
}

TEST_F(Condition, AHoldMayPassFromOneSetOfSensorsToAnother) {
  plant(at_least(2, {above(0, 40), above(1, 40), above(2, 40)}).held(10s));
  read({{0, 41}, {1, 41}, {2, 39}});
  now_ += 6s;
  read({{0, 41}, {1, 41}, {2, 41}});
  now_ += 6s;
  EXPECT_EQ(read({{0, 39}, {1, 41}, {2, 41}}).met, truth::yes);
}

TEST_F(Condition, HysteresisKeepsItTrueNearTheLimit) {
  plant(above(0, 40).with_hysteresis(2));
  EXPECT_EQ(read({{0, 39}}).met, truth::no);
  EXPECT_EQ(read({{0, 41}}).met, truth::yes);
  EXPECT_EQ(read({{0, 39}}).met, truth::yes);
  EXPECT_EQ(read({{0, 38}}).met, truth::no);
  EXPECT_EQ(read({{0, 39}}).met, truth::no);
}

TEST_F(Condition, IsOverOnlyAfterItsTimeToClear) {
  plant(above(0, 40).cleared_after(10s));
  read({{0, 41}});
  EXPECT_EQ(read({{0, 39}}).met, truth::yes);
  now_ += 9s;
  EXPECT_EQ(read({{0, 39}}).met, truth::yes);
  now_ += 1s;
  EXPECT_EQ(judge().met, truth::yes) << "not confirmed yet";
  EXPECT_EQ(read({{0, 39}}).met, truth::no);
}

TEST_F(Condition, KeepsItsGroundsWhileItClears) {
  plant(any({above(0, 40), above(1, 40)}).cleared_after(10s));
  read({{0, 41}, {1, 39}});
  const auto clearing = read({{0, 39}, {1, 39}});
  EXPECT_EQ(clearing.met, truth::yes);
  EXPECT_TRUE(clearing.authorised);
  EXPECT_EQ(clearing.why, vote::reason::environment);
}

TEST_F(Condition, TheStateOfAUpsAloneAuthorisesNothing) {
  world_.state_of_ups = true;
  plant(leaf(condition_kind::overload));
  EXPECT_EQ(judge().met, truth::yes);
  EXPECT_FALSE(judge().authorised);
  EXPECT_EQ(judge().why, vote::reason::ups_state);

  plant(all({leaf(condition_kind::overload), above(0, 40)}));
  EXPECT_TRUE(read({{0, 41}}).authorised) << "the sensor had to agree";
  plant(any({leaf(condition_kind::overload), above(0, 40)}));
  EXPECT_FALSE(read({{0, 39}}).authorised);
  EXPECT_TRUE(read({{0, 41}}).authorised);
}

TEST_F(Condition, AsksToBeLookedAtWhenAHoldCouldBeOver) {
  plant(above(0, 40).held(10s));
  EXPECT_EQ(read({{0, 39}}).look_again, std::nullopt);
  EXPECT_EQ(read({{0, 41}}).look_again, now_ + 10s);
  now_ += 10s;
  EXPECT_EQ(judge().look_again, std::nullopt) << "from here on only a reading helps";
}

TEST_F(Condition, GroupsNest) {
  plant(any({all({above(0, 40), above(1, 40)}), at_least(2, {above(2, 40), above(3, 40)})}));
  EXPECT_EQ(read({{0, 41}, {1, 39}, {2, 41}, {3, 39}}).met, truth::no);
  EXPECT_EQ(read({{3, 41}}).met, truth::yes);
  EXPECT_EQ(read({{3, 39}, {1, 41}}).met, truth::yes);
}

}  // namespace
}  // namespace holdover::policy
