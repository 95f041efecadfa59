// Does what is journaled become errands, wishes and lines of the journal?

#include "actors/jobs_actor.hpp"

#include "tests/support/actor_bench.hpp"
#include "tests/unit/core/jobs/jobs_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

site with_jobs() {
  auto s = office();
  auto mail = on_event("mail", jobs::origin::ups, "on_battery", {mail_action()}, "main");
  auto program = mail;
  program.name = "program";
  program.actions[0].kind = jobs::action_kind::program;
  program.actions[0].program = "siren";
  auto printer = mail;
  printer.name = "printer";
  printer.actions[0].kind = jobs::action_kind::switch_off;
  printer.actions[0].wishes = {0};
  auto late = on_event("late", jobs::origin::ups, "on_battery", {log_action()}, "main");
  late.when.on_battery_for = 5min;
  s.wishes = {{jobs::wish_kind::outlet_off, 0, {}, {}, "printer off"}};
  s.jobs = {mail, program, printer, late};
  return s;
}

class JobsActor : public ::testing::Test {
protected:
  JobsActor() : b(with_jobs()) {
    b.play_recorder();
    b.play_policy();
    auto setup = std::make_shared<jobs_setup>();
    setup->about = b.about;
    setup->self = actor_bench::self;
    setup->where = b.where;
    auto& port = setup->outside;
    port.recall = [this](std::function<void(jobs::recalled)> answer) {
      recall = std::move(answer);
    };
    port.alive = [] { return std::vector<node_number>{actor_bench::self}; };
    port.send_mail = [this](const jobs::order& what) { mails.push_back(what); };
    port.withdraw_mail = [](std::uint64_t) {};
    port.run_program = [this](const jobs::order& what) { programs.push_back(what); };
    subject = b.enter(
        "jobs", b.world.system().spawn(jobs_behavior, std::shared_ptr<const jobs_setup>{setup}));
    b.world.settle();
  }

  void remembers(jobs::recalled what = {}) {
    recall(std::move(what));
    b.world.settle();
  }
  void power_fails() {
    ups_event e;
    e.device = "main";
    e.what = "on_battery";
    b.tell(subject, record{severity::alarm, e});
  }
  std::vector<std::string> words() const {
    std::vector<std::string> found;
    for (const auto& one : b.recorded<job_event>())
      found.push_back(one.job + ' ' + one.what);
    return found;
  }

  actor_bench b;
  std::function<void(jobs::recalled)> recall;
  std::vector<jobs::order> mails;
  std::vector<jobs::order> programs;
  jobs_actor subject;
};

TEST_F(JobsActor, WhatIsJournaledBecomesMailsProgramsAndWishes) {
  remembers();
  power_fails();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(programs.size(), 1u);
  EXPECT_EQ(programs[0].program, "siren");
  const auto wishes = b.heard<policy::job_wished>();
  ASSERT_EQ(wishes.size(), 1u);
  EXPECT_TRUE(wishes[0].on);
  EXPECT_THAT(words(), ElementsAre("printer wished", "mail started", "program started"));
}

TEST_F(JobsActor, NothingIsDoneBeforeTheJournalHasAnswered) {
  power_fails();
  EXPECT_THAT(mails, IsEmpty());
  remembers();
  EXPECT_EQ(mails.size(), 1u);
}

TEST_F(JobsActor, AJournalThatNeverAnswersIsNotWaitedForForEver) {
  power_fails();
  b.world.pass(11s);
  EXPECT_EQ(mails.size(), 1u);
}

TEST_F(JobsActor, WhatTheJournalTellsOfIsNotDoneAgain) {
  job_event done;
  done.job = "mail";
  done.subject = "main";
  done.what = "done";
  done.action = "mail-1";
  done.run = 1;
  jobs::recalled journal;
  journal.entries = {{true, done}};
  remembers(journal);
  power_fails();
  EXPECT_THAT(mails, IsEmpty());
  EXPECT_EQ(programs.size(), 1u);
}

TEST_F(JobsActor, TheResultOfAMailIsJournaled) {
  remembers();
  power_fails();
  b.tell(subject, job_news{mails[0].task, false, false, "no answer"});
  b.tell(subject, job_news{mails[0].task, true, true, "accepted"});
  EXPECT_THAT(words(), ElementsAre("printer wished", "mail started", "program started",
                                   "mail retrying", "mail done"));
}

TEST_F(JobsActor, ABatteryIsListenedToByItsName) {
  remembers();
  power_fails();
  b.tell(subject, battery_told{"main", true, 5min, {}});
  EXPECT_EQ(words().back(), "late done");
}

TEST_F(JobsActor, AnOperatorEndsWhatAJobWishes) {
  remembers();
  power_fails();
  b.tell(subject, job_release{2, "anna"});
  const auto wishes = b.heard<policy::job_wished>();
  ASSERT_EQ(wishes.size(), 2u);
  EXPECT_FALSE(wishes[1].on);
}

}  // namespace
}  // namespace holdover::actors
