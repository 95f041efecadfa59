#include "io/config/site_loader.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdover::config {
namespace {

std::array<std::uint8_t, 32> length_as_hash(std::string_view bytes) {
  return {static_cast<std::uint8_t>(bytes.size() & 0xFF),
          static_cast<std::uint8_t>(bytes.size() >> 8)};
}

constexpr std::string_view small_site = R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "tcp://10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups:
  - { name: main, nut: { host: localhost, ups: u1 } }
outlet_units:
  - name: pdu
    snmp: { host: 10.0.0.9, profile: apc-rpdu, credentials: "file:secrets/pdu" }
    feed: main
    outlets: 3
    names: [{ number: 3, name: lamp, minimum_off: 45s }]
hosts:
  - { name: web, supplies: [{ outlet: pdu.1 }, { outlet: pdu.2 }], needed: 2 }
  - { name: nas, supplies: [{ ups: main }], shutdown_time: 200s, wake_address: "02:00:00:00:00:01" }
stages:
  - { name: first, when: { on_battery_for: 5m, runtime_below: 10m }, shed: [lamp], hosts: [web] }
  - name: last
    when: { runtime_below: 6m }
    shed_hosts: [web]
    hosts: [nas]
    commands: [{ host: nas, action: message, text: Bye }]
)";

class SiteLoader : public testing::Test {
protected:
  site load(std::string_view yaml) {
    auto got = load_site(here_.write("site.yaml", yaml), length_as_hash, warnings_);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<site>(got);
  }

  std::string mistakes(std::string_view yaml) {
    const auto got = load_site(here_.write("site.yaml", yaml), length_as_hash);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : here_.without_path(to_string(*no));
  }

  /// The small site with one text replaced.
  static std::string with(std::string_view old_text, std::string_view new_text) {
    std::string yaml{small_site};
    const auto at = yaml.find(old_text);
    EXPECT_NE(at, std::string::npos) << old_text;
    return yaml.replace(at, old_text.size(), new_text);
  }

  folder here_;
  std::vector<problem> warnings_;
};

TEST_F(SiteLoader, NamesBecomeIndexes) {
  const auto s = load(small_site);
  ASSERT_EQ(s.outlets.size(), 3u);
  EXPECT_EQ(s.outlets[0].name, "pdu.1");
  EXPECT_EQ(s.outlets[2].name, "lamp");
  EXPECT_EQ(s.outlets[2].number, 3u);
  EXPECT_EQ(s.outlets[2].minimum_off, 45s);
  EXPECT_EQ(s.units.at(0).feed, ups_index{0});
  ASSERT_EQ(s.hosts.size(), 2u);
  EXPECT_EQ(s.hosts[0].supplies.at(1).outlet, outlet_index{1});
  EXPECT_EQ(s.hosts[1].supplies.at(0).outlet, std::nullopt);
  EXPECT_EQ(s.hosts[0].stage, stage_index{0});
  EXPECT_EQ(s.hosts[1].stage, stage_index{1});
  EXPECT_EQ(s.stages.at(0).shed, (std::vector<outlet_index>{2}));
  EXPECT_EQ(s.stages.at(1).shed_hosts, (std::vector<host_index>{0}));
  EXPECT_EQ(s.stages.at(1).commands.at(0).host, host_index{1});
  EXPECT_EQ(s.stages.at(1).commands.at(0).text, "Bye");
}

TEST_F(SiteLoader, ASupplyOnAnOutletTakesItsEnergyFromTheUnitsFeed) {
  const auto s = load(with("ups:\n", "ups:\n  - { name: other, simulated: { file: x.dev } }\n"));
  EXPECT_EQ(s.hosts.at(0).supplies.at(0).ups, ups_index{1});
  EXPECT_EQ(s.outlets.at(0).feeds, (std::vector<host_index>{0}));
  EXPECT_TRUE(s.outlets.at(2).feeds.empty());
}

