// What is said, to whom and how often (V1, V2, X2, E5, O3, D2), and what is told to people.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace holdover::policy {
namespace {

using agent::action_state;
using agent::host_state;
using power::belief;
using test::id;
using test::office;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::outlet_wish;

// ---- Votes to hosts ----------------------------------------------------------------------------

TEST(SiteVotes, AreRenewedEveryFiveSecondsWhenAllIsCalm) {
  site_bench b;
  b.pass(60s);
  EXPECT_EQ(b.votes_to("web1").size(), 12u);
}

TEST(SiteVotes, AreRenewedEverySecondWhenAnythingIsWrong) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(1s);
  b.forget();
  b.pass(20s);
  EXPECT_EQ(b.votes_to("web1").size(), 20u);
}

TEST(SiteVotes, AreRenewedEverySecondWhileTheUpsIsSilent) {
  site_bench b;
  b.ups("main", std::nullopt);
  b.pass(10s);
  b.forget();
  b.pass(20s);
  EXPECT_EQ(b.votes_to("web1").size(), 20u);
}

TEST(SiteVotes, AChangeIsSaidAtOnce) {
  site_bench b;
  b.pass(1500ms);
  b.forget();
  b.ups("main", ups_on_battery(1h));
  ASSERT_EQ(b.votes_to("web1").size(), 1u);
  EXPECT_EQ(b.votes_to("web1").back().host_level, level::warn);
}

TEST(SiteVotes, EchoTheHostsNonceAndNewestTick) {
  site_bench b;
  b.pass(10s);
  b.ups("main", ups_on_battery(1h));
  const auto v = b.votes_to("web1").back();
  EXPECT_EQ(v.nonce, b.host("web1").nonce);
  EXPECT_EQ(v.tick, b.host("web1").tick);
}

TEST(SiteVotes, CarryEverythingThatTheAgentNeeds) {
  auto s = office();
  s.epoch = 4;
  s.revision = 7;
  site_bench b(std::move(s));
  b.ups("main", ups_on_battery(20min));
  b.pass(10s);
  const auto v = b.votes_to("db1").back();
  EXPECT_EQ(v.site, "office");
  EXPECT_EQ(v.epoch, 4u);
  EXPECT_EQ(v.controller, site_bench::self);
  EXPECT_EQ(v.policy_revision, 7u);
  EXPECT_EQ(v.to, test::host("db1"));
  EXPECT_EQ(v.incident, b.snapshot().incident_id);
  EXPECT_EQ(v.needed_supplies, 1u);
  EXPECT_EQ(v.shutdown_time, 60s);
  EXPECT_EQ(v.before, 60s);
  EXPECT_EQ(v.after, 60s);
  ASSERT_EQ(v.supplies.size(), 1u);
  EXPECT_EQ(v.supplies[0].ups, "main");
  EXPECT_EQ(v.supplies[0].state, belief::on_battery);
  EXPECT_FALSE(v.supplies[0].blind);
  EXPECT_GE(v.supplies[0].confirmed_on_battery, 9s);
  ASSERT_TRUE(v.supplies[0].left);
  EXPECT_NEAR(static_cast<double>(v.supplies[0].left->count()), 1190e3, 2e3);
}

TEST(SiteVotes, NumbersAndChallengesOnlyGrow) {
  site_bench b;
  b.ups("main", ups_on_battery(20min));
  b.pass(30s);
  const auto votes = b.votes_to("web1");
  for (std::size_t i = 1; i < votes.size(); ++i) {
    EXPECT_GT(votes[i].sequence, votes[i - 1].sequence);
    EXPECT_GT(votes[i].challenge_tick, votes[i - 1].challenge_tick);
    EXPECT_EQ(votes[i].incarnation, votes[0].incarnation);
  }
}

TEST(SiteVotes, AHostThatIsNotHeardIsNotVotedTo) {
  site_bench b;
  b.host("web1").talks = false;
  b.pass(11s);
  b.forget();
  b.pass(60s);
  EXPECT_TRUE(b.votes_to("web1").empty());
  EXPECT_FALSE(b.votes_to("web2").empty());
}

TEST(SiteVotes, ANewLifeIsAnsweredAtOnceAndInItsOwnName) {
  site_bench b;
  b.forget();
  b.boots("web1");
  const auto votes = b.votes_to("web1");
  EXPECT_TRUE(std::any_of(votes.begin(), votes.end(),
                          [&](const vote::vote& v) { return v.nonce == b.host("web1").nonce; }));
}

TEST(SiteVotes, ABeaconOfAnotherSiteIsIgnored) {
  site_bench b;
  b.host("web1").talks = false;
  b.pass(20s);
  agent::host_beacon stray;
  stray.site = "elsewhere";
  stray.host = "web1";
  stray.nonce = id(0x70);
  stray.tick = 1;
  b.forget();
  b.feed(host_beacon_received{0, stray, ""});
  EXPECT_TRUE(b.votes_to("web1").empty());
}

