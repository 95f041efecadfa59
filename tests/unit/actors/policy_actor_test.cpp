// Does the policy's actor deliver facts, time and decisions? What the decisions ought to be is the
// business of the machine's own tests.

#include "actors/policy_actor.hpp"

#include "tests/support/actor_bench.hpp"
#include "tests/support/site_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class PolicyActor : public ::testing::Test {
protected:
  explicit PolicyActor(site about = office()) : b(std::move(about)) {
    b.play_recorder();
    b.play_bus_reader();
    b.play_device("ups main");
    setup.about = b.about;
    setup.self = actor_bench::self;
    setup.name = actor_bench::name;
    setup.incarnation = id(0x51);
    setup.label_seed = id(0x5e);
    setup.outside = b.outside();
    setup.where = b.where;
    setup.enter_safety_thread = [this] {
      ++entered;
      return std::string{"SCHED_FIFO 40"};
    };
    setup.complete_status = [](node_status& seen) { seen.storage = "ok"; };
    start();
  }

  void start() {
    subject = b.world.adopt(
        b.world.system().spawn(policy_behavior, std::make_shared<const policy_setup>(setup)));
    b.world.settle();
  }
  void fact(policy::site_event what) {
    b.tell(subject, actors::fact{std::move(what), b.world.now()});
  }

  /// A second of a site whose UPS, hosts and executors speak.
  void beat(const power::observation& ups) {
    b.world.pass(1s, 100ms);
    ++ticks;
    fact(policy::ups_observed{0, ups, 0ms});
    for (host_index i = 0; i < b.about->hosts.size(); ++i)
      beacon(i);
    fact(policy::outlets_observed{0, all_on()});
    for (const auto& node : b.about->nodes) {
      agent::executor_beacon about_unit;
      about_unit.site = b.about->name;
      about_unit.unit = "ss4";
      about_unit.node = node.number;
      about_unit.nonce = id(static_cast<std::uint8_t>(0x80 + node.number));
      about_unit.tick = ticks;
      fact(policy::executor_beacon_received{0, about_unit});
    }
  }
  void beats(int count, const power::observation& ups) {
    for (int i = 0; i < count; ++i)
      beat(ups);
  }
  void beacon(host_index host, std::vector<agent::action_report> actions = {}) {
    agent::host_beacon about_host;
    about_host.site = b.about->name;
    about_host.host = b.about->hosts[host].name;
    about_host.nonce = id(static_cast<std::uint8_t>(host + 1));
    about_host.tick = ++host_ticks;
    about_host.boot_id = "boot-1";
    about_host.state = agent::host_state::running;
    for (const auto& cast : b.sent_to<vote::vote>(about_host.host))
      about_host.echoes = {{cast.controller, cast.incarnation, cast.challenge_tick}};
    about_host.actions = std::move(actions);
    fact(policy::host_beacon_received{host, about_host, "signed beacon"});
  }
  power::outlet_unit_reading all_on() const {
    power::outlet_unit_reading made;
    for (std::uint32_t number = 1; number <= 4; ++number)
      made.outlets.push_back({number, power::outlet_state::on, {}});
    return made;
  }

  operator_answer ask(operator_command what) {
    b.answered.clear();
    what.request = id(4);
    b.tell(subject, operator_request{{"oper", role::operator_, true, "route", "key"}, what});
    EXPECT_THAT(b.answered, SizeIs(1));
    EXPECT_EQ(b.answered.at(0).to, "oper");
    const auto outer = std::get<signed_message>(wire::decode_signed(b.answered.at(0).bytes));
    EXPECT_EQ(outer.about, domain::operator_);
    return actor_bench::read_as<operator_answer>(b.answered.at(0).bytes);
  }
  operator_answer status() { return ask({"oper", {}, {}, 0, status_command{}}); }
  operator_command hold_after(const operator_answer& seen, std::vector<std::string> hosts,
                              duration lasts = 60s) const {
    return {"oper",
            {},
            seen.node_incarnation,
            seen.node_tick,
            hold_command{std::move(hosts), lasts, "maintenance"}};
  }

  operator_request order_after(const operator_answer& seen, const std::string& ups,
                               power::ups_command::verb what) const {
    return {
        {"oper", role::operator_, true, "route", "key"},
        {"oper", id(4), seen.node_incarnation, seen.node_tick, ups_order{ups, what, "monthly"}}};
  }

  int entered = 0;
  std::uint64_t ticks = 0;
  std::uint64_t host_ticks = 0;
  actor_bench b;
  policy_setup setup;
  policy_actor subject;
};

