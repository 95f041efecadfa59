// What nodes say of themselves to each other: the site file that they run (E4), and whom operators
// hold.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::site_bench;
using test::ups_on_battery;
using vote::level;
using vote::reason;

// This node is alpha, number 1.
struct site_peers : site_bench {
  using site_bench::site_bench;
  void says(node_number peer, std::uint64_t revision, std::vector<node_word::hold> holds = {},
            duration age = {}) {
    feed(peer_told{peer, {revision, about().hash, std::move(holds), {}}, age});
  }
  /// Beta, every ten seconds.
  void beta_says(std::uint64_t revision, duration time) {
    for (duration passed{}; passed < time; passed += 10s) {
      says(2, revision);
      pass(10s);
    }
  }
  bool differs() const { return alarm(site_alarm::policy_differs, "beta"); }
  std::optional<duration> held_for(const std::string& name) const {
    return snapshot().hosts[test::index_of(about().hosts, name)].held_for;
  }
};

TEST(SitePeers, APeerWithAnotherSiteFileIsAnAlarmAfterAMinute) {
  site_peers b;
  b.beta_says(2, 50s);
  EXPECT_FALSE(b.differs()) << "a reload takes its time";
  b.beta_says(2, 20s);
  EXPECT_TRUE(b.differs());
  b.says(2, 1);
  EXPECT_FALSE(b.differs());
}

TEST(SitePeers, TheSameRevisionOfAnotherFileIsAnotherFile) {
  site_peers b;
  auto other = b.about().hash;
  other[0] ^= 1;
  for (int i = 0; i < 8; ++i) {
    b.feed(peer_told{2, {b.about().revision, other, {}, {}}, {}});
    b.pass(10s);
  }
  EXPECT_TRUE(b.differs());
}

TEST(SitePeers, APeerThatFellSilentIsNotAccusedForEver) {
  site_peers b;
  b.beta_says(2, 80s);
  ASSERT_TRUE(b.differs());
  b.pass(61s);
  EXPECT_FALSE(b.differs());
}

TEST(SitePeers, OnceItsOwnFileIsTheSameTheAlarmEnds) {
  site_peers b;
  b.beta_says(2, 80s);
  auto changed = b.about();
  ++changed.revision;
  b.adopt(changed);
  EXPECT_FALSE(b.differs());
}

TEST(SitePeers, ANodeTellsItsFileAndWhomItHoldsEveryTenSeconds) {
  site_peers b;
  b.feed(operator_hold{0, 5min, "anna", "backup"});
  b.pass(20s);
  const auto told = b.all<tell_peers>();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].what.policy_revision, b.about().revision);
  ASSERT_EQ(told[1].what.holds.size(), 1u);
  EXPECT_EQ(told[1].what.holds[0].host, b.about().hosts[0].name);
  EXPECT_LT(told[1].what.holds[0].lasts, 5min);
  EXPECT_EQ(told[1].what.holds[0].by, "anna: backup");
}

TEST(SitePeers, ANodeThatRestartedTakesOverAHoldThatKPeersTell) {
  site_peers b;
  b.says(2, 1, {{"web1", 5min, "anna"}});
  EXPECT_EQ(b.held_for("web1"), std::nullopt) << "one peer may lie";
  b.says(3, 1, {{"web1", 4min, "anna"}}, 2s);
  EXPECT_EQ(b.held_for("web1"), 4min - 2s);
  b.ups("main", ups_on_battery(9min));
  b.pass(3s);
  EXPECT_EQ(b.level("web1"), level::warn);
  EXPECT_EQ(b.why("web1"), reason::held_by_operator);
}

TEST(SitePeers, AHoldIsTakenOverInTheFirstMinuteOnly) {
  site_peers b;
  b.pass(61s);
  b.says(2, 1, {{"web1", 5min, "anna"}});
  b.says(3, 1, {{"web1", 5min, "anna"}});
  EXPECT_EQ(b.held_for("web1"), std::nullopt);
}

TEST(SitePeers, AHoldIsTakenOverOnceOnly) {
  site_peers b;
  for (int i = 0; i < 2; ++i) {
    b.says(2, 1, {{"web1", 10s, "anna"}});
    b.says(3, 1, {{"web1", 10s, "anna"}});
    b.pass(15s);
  }
  EXPECT_EQ(b.held_for("web1"), std::nullopt);
}

TEST(SitePeers, WhatAnOperatorReleasedHereIsNotRestated) {
  site_peers b;
  b.feed(operator_hold{test::index_of(b.about().hosts, "web1"), {}, "anna", ""});
  b.says(2, 1, {{"web1", 5min, "anna"}});
  b.says(3, 1, {{"web1", 5min, "anna"}});
  EXPECT_EQ(b.held_for("web1"), std::nullopt);
}

}  // namespace
}  // namespace holdover::policy
