// Every transition of the agent up to the point of no return: votes, holding, side states, named
// actions, beacons, alarms, the fallback. What follows a commit is in agent_ladder_test.cpp.

#include "core/agent/agent_machine.hpp"

#include "tests/support/agent_bench.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdover::agent {
namespace {

using test::agent_bench;
using test::blind;
using test::on_battery;
using test::online;
using test::three_controllers;
using vote::level;
using enum vote::level;
using ids = std::vector<std::string>;

agent_config holding(duration hold) {
  auto c = three_controllers();
  c.hold = hold;
  return c;
}

bool committed(const agent_bench& b) {
  return !b.all<write_commit_record>().empty();
}

std::vector<agent_alarm> raised(const agent_bench& b) {
  std::vector<agent_alarm> kinds;
  for (const auto& a : b.all<raise_alarm>())
    kinds.push_back(a.what);
  return kinds;
}
std::vector<agent_alarm> cleared(const agent_bench& b) {
  std::vector<agent_alarm> kinds;
  for (const auto& a : b.all<clear_alarm>())
    kinds.push_back(a.what);
  return kinds;
}
using alarms = std::vector<agent_alarm>;

// ---- Votes, hold, commit -----------------------------------------------------------------------

TEST(Agent, ArmsWhenKControllersSayShutdown) {
  agent_bench b;
  b.vote(0, shutdown);
  EXPECT_EQ(b.state(), host_state::running);
  b.vote(1, shutdown);
  EXPECT_EQ(b.state(), host_state::armed);
  EXPECT_EQ(b.beacon().state, host_state::armed);
  EXPECT_EQ(b.beacon().effective, shutdown);
  EXPECT_EQ(b.beacon().acts_in, 5s);
}

TEST(Agent, TakesPowerOffAsShutdown) {
  agent_bench b;
  b.votes({power_off, shutdown});
  EXPECT_EQ(b.state(), host_state::armed);
}

TEST(Agent, CommitsWhenTheLevelHasHeldForTheHold) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  b.pass(4999ms);
  EXPECT_EQ(b.state(), host_state::armed);
  b.pass(1ms);
  EXPECT_EQ(b.state(), host_state::committed);
  const auto records = b.all<write_commit_record>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].cause.substr(0, 12), "2 of 3 votes");
  EXPECT_EQ(records[0].evidence, (ids{"signed by 0 #1", "signed by 1 #1"}));
}

TEST(Agent, DoesNotCommitOnOneControllerHoweverOftenItSpeaks) {
  agent_bench b;
  b.keep_voting({power_off, run, run}, 60s);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_FALSE(committed(b));
}

TEST(Agent, CancelsWhenTheLevelFallsDuringTheHold) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  b.pass(4s);
  b.vote(1, run);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.beacon().state, host_state::running);
  b.pass(60s);
  EXPECT_FALSE(committed(b));
}

TEST(Agent, CancelsWhenAVoteBehindTheLevelExpires) {
  agent_bench b{holding(12s)};
  b.votes({shutdown, shutdown});
  b.pass(9999ms);
  EXPECT_EQ(b.state(), host_state::armed);
  b.pass(1ms);
  EXPECT_EQ(b.state(), host_state::running);
  b.pass(60s);
  EXPECT_FALSE(committed(b));
}

TEST(Agent, HoldsAnewAfterACancel) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  b.pass(4s);
  b.vote(1, run);
  b.vote(1, shutdown);
  b.pass(4999ms);
  EXPECT_EQ(b.state(), host_state::armed);
  b.pass(1ms);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST(Agent, ActsOnTheFirstKVotesWithoutAHold) {
  agent_bench b{holding(0s)};
  b.votes({shutdown, shutdown});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_EQ(b.all<write_commit_record>().size(), 1u);
}

TEST(Agent, ALevelThatLapsedDuringAPauseHasNotHeld) {
  auto c = holding(12s);
  c.threshold = 1;
  agent_bench b{c};
  b.vote(0, shutdown);
  b.pass(5s);
  const auto fresh = b.make(0, shutdown);
  b.sleep(7s);  // The first vote expired 2 s ago; the next one, echoing a later tick, lives.
  b.feed(vote_received{fresh});
  EXPECT_EQ(b.state(), host_state::armed);
  EXPECT_FALSE(committed(b));
  EXPECT_EQ(b.beacon().acts_in, 12s);
}

TEST(Agent, ANoViewIsHeardButCountsForNothing) {
  agent_bench b;
  b.keep_voting({shutdown, no_view, no_view}, 20s);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.beacon().echoes.size(), 3u);
}

