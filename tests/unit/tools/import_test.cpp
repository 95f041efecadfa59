#include "tools/holdover/import.hpp"

#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::tool {
namespace {

/// What the site file says, once it is loaded; a failure if it has an error.
class Import : public testing::Test {
protected:
  site site_of(const imported& from, const std::string& host = "web1") {
    EXPECT_EQ(from.mistakes, std::vector<std::string>{});
    yaml_ = to_yaml(from, host);
    auto loaded = config::load_site(here_.write("site.yaml", yaml_), [](std::string_view) {
      return std::array<std::uint8_t, 32>{};
    });
    if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded)) {
      ADD_FAILURE() << config::to_string(*bad) << yaml_;
      return {};
    }
    return std::get<site>(loaded);
  }

  static bool noted(const imported& from, std::string_view text) {
    return std::any_of(from.notes.begin(), from.notes.end(),
                       [&](const auto& note) { return note.find(text) != std::string::npos; });
  }

  config::folder here_;
  std::string yaml_;
};

// As Debian ships it, with one UPS at home and one at the rack's server.
constexpr std::string_view upsmon = R"(# Network UPS Tools: example upsmon configuration
MONITOR powerbox@localhost 1 monuser "pass # word" primary
MONITOR rack\-a@10.0.0.5:3500 1 monuser pass secondary
MONITOR office@[fd00::7] 0 monuser pass secondary   # only watched
MINSUPPLIES 1
SHUTDOWNCMD "/sbin/shutdown -h +0"
NOTIFYCMD /sbin/upssched
POLLFREQ 5
POLLFREQALERT 3
HOSTSYNC 15
DEADTIME 15
POWERDOWNFLAG /etc/killpower
NOTIFYMSG ONBATT "UPS %s: on battery"
NOTIFYMSG ONLINE "UPS %s: on line"
NOTIFYFLAG ONBATT SYSLOG+WALL
RBWARNTIME 43200
NOCOMMWARNTIME 300
FINALDELAY 5
NEWTHING 7
)";

TEST_F(Import, AMonitorLineBecomesAUpsAndItsPowerValueSupplies) {
  const auto s = site_of(import_upsmon(upsmon));
  ASSERT_EQ(s.upses.size(), 2u);
  EXPECT_EQ(s.upses[0].name, "powerbox");
  EXPECT_EQ(s.upses[0].address.host, "localhost");
  EXPECT_EQ(s.upses[1].address.host, "10.0.0.5");
  EXPECT_EQ(s.upses[1].address.port, 3500);
  EXPECT_EQ(s.upses[1].address.unit, "rack-a");
  ASSERT_EQ(s.hosts.size(), 1u);
  EXPECT_EQ(s.hosts[0].name, "web1");
  EXPECT_EQ(s.hosts[0].supplies.size(), 2u);
  EXPECT_EQ(s.hosts[0].needed, 1u);
}

TEST_F(Import, PeriodsAndTheFinalDelayAreTakenOver) {
  const auto s = site_of(import_upsmon(upsmon));
  EXPECT_EQ(s.upses[0].poll_period, 5s);
  EXPECT_EQ(s.upses[0].alert_poll_period, 3s);
  EXPECT_EQ(s.hosts[0].hold, 5s);
}

TEST_F(Import, UpsmonActsOnBatteryLow) {
  const auto s = site_of(import_upsmon(upsmon));
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_TRUE(s.stages[0].when.battery_low);
  EXPECT_EQ(s.stages[0].when.runtime_below, 150s);
}

TEST_F(Import, WhatHasNoEquivalentIsSaidOnceAndSecretsAreNotCopied) {
  const auto from = import_upsmon(upsmon);
  for (const auto* what : {"SHUTDOWNCMD", "/sbin/shutdown -h +0", "NOTIFYCMD", "HOSTSYNC",
                           "DEADTIME", "POWERDOWNFLAG", "NOTIFYMSG", "NOTIFYFLAG", "RBWARNTIME",
                           "NOCOMMWARNTIME", "NEWTHING", "office@[fd00::7]", "secondary"})
    EXPECT_TRUE(noted(from, what)) << what;
  site_of(from);
  EXPECT_EQ(std::count_if(from.notes.begin(), from.notes.end(),
                          [](const auto& note) { return note.starts_with("NOTIFYMSG"); }),
            1);
  EXPECT_EQ(yaml_.find("pass # word"), std::string::npos);
  EXPECT_EQ(yaml_.find("monuser"), std::string::npos);
}

TEST_F(Import, APowerValueOfTwoIsTwoSuppliesAndTooManyNeededAreCutDown) {
  const auto from = import_upsmon("MONITOR a@h 2 u p master\nMINSUPPLIES 5\n");
  const auto s = site_of(from);
  EXPECT_EQ(s.hosts[0].supplies.size(), 2u);
  EXPECT_EQ(s.hosts[0].needed, 2u);
  EXPECT_TRUE(noted(from, "MINSUPPLIES was 5"));
}

