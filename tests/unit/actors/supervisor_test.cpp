// Children that die, hang and live: who is started again, when, and who is told.

#include "actors/supervisor.hpp"

#include "actors/device_actor.hpp"
#include "actors/guard.hpp"
#include "tests/support/actor_bench.hpp"
#include "tests/support/fake_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using fail_atom = caf::atom_constant<caf::atom("fail")>;
using hang_atom = caf::atom_constant<caf::atom("hang")>;

/// Answers pings until it is told to die or to hang.
caf::behavior child_behavior(caf::event_based_actor* self) {
  guard(self, "child");
  return {
      [](fail_atom) { throw std::runtime_error("a bug"); },
      [self](hang_atom) {
        self->become([self](alive_atom) { return self->make_response_promise<alive_atom>(); },
                     [](fail_atom) {});
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

class Supervisor : public ::testing::Test {
protected:
  void start(bool vital = false) {
    auto setup = std::make_shared<supervisor_setup>();
    setup->where = b.where;
    setup->on_vital_loss = [this](const std::string& child, const std::string& why) {
      lost.push_back(child + ": " + why);
    };
    setup->children.push_back({"recorder",
                               [this](caf::actor_system&) {
                                 b.play_recorder();
                                 return b.where->find<caf::actor>("recorder");
                               },
                               false});
    setup->children.push_back({"ups main",
                               [this](caf::actor_system& system) {
                                 ++lives;
                                 return b.world.adopt(system.spawn(child_behavior));
                               },
                               vital});
    subject = b.world.adopt(b.world.system().spawn(supervisor_behavior,
                                                   std::shared_ptr<const supervisor_setup>{setup}));
    b.world.settle();
  }

  caf::actor child() const { return b.where->find<caf::actor>("ups main"); }
  void dies() { b.tell(child(), fail_atom::value); }
  std::vector<std::string> told() const {
    std::vector<std::string> words;
    for (const auto& one : b.recorded<node_event>())
      words.push_back(one.what + " " + one.detail);
    return words;
  }

  int lives = 0;
  std::vector<std::string> lost;
  actor_bench b;
  caf::actor subject;
};

TEST_F(Supervisor, StartsItsChildrenAndEntersThemInTheDirectory) {
  start();
  EXPECT_EQ(lives, 1);
  EXPECT_TRUE(child());
  EXPECT_TRUE(b.where->find<caf::actor>("recorder"));
}

TEST_F(Supervisor, LeavesChildrenThatAnswerAlone) {
  start();
  b.world.pass(10min, 1s);
  EXPECT_EQ(lives, 1);
  EXPECT_THAT(b.records, IsEmpty());
}

TEST_F(Supervisor, StartsADeadChildAgainAndEntersTheNewOne) {
  start();
  const auto first = child();
  dies();
  b.world.pass(100ms);
  EXPECT_EQ(lives, 2);
  EXPECT_NE(child(), first);
}

TEST_F(Supervisor, TellsOfARestartByAnAlarm) {
  start();
  dies();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("actor_restarted ups main")));
  EXPECT_EQ(b.records.at(0).how, severity::alarm);
}

TEST_F(Supervisor, WaitsLongerAfterEachDeathUpToTenSeconds) {
  start();
  std::vector<duration> pauses;
  for (int i = 0; i < 10; ++i) {
    dies();
    const int before = lives;
    duration waited = 0ms;
    for (; lives == before && waited < 20s; waited += 100ms)
      b.world.pass(100ms, 100ms);
    pauses.push_back(waited);
  }
  EXPECT_THAT(pauses,
              ElementsAre(100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10s, 10s, 10s));
}

TEST_F(Supervisor, AMinuteOfGoodLifeForgivesEarlierDeaths) {
  start();
  for (int i = 0; i < 5; ++i) {
    dies();
    b.world.pass(11s);
  }
  b.world.pass(60s, 100ms);
  dies();
  const int before = lives;
  b.world.pass(150ms);
  EXPECT_EQ(lives, before + 1);
}

TEST_F(Supervisor, KillsAChildThatMissedThreePings) {
  start();
  b.tell(child(), hang_atom::value);
  b.world.pass(4s);
  EXPECT_EQ(lives, 1) << "one or two missed pings may be bad luck";
  b.world.pass(2s);
  EXPECT_EQ(lives, 2);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("does not answer")));
}