// ---- Votes --------------------------------------------------------------------------------------

TEST_F(PolicyActor, SendsEachHostItsVoteSignedAsAVoteOfThisNode) {
  beats(3, ups_on_battery());
  for (const auto& host : b.about->hosts)
    EXPECT_THAT(b.sent_to<vote::vote>(host.name), Not(IsEmpty())) << host.name;
  const auto to_host =
      std::find_if(b.sent.begin(), b.sent.end(), [](const auto& one) { return one.to == "web1"; });
  const auto outer = std::get<signed_message>(wire::decode_signed(to_host->bytes));
  EXPECT_EQ(outer.about, domain::vote);
  EXPECT_EQ(outer.signer, "alpha");
  const auto cast = b.sent_to<vote::vote>("web1").back();
  EXPECT_EQ(cast.controller, 1u);
  EXPECT_EQ(cast.host_level, vote::level::warn);
  EXPECT_EQ(cast.nonce, id(1));
}

TEST_F(PolicyActor, TellsEachPeerWhichSiteFileItRunsAndWhomOperatorsHold) {
  beats(12, ups_on_battery());
  for (const auto* peer : {"beta", "gamma"}) {
    const auto words = b.sent_to<policy::node_word>(peer);
    ASSERT_THAT(words, SizeIs(2)) << peer;
    EXPECT_EQ(words[0].policy_revision, b.about->revision);
  }
}

TEST_F(PolicyActor, AVoteForAHostThatOnlyAPeerHearsGoesThroughThatPeerToo) {
  beats(1, ups_on_battery());
  b.world.pass(15s);  // The host's own connection is silent for longer than a vote lives.
  b.sent.clear();
  agent::host_beacon passed_on;
  passed_on.site = b.about->name;
  passed_on.host = "web1";
  passed_on.nonce = id(1);
  passed_on.tick = ++host_ticks;
  passed_on.state = agent::host_state::running;
  const auto web1 = test::index_of(b.about->hosts, "web1");
  fact(policy::host_beacon_received{web1, passed_on, "signed beacon", 3});
  b.world.pass(2s);
  const auto by_gamma = b.sent_to<vote::vote>("gamma");
  const auto voted = [](const vote::vote& v) { return v.to.name == "web1"; };
  ASSERT_TRUE(std::any_of(by_gamma.begin(), by_gamma.end(), voted));
  EXPECT_THAT(b.sent_to<vote::vote>("web1"), Not(IsEmpty())) << "the direct way may work one way";
}

TEST_F(PolicyActor, RenewsItsVotesByItself) {
  beats(3, ups_on_battery());
  b.sent.clear();
  b.world.pass(3s);
  EXPECT_GE(b.sent_to<vote::vote>("web1").size(), 2u);
}

TEST_F(PolicyActor, ItsVoteForItsOwnExecutorTakesTheWayOfAllVotes) {
  beats(40, ups_on_battery());
  std::vector<vote::vote> own;
  for (const auto& one : b.frames) {
    EXPECT_EQ(one.from.member, "alpha");
    own.push_back(actor_bench::read_as<vote::vote>(one.bytes));
  }
  ASSERT_THAT(own, Not(IsEmpty()));
  EXPECT_EQ(own.back().to, outlet("printer", 1));
  EXPECT_EQ(own.back().outlet, vote::outlet_wish::off);
}

TEST_F(PolicyActor, SendsItsVotesForOtherExecutorsToTheirNodes) {
  beats(40, ups_on_battery());
  for (const auto* node : {"beta", "gamma"}) {
    const auto cast = b.sent_to<vote::vote>(node);
    ASSERT_THAT(cast, Not(IsEmpty())) << node;
    EXPECT_EQ(cast.back().to.kind, target_kind::outlet);
    EXPECT_EQ(cast.back().to.executor, node == std::string{"beta"} ? 2u : 3u);
  }
}

