// Generators and ratings: what is held for a while, and what may be up together.

#include "tests/support/site_bench.hpp"

#include <gtest/gtest.h>

namespace holdover::policy {
namespace {

using test::genset;
using test::site_bench;
using test::ups_on_battery;
using test::ups_online;
using vote::level;
using vote::outlet_wish;

class Generator : public testing::Test {
protected:
  explicit Generator(site about = genset()) : b(std::move(about)) {}

  void outage(duration runtime = 40min) { b.ups("main", ups_on_battery(runtime)); }
  void runs(bool does_it) { b.sensor("runs", does_it ? 1.0 : 0.0); }

  site_bench b;
};

TEST_F(Generator, HoldsWhatIsDueByTimeAloneForABoundedTime) {
  outage();
  runs(true);
  b.pass(119s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  EXPECT_TRUE(b.alarm(site_alarm::on_generator, "genset"));
  b.pass(5s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(Generator, HoldsNoStageThatTheRuntimeMakesDue) {
  runs(true);
  outage(9min);
  b.pass(5s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(Generator, ThatStallsAndStartsAgainDoesNotHoldAnew) {
  outage();
  for (int i = 0; i < 14; ++i) {
    runs(i % 2 == 0);
    b.pass(10s);
  }
  EXPECT_EQ(b.wish("printer"), outlet_wish::off);
}

TEST_F(Generator, ASilentContactHoldsNothing) {
  outage();
  runs(true);
  b.pass(10s);
  b.sensor("runs", std::nullopt);
  b.pass(75s);
  EXPECT_EQ(b.level("web1"), level::shutdown);
}

TEST_F(Generator, StartsOnlyWhatItCanCarry) {
  b.outlets_obey();
  outage(9min);
  b.pass(5s);
  for (const auto* host : {"web1", "web2"})
    b.last_word(host);
  b.pass(30s);
  runs(true);
  b.ups("main", ups_online(30min, 90));
  b.pass(75s);
  EXPECT_EQ(b.phase("web1"), "booting");
  EXPECT_EQ(b.phase("web2"), "down");
  EXPECT_TRUE(b.alarm(site_alarm::start_postponed, "web2"));
  runs(false);
  b.pass(75s);
  EXPECT_EQ(b.phase("web2"), "booting");
  EXPECT_FALSE(b.alarm(site_alarm::start_postponed, "web2"));
}

class Ratings : public Generator {
protected:
  static site rated() {
    auto s = test::office();
    s.units[0].rating_amperes = 16;
    s.units[0].outlet_rating_amperes = 8;
    for (auto& host : s.hosts)
      host.load_watts = 1000;
    s.outlets[0].load_watts = 500;
    return s;
  }
  Ratings() : Generator(rated()) {}
};

TEST_F(Ratings, AnOutletWaitsWhileItsUnitWouldCarryTooMuch) {
  b.outlets_obey();
  outage(40min);
  b.pass(35s);
  ASSERT_EQ(b.snapshot().outlets[0].state, power::outlet_state::off);
  b.load("ss4.3", 2500);  // Somebody has plugged in a stove.
  b.pass(5s);
  b.ups("main", ups_online(30min, 95));
  b.pass(2min);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep);
  EXPECT_TRUE(b.alarm(site_alarm::start_postponed, "printer"));
  b.load("ss4.3", 900);
  b.pass(10s);
  EXPECT_EQ(b.wish("printer"), outlet_wish::keep) << "it was on and is kept so";
  EXPECT_FALSE(b.alarm(site_alarm::start_postponed, "printer"));
  EXPECT_EQ(b.incident(), incident_state::calm);
}

TEST(SiteRatings, DeclaredLoadsBeyondARatingAreErrors) {
  const auto problems_of = [](const auto& change) {
    auto s = test::office();
    s.units[0].rating_amperes = 16;
    s.units[0].outlet_rating_amperes = 8;
    change(s);
    std::string text;
    for (const auto& one : validate(s))
      if (one.how == site_problem::weight::error) text += one.path + ": " + one.text + '\n';
    return text;
  };
  EXPECT_EQ(problems_of([](site&) {}), "");
  EXPECT_NE(problems_of([](site& s) { s.outlets[0].load_watts = 1841; }).find("rating is 8 A"),
            std::string::npos);
  const auto together = problems_of([](site& s) {
    for (auto& host : s.hosts)
      host.load_watts = 1100;
    s.outlets[0].load_watts = 500;
  });
  EXPECT_NE(together.find("declared loads of 3800 W on all its outlets"), std::string::npos)
      << together;
}

TEST(SiteRatings, ASupplyThatMayHaveToCarryAllIsReckonedSo) {
  auto s = test::redundant();
  s.hosts[0].load_watts = 700;
  EXPECT_EQ(declared_watts(s, test::index_of(s.outlets, "ul.1")), 700);
  s.hosts[0].needed = 2;
  EXPECT_EQ(declared_watts(s, test::index_of(s.outlets, "ul.1")), 350);
}

}  // namespace
}  // namespace holdover::policy
