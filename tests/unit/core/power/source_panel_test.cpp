// What several paths to one UPS come to: majority, dispute, and who loses his voice (O5, X11).

#include "core/power/source_panel.hpp"

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::power {
namespace {

using groups = std::vector<std::string>;
using test::ups_on_battery;
using test::ups_online;

ups_config seen_by(const groups& further) {
  ups_config ups;
  ups.name = "main";
  ups.poll_period = 1s;
  ups.independence_group = "card";
  for (const auto& group : further)
    ups.paths.push_back({group, {}});
  return ups;
}

observation emptier(duration by, double charge = 60) {
  return ups_on_battery(10min - by, charge - static_cast<double>(by / 6s));
}

/// Started long ago: every path has had its chance.
struct SourcePanel : testing::Test {
  source_panel of(const groups& further) {
    return source_panel{seen_by(further), {}, time_point{0s}};
  }
  observation says(source_panel& panel, std::uint32_t path, const observation& what) {
    return panel.observe(path, what, 0s, now).what;
  }

  time_point now{1000s};
};

TEST_F(SourcePanel, AsSeenByOnePathAnObservationPassesUnchanged) {
  auto panel = of({});
  const auto seen = ups_on_battery(3min, 42);
  const auto found = panel.observe(0, seen, 700ms, now);
  EXPECT_EQ(found.what, seen);
  EXPECT_EQ(found.age, 700ms);
  EXPECT_TRUE(panel.single());
}

TEST_F(SourcePanel, TwoPathsOfOneGroupHaveOneVoiceTheNewest) {
  auto panel = of({"card"});
  says(panel, 0, ups_on_battery());
  now += 1s;
  EXPECT_EQ(says(panel, 1, ups_online()).state, belief::online);
  EXPECT_TRUE(panel.dissent().empty());
}

TEST_F(SourcePanel, TwoGroupsOfOneMindGiveTheWorseNumbers) {
  auto panel = of({"usb"});
  says(panel, 0, ups_on_battery(10min, 50));
  const auto both = says(panel, 1, ups_on_battery(8min, 60));
  EXPECT_EQ(both.state, belief::on_battery);
  EXPECT_FALSE(both.disputed);
  EXPECT_EQ(both.runtime_left, 8min);
  EXPECT_EQ(both.charge_percent, 50);
}

TEST_F(SourcePanel, TheMajorityOfThreeIsBelievedAndTheThirdIsNamed) {
  auto panel = of({"usb", "relay"});
  says(panel, 0, ups_online());
  says(panel, 1, ups_online());
  const auto most = says(panel, 2, ups_on_battery(20s));
  EXPECT_EQ(most.state, belief::online);
  EXPECT_FALSE(most.disputed);
  EXPECT_EQ(panel.dissent(), groups{"relay"});
}

TEST_F(SourcePanel, OfThreeNumbersTheMiddleOneCounts) {
  auto panel = of({"usb", "relay"});
  says(panel, 0, ups_on_battery(20s));
  says(panel, 1, ups_on_battery(9min));
  EXPECT_EQ(says(panel, 2, ups_on_battery(8min)).runtime_left, 8min);
}

TEST_F(SourcePanel, TwoThatContradictEachOtherAreADisputeWhoeverSpeaksLast) {
  auto panel = of({"usb"});
  says(panel, 0, ups_on_battery());
  EXPECT_TRUE(says(panel, 1, ups_online()).disputed);
  now += 1s;
  const auto again = says(panel, 0, ups_on_battery());
  EXPECT_EQ(again.state, belief::on_battery);
  EXPECT_TRUE(again.disputed);
  EXPECT_EQ(panel.voices(), groups{"card"});
  EXPECT_EQ(panel.dissent(), groups{"usb"});
}

TEST_F(SourcePanel, ASilentGroupLosesItsVoiceAndTheOtherIsUsed) {
  auto panel = of({"usb"});
  says(panel, 1, ups_online());
  now += 4s;  // Three periods, and one more.
  const auto alone = says(panel, 0, ups_on_battery());
  EXPECT_EQ(alone.state, belief::on_battery);
  EXPECT_FALSE(alone.disputed);
  now += 28s;
  EXPECT_EQ(panel.silent(now), groups{"usb"});
}

TEST_F(SourcePanel, ABatteryThatGetsEmptierIsSeen) {
  auto panel = of({"usb"});
  for (duration gone = 0s; gone <= 12s; gone += 1s, now += 1s) {
    says(panel, 1, ups_online());
    const auto seen = says(panel, 0, emptier(gone));
    EXPECT_TRUE(seen.disputed);
    EXPECT_EQ(seen.discharging, gone >= 6s) << gone.count();
  }
}

TEST_F(SourcePanel, WhatGotEmptierBeforeTheContradictionShowsNothing) {
  auto panel = of({"usb"});
  duration gone = 0s;
  for (; gone <= 20s; gone += 1s, now += 1s) {
    says(panel, 0, emptier(gone));
    says(panel, 1, emptier(gone));
  }
  says(panel, 0, ups_online());
  const auto late = says(panel, 1, emptier(gone));
  EXPECT_TRUE(late.disputed);
  EXPECT_FALSE(late.discharging) << "mains may have come back";
  now += 1s;
  says(panel, 0, ups_online());
  EXPECT_TRUE(says(panel, 1, emptier(gone + 12s)).discharging) << "they have not";
}

TEST_F(SourcePanel, APathThatFlapsDoesNotHideThatTheBatteryGetsEmptier) {
  auto panel = of({"usb"});
  for (duration gone = 0s; gone <= 20s; gone += 1s, now += 1s) {
    const bool lies = gone / 1s % 2 == 0;
    says(panel, 1, lies ? ups_online() : emptier(gone));
    const auto seen = says(panel, 0, emptier(gone));
    EXPECT_EQ(seen.disputed, lies);
    EXPECT_TRUE(seen.discharging || gone < 8s) << gone.count();
  }
}

TEST_F(SourcePanel, WhoIsBelievedAtLastWasRightFromTheBeginning) {
  auto panel = of({"usb"});
  const auto mains_back = now;
  const auto told = [&](std::uint32_t path, const observation& what) {
    return panel.observe(path, what, 0s, now).carries_since;
  };
  for (int second = 0; second < 10; ++second, now += 1s)
    EXPECT_EQ(told(0, ups_online()), mains_back);
  EXPECT_EQ(told(1, ups_on_battery()), std::nullopt);
  now += 1s;
  EXPECT_EQ(told(1, ups_online()), now) << "both are believed, and one has just come round";
}

TEST_F(SourcePanel, AFlagAloneIsNoDischarge) {
  auto panel = of({"usb"});
  for (int second = 0; second < 40; ++second, now += 1s) {
    says(panel, 1, ups_online());
    EXPECT_FALSE(says(panel, 0, ups_on_battery(30min, 100)).discharging);
  }
}

TEST_F(SourcePanel, ARuntimeThatIsOnlyNoisyIsNoDischarge) {
  auto panel = of({"usb"});
  auto noisy = ups_on_battery();
  noisy.charge_percent.reset();
  for (int second = 0; second < 40; ++second, now += 1s) {
    says(panel, 1, ups_online());
    noisy.runtime_left = 30min - (second % 7) * 40s;
    EXPECT_FALSE(says(panel, 0, noisy).discharging);
  }
}

TEST_F(SourcePanel, ASideOnBatteryThatStandsStillIsRefutedByOneThatMoves) {
  auto panel = of({"usb"});
  const auto stuck = ups_on_battery(2min, 40);  // 3 s for each per cent.
  for (int second = 0; second < 59; ++second, now += 1s) {
    says(panel, 1, ups_online(30min + second * 1s));
    EXPECT_TRUE(says(panel, 0, stuck).disputed) << second;
  }
  now += 3s;
  says(panel, 1, ups_online(31min));
  const auto seen = says(panel, 0, stuck);
  EXPECT_EQ(seen.state, belief::online);
  EXPECT_EQ(panel.dissent(), groups{"card"});
}

TEST_F(SourcePanel, AnIdleBatteryOnMainsRefutesNobodyAndIsRefutedByNobody) {
  auto panel = of({"usb"});
  for (int second = 0; second < 200; ++second, now += 1s) {
    says(panel, 1, ups_online());
    EXPECT_TRUE(says(panel, 0, emptier(second * 1s)).disputed);
  }
}

TEST_F(SourcePanel, OffBesideOneThatCarriesIsNotBelieved) {
  auto panel = of({"usb"});
  says(panel, 1, ups_online());
  auto off = ups_online();
  off.state = belief::off;
  const auto seen = says(panel, 0, off);
  EXPECT_EQ(seen.state, belief::online);
  EXPECT_EQ(panel.dissent(), groups{"card"});
}

TEST_F(SourcePanel, UntilAllHadTheirTimeToBeHeardALoneWordIsDisputed) {
  source_panel panel{seen_by({"usb"}), {}, now};
  EXPECT_TRUE(says(panel, 0, ups_on_battery()).disputed);
  EXPECT_FALSE(says(panel, 1, ups_on_battery()).disputed);
}

TEST_F(SourcePanel, AnAnswerThatIsOutOfDateSaysNothingBesideAFreshOne) {
  auto panel = of({"usb"});
  says(panel, 1, ups_online());
  EXPECT_EQ(panel.observe(0, ups_on_battery(), 10s, now).what.state, belief::unknown);
}

TEST_F(SourcePanel, WhatIsToldNeverGoesBackInTime) {
  auto panel = of({"usb"});
  EXPECT_EQ(panel.observe(0, ups_online(), 0s, now).age, 0s);
  EXPECT_EQ(panel.observe(1, ups_online(), 900ms, now).age, 0s);
}

TEST_F(SourcePanel, AChangedSiteFileKeepsWhatWasHeardOfGroupsThatGoOn) {
  auto panel = of({"usb"});
  says(panel, 1, ups_online());
  source_panel next{seen_by({"relay", "usb"}), {}, now};
  next.inherit(panel);
  EXPECT_TRUE(says(next, 0, ups_on_battery()).disputed) << "the word of usb still stands";
}

}  // namespace
}  // namespace holdover::power