TEST(Agent, IgnoresShutdownVotesWhoseEvidenceIsOlderThanTheBoot) {
  agent_bench b;
  auto seen_before = on_battery("u1", 600s);
  seen_before.observation_age = 20s;
  b.votes({shutdown, shutdown}, {seen_before});
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.beacon().effective, warn);
  const auto log = b.all<log_command>();
  ASSERT_FALSE(log.empty());
  EXPECT_TRUE(log[0].accepted);
  EXPECT_EQ(log[0].what, "shutdown");
  EXPECT_EQ(log[0].why, "counts as warn: its evidence is older than this boot");
}

TEST(Agent, EvidenceOlderThanTheBootDoesNotRaiseALevelEither) {
  agent_bench b;
  auto seen_before = online("u1");
  seen_before.observation_age = 20s;
  b.votes({run, run}, {seen_before});
  EXPECT_EQ(b.beacon().effective, run);
  EXPECT_EQ(b.runs(), ids{});
}

TEST(Agent, ThatStartsLateInABootKnowsWhenTheBootWas) {
  auto c = three_controllers();
  c.up_for = 60s;
  agent_bench b{c};
  auto seen_since = on_battery("u1", 600s);
  seen_since.observation_age = 20s;
  b.votes({shutdown, shutdown}, {seen_since});
  EXPECT_EQ(b.state(), host_state::armed);
}

// ---- Side states -------------------------------------------------------------------------------

TEST(Agent, WarnsOnceAndTakesItBack) {
  agent_bench b;
  b.keep_voting({warn, warn}, 20s);
  EXPECT_EQ(b.runs(), ids{"warn"});
  EXPECT_EQ(b.beacon().effective, warn);
  b.votes({run, run});
  EXPECT_EQ(b.runs(), (ids{"warn", "warn_over"}));
  EXPECT_EQ(b.beacon().effective, run);
}

TEST(Agent, ASideThatTheHostHasNoProgramForIsNeitherRunNorReported) {
  auto config = test::three_controllers();
  config.unconfigured = {"warn", "warn_over"};
  agent_bench b(config);
  b.votes({shed, shed});
  EXPECT_EQ(b.runs(), ids{"shed"});
  for (const auto& report : b.beacon().actions)
    EXPECT_NE(report.id, "warn");
  EXPECT_EQ(b.beacon().effective, shed) << "it acts on the level all the same";
}

TEST(Agent, ShedsAndStopsSheddingStepByStep) {
  agent_bench b;
  b.votes({shed, shed});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed"}));
  b.votes({warn, warn});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed", "shed_over"}));
  b.votes({run, run});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed", "shed_over", "warn_over"}));
}

TEST(Agent, WarnsAndShedsWhileItHoldsAndTakesBothBackOnACancel) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed"}));
  b.votes({run, run});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed", "shed_over", "warn_over"}));
}

TEST(Agent, ExpiredVotesEndAWarningWhereNothingIsKnownToBeWrong) {
  agent_bench b;
  b.votes({warn, warn}, {online("u1")});
  b.pass(10s);
  EXPECT_EQ(b.runs(), (ids{"warn", "warn_over"}));
}

TEST(Agent, DoesNotCallAnOutageOverBecauseEverybodyFellSilent) {
  agent_bench b;
  b.keep_voting({shed, shed, shed}, 3s, {on_battery("u1", 3600s)});
  b.pass(60s);
  EXPECT_EQ(b.runs(), (ids{"warn", "shed"}));
  EXPECT_EQ(b.beacon().effective, shed);
  b.votes({run, run}, {online("u1")});
  EXPECT_EQ(b.runs(), (ids{"warn", "shed", "shed_over", "warn_over"}));
}

TEST(Agent, TheFallbackDeadlineWarnsPeople) {
  agent_bench b;
  b.keep_voting({run, run, run}, 3s, {on_battery("u1", 3600s)});
  EXPECT_EQ(b.runs(), ids{});
  b.pass(15s);
  ASSERT_EQ(b.runs(), ids{"warn"});
  EXPECT_EQ(b.all<run_action>()[0].text, b.machine().local_rule().explanation());
}

// ---- Named actions -----------------------------------------------------------------------------

struct NamedActions : testing::Test {
  void name(std::vector<vote::named_action> actions, node_number voters = 2) {
    for (node_number from = 0; from < voters; ++from) {
      auto v = b.make(from, warn);
      v.content.actions = actions;
      b.feed(vote_received{v});
    }
  }
  ids named_runs() const {
    ids found;
    for (const auto& id : b.runs())
      if (id != "warn" && id != "warn_over") found.push_back(id);
    return found;
  }
  agent_bench b;
};

