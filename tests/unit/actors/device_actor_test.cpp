// Does a device get its questions at its pace, and does everybody hear what it answers?

#include "actors/device_actor.hpp"

#include "tests/support/actor_bench.hpp"
#include "tests/support/fake_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The pace of the office's UPS: a second, and up to a twentieth more.
constexpr duration period = 1s;
constexpr duration period_most = period + period / 20;

class DeviceActor : public ::testing::Test {
protected:
  DeviceActor() {
    b.play_recorder();
    b.play_policy();
    setup.name = "ups main";
    setup.poll_period = period;
    setup.alert_poll_period = 200ms;
    setup.driver = driver;
    setup.where = b.where;
    setup.make_role = [this](time_point now) { return make_ups_role(*b.about, 0, now); };
  }

  void start() {
    subject = b.world.adopt(
        b.world.system().spawn(device_behavior, std::make_shared<const device_setup>(setup)));
    b.world.settle();
  }
  void answer(power::device_reading what) {
    driver->answer(std::move(what));
    b.world.settle();
  }
  void fail() {
    driver->fail("no answer from 10.0.0.9");
    b.world.settle();
  }
  void order(power::ups_command::verb what) {
    b.tell(subject, ups_order_request{{"anna", role::operator_, true, "route", "key"},
                                      id(4),
                                      "anna",
                                      {"main", what, "monthly"}});
  }
  std::vector<std::string> said() const {
    std::vector<std::string> words;
    for (const auto& one : b.recorded<ups_event>())
      words.push_back(one.what);
    return words;
  }

  actor_bench b;
  std::shared_ptr<fake_driver> driver = std::make_shared<fake_driver>();
  device_setup setup;
  device_actor subject;
};

TEST_F(DeviceActor, AsksAtOnceAndThenAtItsPace) {
  start();
  EXPECT_EQ(driver->asked, 1);
  answer(ups_on_mains());
  b.world.pass(period - 50ms);
  EXPECT_EQ(driver->asked, 1);
  b.world.pass(period_most - period + 100ms);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, CountsItsPaceFromTheQuestionNotFromTheAnswer) {
  start();
  b.world.pass(800ms);
  answer(ups_on_mains());
  b.world.pass(period_most - 800ms + 50ms);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, WokenLateEveryTimeItKeepsItsBeat) {
  start();
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  answer(ups_on_mains());
  const int before = driver->asked;
  for (duration passed{}; passed < 6s; passed += 30ms) {
    b.world.stall(30ms);
    if (driver->open() > 0) answer(ups_on_mains());
  }
  EXPECT_EQ(driver->asked - before, 30) << "every 200 ms, though none comes before 210";
}

TEST_F(DeviceActor, AsksASlowDeviceAgainAsSoonAsItHasAnswered) {
  start();
  b.world.pass(5s);
  answer(ups_on_mains());
  b.world.pass(50ms);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, NeverHasTwoOpenQuestions) {
  start();
  b.world.pass(1min);
  b.tell(subject, read_atom::value);
  b.tell(subject, alert_atom::value, true);
  EXPECT_EQ(driver->asked, 1);
}

TEST_F(DeviceActor, AlarmedItAsksAtOnceAndThenAtTheAlertPace) {
  start();
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  EXPECT_EQ(driver->asked, 2);
  answer(ups_on_mains());
  b.world.pass(250ms);
  EXPECT_EQ(driver->asked, 3);
}

TEST_F(DeviceActor, CalmedItReturnsToItsOwnPace) {
  start();
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  b.tell(subject, alert_atom::value, false);
  answer(ups_on_mains());
  b.world.pass(period - 50ms);
  EXPECT_EQ(driver->asked, 2);
  b.world.pass(period_most - period + 100ms);
  EXPECT_EQ(driver->asked, 3);
}

TEST_F(DeviceActor, BeingAlarmedTwiceAsksOnce) {
  start();
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, AsksForWorseNewsAgainInAMoment) {
  start();
  answer(ups_on_mains());
  b.world.pass(period_most + 50ms);
  answer(ups_on_its_battery());
  EXPECT_EQ(driver->asked, 2);
  b.world.pass(10ms, 1ms);
  EXPECT_EQ(driver->asked, 3);
  answer(ups_says({power::ups_flag::on_battery, power::ups_flag::low_battery}));
  b.world.pass(10ms, 1ms);
  EXPECT_EQ(driver->asked, 4);
}

TEST_F(DeviceActor, TheSecondLookAtWorseNewsIsNewerEvenWhenAlarmedMeanwhile) {
  start();
  answer(ups_on_mains());
  b.world.pass(period_most + 50ms);
  b.tell(subject, alert_atom::value, true);
  answer(ups_on_its_battery());
  EXPECT_EQ(driver->asked, 2);
  b.world.pass(10ms, 1ms);
  EXPECT_EQ(driver->asked, 3);
}

