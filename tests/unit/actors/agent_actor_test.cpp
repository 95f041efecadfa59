// What reaches the agent's machine from the bus, and what the host gets to do for it.

#include "actors/agent_actor.hpp"

#include "tests/support/actor_bench.hpp"
#include "tests/support/caught_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class AgentActor : public ::testing::Test {
protected:
  AgentActor() {
    setup.config.site = b.about->name;
    setup.config.host = "web1";
    setup.config.electorate = {1, 2, 3};
    setup.config.threshold = 2;
    setup.config.hold = 2s;
    setup.make_nonce = [this] { return id(++nonces); };
    setup.host.past_in_doubt = [this] { return std::exchange(doubt, std::nullopt); };
    setup.boot_id = "boot-1";
    setup.outside = b.outside("web1");
    setup.host.write_commit_record = [this](agent_actor, agent::write_commit_record what) {
      order.push_back("commit record: " + what.cause);
      evidence = what.evidence;
    };
    setup.host.run_action = [this](agent_actor, agent::run_action what) {
      if (what.id != "warn" && what.id != "shed") order.push_back("run " + what.id);
    };
    setup.host.log_command = [this](const agent::log_command& what) {
      log.push_back(std::to_string(what.from) + (what.accepted ? " received " : " refused ")
                    + what.what + (what.why.empty() ? "" : ": " + what.why));
    };
    setup.host.keep_evidence = [this](const agent_actor&, const agent::keep_evidence& what) {
      kept = what.text;
    };
    setup.host.leave = [this] { order.push_back("leave"); };
  }

  void start() {
    subject = b.world.adopt(
        b.world.system().spawn(agent_behavior, std::make_shared<const agent_setup>(setup)));
    b.world.settle();
  }
  agent::host_beacon said() const {
    return actor_bench::read_as<agent::host_beacon>(b.to_nodes.back());
  }
  vote::vote ballot(node_number from, vote::level level) {
    voter who{.number = from, .site = b.about->name, .sequence = ++sequence};
    return who.cast(host("web1"), id(1), said().tick, level, {on_battery("main", 10min)}).content;
  }
  static std::string node(node_number number) {
    return number == 1 ? "alpha" : number == 2 ? "beta" : "gamma";
  }
  void comes(const std::string& bytes) { b.tell(subject, frame{{}, bytes}); }
  void votes(node_number from, vote::level level) {
    comes(b.letter(node(from), domain::vote, ballot(from, level)));
  }
  void two_want(vote::level level) {
    votes(1, level);
    votes(2, level);
  }

  std::uint64_t sequence = 0;
  std::uint8_t nonces = 0;
  std::optional<std::string> doubt;
  std::vector<std::string> order;  ///< What the host was made to do, but for the side states.
  std::vector<std::string> evidence;
  std::vector<std::string> log;
  std::string kept;  ///< Evidence of an outage.
  actor_bench b;
  agent_setup setup;
  agent_actor subject;
};

TEST_F(AgentActor, SaysASignedBeaconToAllNodesAtOnceAndEverySecond) {
  start();
  ASSERT_THAT(b.to_nodes, SizeIs(1));
  const auto outer = std::get<signed_message>(wire::decode_signed(b.to_nodes.back()));
  EXPECT_EQ(outer.about, domain::beacon);
  EXPECT_EQ(outer.signer, "web1");
  b.world.pass(1s);
  EXPECT_THAT(b.to_nodes, SizeIs(2));
  EXPECT_EQ(said().state, agent::host_state::running);
}

TEST_F(AgentActor, VotesReachTheMachineAndCommitAfterTheHold) {
  start();
  two_want(vote::level::shutdown);
  EXPECT_EQ(said().state, agent::host_state::armed);
  b.world.pass(1900ms);
  EXPECT_THAT(order, IsEmpty());
  b.world.pass(200ms);
  ASSERT_THAT(order, Not(IsEmpty()));
  EXPECT_THAT(order[0], HasSubstr("commit record: 2 of 3 votes"));
  EXPECT_THAT(evidence, SizeIs(2)) << "the votes behind it, as they came";
}