TEST_F(Supervisor, AKilledChildIsCountedOnce) {
  start();
  b.tell(child(), hang_atom::value);
  b.world.pass(30s);
  EXPECT_EQ(lives, 2);
  EXPECT_THAT(told(), SizeIs(1));
}

TEST_F(Supervisor, StartsTheRecorderAgainThoughNobodyCanBeTold) {
  start();
  const auto first = b.where->find<caf::actor>("recorder");
  caf::anon_send_exit(first, caf::exit_reason::kill);
  b.world.settle();
  b.world.pass(200ms);
  EXPECT_NE(b.where->find<caf::actor>("recorder"), first);
}

TEST_F(Supervisor, ReportsTheLossOfAVitalChildAndDoesNotReplaceIt) {
  start(true);
  dies();
  EXPECT_THAT(lost, ElementsAre(HasSubstr("ups main: ")));
  b.world.pass(30s);
  EXPECT_EQ(lives, 1);
}

TEST_F(Supervisor, AHungVitalChildIsALossToo) {
  start(true);
  b.tell(child(), hang_atom::value);
  b.world.pass(6s);
  EXPECT_THAT(lost, ElementsAre(HasSubstr("does not answer")));
}

TEST_F(Supervisor, EndsItsChildrenWithItself) {
  start();
  b.where->find<caf::actor>("recorder");
  const auto watched = caf::actor_cast<caf::strong_actor_ptr>(child());
  caf::anon_send_exit(subject, caf::exit_reason::user_shutdown);
  b.world.settle();
  EXPECT_FALSE(child());
  EXPECT_TRUE(watched->get()->getf(caf::abstract_actor::is_terminated_flag));
}

/// A real policy and the real actor of its UPS, under a supervisor; the device behind it is played.
class SupervisorOfADevice : public ::testing::Test {
protected:
  SupervisorOfADevice() {
    b.play_recorder();
    auto setup = std::make_shared<supervisor_setup>();
    setup->where = b.where;
    setup->on_vital_loss = [](const std::string&, const std::string&) { ADD_FAILURE(); };
    setup->children.push_back({"policy",
                               [this](caf::actor_system& system) {
                                 return caf::actor_cast<caf::actor>(
                                     b.world.adopt(system.spawn(policy_behavior, of_policy())));
                               },
                               true});
    setup->children.push_back(
        {"ups main",
         [this](caf::actor_system& system) {
           return caf::actor_cast<caf::actor>(
               b.world.adopt(system.spawn(device_behavior, of_device())));
         },
         false, true,
         [this](const std::string& why) {
           tell_unattended(*b.where, *b.about, {policy::device_kind::ups, 0, why});
         }});
    b.world.adopt(b.world.system().spawn(supervisor_behavior,
                                         std::shared_ptr<const supervisor_setup>{setup}));
    b.world.settle();
  }

  std::shared_ptr<const policy_setup> of_policy() {
    auto setup = std::make_shared<policy_setup>();
    setup->about = b.about;
    setup->self = actor_bench::self;
    setup->name = actor_bench::name;
    setup->incarnation = id(0x51);
    setup->label_seed = id(0x5e);
    setup->outside = b.outside();
    setup->where = b.where;
    setup->enter_safety_thread = [] { return std::string{"played"}; };
    setup->complete_status = [](node_status&) {};
    return setup;
  }
  std::shared_ptr<const device_setup> of_device() {
    auto setup = std::make_shared<device_setup>();
    setup->name = "ups main";
    setup->poll_period = 1s;
    setup->alert_poll_period = 200ms;
    setup->driver = driver;
    setup->where = b.where;
    setup->make_role = [this](time_point now) { return make_ups_role(*b.about, 0, now); };
    return setup;
  }

