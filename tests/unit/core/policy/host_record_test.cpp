#include "core/policy/host_record.hpp"

#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using agent::host_state;
using test::id;

constexpr node_number self = 1;
constexpr duration time_to_live = 10s;
constexpr duration shutdown_time = 60s;
constexpr duration heard_limit = 15s;

// A host heard by node 1, whose challenges it echoes unless told otherwise.
struct HostRecord : testing::Test {
  agent::host_beacon beacon(host_state state, const random_id& nonce = id(1)) {
    agent::host_beacon b;
    b.nonce = nonce;
    b.tick = ++tick;
    b.state = state;
    b.echoes = {{self, challenges.nonce(), challenge}};
    return b;
  }
  host_record::heard hear(const agent::host_beacon& b) {
    return record.hear(b, self, challenges, time_to_live, now);
  }
  host_record::heard proven(host_state state, const random_id& nonce = id(1)) {
    challenge = challenges.issue(now);
    return hear(beacon(state, nonce));
  }
  host_phase phase() const { return record.phase(shutdown_time, heard_limit, now); }
  bool surely_down() const { return record.surely_down(time_to_live, now); }

  time_point now{1000s};
  vote::tick_clock challenges{id(0x51), 20s};
  std::uint64_t challenge = 0;
  std::uint64_t tick = 0;
  host_record record;
};

TEST_F(HostRecord, IsSilentUntilItIsHeard) {
  EXPECT_EQ(phase(), host_phase::silent);
  EXPECT_FALSE(record.up());
  EXPECT_FALSE(surely_down());
}

TEST_F(HostRecord, FollowsProvenReports) {
  EXPECT_TRUE(proven(host_state::running).proven);
  EXPECT_EQ(phase(), host_phase::running);
  EXPECT_TRUE(record.up());
  proven(host_state::armed);
  EXPECT_EQ(phase(), host_phase::armed);
  proven(host_state::running);
  EXPECT_EQ(phase(), host_phase::running);
  proven(host_state::committed);
  EXPECT_EQ(phase(), host_phase::committed);
  EXPECT_FALSE(record.up());
  proven(host_state::down);
  EXPECT_EQ(phase(), host_phase::down);
  EXPECT_TRUE(surely_down());
}

TEST_F(HostRecord, AReportWithoutOurEchoProvesNothing) {
  proven(host_state::running);
  auto b = beacon(host_state::down);
  b.echoes.clear();
  EXPECT_FALSE(hear(b).proven);
  EXPECT_EQ(phase(), host_phase::running);
  EXPECT_FALSE(surely_down());
}

TEST_F(HostRecord, AnEchoOfAnotherNodeProvesNothing) {
  challenge = challenges.issue(now);
  auto b = beacon(host_state::down);
  b.echoes[0].controller = 2;
  EXPECT_FALSE(hear(b).proven);
}

TEST_F(HostRecord, AnEchoOfOurEarlierProcessProvesNothing) {
  challenge = challenges.issue(now);
  auto b = beacon(host_state::down);
  b.echoes[0].incarnation = id(0x50);
  EXPECT_FALSE(hear(b).proven);
}

TEST_F(HostRecord, AnEchoProvesForItsTimeToLiveOnly) {
  challenge = challenges.issue(now);
  now += time_to_live;
  EXPECT_TRUE(hear(beacon(host_state::running)).proven);
  now += 1ms;
  EXPECT_FALSE(hear(beacon(host_state::running)).proven);
}

TEST_F(HostRecord, ABeaconHeardTwiceIsNoNews) {
  challenge = challenges.issue(now);
  const auto b = beacon(host_state::running);
  EXPECT_TRUE(hear(b).counted);
  EXPECT_FALSE(hear(b).counted);
}

TEST_F(HostRecord, AReplayedLastWordOfAnEarlierLifeIsIgnored) {
  challenge = challenges.issue(now);
  proven(host_state::running);
  const auto tape = beacon(host_state::down);
  EXPECT_TRUE(proven(host_state::running, id(2)).new_life);
  const auto result = hear(tape);
  EXPECT_FALSE(result.counted);
  EXPECT_EQ(phase(), host_phase::running);
}

TEST_F(HostRecord, AnUnknownLifeForbidsBelievingTheLastWord) {
  proven(host_state::down);
  ASSERT_TRUE(surely_down());
  auto stranger = beacon(host_state::running, id(2));
  stranger.echoes.clear();
  EXPECT_TRUE(hear(stranger).counted);
  EXPECT_FALSE(surely_down());
  now += time_to_live + 1ms;
  EXPECT_TRUE(surely_down());
}

TEST_F(HostRecord, ANewLifeBeginsRunning) {
  proven(host_state::down);
  EXPECT_TRUE(proven(host_state::running, id(2)).new_life);
  EXPECT_EQ(phase(), host_phase::running);
  EXPECT_FALSE(surely_down());
  EXPECT_EQ(record.committed_since(), std::nullopt);
}

TEST_F(HostRecord, SilenceAfterCommitIsGoneWhenItsShutdownTimeIsOver) {
  proven(host_state::committed);
  now += shutdown_time - 1ms;
  EXPECT_EQ(phase(), host_phase::committed);
  now += 1ms;
  EXPECT_EQ(phase(), host_phase::gone);
  EXPECT_FALSE(surely_down());
}

TEST_F(HostRecord, IsNotGoneAsLongAsItIsHeard) {
  proven(host_state::committed);
  now += 2 * shutdown_time;
  proven(host_state::committed);
  EXPECT_EQ(phase(), host_phase::committed);
}

TEST_F(HostRecord, SilenceWithoutCommitIsSilence) {
  proven(host_state::running);
  now += heard_limit;
  EXPECT_EQ(phase(), host_phase::running);
  now += 1ms;
  EXPECT_EQ(phase(), host_phase::silent);
}

TEST_F(HostRecord, DownStaysDownHoweverLongItIsSilent) {
  proven(host_state::down);
  now += 24h;
  EXPECT_EQ(phase(), host_phase::down);
  EXPECT_TRUE(surely_down());
}

TEST_F(HostRecord, PowerThatReturnsMakesItBootAndEndsTheLastWord) {
  proven(host_state::down);
  record.powered(now);
  EXPECT_EQ(phase(), host_phase::booting);
  EXPECT_FALSE(surely_down());
  EXPECT_FALSE(record.up());
  proven(host_state::running, id(2));
  EXPECT_EQ(phase(), host_phase::running);
  EXPECT_TRUE(record.up());
}

TEST_F(HostRecord, SaysWhenItWillAct) {
  challenge = challenges.issue(now);
  auto b = beacon(host_state::armed);
  b.acts_in = 5s;
  hear(b);
  now += 2s;
  EXPECT_EQ(record.acts_in(now), 3s);
  now += 10s;
  EXPECT_EQ(record.acts_in(now), 0s);
  proven(host_state::running);
  EXPECT_EQ(record.acts_in(now), std::nullopt);
}

TEST_F(HostRecord, ItsAudienceIsEveryLifeThatMayBeTheLiveOne) {
  proven(host_state::running);
  auto stranger = beacon(host_state::running, id(2));
  stranger.echoes.clear();
  hear(stranger);
  EXPECT_EQ(record.audience(time_to_live, now).size(), 2u);
  proven(host_state::running, id(2));
  const auto audience = record.audience(time_to_live, now);
  ASSERT_EQ(audience.size(), 1u);
  EXPECT_EQ(audience[0].nonce, id(2));
}

}  // namespace
}  // namespace holdover::policy
