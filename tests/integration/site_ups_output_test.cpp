// The output of a UPS, switched by the votes of real nodes at a simulated card with a battery of
// its own: by an order of an operator, and to start a host again that went down in an outage.

#include "tests/support/shared_folder.hpp"
#include "tests/support/site_lab.hpp"
#include "tests/support/udp_port.hpp"
#include "tools/holdover/ups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace holdover {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using support::process;
using support::site_lab;
using testing::HasSubstr;
using testing::Not;
using tool::exit_status;

fs::path simulator() {
  return support::shared_folder() / "devices" / "scenarios" / "rfc1628_sim.py";
}

/// nas1 hangs on the output of "main"; nothing that the site knows hangs on "spare".
class SiteUpsOutput : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    if (!fs::exists(simulator()))
      GTEST_SKIP() << "no simulated card; set HOLDOVER_SHARED to the folder that holds devices/";
    lab = std::make_unique<site_lab>();
    auto text = support::read_file(lab->folder() / "site.yaml");
    const auto rules = text.substr(text.find("restore:"));
    text.erase(text.find("ups:"));
    text += "ups:\n";
    for (const std::string name : {"main", "spare"})
      text += "  - {name: " + name + ", snmp: {host: 127.0.0.1, port: " + std::to_string(card(name))
              + ", profile: rfc1628, credentials: \"file:community\"}, poll: 300ms, "
                "alert_poll: 200ms}\n";
    text += "outlet_units:\n";
    for (const std::string name : {"main", "spare"})
      text += "  - {name: " + name + "-output, ups_output: {ups: " + name
              + ", off_delay: 1s}, poll: 300ms, names: [{number: 1, minimum_off: 1s}]}\n";
    text +=
        "hosts:\n  - {name: nas1, supplies: [{outlet: main-output.1}], shutdown_time: 3s, "
        "boot_time: 3s, power_off_delay: 1s, hold: 500ms}\n"
        "stages:\n  - {name: all, when: {on_battery_for: 1s, runtime_below: 30s}, hosts: "
        "[nas1]}\n";
    lab->folder().write("site.yaml", text + rules);
    lab->feed("nas1", [live = state("main") + ".live"] {
      return support::read_file(live).find("\"powered\": true") != std::string::npos;
    });
  }

  std::uint16_t card(const std::string& name) {
    const auto port = support::free_udp_port();
    cards[name] = process({"/usr/bin/python3", simulator(), "serve", "--port", std::to_string(port),
                           "--state", state(name), "--ro", "reading", "--rw", "writing"},
                          {"PYTHONDONTWRITEBYTECODE=1"}, lab->folder() / (name + ".log"));
    return port;
  }
  std::string state(const std::string& name) const { return lab->folder() / (name + ".json"); }
  void mains(bool are_there) {
    process set({"/usr/bin/python3", simulator(), "set", state("main"),
                 are_there ? "mains=true" : "mains=false"},
                {}, lab->folder() / "set");
    ASSERT_TRUE(site_lab::eventually([&] { return !set.running(); }));
  }
  exit_status tell(const std::string& ups, const std::string& word,
                   std::optional<std::chrono::milliseconds> lasts = {}) const {
    return tool::send_ups_order(lab->access("oper"), {ups, word, "maintenance", "", lasts}, 3s);
  }
  const policy::outlet_status* outlet(const node_status& status, const std::string& name) const {
    for (const auto& one : status.policy.outlets)
      if (one.name == name) return &one;
    return nullptr;
  }
  bool is(const std::string& name, power::outlet_state wanted, const std::string& node = "alpha") {
    const auto status = lab->status(node);
    const auto* found = status ? outlet(*status, name) : nullptr;
    return found != nullptr && found->state == wanted;
  }
  bool runs(const std::string& host) const {
    const auto seen = lab->host_seen_by("alpha", host);
    return seen && seen->state == "running";
  }
  /// What the card says that it was told and did.
  std::string told(const std::string& name) const {
    return support::read_file(lab->folder() / (name + ".log"));
  }
  bool all_see(const std::string& name, power::outlet_state wanted) {
    return std::ranges::all_of(site_lab::node_names,
                               [&](const auto* node) { return is(name, wanted, node); });
  }
  /// Replaces the first of these words after a mark.
  void in_site_file(const std::string& mark, const std::string& words, const std::string& other) {
    auto text = support::read_file(lab->folder() / "site.yaml");
    const auto at = text.find(words, text.find(mark));
    ASSERT_NE(at, std::string::npos);
    lab->folder().write("site.yaml", text.replace(at, words.size(), other));
  }
  bool wishes_off(const std::string& name) {
    const auto status = lab->status("alpha");
    const auto* found = status ? outlet(*status, name) : nullptr;
    return found != nullptr && found->wanted == vote::outlet_wish::off;
  }

  std::unique_ptr<site_lab> lab;
  std::map<std::string, process> cards;
};