TEST_F(SiteLoader, WhatIsLeftOutHasTheDefaultsOfCore) {
  const auto s = load(small_site);
  EXPECT_EQ(s.revision, 1u);
  EXPECT_FALSE(s.lab);
  EXPECT_EQ(s.votes.time_to_live, vote_config{}.time_to_live);
  EXPECT_EQ(s.observing.fresh_periods, observation_config{}.fresh_periods);
  EXPECT_EQ(s.hosts.at(0).shutdown_time, host_config{}.shutdown_time);
  EXPECT_EQ(s.upses.at(0).independence_group, "main");
  EXPECT_EQ(s.upses.at(0).address.port, 3493);
  EXPECT_EQ(s.units.at(0).address.port, 161);
  EXPECT_EQ(s.units.at(0).address.version, "2c");
}

TEST_F(SiteLoader, AUpsMayBeSeenByFurtherPathsAndAHostMayHoldInADispute) {
  const auto plain = load(small_site);
  EXPECT_TRUE(plain.upses.at(0).paths.empty());
  EXPECT_FALSE(plain.hosts.at(0).holds_in_dispute);
  const auto s =
      load(with("  - { name: main,",
                "  - { name: main, paths: [{ independence_group: usb, simulated: { file: "
                "x.dev } }],"));
  ASSERT_EQ(s.upses.at(0).paths.size(), 1u);
  EXPECT_EQ(s.upses.at(0).paths.at(0).group, "usb");
  EXPECT_EQ(s.upses.at(0).paths.at(0).address.driver, "simulated");
}

TEST_F(SiteLoader, WhatIsGivenReplacesTheDefaults) {
  const auto s = load(std::string{small_site} +
                      "votes: { time_to_live: 12s, period_alert: 2s, period_calm: 6s }\n"
                      "observing: { fresh_periods: 4, blind_periods: 6, late_cancel: 20s,\n"
                      "             silent_supply: as_lost }\n"
                      "restore: { charge_minimum: 30%, stagger: 7s }\n"
                      "revision: 9\n");
  EXPECT_EQ(s.votes.time_to_live, 12s);
  EXPECT_EQ(s.votes.period_calm, 6s);
  EXPECT_EQ(s.observing.fresh_periods, 4u);
  EXPECT_EQ(s.observing.late_cancel, 20s);
  EXPECT_EQ(s.observing.silent_supply, silent_supply_rule::as_lost);
  EXPECT_EQ(s.restore.charge_minimum_percent, 30);
  EXPECT_EQ(s.restore.stagger, 7s);
  EXPECT_EQ(s.revision, 9u);
}

TEST_F(SiteLoader, TheHashIsThatOfTheFilesBytes) {
  EXPECT_EQ(load(small_site).hash, length_as_hash(small_site));
}

TEST_F(SiteLoader, PathsAreMeantFromTheFolderOfTheFile) {
  EXPECT_EQ(load(small_site).units.at(0).address.credentials, "file:" + here_.path("secrets/pdu"));
}

TEST_F(SiteLoader, WarningsDoNotStopASite) {
  load(with(", hosts: [web] }", " }"));
  const auto text = here_.without_path(to_string(warnings_));
  EXPECT_NE(text.find("site.yaml:13:5: warning: \"web\" is in no stage"), std::string::npos)
      << text;
}

TEST_F(SiteLoader, AFileThatIsNotThereIsSaidPlainly) {
  const auto got = load_site(here_.path("none.yaml"), length_as_hash);
  ASSERT_TRUE(std::holds_alternative<std::vector<problem>>(got));
  EXPECT_EQ(here_.without_path(to_string(std::get<std::vector<problem>>(got))),
            "none.yaml: error: cannot be read: No such file or directory\n");
}

TEST_F(SiteLoader, AFolderIsNoFile) {
  const auto got = load_site(here_.path("."), length_as_hash);
  ASSERT_TRUE(std::holds_alternative<std::vector<problem>>(got));
  EXPECT_EQ(std::get<std::vector<problem>>(got).at(0).text, "is a folder; name the file in it");
}

