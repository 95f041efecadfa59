// A whole site through an outage, in real processes: what each node decides alone and what two of
// three make happen.

#include "io/config/members_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/keys/signing.hpp"
#include "io/store/query.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::site_lab;
using support::site_layout;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Site : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
  }

  void begin(site_layout layout = {}) {
    lab = std::make_unique<site_lab>(std::move(layout));
    lab->start();
  }
  void mains_fails(const std::string& ups = "main", const std::string& more = {}) {
    lab->ups(ups).set("battery.charge", "90");
    lab->ups(ups).set("battery.runtime", "400");
    lab->ups(ups).set("ups.status", "OB DISCHRG" + more);
  }
  void mains_returns(const std::string& ups = "main") {
    lab->ups(ups).set("battery.runtime", "500");
    lab->ups(ups).set("ups.status", "OL CHRG");
  }
  void expect(const support::site_tap::words& words, std::chrono::seconds bound = 20s) {
    EXPECT_TRUE(lab->tap().hears(words, bound)) << words.back() << "\n" << lab->story();
  }
  void expect_never(const support::site_tap::words& words) {
    EXPECT_FALSE(lab->tap().heard(words)) << words.back() << "\n" << lab->story();
  }
  void expect_nobody_was_stopped() {
    expect_never({"-> committed"});
    for (const auto* host : {"web1", "db1", "nas1"}) {
      EXPECT_TRUE(lab->agent_runs(host)) << host;
      EXPECT_EQ(lab->boots(host), 1) << host;
    }
  }
  bool node_knows(const std::string& node, const std::string& host, const std::string& state) {
    return site_lab::eventually([&] {
      const auto seen = lab->host_seen_by(node, host);
      return seen && seen->state == state;
    });
  }

  std::unique_ptr<site_lab> lab;
};

// ---- The plan -----------------------------------------------------------------------------------

TEST_F(Site, AnOutageStopsStageOneAndMainsBringItBack) {
  begin();
  mains_fails();
  expect({"incident", "calm -> open"});
  expect({"outlet printer: off"});
  expect({"host web1", "-> committed"});
  expect({"host web1", "-> down"});
  expect({"outlet ss4.2: off"});
  EXPECT_FALSE(lab->agent_runs("web1"));
  EXPECT_TRUE(lab->agent_runs("db1")) << "its stage is not due";
  EXPECT_TRUE(lab->agent_runs("nas1")) << "its stage is not due";

  // What stages say to hosts that stay.
  EXPECT_TRUE(site_lab::eventually([&] { return !lab->wrote("db1", "backups").empty(); }));
  EXPECT_EQ(lab->wrote("db1", "backups"), "saved\n");
  EXPECT_THAT(lab->wrote("db1", "messages"), HasSubstr("the printer goes off"));
  EXPECT_THAT(lab->commands("db1"), HasSubstr("received from node 0"));
  EXPECT_THAT(lab->commands("web1"), HasSubstr("shutdown"));

  mains_returns();
  expect({"incident", "committed -> restoring"});
  expect({"outlet ss4.2: on"});
  expect({"host web1", "-> running"});
  expect({"outlet printer: on"});
  expect({"incident", "restoring -> calm"}, 30s);
  EXPECT_EQ(lab->boots("web1"), 2);
  for (const auto* host : {"web1", "db1", "nas1"})
    EXPECT_EQ(lab->crashes(host), 0) << host << " lost power while it ran";
}

TEST_F(Site, BatteryLowStopsEverybodyInTheOrderOfTheStages) {
  begin();
  mains_fails("main", " LB");
  for (const auto* host : {"web1", "db1", "nas1"})
    expect({std::string{"alpha: host "} + host, "-> down"}, 30s);
  const auto downs = lab->tap().all({"alpha: host", "-> down"});
  ASSERT_THAT(downs, SizeIs(3)) << lab->story();
  EXPECT_THAT(downs[0].line, HasSubstr("web1"));
  EXPECT_THAT(downs[1].line, HasSubstr("db1"));
  EXPECT_THAT(downs[2].line, HasSubstr("nas1"));
  EXPECT_EQ(lab->crashes("web1") + lab->crashes("db1"), 0);
}

TEST_F(Site, AHostThatOneNodeAloneReachesIsToldByAllOfThem) {
  begin({.one_way = true});
  mains_fails();
  expect({"host web1", "-> committed"});
  expect({"host web1", "-> down"});
  const auto told = lab->commands("web1");
  EXPECT_THAT(told, HasSubstr("received from node 0: shutdown"));
  EXPECT_THAT(told, AnyOf(HasSubstr("received from node 1: shutdown"),
                          HasSubstr("received from node 2: shutdown")))
      << "carried by alpha";
}