TEST_F(Import, UpsesOfOneNameAndAHostOfThatNameStayApart) {
  const auto s =
      site_of(import_upsmon("MONITOR ups@left 1 u p master\nMONITOR ups@right 1 u p "
                            "master\nMONITOR web1@left 1 u p master\n"));
  EXPECT_EQ(s.upses[0].name, "ups-left");
  EXPECT_EQ(s.upses[1].name, "ups-right");
  EXPECT_EQ(s.upses[2].name, "web1-2");
}

TEST_F(Import, AMonitorLineThatIsWrongStopsIt) {
  EXPECT_FALSE(import_upsmon("MONITOR a@h one u p master\n").mistakes.empty());
  EXPECT_FALSE(import_upsmon("MONITOR a@h:99999 1 u p master\n").mistakes.empty());
  EXPECT_FALSE(import_upsmon("MONITOR @h 1 u p master\n").mistakes.empty());
  EXPECT_FALSE(import_upsmon("POLLFREQ 5\n").mistakes.empty());
}

constexpr std::string_view apcupsd = R"(## apcupsd.conf v1.1 ##
UPSNAME rackups
UPSCABLE usb
UPSTYPE usb
DEVICE
POLLTIME 60
LOCKFILE /var/lock
ONBATTERYDELAY 6
BATTERYLEVEL 5
MINUTES 3
TIMEOUT 0
ANNOY 300
ANNOYDELAY 60
NOLOGON disable
KILLDELAY 0
NETSERVER on
NISIP 127.0.0.1
NISPORT 3551
UPSCLASS standalone
UPSMODE disable
SELFTEST 336
)";

TEST_F(Import, TheThreeLimitsOfApcupsdBecomeTriggers) {
  const auto s = site_of(import_apcupsd(apcupsd));
  const auto& when = s.stages.at(0).when;
  EXPECT_EQ(when.runtime_below, 3min);
  EXPECT_EQ(when.charge_below_percent, 5);
  EXPECT_EQ(when.on_battery_for, std::nullopt);
  EXPECT_EQ(site_of(import_apcupsd("UPSTYPE usb\nTIMEOUT 90\n")).stages.at(0).when.on_battery_for,
            90s);
}

TEST_F(Import, AUsbLineNeedsANutServerAndSaysWhichDriver) {
  const auto from = import_apcupsd(apcupsd);
  const auto s = site_of(from);
  EXPECT_EQ(s.upses.at(0).address.driver, "nut");
  EXPECT_EQ(s.upses.at(0).address.unit, "rackups");
  EXPECT_TRUE(noted(from, "usbhid-ups"));
  EXPECT_TRUE(noted(from, "KILLDELAY"));
  EXPECT_TRUE(noted(from, "ONBATTERYDELAY"));
  EXPECT_FALSE(noted(from, "UPSMODE"));
}

TEST_F(Import, ACardIsReadByTheStandardAndItsCommunityStaysOut) {
  const auto from = import_apcupsd("UPSTYPE snmp\nDEVICE 10.0.0.8:1161:APC:hush\nMINUTES 10\n");
  const auto s = site_of(from);
  EXPECT_EQ(s.upses.at(0).address.driver, "snmp");
  EXPECT_EQ(s.upses.at(0).address.host, "10.0.0.8");
  EXPECT_EQ(s.upses.at(0).address.port, 1161);
  EXPECT_TRUE(noted(from, "community"));
  EXPECT_EQ(yaml_.find("hush"), std::string::npos);
}

TEST_F(Import, MinutesThatAShutdownDoesNotFitIntoAreRaised) {
  const auto from = import_apcupsd("UPSTYPE usb\nMINUTES 1\n");
  EXPECT_EQ(site_of(from).stages.at(0).when.runtime_below, 150s);
  EXPECT_TRUE(noted(from, "MINUTES was 1"));
}

TEST_F(Import, AFileOfSomethingElseIsRefused) {
  EXPECT_FALSE(import_apcupsd("hello world\n").mistakes.empty());
  EXPECT_FALSE(import_apcupsd("UPSTYPE snmp\n").mistakes.empty());
  EXPECT_FALSE(import_apcupsd("UPSTYPE snmp\nDEVICE h:port:RFC\n").mistakes.empty());
}

TEST_F(Import, TheFileIsWrittenOnceAndNamedIfItIsThere) {
  const auto conf = here_.write("upsmon.conf", upsmon);
  const auto out = here_.path("new.yaml");
  testing::internal::CaptureStdout();
  EXPECT_EQ(import_file(conf, "web1", out), exit_status::fine);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("written"), std::string::npos);
  testing::internal::CaptureStderr();
  EXPECT_EQ(import_file(conf, "web1", out), exit_status::usage);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("exists already"), std::string::npos);
}

TEST_F(Import, WordsObeyQuotesBackslashesAndComments) {
  EXPECT_EQ(words_of("  A \"b c\" d\\ e \"\" # f"),
            (std::vector<std::string>{"A", "b c", "d e", ""}));
  EXPECT_EQ(words_of("# only"), std::vector<std::string>{});
}

}  // namespace
}  // namespace holdover::tool
