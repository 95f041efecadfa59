// A site among strangers, forgers and full disks: what must change nothing does not, and what is
// wrong is said once.

#include "io/config/members_loader.hpp"
#include "io/keys/random.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/bus_seat.hpp"
#include "tests/support/site_lab.hpp"
#include "tests/unit/io/store/small_disk.hpp"
#include "tools/holdover/hold.hpp"
#include "tools/holdover/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::bus_seat;
using support::keys_of;
using support::members_of;
using support::site_lab;
using support::site_layout;
using ::testing::IsEmpty;

std::size_t times_said(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

class SiteTrouble : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
  }
  void begin(site_layout layout = {}) {
    lab = std::make_unique<site_lab>(std::move(layout));
    lab->start();
  }

  std::unique_ptr<site_lab> lab;
};

// ---- Strangers and forgers ----------------------------------------------------------------------

TEST_F(SiteTrouble, AStrangersKeyGetsNothingAndChangesNothing) {
  begin();
  lab->make_member("mallory", role::unspecified);
  // He believes himself a member; nobody else does.
  auto his = members_of(*lab);
  const auto keys = keys_of(*lab, "mallory");
  his.members.push_back(
      {"mallory", role::operator_, 0, keys.curve.public_key, keys.sign.public_key});
  const auto his_file = lab->folder() / "his-members.yaml";
  ASSERT_FALSE(config::save_members(his_file, his));
  tool::access how{lab->folder() / "site.yaml", his_file, lab->folder() / "mallory.key"};

  EXPECT_EQ(tool::send_hold(how, {{}, 60s, "mine"}, 2s), tool::exit_status::not_reachable);
  bus_seat seat{*lab, "mallory", false, his};
  EXPECT_FALSE(site_lab::eventually([&] { return seat.heard() > 0; }, 2s));
  for (const auto* node : {"alpha", "beta", "gamma"})
    EXPECT_FALSE(lab->host_seen_by(node, "web1")->held_for) << node;
}

TEST_F(SiteTrouble, GarbageFromAMemberIsRefusedCountedAndHarmless) {
  begin();
  {
    bus_seat seat{*lab, "watcher", false, members_of(*lab)};
    const keys::signer signer{keys_of(*lab, "watcher")};
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(seat.says("alpha", "garbage " + std::to_string(i)));
      ASSERT_TRUE(seat.says("alpha", wire::encode(signer.sign(domain::vote, "garbage"))));
    }
    EXPECT_TRUE(site_lab::eventually([&] {
      return lab->log("alpha").find("refused a message from watcher (tap)") != std::string::npos;
    })) << lab->log("alpha");
  }
  EXPECT_TRUE(lab->node_runs("alpha"));
  lab->ups().set("ups.status", "OB DISCHRG");
  EXPECT_TRUE(lab->tap().hears({"alpha: incident", "calm -> open"})) << lab->story();
}

// A node whose key was stolen is one voice, and a recorded one is none.
TEST_F(SiteTrouble, AStolenNodesVotesAreOneVoiceAndARecordedVoteIsNone) {
  begin();
  lab->kill_node("gamma");
  const auto thief = bus_seat::of_dead_node(*lab, "gamma");
  ASSERT_TRUE(thief);
  ASSERT_TRUE(site_lab::eventually([&] { return thief->beacon_of("web1").has_value(); }));
  const auto seen = *thief->beacon_of("web1");

  vote::vote cast;
  cast.site = "lab";
  cast.controller = 2;
  cast.incarnation = keys::make_random_id();
  cast.sequence = 1;
  cast.challenge_tick = 1;
  cast.to = {target_kind::host, "web1", 0};
  cast.nonce = seen.nonce;
  cast.tick = seen.tick;
  cast.host_level = vote::level::shutdown;
  cast.policy_revision = 1;
  message letter{"lab", "gamma", 0ms, 0, cast};
  const keys::signer signer{keys_of(*lab, "gamma")};
  const auto recorded = wire::encode(signer.sign(domain::vote, wire::encode(letter)));

  ASSERT_TRUE(thief->says("web1", recorded));
  EXPECT_TRUE(site_lab::eventually([&] {
    return lab->commands("web1").find("received from node 2: shutdown") != std::string::npos;
  })) << lab->commands("web1");
  // Its lease is over once the agent's tick is older than the time to live.
  ASSERT_TRUE(
      site_lab::eventually([&] { return thief->beacon_of("web1")->tick > seen.tick + 12; }));
  ASSERT_TRUE(thief->says("web1", recorded));
  EXPECT_TRUE(site_lab::eventually([&] {
    return lab->commands("web1").find("refused from node 2: shutdown") != std::string::npos;
  })) << lab->commands("web1");
  EXPECT_TRUE(lab->agent_runs("web1"));
  EXPECT_THAT(lab->wrote("web1", "shutdowns"), IsEmpty());
  EXPECT_EQ(thief->beacon_of("web1")->state, agent::host_state::running);
}

