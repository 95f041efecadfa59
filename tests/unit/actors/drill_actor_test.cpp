// A drill through the actors of a node and of an agent: who may say what, under which signature.

#include "actors/drill_actor.hpp"

#include "actors/bus_reader_actor.hpp"
#include "actors/policy_actor.hpp"
#include "actors/rehearsal_actor.hpp"
#include "tests/support/actor_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

power::observation shows(power::belief state) {
  power::observation made;
  made.state = state;
  made.charge_percent = 100;
  made.runtime_left = 30min;
  return made;
}

drill::story outage() {
  drill::story told;
  told.about = "mains fails";
  drill::story_event off;
  off.at = 10s;
  off.what = drill::story_verb::mains_off;
  off.subjects = {0};
  told.events = {off};
  told.lasts = 5min;
  return told;
}

class DrillActor : public ::testing::Test {
protected:
  explicit DrillActor(duration every = {}, std::optional<std::int64_t> last_one = {},
                      site about = office())
      : last(last_one), b(std::move(about)) {
    b.play_recorder();
    drill_setup setup;
    setup.about = b.about;
    setup.self = actor_bench::self;
    setup.name = actor_bench::name;
    setup.outside = b.outside();
    setup.where = b.where;
    setup.make_id = [this] { return id(++ids); };
    setup.read_story = [](const std::string&,
                          const std::string& text) -> std::variant<drill::story, std::string> {
      if (text != "a story") return std::string{"line 1: no story"};
      return outage();
    };
    setup.exercises.forbids = [this] { return forbids; };
    setup.exercises.stop_process = [this](duration lasts) {
      stops.push_back(lasts);
      return std::pair{true, std::string{"stopped"}};
    };
    setup.exercises.cut = [this](const std::string& member, duration) { cut = member; };
    setup.exercises.heal = [this] {
      cut.clear();
      return std::string{"12 messages were dropped"};
    };
    setup.every = every;
    setup.last_done = [this](const auto& answer) { answer(last); };
    setup.say_overdue = [this](const std::string& why) { overdue = why; };
    subject = b.enter("drill", b.world.system().spawn(drill_behavior,
                                                      std::make_shared<const drill_setup>(setup)));
  }

  static drill::order order(drill::order::verb what) {
    drill::order wish;
    wish.what = what;
    if (what != drill::order::verb::start) return wish;
    wish.drill = "drill-1";
    wish.name = "outage.yaml";
    wish.story = "a story";
    return wish;
  }
  operator_answer ask(const drill::order& what) {
    b.answered.clear();
    b.tell(subject,
           drill_request{{"oper", role::operator_, true, "route", "key"}, id(4), "oper", what});
    EXPECT_THAT(b.answered, SizeIs(1));
    return actor_bench::read_as<operator_answer>(b.answered.at(0).bytes);
  }
  operator_answer start() { return ask(order(drill::order::verb::start)); }
  drill::report look() { return *ask(order(drill::order::verb::report)).drilled; }

  std::optional<std::int64_t> last;
  std::string overdue;
  std::uint8_t ids = 0x20;
  std::string forbids;
  std::vector<duration> stops;
  std::string cut;
  actor_bench b;
  drill_actor subject;
};

TEST_F(DrillActor, CallsEveryHostAndPeerEachSecondInTheDomainOfDrills) {
  EXPECT_TRUE(start().ok);
  b.world.pass(3500ms);
  EXPECT_THAT(b.sent_to<drill::call>("web1"), SizeIs(4));
  for (const auto& one : b.sent)
    EXPECT_EQ(std::get<signed_message>(wire::decode_signed(one.bytes)).about, domain::drill);
  for (const auto& one : b.to_nodes)
    EXPECT_EQ(std::get<signed_message>(wire::decode_signed(one)).about, domain::drill);
}