  void dies() {
    caf::anon_send_exit(b.where->find<caf::actor>("ups main"), caf::exit_reason::kill);
    b.world.settle();
    while (driver->open() > 0)
      driver->answer(ups_on_its_battery());  // To nobody.
  }
  /// How often the device is asked in a second.
  int asked_in_a_second(const power::ups_reading& says) {
    const int before = driver->asked;
    for (int i = 0; i < 20; ++i) {
      while (driver->open() > 0) {
        driver->answer(says);
        b.world.settle();
      }
      b.world.pass(50ms);
    }
    return driver->asked - before;
  }
  policy::ups_status seen() {
    b.answered.clear();
    b.tell(b.where->find<policy_actor>("policy"),
           operator_request{{"oper", role::operator_, true, "route", "key"},
                            {"oper", id(4), {}, 0, status_command{}}});
    return actor_bench::read_as<operator_answer>(b.answered.at(0).bytes).status->policy.upses.at(0);
  }

  actor_bench b;
  std::shared_ptr<fake_driver> driver = std::make_shared<fake_driver>();
};

TEST_F(SupervisorOfADevice, WhatADeadActorSawKeepsItsAgeUntilASuccessorSeesMore) {
  asked_in_a_second(ups_on_its_battery());
  asked_in_a_second(ups_on_its_battery());
  ASSERT_EQ(seen().fresh, power::freshness::fresh);
  dies();
  b.world.pass(5s);  // The successor asks, and nobody answers.
  EXPECT_EQ(seen().fresh, power::freshness::stale);
  EXPECT_EQ(seen().state, power::belief::on_battery);
  EXPECT_GE(seen().age, 5s);
  EXPECT_TRUE(seen().unknown_for);
}

TEST_F(SupervisorOfADevice, ADeadActorsDeviceIsUnknownAtOnceAndKnownByTheNextReading) {
  asked_in_a_second(ups_on_mains());
  ASSERT_EQ(seen().fresh, power::freshness::fresh);
  b.records.clear();
  dies();
  EXPECT_EQ(seen().fresh, power::freshness::stale);
  EXPECT_EQ(seen().unknown_for, 0s);
  auto alarms = b.recorded<alarm_event>();
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_EQ(alarms[0].alarm, "device_unknown");
  EXPECT_EQ(alarms[0].subject, "main");
  EXPECT_THAT(alarms[0].text, HasSubstr("kill"));
  b.world.pass(100ms);
  asked_in_a_second(ups_on_mains());
  EXPECT_EQ(seen().fresh, power::freshness::fresh);
  EXPECT_FALSE(b.recorded<alarm_event>().back().raised);
}

TEST_F(SupervisorOfADevice, ASuccessorInAnOutageLooksAtTheAlertPaceAndIsBelieved) {
  asked_in_a_second(ups_on_its_battery());
  ASSERT_GE(asked_in_a_second(ups_on_its_battery()), 4);
  dies();
  b.world.pass(100ms);
  EXPECT_GE(asked_in_a_second(ups_on_its_battery()), 4);
  EXPECT_EQ(seen().fresh, power::freshness::fresh);
}

TEST_F(SupervisorOfADevice, ASuccessorInCalmLooksCalmly) {
  asked_in_a_second(ups_on_mains());
  dies();
  b.world.pass(100ms);
  asked_in_a_second(ups_on_mains());
  asked_in_a_second(ups_on_mains());
  EXPECT_LE(asked_in_a_second(ups_on_mains()), 2);
}

TEST(UnattendedUnit, ItsExecutorAndItsOutletsAreToldToo) {
  actor_bench b;
  b.play_policy();
  b.play_executor("ss4");
  b.play_outlet("printer");
  tell_unattended(*b.where, *b.about, {policy::device_kind::outlet_unit, 0, "a bug"});
  b.world.settle();
  EXPECT_THAT(b.heard<policy::device_unattended>(), SizeIs(1));
  EXPECT_EQ(b.times_unattended, 1);
  ASSERT_THAT(b.shares, SizeIs(1));
  EXPECT_TRUE(b.shares[0].lost);
  EXPECT_THAT(b.shares[0].why, HasSubstr("a bug"));
}

}  // namespace
}  // namespace holdover::actors
