// Who gets in, by which door, and who does not.

#include "actors/bus_reader_actor.hpp"

#include "tests/support/actor_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <map>
#include <sstream>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BusReaderActor : public ::testing::Test {
protected:
  BusReaderActor() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(log)));
    b.play_recorder();
    b.play_policy();
    b.play_executor("ss4");
    subject = reader(false);
  }

  ~BusReaderActor() override { spdlog::set_default_logger(before); }

  bus_reader_actor reader(bool of_events) {
    bus_reader_setup setup{b.about,
                           actor_bench::self,
                           b.outside(),
                           b.where,
                           [this](const std::string& why) { ++refused[why]; },
                           [this](const std::string& who) { ++forged[who]; }};
    setup.reads_events = of_events;
    return b.world.adopt(b.world.system().spawn(bus_reader_behavior,
                                                std::make_shared<const bus_reader_setup>(setup)));
  }
  void comes(const std::string& sender, const std::string& bytes) {
    b.tell(subject, b.from(sender, bytes));
  }
  /// From its signer's own connection.
  void says(const std::string& who, domain about, message_payload what) {
    comes(who, b.letter(who, about, std::move(what)));
  }
  void expect_nothing_passed() const {
    EXPECT_THAT(b.facts, IsEmpty());
    EXPECT_THAT(b.votes, IsEmpty());
    EXPECT_THAT(b.requests, IsEmpty());
    EXPECT_THAT(b.filed, IsEmpty());
  }
  void expect_refused(const std::string& why) const {
    expect_nothing_passed();
    EXPECT_THAT(log.str(), HasSubstr(why));
  }

  vote::vote outlet_vote(node_number from, const std::string& name = "printer",
                         node_number executor = actor_bench::self) const {
    voter who{.number = from, .site = b.about->name};
    return who.cast(outlet(name, executor), id(7), 1, vote::outlet_wish::off).content;
  }
  agent::host_beacon host_beacon(const std::string& host) const {
    agent::host_beacon made;
    made.site = b.about->name;
    made.host = host;
    made.nonce = id(9);
    made.tick = 1;
    made.boot_id = "boot-1";
    made.state = agent::host_state::running;
    return made;
  }
  agent::executor_beacon executor_beacon(node_number node, const std::string& unit = "ss4") const {
    agent::executor_beacon made;
    made.site = b.about->name;
    made.unit = unit;
    made.node = node;
    made.nonce = id(9);
    made.tick = 1;
    return made;
  }
  static ups_telemetry reading(const std::string& device,
                               power::freshness fresh = power::freshness::fresh) {
    ups_telemetry made;
    made.counter = 1;
    made.device = device;
    made.what.state = power::belief::on_battery;
    made.observation_age = 200ms;
    made.confirmed_on_battery = 12s;
    made.fresh = fresh;
    return made;
  }
  static operator_command command(decltype(operator_command::what) what) {
    operator_command made;
    made.by = "somebody";
    made.request = id(4);
    made.node_incarnation = id(5);
    made.what = std::move(what);
    return made;
  }
  static event happened() {
    event made;
    made.id.incarnation = 1;
    made.id.sequence = 1;
    made.what = node_event{"started", ""};
    return made;
  }

  std::map<std::string, int> refused;
  std::map<std::string, int> forged;
  std::ostringstream log;
  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
  actor_bench b;
  bus_reader_actor subject;
};

// ---- Who is let in ------------------------------------------------------------------------------

TEST_F(BusReaderActor, AVoteForOurOutletReachesItsExecutorWithItsBytes) {
  const auto bytes = b.letter("beta", domain::vote, outlet_vote(2));
  comes("beta", bytes);
  ASSERT_THAT(b.votes, SizeIs(1));
  EXPECT_TRUE(b.votes[0].signature_valid);
  EXPECT_EQ(b.votes[0].content.controller, 2u);
  EXPECT_EQ(b.votes[0].signed_bytes, bytes);
}

TEST_F(BusReaderActor, OurOwnVoteTakesTheSameDoor) {
  says("alpha", domain::vote, outlet_vote(1));
  EXPECT_THAT(b.votes, SizeIs(1));
}

TEST_F(BusReaderActor, AHostsBeaconReachesThePolicyWithItsBytes) {
  const auto bytes = b.letter("db1", domain::beacon, host_beacon("db1"));
  comes("db1", bytes);
  const auto facts = b.heard<policy::host_beacon_received>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(b.about->hosts[facts[0].host].name, "db1");
  EXPECT_EQ(facts[0].evidence, bytes);
}