TEST_F(SiteTrouble, AStolenNodeThatFloodsItsPeersDelaysNoDecision) {
  begin();
  lab->kill_node("gamma");
  bus_seat thief{*lab, "gamma", true, members_of(*lab)};
  ASSERT_TRUE(site_lab::eventually([&] { return thief.heard() > 0; }));
  thief.floods(wire::encode(signed_message{domain::bus, "gamma", std::string(500, '\7'),
                                           std::string(wire::signature_bytes, '\5')}));
  const auto refused_by = [&](const std::string& node) {
    const auto seen = lab->status(node);
    if (!seen) return false;
    const auto& all = seen->refusals;
    return std::any_of(all.begin(), all.end(), [](const refusal_count& one) {
      return one.why.find("beyond its sender's share") != std::string::npos;
    });
  };
  for (const auto* node : {"alpha", "beta"}) {
    EXPECT_TRUE(site_lab::eventually([&] { return refused_by(node); })) << lab->log(node);
    EXPECT_TRUE(lab->tap().hears({std::string{node} + ": ", "flooded", "gamma sends more"}));
  }
  // Two of three decide, over the third one's flood.
  lab->ups().set("ups.status", "OB DISCHRG");
  EXPECT_TRUE(lab->tap().hears({"alpha: host web1", "-> armed"}, 10s)) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"alpha: host web1", "-> down"}, 30s)) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"outlet printer: confirmed: off"}, 40s)) << lab->story();
  EXPECT_EQ(lab->crashes("web1"), 0);
  EXPECT_FALSE(lab->tap().heard({"actor_restarted"})) << lab->story();
}

// ---- Secrets ------------------------------------------------------------------------------------

// Least rights: who holds no password for writing cannot open an outlet, stolen or not.
TEST_F(SiteTrouble, WhoHoldsNoSecretForWritingLeavesTheSwitchingToAnother) {
  lab = std::make_unique<site_lab>();
  auto text = support::read_file(lab->folder() / "site.yaml");
  const std::string both = "file:community";
  lab->folder().write("reading-only", "reading\n", 0600);
  lab->folder().write("reading.yaml",
                      text.replace(text.find(both), both.size(), "file:reading-only"));
  for (const auto* name : {"beta", "gamma"}) {
    auto node = support::read_file(lab->folder() / (name + std::string{".yaml"}));
    const std::string usual = "site.yaml";
    lab->folder().write(name + std::string{".yaml"},
                        node.replace(node.find(usual), usual.size(), "reading.yaml"));
  }
  lab->start();
  lab->ups().set("ups.status", "OB DISCHRG");
  EXPECT_TRUE(lab->tap().hears({"alpha: outlet printer: confirmed: off"}, 40s)) << lab->story();
  EXPECT_TRUE(lab->tap().heard({"gamma: outlet printer: intent off"})) << "its turn was the first";
  for (const auto* name : {"beta", "gamma"})
    EXPECT_FALSE(lab->tap().heard({std::string{name} + ": outlet printer: confirmed"}));
}

// ---- Disks --------------------------------------------------------------------------------------

TEST_F(SiteTrouble, AFullDiskIsAnAlarmAndTheVotesGoOn) {
  store::small_disk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  begin({.alpha_database = disk / "alpha.db"});
  disk.fill();
  // Two of three decide, and one of the two is the one that cannot write.
  lab->kill_node("beta");
  lab->ups().set("ups.status", "OB DISCHRG");
  EXPECT_TRUE(lab->tap().hears({"gamma: host web1", "-> down"}, 30s))
      << lab->story() << lab->log("alpha");
  const auto seen = lab->status("alpha");
  ASSERT_TRUE(seen) << lab->log("alpha");
  EXPECT_NE(seen->storage, "ok");
  EXPECT_TRUE(lab->tap().hears({"alpha: ", "storage failing"})) << lab->log("alpha");
  EXPECT_EQ(times_said(lab->log("alpha"), "storage failing"), 1u) << lab->log("alpha");
}

}  // namespace
}  // namespace holdover
