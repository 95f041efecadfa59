// The SNMP driver against Debian's own snmpd: what it says, in which version, what it refuses, and
// what becomes of the others when one device is dead.

#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "io/device/snmp/driver.hpp"
#include "io/device/snmp/engine.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/snmpd.hpp"
#include "tests/support/udp_link.hpp"
#include "tests/support/udp_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace holdover::device {
namespace {

using identity = support::snmpd::identity;
using power::belief;
using power::outlet_state;
using support::snmpd;
using support::udp_link;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto limit = 5s;  // For a device that was never heard to be slow.

class SnmpAgent : public testing::Test {
protected:
  void SetUp() override {
    if (!snmpd::installed()) GTEST_SKIP() << snmpd::not_installed;
    card.start();
  }

  std::unique_ptr<driver> ups(const std::string& version = "2c",
                              identity who = identity::reader) const {
    return make_snmp_driver(card.address("rfc1628", version, who), device_kind::ups, {});
  }
  std::unique_ptr<driver> site_switch(const std::string& version = "2c",
                                      identity who = identity::writer) const {
    return make_snmp_driver(card.address("generex-aux", version, who), device_kind::outlet_unit,
                            {});
  }
  std::unique_ptr<driver> ups_behind(const udp_link& line) const {
    auto where = card.address("rfc1628");
    where.port = line.port();
    return make_snmp_driver(where, device_kind::ups, {});
  }

  static power::observation seen(driver& device) {
    const auto came = support::read(device);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    EXPECT_TRUE(reading) << support::text_of(came);
    return reading ? observe(*reading) : power::observation{};
  }

  static std::vector<outlet_state> states(driver& unit) {
    const auto came = support::read(unit);
    const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
    EXPECT_TRUE(reading) << support::text_of(came);
    std::vector<outlet_state> result;
    if (reading)
      for (const auto& outlet : reading->outlets)
        result.push_back(outlet.state);
    return result;
  }

  static failure refusal(const auto& came) {
    const auto* why = support::failure_in(came);
    EXPECT_TRUE(why) << "there was an answer";
    return why ? *why : failure{};
  }