using power::outlet_state;

TEST_F(SiteUpsOutput, OneNodeOfThreeDoesNothingAndTwoDoIt) {
  lab->start_only({"alpha"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::on); }));
  EXPECT_EQ(tell("spare", "shutdown", 5s), exit_status::failed);  // Two know nothing of it.
  // It wishes it, and votes for it until the order has ended by itself.
  ASSERT_TRUE(site_lab::eventually([&] { return wishes_off("spare-output.1"); })) << lab->story();
  ASSERT_TRUE(site_lab::eventually([&] { return !wishes_off("spare-output.1"); })) << lab->story();
  EXPECT_TRUE(is("spare-output.1", outlet_state::on));
  EXPECT_FALSE(lab->tap().heard({"spare-output.1", "intent"})) << lab->story();
  EXPECT_THAT(told("spare"), Not(HasSubstr("SET")));

  lab->start_node("beta");
  ASSERT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::on, "beta"); }));
  EXPECT_EQ(tell("spare", "reboot", 6s), exit_status::failed);  // gamma knows nothing of it.
  EXPECT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::off); }))
      << lab->story();
  EXPECT_TRUE(lab->tap().hears({"spare-output.1", "confirmed", "off"})) << lab->story();
  EXPECT_THAT(told("spare"), HasSubstr("shutdown executed"));
  EXPECT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::on); }, 40s))
      << lab->story();
  EXPECT_TRUE(lab->tap().hears({"spare-output.1", "confirmed", "on"})) << lab->story();
  EXPECT_THAT(told("spare"), HasSubstr("startup executed"));
}

TEST_F(SiteUpsOutput, AnOrderThatIsWithdrawnEndsEarlier) {
  lab->start_only({"alpha", "beta", "gamma"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return all_see("spare-output.1", outlet_state::on); }));
  EXPECT_EQ(tell("spare", "shutdown", 10min), exit_status::fine) << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::off); }))
      << lab->story();
  EXPECT_EQ(tell("spare", "startup"), exit_status::fine) << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] { return is("spare-output.1", outlet_state::on); }, 40s))
      << lab->story();
}

TEST_F(SiteUpsOutput, ACountdownIsCalledOffWhenItsOrderIsWithdrawn) {
  in_site_file("spare-output", "off_delay: 1s", "off_delay: 8s");
  lab->start_only({"alpha", "beta", "gamma"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return all_see("spare-output.1", outlet_state::on); }));
  EXPECT_EQ(tell("spare", "shutdown", 10min), exit_status::fine) << lab->story();
  ASSERT_TRUE(site_lab::eventually([&] {
    return told("spare").find("SET sd = 8") != std::string::npos;
  })) << lab->story();
  EXPECT_EQ(tell("spare", "startup"), exit_status::fine) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"spare-output.1", "confirmed", "called off"}, 40s)) << lab->story();
  EXPECT_TRUE(is("spare-output.1", outlet_state::on));
  EXPECT_THAT(told("spare"), HasSubstr("SET sd = -1"));
  EXPECT_THAT(told("spare"), Not(HasSubstr("executed")));
}

TEST_F(SiteUpsOutput, ACardThatRefusesIsReportedAndTheOutputStaysOn) {
  in_site_file("name: spare", "file:community", "file:read-only");
  lab->folder().write("read-only", "reading\nreading\n", 0600);
  lab->start_only({"alpha", "beta", "gamma"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return all_see("spare-output.1", outlet_state::on); }));
  EXPECT_EQ(tell("spare", "shutdown", 60s), exit_status::fine) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"spare-output.1", "unconfirmed", "write access"}, 40s))
      << lab->story();
  EXPECT_TRUE(is("spare-output.1", outlet_state::on));
  EXPECT_THAT(told("spare"), Not(HasSubstr("SET")));
}

