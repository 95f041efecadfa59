// From the point of no return on: one commit, each rung with its limit, the last word only when
// true.

#include "core/agent/agent_machine.hpp"
#include "tests/support/agent_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::agent {
namespace {

using test::agent_bench;
using test::on_battery;
using test::online;
using test::three_controllers;
using enum vote::level;
using ids = std::vector<std::string>;

agent_config config(final_word last_word) {
  auto c = three_controllers();
  c.hold = 0s;
  c.last_word = last_word;
  return c;
}

struct Ladder : testing::Test {
  void commit(const std::vector<vote::supply_view>& supplies = {}) {
    b.votes({shutdown, shutdown}, supplies);
    ASSERT_EQ(b.state(), host_state::committed);
  }
  void commit_and_record(const std::vector<vote::supply_view>& supplies = {}) {
    commit(supplies);
    b.feed(commit_recorded{true, ""});
  }
  std::vector<raise_alarm> alarms() const { return b.all<raise_alarm>(); }

  agent_bench b{config(final_word::on_stop)};
};

struct LadderToProgramEnd : Ladder {
  LadderToProgramEnd() { b = agent_bench{config(final_word::on_program_end)}; }
};

struct StandBy : Ladder {
  StandBy() {
    auto c = config(final_word::on_stop);
    c.stands_by = true;
    c.shutdown_limit = 60s;
    b = agent_bench{c};
  }
  /// Stopped, its disks read-only, on battery.
  void stand_by() {
    commit_and_record();
    stand_by_after_commit();
  }
  void stand_by_after_commit() {
    b.feed(action_ended{"stand_by", true, ""});
    b.feed(action_ended{"read_only", true, ""});
    ASSERT_EQ(b.state(), host_state::down);
    b.forget();
  }
};

// ---- The commit record -------------------------------------------------------------------------

TEST_F(Ladder, RecordsThenReportsThenActs) {
  commit();
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_EQ(b.beacon().state, host_state::armed)
      << "not committed in others' eyes before the record";
  EXPECT_EQ(b.beacon().acts_in, 0s);
  b.forget();
  b.feed(commit_recorded{true, ""});
  ASSERT_EQ(b.done().size(), 2u);
  const auto* said = std::get_if<send_beacon>(&b.done()[0]);
  const auto* ran = std::get_if<run_action>(&b.done()[1]);
  ASSERT_TRUE(said && ran);
  EXPECT_EQ(said->what.state, host_state::committed);
  EXPECT_EQ(said->what.effective, shutdown);
  EXPECT_EQ(ran->id, "shutdown");
  EXPECT_EQ(ran->limit, 120s);
  EXPECT_TRUE(alarms().empty());
  EXPECT_EQ(b.report("commit_record")->state, action_state::done);
  EXPECT_EQ(b.report("shutdown")->state, action_state::received);
}

TEST_F(Ladder, ActsEvenIfTheCommitCannotBeRecorded) {
  commit();
  b.feed(commit_recorded{false, "disk full"});
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  ASSERT_EQ(alarms().size(), 1u);
  EXPECT_EQ(alarms()[0].what, agent_alarm::commit_unrecorded);
  EXPECT_NE(alarms()[0].text.find("disk full"), std::string::npos);
  EXPECT_EQ(b.report("commit_record")->state, action_state::failed);
}

TEST_F(Ladder, DoesNotWaitForASlowRecord) {
  commit();
  b.pass(999ms);
  EXPECT_EQ(b.runs(), ids{});
  b.pass(1ms);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  ASSERT_EQ(alarms().size(), 1u);
  EXPECT_EQ(alarms()[0].what, agent_alarm::commit_unrecorded);
}

TEST_F(Ladder, ALateRecordClearsTheAlarmAndStartsNothingTwice) {
  commit();
  b.pass(1s);
  b.feed(commit_recorded{true, ""});
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  ASSERT_EQ(b.all<clear_alarm>().size(), 1u);
  EXPECT_EQ(b.all<clear_alarm>()[0].what, agent_alarm::commit_unrecorded);
  EXPECT_EQ(b.report("commit_record")->state, action_state::done);
}

TEST_F(Ladder, ARecordThatNobodyAskedForIsIgnored) {
  b.feed(commit_recorded{true, ""});
  EXPECT_EQ(b.state(), host_state::running);
  EXPECT_EQ(b.runs(), ids{});
}

// ---- The point of no return --------------------------------------------------------------------

TEST_F(Ladder, NoVoteUndoesACommit) {
  commit_and_record();
  b.forget();
  b.keep_voting({run, run, run}, 60s, {online("u1")});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.beacon().effective, shutdown);
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_TRUE(b.all<log_command>().empty());
}