// ---- What is told -------------------------------------------------------------------------------

TEST_F(PolicyActor, TellsTheIncidentAndItsVotesUnderOneLabel) {
  beats(3, ups_on_battery());
  const auto incidents = b.recorded<incident_event>();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].from, "calm");
  EXPECT_EQ(incidents[0].to, "open");
  std::vector<vote_event> warned;
  for (const auto& one : b.recorded<vote_event>())
    if (one.host_level == vote::level::warn) warned.push_back(one);
  ASSERT_THAT(warned, SizeIs(Ge(4u)));
  EXPECT_EQ(warned[0].incident, incidents[0].incident);
  EXPECT_THAT(warned[0].explanation, Not(IsEmpty()));
}

TEST_F(PolicyActor, RenewalsAreNoEvents) {
  beats(3, ups_on_battery());
  b.records.clear();
  beats(5, ups_on_battery());
  EXPECT_THAT(b.recorded<vote_event>(), IsEmpty());
}

TEST_F(PolicyActor, TellsReceiptsWithTheBeaconBehindThem) {
  beats(2, ups_on_battery());
  beacon(2, {{"message", agent::action_state::failed, "no such program"}});
  const auto receipts = b.recorded<receipt_event>();
  ASSERT_THAT(receipts, SizeIs(1));
  EXPECT_EQ(receipts[0].host, "db1");
  EXPECT_EQ(receipts[0].evidence, "signed beacon");
  const auto told = std::find_if(b.records.begin(), b.records.end(), [](const record& one) {
    return std::holds_alternative<receipt_event>(one.what);
  });
  EXPECT_EQ(told->how, severity::alarm);
}

TEST_F(PolicyActor, TellsAlarmsAndTheirEnd) {
  auto low = ups_on_battery();
  low.overload = true;
  beats(2, low);
  beats(2, ups_on_battery());
  std::vector<bool> overload;
  for (const auto& one : b.recorded<alarm_event>())
    if (one.alarm == "overload") overload.push_back(one.raised);
  EXPECT_THAT(overload, ElementsAre(true, false));
}

TEST_F(PolicyActor, OnBatteryTheDeviceIsReadFaster) {
  beats(2, ups_online());
  b.paces.clear();
  beats(2, ups_on_battery());
  EXPECT_THAT(b.paces, Contains(true));
}

// ---- Time ---------------------------------------------------------------------------------------

TEST_F(PolicyActor, AWakeUpThatComesLateIsAnEventOnceAMinute) {
  beats(2, ups_on_battery());
  b.records.clear();
  for (int i = 0; i < 3; ++i) {
    b.world.stall(5s);
    b.world.pass(200ms);
  }
  const auto told = b.recorded<node_event>();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].what, "deadline_missed");
  EXPECT_THAT(told[0].detail, HasSubstr("ms late"));
}

TEST_F(PolicyActor, PunctualityIsNoEvent) {
  beats(30, ups_on_battery());
  EXPECT_THAT(b.recorded<node_event>(), IsEmpty());
}

// ---- Operators ----------------------------------------------------------------------------------

TEST_F(PolicyActor, AnswersAStatusWithThePolicysPictureAndTheRest) {
  beats(2, ups_on_battery());
  const auto seen = status();
  EXPECT_TRUE(seen.ok);
  ASSERT_TRUE(seen.status);
  EXPECT_EQ(seen.request, id(4));
  EXPECT_EQ(seen.node_incarnation, id(0x51));
  EXPECT_EQ(seen.status->name, "alpha");
  EXPECT_EQ(seen.status->scheduling, "SCHED_FIFO 40");
  EXPECT_EQ(seen.status->storage, "ok");
  EXPECT_EQ(seen.status->policy.incident, policy::incident_state::open);
  EXPECT_EQ(seen.status->up_for, 2s);
  EXPECT_EQ(entered, 1);
}