// ---- Votes to executors ------------------------------------------------------------------------

TEST(SiteVotes, EveryExecutorOfAnOutletGetsAVoteOfItsOwn) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(33s);
  for (const node_number executor : {1u, 2u, 3u}) {
    const auto votes = b.votes_to("printer", executor);
    ASSERT_GE(votes.size(), 2u);
    EXPECT_EQ(votes.back().outlet, outlet_wish::off);
    EXPECT_EQ(votes.back().nonce, site_bench::executor_nonce(0, executor));
    EXPECT_LE(votes.back().tick, b.executor_tick());
    EXPECT_GE(votes.back().tick + 1, b.executor_tick());
  }
}

TEST(SiteVotes, WhoIsContentWithAnOutletSaysNothingAboutIt) {
  site_bench b;
  b.pass(60s);
  for (const node_number executor : {1u, 2u, 3u})
    EXPECT_TRUE(b.votes_to("printer", executor).empty());
}

TEST(SiteVotes, AnExecutorThatIsNotHeardIsNotVotedTo) {
  site_bench b;
  b.executors_talk(false);
  b.pass(11s);
  b.ups("main", ups_on_battery(1h));
  b.pass(40s);
  EXPECT_TRUE(b.votes_to("printer", 1).empty());
}

TEST(SiteVotes, AWithdrawnWishIsSaidForOneTimeToLive) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  b.pass(31s);
  b.ups("main", ups_online());
  b.forget();
  b.pass(30s);
  const auto votes = b.votes_to("printer", 2);
  ASSERT_FALSE(votes.empty());
  EXPECT_EQ(votes.back().outlet, outlet_wish::keep);
  EXPECT_LE(votes.size(), 11u);
}

// ---- Vouching ----------------------------------------------------------------------------------

/// A node that starts in the middle of an outage, and what its peers tell it.
struct SiteVouching : testing::Test {
  SiteVouching() { b.ups("main", ups_on_battery(1h)); }
  void peer(node_number who, duration confirmed, belief state = belief::on_battery,
            duration age = 0s) {
    auto seen = ups_on_battery(1h);
    seen.state = state;
    b.feed(peer_observed{who, 0, seen, age, confirmed});
  }
  duration confirmed() const { return b.snapshot().upses[0].confirmed_on_battery; }
  site_bench b{office(), false};
};

TEST_F(SiteVouching, KPeersVouchForTheTimeThatItMissed) {
  peer(2, 50s);
  EXPECT_LT(confirmed(), 1s);
  peer(3, 45s);
  EXPECT_EQ(confirmed(), 45s);
}

TEST_F(SiteVouching, OnePeerIsNotEnoughHoweverOftenItSpeaks) {
  for (int i = 0; i < 10; ++i)
    peer(2, 1h);
  b.pass(2s);
  EXPECT_LE(confirmed(), 2s);
}

TEST_F(SiteVouching, CountsOnceOnly) {
  peer(2, 50s);
  peer(3, 45s);
  peer(2, 10min);
  peer(3, 10min);
  EXPECT_EQ(confirmed(), 45s);
}

TEST_F(SiteVouching, AnOldWordOrOneOfAnotherStateDoesNotCount) {
  peer(2, 50s);
  peer(3, 50s, belief::on_battery, 4s);
  peer(3, 50s, belief::online);
  EXPECT_LT(confirmed(), 1s);
}

TEST_F(SiteVouching, ItsOwnWordComingBackDoesNotCount) {
  peer(2, 50s);
  peer(site_bench::self, 50s);
  EXPECT_LT(confirmed(), 1s);
}

TEST_F(SiteVouching, WhoSawMainsItselfTakesNobodysWord) {
  site_bench settled;
  settled.ups("main", ups_on_battery(1h));
  for (const node_number who : {2u, 3u})
    settled.feed(peer_observed{who, 0, ups_on_battery(1h), 0s, 10min});
  EXPECT_LT(settled.snapshot().upses[0].confirmed_on_battery, 1s);
  EXPECT_EQ(settled.level("web1"), level::warn);
}

TEST(SiteVotes, ALifeThatHasJustBegunIsNotToldTheLevelOfTheOneBefore) {
  site_bench b;
  b.ups("main", ups_on_battery(3min));  // Past web1's latest safe start.
  b.pass(3s);
  ASSERT_EQ(b.level("web1"), level::shutdown);
  b.ups("main", ups_online());
  b.forget();
  b.boots("web1");
  const auto votes = b.votes_to("web1");
  ASSERT_FALSE(votes.empty());
  for (const auto& v : votes)
    if (v.nonce == b.host("web1").nonce) {
      EXPECT_EQ(v.host_level, level::warn);
    }
  b.pass(2s);
  EXPECT_EQ(b.votes_to("web1").back().host_level, level::run);
}

// ---- Polling and what people are told ----------------------------------------------------------

