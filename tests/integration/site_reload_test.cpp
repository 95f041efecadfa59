// A changed site file, taken over by real nodes while the site is on battery.

#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::site_lab;
using support::site_layout;
using ::testing::HasSubstr;

class SiteReload : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    site_layout layout;
    layout.clients = "30m";
    lab = std::make_unique<site_lab>(layout);
    lab->start();
  }

  void on_battery() {
    lab->ups().set("battery.charge", "90");
    lab->ups().set("battery.runtime", "400");
    lab->ups().set("ups.status", "OB DISCHRG");
  }
  /// The site file with one text replaced, told to every node.
  void change(const std::string& old_text, const std::string& new_text) {
    std::ifstream file{lab->folder() / "site.yaml"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto at = text.find(old_text);
    ASSERT_NE(at, std::string::npos) << old_text;
    text.replace(at, old_text.size(), new_text);
    lab->folder().write("site.yaml", text);
    for (const auto* node : site_lab::node_names)
      lab->tell_node(node, SIGHUP);
  }
  duration on_battery_for(const std::string& node) {
    const auto seen = lab->status(node);
    return seen && !seen->policy.upses.empty() ? seen->policy.upses[0].confirmed_on_battery : 0ms;
  }
  bool every_node_follows(std::uint64_t revision) {
    return site_lab::eventually([&] {
      for (const auto* node : site_lab::node_names) {
        const auto seen = lab->status(node);
        if (!seen || seen->policy.policy_revision != revision) return false;
      }
      return true;
    });
  }

  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteReload, AShorterStageActsOnTheTimeThatHasPassedBefore) {
  on_battery();
  ASSERT_TRUE(site_lab::eventually([&] { return on_battery_for("gamma") >= 5s; })) << lab->story();
  EXPECT_TRUE(lab->agent_runs("web1"));
  change("site: lab\n", "site: lab\nrevision: 2\n");
  ASSERT_TRUE(every_node_follows(2)) << lab->story();
  for (const auto* node : site_lab::node_names)
    EXPECT_GE(on_battery_for(node), 5s) << node;
  EXPECT_FALSE(lab->tap().heard({"-> committed"})) << lab->story();

  change("{on_battery_for: 30m", "{on_battery_for: 4s");
  EXPECT_TRUE(lab->tap().hears({"host web1", "-> down"}, 20s)) << lab->story();
  EXPECT_TRUE(lab->agent_runs("db1")) << "its stage is as before";
  EXPECT_EQ(lab->crashes("web1"), 0);
  EXPECT_TRUE(lab->tap().hears({"outlet ss4.2: off"}, 20s)) << lab->story();

  lab->ups().set("battery.runtime", "500");
  lab->ups().set("ups.status", "OL CHRG");
  EXPECT_TRUE(site_lab::eventually([&] { return lab->boots("web1") == 2; })) << lab->story();
}

TEST_F(SiteReload, AFileThatDoesNotCheckIsRefusedWholeAndTheOldOneGoesOn) {
  change("supplies: [{outlet: ss4.2}]", "supplies: [{outlet: ss4.9}]");
  for (const auto* node : site_lab::node_names)
    EXPECT_TRUE(site_lab::eventually([&] {
      return lab->log(node).find("the old one goes on") != std::string::npos;
    })) << node;
  EXPECT_THAT(lab->log("alpha"), HasSubstr("unknown outlet \"ss4.9\""));

  on_battery();
  EXPECT_TRUE(lab->tap().hears({"outlet printer: off"}, 20s)) << lab->story();
  for (const auto* node : site_lab::node_names)
    EXPECT_TRUE(lab->node_runs(node)) << node;
}

TEST_F(SiteReload, OtherNodesTakeARestart) {
  change("name: gamma", "name: delta");
  EXPECT_TRUE(site_lab::eventually(
      [&] { return lab->log("alpha").find("the old one goes on") != std::string::npos; }));
  EXPECT_TRUE(lab->node_runs("alpha"));
}

}  // namespace
}  // namespace holdover