TEST_F(NamedActions, RunWhenKControllersNameThem) {
  name({{"backup", "before the lights go out"}}, 1);
  EXPECT_EQ(named_runs(), ids{});
  name({{"backup", "before the lights go out"}});
  ASSERT_EQ(named_runs(), ids{"backup"});
  EXPECT_EQ(b.all<run_action>().back().text, "before the lights go out");
  EXPECT_EQ(b.report("backup")->state, action_state::received);
}

TEST_F(NamedActions, RunOncePerIncidentHoweverOftenTheyAreRenewed) {
  for (int i = 0; i < 120; ++i) {
    name({{"backup", ""}});
    b.pass(1s);
  }
  EXPECT_EQ(named_runs(), ids{"backup"});
}

TEST_F(NamedActions, ThatOneControllerKeepsNamingDoNotRunAgain) {
  name({{"backup", ""}});
  for (int i = 0; i < 30; ++i) {
    name({{"backup", ""}}, 1);
    b.vote(1, run);
    b.pass(1s);
  }
  name({{"backup", ""}});
  EXPECT_EQ(named_runs(), ids{"backup"});
}

TEST_F(NamedActions, RunAgainAfterATimeToLiveInWhichNobodyNamedThem) {
  name({{"backup", ""}});
  b.votes({run, run});
  b.pass(9s);
  name({{"backup", ""}});
  EXPECT_EQ(named_runs(), ids{"backup"});
  b.votes({run, run});
  b.pass(10s);
  name({{"backup", ""}});
  EXPECT_EQ(named_runs(), (ids{"backup", "backup"}));
}

TEST_F(NamedActions, AShortAbsenceIsForgottenOnceTheyAreNamedAgain) {
  name({{"backup", ""}});
  b.votes({run, run});
  b.pass(6s);
  for (int i = 0; i < 20; ++i) {
    name({{"backup", ""}});
    b.pass(1s);
  }
  EXPECT_EQ(named_runs(), ids{"backup"});
}

TEST_F(NamedActions, AMessageNeedsNoConfigurationAndEachTextIsShown) {
  name({{"message", "on battery"}});
  name({{"message", "on battery"}, {"message", "going down"}});
  ASSERT_EQ(named_runs(), (ids{"message", "message"}));
  EXPECT_EQ(b.all<run_action>().back().text, "going down");
}

TEST_F(NamedActions, AProgramDoesNotRunAgainForAnotherText) {
  name({{"backup", "10 min left"}});
  name({{"backup", "9 min left"}});
  EXPECT_EQ(named_runs(), ids{"backup"});
}

TEST_F(NamedActions, UnknownToTheConfigurationAreRefusedOnceAndLogged) {
  b.forget();
  for (int i = 0; i < 20; ++i) {
    name({{"format_disk", ""}});
    b.pass(1s);
  }
  EXPECT_EQ(named_runs(), ids{});
  EXPECT_EQ(b.report("format_disk")->state, action_state::refused);
  int refusals = 0;
  for (const auto& line : b.all<log_command>())
    if (!line.accepted) {
      ++refusals;
      EXPECT_EQ(line.from, 0u);
      EXPECT_EQ(line.what, "action format_disk");
      EXPECT_EQ(line.why, "not among the actions of this agent's configuration");
    }
  EXPECT_EQ(refusals, 1);
}

TEST_F(NamedActions, NeverReachTheLadderOrTheSideStatesEvenIfConfigured) {
  auto c = three_controllers();
  c.actions = {"shutdown", "last_resort"};
  b = agent_bench{c};
  name({{"shutdown", ""}, {"last_resort", ""}});
  EXPECT_EQ(named_runs(), ids{});
  EXPECT_EQ(b.report("shutdown")->state, action_state::refused);
}

TEST_F(NamedActions, AreReportedFromStartToEnd) {
  name({{"backup", ""}});
  b.feed(action_started{"backup"});
  EXPECT_EQ(b.report("backup")->state, action_state::started);
  b.feed(action_ended{"backup", false, "exit code 3"});
  EXPECT_EQ(b.report("backup")->state, action_state::failed);
  EXPECT_EQ(b.report("backup")->detail, "exit code 3");
  b.feed(action_ended{"backup", true, ""});
  EXPECT_EQ(b.report("backup")->state, action_state::done);
}

TEST_F(NamedActions, ReportsOfActionsThatWereNeverRunAreIgnored) {
  b.feed(action_started{"strange"});
  b.feed(action_ended{"strange", true, ""});
  EXPECT_EQ(b.report("strange"), std::nullopt);
}

