#include "io/config/binder.hpp"

#include "holdover/config/v1/node.pb.h"
#include "holdover/config/v1/site.pb.h"

#include <gtest/gtest.h>

#include <random>

namespace holdover::config {
namespace {

/// The messages of a binding, without excerpts.
std::string messages(const binding& bound) {
  std::string out;
  for (const auto& one : bound.problems) {
    auto brief = one;
    brief.source.clear();
    out += to_string(brief);
  }
  return out;
}

std::string messages_of_site(std::string_view yaml) {
  v1::SiteFile out;
  return messages(bind_yaml("s", yaml, out));
}

TEST(Binder, TextBecomesWhatTheSchemaWants) {
  v1::SiteFile out;
  const auto bound =
      bind_yaml("s",
                "site: hq\n"
                "revision: 7\n"
                "lab: yes\n"
                "stages:\n"
                "  - name: one\n"
                "    when: { on_battery_for: 1m30s, charge_below: 40% }\n"
                "    hosts: [a, b]\n"
                "sensors:\n"
                "  - { name: t, simulated: { file: x }, kind: humidity, alarm_low: -3.5 }\n",
                out);
  EXPECT_EQ(messages(bound), "");
  EXPECT_EQ(out.site(), "hq");
  EXPECT_EQ(out.revision(), 7u);
  EXPECT_TRUE(out.lab());
  EXPECT_EQ(out.stages(0).when().on_battery_for().seconds(), 90);
  EXPECT_EQ(out.stages(0).when().charge_below(), 40);
  EXPECT_EQ(out.stages(0).hosts(1), "b");
  EXPECT_EQ(out.sensors(0).kind(), v1::Sensor::HUMIDITY);
  EXPECT_EQ(out.sensors(0).alarm_low(), -3.5);
}

TEST(Binder, AWordStaysAWordWhateverYamlThinksOfIt) {
  v1::SiteFile out;
  EXPECT_EQ(messages(bind_yaml("s", "site: no\nups: [{name: 1.10, simulated: {file: ~x}}]", out)),
            "");
  EXPECT_EQ(out.site(), "no");
  EXPECT_EQ(out.ups(0).name(), "1.10");
}

TEST(Binder, EveryValueKeepsItsPlace) {
  v1::SiteFile out;
  const auto bound = bind_yaml("s", "site: hq\nstages:\n  - name: one\n    hosts: [a, b]\n", out);
  EXPECT_EQ(bound.places.at("site"), (place{1, 7}));
  EXPECT_EQ(bound.places.at("stages[0]"), (place{3, 5}));
  EXPECT_EQ(bound.places.at("stages[0].hosts[1]"), (place{4, 16}));
  EXPECT_FALSE(bound.places.contains("revision"));
}

TEST(Binder, ColumnsCountCharactersNotBytes) {
  EXPECT_EQ(messages_of_site("hosts: [{name: \"\xC3\xBC\xC3\xBC\", needed: x}]"),
            "s:1:30: error: must be a whole number from 0 to 4294967295, not \"x\" "
            "[hosts[0].needed]\n");
}

TEST(Binder, AChoiceMustBeMadeOnce) {
  EXPECT_EQ(messages_of_site("ups:\n  - name: a\n"),
            "s:2:5: error: choose one driver: nut, snmp, simulated, modbus or megatec [ups[0]]\n");
  EXPECT_EQ(messages_of_site("ups:\n  - name: a\n    nut: {}\n    snmp: {}\n"),
            "s:2:5: error: choose one driver: nut, snmp, simulated, modbus or megatec; given are 2 "
            "[ups[0]]\n");
}

TEST(Binder, AKeyGivenTwiceIsNamedWithItsFirstLine) {
  EXPECT_EQ(messages_of_site("site: a\nrevision: 1\nsite: b\n"),
            "s:3:1: error: \"site\" is given twice, first in line 1 [site]\n");
}

TEST(Binder, WrongShapesAreNamed) {
  EXPECT_EQ(messages_of_site("site: [a]\nhosts: web\nrestore: 5s\n"
                             "ups: [{nut: main}]\n"),
            "s:1:7: error: must be a single value [site]\n"
            "s:2:8: error: must be a list, even of one: begin each entry with \"- \" [hosts]\n"
            "s:3:10: error: must be a group of keys; known here: mains_stable, charge_minimum, "
            "stagger or charge_unknown_after [restore]\n"
            "s:4:13: error: must be a group of keys; known here: host, port, ups or credentials "
            "[ups[0].nut]\n");
}

TEST(Binder, AKeyWithoutValueIsAMistakeAndNotADefault) {
  EXPECT_EQ(messages_of_site("site:\nlab: true\n"),
            "s:1:1: error: needs a value; leave the key out for its default [site]\n");
}

TEST(Binder, NumbersStayInTheirRange) {
  EXPECT_EQ(messages_of_site("revision: -1"),
            "s:1:11: error: must be a whole number from 0 to 18446744073709551615, not \"-1\" "
            "[revision]\n");
  EXPECT_EQ(messages_of_site("nodes: [{number: 4294967296}]"),
            "s:1:18: error: must be a whole number from 0 to 4294967295, not \"4294967296\" "
            "[nodes[0].number]\n");
  EXPECT_EQ(messages_of_site("restore: {charge_minimum: 101%}"),
            "s:1:27: error: must be between 0 and 100 percent, not \"101%\" "
            "[restore.charge_minimum]\n");
  EXPECT_EQ(messages_of_site("sensors: [{simulated: {}, alarm_low: nan}]"),
            "s:1:38: error: must be a number, not \"nan\" [sensors[0].alarm_low]\n");
}

TEST(Binder, WhatIsNoYamlIsSaidInOneLine) {
  EXPECT_EQ(messages_of_site("site: [a\n"),
            "s:2:1: error: is not YAML: end of sequence flow not found\n");
  EXPECT_EQ(messages_of_site("site: a\n\tlab: true\n").substr(0, 24), "s:2:1: error: is not YAM");
  EXPECT_EQ(messages_of_site("a: b\n---\nc: d\n"),
            "s:3:1: error: a second document begins here; give each its own file\n");
}

TEST(Binder, AnEmptyFileSaysWhatBelongsIntoIt) {
  v1::NodeFile out;
  EXPECT_EQ(messages(bind_yaml("n", "# nothing\n", out)),
            "n: error: is empty; known here: number, site_file, members_file, key_file, database, "
            "scheduling, log_level, programs, drill_every or admin_key\n");
}

TEST(Binder, OtherEncodingsAreRefusedAtTheFirstWrongByte) {
  EXPECT_EQ(messages_of_site("site: a\nlab: \xE9"),
            "s:2:6: error: is not UTF-8 text here; save the file as UTF-8\n");
  EXPECT_EQ(messages_of_site(std::string_view("s\0i", 3)),
            "s:1:2: error: is not UTF-8 text here; save the file as UTF-8\n");
}

TEST(Binder, EscapeSequencesDoNotReachTheTerminal) {
  const auto text = messages_of_site("site: \"a\\x1b[31m\"\n\"\\x1b[2J\": 1\n");
  EXPECT_EQ(text.find('\x1B'), std::string::npos) << text;
  EXPECT_NE(text.find("has characters that cannot be shown"), std::string::npos) << text;
}

TEST(Binder, DeepNestingIsRefusedAndNotFollowed) {
  const auto text = messages_of_site(std::string(200'000, '['));
  EXPECT_NE(text.find("error: is not YAML"), std::string::npos) << text.substr(0, 200);
}

TEST(Binder, AHugeFileIsRefusedUnread) {
  EXPECT_EQ(messages_of_site(std::string(file_bytes_max + 1, '#')),
            "s: error: is larger than 4 MiB; this is no such file\n");
}

TEST(Binder, AFloodOfAliasesEnds) {
  std::string yaml = "hosts:\n  - &a { name: x, supplies: [";
  for (int i = 0; i < 1000; ++i)
    yaml += "{ups: m},";
  yaml += "] }\n";
  for (int i = 0; i < 5000; ++i)
    yaml += "  - *a\n";
  const auto text = messages_of_site(yaml);
  EXPECT_NE(text.find("more than 200000 values"), std::string::npos) << text.substr(0, 200);
}

TEST(Binder, AFloodOfMistakesIsCut) {
  std::string yaml = "hosts:\n";
  for (int i = 0; i < 1000; ++i)
    yaml += "  - nmae: x\n";
  v1::SiteFile out;
  const auto bound = bind_yaml("s", yaml, out);
  EXPECT_EQ(bound.problems.size(), 101u);
  EXPECT_EQ(bound.problems.back().text, "too many mistakes; mend these first");
}

TEST(Binder, DamagedFilesNeverEndTheProcess) {
  const std::string good =
      "site: hq\nups:\n  - name: a\n    nut: {host: h, ups: u}\n    poll: 2s\nhosts:\n"
      "  - &h {name: w, supplies: [{ups: a}]}\nstages:\n  - {name: s, when: {battery_low: true}}\n";
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    auto text = good;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      const auto at = random() % text.size();
      if (random() % 3 == 0)
        text.erase(at, 1 + random() % 6);
      else
        text.insert(at, 1, "[]{}:-,*&!|>'\"%@#\n\t \\~?a0"[random() % 26]);
      if (text.empty()) text = "x";
    }
    v1::SiteFile out;
    for (const auto& one : bind_yaml("s", text, out).problems)
      ASSERT_FALSE(one.text.empty());
  }
}

}  // namespace
}  // namespace holdover::config
