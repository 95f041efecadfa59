// Children that die, hang and live: who is started again, when, and who is told.

#include "actors/supervisor.hpp"

#include "actors/guard.hpp"
#include "tests/support/actor_bench.hpp"

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

}  // namespace
}  // namespace holdover::actors