TEST(SiteReports, AnythingWrongMakesItPollCloselyUntilAllIsCalm) {
  site_bench b;
  b.ups("main", ups_on_battery(1h));
  ASSERT_EQ(b.all<set_polling>().size(), 1u);
  EXPECT_TRUE(b.all<set_polling>()[0].alert);
  b.forget();
  b.ups("main", ups_online());
  EXPECT_TRUE(b.all<set_polling>().empty()) << "the incident is called off, not over";
  b.pass(61s);
  ASSERT_EQ(b.all<set_polling>().size(), 1u);
  EXPECT_FALSE(b.all<set_polling>()[0].alert);
}

TEST(SiteReports, APeersWorryMakesItPollClosely) {
  site_bench b;
  b.feed(peer_observed{2, 0, ups_on_battery(1h), 0s, 0s});
  ASSERT_EQ(b.all<set_polling>().size(), 1u);
  EXPECT_TRUE(b.all<set_polling>()[0].alert);
  EXPECT_EQ(b.level("web1"), level::run);
}

TEST(SiteReports, AHostThatIsSilentForAMinuteInCalmIsAnAlarm) {
  site_bench b;
  b.host("web1").talks = false;
  b.pass(59s);
  EXPECT_FALSE(b.alarm(site_alarm::host_silent, "web1"));
  b.pass(2s);
  EXPECT_TRUE(b.alarm(site_alarm::host_silent, "web1"));
  b.host("web1").talks = true;
  b.pass(6s);
  EXPECT_FALSE(b.alarm(site_alarm::host_silent, "web1"));
}

TEST(SiteReports, AChangeOfAHostCarriesTheSignedBeaconBehindIt) {
  site_bench b;
  b.host("web1").state = host_state::armed;
  b.beacon("web1");
  const auto changes = b.all<host_changed>();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].from, "running");
  EXPECT_EQ(changes[0].to, "armed");
  EXPECT_EQ(changes[0].evidence.rfind("signed beacon of web1", 0), 0u);
}

TEST(SiteReports, EachStepOfAnActionIsToldOnce) {
  site_bench b;
  b.host("db1").actions = {{"message", action_state::received, ""}};
  b.pass(5s);
  EXPECT_EQ(b.all<receipt_arrived>().size(), 1u);
  b.host("db1").actions = {{"message", action_state::done, ""}};
  b.pass(5s);
  ASSERT_EQ(b.all<receipt_arrived>().size(), 2u);
  EXPECT_EQ(b.all<receipt_arrived>()[1].what.state, action_state::done);
}

TEST(SiteReports, AnAgentThatCannotKeepWhatItKnowsIsAnAlarmUntilItCan) {
  site_bench b;
  b.host("db1").actions = {{"evidence", action_state::failed, "Read-only file system"}};
  b.pass(2s);
  EXPECT_TRUE(b.alarm(site_alarm::evidence_unkept, "db1"));
  ASSERT_EQ(b.all<raise_alarm>().size(), 1u);
  EXPECT_NE(b.all<raise_alarm>()[0].text.find("Read-only file system"), std::string::npos);
  EXPECT_EQ(b.snapshot().alarms.size(), 1u);
  EXPECT_EQ(b.level("db1"), level::run);
  b.pass(20s);
  EXPECT_EQ(b.all<raise_alarm>().size(), 1u);
  b.host("db1").actions = {{"evidence", action_state::done, ""}};
  b.pass(2s);
  EXPECT_FALSE(b.alarm(site_alarm::evidence_unkept, "db1"));
}

TEST(SiteReports, AlarmsOfAUpsAreRaisedOnceAndCleared) {
  site_bench b;
  auto says = ups_online();
  says.overload = says.replace_battery = true;
  says.state = belief::bypass;
  b.ups("main", says);
  b.pass(10s);
  std::multiset<site_alarm> raised;
  for (const auto& alarm : b.all<raise_alarm>())
    raised.insert(alarm.what);
  EXPECT_EQ(raised, (std::multiset<site_alarm>{site_alarm::replace_battery, site_alarm::overload,
                                               site_alarm::unprotected}));
  b.forget();
  b.ups("main", ups_online());
  EXPECT_EQ(b.all<clear_alarm>().size(), 3u);
}

TEST(SiteReports, EveryIncidentHasALabelOfItsOwn) {
  site_bench b;
  std::set<random_id> labels;
  for (int i = 0; i < 3; ++i) {
    b.ups("main", ups_on_battery(1h));
    labels.insert(b.snapshot().incident_id);
    b.ups("main", ups_online());
    b.pass(61s);
    EXPECT_FALSE(b.snapshot().incident_id);
  }
  EXPECT_EQ(labels.size(), 3u);
}

TEST(SiteReports, AnEarlyTickChangesNothing) {
  site_bench b;
  b.pass(500ms);
  b.forget();
  const auto wake = b.wake();
  b.feed(tick{});
  EXPECT_EQ(b.wake(), wake);
  EXPECT_TRUE(b.all<cast_vote>().empty());
}

}  // namespace
}  // namespace holdover::policy