TEST_F(DeviceActor, AsksForTheSameBadNewsAtItsPace) {
  start();
  answer(ups_on_its_battery());
  b.world.pass(10ms, 1ms);
  answer(ups_on_its_battery());
  b.world.pass(10ms, 1ms);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, CalmedItStepsAsideOnce) {
  setup.step_aside = 300ms;
  start();
  answer(ups_on_mains());
  b.tell(subject, alert_atom::value, true);
  b.tell(subject, alert_atom::value, false);
  answer(ups_on_mains());
  b.world.pass(period + 250ms);
  EXPECT_EQ(driver->asked, 2);
  b.world.pass(period_most - period + 100ms);
  EXPECT_EQ(driver->asked, 3);
  answer(ups_on_mains());
  b.world.pass(period_most + 50ms);
  EXPECT_EQ(driver->asked, 4);
}

TEST_F(DeviceActor, ToldToReadWhileAQuestionIsOpenItAsksOnceMoreAfterTheAnswer) {
  start();
  b.tell(subject, read_atom::value);
  b.tell(subject, read_atom::value);
  EXPECT_EQ(driver->asked, 1);
  answer(ups_on_mains());
  EXPECT_EQ(driver->asked, 2);
  answer(ups_on_mains());
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, AHintIsFollowedAtOnceAfterAPause) {
  start();
  answer(ups_on_mains());
  b.world.pass(300ms);
  b.tell(subject, hint_atom::value);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, AStormOfHintsGetsAReadingEveryFifthOfASecond) {
  start();
  answer(ups_on_mains());
  b.world.pass(300ms);
  const auto before = driver->asked;
  for (int i = 0; i < 100; ++i) {
    b.tell(subject, hint_atom::value);
    if (driver->open() > 0) answer(ups_on_mains());
    b.world.pass(10ms);
  }
  EXPECT_GE(driver->asked - before, 5);
  EXPECT_LE(driver->asked - before, 6);
}

TEST_F(DeviceActor, TheLastHintOfAStormIsFollowedByAReadingThatBeganAfterIt) {
  start();
  answer(ups_on_mains());
  b.world.pass(300ms);
  b.tell(subject, hint_atom::value);
  b.world.pass(10ms);
  b.tell(subject, hint_atom::value);  // While that question is open.
  answer(ups_on_mains());
  EXPECT_EQ(driver->asked, 2);
  b.world.pass(250ms);
  EXPECT_EQ(driver->asked, 3);
  answer(ups_on_mains());
  b.tell(subject, hint_atom::value);  // Just after it.
  b.world.pass(250ms);
  EXPECT_EQ(driver->asked, 4);
}

// ---- Orders
// ---------------------------------------------------------------------------------------

TEST_F(DeviceActor, AnOrderIsReportedWhenItsEffectIsSeen) {
  start();
  answer(ups_on_mains());
  order(power::ups_command::verb::test_quick);
  ASSERT_THAT(driver->commanded, SizeIs(1));
  b.world.pass(250ms);
  answer(ups_on_mains());  // Not yet.
  EXPECT_THAT(b.orders_done, IsEmpty());
  b.world.pass(250ms);
  answer(ups_says({power::ups_flag::online, power::ups_flag::testing}));
  ASSERT_THAT(b.orders_done, SizeIs(1));
  EXPECT_TRUE(b.orders_done[0].ok);
  EXPECT_THAT(b.orders_done[0].text, HasSubstr("shows it"));
  const auto events = b.recorded<operator_event>();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].command, "test_quick_done");
  EXPECT_EQ(events[0].by, "anna");
}

TEST_F(DeviceActor, AnOrderWhoseEffectNeverShowsHasFailed) {
  start();
  answer(ups_on_mains());
  order(power::ups_command::verb::test_quick);
  for (int i = 0; i < 60 && b.orders_done.empty(); ++i) {
    b.world.pass(250ms);
    if (driver->open() > 0) answer(ups_on_mains());
  }
  ASSERT_THAT(b.orders_done, SizeIs(1));
  EXPECT_FALSE(b.orders_done[0].ok);
  EXPECT_EQ(b.recorded<operator_event>().back().command, "test_quick_failed");
}

TEST_F(DeviceActor, AnOrderThatTheDeviceRefusesHasFailedAtOnce) {
  start();
  answer(ups_on_mains());
  driver->switching = device::failure{device::failure_kind::unsupported, "no such object"};
  order(power::ups_command::verb::buzzer_off);
  ASSERT_THAT(b.orders_done, SizeIs(1));
  EXPECT_FALSE(b.orders_done[0].ok);
  EXPECT_EQ(b.orders_done[0].text, "no such object");
}