TEST_F(AgentActor, TheShutdownProgramRunsOnceTheRecordIsWritten) {
  start();
  two_want(vote::level::shutdown);
  b.world.pass(2100ms);
  EXPECT_THAT(order, SizeIs(1));
  b.tell(subject, agent::commit_recorded{true, ""});
  ASSERT_THAT(order, SizeIs(2));
  EXPECT_EQ(order[1], "run shutdown");
}

TEST_F(AgentActor, ABadlySignedVoteReachesTheMachineAsInvalid) {
  start();
  comes(
      actor_bench::badly_signed(b.letter("alpha", domain::vote, ballot(1, vote::level::shutdown))));
  EXPECT_THAT(log, ElementsAre(HasSubstr("1 refused shutdown: bad_signature")));
}

TEST_F(AgentActor, AVoteSignedByAnotherThanItsSeatIsInvalid) {
  start();
  comes(b.letter("alpha", domain::vote, ballot(2, vote::level::shutdown)));
  comes(b.letter("web2", domain::vote, ballot(1, vote::level::shutdown)));
  comes(b.letter("oper", domain::vote, ballot(3, vote::level::shutdown)));
  EXPECT_THAT(log, SizeIs(3));
  for (const auto& line : log)
    EXPECT_THAT(line, HasSubstr("refused"));
  EXPECT_EQ(said().state, agent::host_state::running);
}

// Members that are no nodes have the number 0, and so has the first node.
TEST_F(AgentActor, NobodyButANodeSitsOnSeatZero) {
  setup.config.electorate = {0, 1, 2};
  start();
  comes(b.letter("oper", domain::vote, ballot(0, vote::level::shutdown)));
  EXPECT_THAT(log, ElementsAre(HasSubstr("0 refused shutdown")));
}

TEST_F(AgentActor, AVoteSignedForAnotherPurposeIsInvalid) {
  start();
  comes(b.letter("alpha", domain::bus, ballot(1, vote::level::shutdown)));
  EXPECT_THAT(log, ElementsAre(HasSubstr("refused")));
}

TEST_F(AgentActor, AReplayedVoteIsRefusedAndLogged) {
  start();
  const auto recorded = b.letter("alpha", domain::vote, ballot(1, vote::level::shutdown));
  comes(recorded);
  b.world.pass(20s);
  comes(recorded);
  EXPECT_THAT(log, ElementsAre(HasSubstr("1 received"), HasSubstr("1 refused")));
}

TEST_F(AgentActor, AnythingButAVoteIsNoBusinessOfAnAgent) {
  start();
  operator_command hold;
  hold.by = "oper";
  hold.request = id(4);
  hold.node_incarnation = id(5);
  hold.what = hold_command{{}, 60s, "no"};
  comes(b.letter("oper", domain::operator_, hold));
  comes(b.letter("alpha", domain::bus, log_digest{}));
  comes(b.to_nodes.back());
  comes("garbage");
  comes("");
  EXPECT_THAT(log, IsEmpty());
  EXPECT_EQ(said().state, agent::host_state::running);
}

TEST_F(AgentActor, WhatIsNoVoteIsToldOnceAMinuteByReason) {
  start();
  const support::caught_log told;
  for (int i = 0; i < 50; ++i) {
    comes("garbage");
    comes(b.letter("alpha", domain::bus, log_digest{}));
  }
  EXPECT_EQ(told.lines(), 2u) << told.text();
  EXPECT_THAT(told.text(), HasSubstr("refused a message: an agent takes votes and nothing else"));
}

TEST_F(AgentActor, NamedActionsReachTheHostByTheirNames) {
  setup.config.actions = {"backup"};
  start();
  for (const node_number from : {1u, 3u}) {
    auto cast = ballot(from, vote::level::warn);
    cast.actions = {{"backup", "now"}};
    comes(b.letter(node(from), domain::vote, cast));
  }
  EXPECT_THAT(order, ElementsAre("run backup"));
  b.tell(subject, agent::action_started{"backup"});
  b.tell(subject, agent::action_ended{"backup", true, "done in 3 s"});
  const auto reports = said().actions;
  ASSERT_THAT(reports, Not(IsEmpty()));
  EXPECT_EQ(reports.back().state, agent::action_state::done);
}