// ---- What is carried for others (V6) ------------------------------------------------------------

TEST_F(BusReaderActor, ABeaconIsPassedOnUnchangedToTheNodesThatItDoesNotEcho) {
  auto said = host_beacon("db1");
  said.echoes = {{1, id(1), 1}, {3, id(3), 1}};
  const auto bytes = b.letter("db1", domain::beacon, said);
  comes("db1", bytes);
  ASSERT_THAT(b.sent, SizeIs(1));
  EXPECT_EQ(b.sent[0].to, "beta");
  EXPECT_EQ(b.sent[0].bytes, bytes);
}

TEST_F(BusReaderActor, ABeaconThatANodePassedOnIsHeardAsSuchAndGoesNoFurther) {
  const auto bytes = b.letter("db1", domain::beacon, host_beacon("db1"));
  comes("gamma", bytes);
  const auto facts = b.heard<policy::host_beacon_received>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].by, 3u);
  EXPECT_THAT(b.sent, IsEmpty());
}

TEST_F(BusReaderActor, ABeaconThatAnotherHostBringsIsRefused) {
  comes("web1", b.letter("db1", domain::beacon, host_beacon("db1")));
  expect_refused("came by no node");
}

TEST_F(BusReaderActor, APeersVoteForAHostIsCarriedThereUnchanged) {
  voter beta{.number = 2, .site = b.about->name};
  const auto bytes = b.letter("beta", domain::vote,
                              beta.cast(test::host("db1"), id(7), 1, vote::level::warn).content);
  comes("beta", bytes);
  ASSERT_THAT(b.sent, SizeIs(1));
  EXPECT_EQ(b.sent[0].to, "db1");
  EXPECT_EQ(b.sent[0].bytes, bytes);
}

TEST_F(BusReaderActor, AVoteForAHostIsCarriedFirstHandOnly) {
  voter beta{.number = 2, .site = b.about->name};
  comes("gamma", b.letter("beta", domain::vote,
                          beta.cast(test::host("db1"), id(7), 1, vote::level::warn).content));
  EXPECT_THAT(b.sent, IsEmpty());
  expect_refused("third hand");
}

TEST_F(BusReaderActor, AnExecutorsBeaconReachesThePolicy) {
  says("gamma", domain::beacon, executor_beacon(3));
  const auto facts = b.heard<policy::executor_beacon_received>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].what.node, 3u);
}

TEST_F(BusReaderActor, APeersReadingReachesThePolicyWithTheAgeOfItsJourney) {
  comes("beta", b.letter("beta", domain::bus, reading("main"), 300ms));
  const auto facts = b.heard<policy::peer_observed>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].peer, 2u);
  EXPECT_EQ(facts[0].ups, 0u);
  EXPECT_EQ(facts[0].age, 500ms);
  EXPECT_EQ(facts[0].confirmed_on_battery, 12s);
}

TEST_F(BusReaderActor, APeersWordReachesThePolicyWithTheAgeOfItsJourney) {
  const policy::node_word word{7, {}, {{"web1", 60s, "anna"}}, {}};
  comes("beta", b.letter("beta", domain::bus, word, 300ms));
  const auto facts = b.heard<policy::peer_told>();
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(facts[0].peer, 2u);
  EXPECT_EQ(facts[0].what.policy_revision, 7u);
  EXPECT_EQ(facts[0].age, 300ms);
}

TEST_F(BusReaderActor, AWordAtSecondHandIsRefused) {
  comes("gamma", b.letter("beta", domain::bus, policy::node_word{}));
  EXPECT_THAT(b.heard<policy::peer_told>(), IsEmpty());
}

TEST_F(BusReaderActor, EachReadingOfABatchReachesThePolicyWithItsAge) {
  const telemetry_batch batch{{{10ms, reading("main")}, {4ms, reading("main")}}};
  comes("beta", b.letter("beta", domain::bus, batch, 300ms));
  const auto facts = b.heard<policy::peer_observed>();
  ASSERT_THAT(facts, SizeIs(2));
  EXPECT_EQ(facts[0].peer, 2u);
  EXPECT_EQ(facts[0].age, 510ms);
  EXPECT_EQ(facts[1].age, 504ms);
  EXPECT_THAT(b.filed, IsEmpty());
}