TEST_F(Ladder, ThereIsNoSecondCommit) {
  commit_and_record();
  b.keep_voting({shutdown, shutdown, shutdown}, 100s);
  EXPECT_EQ(b.all<write_commit_record>().size(), 1u);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
}

TEST_F(Ladder, NamedActionsNoLongerRun) {
  commit_and_record();
  for (node_number from = 0; from < 2; ++from) {
    auto v = b.make(from, run);
    v.content.actions = {{"backup", ""}};
    b.feed(vote_received{v});
  }
  EXPECT_EQ(b.runs(), ids{"shutdown"});
}

TEST_F(Ladder, ChallengesAreEchoedToTheEnd) {
  commit_and_record();
  b.keep_voting({run, run, run}, 30s);
  b.pass(1s);
  ASSERT_EQ(b.beacon().echoes.size(), 3u);
  EXPECT_EQ(b.beacon().echoes[2].challenge_tick, b.voters[2].challenge_tick);
}

TEST_F(Ladder, AnAgentThatFindsItsCommitRecordResumesWithoutASecondOne) {
  b.feed(commit_recalled{});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.beacon().state, host_state::committed);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  b.keep_voting({shutdown, shutdown}, 30s);
  b.feed(commit_recalled{});
  EXPECT_TRUE(b.all<write_commit_record>().empty());
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  b.pass(90s);
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off"}));
}

// ---- The rungs ---------------------------------------------------------------------------------

TEST_F(Ladder, EachRungHasItsLimitAndIsReported) {
  commit_and_record();
  b.feed(action_started{"shutdown"});
  EXPECT_EQ(b.report("shutdown")->state, action_state::started);
  b.pass(119999ms);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  b.pass(1ms);
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off"}));
  EXPECT_EQ(b.report("shutdown")->state, action_state::failed);
  EXPECT_EQ(b.report("forced_off")->state, action_state::received);
  b.pass(19999ms);
  EXPECT_EQ(b.runs().size(), 2u);
  b.pass(1ms);
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off", "last_resort"}));
  ASSERT_EQ(alarms().size(), 2u);
  EXPECT_EQ(alarms()[0].what, agent_alarm::shutdown_overrun);
  EXPECT_EQ(alarms()[0].text, "shutdown did not end within its limit; next: forced_off");
  EXPECT_EQ(alarms()[1].text, "forced_off did not end within its limit; next: last_resort");
}

TEST_F(Ladder, AFailedRungIsFollowedAtOnceByTheNext) {
  commit_and_record();
  b.feed(action_ended{"shutdown", false, "no such program"});
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off"}));
  b.feed(action_ended{"forced_off", false, "refused"});
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off", "last_resort"}));
  ASSERT_EQ(alarms().size(), 2u);
  EXPECT_EQ(alarms()[0].text, "shutdown failed: no such program; next: forced_off");
}

TEST_F(Ladder, ALateFailureOfAnEarlierRungDoesNotClimbAgain) {
  commit_and_record();
  b.pass(120s);
  b.feed(action_ended{"shutdown", false, "killed"});
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off"}));
}