// ---- The command log ---------------------------------------------------------------------------

TEST(CommandLog, HasOneLinePerDistinctCommandOfEachController) {
  agent_bench b;
  b.keep_voting({run, run}, 10s);
  EXPECT_EQ(b.all<log_command>().size(), 2u);
  b.forget();
  b.keep_voting({warn, run}, 10s);
  const auto log = b.all<log_command>();
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].from, 0u);
  EXPECT_EQ(log[0].what, "warn");
  EXPECT_TRUE(log[0].accepted);
  b.forget();
  auto named = b.make(0, warn);
  named.content.actions = {{"message", "on battery"}};
  b.feed(vote_received{named});
  ASSERT_EQ(b.all<log_command>().size(), 1u);
  EXPECT_EQ(b.all<log_command>()[0].what, "warn, message \"on battery\"");
}

TEST(CommandLog, TellsARefusalOncePerMinuteWithItsCount) {
  agent_bench b;
  const auto refused_vote = [&] {
    auto v = b.make(0, shutdown);
    v.signature_valid = false;
    b.feed(vote_received{v});
  };
  for (int i = 0; i < 60; ++i) {
    refused_vote();
    b.pass(1s);
  }
  ASSERT_EQ(b.all<log_command>().size(), 1u);
  EXPECT_FALSE(b.all<log_command>()[0].accepted);
  EXPECT_EQ(b.all<log_command>()[0].why, "bad_signature");
  refused_vote();
  ASSERT_EQ(b.all<log_command>().size(), 2u);
  EXPECT_EQ(b.all<log_command>()[1].why, "bad_signature, and 59 times since the last line");
  refused_vote();
  EXPECT_EQ(b.all<log_command>().size(), 2u);
}

TEST(CommandLog, TellsDifferentRefusalsApartAndControllersToo) {
  agent_bench b;
  auto drill = b.make(0, shutdown);
  drill.content.drill = "d1";
  auto other_site = b.make(0, shutdown);
  other_site.content.site = "elsewhere";
  auto second = b.make(1, shutdown);
  second.content.drill = "d1";
  b.feed(vote_received{drill});
  b.feed(vote_received{other_site});
  b.feed(vote_received{second});
  EXPECT_EQ(b.all<log_command>().size(), 3u);
}

TEST(CommandLog, FoldsImpossibleSendersIntoOne) {
  agent_bench b;
  for (node_number n = 32; n < 1000; ++n) {
    auto v = b.make(0, shutdown);
    v.content.controller = n;
    b.feed(vote_received{v});
  }
  EXPECT_EQ(b.all<log_command>().size(), 1u);
}

// ---- Beacons -----------------------------------------------------------------------------------

TEST(AgentBeacon, GoesOutEveryPeriodWithANewTick) {
  agent_bench b;
  b.pass(10s);
  const auto sent = b.all<send_beacon>();
  ASSERT_EQ(sent.size(), 11u);
  for (std::size_t i = 0; i < sent.size(); ++i)
    EXPECT_EQ(sent[i].what.tick, i + 1);
  EXPECT_EQ(sent[0].what.site, "lab");
  EXPECT_EQ(sent[0].what.host, "web1");
  EXPECT_EQ(sent[0].what.nonce, test::id(1));
  EXPECT_EQ(sent[0].what.boot_id, "boot-1");
  EXPECT_EQ(sent[0].what.state, host_state::running);
}

TEST(AgentBeacon, GoesOutAtOnceWhenWhatItSaysChanges) {
  agent_bench b;
  b.pass(500ms);
  b.forget();
  b.votes({run, run}, {online("u1")});
  EXPECT_EQ(b.all<send_beacon>().size(), 1u) << "no longer degraded";
  b.vote(0, shutdown, {online("u1")});
  EXPECT_EQ(b.all<send_beacon>().size(), 1u) << "one vote changes nothing";
  b.vote(1, shutdown, {online("u1")});
  EXPECT_EQ(b.all<send_beacon>().size(), 2u) << "armed";
  b.feed(action_started{"warn"});
  EXPECT_EQ(b.all<send_beacon>().size(), 3u) << "an action has got further";
}

TEST(AgentBeacon, EchoesTheNewestChallengeOfEveryControllerHeardLately) {
  agent_bench b;
  b.vote(0, run);
  b.pass(4s);
  b.vote(0, run);
  b.vote(2, no_view);
  b.pass(1s);
  EXPECT_EQ(b.beacon().echoes, (std::vector<echo>{{0, test::id(0xc0), 2}, {2, test::id(0xc2), 1}}));
  b.pass(9s);
  EXPECT_EQ(b.beacon().echoes.size(), 2u);
  b.pass(1s);
  EXPECT_EQ(b.beacon().echoes.size(), 0u);
}

