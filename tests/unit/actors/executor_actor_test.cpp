// Votes in, switchings out: is the order kept in which an outlet may be touched?

#include "actors/executor_actor.hpp"

#include "tests/support/actor_bench.hpp"
#include "tests/support/caught_log.hpp"
#include "tests/support/fake_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using power::outlet_state;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using vote::outlet_wish;

class ExecutorActor : public ::testing::Test {
protected:
  ExecutorActor() {
    b.play_recorder();
    b.play_policy();
    b.play_device("unit ss4");
    setup.config.site = b.about->name;
    setup.config.unit = "ss4";
    setup.config.node = actor_bench::self;
    setup.config.electorate = {1, 2, 3};
    setup.config.threshold = 2;
    setup.config.outlets = {{"printer", 1, 3s}};
    setup.make_nonce = [this] { return id(++lives); };
    setup.node = actor_bench::name;
    setup.device = "unit ss4";
    setup.outside = b.outside();
    setup.where = b.where;
    subject = b.world.adopt(
        b.world.system().spawn(executor_behavior, std::make_shared<const executor_setup>(setup)));
    b.world.settle();
  }

  void reads(outlet_state state) { b.tell(subject, unit_says({state})); }
  void votes(node_number from, outlet_wish wish, bool signed_well = true) {
    voter who{.number = from, .site = b.about->name, .sequence = sequence++};
    auto cast = who.cast(outlet("printer", actor_bench::self), id(lives), last_beacon().tick, wish);
    cast.signature_valid = signed_well;
    b.tell(subject, cast);
  }
  agent::executor_beacon last_beacon() const {
    return actor_bench::read_as<agent::executor_beacon>(b.to_nodes.back());
  }
  std::vector<std::string> words() const {
    std::vector<std::string> found;
    for (const auto& one : b.recorded<outlet_event>())
      found.push_back(one.what);
    return found;
  }

  std::uint8_t lives = 0;
  std::uint64_t sequence = 1;
  actor_bench b;
  executor_setup setup;
  executor_actor subject;
};

TEST_F(ExecutorActor, TellsTheOtherNodesAndItsOwnPolicyOfItselfEverySecond) {
  ASSERT_THAT(b.to_nodes, SizeIs(1));
  b.world.pass(1s);
  ASSERT_THAT(b.to_nodes, SizeIs(2));
  EXPECT_EQ(last_beacon().unit, "ss4");
  EXPECT_EQ(last_beacon().nonce, id(1));
  const auto own = b.heard<policy::executor_beacon_received>();
  ASSERT_THAT(own, SizeIs(2));
  EXPECT_EQ(own[1].unit, 0u);
  EXPECT_EQ(own[1].what, last_beacon());
}

TEST_F(ExecutorActor, SignsItsBeaconAsABeaconOfThisNode) {
  const auto outer = std::get<signed_message>(wire::decode_signed(b.to_nodes.back()));
  EXPECT_EQ(outer.about, domain::beacon);
  EXPECT_EQ(outer.signer, "alpha");
  EXPECT_EQ(actor_bench::read(b.to_nodes.back()).publisher, "alpha");
}

TEST_F(ExecutorActor, OneVoteMovesNothing) {
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  b.world.pass(5s);
  EXPECT_THAT(b.switchings, IsEmpty());
}

TEST_F(ExecutorActor, ABadlySignedVoteIsNone) {
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  votes(2, outlet_wish::off, false);
  EXPECT_THAT(b.switchings, IsEmpty());
}

TEST_F(ExecutorActor, WhatItRefusesIsToldOnceAMinuteByReason) {
  const support::caught_log log;
  for (int i = 0; i < 30; ++i) {
    votes(2, outlet_wish::off, false);
    votes(9, outlet_wish::off);
  }
  EXPECT_EQ(log.lines(), 2u) << log.text();
  EXPECT_THAT(log.text(), HasSubstr("executor of ss4 refused a vote of node 2 on outlet printer: "
                                    "bad_signature (1 so far)"));
  EXPECT_THAT(log.text(), HasSubstr("unknown_controller (1 so far)"));
  b.world.pass(60s);
  votes(3, outlet_wish::off, false);
  EXPECT_THAT(log.text(), HasSubstr("node 3 on outlet printer: bad_signature (31 so far)"));
}