TEST_F(Ladder, ASuccessfulStopThatDoesNotStopTheHostIsOverrunAllTheSame) {
  commit_and_record();
  b.feed(action_ended{"shutdown", true, ""});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
  b.pass(120s);
  EXPECT_EQ(b.runs(), (ids{"shutdown", "forced_off"}));
}

TEST_F(Ladder, TheLastResortIsRepeatedAtItsLimitAndNotInATightLoop) {
  commit_and_record();
  b.feed(action_ended{"shutdown", false, ""});
  b.feed(action_ended{"forced_off", false, ""});
  b.feed(action_ended{"last_resort", false, "no sysrq"});
  EXPECT_EQ(b.runs().size(), 3u);
  b.pass(19999ms);
  EXPECT_EQ(b.runs().size(), 3u);
  b.pass(1ms);
  EXPECT_EQ(b.runs().size(), 4u);
  EXPECT_EQ(b.runs().back(), "last_resort");
}

TEST_F(Ladder, ZeroLimitsDoNotSpin) {
  auto c = config(final_word::on_stop);
  c.commit_record_limit = c.shutdown_limit = c.forced_limit = 0s;
  b = agent_bench{c};
  commit();
  b.pass(10s);
  EXPECT_EQ(b.runs().front(), "shutdown");
  EXPECT_EQ(b.runs().back(), "last_resort");
  EXPECT_LE(b.runs().size(), 12u);
}

TEST_F(Ladder, TheLastRungStartsTwentySecondsBeforeThePowerEnds) {
  commit_and_record({on_battery("u1", 90s)});
  b.pass(69999ms);
  EXPECT_EQ(b.runs(), (ids{"shutdown"}));
  b.pass(1ms);
  ASSERT_EQ(b.runs(), (ids{"shutdown", "last_resort"}));
  EXPECT_EQ(alarms().back().what, agent_alarm::shutdown_overrun);
}

TEST_F(Ladder, TheLastRungLeavesTheProgramAtLeastAMoment) {
  commit_and_record({on_battery("u1", 3s)});
  b.pass(4999ms);
  EXPECT_EQ(b.runs(), (ids{"shutdown"}));
  b.pass(1ms);
  EXPECT_EQ(b.runs(), (ids{"shutdown", "last_resort"}));
}

TEST_F(Ladder, AHostThatIsNotOnBatteryHasNoSuchHurry) {
  commit_and_record({online("u1", 60s)});
  b.pass(119s);
  EXPECT_EQ(b.runs(), (ids{"shutdown"}));
}

TEST_F(Ladder, TheFallbackClimbsByItsOwnEvidence) {
  auto c = config(final_word::on_stop);
  c.shutdown_limit = 600s;
  b = agent_bench{c};
  b.votes({run, run, run}, {on_battery("u1", 215s)});
  b.pass(15s);  // Armed with 200 s left, a stop takes 120 s: a floor of 20 s.
  b.pass(20s);
  ASSERT_EQ(b.state(), host_state::committed);
  b.feed(commit_recorded{true, ""});
  b.pass(215s - 35s - 20s - 1ms);
  EXPECT_EQ(b.runs().back(), "shutdown");
  b.pass(1ms);
  EXPECT_EQ(b.runs().back(), "last_resort");
}

// ---- The last word -----------------------------------------------------------------------------

TEST_F(Ladder, AStopAfterTheCommitIsTheLastWord) {
  commit_and_record();
  b.forget();
  b.feed(stop_requested{});
  EXPECT_EQ(b.state(), host_state::down);
  ASSERT_EQ(b.all<send_beacon>().size(), 1u);
  EXPECT_EQ(b.beacon().state, host_state::down);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
  EXPECT_EQ(b.wake(), std::nullopt);
}