TEST(AgentBeacon, DoesNotEchoARefusedVote) {
  agent_bench b;
  auto v = b.make(0, run);
  v.signature_valid = false;
  b.feed(vote_received{v});
  b.pass(1s);
  EXPECT_TRUE(b.beacon().echoes.empty());
}

TEST(AgentBeacon, BoundsTheReportsThatItCarries) {
  auto c = three_controllers();
  for (int i = 0; i < 40; ++i)
    c.actions.push_back("action" + std::to_string(i));
  agent_bench b{c};
  for (const auto& id : c.actions) {
    for (node_number from = 0; from < 2; ++from) {
      auto v = b.make(from, run);
      v.content.actions = {{id, ""}};
      b.feed(vote_received{v});
    }
  }
  EXPECT_EQ(b.beacon().actions.size(), 32u);
  EXPECT_EQ(b.beacon().actions.back().id, "action39");
}

TEST(Agent, WakesOnlyInTheFutureAndInTimeForItsHold) {
  agent_bench b;
  ASSERT_TRUE(b.wake());
  EXPECT_EQ(*b.wake(), b.now() + 1s);
  b.votes({shutdown, shutdown});
  b.pass(4500ms);
  EXPECT_EQ(*b.wake(), b.now() + 500ms);
}

TEST(Agent, WakesInTimeForEverythingElseThatItWaitsFor) {
  auto c = holding(5s);
  c.beacon_period = 1h;
  agent_bench b{c};
  EXPECT_EQ(*b.wake(), b.now() + 15s) << "nobody was heard";
  b.pass(2s);
  b.votes({shutdown, shutdown}, {on_battery("u1", 3615s)});  // Arms, and so issues a new tick.
  const auto start = b.now();
  b.votes({shutdown, shutdown}, {on_battery("u1", 3615s)});
  EXPECT_EQ(*b.wake(), start + 5s) << "the hold";
  b.vote(0, warn, {on_battery("u1", 3615s)});
  b.pass(9s);
  EXPECT_EQ(*b.wake(), start + 10s) << "the votes expire";
  b.pass(4s);
  EXPECT_EQ(*b.wake(), start + 15s) << "the controllers are no longer able";
  b.pass(2s);
  ASSERT_EQ(b.beacon().acts_in, 1800s);
  EXPECT_EQ(*b.wake(), start + 15s + 1800s) << "the deadline";
  b.pass(1800s);
  ASSERT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(*b.wake(), b.now() + 1s) << "the commit record";
  b.feed(commit_recorded{true, ""});
  EXPECT_EQ(*b.wake(), b.now() + 120s) << "the shutdown program";
}

// ---- Alarms ------------------------------------------------------------------------------------

TEST(AgentAlarms, GiveTheControllersTimeToBeHeardAtFirst) {
  agent_bench b;
  b.pass(14s);
  EXPECT_EQ(raised(b), alarms{});
  b.pass(1s);
  EXPECT_EQ(raised(b), (alarms{agent_alarm::degraded, agent_alarm::silence}));
  b.pass(600s);
  EXPECT_EQ(raised(b).size(), 2u);
}

TEST(AgentAlarms, TellDegradedFromSilentAndClear) {
  agent_bench b;
  b.keep_voting({run, run, run}, 20s, {online("u1")});
  EXPECT_EQ(raised(b), alarms{});
  b.keep_voting({run}, 20s, {online("u1")});
  EXPECT_EQ(raised(b), alarms{agent_alarm::degraded});
  b.pass(15s);
  EXPECT_EQ(raised(b), (alarms{agent_alarm::degraded, agent_alarm::silence}));
  b.vote(0, run, {online("u1")});
  EXPECT_EQ(cleared(b), alarms{agent_alarm::silence});
  b.vote(1, run, {online("u1")});
  EXPECT_EQ(cleared(b), (alarms{agent_alarm::silence, agent_alarm::degraded}));
  EXPECT_FALSE(b.beacon().degraded);
}

TEST(AgentAlarms, SilenceOnLineIsAnAlarmAndNothingMore) {
  agent_bench b;
  b.keep_voting({run, run, run}, 5s, {online("u1", 60s)});
  b.pass(6h);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_EQ(raised(b), (alarms{agent_alarm::degraded, agent_alarm::silence}));
}

// ---- The fallback ------------------------------------------------------------------------------