TEST_F(PolicyActor, WhatWaitedInAQueueIsOlderByThat) {
  const auto sent = b.world.now();
  b.world.pass(700ms);
  b.tell(subject, actors::fact{policy::ups_observed{0, ups_on_battery(), 100ms}, sent});
  EXPECT_EQ(status().status->policy.upses[0].age, 800ms);
}

TEST_F(PolicyActor, AHoldThatEchoesAFreshTickHolds) {
  beats(2, ups_online());
  const auto told = ask(hold_after(status(), {"web1", "db1"}));
  EXPECT_TRUE(told.ok) << told.text;
  EXPECT_EQ(told.text, "2 held");
  const auto seen = status();
  EXPECT_TRUE(seen.status->policy.hosts[0].held_for);
  EXPECT_FALSE(seen.status->policy.hosts[1].held_for);
  const auto events = b.recorded<operator_event>();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].by, "oper");
  EXPECT_EQ(events[0].command, "hold");
}

TEST_F(PolicyActor, NamingNoHostHoldsAllAndZeroReleases) {
  beats(2, ups_online());
  EXPECT_EQ(ask(hold_after(status(), {})).text, "4 held");
  EXPECT_EQ(ask(hold_after(status(), {}, 0s)).text, "4 released");
  const auto told = status();
  for (const auto& host : told.status->policy.hosts)
    EXPECT_FALSE(host.held_for);
}

TEST_F(PolicyActor, AnUnknownHostHoldsNone) {
  beats(2, ups_online());
  const auto told = ask(hold_after(status(), {"web1", "coffee"}));
  EXPECT_FALSE(told.ok);
  EXPECT_FALSE(status().status->policy.hosts[0].held_for);
}

class PolicyActorOfServerRoom : public PolicyActor {
protected:
  PolicyActorOfServerRoom() : PolicyActor(server_room()) {}
};

TEST_F(PolicyActorOfServerRoom, ASwitchIsSetAndTakenBackLikeAHold) {
  beats(2, ups_online());
  EXPECT_EQ(ask(hold_after(status(), {"maintenance"})).text, "1 set");
  beats(2, ups_online());
  EXPECT_EQ(status().status->policy.hosts[2].why, vote::reason::operator_wish);
  EXPECT_EQ(ask(hold_after(status(), {"maintenance"}, 0s)).text, "1 taken back");
  EXPECT_EQ(status().status->policy.hosts[2].why, vote::reason::power_fine);
  const auto events = b.recorded<operator_event>();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].command, "set");
  EXPECT_EQ(events[0].subject, "maintenance");
}

site room_with_a_job() {
  auto s = server_room();
  s.jobs.resize(1);
  s.jobs[0].name = "siren";
  return s;
}

class PolicyActorOfJobs : public PolicyActor {
protected:
  PolicyActorOfJobs() : PolicyActor(room_with_a_job()) {}
};

TEST_F(PolicyActorOfJobs, AJobIsReleasedButNotHeld) {
  beats(2, ups_online());
  EXPECT_EQ(ask(hold_after(status(), {"siren"}, 0s)).text, "1 job released");
  const auto refused = ask(hold_after(status(), {"siren"}));
  EXPECT_FALSE(refused.ok);
  EXPECT_THAT(refused.text, ::testing::HasSubstr("a job is only released"));
}

// ---- Orders to a UPS
// ------------------------------------------------------------------------------

TEST_F(PolicyActor, AnOrderToAUpsIsJournaledPassedOnAndAnsweredWhenItIsDone) {
  b.play_device("ups main");
  beats(2, ups_online());
  b.tell(subject, order_after(status(), "main", power::ups_command::verb::test_quick));
  ASSERT_THAT(b.orders, SizeIs(1));
  EXPECT_EQ(b.orders[0].by, "oper");
  const auto events = b.recorded<operator_event>();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].command, "test_quick");
  EXPECT_EQ(events[0].subject, "main");
  EXPECT_EQ(events[0].why, "monthly");
  b.answered.clear();
  b.tell(subject, ups_order_done{b.orders[0].from, b.orders[0].request, true, "shown"});
  ASSERT_THAT(b.answered, SizeIs(1));
  const auto told = actor_bench::read_as<operator_answer>(b.answered.at(0).bytes);
  EXPECT_TRUE(told.ok);
  EXPECT_EQ(told.text, "shown");
  EXPECT_EQ(told.request, id(4));
}

