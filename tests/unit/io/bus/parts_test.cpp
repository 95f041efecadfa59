// The parts of the bus that need no socket.

#include "io/bus/address.hpp"
#include "io/bus/admission.hpp"
#include "io/bus/credit.hpp"
#include "io/bus/flood_guard.hpp"
#include "io/bus/outbox.hpp"
#include "io/bus/paths.hpp"
#include "tests/unit/io/bus/bus_fixture.hpp"

#include <cerrno>

namespace holdover::bus {
namespace {

using testing::HasSubstr;

struct Admission : testing::Test {
  keys::key_pair a = keys::make_key_pair("a");
  keys::key_pair b = keys::make_key_pair("b");
  membership both{"hq", 1, {as_member(a, role::node), as_member(b, role::agent)}};
  membership only_a{"hq", 2, {as_member(a, role::node)}};
  admission who{both};
};

TEST_F(Admission, AKeyIsAdmittedUnderItsMembersName) {
  EXPECT_EQ(who.admit(a.curve.public_key, "x"), "a");
  EXPECT_EQ(who.admit(keys::make_key_pair("a").curve.public_key, "x"), std::nullopt);
  EXPECT_EQ(who.admit("", "x"), std::nullopt);
  EXPECT_EQ(who.counted().admitted, 1U);
  EXPECT_EQ(who.counted().refused, 2U);
  EXPECT_EQ(who.refused(), 2U);
}

TEST_F(Admission, StandingNeedsTheNameAndItsKey) {
  EXPECT_EQ(who.standing("a", a.curve.public_key), role::node);
  EXPECT_EQ(who.standing("b", b.curve.public_key), role::agent);
  EXPECT_EQ(who.standing("a", b.curve.public_key), std::nullopt);
  EXPECT_EQ(who.standing("a", ""), std::nullopt);
  EXPECT_EQ(who.standing("", ""), std::nullopt);
}

TEST_F(Admission, TakingThePlaceOfSomebodyInsideIsTold) {
  ASSERT_TRUE(who.admit(b.curve.public_key, "x"));
  EXPECT_TRUE(who.update(only_a));
  EXPECT_EQ(who.standing("b", b.curve.public_key), std::nullopt);
  EXPECT_FALSE(who.update(only_a));  // Thrown out already.
}

TEST_F(Admission, TakingThePlaceOfSomebodyOutsideIsNot) {
  ASSERT_TRUE(who.admit(a.curve.public_key, "x"));
  EXPECT_FALSE(who.update(only_a));
}

TEST_F(Admission, AKeyThatChangesItsNameLosesItsConnections) {
  ASSERT_TRUE(who.admit(b.curve.public_key, "x"));
  auto renamed = both;
  renamed.members.back().name = "c";
  EXPECT_TRUE(who.update(renamed));
  EXPECT_EQ(who.admit(b.curve.public_key, "x"), "c");
}

TEST_F(Admission, AMemberWithoutARoleHasNoPlace) {
  auto without = both;
  without.members.back().as = role::unspecified;
  ASSERT_FALSE(who.update(without));
  EXPECT_EQ(who.admit(b.curve.public_key, "x"), std::nullopt);
}

TEST(Address, HostAndPortAreAnAddress) {
  for (const auto* text : {"tcp://10.0.0.1:7400", "tcp://[fd00::1]:7400", "tcp://node-a.example:1",
                           "tcp://[fe80::1%eth0]:65535", "ipc:///run/holdover/bus", "ipc://@x"}) {
    EXPECT_FALSE(why_not_an_address(text, address_use::connect)) << text;
    EXPECT_FALSE(why_not_an_address(text, address_use::listen)) << text;
  }
  for (const auto* text : {"tcp://*:7400", "tcp://127.0.0.1:*", "tcp://*:*"}) {
    EXPECT_FALSE(why_not_an_address(text, address_use::listen)) << text;
    EXPECT_TRUE(why_not_an_address(text, address_use::connect)) << text;
  }
}

TEST(Address, AnythingElseIsRefusedByName) {
  for (const auto* text : {"",
                           "10.0.0.1:7400",
                           "tcp://",
                           "tcp://10.0.0.1",
                           "tcp://:7400",
                           "tcp://10.0.0.1:",
                           "tcp://10.0.0.1:0",
                           "tcp://10.0.0.1:65536",
                           "tcp://10.0.0.1:74x",
                           "tcp://10.0.0.1:-1",
                           "tcp://10.0.0.1:+1",
                           "tcp://a b:7400",
                           "tcp://a;b:7400",
                           "tcp://-a:7400",
                           "udp://a:7400",
                           "inproc://a",
                           "ipc://",
                           "pgm://a:7400",
                           "TCP://a:7400",
                           "tcp://a:99999999999999999999"}) {
    const auto why = why_not_an_address(text, address_use::connect);
    ASSERT_TRUE(why) << text;
    EXPECT_THAT(why->reason, HasSubstr("'" + std::string{text} + "'"));
  }
  EXPECT_TRUE(why_not_an_address("ipc://" + std::string(108, 'x'), address_use::listen));
}

TEST(Address, WhatKeepsUsFromListeningComesWithARemedy) {
  EXPECT_THAT(why_not_listening("tcp://*:80", EACCES).reason, HasSubstr("higher"));
  EXPECT_THAT(why_not_listening("tcp://*:7400", EADDRINUSE).reason, HasSubstr("sport = :7400"));
  EXPECT_THAT(why_not_listening("ipc:///x", EADDRINUSE).reason, HasSubstr("stop it"));
}

TEST(Outbox, WakesWhoSleepsOnce) {
  outbox box{10, 10};
  EXPECT_FALSE(box.put(outbox::control{})) << "awake from the start";
  EXPECT_FALSE(box.may_sleep()) << "there is something to take";
  EXPECT_FALSE(box.put(outbox::event{}));
  const auto batch = box.take();
  EXPECT_EQ(batch.controls.size(), 1U);
  EXPECT_EQ(batch.events.size(), 1U);
  EXPECT_TRUE(box.may_sleep());
  EXPECT_TRUE(box.put(outbox::event{}));
  EXPECT_FALSE(box.put(outbox::event{})) << "it is being woken already";
}

TEST(Outbox, DropsTheOldestOfAKindWhenFull) {
  outbox box{2, 3};
  for (const auto* bytes : {"1", "2", "3", "4", "5"}) {
    (void)box.put(outbox::control{"web1", "", "", bytes});
    (void)box.put(outbox::event{"t", bytes});
  }
  const auto batch = box.take();
  ASSERT_EQ(batch.controls.size(), 2U);
  EXPECT_EQ(batch.controls.front().bytes, "4");
  EXPECT_EQ(batch.controls.back().bytes, "5");
  ASSERT_EQ(batch.events.size(), 3U);
  EXPECT_EQ(batch.events.front().bytes, "3");
  EXPECT_EQ(box.dropped().controls_dropped, 3U);
  EXPECT_EQ(box.dropped().events_dropped, 2U);
}

TEST(Credit, IsExhaustedAtItsLimitAndTellsWhenItIsNotAnyMore) {
  credit two{2};
  two.take(1);
  EXPECT_FALSE(two.exhausted());
  two.take(1);
  EXPECT_TRUE(two.exhausted());
  EXPECT_TRUE(two.give_back(1));
  EXPECT_FALSE(two.exhausted());
  EXPECT_FALSE(two.give_back(1));
}

TEST(Credit, WithoutALimitIsNeverExhaustedAndLendsNothing) {
  const auto any = std::make_shared<credit>(0);
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(credit::lend(any, std::make_shared<wake_event>(), 10));
  EXPECT_FALSE(any->exhausted());
}

TEST(Credit, ComesBackWithTheLastCopyOfItsSlip) {
  const auto one = std::make_shared<credit>(1);
  auto held = credit::lend(one, std::make_shared<wake_event>(), 10);
  auto copy = held;
  held.reset();
  EXPECT_TRUE(one->exhausted());
  copy.reset();
  EXPECT_FALSE(one->exhausted());
}

TEST(Credit, ALongMessageCostsMore) {
  const auto some = std::make_shared<credit>(64);
  const auto held = credit::lend(some, std::make_shared<wake_event>(), 256 * 1024);
  EXPECT_TRUE(some->exhausted());
}

TEST(Paths, TheLatestRouteOfAMemberCounts) {
  paths ways;
  ways.learn("web1", "r1", "k");
  ways.learn("web1", "r2", "k");
  EXPECT_EQ(ways.route_to("web1")->id, "r2");
  ways.forget("web1", "r1");  // News of an older one.
  EXPECT_TRUE(ways.route_to("web1"));
  ways.forget("web1", "r2");
  EXPECT_FALSE(ways.route_to("web1"));
}

/// A guard with small shares, and the time.
class FloodGuard : public testing::Test {
protected:
  bool hears(const std::string& member, flood_guard::time_point at, std::size_t bytes = 1,
             lane by = lane::controls) {
    last = guard.judge(member, member == "node-a" ? role::node : role::agent, by, bytes, at);
    return last.allowed;
  }