TEST_F(SiteUpsOutput, AnOrderIsRefusedWhileAHostHangsOnIt) {
  lab->start_only({"alpha", "beta", "gamma"}, {"nas1"});
  ASSERT_TRUE(site_lab::eventually([&] {
    return runs("nas1") && is("main-output.1", outlet_state::on);
  })) << lab->story();
  EXPECT_EQ(tell("main", "shutdown", 10s), exit_status::refused);
  EXPECT_FALSE(lab->tap().heard({"main-output.1", "intent"})) << lab->story();
  EXPECT_THAT(told("main"), Not(HasSubstr("SET")));
  EXPECT_EQ(tell("main", "shutdown"), exit_status::usage);
  EXPECT_EQ(tell("spare", "startup", 5s), exit_status::usage);
}

TEST_F(SiteUpsOutput, AHostThatWentDownOnItIsStartedAgainByItsOutput) {
  lab->start_only({"alpha", "beta", "gamma"}, {"nas1"});
  ASSERT_TRUE(site_lab::eventually([&] {
    return runs("nas1") && is("main-output.1", outlet_state::on);
  })) << lab->story();
  mains(false);
  ASSERT_TRUE(lab->tap().hears({"host nas1", "-> down"})) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"main-output.1", "intent off"})) << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] { return is("main-output.1", outlet_state::off); }))
      << lab->story();
  mains(true);
  EXPECT_TRUE(site_lab::eventually([&] { return is("main-output.1", outlet_state::on); }, 40s))
      << lab->story();
  EXPECT_TRUE(lab->tap().hears({"host nas1", "booting"})) << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] { return runs("nas1"); })) << lab->story();
  EXPECT_EQ(lab->boots("nas1"), 2);
  EXPECT_EQ(lab->crashes("nas1"), 0);
  EXPECT_THAT(told("main"), HasSubstr("shutdown executed"));
}

// The same at a real upsd, whose driver the test is.
TEST(SiteNutOutput, AHostThatWentDownOnItIsStartedAgainByInstantCommands) {
  if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
  site_lab lab;
  auto& ups = lab.ups();
  ups.add_commands({"shutdown.return", "shutdown.stop", "load.on"});
  auto text = support::read_file(lab.folder() / "site.yaml");
  const auto rules = text.substr(text.find("restore:"));
  text.erase(text.find("ups:"));
  lab.folder().write("upsd-user", "admin:secret\n", 0600);
  lab.folder().write(
      "site.yaml",
      text + "ups:\n  - {name: main, nut: {host: 127.0.0.1, port: "
          + std::to_string(lab.nut().port())
          + ", ups: main, credentials: \"file:upsd-user\"}, poll: 250ms, alert_poll: 150ms}\n"
            "outlet_units:\n  - {name: main-output, ups_output: {ups: main}, poll: 300ms, "
            "names: [{number: 1, minimum_off: 1s}]}\n"
            "hosts:\n  - {name: nas1, supplies: [{outlet: main-output.1}], shutdown_time: 3s, "
            "boot_time: 3s, power_off_delay: 1s, hold: 500ms}\n"
            "stages:\n  - {name: all, when: {on_battery_for: 1s, runtime_below: 30s}, hosts: "
            "[nas1]}\n"
          + rules);
  lab.feed("nas1",
           [&] { return ups.get("ups.status").value_or("OFF").find("OFF") == std::string::npos; });
  const auto was_told = [&](const std::string& command) {
    return site_lab::eventually([&] {
      const auto told = ups.commands();
      return std::ranges::find(told, command) != told.end();
    });
  };
  lab.start_only({"alpha", "beta", "gamma"}, {"nas1"});
  const auto runs = [&] {
    const auto seen = lab.host_seen_by("alpha", "nas1");
    return seen && seen->state == "running";
  };
  ASSERT_TRUE(site_lab::eventually(runs)) << lab.story() << lab.log("alpha");
  ups.set("ups.status", "OB DISCHRG");
  ASSERT_TRUE(lab.tap().hears({"host nas1", "-> down"})) << lab.story();
  ASSERT_TRUE(was_told("shutdown.return")) << lab.story();
  ups.set("ups.status", "OB OFF");
  EXPECT_TRUE(lab.tap().hears({"main-output.1", "confirmed", "off"})) << lab.story();
  EXPECT_THAT(ups.commands(), Not(testing::Contains("load.on")));
  ups.set("ups.status", "OL OFF");
  ASSERT_TRUE(was_told("load.on")) << lab.story();
  ups.set("ups.status", "OL");
  EXPECT_TRUE(lab.tap().hears({"main-output.1", "confirmed", "on"})) << lab.story();
  EXPECT_TRUE(site_lab::eventually(runs)) << lab.story();
  EXPECT_EQ(lab.boots("nas1"), 2);
  EXPECT_EQ(lab.crashes("nas1"), 0);
}

}  // namespace
}  // namespace holdover