TEST_F(Site, MainsBackBeforeTheCommitCallsEverythingOff) {
  begin({.hold = "5s"});
  mains_fails();
  expect({"host web1", "-> armed"});
  mains_returns();
  expect({"host web1", "armed -> running"});
  expect({"outlet printer: on"});
  expect({"incident", "restoring -> calm"});
  expect_nobody_was_stopped();
}

TEST_F(Site, MainsBackAfterTheCommitStillCyclesTheHost) {
  begin({.shutdown_waits = true});
  mains_fails();
  expect({"host web1", "-> committed"});
  mains_returns();
  expect({"incident", "committed -> restoring"});
  EXPECT_TRUE(lab->agent_runs("web1")) << "it finishes what it began";
  lab->let_go("web1");
  expect({"host web1", "-> down"});
  expect({"outlet ss4.2: off"});
  expect({"outlet ss4.2: on"});
  expect({"incident", "restoring -> calm"}, 30s);
  EXPECT_EQ(lab->boots("web1"), 2);
  EXPECT_EQ(lab->crashes("web1"), 0);
}

// ---- Blindness ----------------------------------------------------------------------------------

TEST_F(Site, LosingTheUpsServerOnMainsIsAnAlarmAndStopsNobody) {
  begin();
  lab->nut().kill();
  expect({"alarm", "ups blind", "main"});
  EXPECT_TRUE(site_lab::eventually([&] {
    const auto seen = lab->host_seen_by("alpha", "web1");
    return seen && seen->wanted == vote::level::no_view;
  })) << lab->story();
  expect_nobody_was_stopped();
}

TEST_F(Site, LosingTheUpsServerOnBatteryKeepsTheLevelsAndThenVotesNothing) {
  begin({.clients = "1h"});
  mains_fails();
  expect({"vote on host web1", "warn"});
  lab->nut().kill();
  expect({"alarm", "ups stale", "main"});
  const auto seen = lab->host_seen_by("alpha", "web1");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->wanted, vote::level::warn) << "silence is no good news";
  expect({"alarm", "ups blind", "main"});
  expect({"vote on host web1", "no view"});
}

TEST_F(Site, OneUpsOfARedundantPairMayBeLost) {
  begin({.redundant = true});
  mains_fails("left", " LB");
  expect({"host app1", "redundancy lost"});
  lab->ups("left").disconnect();
  expect({"alarm", "ups blind", "left"}, 30s);
  expect_never({"-> committed"});
  expect_never({"-> armed"});
  EXPECT_EQ(lab->boots("app1"), 1);
  EXPECT_TRUE(lab->agent_runs("app1"));
}

// ---- Dying nodes --------------------------------------------------------------------------------

/// One outage through two stages, with a pause at each step of it. A host goes down only when the
/// test lets it, so that each step lasts until what is to happen in it has happened.
class DyingNode : public Site {
protected:
  enum step { open, first_commit, first_down, second_commit, second_down, restoring };

  /// @param at_step what befalls the site in each step.
  void live_through(const std::function<void(step)>& at_step) {
    begin({.shutdown_waits = true});
    mains_fails();
    expect({"incident", "calm -> open"});
    at_step(open);
    expect({"host web1", "-> committed"});
    at_step(first_commit);
    lab->let_go("web1");
    expect({"host web1", "-> down"});
    at_step(first_down);
    expect({"outlet ss4.2: off"}, 30s);
    lab->ups().set("battery.runtime", "80");
    expect({"host db1", "-> committed"}, 30s);
    at_step(second_commit);
    lab->let_go("db1");
    expect({"host db1", "-> down"});
    at_step(second_down);
    expect({"outlet ss4.4: off"}, 30s);
    mains_returns();
    expect({"incident", "committed -> restoring"});
    at_step(restoring);
    expect({"outlet ss4.4: on"}, 30s);
    expect({"outlet ss4.2: on"}, 30s);
    expect({"host db1", "-> running"}, 30s);
    expect({"host web1", "-> running"}, 30s);
    expect({"outlet printer: on"}, 30s);
    expect({"incident", "restoring -> calm"}, 30s);
    for (const auto* host : {"web1", "db1"}) {
      EXPECT_EQ(lab->wrote(host, "shutdowns"), "asked\n") << host << " commits once";
      EXPECT_EQ(lab->boots(host), 2) << host;
    }
    EXPECT_EQ(lab->boots("nas1"), 1) << "its stage was never due";
    for (const auto* host : {"web1", "db1", "nas1"})
      EXPECT_EQ(lab->crashes(host), 0) << host << " lost power while it ran";
  }
  /// Whether a node that has just started is with us: it answers, and knows of a host that is on
  /// its way down what the host itself says.
  bool resumes(const std::string& node, step now) {
    if (now == first_commit) return node_knows(node, "web1", "committed");
    if (now == second_commit) return node_knows(node, "db1", "committed");
    return site_lab::eventually([&] { return lab->status(node).has_value(); });
  }
};

class KilledNode : public DyingNode, public ::testing::WithParamInterface<const char*> {};

