// What begins and ends a rehearsal on a host, and that nothing real is in it or comes of it.

#include "core/drill/host_drill.hpp"

#include "core/vote/ballot_box.hpp"
#include "tests/support/agent_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::drill {
namespace {

using namespace holdover::test;
using ::testing::IsEmpty;
using ::testing::Not;

class HostDrill : public ::testing::Test {
protected:
  host_decision feed(const host_event& what) {
    auto out = subject.step(what, now);
    for (const auto& action : out.actions)
      if (const auto* said = std::get_if<say>(&action)) beacon = said->what;
    for (const auto& action : out.actions)
      if (const auto* look = std::get_if<look_at>(&action)) looks.push_back(look->id);
    return out;
  }
  void call(node_number by, const std::string& drill = "drill-1") {
    feed(call_heard{by, {drill, false, {}, 10min}, id(7)});
  }
  void begin() {
    call(0);
    call(1);
  }
  vote::received_vote cast(node_number from, vote::level level, std::string drill) {
    auto made = voters[from].cast(host("web1"), beacon.nonce, beacon.tick, level,
                                  {on_battery("main", 10min)});
    made.content.drill = std::move(drill);
    return made;
  }
  void two_want(vote::level level, const std::string& drill) {
    feed(vote_heard{cast(0, level, drill)});
    feed(vote_heard{cast(1, level, drill)});
  }

  host_drill subject{three_controllers(), "boot-1"};
  time_point now{1000s};
  agent::host_beacon beacon;
  std::vector<std::string> looks;
  std::vector<voter> voters{{.number = 0}, {.number = 1}, {.number = 2}};
};

TEST_F(HostDrill, CallsOfKNodesBeginItAndOneDoesNot) {
  call(0);
  call(0);
  EXPECT_FALSE(subject.rehearsing());
  call(1, "another");
  EXPECT_FALSE(subject.rehearsing()) << "of two drills";
  call(1);
  EXPECT_TRUE(subject.rehearsing());
  EXPECT_EQ(beacon.nonce, id(7)) << "a nonce of its own";
}

TEST_F(HostDrill, RehearsedVotesRunTheCourseAndOnlyLookAtWhatWouldRun) {
  begin();
  two_want(vote::level::shutdown, "drill-1");
  EXPECT_EQ(beacon.state, agent::host_state::armed);
  now += 5s;
  feed(tick{});
  EXPECT_THAT(looks, ::testing::Contains("commit_record"));
  feed(looked{std::string{commit_record}, true, ""});
  EXPECT_THAT(looks, ::testing::Contains("shutdown"));
  feed(looked{"shutdown", true, "would run it"});
  EXPECT_EQ(beacon.state, agent::host_state::committed);
}

TEST_F(HostDrill, ARealVoteIsNothingToARehearsal) {
  begin();
  two_want(vote::level::shutdown, "");
  two_want(vote::level::shutdown, "drill-0");
  now += 6s;
  feed(tick{});
  EXPECT_EQ(beacon.state, agent::host_state::running);
}

// The other way round, with everything else made right for it: nonce, tick, signature.
TEST_F(HostDrill, ARehearsedVoteIsNothingToTheRealAgentWhateverElseIsRight) {
  agent_bench real;
  for (node_number from = 0; from < 3; ++from) {
    auto rehearsed = real.make(from, vote::level::shutdown, {on_battery("main", 1min)});
    rehearsed.content.drill = "drill-1";
    real.feed(agent::vote_received{rehearsed});
  }
  real.pass(10s);
  EXPECT_EQ(real.state(), agent::host_state::running);
  EXPECT_THAT(real.runs(), IsEmpty());
  const auto& refused = real.machine().votes().refused();
  EXPECT_EQ(refused[static_cast<std::size_t>(vote::refusal::drill)], 3u);
  real.votes({vote::level::shutdown, vote::level::shutdown}, {on_battery("main", 1min)});
  EXPECT_EQ(real.state(), agent::host_state::armed) << "a real one of the same kind is";
}

TEST_F(HostDrill, RealTroubleEndsItAtOnceAndItDoesNotBeginAgain) {
  begin();
  feed(trouble{"this host is armed"});
  EXPECT_FALSE(subject.rehearsing());
  begin();
  EXPECT_FALSE(subject.rehearsing());
  call(0, "drill-2");
  call(1, "drill-2");
  EXPECT_TRUE(subject.rehearsing()) << "the next one does";
}

TEST_F(HostDrill, ItEndsWhenOneNodeSaysSoOrWhenAllFallSilentOrWithItsTime) {
  begin();
  feed(call_heard{1, {"drill-1", true, "real: mains", {}}, id(8)});
  EXPECT_FALSE(subject.rehearsing());
  call(0, "drill-2");
  call(1, "drill-2");
  now += 10s;
  feed(tick{});
  EXPECT_FALSE(subject.rehearsing()) << "all calls have lapsed";
  feed(call_heard{0, {"drill-3", false, {}, 3s}, id(9)});
  feed(call_heard{1, {"drill-3", false, {}, 3s}, id(9)});
  ASSERT_TRUE(subject.rehearsing());
  now += 3s;
  call(0, "drill-3");
  EXPECT_FALSE(subject.rehearsing()) << "its time is over";
}

TEST_F(HostDrill, OneNodeThatGoesOnCallingKeepsIt) {
  begin();
  for (int i = 0; i < 15; ++i) {
    now += 1s;
    call(0);
  }
  EXPECT_TRUE(subject.rehearsing());
}

TEST_F(HostDrill, AWrongSignatureCountsForNothingThereToo) {
  begin();
  for (node_number from = 0; from < 3; ++from) {
    auto forged = cast(from, vote::level::shutdown, "drill-1");
    forged.signature_valid = false;
    feed(vote_heard{forged});
  }
  EXPECT_EQ(beacon.state, agent::host_state::running);
}

}  // namespace
}  // namespace holdover::drill