  snmpd card;
};

class EveryVersion : public SnmpAgent, public testing::WithParamInterface<const char*> {};

TEST_P(EveryVersion, ReadsAUps) {
  card.set_ups("load=42\nminutes_remaining=17\nmanufacturer=Rittal\nmodel=PMC\n");
  auto device = ups(GetParam());
  for (int again = 0; again < 3; ++again) {
    const auto came = support::read(*device);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    ASSERT_TRUE(reading) << support::text_of(came);
    EXPECT_EQ(observe(*reading).state, belief::online);
    EXPECT_EQ(number(*reading, power::names::ups_load), 42);
    EXPECT_EQ(number(*reading, power::names::battery_runtime), 17 * 60);
    EXPECT_EQ(number(*reading, power::names::input_voltage), 230);
    EXPECT_EQ(reading->who.manufacturer, "Rittal");
  }
}

TEST_P(EveryVersion, FollowsAPowerFailure) {
  auto device = ups(GetParam());
  EXPECT_EQ(seen(*device).state, belief::online);
  card.set_ups(
      "output_source=battery\nseconds_on_battery=31\nminutes_remaining=4\ncharge=20\n"
      "battery_status=low\ninput_voltage=0\nalarms=2,3,6\n");
  const auto outage = seen(*device);
  EXPECT_EQ(outage.state, belief::on_battery);
  EXPECT_TRUE(outage.battery_low);
  EXPECT_EQ(outage.charge_percent, 20);
  EXPECT_EQ(outage.runtime_left, 240s);
  EXPECT_EQ(outage.counter_on_battery, 31s);
  card.set_ups("");
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_P(EveryVersion, DoesWithoutObjectsThatTheCardLacks) {
  card.set_ups("charge=absent\nbattery_voltage=absent\noutput_current=absent\nalarms=absent\n");
  auto device = ups(GetParam());
  EXPECT_EQ(seen(*device).state, belief::online);
  EXPECT_EQ(seen(*device).charge_percent, std::nullopt);
  card.set_ups("charge=77\n");
  EXPECT_EQ(seen(*device).charge_percent, 77) << "vital objects are asked for every time";
}

TEST_P(EveryVersion, SwitchesOutletsAndReadsThemBack) {
  auto unit = site_switch(GetParam());
  EXPECT_THAT(states(*unit),
              ElementsAre(outlet_state::on, outlet_state::on, outlet_state::on, outlet_state::on));
  const auto came = support::switch_outlet(*unit, 3, false);
  ASSERT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  EXPECT_FALSE(card.outlets().at(3));
  EXPECT_THAT(states(*unit),
              ElementsAre(outlet_state::on, outlet_state::on, outlet_state::off, outlet_state::on));
  ASSERT_TRUE(std::holds_alternative<switched>(support::switch_outlet(*unit, 3, true)));
  EXPECT_TRUE(card.outlets().at(3));
}

INSTANTIATE_TEST_SUITE_P(Snmp, EveryVersion, testing::Values("1", "2c", "3"),
                         [](const auto& speaks) { return "Version" + std::string(speaks.param); });

TEST(SnmpAgentOnVersionSix, IsReadAndSwitched) {
  if (!snmpd::installed()) GTEST_SKIP() << snmpd::not_installed;
  const auto port = support::free_udp_port();
  snmpd card("agentAddress udp6:[::1]:" + std::to_string(port)
             + "\nrocommunity6 reading ::1\nrwcommunity6 writing ::1\n");
  card.start();
  for (const char* speaks : {"1", "2c", "3"}) {
    auto where = card.address("", speaks, identity::writer);
    where.host = "::1";
    where.port = port;
    const auto came = support::read(*make_snmp_driver(where, device_kind::ups, {}));
    const auto* reading = support::reading_in<power::ups_reading>(came);
    ASSERT_TRUE(reading) << speaks << ": " << support::text_of(came);
    EXPECT_EQ(observe(*reading).state, belief::online);
    where.unit = "generex-aux";
    const auto unit = make_snmp_driver(where, device_kind::outlet_unit, {});
    EXPECT_EQ(support::text_of(support::switch_outlet(*unit, 2, false)), "an answer") << speaks;
    EXPECT_FALSE(card.outlets().at(2));
    EXPECT_EQ(support::text_of(support::switch_outlet(*unit, 2, true)), "an answer") << speaks;
  }
}

TEST_F(SnmpAgent, SeesAnOutletThatSomebodyElseSwitched) {
  auto unit = site_switch();
  EXPECT_EQ(states(*unit).at(0), outlet_state::on);
  card.set_outlets("1 off\n2 on\n3 on\n4 on\n");
  EXPECT_EQ(states(*unit).at(0), outlet_state::off);
}

TEST_F(SnmpAgent, ReadsTheCardItself) {
  const auto came = support::read_interface(*ups());
  const auto* reading = support::reading_in<power::interface_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->description, "Laboratory card");
  EXPECT_EQ(reading->who.firmware, "ups_agent");
  ASSERT_TRUE(reading->up_since);
  EXPECT_LT(*reading->up_since, 60s);
  auto interface = make_snmp_driver(card.address(""), device_kind::interface, {});
  EXPECT_TRUE(support::reading_in<power::interface_reading>(support::read(*interface)));
}

TEST_F(SnmpAgent, ReadsASensorByItsObject) {
  card.set_ups("battery_temperature=31\n");
  auto sensor =
      make_snmp_driver(card.address(""), device_kind::sensor, "1.3.6.1.2.1.33.1.2.7.0 * 0.5");
  const auto came = support::read(*sensor);
  const auto* reading = support::reading_in<power::sensor_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->value.number, 15.5);
}

TEST_F(SnmpAgent, SaysThatASensorIsNotThere) {
  auto sensor = make_snmp_driver(card.address(""), device_kind::sensor, "1.3.6.1.2.1.33.1.2.7");
  const auto why = refusal(support::read(*sensor));
  EXPECT_EQ(why.kind, failure_kind::unsupported);
  EXPECT_THAT(why.text, HasSubstr(".0"));
}