TEST_F(BusReaderActor, ABatchOfOtherReadingsReachesTheRecorderAsItCame) {
  sensor_telemetry rack;
  rack.device = "rack";
  rack.reading = {power::sensor_kind::contact, {"door", 1, power::quality::good, {}}, {}};
  const auto bytes = b.letter("beta", domain::bus, telemetry_batch{{{0ms, rack}, {0ms, rack}}});
  comes("beta", bytes);
  ASSERT_THAT(b.filed, SizeIs(1));
  EXPECT_EQ(b.filed[0].first.bytes, bytes);
}

TEST_F(BusReaderActor, APeersStaleReadingInformsNobody) {
  says("beta", domain::bus, reading("main", power::freshness::stale));
  expect_nothing_passed();
}

TEST_F(BusReaderActor, AnOperatorsCommandReachesThePolicyUnderTheSignersName) {
  says("oper", domain::operator_, command(hold_command{{"web1"}, 60s, "work"}));
  ASSERT_THAT(b.requests, SizeIs(1));
  EXPECT_EQ(b.requests[0].what.by, "oper") << "what it calls itself counts for nothing";
  EXPECT_EQ(b.requests[0].from.member, "oper");
  EXPECT_EQ(b.requests[0].from.route, "route");
}

TEST_F(BusReaderActor, ATapMayLook) {
  says("watcher", domain::operator_, command(status_command{}));
  EXPECT_THAT(b.requests, SizeIs(1));
}

TEST_F(BusReaderActor, EventsRangesAndDigestsOfNodesReachTheRecorder) {
  says("beta", domain::bus, happened());
  says("beta", domain::bus, event_range{"gamma", 1, {}});
  says("beta", domain::bus, log_digest{});
  says("beta", domain::bus, range_request{"alpha", 1, 1, 2});
  EXPECT_THAT(b.filed, SizeIs(4));
}

TEST_F(BusReaderActor, ListenersMayAskForThePast) {
  for (const auto* who : {"watcher", "museum", "oper"}) {
    says(who, domain::bus, range_request{"alpha", 1, 1, 2});
    says(who, domain::bus, snapshot_request{10, 0});
  }
  EXPECT_THAT(b.filed, SizeIs(6));
}

// ---- Who is not ---------------------------------------------------------------------------------

TEST_F(BusReaderActor, GarbageIsRefused) {
  comes("beta", "\x01\xff garbage");
  comes("beta", "");
  expect_nothing_passed();
  EXPECT_THAT(log.str(), HasSubstr("refused a message from beta (node)"));
}

TEST_F(BusReaderActor, GoodSignatureOverGarbageIsRefused) {
  comes("beta", wire::encode(b.outside("beta").sign(domain::bus, "garbage")));
  expect_nothing_passed();
}

TEST_F(BusReaderActor, ABadSignatureIsRefused) {
  comes("beta", actor_bench::badly_signed(b.letter("beta", domain::vote, outlet_vote(2))));
  expect_refused("signature is wrong");
}

TEST_F(BusReaderActor, AStrangersSignatureIsRefused) {
  comes("beta", b.letter("mallory", domain::vote, outlet_vote(2)));
  expect_refused("signer is not a member");
}

TEST_F(BusReaderActor, AMessageOfAnotherSiteIsRefused) {
  auto foreign = outlet_vote(2);
  foreign.site = "elsewhere";
  comes("beta", seal(b.outside("beta"), domain::vote, "elsewhere", "beta", foreign));
  expect_refused("another site");
}

TEST_F(BusReaderActor, NobodyPublishesUnderAnothersName) {
  comes("beta", seal(b.outside("beta"), domain::vote, b.about->name, "gamma", outlet_vote(2)));
  expect_refused("signer is not the publisher");
}

TEST_F(BusReaderActor, AVoteSignedForAnotherPurposeIsRefused) {
  says("beta", domain::bus, outlet_vote(2));
  expect_refused("a vote that its signer may not cast");
}

TEST_F(BusReaderActor, AVoteOfSomebodyElsesSeatIsRefused) {
  says("beta", domain::vote, outlet_vote(3));
  expect_refused("a vote that its signer may not cast");
}

TEST_F(BusReaderActor, NobodyButANodeMayVote) {
  for (const auto* who : {"web1", "oper", "watcher", "museum"})
    says(who, domain::vote, outlet_vote(0));
  expect_refused("a vote that its signer may not cast");
}

TEST_F(BusReaderActor, AVoteForAnotherNodesExecutorIsRefused) {
  says("beta", domain::vote, outlet_vote(2, "printer", 3));
  expect_refused("a vote for somebody else");
}