TEST_F(AgentActor, ARecalledCommitIsResumedWithoutVotes) {
  setup.commit_recalled = true;
  start();
  EXPECT_EQ(said().state, agent::host_state::committed);
}

TEST_F(AgentActor, WhatWasKeptOfAnOutageIsWhereTheNextOneBegins) {
  start();
  two_want(vote::level::warn);
  ASSERT_THAT(kept, HasSubstr("supply 1 2"));
  setup.evidence_recalled = kept;
  start();
  b.world.pass(6min);
  EXPECT_THAT(order, Not(IsEmpty())) << "nobody was heard again, so its own rule stopped the host";
}

TEST_F(AgentActor, ToldToStopItSaysALastBeaconAndLeaves) {
  start();
  const auto before = b.to_nodes.size();
  b.tell(subject, stop_atom::value);
  EXPECT_GT(b.to_nodes.size(), before);
  EXPECT_EQ(said().state, agent::host_state::running) << "stopped is not down";
  EXPECT_THAT(order, ElementsAre("leave"));
}

TEST_F(AgentActor, ToldToStopAfterTheCommitItSaysDown) {
  start();
  two_want(vote::level::shutdown);
  b.world.pass(2100ms);
  b.tell(subject, agent::commit_recorded{true, ""});
  b.tell(subject, agent::action_started{"shutdown"});
  b.tell(subject, stop_atom::value);
  b.world.pass(500ms);
  EXPECT_EQ(said().state, agent::host_state::down);
  EXPECT_EQ(order.back(), "leave");
}

TEST_F(AgentActor, AVoteThatWakesItAfterAGapMeetsANewNonce) {
  start();
  votes(1, vote::level::shutdown);
  const auto before = b.letter("beta", domain::vote, ballot(2, vote::level::shutdown));
  doubt = "this host slept for 600 s";
  comes(before);
  EXPECT_EQ(said().nonce, id(2));
  EXPECT_EQ(said().state, agent::host_state::running);
}

TEST_F(AgentActor, ATickThatItNeverGaveMeetsANewNonce) {
  start();
  auto ahead = ballot(1, vote::level::run);
  ahead.tick += 100;
  comes(b.letter("alpha", domain::vote, ahead));
  EXPECT_EQ(said().nonce, id(2));
}

// The domain alone keeps a drill out: this vote names no drill, and nonce and tick are right.
TEST_F(AgentActor, WhatIsSignedForADrillNeverReachesTheRealMachine) {
  std::vector<std::string> passed_on;
  setup.host.on_drill = [&](const frame& what) { passed_on.push_back(what.bytes); };
  start();
  for (const node_number from : {1u, 2u, 3u})
    comes(b.letter(node(from), domain::drill, ballot(from, vote::level::shutdown)));
  b.world.pass(5s);
  EXPECT_EQ(said().state, agent::host_state::running);
  EXPECT_THAT(said().echoes, IsEmpty());
  EXPECT_THAT(passed_on, SizeIs(3));
  EXPECT_THAT(order, IsEmpty());
}

TEST_F(AgentActor, AVoteThatNamesADrillIsRefusedThoughSignedAsReal) {
  start();
  for (const node_number from : {1u, 2u, 3u}) {
    auto rehearsed = ballot(from, vote::level::shutdown);
    rehearsed.drill = "drill-1";
    comes(b.letter(node(from), domain::vote, rehearsed));
  }
  b.world.pass(5s);
  EXPECT_EQ(said().state, agent::host_state::running);
  EXPECT_THAT(log, ::testing::Contains(HasSubstr("drill")));
}

TEST_F(AgentActor, ARealReasonToActIsToldToWhoeverRehearses) {
  std::vector<std::string> troubles;
  setup.host.on_trouble = [&](const std::string& why) { troubles.push_back(why); };
  start();
  EXPECT_THAT(troubles, IsEmpty());
  two_want(vote::level::shutdown);
  ASSERT_THAT(troubles, Not(IsEmpty()));
  EXPECT_THAT(troubles[0], HasSubstr("armed"));
}

}  // namespace
}  // namespace holdover::actors