TEST_F(DrillActor, ABadStoryASecondDrillAndAnImpossibleExerciseAreRefusedWithTheirReasons) {
  auto bad = order(drill::order::verb::start);
  bad.story = "something else";
  EXPECT_THAT(ask(bad).text, HasSubstr("line 1"));
  auto nobody = order(drill::order::verb::start);
  nobody.exercises = {{drill::exercise_kind::stop_process, "delta", {}, 1s, 10s}};
  EXPECT_THAT(ask(nobody).text, HasSubstr("delta"));
  EXPECT_TRUE(start().ok);
  EXPECT_THAT(start().text, HasSubstr("one at a time"));
}

TEST_F(DrillActor, RealTroubleEndsItSaysSoToAllAndIsJournaled) {
  start();
  b.world.pass(2s);
  b.sent.clear();
  b.tell(subject, drill_heard{drill::real_trouble{"UPS main is on battery"}});
  const auto calls = b.sent_to<drill::call>("web1");
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_TRUE(calls[0].over);
  EXPECT_EQ(look().state, drill::drill_state::aborted);
  const auto told = b.recorded<operator_event>();
  ASSERT_THAT(told, Not(IsEmpty()));
  EXPECT_EQ(told.back().command, "drill_aborted");
  b.sent.clear();
  b.world.pass(20s);
  EXPECT_THAT(b.sent, IsEmpty());
  EXPECT_TRUE(start().ok) << "and the next one may begin";
}

TEST_F(DrillActor, AProcessIsStoppedOnlyWhereNothingForbidsIt) {
  auto wish = order(drill::order::verb::start);
  wish.exercises = {{drill::exercise_kind::stop_process, actor_bench::name, {}, 1s, 10s}};
  forbids = "node beta is not connected";
  ask(wish);
  b.world.pass(30s);
  EXPECT_THAT(stops, IsEmpty());
  ASSERT_THAT(look().exercises, SizeIs(1));
  EXPECT_THAT(look().exercises[0].evidence, HasSubstr("beta"));
  ask(order(drill::order::verb::stop));
  forbids.clear();
  wish.drill = "drill-2";
  ask(wish);
  b.world.pass(30s);
  EXPECT_THAT(stops, SizeIs(1));
  EXPECT_EQ(look().exercises.at(0).evidence, "stopped");
}

TEST_F(DrillActor, ACutHealsByItselfAndAtOnceWhenTheDrillIsAborted) {
  auto wish = order(drill::order::verb::start);
  wish.exercises = {{drill::exercise_kind::cut_peer, actor_bench::name, "web1", 1s, 10s}};
  ask(wish);
  b.world.pass(15s);
  EXPECT_EQ(cut, "web1");
  b.world.pass(10s);
  EXPECT_THAT(cut, IsEmpty());
  EXPECT_THAT(look().exercises.at(0).evidence, HasSubstr("12 messages"));
  ask(order(drill::order::verb::stop));
  wish.drill = "drill-2";
  ask(wish);
  b.world.pass(15s);
  ASSERT_EQ(cut, "web1");
  b.tell(subject, drill_heard{drill::real_trouble{"UPS main is on battery"}});
  EXPECT_THAT(cut, IsEmpty());
}

// ---- The calendar ------------------------------------------------------------------------------

constexpr std::int64_t now_milliseconds = 1'700'000'000'000;  // The bench's wall clock.

class DrillNeverDone : public DrillActor {
protected:
  DrillNeverDone() : DrillActor(720h) { b.world.settle(); }
};
TEST_F(DrillNeverDone, IsOverdueUntilOneIsDone) {
  EXPECT_THAT(overdue, HasSubstr("no drill is on record"));
  ASSERT_THAT(b.recorded<alarm_event>(), SizeIs(1));
  EXPECT_TRUE(b.recorded<alarm_event>()[0].raised);
  start();
  b.world.pass(6min);
  EXPECT_EQ(look().state, drill::drill_state::done);
  EXPECT_THAT(overdue, IsEmpty());
  EXPECT_FALSE(b.recorded<alarm_event>().back().raised);
}