TEST_F(PolicyActor, ABatteryIsNotTestedWhileItCarries) {
  b.play_device("ups main");
  beats(2, ups_on_battery());
  const auto told = ask(order_after(status(), "main", power::ups_command::verb::test_quick).what);
  EXPECT_FALSE(told.ok);
  EXPECT_THAT(told.text, HasSubstr("only while the UPS is freshly seen on mains"));
  EXPECT_THAT(b.orders, SizeIs(0));
  b.tell(subject, order_after(status(), "main", power::ups_command::verb::buzzer_mute));
  EXPECT_THAT(b.orders, SizeIs(1)) << "silence is no test";
}

TEST_F(PolicyActor, NoOrderOfAnOperatorEndsAnOutputOrEmptiesABattery) {
  b.play_device("ups main");
  beats(2, ups_online());
  using verb = power::ups_command::verb;
  for (const auto what :
       {verb::shutdown, verb::stay_off, verb::startup, verb::reboot, verb::test_deep}) {
    const auto told = ask(order_after(status(), "main", what).what);
    EXPECT_FALSE(told.ok) << to_string(what);
    EXPECT_THAT(told.text, HasSubstr("refused"));
  }
  EXPECT_THAT(b.orders, SizeIs(0));
}

TEST_F(PolicyActor, AnOrderToAnUnknownUpsOrPlayedTwiceIsRefused) {
  b.play_device("ups main");
  beats(2, ups_online());
  EXPECT_FALSE(ask(order_after(status(), "coffee", power::ups_command::verb::cancel).what).ok);
  const auto once = order_after(status(), "main", power::ups_command::verb::cancel);
  b.tell(subject, once);
  EXPECT_FALSE(ask(once.what).ok);
  EXPECT_THAT(b.orders, SizeIs(1));
}

TEST_F(PolicyActor, AHoldThatEchoesAnOldTickIsRefused) {
  beats(2, ups_online());
  const auto old = hold_after(status(), {"web1"});
  b.world.pass(31s, 1s);
  const auto told = ask(old);
  EXPECT_FALSE(told.ok);
  EXPECT_THAT(told.text, HasSubstr("refused"));
  EXPECT_FALSE(status().status->policy.hosts[0].held_for);
}

TEST_F(PolicyActor, AHoldThatEchoesATickNeverGivenIsRefused) {
  beats(2, ups_online());
  auto invented = hold_after(status(), {"web1"});
  invented.node_tick += 1000;
  EXPECT_FALSE(ask(invented).ok);
}

TEST_F(PolicyActor, AHoldForAnotherLifeOfThisNodeIsRefused) {
  beats(2, ups_online());
  auto elsewhere = hold_after(status(), {"web1"});
  elsewhere.node_incarnation = id(0x99);
  EXPECT_FALSE(ask(elsewhere).ok);
}

TEST_F(PolicyActor, ARecordedHoldIsWorthNothing) {
  beats(2, ups_online());
  const auto hold = hold_after(status(), {"web1"});
  EXPECT_TRUE(ask(hold).ok);
  EXPECT_TRUE(ask(hold_after(status(), {"web1"}, 0s)).ok);
  const auto replayed = ask(hold);
  EXPECT_FALSE(replayed.ok);
  EXPECT_THAT(replayed.text, HasSubstr("refused"));
  EXPECT_FALSE(status().status->policy.hosts[0].held_for);
}

// ---- The clock on the wall ----------------------------------------------------------------------

TEST_F(PolicyActorOfServerRoom, TellsTheMachineTheTimeOfDayAgainAndAgain) {
  int asked = 0;
  setup.wall_clock = [&asked] {
    ++asked;
    return policy::wall_clock_told{0, 23 * 60, true};  // Monday night: web2 sleeps.
  };
  start();
  beats(45, ups_online());
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(status().status->policy.hosts[1].why, vote::reason::schedule);
  EXPECT_EQ(status().status->policy.hosts[1].wanted, vote::level::shutdown);
}

}  // namespace
}  // namespace holdover::actors