TEST_P(KilledNode, AtEachStepItHindersNothingAndResumes) {
  const std::string victim = GetParam();
  live_through([&](step now) {
    lab->kill_node(victim);
    lab->start_node(victim);
    EXPECT_TRUE(resumes(victim, now)) << "step " << now << '\n' << lab->story() << lab->log(victim);
  });
  EXPECT_TRUE(site_lab::eventually([&] {
    const auto seen = lab->status(victim);
    return seen && seen->policy.incident == policy::incident_state::calm;
  })) << lab->log(victim);
}

INSTANTIATE_TEST_SUITE_P(Each, KilledNode, ::testing::Values("alpha", "beta", "gamma"),
                         [](const auto& one) { return std::string{one.param}; });

/// From which step on a node is gone. Each node and each step once.
struct loss {
  const char* who;
  int when;
  const char* name;
};

class LostNode : public DyingNode, public ::testing::WithParamInterface<loss> {};

TEST_P(LostNode, IsMissedByNobodyWhicheverStepItWas) {
  const auto [victim, when, name] = GetParam();
  live_through([&, victim = victim, when = when](step now) {
    if (now == when) lab->kill_node(victim);
  });
  EXPECT_FALSE(lab->node_runs(victim));
}

INSTANTIATE_TEST_SUITE_P(Each, LostNode,
                         ::testing::Values(loss{"alpha", 0, "AlphaWhenItBegins"},
                                           loss{"beta", 1, "BetaAtTheFirstCommit"},
                                           loss{"gamma", 2, "GammaAtTheFirstLastWord"},
                                           loss{"alpha", 3, "AlphaAtTheSecondCommit"},
                                           loss{"beta", 4, "BetaAtTheSecondLastWord"},
                                           loss{"gamma", 5, "GammaWhenMainsReturn"}),
                         [](const auto& one) { return std::string{one.param.name}; });

// ---- Evidence -----------------------------------------------------------------------------------

/// Events of a kind in a journal, whoever published them, with this word as what happened.
template <class Payload>
std::vector<Payload> read(const store::journal_view& journal, const std::string& kind,
                          const std::string& word) {
  store::filter wanted;
  wanted.kind = kind;
  std::vector<Payload> found;
  const auto records = journal.query(wanted);
  for (const auto& one : std::get<std::vector<store::found_record>>(records)) {
    const auto proof = std::get<wire::evidence>(wire::decode_evidence(one.what.bytes));
    const auto& payload = std::get<Payload>(std::get<event>(proof.content.what).what);
    if (payload.what == word) found.push_back(payload);
  }
  return found;
}

TEST_F(Site, TheJournalHoldsTheVotesAndTheLastWordBehindAnOpenedOutlet) {
  begin();
  mains_fails();
  expect({"outlet ss4.2: off"});
  expect({"outlet ss4.2: confirmed"});
  const auto members = config::load_members(lab->access("oper").members_file);
  const keys::verifier verifier{std::get<membership>(members)};
  auto opened = store::journal_view::open(lab->database("alpha"));
  ASSERT_TRUE(std::holds_alternative<store::journal_view>(opened));
  const auto& journal = std::get<store::journal_view>(opened);
  std::vector<outlet_event> intents;
  EXPECT_TRUE(site_lab::eventually([&] {
    intents = read<outlet_event>(journal, "outlet", "intent_off");
    std::erase_if(intents, [](const outlet_event& e) { return e.outlet != "ss4.2"; });
    return !intents.empty();
  })) << lab->story();
  ASSERT_THAT(intents, Not(IsEmpty()));
  std::set<node_number> voters;
  for (const auto& bytes : intents[0].evidence) {
    const auto proof = std::get<wire::evidence>(wire::decode_evidence(bytes));
    EXPECT_TRUE(std::holds_alternative<const member*>(verifier.verify(proof.envelope)));
    const auto& cast = std::get<vote::vote>(proof.content.what);
    EXPECT_EQ(cast.outlet, vote::outlet_wish::off);
    voters.insert(cast.controller);
  }
  EXPECT_GE(voters.size(), 2u) << "one node alone opens nothing";

  const auto downs = read<host_event>(journal, "host", "down");
  ASSERT_THAT(downs, Not(IsEmpty())) << lab->story();
  const auto proof = std::get<wire::evidence>(wire::decode_evidence(downs[0].evidence));
  EXPECT_TRUE(std::holds_alternative<const member*>(verifier.verify(proof.envelope)));
  EXPECT_EQ(proof.envelope.signer, "web1");
  EXPECT_EQ(std::get<agent::host_beacon>(proof.content.what).state, agent::host_state::down);

  const auto chain = journal.verify(keys::sha256);
  ASSERT_TRUE(std::holds_alternative<store::chain_verdict>(chain));
  EXPECT_TRUE(std::get<store::chain_verdict>(chain).whole);
}

}  // namespace
}  // namespace holdover