TEST_F(ExecutorActor, AVoteThatItTakesIsNoRefusal) {
  reads(outlet_state::on);
  const support::caught_log log;
  votes(1, outlet_wish::off);
  votes(3, outlet_wish::off);
  EXPECT_EQ(log.text(), "");
}

TEST_F(ExecutorActor, KVotesSwitchTheOutlet) {
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  votes(3, outlet_wish::off);
  ASSERT_THAT(b.switchings, SizeIs(1));
  EXPECT_EQ(b.switchings[0].number, 1u);
  EXPECT_FALSE(b.switchings[0].on);
}

TEST_F(ExecutorActor, RecordsTheIntentWithItsVotesBeforeItSwitches) {
  std::vector<std::string> order;
  b.where->enter("recorder", caf::actor_cast<caf::actor>(b.world.adopt(b.world.system().spawn(
                                 [&](recorder_actor::pointer) -> recorder_actor::behavior_type {
                                   return {[&](const record& what) {
                                             const auto& e = std::get<outlet_event>(what.what);
                                             order.push_back(e.what);
                                             EXPECT_THAT(e.evidence, ElementsAre("signed by 1 #2",
                                                                                 "signed by 2 #3"));
                                           },
                                           [](const telemetry&) {},
                                           [](const frame&, const message&) {},
                                           [](flush_atom) {},
                                           [](wake_atom) {},
                                           [](alive_atom) { return alive_atom::value; }};
                                 }))));
  b.where->enter("unit ss4", caf::actor_cast<caf::actor>(b.world.adopt(b.world.system().spawn(
                                 [&](device_actor::pointer) -> device_actor::behavior_type {
                                   return {[](read_atom) {},
                                           [](alert_atom, bool) {},
                                           [](hint_atom) {},
                                           [&](const switch_request&) { order.push_back("SET"); },
                                           [](const ups_order_request&) {},
                                           [](const ups_order_taken&) {},
                                           [](const reading_arrived&) {},
                                           [](wake_atom) {},
                                           [](alive_atom) { return alive_atom::value; }};
                                 }))));
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  votes(2, outlet_wish::off);
  EXPECT_THAT(order, ElementsAre("intent_off", "SET"));
}

TEST_F(ExecutorActor, AfterTheAnswerItReadsBackAndRecordsTheResult) {
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  votes(2, outlet_wish::off);
  b.reads_asked = 0;
  b.tell(subject, switching_answered{1, true, ""});
  EXPECT_EQ(b.reads_asked, 1);
  EXPECT_THAT(words(), ElementsAre("intent_off"));
  reads(outlet_state::off);
  EXPECT_THAT(words(), ElementsAre("intent_off", "confirmed"));
  EXPECT_EQ(last_beacon().outlets.at(0).switching, agent::action_state::done);
}

TEST_F(ExecutorActor, ASwitchingThatHasNoEffectIsAnAlarmOverWhenItWorks) {
  reads(outlet_state::on);
  votes(1, outlet_wish::off);
  votes(2, outlet_wish::off);
  b.tell(subject, switching_answered{1, false, "timeout"});
  b.world.pass(3s);
  reads(outlet_state::on);
  EXPECT_THAT(words(), ElementsAre("intent_off", "unconfirmed"));
  auto alarms = b.recorded<alarm_event>();
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_TRUE(alarms[0].raised);
  EXPECT_EQ(alarms[0].alarm, "outlet_switching");
  reads(outlet_state::off);
  alarms = b.recorded<alarm_event>();
  ASSERT_THAT(alarms, SizeIs(2));
  EXPECT_FALSE(alarms[1].raised);
}

TEST_F(ExecutorActor, EachLifeHasANonceOfItsOwn) {
  const auto second = b.world.adopt(
      b.world.system().spawn(executor_behavior, std::make_shared<const executor_setup>(setup)));
  b.world.settle();
  EXPECT_EQ(last_beacon().nonce, id(2));
}

}  // namespace
}  // namespace holdover::actors