  const flood_guard::time_point start{};
  flood_guard guard{{{1000, 1000, 1e6, 1e6}, {2, 5, 100, 1000}, {2, 5, 100, 1000}}};
  flood_guard::verdict last;
};

TEST_F(FloodGuard, AllowsABurstAndThenARate) {
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(hears("web1", start));
  EXPECT_TRUE(hears("web1", start + 500ms));
  EXPECT_FALSE(hears("web1", start + 500ms));
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(hears("web1", start + 1h));
  EXPECT_FALSE(hears("web1", start + 1h));
}

TEST_F(FloodGuard, CountsBytesToo) {
  EXPECT_TRUE(hears("web1", start, 600));
  EXPECT_FALSE(hears("web1", start, 600));
  EXPECT_TRUE(hears("web1", start + 3s, 600));
}

TEST_F(FloodGuard, WhoSendsTooMuchIsRefusedForASecondWhateverItSendsThen) {
  while (hears("web1", start)) {
  }
  EXPECT_FALSE(hears("web1", start + 900ms));
  EXPECT_TRUE(hears("web1", start + 1s));
}

TEST_F(FloodGuard, TellsOfAFloodWhenItBeginsAndOnceAMinute) {
  while (hears("web1", start)) {
  }
  EXPECT_EQ(last.news, 1U);
  EXPECT_FALSE(hears("web1", start));
  EXPECT_FALSE(last.news);
  for (auto at = start; at < start + 59s; at += 100ms) {
    static_cast<void>(hears("web1", at));
    EXPECT_FALSE(last.news);
  }
  int told = 0;
  for (auto at = start + 59s; at < start + 65s; at += 100ms) {
    static_cast<void>(hears("web1", at));
    if (last.news) ++told;
  }
  EXPECT_EQ(told, 1);
}

TEST_F(FloodGuard, JudgesEachMemberByItself) {
  while (hears("web1", start)) {
  }
  EXPECT_TRUE(hears("web2", start));
  EXPECT_TRUE(hears("node-a", start));
}

TEST_F(FloodGuard, ABadSignatureCostsItsSenderAHundredMessages) {
  EXPECT_TRUE(hears("web1", start));
  guard.fine("web1", lane::controls);
  EXPECT_FALSE(hears("web1", start));
  EXPECT_FALSE(hears("web1", start + 40s));
  EXPECT_TRUE(hears("web1", start + 55s)) << "at two a second";
  EXPECT_TRUE(hears("web2", start));
}

TEST_F(FloodGuard, AFloodOfEventsLeavesItsSenderItsVotes) {
  while (hears("node-a", start, 1, lane::events)) {
  }
  EXPECT_TRUE(hears("node-a", start));
}

}  // namespace
}  // namespace holdover::bus