TEST_F(BusReaderActor, AVoteForAnUnknownOutletIsRefused) {
  says("beta", domain::vote, outlet_vote(2, "coffee"));
  expect_refused("unknown outlet");
}

TEST_F(BusReaderActor, AHostMayNotSpeakForAnother) {
  says("web1", domain::beacon, host_beacon("web2"));
  expect_refused("a host's beacon that its signer may not send");
}

TEST_F(BusReaderActor, ANodeMayNotSpeakForAHost) {
  says("beta", domain::beacon, host_beacon("beta"));
  expect_refused("a host's beacon that its signer may not send");
}

TEST_F(BusReaderActor, ABeaconSignedForAnotherPurposeIsRefused) {
  says("web1", domain::bus, host_beacon("web1"));
  says("beta", domain::bus, executor_beacon(2));
  expect_refused("a host's beacon that its signer may not send");
  expect_refused("an executor's beacon that its signer may not send");
}

TEST_F(BusReaderActor, AnExecutorMayNotSpeakForAnotherNode) {
  says("beta", domain::beacon, executor_beacon(3));
  expect_refused("an executor's beacon that its signer may not send");
}

TEST_F(BusReaderActor, ABeaconOfAnUnknownUnitIsRefused) {
  says("beta", domain::beacon, executor_beacon(2, "ss5"));
  expect_refused("an outlet unit that the site file does not know");
}

TEST_F(BusReaderActor, NobodyButANodeMayTellReadings) {
  for (const auto* who : {"web1", "oper", "watcher", "museum"}) {
    says(who, domain::bus, reading("main"));
    says(who, domain::bus, telemetry_batch{{{0ms, reading("main")}}});
  }
  expect_refused("a reading that its signer may not publish");
}

TEST_F(BusReaderActor, AReadingThatSomebodyElseRepeatsIsRefused) {
  for (const auto* who : {"watcher", "web1", "gamma"}) {
    comes(who, b.letter("beta", domain::bus, reading("main")));
    comes(who, b.letter("beta", domain::bus, telemetry_batch{{{0ms, reading("main")}}}));
    comes(who, b.letter("beta", domain::bus, outlet_telemetry{1, "ss4", {}}));
    comes(who, b.letter("beta", domain::bus, sensor_telemetry{1, "rack", {}, 0ms}));
  }
  expect_refused("a reading at second hand");
}

TEST_F(BusReaderActor, ABeaconThatIsPaddedIsRefused) {
  auto padded = host_beacon("db1");
  for (int i = 0; i < 32; ++i)
    padded.actions.push_back({std::string(128, static_cast<char>('a' + i % 26)),
                              agent::action_state::done, std::string(256, 'x')});
  comes("db1", b.letter("db1", domain::beacon, padded));
  EXPECT_THAT(b.heard<policy::host_beacon_received>(), SizeIs(1));
  for (auto& report : padded.actions)
    for (int i = 0; i < 256; ++i)
      report.detail.replace(static_cast<std::size_t>(4 * i), 1, "\xF0\x9F\x94\x8B");
  comes("db1", b.letter("db1", domain::beacon, padded));
  EXPECT_THAT(b.heard<policy::host_beacon_received>(), SizeIs(1));
}

TEST_F(BusReaderActor, AReadingOfAnUnknownDeviceInformsNobody) {
  says("beta", domain::bus, reading("other"));
  expect_nothing_passed();
}

TEST_F(BusReaderActor, NobodyButAnOperatorMayHold) {
  for (const auto* who : {"beta", "web1", "watcher", "museum"})
    says(who, domain::operator_, command(hold_command{{}, 60s, "no"}));
  expect_refused("a command that its signer may not give");
}

TEST_F(BusReaderActor, ACommandThatComesOverAnothersConnectionIsRefused) {
  comes("watcher", b.letter("oper", domain::operator_, command(hold_command{{}, 60s, "no"})));
  expect_refused("a command that came by somebody else");
}

TEST_F(BusReaderActor, ACommandSignedForAnotherPurposeIsRefused) {
  says("oper", domain::bus, command(hold_command{{}, 60s, "no"}));
  expect_refused("a command that its signer may not give");
}

TEST_F(BusReaderActor, AgentsMayNeitherPublishNorAskForThePast) {
  says("web1", domain::bus, happened());
  says("web1", domain::bus, range_request{"alpha", 1, 1, 2});
  says("web1", domain::bus, snapshot_request{10, 0});
  expect_refused("a message that its signer may not send");
}

