// Are changes of an outlet told once, whoever made them?

#include "actors/outlet_actor.hpp"

#include "tests/support/actor_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using power::outlet_state;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutletActor : public ::testing::Test {
protected:
  OutletActor() {
    b.play_recorder();
    subject =
        b.world.adopt(b.world.system().spawn(outlet_behavior, std::string{"printer"}, b.where));
  }

  void reads(outlet_state state) { b.tell(subject, outlet_share{{1, state, {}}, false, {}}); }
  void is_lost() { b.tell(subject, outlet_share{{1, outlet_state::unknown, {}}, true, "timeout"}); }
  std::vector<std::string> words() const {
    std::vector<std::string> found;
    for (const auto& one : b.recorded<outlet_event>()) {
      EXPECT_EQ(one.outlet, "printer");
      found.push_back(one.what);
    }
    return found;
  }

  actor_bench b;
  outlet_actor subject;
};

TEST_F(OutletActor, FirstSightOfAnOutletThatIsOnIsNoNews) {
  reads(outlet_state::on);
  EXPECT_THAT(words(), IsEmpty());
}

TEST_F(OutletActor, FirstSightOfAnOutletThatIsOffIsNews) {
  reads(outlet_state::off);
  EXPECT_THAT(words(), ElementsAre("off"));
}

TEST_F(OutletActor, EachChangeIsToldOnce) {
  for (const auto state :
       {outlet_state::on, outlet_state::off, outlet_state::off, outlet_state::on})
    reads(state);
  EXPECT_THAT(words(), ElementsAre("off", "on"));
}

TEST_F(OutletActor, LosingItsUnitIsToldOnceAndSoIsItsReturn) {
  reads(outlet_state::on);
  is_lost();
  is_lost();
  reads(outlet_state::on);
  EXPECT_THAT(words(), ElementsAre("communication_lost", "communication_restored"));
}

TEST_F(OutletActor, WhatChangedDuringSilenceIsToldAfterIt) {
  reads(outlet_state::on);
  is_lost();
  reads(outlet_state::off);
  EXPECT_THAT(words(), ElementsAre("communication_lost", "communication_restored", "off"));
}

TEST_F(OutletActor, AnUnreadableStateIsNoChangeOfIt) {
  reads(outlet_state::off);
  reads(outlet_state::unknown);
  reads(outlet_state::off);
  EXPECT_THAT(words(), ElementsAre("off"));
  reads(outlet_state::unknown);
  reads(outlet_state::on);
  EXPECT_THAT(words(), ElementsAre("off", "on"));
}

}  // namespace
}  // namespace holdover::actors
