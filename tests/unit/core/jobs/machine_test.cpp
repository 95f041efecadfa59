#include "core/jobs/machine.hpp"

#include "tests/unit/core/jobs/jobs_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::jobs {
namespace {

using test::jobs_bench;
using test::log_action;
using test::mail_action;
using test::on_event;
using test::site_with;
using testing::ElementsAre;
using testing::IsEmpty;

job_config powerfail(std::vector<action_config> actions) {
  return on_event("powerfail", origin::ups, "on_battery", std::move(actions), "main");
}

supply_seen on_battery(duration confirmed, std::optional<duration> left = {}) {
  return {0, true, confirmed, left};
}

// ---- The six timings ---------------------------------------------------------------------------

TEST(JobTiming, AtOnceIsOnceWhenTheEventBegins) {
  jobs_bench bench{site_with({powerfail({log_action()})})};
  bench.ups("on_battery");
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
  bench.pass(1h);
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(JobTiming, AfterAWhileIsDroppedIfTheEventIsOverSooner) {
  auto job = powerfail({log_action()});
  job.when.after = 30s;
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.pass(29s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.ups("online");
  bench.pass(1h);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.ups("on_battery");
  bench.pass(30s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
}

TEST(JobTiming, AtOnceAndThenEachTimeEndsWithTheEvent) {
  auto job = powerfail({log_action()});
  job.when.every = 60s;
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.pass(130s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done", "powerfail log-1 done 2",
                                        "powerfail log-1 done 3"));
  bench.ups("online");
  bench.pass(10min);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail over"));
}

TEST(JobTiming, AfterAWhileAndThenEachTime) {
  auto job = powerfail({log_action()});
  job.when.after = 20s;
  job.when.every = 60s;
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.pass(19s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(62s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done", "powerfail log-1 done 2"));
}

TEST(JobTiming, TimeOnBatteryIsThatOfTheUpsAndNotOfTheEvent) {
  auto job = powerfail({log_action()});
  job.when.on_battery_for = 5min;
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.give(on_battery(1min));
  bench.pass(10min);  // Nobody saw the battery all that while.
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.give(on_battery(5min));
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
}

TEST(JobTiming, AtARemainingTimeNeedsThePredictionOfABatteryInUse) {
  auto job = powerfail({log_action()});
  job.when.runtime_below = 10min;
  jobs_bench bench{site_with({job})};
  bench.give(supply_seen{0, false, 0s, 5min});
  bench.ups("on_battery");
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.give(on_battery(10s, 11min));
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.give(on_battery(80s, 10min));
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
}

TEST(JobTiming, ThreeActionsAtTheirTimesAndTheLastIsCancelledInBetween) {
  auto second = powerfail({log_action()}), third = second;
  second.name = "later";
  second.when.after = 30s;
  third.name = "last";
  third.when.after = 120s;
  jobs_bench bench{site_with({powerfail({log_action()}), second, third})};
  bench.ups("on_battery");
  bench.pass(60s);
  bench.ups("online");
  bench.pass(5min);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done", "later log-1 done",
                                        "powerfail over", "later over"));
}

// ---- Counter-actions, flicker, restart ---------------------------------------------------------

TEST(Jobs, CounterWhatTheyDidOnceTheEventIsOver) {
  auto job = powerfail({log_action("gone")});
  job.when_over = {log_action("back")};
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.ups("online");
  bench.pass(9s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
  bench.pass(1s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail over", "powerfail over-log-1 done"));
}

TEST(Jobs, CounterNothingThatTheyDidNotDo) {
  auto job = powerfail({log_action()});
  job.when.after = 30s;
  job.when_over = {log_action()};
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.ups("online");
  bench.pass(1min);
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(Jobs, DoNothingTwiceWhileAnEventFlickers) {
  jobs_bench bench{site_with({powerfail({log_action()})})};
  for (int i = 0; i < 20; ++i) {
    bench.ups("on_battery");
    bench.pass(3s);
    bench.ups("online");
    bench.pass(3s);
  }
  EXPECT_THAT(bench.said(), ElementsAre("powerfail log-1 done"));
}

TEST(Jobs, EndAPreAlarmOnlyWithTheAlarmBeyondIt) {
  jobs_bench bench{
      site_with({on_event("warm", origin::sensor, "pre_alarm_high", {log_action()}, "rack1")})};
  bench.sensor("pre_alarm_high");
  bench.sensor("alarm_high");
  bench.pass(1min);
  EXPECT_THAT(bench.said(), ElementsAre("warm log-1 done"));
  bench.sensor("normal");
  bench.pass(1min);
  EXPECT_THAT(bench.said(), ElementsAre("warm over"));
}

TEST(Jobs, OfAnyAreOfEachByItself) {
  auto about = site_with({on_event("dark", origin::ups, "on_battery", {log_action()})});
  test::add_ups(about, "second");
  jobs_bench bench{about};
  bench.ups("on_battery", "main");
  bench.ups("on_battery", "second");
  EXPECT_THAT(bench.said(), ElementsAre("dark log-1 done", "dark log-1 done"));
}

TEST(Jobs, DoNothingAgainAfterARestartInTheSameEvent) {
  auto job = powerfail({log_action()});
  job.when_over = {log_action()};
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.said();
  bench.restart();
  bench.ups("on_battery");
  bench.pass(10min);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.ups("online");
  bench.pass(1min);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail over", "powerfail over-log-1 done"));
}

TEST(Jobs, TakeAnEventForOverThatIsNotSeenAgainAfterARestart) {
  auto job = powerfail({log_action()});
  job.when_over = {log_action()};
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.said();
  bench.restart();
  bench.pass(59s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(2s);
  EXPECT_THAT(bench.said(), ElementsAre("powerfail over", "powerfail over-log-1 done"));
}

TEST(Jobs, TakeNothingForOverOfADeviceThatDoesNotAnswer) {
  auto job = powerfail({log_action()});
  jobs_bench bench{site_with({job})};
  bench.ups("on_battery");
  bench.said();
  bench.restart();
  bench.ups("communication_lost");
  bench.pass(1h);
  EXPECT_THAT(bench.said(), IsEmpty());
}

// ---- Who does it -------------------------------------------------------------------------------

site three(std::vector<job_config> all) {
  auto s = test::three_nodes("office");
  test::add_ups(s, "main");
  s.jobs = std::move(all);
  return s;
}

/// The three nodes' machines; who begins by itself, and who only waits.
struct trio {
  explicit trio(const site& about)
      : nodes{jobs_bench{about, 1}, jobs_bench{about, 2}, jobs_bench{about, 3}} {}

  jobs_bench& owner() { return nodes[owner_index()]; }
  std::size_t owner_index() {
    for (std::size_t i = 0; i < 3; ++i)
      if (!nodes[i].orders.empty()) return i;
    ADD_FAILURE() << "nobody begins";
    return 0;
  }
  std::size_t orders() {
    return nodes[0].orders.size() + nodes[1].orders.size() + nodes[2].orders.size();
  }
  /// What one told comes to the others.
  void tell(std::size_t from) {
    for (const auto& e : nodes[from].told())
      for (std::size_t i = 0; i < 3; ++i)
        if (i != from) nodes[i].give(peer_fact{static_cast<node_number>(from + 1), e});
  }
  void pass(duration d) {
    for (auto& node : nodes)
      node.pass(d);
  }

  std::array<jobs_bench, 3> nodes;
};

TEST(JobErrands, AreOneNodesAlone) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  ASSERT_EQ(site.orders(), 1u);
  const auto owner = site.owner_index();
  site.owner().give(task_ended{site.owner().orders[0].task, true, "sent"});
  site.tell(owner);
  site.pass(2h);
  EXPECT_EQ(site.orders(), 1u);
}

TEST(JobErrands, OfAPeerThatWasQuickerToSeeTheEventAreNotDoneAgain) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  const auto owner = site.owner_index();
  trio later{three({powerfail({mail_action()})})};
  site.owner().give(task_ended{site.owner().orders[0].task, true, "sent"});
  for (const auto& e : site.nodes[owner].told())
    for (std::size_t i = 0; i < 3; ++i)
      if (i != owner) later.nodes[i].give(peer_fact{static_cast<node_number>(owner + 1), e});
  for (std::size_t i = 0; i < 3; ++i)
    if (i != owner) later.nodes[i].ups("on_battery");
  later.pass(2h);
  EXPECT_EQ(later.orders(), 0u);
}

TEST(JobErrands, GoToTheNextNodeWhenNothingIsHeardOfTheFirst) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  site.pass(25s);
  EXPECT_EQ(site.orders(), 3u) << "twice is better than never";
}

TEST(JobErrands, GoToTheNextNodeWhenTheFirstFails) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  const auto owner = site.owner_index();
  site.tell(owner);
  site.pass(5s);
  EXPECT_EQ(site.orders(), 1u);
  site.owner().give(task_ended{site.owner().orders[0].task, false, "refused"});
  site.tell(owner);
  site.pass(1s);
  EXPECT_EQ(site.orders(), 2u);
}

TEST(JobErrands, OfADoerThatDiesAreTakenOver) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  const auto owner = site.owner_index();
  site.tell(owner);
  site.pass(1min);
  EXPECT_EQ(site.orders(), 1u);
  peers_seen left;
  for (node_number n = 1; n <= 3; ++n)
    if (n != owner + 1) left.alive.push_back(n);
  for (std::size_t i = 0; i < 3; ++i)
    if (i != owner) site.nodes[i].give(left);
  site.pass(0s);
  EXPECT_EQ(site.orders(), 2u);
}

TEST(JobErrands, AreCalledBackWhenAPeerHasSentTheMail) {
  trio site{three({powerfail({mail_action()})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  const auto owner = site.owner_index();
  job_event done;
  done.job = "powerfail";
  done.subject = "main";
  done.what = "done";
  done.action = "mail-1";
  done.run = 1;
  site.owner().give(peer_fact{static_cast<node_number>((owner + 1) % 3 + 1), done});
  EXPECT_EQ(site.owner().cancelled.size(), 1u);
}

TEST(JobErrands, ThatFailStopNoOther) {
  jobs_bench bench{site_with({powerfail({mail_action(), mail_action(), log_action()})})};
  bench.ups("on_battery");
  bench.give(task_ended{bench.orders[0].task, false, "no such server"});
  bench.give(task_ended{bench.orders[1].task, true, "sent"});
  EXPECT_THAT(bench.said(), ElementsAre("powerfail mail-1 started", "powerfail mail-2 started",
                                        "powerfail log-3 done", "powerfail mail-1 failed",
                                        "powerfail mail-2 done"));
}

TEST(JobErrands, CarryTheFactsInTheirText) {
  jobs_bench bench{
      site_with({powerfail({mail_action("{site}/{node}: {job} of {subject}, {run}")})})};
  bench.ups("on_battery");
  ASSERT_EQ(bench.orders.size(), 1u);
  EXPECT_EQ(bench.orders[0].text, "office/alpha: powerfail of main, 1");
  EXPECT_EQ(bench.orders[0].subject, "office: powerfail main");
}

TEST(JobErrands, OfNamedNodesAreDoneByEachOfThem) {
  auto program = log_action();
  program.kind = action_kind::program;
  program.program = "siren";
  program.nodes = {1, 3};
  trio site{three({powerfail({program})})};
  for (auto& node : site.nodes)
    node.ups("on_battery");
  EXPECT_EQ(site.nodes[0].orders.size(), 1u);
  EXPECT_EQ(site.nodes[1].orders.size(), 0u);
  EXPECT_EQ(site.nodes[2].orders.size(), 1u);
}

// ---- Wishes ------------------------------------------------------------------------------------

site hot_room() {
  auto s = three({});
  s.wishes = {{wish_kind::outlet_off, 0, {}, {}, "printer off"},
              {wish_kind::host_down, 0, {}, {}, "web1 down"}};
  auto job = on_event("hot", origin::sensor, "alarm_high", {}, "rack1");
  action_config off, down, on;
  off.kind = action_kind::switch_off;
  off.wishes = {0};
  down.kind = action_kind::shut_down;
  down.wishes = {1};
  on.kind = action_kind::switch_on;
  on.wishes = {0};
  job.actions = {off, down};
  job.when_over = {on};
  s.jobs = {job};
  return s;
}

TEST(JobWishes, AreEveryNodesOwn) {
  trio site{hot_room()};
  for (auto& node : site.nodes) {
    node.sensor("alarm_high");
    ASSERT_EQ(node.wishes.size(), 2u);
    EXPECT_TRUE(node.wishes[0].on && node.wishes[1].on);
    EXPECT_TRUE(node.orders.empty());
  }
}

TEST(JobWishes, StayUntilTheyAreCountered) {
  jobs_bench bench{hot_room()};
  bench.sensor("alarm_high");
  bench.wishes.clear();
  bench.sensor("normal");
  bench.pass(1h);
  ASSERT_EQ(bench.wishes.size(), 1u);
  EXPECT_EQ(bench.wishes[0].which, 0u);
  EXPECT_FALSE(bench.wishes[0].on);
}

TEST(JobWishes, EndByAnOperatorsRelease) {
  jobs_bench bench{hot_room()};
  bench.sensor("alarm_high");
  bench.wishes.clear();
  bench.give(released{0, "anna"});
  ASSERT_EQ(bench.wishes.size(), 2u);
  EXPECT_FALSE(bench.wishes[0].on || bench.wishes[1].on);
}

TEST(JobWishes, OfOutletsOutliveARestartAndThoseOfHostsWaitForTheEvent) {
  jobs_bench bench{hot_room()};
  bench.sensor("alarm_high");
  bench.wishes.clear();
  bench.restart();
  ASSERT_EQ(bench.wishes.size(), 1u);
  EXPECT_EQ(bench.wishes[0].which, 0u);
  bench.wishes.clear();
  bench.sensor("alarm_high");
  ASSERT_EQ(bench.wishes.size(), 2u);
  EXPECT_EQ(bench.wishes[1].which, 1u);
}

TEST(JobWishes, MadeForAnOutageEndWithIt) {
  auto about = hot_room();
  about.wishes[1].kind = wish_kind::host_down_in_outage;
  about.jobs[0].on = event_source{origin::ups, "main", "on_battery"};
  jobs_bench bench{about};
  bench.ups("on_battery");
  bench.wishes.clear();
  bench.ups("online");
  bench.pass(1min);
  ASSERT_EQ(bench.wishes.size(), 2u);
  EXPECT_EQ(bench.wishes[0].which, 1u);
  EXPECT_FALSE(bench.wishes[0].on);
}

// ---- The calendar ------------------------------------------------------------------------------

// Monday 2026-11-23, 21:59:00.
constexpr local_seconds monday_evening = (20'780 * day_seconds) + (22 * 60 - 1) * 60;

job_config each_weekday_at_ten(bool run_missed = false) {
  job_config job;
  job.name = "night";
  job.at = schedule{};
  for (std::size_t day = 0; day < 5; ++day)
    job.at->days[day] = true;
  job.at->minute = 22 * 60;
  job.at->run_missed = run_missed;
  job.actions = {log_action()};
  return job;
}

TEST(JobSchedule, RunsOnceAtItsMinute) {
  ASSERT_EQ(date_and_time(monday_evening), "2026-11-23 21:59");
  jobs_bench bench{site_with({each_weekday_at_ten()})};
  bench.give(clock_told{monday_evening, true});
  bench.pass(59s);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(1s);
  EXPECT_THAT(bench.said(), ElementsAre("night log-1 done"));
  bench.give(clock_told{monday_evening + 61, true});
  bench.pass(23h);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(1h);
  EXPECT_THAT(bench.said(), ElementsAre("night log-1 done"));
}

TEST(JobSchedule, RestsAtTheWeekendAndOnSpecialDays) {
  auto about = site_with({each_weekday_at_ten()});
  about.special_days = {20'781};  // Tuesday.
  jobs_bench bench{about};
  bench.give(clock_told{monday_evening, true});
  bench.pass(24h * 7 - 1min);
  EXPECT_EQ(bench.said().size(), 4u);
}

TEST(JobSchedule, OfSpecialDaysGoesOnThoseAlone) {
  auto job = each_weekday_at_ten();
  job.at->days.fill(false);
  job.at->special_days = true;
  auto about = site_with({job});
  about.special_days = {20'781};
  jobs_bench bench{about};
  bench.give(clock_told{monday_evening, true});
  bench.pass(24h * 7);
  EXPECT_EQ(bench.said().size(), 1u);
}

TEST(JobSchedule, OfOneDateIsOnce) {
  auto job = each_weekday_at_ten();
  job.at->days.fill(false);
  job.at->date = parse_date("2026-11-25");
  jobs_bench bench{site_with({job})};
  bench.give(clock_told{monday_evening, true});
  bench.pass(2 * 24h);
  EXPECT_THAT(bench.said(), IsEmpty());
  bench.pass(24h * 30);
  EXPECT_THAT(bench.said(), ElementsAre("night log-1 done"));
}

TEST(JobSchedule, MissedWhileDownIsLeftOutOrDoneLateAsTheJobSays) {
  for (const bool run : {false, true}) {
    jobs_bench bench{site_with({each_weekday_at_ten(run)})};
    bench.restart(monday_evening);
    bench.give(clock_told{monday_evening + 8 * 3600, true});
    if (run)
      EXPECT_THAT(bench.said(), ElementsAre("night missed", "night log-1 done"));
    else
      EXPECT_THAT(bench.said(), ElementsAre("night missed"));
  }
}

TEST(JobSchedule, MissedTooLongAgoIsLeftOut) {
  jobs_bench bench{site_with({each_weekday_at_ten(true)})};
  bench.restart(monday_evening + 3 * day_seconds);  // Thursday; Friday's is missed.
  bench.give(clock_told{monday_evening + 6 * day_seconds, true});
  EXPECT_THAT(bench.said(), ElementsAre("night missed"));
}

TEST(JobSchedule, DoneBeforeARestartIsNotMissed) {
  jobs_bench bench{site_with({each_weekday_at_ten(true)})};
  bench.give(clock_told{monday_evening, true});
  bench.pass(1min);
  bench.said();
  bench.restart(monday_evening);
  bench.give(clock_told{monday_evening + 600, true});
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(JobSchedule, MissesNothingBeforeItsFirstStart) {
  jobs_bench bench{site_with({each_weekday_at_ten(true)})};
  bench.restart();
  bench.give(clock_told{monday_evening + 8 * 3600, true});
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(JobSchedule, WaitsForAClockThatIsTrusted) {
  jobs_bench bench{site_with({each_weekday_at_ten()})};
  bench.give(clock_told{monday_evening, false});
  bench.pass(5min);
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(JobSchedule, RunsWhatSummerTimeLeavesOut) {
  jobs_bench bench{site_with({each_weekday_at_ten()})};
  bench.give(clock_told{monday_evening - 600, true});
  bench.pass(20s);
  bench.give(clock_told{monday_evening - 580 + 3600, true});
  EXPECT_THAT(bench.said(), ElementsAre("night log-1 done"));
}

TEST(JobSchedule, RunsNothingTwiceInTheHourThatWinterTimeRepeats) {
  jobs_bench bench{site_with({each_weekday_at_ten()})};
  bench.give(clock_told{monday_evening, true});
  bench.pass(10min);
  bench.said();
  bench.give(clock_told{monday_evening + 600 - 3600, true});
  bench.pass(2h);
  EXPECT_THAT(bench.said(), IsEmpty());
}

TEST(JobSchedule, TakesALeapOfDaysForTimeThatWasMissed) {
  jobs_bench bench{site_with({each_weekday_at_ten()})};
  bench.give(clock_told{monday_evening - 600, true});
  bench.give(clock_told{monday_evening - 600 + 2 * day_seconds, true});
  EXPECT_THAT(bench.said(), ElementsAre("night missed"));
}

// ---- Words -------------------------------------------------------------------------------------

TEST(JobWords, ADateThatIsNoneIsNotTaken) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2026-02-29"), std::nullopt);
  EXPECT_EQ(parse_date("2024-02-29").has_value(), true);
  EXPECT_EQ(parse_date("24.12.2026"), std::nullopt);
}

TEST(JobWords, APlaceholderThatNobodyKnowsIsFound) {
  EXPECT_EQ(unknown_placeholder("{site}: {facts}"), std::nullopt);
  EXPECT_EQ(unknown_placeholder("{site}: {fact}"), "fact");
}

}  // namespace
}  // namespace holdover::jobs