TEST_F(BusReaderActor, ListenersMayNotPublish) {
  for (const auto* who : {"watcher", "museum", "oper"}) {
    says(who, domain::bus, happened());
    says(who, domain::bus, event_range{"beta", 1, {}});
    says(who, domain::bus, log_digest{});
  }
  expect_refused("a message that its signer may not send");
}

TEST_F(BusReaderActor, AnEventSignedForAnotherPurposeIsRefused) {
  says("beta", domain::vote, happened());
  expect_refused("a message that its signer may not send");
}

TEST_F(BusReaderActor, AnswersMeantForOperatorsAreNotForANode) {
  operator_answer told;
  told.request = id(4);
  told.node_incarnation = id(5);
  says("beta", domain::operator_, told);
  expect_refused("not for a node");
}

// ---- How refusals are told ----------------------------------------------------------------------

TEST_F(BusReaderActor, ARefusalIsLoggedOnceAMinuteWithItsCount) {
  const auto lines = [this] {
    const auto text = log.str();
    return std::count(text.begin(), text.end(), '\n');
  };
  for (int i = 0; i < 50; ++i)
    says("web1", domain::beacon, host_beacon("web2"));
  EXPECT_EQ(lines(), 1);
  b.world.pass(61s, 1s);
  says("web1", domain::beacon, host_beacon("web2"));
  EXPECT_EQ(lines(), 2);
  EXPECT_THAT(log.str(), HasSubstr("(51 so far)"));
}

TEST_F(BusReaderActor, EveryRefusalIsCountedByReasonForTheStatus) {
  for (int i = 0; i < 3; ++i)
    says("web1", domain::beacon, host_beacon("web2"));
  comes("beta", b.letter("mallory", domain::vote, outlet_vote(2)));
  EXPECT_EQ(refused["a host's beacon that its signer may not send"], 3);
  EXPECT_EQ(refused["signer is not a member"], 1);
  EXPECT_EQ(refused.size(), 2u);
}

TEST_F(BusReaderActor, GoodMessagesAfterBadOnesGetThrough) {
  for (int i = 0; i < 100; ++i)
    comes("beta", "garbage " + std::to_string(i));
  says("beta", domain::vote, outlet_vote(2));
  EXPECT_THAT(b.votes, SizeIs(1));
}

// ---- The reader of events -----------------------------------------------------------------------

TEST_F(BusReaderActor, WhatPeersPublishIsReadByTheReaderOfEvents) {
  subject = reader(true);
  says("beta", domain::bus, happened());
  says("beta", domain::bus, log_digest{});
  says("beta", domain::bus, reading("main"));
  EXPECT_THAT(b.filed, SizeIs(2));
  EXPECT_THAT(b.heard<policy::peer_observed>(), SizeIs(1));
}

TEST_F(BusReaderActor, NothingElseMayBePublished) {
  subject = reader(true);
  says("beta", domain::vote, outlet_vote(2));
  says("beta", domain::beacon, executor_beacon(2));
  says("beta", domain::bus, range_request{"alpha", 1, 1, 2});
  expect_refused("not for the events socket");
  EXPECT_EQ(refused["not for the events socket"], 3);
}

TEST_F(BusReaderActor, EventsOweTheirCreditUntilTheyAreFiledAndControlsDoNot) {
  for (const bool of_events : {false, true}) {
    subject = reader(of_events);
    b.filed.clear();
    auto arrives = b.from("beta", b.letter("beta", domain::bus, happened()));
    arrives.held = std::make_shared<int>();
    b.tell(subject, std::move(arrives));
    ASSERT_THAT(b.filed, SizeIs(1));
    EXPECT_EQ(b.filed[0].first.held != nullptr, of_events);
  }
}

TEST_F(BusReaderActor, WhoSignsBadlyIsReportedAndWhoCarriesABadLetterIsNot) {
  const auto bad = b.badly_signed(b.letter("beta", domain::bus, happened()));
  comes("beta", bad);
  EXPECT_EQ(forged["beta"], 1);
  comes("gamma", bad);
  EXPECT_EQ(forged["gamma"], 0);
  subject = reader(true);
  comes("gamma", bad);
  EXPECT_EQ(forged["gamma"], 1) << "nobody publishes another's word";
}

}  // namespace
}  // namespace holdover::actors