struct AgentFallback : testing::Test {
  /// On battery with 615 s left, then silence. Deadline: 15 s + 300 s after `start`.
  void fall_silent() {
    b.votes({run, run, run}, {on_battery("u1", 615s)});
    b.pass(15s);
  }
  agent_bench b;
};

TEST_F(AgentFallback, CommitsAtTheDeadlineWithItsEvidence) {
  fall_silent();
  EXPECT_EQ(raised(b), (alarms{agent_alarm::fallback_armed, agent_alarm::degraded}));
  EXPECT_EQ(b.beacon().acts_in, 300s);
  EXPECT_TRUE(b.beacon().degraded);
  b.pass(299999ms);
  EXPECT_EQ(b.state(), host_state::running);
  b.pass(1ms);
  EXPECT_EQ(b.state(), host_state::committed);
  const auto records = b.all<write_commit_record>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].cause.substr(0, 20), "fallback: on battery");
  EXPECT_EQ(records[0].evidence, (ids{"signed by 0 #1", "signed by 1 #1", "signed by 2 #1"}));
}

TEST_F(AgentFallback, ItsDeadlineOutlivesItsProcess) {
  fall_silent();
  const auto deadline = b.machine().local_rule().deadline();
  ASSERT_TRUE(deadline);
  b.pass(10s);
  b.restart(20s);
  EXPECT_EQ(b.machine().local_rule().deadline(), deadline);
  b.forget();
  b.pass(*deadline - b.now() - 1s);
  EXPECT_EQ(b.state(), host_state::running);
  b.pass(1s);
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.all<write_commit_record>()[0].cause.substr(0, 20), "fallback: on battery");
}

TEST_F(AgentFallback, StartedAgainAfterItsDeadlineItListensFirst) {
  fall_silent();
  b.restart(*b.machine().local_rule().deadline() - b.now() + 5s);
  EXPECT_EQ(b.state(), host_state::running);
  b.keep_voting({level::run, level::run}, 12s, {online("u1")});
  EXPECT_EQ(b.state(), host_state::running) << "mains came back while nobody was there";
  EXPECT_FALSE(b.machine().local_rule().on_battery());
}

TEST_F(AgentFallback, StartedAgainAfterItsDeadlineItHearsOutTheFirstWhoSaysThatMainsAreBack) {
  fall_silent();
  b.restart(*b.machine().local_rule().deadline() - b.now() + 5s);
  b.pass(8s);
  b.keep_voting({level::run}, 20s, {online("u1")});
  EXPECT_EQ(b.state(), host_state::running) << "one of three, but nobody says otherwise";
  EXPECT_FALSE(b.machine().local_rule().on_battery());
}

