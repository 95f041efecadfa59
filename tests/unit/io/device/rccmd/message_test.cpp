#include "io/device/rccmd/message.hpp"

#include "core/utf8.hpp"
#include "io/device/rccmd/gate.hpp"

#include <gtest/gtest.h>

#include <random>

namespace holdover::device::rccmd {
namespace {

using namespace std::string_literals;

const std::string raised =
    "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on "
    "SLC-20-CUBE3 (5): Autonomietime 7.50 min.";
const std::string cleared =
    "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on SLC-20-CUBE3 (5): restored.";

TEST(RccmdMessage, AnEventSaysWhatWhereAndHowLong) {
  const auto m = message_from(raised);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->event, "Powerfail");
  EXPECT_EQ(m->device, "SLC-20-CUBE3 (5)");
  EXPECT_EQ(m->minutes_left, 7.5);
  EXPECT_FALSE(m->over);
}

TEST(RccmdMessage, AnEventThatIsOverSaysSo) {
  const auto m = message_from(cleared);
  ASSERT_TRUE(m);
  EXPECT_TRUE(m->over);
  EXPECT_EQ(m->text, "restored.");
  EXPECT_EQ(m->minutes_left, std::nullopt);
}

TEST(RccmdMessage, EndsOfLinesAndZerosAreTolerated) {
  for (const auto& end : {"\r\n"s, "\n"s, "\0"s, "\r\n\0\0"s})
    EXPECT_EQ(message_from(cleared + end), message_from(cleared));
}

TEST(RccmdMessage, AnotherTextIsKeptAsItIs) {
  const auto m = message_from("CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Good morning");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->event, "");
  EXPECT_EQ(m->text, "Good morning");
  EXPECT_EQ(message_from("CONNECT TO RCCMD (SEND) MSG_SHUTDOWN")->text, "MSG_SHUTDOWN");
}

TEST(RccmdMessage, WithoutItsGreetingNothingIsUnderstood) {
  for (const auto* text : {"", "CONNECT", "connect to rccmd (send) x", "GET / HTTP/1.0"})
    EXPECT_FALSE(message_from(text)) << text;
  EXPECT_FALSE(message_from(raised + std::string(2000, 'x')));
}

TEST(RccmdMessage, MinutesThatCannotBeAreNone) {
  for (const auto* minutes : {"-1.00", "nan", "inf", "1e9", "99999999999", "", "7.00x"}) {
    const auto m =
        message_from("CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on x: Autonomietime "s
                     + minutes + " min.");
    ASSERT_TRUE(m);
    EXPECT_EQ(m->minutes_left, std::nullopt) << minutes;
  }
}

TEST(RccmdMessage, WhateverArrivesIsPrintableAndLimitedOrDropped) {
  std::mt19937 any{20240611};
  for (int i = 0; i < 20000; ++i) {
    auto text = i % 3 == 0 ? cleared : raised;
    for (auto times = any() % 6; times > 0; --times)
      text[any() % text.size()] = static_cast<char>(any());
    if (any() % 3 == 0) text.resize(any() % text.size());
    if (i % 5 == 0) text = "CONNECT TO RCCMD (SEND) " + text;
    const auto m = message_from(text);
    if (!m) continue;
    for (const auto* part : {&m->event, &m->device, &m->text}) {
      EXPECT_TRUE(utf8::printable(*part));
      EXPECT_LE(utf8::length(*part), 200u);
    }
  }
}

TEST(RccmdGate, ARepeatedTextIsReadAgainButIsNoNews) {
  gate g;
  time_point t{};
  EXPECT_TRUE(g.heard("a", "x", t).news);
  const auto again = g.heard("a", "x", t + 5s);
  EXPECT_TRUE(again.read);
  EXPECT_FALSE(again.news);
  EXPECT_TRUE(g.heard("a", "y", t + 6s).news);
  EXPECT_TRUE(g.heard("a", "y", t + 67s).news);
}

TEST(RccmdGate, AFloodIsReadTenTimesASecondAndToldOnce) {
  gate g;
  time_point t{};
  int reads = 0;
  int news = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto verdict = g.heard("a", std::to_string(i), t + std::chrono::milliseconds(i));
    reads += verdict.read ? 1 : 0;
    news += verdict.news ? 1 : 0;
  }
  EXPECT_LE(reads, 10);
  EXPECT_EQ(news, 1);
}

TEST(RccmdGate, SendersDoNotShareTheirShare) {
  gate g;
  time_point t{};
  EXPECT_TRUE(g.heard("a", "x", t).read);
  EXPECT_TRUE(g.heard("b", "x", t).read);
}

}  // namespace
}  // namespace holdover::device::rccmd