TEST_F(SiteLoader, CoresFindingsPointIntoTheFile) {
  EXPECT_EQ(mistakes(with("shutdown_time: 200s", "shutdown_time: 0s")),
            "site.yaml:14:60: error: is not positive: measure a shutdown, times 1.5 plus 30 s "
            "[hosts[1].shutdown_time]\n"
            "      - { name: nas, supplies: [{ ups: main }], shutdown_time: 0s, "
            "wake_address: \"02:00:00:00:00:01\" }\n"
            "                                                               ^\n");
}

TEST_F(SiteLoader, AnExplicitZeroIsNotTheDefault) {
  const auto text = mistakes(with("needed: 2", "needed: 0"));
  EXPECT_NE(text.find("is 0 of 2 supplies"), std::string::npos) << text;
}

TEST_F(SiteLoader, FloorsAreLowerInALab) {
  const auto fast = std::string{small_site} + "restore: { mains_stable: 1s }\n";
  EXPECT_NE(mistakes(fast).find("restore.mains_stable"), std::string::npos);
  EXPECT_EQ(mistakes("lab: true\n" + fast), "none");
}

TEST_F(SiteLoader, OnlyOutletsMustNameTheirSnmpProfile) {
  const auto text = mistakes(with("profile: apc-rpdu, ", ""));
  EXPECT_NE(text.find("\"profile\" is missing [outlet_units[0].snmp.profile]"), std::string::npos)
      << text;
  EXPECT_EQ(mistakes(with("nut: { host: localhost, ups: u1 }", "snmp: { host: 10.0.0.8 }")),
            "none");
}

TEST_F(SiteLoader, SecretsNeverStandInTheFile) {
  const auto text = mistakes(with("file:secrets/pdu", "private"));
  EXPECT_NE(text.find("must be file:PATH or env:NAME"), std::string::npos) << text;
}

TEST_F(SiteLoader, AMistakeInAListDoesNotMakeItsNamesUnknown) {
  EXPECT_EQ(mistakes(with("{ name: main, nut", "{ nmae: main, nut")),
            "site.yaml:5:7: error: unknown key \"nmae\"; did you mean \"name\"? [ups[0]]\n"
            "      - { nmae: main, nut: { host: localhost, ups: u1 } }\n"
            "          ^\n");
}

