// What a report makes of what the nodes saw.

#include "tools/holdover/drill_summary.hpp"

#include "tests/support/sites.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

using namespace holdover::test;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

drill::host_view well(const std::string& name, duration wanted) {
  drill::host_view seen;
  seen.host = name;
  seen.heard = -4s;
  seen.wanted_down = wanted;
  seen.armed = wanted;
  seen.committed = wanted + 5s;
  seen.down = wanted + 65s;
  seen.left = 5min;
  seen.shutdown_time = 60s;
  return seen;
}

drill::report report_of(duration wanted) {
  drill::report made;
  made.drill = "2026-03-01-100000-outage";
  made.story = "outage.yaml";
  made.by = "anna";
  made.state = drill::drill_state::done;
  for (const auto* host : {"web1", "web2", "db1", "nas1"})
    made.hosts.push_back(well(host, wanted));
  return made;
}

drill_reports all_well() {
  return {{"alpha", report_of(60s)}, {"beta", report_of(62s)}, {"gamma", report_of(90s)}};
}

drill::host_view& of(drill_reports& all, const std::string& node, std::size_t host) {
  return all.at(node).hosts[host];
}

TEST(DrillSummary, AHostIsDecidedByTheKthNodeAndAGoodDrillHasNoFindings) {
  const auto made = summarise(office(), all_well(), {});
  EXPECT_THAT(made.findings, IsEmpty());
  EXPECT_EQ(made.hosts[0].decided, 62s) << "the second of three";
  EXPECT_EQ(made.hosts[0].committed, 65s);
  EXPECT_EQ(made.hosts[0].margin, 4min);
  EXPECT_EQ(made.hosts[0].stage, "clients");
  EXPECT_THAT(made.notes, Contains(HasSubstr("UPS main is seen by one path alone")));
}

TEST(DrillSummary, WhomNobodyHearsAndWhomOneNodeHearsAreFindings) {
  auto reports = all_well();
  for (auto& [node, report] : reports) {
    report.hosts[0] = drill::host_view{};
    report.hosts[0].host = "web1";
  }
  of(reports, "beta", 1).heard.reset();
  of(reports, "gamma", 1).heard.reset();
  const auto made = summarise(office(), reports, {});
  EXPECT_THAT(made.findings, Contains(HasSubstr("host web1: no node heard its agent")));
  EXPECT_THAT(made.findings, Contains(HasSubstr("host web2: only alpha heard it")));
}

TEST(DrillSummary, ACrashAProgramThatIsNotThereAndAHostThatDidNotGoAreFindings) {
  auto reports = all_well();
  of(reports, "alpha", 0).left = 20s;
  of(reports, "alpha", 1).checks = {{"shutdown", agent::action_state::failed, "is not there"}};
  for (auto& [node, report] : reports)
    report.hosts[2].committed = report.hosts[2].down = std::nullopt;
  const auto made = summarise(office(), reports, {"delta"});
  EXPECT_THAT(made.findings, Contains(HasSubstr("web1: its power would have ended 40 s before")));
  EXPECT_THAT(made.findings, Contains(HasSubstr("web2: could not have run shutdown")));
  EXPECT_THAT(made.findings, Contains(HasSubstr("db1: was told to shut down and did not commit")));
  EXPECT_THAT(made.findings, Contains("node delta did not take part"));
}

TEST(DrillSummary, AFailoverIsShownOnlyByVotesThatWereMissedInJustThatTime) {
  auto reports = all_well();
  reports.at("gamma").exercises = {
      {{drill::exercise_kind::stop_process, "gamma", {}, 30s, 14s}, 30s, 44s, "stopped"}};
  reports.at("alpha").missing = {{"web1", 3, -3s, 1s}, {"web1", 3, 200s, {}}};
  EXPECT_THAT(summarise(office(), reports, {}).findings,
              Contains(HasSubstr("no host missed its votes")))
      << "what was missed before and long after is no proof";
  reports.at("alpha").missing.push_back({"web1", 3, 40s, 46s});
  const auto made = summarise(office(), reports, {});
  EXPECT_THAT(made.findings, IsEmpty());
  ASSERT_EQ(made.failovers.size(), 1u);
  EXPECT_TRUE(made.failovers[0].shown);
  EXPECT_THAT(made.failovers[0].carried_by, ElementsAre("alpha", "beta"));
}

TEST(DrillSummary, AnAbortedDrillSaysWhyByWhoeverSawItHimself) {
  auto reports = all_well();
  reports.at("alpha").state = reports.at("beta").state = drill::drill_state::aborted;
  reports.at("alpha").why = "node 2: real: UPS main is on battery";
  reports.at("beta").why = "real: UPS main is on battery";
  const auto made = summarise(office(), reports, {});
  EXPECT_EQ(made.state, drill::drill_state::aborted);
  EXPECT_THAT(made.findings, Contains("the drill was aborted: real: UPS main is on battery"));
}

TEST(DrillSummary, TheThreeFormsSayTheSameAndEscapeWhatTheyMust) {
  auto reports = all_well();
  of(reports, "alpha", 0).checks = {{"warn", agent::action_state::failed, "<a> | \"b\""}};
  const auto made = summarise(office(), reports, {});
  EXPECT_THAT(as_markdown(made), HasSubstr("&lt;a> \\| \"b\""));
  EXPECT_THAT(as_html(made), HasSubstr("&lt;a&gt; | &quot;b&quot;"));
  EXPECT_THAT(as_html(made), Not(HasSubstr("<a>")));
  EXPECT_THAT(as_json(made), HasSubstr("<a> | \\\"b\\\""));
  for (const auto& text : {as_markdown(made), as_html(made), as_json(made)})
    for (const auto* host : {"web1", "web2", "db1", "nas1"})
      EXPECT_THAT(text, HasSubstr(host));
}

}  // namespace
}  // namespace holdover::tool