class DrillDoneLastWeek : public DrillActor {
protected:
  DrillDoneLastWeek() : DrillActor(720h, now_milliseconds - 7 * 24 * 3'600'000LL) {
    b.world.settle();
  }
};
TEST_F(DrillDoneLastWeek, IsNotOverdue) {
  EXPECT_THAT(overdue, IsEmpty());
  EXPECT_THAT(b.recorded<alarm_event>(), IsEmpty());
}

class DrillDoneLongAgo : public DrillActor {
protected:
  DrillDoneLongAgo() : DrillActor(720h, now_milliseconds - 31 * 24 * 3'600'000LL) {
    b.world.settle();
  }
};
TEST_F(DrillDoneLongAgo, IsOverdueAndAnAbortedOneDoesNotCount) {
  EXPECT_THAT(overdue, HasSubstr("744 h ago"));
  start();
  ask(order(drill::order::verb::stop));
  EXPECT_THAT(overdue, HasSubstr("744 h ago"));
}

// ---- The border ---------------------------------------------------------------------------------

class DrillAtTheBorder : public DrillActor {
protected:
  DrillAtTheBorder() {
    b.play_policy();
    bus_reader_setup setup{b.about, actor_bench::self, b.outside(), b.where, {}, {}};
    reader = b.world.adopt(b.world.system().spawn(bus_reader_behavior,
                                                  std::make_shared<const bus_reader_setup>(setup)));
    start();
    b.world.pass(1s);
  }
  void says(const std::string& who, domain about, message_payload what) {
    b.tell(reader, b.from(who, b.letter(who, about, std::move(what))));
  }
  agent::host_beacon beacon() const {
    agent::host_beacon made;
    made.site = b.about->name;
    made.host = "web1";
    made.nonce = id(9);
    made.tick = 1;
    made.boot_id = "boot-1";
    made.state = agent::host_state::running;
    return made;
  }
  bool heard() {
    for (const auto& host : look().hosts)
      if (host.host == "web1") return host.heard.has_value();
    return false;
  }

  bus_reader_actor reader;
};

TEST_F(DrillAtTheBorder, ARehearsedBeaconIsHeardByTheDrillAlone) {
  says("web1", domain::drill, beacon());
  EXPECT_TRUE(heard());
  EXPECT_THAT(b.facts, IsEmpty()) << "the real policy never hears of it";
}

TEST_F(DrillAtTheBorder, ARealBeaconIsHeardByThePolicyAlone) {
  says("web1", domain::beacon, beacon());
  EXPECT_FALSE(heard());
  EXPECT_THAT(b.facts, SizeIs(1));
}

TEST_F(DrillAtTheBorder, NobodySpeaksInAHostsNameOrByAnother) {
  says("web2", domain::drill, beacon());
  b.tell(reader, b.from("beta", b.letter("web1", domain::drill, beacon())));
  EXPECT_FALSE(heard());
}

TEST_F(DrillAtTheBorder, APeersEndEndsOursAndAHostsDoesNot) {
  says("web1", domain::drill, drill::call{"drill-1", true, "because", {}});
  says("beta", domain::bus, drill::call{"drill-1", true, "because", {}});
  says("beta", domain::drill, drill::call{"drill-2", true, "because", {}});
  EXPECT_EQ(look().state, drill::drill_state::running);
  says("beta", domain::drill, drill::call{"drill-1", true, "because", {}});
  EXPECT_EQ(look().state, drill::drill_state::aborted);
}

// ---- The policy ---------------------------------------------------------------------------------