TEST_F(Ladder, AStopBeforeTheRecordIsNotALastWord) {
  commit();
  b.feed(stop_requested{});
  EXPECT_NE(b.beacon().state, host_state::down);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
}

TEST_F(LadderToProgramEnd, AWellEndedProgramIsTheLastWordAndIsRepeated) {
  commit_and_record();
  b.feed(action_ended{"shutdown", true, ""});
  EXPECT_EQ(b.state(), host_state::down);
  EXPECT_EQ(b.beacon().state, host_state::down);
  EXPECT_EQ(b.report("shutdown")->state, action_state::done);
  b.forget();
  b.pass(300s);
  EXPECT_EQ(b.all<send_beacon>().size(), 300u);
  EXPECT_EQ(b.beacon().state, host_state::down);
  EXPECT_EQ(b.runs(), ids{}) << "the ladder has done its work";
  b.feed(stop_requested{});
  EXPECT_EQ(b.beacon().state, host_state::down);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
}

TEST_F(LadderToProgramEnd, AStopBeforeTheProgramEndedIsNotALastWord) {
  commit_and_record();
  b.feed(stop_requested{});
  EXPECT_EQ(b.beacon().state, host_state::committed);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
}

TEST_F(Ladder, WhoStandsForAnotherHostHasNoLastWord) {
  b = agent_bench{config(final_word::never)};
  commit_and_record();
  b.feed(action_ended{"shutdown", true, ""});
  EXPECT_EQ(b.beacon().state, host_state::committed);
  b.feed(stop_requested{});
  EXPECT_EQ(b.beacon().state, host_state::committed);
  EXPECT_TRUE(std::holds_alternative<leave>(b.done().back()));
}

TEST_F(LadderToProgramEnd, AFailedProgramIsNotALastWord) {
  commit_and_record();
  b.feed(action_ended{"shutdown", false, "a guest hangs"});
  EXPECT_EQ(b.state(), host_state::committed);
  EXPECT_EQ(b.runs().back(), "forced_off");
  b.feed(action_ended{"forced_off", true, ""});
  EXPECT_EQ(b.state(), host_state::committed);
}

TEST_F(LadderToProgramEnd, VotesInStateDownAreOnlyEchoed) {
  commit_and_record();
  b.feed(action_ended{"shutdown", true, ""});
  b.forget();
  b.keep_voting({run, run, run}, 20s, {online("u1")});
  EXPECT_EQ(b.state(), host_state::down);
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_EQ(b.beacon().echoes.size(), 3u);
}

// ---- Standing by (X3) ---------------------------------------------------------------------------

TEST_F(StandBy, StopsWhatItServesThenMakesItsDisksReadOnlyAndIsDown) {
  commit_and_record();
  EXPECT_EQ(b.runs(), ids{"stand_by"});
  b.feed(action_ended{"stand_by", true, ""});
  EXPECT_EQ(b.runs(), (ids{"stand_by", "read_only"}));
  EXPECT_EQ(b.beacon().state, host_state::committed);
  b.feed(action_ended{"read_only", true, ""});
  EXPECT_EQ(b.beacon().state, host_state::down);
}

TEST_F(StandBy, GoesOnSendingBeaconsAndNeverPowersOff) {
  stand_by();
  b.keep_voting({shutdown, shutdown, shutdown}, 10min, {on_battery("u1", 5min)});
  EXPECT_EQ(b.runs(), ids{});
  EXPECT_GE(b.all<send_beacon>().size(), 600u);
  EXPECT_EQ(b.beacon().state, host_state::down);
}

TEST_F(StandBy, RebootsWhenKControllersSayRun) {
  stand_by();
  b.votes({run, run, warn}, {online("u1")});
  EXPECT_EQ(b.runs(), ids{"reboot"});
}