TEST_F(AgentFallback, StartedAgainAfterItsDeadlineAndHearingNobodyItGoes) {
  fall_silent();
  b.restart(*b.machine().local_rule().deadline() - b.now() + 5s);
  b.pass(10s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST_F(AgentFallback, StartedAgainAndAgainItGoesAllTheSame) {
  fall_silent();
  b.restart(*b.machine().local_rule().deadline() - b.now() - 5s);
  for (duration passed = 0s; passed < 10s && b.state() == host_state::running; passed += 2s) {
    b.pass(1s);
    b.restart(1s);
  }
  EXPECT_EQ(b.state(), host_state::committed) << "one time to live after the first of them began";
}

TEST_F(AgentFallback, AwayForLongAfterItHadListenedItListensAnew) {
  fall_silent();
  b.restart(*b.machine().local_rule().deadline() - b.now() - 5s);
  b.pass(1s);
  b.restart(2min);
  b.pass(9s);
  EXPECT_EQ(b.state(), host_state::running);
  b.pass(1s);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST_F(AgentFallback, WhatTheHostHasLongOutlivedIsForgotten) {
  fall_silent();
  b.restart(2h);
  b.pass(1min);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_FALSE(b.machine().local_rule().on_battery());
}

TEST_F(AgentFallback, KeepsWhatItKnowsEveryFewSecondsAndForgetsItWhenAllIsWell) {
  fall_silent();
  b.forget();
  b.pass(20s);
  EXPECT_EQ(b.all<keep_evidence>().size(), 4u);
  b.forget();
  b.keep_voting({level::run, level::run}, 3s, {online("u1")});
  ASSERT_FALSE(b.all<keep_evidence>().empty());
  EXPECT_EQ(b.all<keep_evidence>().back().text, "");
  b.forget();
  b.keep_voting({level::run, level::run}, 20s, {online("u1")});
  EXPECT_TRUE(b.all<keep_evidence>().empty());
}

TEST_F(AgentFallback, EvidenceThatCannotBeReadIsNone) {
  agent_bench fresh;
  fresh.feed(evidence_recalled{"controller 0 nonsense"});
  EXPECT_FALSE(fresh.machine().local_rule().on_battery());
  ASSERT_FALSE(fresh.all<note>().empty());
}

TEST_F(AgentFallback, IsDisarmedByAQuorumOnLine) {
  fall_silent();
  b.pass(200s);
  b.votes({run, run}, {online("u1")});
  EXPECT_EQ(cleared(b), (alarms{agent_alarm::fallback_armed, agent_alarm::degraded}));
  EXPECT_EQ(b.beacon().acts_in, std::nullopt);
  b.pass(1h);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST_F(AgentFallback, LeavesTheDecisionToKAbleControllers) {
  b.keep_voting({run, run, run}, 900s, {on_battery("u1", 615s)});
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(raised(b), alarms{});
}

TEST_F(AgentFallback, ActsForBlindControllersAsForSilentOnes) {
  b.votes({run, run, run}, {on_battery("u1", 615s)});
  b.keep_voting({no_view, no_view, no_view}, 400s, {blind("u1")});
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST_F(AgentFallback, APausedAgentWasDeafAndGivesTheControllersTimeToBeHeard) {
  fall_silent();
  b.sleep(600s);
  b.feed(tick{});
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.beacon().acts_in, 10s);
  b.pass(5s);
  b.votes({run, run}, {online("u1")});
  b.pass(60s);
  EXPECT_EQ(b.state(), host_state::running);
}

TEST_F(AgentFallback, APausedAgentThatHearsNobodyActsALittleLater) {
  fall_silent();
  b.sleep(600s);
  b.pass(9999ms);
  EXPECT_EQ(b.state(), host_state::running);
  b.pass(1ms);
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST_F(AgentFallback, TakesTheThresholdOfTheAgent) {
  auto c = three_controllers();
  c.threshold = 3;
  c.fallback.threshold = 1;
  b = agent_bench{c};
  b.votes({run, run}, {online("u1")});
  EXPECT_TRUE(b.beacon().degraded);
}

// ---- Being stopped before a commit -------------------------------------------------------------

TEST(AgentStop, AStoppedAgentSaysRunningAndLeaves) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  ASSERT_EQ(b.state(), host_state::armed);
  b.forget();
  b.feed(stop_requested{});
  ASSERT_GE(b.done().size(), 2u);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
  EXPECT_TRUE(std::holds_alternative<send_beacon>(b.done()[b.done().size() - 2]));
  EXPECT_EQ(b.beacon().state, host_state::running);
  EXPECT_EQ(b.beacon().acts_in, std::nullopt);
  EXPECT_EQ(b.wake(), std::nullopt);
}

TEST(AgentStop, NothingHappensAfterLeaving) {
  agent_bench b;
  b.feed(stop_requested{});
  b.forget();
  b.votes({shutdown, shutdown, shutdown});
  b.pass(1h);
  b.feed(stop_requested{});
  EXPECT_TRUE(b.done().empty());
}

TEST(AgentWords, EveryAlarmAndStateHasItsOwnWord) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(agent_alarm::shutdown_overrun); ++i)
    words.insert(to_string(static_cast<agent_alarm>(i)));
  for (int i = 0; i <= static_cast<int>(host_state::down); ++i)
    words.insert(to_string(static_cast<host_state>(i)));
  EXPECT_EQ(words.size(), 11u);
  EXPECT_EQ(to_string(action_state::refused), "refused");
}

// ---- A past in doubt
// -----------------------------------------------------------------------------

TEST(Agent, VotesFromBeforeANewNonceAreVoidAtOnce) {
  agent_bench b;
  const auto late = b.make(1, shutdown);
  b.votes({shutdown, shutdown});
  ASSERT_EQ(b.state(), host_state::armed);
  b.feed(life_renewed{test::id(9), "this host slept for 600 s"});
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.beacon().nonce, test::id(9)) << "told at once";
  b.feed(vote_received{late});
  b.pass(30s);
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_FALSE(committed(b));
}

TEST(Agent, VotesUnderTheNewNonceCount) {
  agent_bench b;
  b.feed(life_renewed{test::id(9), "slept"});
  b.keep_voting({shutdown, shutdown}, 6s);
  EXPECT_TRUE(committed(b));
}

TEST(Agent, AfterAGapTheControllersAreHeardBeforeAPassedDeadlineActs) {
  agent_bench b(holding(5s));
  b.keep_voting({run}, 40s, {on_battery("main", 10min)});
  const auto at = b.machine().local_rule().deadline();
  ASSERT_TRUE(at) << "one witness alone, on battery";
  b.pass(*at - b.now() - 1s);
  b.feed(life_renewed{test::id(9), "slept"});
  b.pass(5s);
  EXPECT_FALSE(committed(b));
  b.pass(20s);
  EXPECT_TRUE(committed(b)) << "nobody speaks: the outage is not forgotten";
}

TEST(Agent, ATickThatItNeverGaveMakesItAskForANewNonce) {
  agent_bench b;
  auto ahead = b.make(0, run);
  ahead.content.tick += 100;
  b.feed(vote_received{ahead});
  ASSERT_EQ(b.all<want_new_nonce>().size(), 1u);
  EXPECT_NE(b.all<want_new_nonce>()[0].why.find("node 0 answers beacon"), std::string::npos);
}

TEST(Agent, OneControllerThatInventsTicksCannotVoidTheOthersVotesForLong) {
  agent_bench b;
  const auto invent = [&] {
    auto ahead = b.make(2, run);
    ahead.content.tick += 100;
    b.feed(vote_received{ahead});
  };
  for (int i = 0; i < 55; ++i) {
    invent();
    b.pass(1s);
  }
  EXPECT_EQ(b.all<want_new_nonce>().size(), 1u);
  for (int i = 0; i < 10; ++i) {
    invent();
    b.pass(1s);
  }
  EXPECT_EQ(b.all<want_new_nonce>().size(), 2u);
}

TEST(Agent, ATickOfAnUnprovenOrForeignVoteIsNoReasonToDoubt) {
  agent_bench b;
  auto unsigned_one = b.make(0, run);
  unsigned_one.content.tick += 100;
  unsigned_one.signature_valid = false;
  b.feed(vote_received{unsigned_one});
  auto of_another_life = b.make(0, run);
  of_another_life.content.tick += 100;
  of_another_life.content.nonce = test::id(77);
  b.feed(vote_received{of_another_life});
  EXPECT_TRUE(b.all<want_new_nonce>().empty());
}

TEST(Agent, OnceCommittedNoInventedTickTakesTheProofFromItsLastWord) {
  agent_bench b;
  b.votes({shutdown, shutdown});
  b.pass(5s);
  ASSERT_EQ(b.state(), host_state::committed);
  auto ahead = b.make(2, run);
  ahead.content.tick += 100;
  b.feed(vote_received{ahead});
  EXPECT_TRUE(b.all<want_new_nonce>().empty());
}

TEST(Agent, ACommittedHostStaysCommittedUnderANewNonce) {
  agent_bench b;
  b.keep_voting({shutdown, shutdown}, 6s);
  b.feed(commit_recorded{true, ""});
  b.feed(life_renewed{test::id(9), "slept"});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.beacon().nonce, test::id(9));
}