class DrillByThePolicy : public DrillActor {
protected:
  explicit DrillByThePolicy(site about = office()) : DrillActor({}, {}, std::move(about)) {
    policy_setup setup;
    setup.about = b.about;
    setup.self = actor_bench::self;
    setup.name = actor_bench::name;
    setup.incarnation = id(0x51);
    setup.label_seed = id(0x5e);
    setup.outside = b.outside();
    setup.where = b.where;
    setup.enter_safety_thread = [] { return std::string{}; };
    setup.complete_status = [](node_status&) {};
    policy = b.world.adopt(
        b.world.system().spawn(policy_behavior, std::make_shared<const policy_setup>(setup)));
    b.world.settle();
  }
  void see(power::belief state) {
    b.tell(policy, fact{policy::ups_observed{0, shows(state), 0ms}, b.world.now()});
  }
  operator_answer command(decltype(operator_command::what) what, const std::string& by = "oper") {
    b.answered.clear();
    b.tell(policy, operator_request{{by, role::operator_, true, "route", "key"},
                                    {by, id(4), life, tick, std::move(what)}});
    EXPECT_THAT(b.answered, SizeIs(1));
    const auto said = actor_bench::read_as<operator_answer>(b.answered.at(0).bytes);
    if (!said.drilled) life = said.node_incarnation;
    tick = said.node_tick;
    return said;
  }
  operator_answer start_by_policy() {
    command(status_command{});
    return command(order(drill::order::verb::start));
  }

  random_id life;
  std::uint64_t tick = 0;
  policy_actor policy;
};

TEST_F(DrillByThePolicy, NoDrillWhileAUpsIsNotFreshlySeenOnMains) {
  EXPECT_THAT(start_by_policy().text, HasSubstr("refused: no drill now"));
  see(power::belief::on_battery);
  EXPECT_THAT(start_by_policy().text, HasSubstr("refused: no drill now"));
  EXPECT_EQ(look().state, drill::drill_state::none);
}

TEST_F(DrillByThePolicy, AnOldCommandStartsNothing) {
  see(power::belief::online);
  EXPECT_THAT(command(order(drill::order::verb::start)).text, HasSubstr("too old"));
}

TEST_F(DrillByThePolicy, TheFirstReadingThatIsNotOnMainsEndsIt) {
  see(power::belief::online);
  EXPECT_TRUE(start_by_policy().ok);
  for (int i = 0; i < 5; ++i) {
    b.world.pass(1s);
    see(power::belief::online);
  }
  EXPECT_EQ(look().state, drill::drill_state::running);
  see(power::belief::on_battery);
  EXPECT_EQ(look().state, drill::drill_state::aborted);
  EXPECT_THAT(look().why, HasSubstr("main"));
}

TEST_F(DrillByThePolicy, WhatAPeerSeesEndsItToo) {
  see(power::belief::online);
  start_by_policy();
  b.tell(policy, fact{policy::peer_observed{2, 0, shows(power::belief::on_battery), 0ms, 0ms},
                      b.world.now()});
  EXPECT_EQ(look().state, drill::drill_state::aborted);
}

// ---- Hosts that are really stopped --------------------------------------------------------------

site executable() {
  auto about = server_room();
  about.switches = {{"db1.drill"}};
  return about;
}

class DrillExecution : public DrillByThePolicy {
protected:
  DrillExecution() : DrillByThePolicy(executable()) {}
  operator_answer wish(const std::string& by, duration lasts = 60s) {
    command(status_command{}, by);
    return command(hold_command{{"db1.drill"}, lasts, "stop time"}, by);
  }
  std::vector<std::string> said() const {
    std::vector<std::string> all;
    for (const auto& one : b.recorded<operator_event>())
      all.push_back(one.by + ' ' + one.command);
    return all;
  }
};

TEST_F(DrillExecution, TakesTwoPersonsWhoAreNotTheSame) {
  see(power::belief::online);
  EXPECT_THAT(wish("anna").text, HasSubstr("waits for a second person"));
  EXPECT_THAT(wish("anna").text, HasSubstr("waits for a second person"));
  EXPECT_THAT(said(), Not(::testing::Contains("anna set")));
  EXPECT_THAT(wish("bert").text, HasSubstr("1 set"));
  EXPECT_EQ(said().back(), "bert set");
}