TEST_F(StandBy, StaysWhileFewerThanKSayRunHoweverFewSayAnythingElse) {
  stand_by();
  b.keep_voting({run, warn}, 60s, {online("u1")});
  b.keep_voting({run}, 60s, {online("u1")});
  b.keep_voting({run, no_view, no_view}, 60s, {online("u1")});
  b.pass(10min);
  EXPECT_EQ(b.runs(), ids{});
}

TEST_F(StandBy, RebootsOnlyAfterTheWordHasHeldForTheHold) {
  auto c = config(final_word::on_stop);
  c.stands_by = true;
  c.hold = 5s;
  b = agent_bench{c};
  b.keep_voting({shutdown, shutdown}, 5s);
  b.feed(commit_recorded{true, ""});
  stand_by_after_commit();
  b.votes({run, run});
  b.pass(3s);
  b.votes({warn, warn});
  b.votes({run, run});
  b.pass(4999ms);
  EXPECT_EQ(b.runs(), ids{});
  b.pass(1ms);
  EXPECT_EQ(b.runs(), ids{"reboot"});
}

TEST_F(StandBy, AWordThatLapsedDuringAPauseHasNotHeld) {
  auto c = config(final_word::on_stop);
  c.stands_by = true;
  c.hold = 12s;
  c.threshold = 1;
  b = agent_bench{c};
  b.keep_voting({shutdown}, 12s);
  b.feed(commit_recorded{true, ""});
  stand_by_after_commit();
  b.vote(0, run);
  b.pass(5s);
  const auto fresh = b.make(0, run);
  b.sleep(7s);
  b.feed(vote_received{fresh});
  EXPECT_EQ(b.runs(), ids{});
}

TEST_F(StandBy, TriesARebootAgainThatTakesLongerThanAStop) {
  stand_by();
  b.keep_voting({run, run}, 59s);
  EXPECT_EQ(b.runs(), ids{"reboot"});
  b.keep_voting({run, run}, 1s);
  EXPECT_EQ(b.runs(), (ids{"reboot", "reboot"}));
}

TEST_F(StandBy, PowersOffIfItsServicesCannotBeStopped) {
  commit_and_record();
  b.feed(action_ended{"stand_by", false, "exit code 1"});
  EXPECT_EQ(b.runs(), (ids{"stand_by", "shutdown"}));
  ASSERT_EQ(alarms().size(), 1u);
  EXPECT_EQ(alarms()[0].what, agent_alarm::shutdown_overrun);
  b.feed(stop_requested{});
  EXPECT_EQ(b.beacon().state, host_state::down) << "as any host that stops";
}

TEST_F(StandBy, PowersOffIfItsDisksStayWritable) {
  commit_and_record();
  b.feed(action_ended{"stand_by", true, ""});
  b.feed(action_ended{"read_only", false, "no such file"});
  EXPECT_EQ(b.runs(), (ids{"stand_by", "read_only", "shutdown"}));
}

TEST_F(StandBy, PowersOffIfStoppingOverruns) {
  commit_and_record();
  b.pass(60s);
  EXPECT_EQ(b.runs(), (ids{"stand_by", "shutdown"}));
}

TEST_F(StandBy, IsNotDownWhenItsAgentIsStoppedBeforeItStands) {
  commit_and_record();
  b.feed(stop_requested{});
  EXPECT_EQ(b.beacon().state, host_state::committed);
}

TEST_F(StandBy, StandsByAgainWhenItsAgentIsRestartedInTheSameBoot) {
  b.feed(commit_recalled{});
  EXPECT_EQ(b.runs(), ids{"stand_by"});
}

TEST_F(Ladder, AHostThatDoesNotStandByIsNeverRebooted) {
  b = agent_bench{config(final_word::on_program_end)};
  commit_and_record();
  b.feed(action_ended{"shutdown", true, ""});
  ASSERT_EQ(b.state(), host_state::down);
  b.keep_voting({run, run, run}, 60s);
  EXPECT_EQ(b.runs(), ids{"shutdown"});
}

}  // namespace
}  // namespace holdover::agent