TEST_F(SnmpAgent, HearsThatTheCardHasLostItsUps) {
  auto device = ups();
  card.set_ups("alarms=20\n");
  EXPECT_EQ(seen(*device).state, belief::unknown);
  card.set_ups("");
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_F(SnmpAgent, DoesNotSwitchWithoutACommunityForWriting) {
  for (auto who : {identity::reader, identity::none}) {
    const auto why = refusal(support::switch_outlet(*site_switch("2c", who), 1, false));
    EXPECT_EQ(why.kind, failure_kind::refused);
    EXPECT_THAT(why.text, HasSubstr("second line"));
  }
  EXPECT_TRUE(card.outlets().at(1));
}

TEST_F(SnmpAgent, IsRefusedWhereTheAgentAllowsReadingOnly) {
  auto where = card.address("generex-aux");
  where.credentials = card.credentials("read-only", "reading\nreading\n");
  auto unit = make_snmp_driver(where, device_kind::outlet_unit, {});
  const auto by_community = refusal(support::switch_outlet(*unit, 1, false));
  EXPECT_EQ(by_community.kind, failure_kind::refused);
  EXPECT_THAT(by_community.text, HasSubstr("write access"));
  const auto by_user =
      refusal(support::switch_outlet(*site_switch("3", identity::reader), 1, false));
  EXPECT_EQ(by_user.kind, failure_kind::refused);
  EXPECT_TRUE(card.outlets().at(1));
}

TEST_F(SnmpAgent, SaysWhyACommandStaysUnansweredThoughReadingWorks) {
  auto where = card.address("generex-aux");
  where.credentials = card.credentials("wrong-write", "reading\nguessed\n");
  auto unit = make_snmp_driver(where, device_kind::outlet_unit, {});
  EXPECT_EQ(states(*unit).size(), 4u);
  const auto why = refusal(support::switch_outlet(*unit, 1, false));
  EXPECT_EQ(why.kind, failure_kind::unreachable);
  EXPECT_THAT(why.text, HasSubstr("for writing"));
  EXPECT_THAT(why.text, Not(HasSubstr("guessed")));
  EXPECT_EQ(states(*unit).size(), 4u) << "reading goes on";
}

TEST_F(SnmpAgent, HasNoOutletsBeyondItsOwn) {
  auto unit = site_switch();
  EXPECT_EQ(refusal(support::switch_outlet(*unit, 0, false)).kind, failure_kind::unsupported);
  const auto unread = refusal(support::switch_outlet(*unit, 9, false));
  EXPECT_NE(unread.kind, failure_kind::unreachable) << "the agent has said so itself";
  EXPECT_EQ(states(*unit).size(), 4u);
  EXPECT_THAT(refusal(support::switch_outlet(*unit, 9, false)).text, HasSubstr("no outlet 9"));
}

TEST_F(SnmpAgent, IsNotAUpsIfItHasNothingOfOne) {
  card.set_ups("output_source=absent\nbattery_status=absent\n");
  const auto why = refusal(support::read(*ups()));
  EXPECT_EQ(why.kind, failure_kind::unsupported);
  EXPECT_THAT(why.text, HasSubstr("RFC 1628"));
}

TEST_F(SnmpAgent, IsUnreachableWithAWrongCommunityAndWithinTheLimit) {
  const auto began = steady_clock::now();
  const auto why = refusal(support::read(*ups("2c", identity::wrong)));
  EXPECT_EQ(why.kind, failure_kind::unreachable);
  EXPECT_THAT(why.text, HasSubstr("community"));
  EXPECT_THAT(why.text, Not(HasSubstr("guessed")));
  EXPECT_LT(steady_clock::now() - began, limit);
}

TEST_F(SnmpAgent, RefusesAWrongPassphraseAndSaysSo) {
  const auto why = refusal(support::read(*ups("3", identity::wrong)));
  EXPECT_EQ(why.kind, failure_kind::refused);
  EXPECT_THAT(why.text, HasSubstr("authentication passphrase"));
  EXPECT_THAT(why.text, Not(HasSubstr("not-the-phrase")));
}

TEST_F(SnmpAgent, RefusesAnUnknownUser) {
  auto where = card.address("rfc1628", "3");
  where.credentials = card.credentials("stranger", "stranger some-passphrase some-passphrase");
  const auto why = refusal(support::read(*make_snmp_driver(where, device_kind::ups, {})));
  EXPECT_EQ(why.kind, failure_kind::refused);
  EXPECT_THAT(why.text, HasSubstr("user"));
}

TEST_F(SnmpAgent, AcceptsCredentialsThatWereMended) {
  for (const auto* version : {"2c", "3"}) {
    auto where = card.address("rfc1628", version, identity::wrong);
    auto device = make_snmp_driver(where, device_kind::ups, {});
    EXPECT_TRUE(support::failure_in(support::read(*device)));
    const auto right = version == std::string("3")
                           ? "watcher\nwatcher-authentication\nwatcher-privacy\n"
                           : "reading\n";
    card.credentials(version == std::string("3") ? "wrong-3" : "wrong", right);
    EXPECT_EQ(seen(*device).state, belief::online) << version;
  }
}

TEST_F(SnmpAgent, AnswersForASecondUserOfTheSameCard) {
  auto reader = ups("3");
  auto writer = site_switch("3");
  auto intruder = ups("3", identity::wrong);
  EXPECT_EQ(seen(*reader).state, belief::online);
  EXPECT_EQ(states(*writer).size(), 4u);
  EXPECT_TRUE(support::failure_in(support::read(*intruder)));
  EXPECT_EQ(states(*writer).size(), 4u);
}

TEST_F(SnmpAgent, ReadsOnWhenTheCardHasRestarted) {
  for (const auto* version : {"2c", "3"}) {
    auto device = ups(version);
    EXPECT_EQ(seen(*device).state, belief::online);
    card.stop();
    EXPECT_EQ(refusal(support::read(*device)).kind, failure_kind::unreachable);
    card.start();
    EXPECT_EQ(seen(*device).state, belief::online) << version;
  }
}

TEST_F(SnmpAgent, SaysThatThePortIsClosed) {
  auto device = ups();
  card.stop();
  EXPECT_THAT(refusal(support::read(*device)).text, HasSubstr("port closed"));
}

TEST_F(SnmpAgent, IsUnreachableWhileItHangs) {
  auto device = ups();
  EXPECT_EQ(seen(*device).state, belief::online);
  card.pause();
  const auto began = steady_clock::now();
  EXPECT_EQ(refusal(support::read(*device)).kind, failure_kind::unreachable);
  EXPECT_LT(steady_clock::now() - began, limit);
  card.resume();
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_F(SnmpAgent, IsReadThoughTwoRequestsGetLost) {
  udp_link line(card.port());
  auto device = ups_behind(line);
  line.lose(2);
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_F(SnmpAgent, IsReadThoughEachReplyTakesLongerThanOurPatience) {
  udp_link line(card.port());
  auto device = ups_behind(line);
  EXPECT_EQ(seen(*device).state, belief::online);  // The card has been explored.
  line.delay(1300ms);
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_F(SnmpAgent, IsReadThoughAReadingOfSeveralRequestsTakesLongerThanASilenceMay) {
  udp_link line(card.port());
  auto device = ups_behind(line);
  card.set_ups("alarms=2,6\noutput_source=battery\n");
  EXPECT_EQ(seen(*device).state, belief::on_battery);
  line.delay(2600ms);
  for (int again = 0; again < 3; ++again) {
    const auto began = steady_clock::now();
    EXPECT_EQ(seen(*device).state, belief::on_battery);
    EXPECT_GT(steady_clock::now() - began, 5s) << "one request for the values, one for the alarms";
  }
}

TEST_F(SnmpAgent, IsLostOnceAtMostWhenEachReplyTakesFiveAndAHalfSeconds) {
  udp_link line(card.port());
  auto device = ups_behind(line);
  EXPECT_EQ(seen(*device).state, belief::online);
  line.delay(5500ms);
  std::string story;  // L for a reading that failed, R for one that came
  while (story.size() < 12 && !story.ends_with("RRR"))
    story += support::failure_in(support::read(*device)) != nullptr ? 'L' : 'R';
  EXPECT_TRUE(story.ends_with("RRR")) << story;
  EXPECT_EQ(story.find('R') + 3, story.size()) << "once it is known to be slow: " << story;
}

TEST_F(SnmpAgent, IsSwitchedBetweenTwoRequestsOfALongWalk) {
  udp_link line(card.port());
  line.delay(200ms);
  auto where = card.address("", "2c", identity::writer);
  where.port = line.port();
  const auto access = std::get<snmp::session_parameters>(snmp::fetch_access(where));
  const auto session = snmp::engine::shared()->open(access);
  const auto upses = snmp::object_id::known("1.3.6.1.2.1.33.1");
  const auto relay = snmp::object_id::known("1.3.6.1.2.1.33.1.11.2.0");
  std::promise<steady_clock::time_point> walked;
  std::promise<steady_clock::time_point> switched;
  session->walk(
      {upses}, [&](auto) { walked.set_value(steady_clock::now()); }, 15s, 30, false);
  session->set({{relay, std::int64_t{0}}}, [&](auto) { switched.set_value(steady_clock::now()); });
  EXPECT_LT(switched.get_future().get() + 2s, walked.get_future().get());
}

TEST_F(SnmpAgent, IsAskedOnceAtATime) {
  udp_link line(card.port());
  line.delay(20ms);
  auto device = ups_behind(line);
  std::vector<std::future<belief>> answers;
  for (int i = 0; i < 4; ++i)
    answers.push_back(std::async(std::launch::async, [&] { return seen(*device).state; }));
  for (auto& answer : answers)
    EXPECT_EQ(answer.get(), belief::online);
  EXPECT_EQ(line.under_way_max(), 1);
}

TEST_F(SnmpAgent, IsAskedOneQuestionForTheUsualReading) {
  udp_link line(card.port());
  auto device = ups_behind(line);
  EXPECT_EQ(seen(*device).state, belief::online);
  const int explored = line.requests();
  EXPECT_EQ(seen(*device).state, belief::online);
  EXPECT_EQ(line.requests() - explored, 1);
}

TEST_F(SnmpAgent, IsNotBelievedFromAnotherPort) {
  udp_link line(card.port());
  line.forge(true);
  auto device = ups_behind(line);
  EXPECT_EQ(refusal(support::read(*device)).kind, failure_kind::unreachable);
}

TEST_F(SnmpAgent, IsReadInSmallerRequestsIfItKeepsSilentAboutLargeOnes) {
  // As small cards do, snmpd says nothing if its answer would be longer than it may be.
  snmpd small("[snmp] sendMessageMaxSize 500\n");
  small.start();
  auto device = make_snmp_driver(small.address("rfc1628"), device_kind::ups, {});
  EXPECT_EQ(refusal(support::read(*device)).kind, failure_kind::unreachable);
  EXPECT_EQ(seen(*device).state, belief::online);
}

TEST_F(SnmpAgent, IsExploredWithoutGetBulkIfItKeepsSilentAboutThat) {
  udp_link line(card.port());
  line.lose_bulk(true);
  auto device = ups_behind(line);
  EXPECT_EQ(refusal(support::read(*device)).kind, failure_kind::unreachable);
  EXPECT_EQ(seen(*device).state, belief::online);
  card.set_ups("alarms=2,6\n");
  EXPECT_EQ(seen(*device).state, belief::online);  // The voltage settles the contradiction.
}

TEST_F(SnmpAgent, IsNotDelayedByAnotherThatIsDead) {
  udp_link dead(0);
  auto silent = ups_behind(dead);
  std::vector<std::unique_ptr<driver>> live;
  for (int i = 0; i < 5; ++i)
    live.push_back(ups(i % 2 == 0 ? "2c" : "3"));
  for (auto& device : live)
    EXPECT_EQ(seen(*device).state, belief::online);

  std::promise<void> gave_up;
  const auto began = steady_clock::now();
  silent->read([&](auto) { gave_up.set_value(); });
  auto silence = gave_up.get_future();
  int readings = 0;
  auto longest = 0ms;
  while (silence.wait_for(0s) != std::future_status::ready)
    for (auto& device : live) {
      const auto asked = steady_clock::now();
      EXPECT_EQ(seen(*device).state, belief::online);
      longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(
                                      steady_clock::now() - asked));
      ++readings;
    }
  EXPECT_LT(steady_clock::now() - began, limit);
  EXPECT_GT(readings, 25);
  EXPECT_LT(longest, 900ms) << "shorter than one attempt at the dead one";
}

TEST_F(SnmpAgent, AnswersForADeadVersion3DeviceWithinTheLimit) {
  udp_link dead(0);
  auto where = card.address("rfc1628", "3");
  where.port = dead.port();
  auto silent = make_snmp_driver(where, device_kind::ups, {});
  auto live = ups();
  const auto began = steady_clock::now();
  std::promise<failure> promise;
  silent->read([&](auto came) { promise.set_value(std::get<failure>(came)); });
  EXPECT_EQ(seen(*live).state, belief::online);
  EXPECT_LT(steady_clock::now() - began, 1s) << "opening a session waits for nobody";
  EXPECT_EQ(promise.get_future().get().kind, failure_kind::unreachable);
  EXPECT_LT(steady_clock::now() - began, limit);
}

TEST_F(SnmpAgent, AnswersEveryOpenQuestionWhenItsDriverEnds) {
  udp_link dead(0);
  auto device = ups_behind(dead);
  std::atomic<int> answers = 0;
  for (int i = 0; i < 5; ++i)
    device->read([&](auto) { ++answers; });
  device.reset();
  EXPECT_EQ(answers, 5);
}

TEST(SnmpDriver, AnswersForANameThatCannotBe) {
  const device_address where{.driver = "snmp",
                             .host = "no..such..host",
                             .port = 161,
                             .unit = {},
                             .credentials = {},
                             .version = {}};
  auto device = make_snmp_driver(where, device_kind::ups, {});
  const auto came = support::read(*device);
  const auto* why = support::failure_in(came);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->kind, failure_kind::unreachable);
  EXPECT_THAT(why->text, HasSubstr("no..such..host"));
}

TEST(SnmpDriver, AnswersWhatIsWrongWithItsDescription) {
  const auto complaint = [](device_kind kind, const std::string& unit, const std::string& channel,
                            const std::string& version, const std::string& credentials) {
    const device_address where{.driver = "snmp",
                               .host = "127.0.0.1",
                               .port = 161,
                               .unit = unit,
                               .credentials = credentials,
                               .version = version};
    const auto came = support::read(*make_snmp_driver(where, kind, channel));
    const auto* why = support::failure_in(came);
    return why == nullptr ? std::string("none") : why->text;
  };
  using enum device_kind;
  EXPECT_THAT(complaint(ups, "sony", "", "", ""), HasSubstr("rfc1628"));
  EXPECT_THAT(complaint(outlet_unit, "sony", "", "", ""), HasSubstr("generex-aux"));
  EXPECT_THAT(complaint(sensor, "", "1.3..6", "", ""), HasSubstr("1.3.6.1"));
  EXPECT_THAT(complaint(ups, "", "", "9", ""), HasSubstr("\"2c\""));
  EXPECT_THAT(complaint(ups, "", "", "3", ""), HasSubstr("needs a user"));
  EXPECT_THAT(complaint(ups, "", "", "", "file:/nonexistent"), HasSubstr("/nonexistent"));
}

}  // namespace
}  // namespace holdover::device