TEST_F(DeviceActor, AnOrderOfWhichNoDeviceTellsIsDoneWhenItIsTaken) {
  start();
  answer(ups_on_mains());
  order(power::ups_command::verb::buzzer_off);
  b.world.pass(250ms);
  answer(ups_on_mains());
  ASSERT_THAT(b.orders_done, SizeIs(1));
  EXPECT_TRUE(b.orders_done[0].ok);
}

TEST_F(DeviceActor, AnOrderEndsThoughTheDeviceFallsSilent) {
  start();
  answer(ups_on_mains());
  order(power::ups_command::verb::test_quick);
  for (int i = 0; i < 60 && b.orders_done.empty(); ++i) {
    b.world.pass(250ms);
    if (driver->open() > 0) fail();
  }
  ASSERT_THAT(b.orders_done, SizeIs(1));
  EXPECT_FALSE(b.orders_done[0].ok);
}

TEST_F(DeviceActor, TellsThePolicyWhatItSawAndHowOldThatIs) {
  start();
  b.world.pass(700ms);
  answer(ups_on_its_battery());
  const auto facts = b.heard<policy::ups_observed>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].ups, 0u);
  EXPECT_EQ(facts[0].what.state, power::belief::on_battery);
  EXPECT_EQ(facts[0].age, 700ms);
}

TEST_F(DeviceActor, PublishesEveryReadingAndJournalsOnlyChanges) {
  start();
  answer(ups_on_mains());
  b.world.pass(period_most + 50ms);
  answer(ups_on_mains());
  b.world.pass(period_most + 50ms);
  answer(ups_on_its_battery());
  EXPECT_THAT(b.told, SizeIs(3));
  EXPECT_THAT(said(), ElementsAre("on_battery"));
}

TEST_F(DeviceActor, TellsALostDeviceOnceAndThePolicyNothing) {
  start();
  for (int i = 0; i < 5; ++i) {
    fail();
    b.world.pass(period_most + 50ms);
  }
  EXPECT_THAT(said(), ElementsAre("communication_lost"));
  EXPECT_THAT(b.facts, IsEmpty());
  answer(ups_on_mains());
  EXPECT_THAT(said(), ElementsAre("communication_lost", "communication_restored"));
}

TEST_F(DeviceActor, GoesOnAskingALostDevice) {
  start();
  fail();
  b.world.pass(period_most + 50ms);
  EXPECT_EQ(driver->asked, 2);
}

TEST_F(DeviceActor, AsksForTheInterfaceIfThatIsItsJob) {
  setup.interface = true;
  setup.make_role = [](time_point) { return make_interface_role("main"); };
  start();
  EXPECT_EQ(driver->asked, 0);
  EXPECT_EQ(driver->asked_for_interface, 1);
}

TEST_F(DeviceActor, SwitchesAtOnceAndBringsTheAnswerToItsExecutor) {
  b.play_executor("ss4");
  setup.executor = "executor ss4";
  start();
  driver->switching = device::failure{device::failure_kind::refused, "no write access"};
  b.tell(subject, switch_request{2, false});
  EXPECT_THAT(driver->switched, ElementsAre(std::pair{2u, false}));
  ASSERT_THAT(b.answers, SizeIs(1));
  EXPECT_EQ(b.answers[0].number, 2u);
  EXPECT_FALSE(b.answers[0].ok);
  EXPECT_EQ(b.answers[0].detail, "no write access");
}

TEST_F(DeviceActor, AnUnitTellsExecutorPolicyAndEveryOutlet) {
  b.play_executor("ss4");
  for (const auto& outlet : b.about->outlets)
    b.play_outlet(outlet.name);
  setup.executor = "executor ss4";
  for (const auto& outlet : b.about->outlets)
    setup.outlets.push_back("outlet " + outlet.name);
  setup.make_role = [this](time_point) { return make_outlet_unit_role(*b.about, 0); };
  start();
  using enum power::outlet_state;
  answer(unit_says({on, off, on, on}));
  EXPECT_THAT(b.readings, SizeIs(1));
  EXPECT_THAT(b.heard<policy::outlets_observed>(), SizeIs(1));
  ASSERT_THAT(b.shares, SizeIs(4));
  EXPECT_EQ(b.shares[1].reading.state, off);
}

TEST_F(DeviceActor, LooksItsColleaguesUpEachTimeAsTheyMayBeNew) {
  start();
  b.where->clear();
  answer(ups_on_mains());
  EXPECT_THAT(b.facts, IsEmpty());
  b.play_policy();
  b.world.pass(period_most + 50ms);
  answer(ups_on_mains());
  EXPECT_THAT(b.facts, SizeIs(1));
}

}  // namespace
}  // namespace holdover::actors