// One file with every kind of mistake. What it prints is the tool's face: read it as an operator.
TEST_F(SiteLoader, EveryMistakeOfAFileIsReportedAtOnce) {
  EXPECT_EQ(
      mistakes(R"(site: hq
nodes:
  - { number: 0, name: alpha, control: "10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
ups:
  - name: main
    nut: { host: localhost, ups: u1 }
    snmp: { host: 10.0.0.2, profile: rfc1628 }
    poll: 2
  - name: spare
    pol: 2s
    nut: { host: localhost, ups: u2, port: 70000 }
outlet_units:
  - name: pdu
    feed: mian
    snmp: { host: 10.0.0.9, profile: apc-rdpu }
sensors:
  - { name: door, nut: { host: localhost, ups: u1 }, kind: contcat, channel: x }
hosts:
  - name: web
    supplies: [{ outlet: pdu.7 }]
    shutdown_time: 60s
    shutdown_time: 90s
  - name: nas
    supplies: [{ ups: main, outlet: pdu.1 }]
stages:
  - name: first
    when: { charge_below: 140% }
    hosts: [wbe]
  - name: second
    when: {}
    hosts: nas
)"),
      R"(site.yaml:3:40: error: "10.0.0.1:7400" is no address; write tcp://HOST:PORT, such as tcp://10.0.0.1:7400 or tcp://[fd00::1]:7400 [nodes[0].control]
      - { number: 0, name: alpha, control: "10.0.0.1:7400", events: "tcp://10.0.0.1:7401" }
                                           ^
site.yaml:5:5: error: choose one driver: nut, snmp, simulated, modbus or megatec; given are 2 [ups[0]]
      - name: main
        ^
site.yaml:8:11: error: must be a duration such as 90s, 1m30s, 250ms or 2h, not "2"; a number needs its unit [ups[0].poll]
        poll: 2
              ^
site.yaml:10:5: error: unknown key "pol"; did you mean "poll"? [ups[1]]
        pol: 2s
        ^
site.yaml:11:44: error: 70000 is no port; give 1 to 65535, usual is 3493 [ups[1].nut.port]
        nut: { host: localhost, ups: u2, port: 70000 }
                                               ^
site.yaml:14:11: error: unknown UPS "mian"; did you mean "main"? [outlet_units[0].feed]
        feed: mian
              ^
site.yaml:15:38: error: must be auto, generex-aux, apc-rpdu, apc-rpdu2, apc-spdu, apc-outlet-groups, raritan-px2, raritan-px, raritan-dpx, eaton-epdu, xups, sentry4, sentry3, tripp-lite, cyberpower or gude, not "apc-rdpu"; did you mean "apc-rpdu"? [outlet_units[0].snmp.profile]
        snmp: { host: 10.0.0.9, profile: apc-rdpu }
                                         ^
site.yaml:17:60: error: must be temperature, humidity or contact, not "contcat"; did you mean "contact"? [sensors[0].kind]
      - { name: door, nut: { host: localhost, ups: u1 }, kind: contcat, channel: x }
                                                               ^
site.yaml:20:26: error: unknown outlet "pdu.7"; did you mean "pdu.1"? [hosts[0].supplies[0].outlet]
        supplies: [{ outlet: pdu.7 }]
                             ^
site.yaml:22:5: error: "shutdown_time" is given twice, first in line 21 [hosts[0].shutdown_time]
        shutdown_time: 90s
        ^
site.yaml:24:16: error: choose one: an outlet gets its energy from the unit's feed [hosts[1].supplies[0]]
        supplies: [{ ups: main, outlet: pdu.1 }]
                   ^
site.yaml:27:27: error: must be between 0 and 100 percent, not "140%" [stages[0].when.charge_below]
        when: { charge_below: 140% }
                              ^
site.yaml:28:13: error: unknown host "wbe"; did you mean "web"? [stages[0].hosts[0]]
        hosts: [wbe]
                ^
site.yaml:30:11: error: has no condition: set on_battery_for, runtime_below, charge_below or battery_low [stages[1].when]
        when: {}
              ^
site.yaml:31:12: error: must be a list, even of one: begin each entry with "- " [stages[1].hosts]
        hosts: nas
               ^
)");
}

TEST(SiteFiles, EveryShippedSiteFileLoads) {
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator{std::string{HOLDOVER_ROOT} + "/config/sites"}) {
    std::vector<problem> warnings;
    const auto got = load_site(entry.path().string(), length_as_hash, warnings);
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) ADD_FAILURE() << to_string(*no);
    std::erase_if(warnings,
                  [](const problem& one) { return one.how == site_problem::weight::note; });
    // A machine that is the only one to watch cannot be started by anybody: the examples say so.
    const auto nobody_starts_it = std::erase_if(warnings, [&](const problem& one) {
      return entry.path().filename().string().starts_with("local-")
             && one.text.find("nobody can start it again") != std::string::npos;
    });
    EXPECT_LE(nobody_starts_it, 1u) << entry.path();
    EXPECT_EQ(to_string(warnings), "");
    names.insert(entry.path().filename().string());
  }
  EXPECT_TRUE(names.contains("demo.yaml"));
  EXPECT_TRUE(names.contains("example-three-nodes.yaml"));
}

TEST(SiteFiles, TheDemoIsALabThatShedsThePrinterFirstAndStopsTheStorageLast) {
  const auto got =
      load_site(std::string{HOLDOVER_ROOT} + "/config/sites/demo.yaml", length_as_hash);
  ASSERT_TRUE(std::holds_alternative<site>(got));
  const auto& s = std::get<site>(got);
  EXPECT_TRUE(s.lab);
  EXPECT_EQ(s.nodes.size(), 3u);
  ASSERT_EQ(s.stages.size(), 4u);
  EXPECT_EQ(s.outlets.at(s.stages[0].shed.at(0)).name, "printer");
  EXPECT_EQ(s.hosts.at(s.stages[3].hosts.at(0)).name, "nas1");
  EXPECT_EQ(s.hosts.at(s.stages[3].hosts.at(0)).supplies.at(0).outlet, std::nullopt);
}

}  // namespace
}  // namespace holdover::config
