#include "io/device/simulated/script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace holdover::device::simulated {
namespace {

using nut::variable;
using testing::ElementsAre;

script play(std::string_view text) {
  auto parsed = parse_script(text);
  if (const auto* problem = std::get_if<script_problem>(&parsed)) ADD_FAILURE() << problem->text;
  auto* result = std::get_if<script>(&parsed);
  return result == nullptr ? script() : *result;
}

std::string problem_of(std::string_view text) {
  auto parsed = parse_script(text);
  const auto* problem = std::get_if<script_problem>(&parsed);
  return problem == nullptr ? "none" : problem->text;
}

constexpr std::string_view outage =
    "ups.status: OL\nbattery.charge: 100\nTIMER 15\n"
    "ups.status: OB DISCHRG\nTIMER 5\n"
    "battery.charge: 90\nTIMER 10\n";

TEST(SimulatedScript, ATableauHoldsForEver) {
  auto tableau = play("# a comment\nups.status: OL\n\nups.load: 17\n");
  for (auto time : {0ms, 1ms, 3600000ms})
    EXPECT_THAT(tableau.at(time),
                ElementsAre(variable{"ups.status", "OL"}, variable{"ups.load", "17"}));
}

TEST(SimulatedScript, ASceneChangesSomeValuesAndKeepsTheOthers) {
  auto story = play(outage);
  EXPECT_EQ(value_of(story.at(14999ms), "ups.status"), "OL");
  EXPECT_EQ(value_of(story.at(15s), "ups.status"), "OB DISCHRG");
  EXPECT_EQ(value_of(story.at(15s), "battery.charge"), "100");
  EXPECT_EQ(value_of(story.at(20s), "battery.charge"), "90");
  EXPECT_EQ(value_of(story.at(29999ms), "ups.status"), "OB DISCHRG");
}

TEST(SimulatedScript, AfterTheLastSceneItBeginsAgain) {
  auto story = play(outage);
  EXPECT_EQ(value_of(story.at(30s), "ups.status"), "OL");
  EXPECT_EQ(value_of(story.at(30s), "battery.charge"), "100");
  EXPECT_EQ(value_of(story.at(30000s + 15s), "ups.status"), "OB DISCHRG");
}

TEST(SimulatedScript, WhatOnlyALaterSceneSetsStaysWhenItBeginsAgain) {
  auto story = play("ups.status: OL\nTIMER 5\nups.alarm: Fan failure!\nTIMER 5\n");
  EXPECT_EQ(value_of(story.at(0s), "ups.alarm"), std::nullopt);
  EXPECT_EQ(value_of(story.at(10s), "ups.alarm"), "Fan failure!");
}

TEST(SimulatedScript, AStoryWithoutDurationIsItsLastScene) {
  EXPECT_EQ(value_of(play("ups.status: OL\nTIMER 0\nups.status: OB\n").at(1s), "ups.status"), "OB");
}

TEST(SimulatedScript, ATimerMayHaveFractions) {
  auto story = play("a: 1\nTIMER 0.25\na: 2\nTIMER 1\n");
  EXPECT_EQ(value_of(story.at(249ms), "a"), "1");
  EXPECT_EQ(value_of(story.at(250ms), "a"), "2");
}

TEST(SimulatedScript, CommentsQuotesAndBlanksAreNoPartOfAValue) {
  auto values = play(
                    "  ups.status :  OL LB \t#BAD: should be OL\r\n"
                    "ups.model: \"Smart-UPS \\\"750\\\" #2\" # quoted\n"
                    "ups.id: PS1000L#2\nups.mfr:\nups.time: 12:30:00\n")
                    .at(0s);
  EXPECT_THAT(values, ElementsAre(variable{"ups.status", "OL LB"},
                                  variable{"ups.model", "Smart-UPS \"750\" #2"},
                                  variable{"ups.id", "PS1000L#2"}, variable{"ups.mfr", ""},
                                  variable{"ups.time", "12:30:00"}));
}

TEST(SimulatedScript, TheLastOfTwoLinesForOneVariableCounts) {
  EXPECT_THAT(play("a: 1\na: 2\n").at(0s), ElementsAre(variable{"a", "2"}));
}

TEST(SimulatedScript, AWrongLineIsNamedByItsNumber) {
  EXPECT_EQ(problem_of("ups.status: OL\nno colon here\n"),
            "line 2: expected \"name: value\", \"TIMER seconds\" or a comment");
  EXPECT_EQ(problem_of("\n\nTIMER soon\n"),
            "line 3: TIMER needs a number of seconds, from 0 to a week");
  EXPECT_THAT(problem_of("TIMER -1"), testing::StartsWith("line 1"));
  EXPECT_THAT(problem_of("TIMER 1e300"), testing::StartsWith("line 1"));
  EXPECT_THAT(problem_of("bad name: 1"), testing::StartsWith("line 1"));
}

TEST(SimulatedScript, RandomTextIsPlayedOrRefused) {
  std::mt19937 chance(7);
  constexpr std::string_view letters = "TIMER 019.:#\"\\\n\t-a";
  for (int i = 0; i < 20000; ++i) {
    std::string text(chance() % 60, ' ');
    for (auto& c : text)
      c = letters[chance() % letters.size()];
    auto parsed = parse_script(text);
    if (const auto* story = std::get_if<script>(&parsed)) story->at(duration(chance()));
  }
}

}  // namespace
}  // namespace holdover::device::simulated