// ---- A folder that takes nothing any more ------------------------------------------------------

TEST(Agent, WhatCannotBeKeptIsOneAlarmAndToldToTheNodes) {
  agent_bench b;
  b.feed(evidence_kept{false, "evidence: Read-only file system"});
  b.feed(evidence_kept{false, "evidence: Read-only file system"});
  EXPECT_EQ(raised(b), alarms{agent_alarm::evidence_unkept});
  ASSERT_EQ(b.beacon().actions.size(), 1u);
  EXPECT_EQ(b.beacon().actions[0].id, "evidence");
  EXPECT_EQ(b.beacon().actions[0].state, action_state::failed);
  EXPECT_EQ(b.beacon().actions[0].detail, "evidence: Read-only file system");
  b.feed(evidence_kept{true, ""});
  EXPECT_EQ(cleared(b), alarms{agent_alarm::evidence_unkept});
  EXPECT_EQ(b.beacon().actions[0].state, action_state::done);
}

TEST(Agent, ADiskThatWorksIsNotWorthAWord) {
  agent_bench b;
  b.feed(evidence_kept{true, ""});
  EXPECT_TRUE(raised(b).empty());
  EXPECT_TRUE(b.beacon().actions.empty());
}

TEST(Agent, WhatCannotBeKeptChangesNothingInWhatVotesDo) {
  agent_bench b;
  b.feed(evidence_kept{false, "evidence: Read-only file system"});
  b.vote(0, shutdown);
  b.vote(1, shutdown);
  EXPECT_EQ(b.state(), host_state::armed);
  b.vote(0, run);
  b.vote(1, run);
  EXPECT_EQ(b.state(), host_state::running);
}

}  // namespace
}  // namespace holdover::agent