TEST_F(DrillExecution, NobodyIsHeardWhileAUpsIsNotOnMains) {
  EXPECT_THAT(wish("anna").text, HasSubstr("refused: no drill now"));
  see(power::belief::online);
  wish("anna");
  see(power::belief::on_battery);
  EXPECT_THAT(wish("bert").text, HasSubstr("refused: no drill now"));
  EXPECT_THAT(said(), Not(::testing::Contains("bert set")));
}

TEST_F(DrillExecution, RealTroubleTakesTheWishBackAtOnce) {
  see(power::belief::online);
  wish("anna");
  wish("bert");
  see(power::belief::online);
  EXPECT_EQ(said().back(), "bert set");
  see(power::belief::on_battery);
  EXPECT_THAT(said(), ::testing::Contains("drill take_back"));
}

TEST_F(DrillExecution, OnePersonTakesItBack) {
  see(power::belief::online);
  wish("anna");
  wish("bert");
  EXPECT_TRUE(wish("anna", 0s).ok);
  EXPECT_EQ(said().back(), "anna take_back");
  EXPECT_THAT(wish("bert").text, HasSubstr("waits for a second person"));
}

// ---- The agent's side ---------------------------------------------------------------------------

class Rehearsal : public ::testing::Test {
protected:
  Rehearsal() {
    rehearsal_setup setup;
    setup.config.site = b.about->name;
    setup.config.host = "web1";
    setup.config.electorate = {1, 2, 3};
    setup.config.threshold = 2;
    setup.boot_id = "boot-1";
    setup.make_nonce = [this] { return id(++nonces); };
    setup.outside = b.outside("web1");
    setup.look_at = [this](rehearsal_actor, const std::string& what) { looks.push_back(what); };
    subject = b.world.adopt(
        b.world.system().spawn(rehearsal_behavior, std::make_shared<const rehearsal_setup>(setup)));
    b.world.settle();
  }
  void comes(const std::string& who, domain about, message_payload what) {
    b.tell(subject, frame{{}, b.letter(who, about, std::move(what))});
  }
  void call(const std::string& who, domain about = domain::drill) {
    comes(who, about, drill::call{"drill-1", false, {}, 10min});
  }
  agent::host_beacon said() const {
    return actor_bench::read_as<agent::host_beacon>(b.to_nodes.back());
  }
  void vote_by(node_number from, domain about, const std::string& drill) {
    voter who{.number = from, .site = b.about->name};
    auto cast = who.cast(host("web1"), said().nonce, said().tick, vote::level::shutdown,
                         {on_battery("main", 10min)});
    cast.content.drill = drill;
    comes(from == 1 ? "alpha" : "beta", about, cast.content);
  }

  std::uint8_t nonces = 0;
  std::vector<std::string> looks;
  actor_bench b;
  rehearsal_actor subject;
};

TEST_F(Rehearsal, BeginsByCallsOfTwoNodesInTheDomainOfDrillsAlone) {
  call("alpha", domain::bus);
  call("beta", domain::vote);
  call("web2");
  call("alpha");
  EXPECT_THAT(b.to_nodes, IsEmpty());
  call("beta");
  ASSERT_THAT(b.to_nodes, Not(IsEmpty()));
  EXPECT_EQ(std::get<signed_message>(wire::decode_signed(b.to_nodes.back())).about, domain::drill);
}

TEST_F(Rehearsal, CountsVotesOfItsDrillAndNoOthers) {
  call("alpha");
  call("beta");
  for (const node_number from : {1u, 2u}) {
    vote_by(from, domain::vote, "drill-1");
    vote_by(from, domain::drill, "");
    vote_by(from, domain::drill, "drill-0");
  }
  EXPECT_EQ(said().state, agent::host_state::running);
  vote_by(1, domain::drill, "drill-1");
  vote_by(2, domain::drill, "drill-1");
  EXPECT_EQ(said().state, agent::host_state::armed);
}

}  // namespace
}  // namespace holdover::actors
