// What each family of UPSes is told, at live agents that behave as the maker's MIB says: Debian's
// snmpd with a table of objects that can be set, and a Megatec UPS on a pseudo terminal. Each
// command is looked up behind the agent, and its outcome read back.

#include "core/power/names.hpp"
#include "io/device/megatec/driver.hpp"
#include "io/device/snmp/driver.hpp"
#include "io/device/ups_output.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/megatec_ups.hpp"
#include "tests/support/snmpd.hpp"
#include "tests/support/snmpsim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace holdover::device {
namespace {

using power::outlet_state;
using power::ups_flag;
using support::snmpd;
using support::snmpsim;
using testing::ElementsAre;
using testing::HasSubstr;
using verb = power::ups_command::verb;
using namespace std::chrono_literals;

/// Debian's agent with the objects of one maker.
class table_card {
public:
  table_card(const std::string& root, std::string profile, const std::string& lines)
      : profile_(std::move(profile)),
        card_("pass_persist ." + root
              + " /usr/bin/python3 " HOLDOVER_ROOT "/tools/lab/table_agent.py "
              + folder_.write("table", lines, 0644) + '\n') {
    card_.start();
  }

  std::unique_ptr<driver> ups(const char* version = "2c",
                              snmpd::identity who = snmpd::identity::writer) const {
    return make_snmp_driver(card_.address(profile_, version, who), device_kind::ups, {});
  }
  std::unique_ptr<driver> outlets() const {
    return make_snmp_driver(card_.address(profile_, "2c", snmpd::identity::writer),
                            device_kind::outlet_unit, {});
  }
  /// What was set since the last look, in its order: "OBJECT = VALUE" with the root left out.
  std::vector<std::string> told() const {
    std::ifstream in(folder_ / "table.told");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
      lines.push_back(std::move(line));
    std::filesystem::remove(folder_ / "table.told");
    return lines;
  }
  /// Something happens at the UPS itself.
  void becomes(const std::string& object, const std::string& value) const {
    std::ifstream in(folder_ / "table");
    std::string text;
    for (std::string line; std::getline(in, line);)
      text += (line.starts_with(object + ' ') ? object + " integer " + value : line) + '\n';
    folder_.write("table", text, 0644);
  }

private:
  std::string profile_;
  support::scratch folder_;
  snmpd card_;
};

std::string tell(driver& ups, verb what, duration delay = {}) {
  return support::text_of(support::answer_of<switched>([&](auto done) {
    ups.command({what, delay}, done);
  }));
}

power::ups_reading reading_of(driver& ups) {
  const auto came = support::read(ups);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  EXPECT_TRUE(reading) << support::text_of(came);
  return reading != nullptr ? *reading : power::ups_reading{};
}

outlet_state state_of(driver& outlets, std::size_t place = 0) {
  const auto came = support::read(outlets);
  const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
  EXPECT_TRUE(reading && reading->outlets.size() > place) << support::text_of(came);
  return reading != nullptr && reading->outlets.size() > place ? reading->outlets[place].state
                                                               : outlet_state::unknown;
}

std::unique_ptr<driver> output_of(std::unique_ptr<driver> ups, duration off_delay = 0s,
                                  bool stays_off = false) {
  outlet_unit_config about;
  about.off_delay = off_delay;
  about.stays_off = stays_off;
  return make_ups_output_driver(std::move(ups), about);
}

std::string switch_it(driver& output, bool on, std::uint32_t number = 1) {
  return support::text_of(support::switch_outlet(output, number, on));
}

class Card : public testing::Test, public testing::WithParamInterface<const char*> {
protected:
  void SetUp() override {
    if (!snmpd::installed()) GTEST_SKIP() << snmpd::not_installed;
  }
};

// ---- PowerNet -----------------------------------------------------------------------------------

constexpr const char* powernet_root = "1.3.6.1.4.1.318.1.1.1";
constexpr const char* powernet_status = "1.3.6.1.4.1.318.1.1.1.4.1.1.0";

/// As PowerNet-MIB has it: the controls read 1 whatever they were set to, and the one that saves
/// the battery is refused on mains.
constexpr const char* powernet_table = R"(
1.3.6.1.4.1.318.1.1.1.1.1.1.0 string Smart-UPS
1.3.6.1.4.1.318.1.1.1.2.1.1.0 integer 2
1.3.6.1.4.1.318.1.1.1.2.2.1.0 gauge 100
1.3.6.1.4.1.318.1.1.1.2.2.3.0 timeticks 180000
1.3.6.1.4.1.318.1.1.1.3.2.1.0 gauge 230
1.3.6.1.4.1.318.1.1.1.4.1.1.0 integer 2
1.3.6.1.4.1.318.1.1.1.4.2.3.0 gauge 20
1.3.6.1.4.1.318.1.1.1.5.2.4.0 integer 1 set 1..4
1.3.6.1.4.1.318.1.1.1.6.1.1.0 integer 1 set 1..2
1.3.6.1.4.1.318.1.1.1.6.2.1.0 integer 1 set 1..5
1.3.6.1.4.1.318.1.1.1.6.2.2.0 integer 1 set 1..5
1.3.6.1.4.1.318.1.1.1.6.2.6.0 integer 1 set 1..3
1.3.6.1.4.1.318.1.1.1.7.2.2.0 integer 1 set 1..3
1.3.6.1.4.1.318.1.1.1.7.2.3.0 integer 1
1.3.6.1.4.1.318.1.1.1.7.2.5.0 integer 1 set 1..3
forget 1.3.6.1.4.1.318.1.1.1.6.1.1.0
forget 1.3.6.1.4.1.318.1.1.1.6.2.1.0
forget 1.3.6.1.4.1.318.1.1.1.6.2.2.0
forget 1.3.6.1.4.1.318.1.1.1.6.2.6.0
forget 1.3.6.1.4.1.318.1.1.1.7.2.2.0
forget 1.3.6.1.4.1.318.1.1.1.7.2.5.0
only while 1.3.6.1.4.1.318.1.1.1.4.1.1.0 = 3: 1.3.6.1.4.1.318.1.1.1.6.1.1.0
when 1.3.6.1.4.1.318.1.1.1.6.1.1.0 = 2: 1.3.6.1.4.1.318.1.1.1.4.1.1.0 = 5
when 1.3.6.1.4.1.318.1.1.1.6.2.1.0 = 3: 1.3.6.1.4.1.318.1.1.1.4.1.1.0 = 7
when 1.3.6.1.4.1.318.1.1.1.6.2.6.0 = 2: 1.3.6.1.4.1.318.1.1.1.4.1.1.0 = 2
when 1.3.6.1.4.1.318.1.1.1.6.2.2.0 = 3: 1.3.6.1.4.1.318.1.1.1.4.1.1.0 = 8
when 1.3.6.1.4.1.318.1.1.1.7.2.2.0 = 2: 1.3.6.1.4.1.318.1.1.1.7.2.3.0 = 4
when 1.3.6.1.4.1.318.1.1.1.7.2.5.0 = 2: 1.3.6.1.4.1.318.1.1.1.7.2.3.0 = 4
when 1.3.6.1.4.1.318.1.1.1.7.2.5.0 = 3: 1.3.6.1.4.1.318.1.1.1.7.2.3.0 = 1
)";

using PowerNet = Card;

TEST_P(PowerNet, TestsAndBuzzersAreToldAndShow) {
  const table_card card(powernet_root, "apc-ups", powernet_table);
  const auto ups = card.ups(GetParam());
  EXPECT_EQ(tell(*ups, verb::test_quick), "an answer");
  EXPECT_TRUE(reading_of(*ups).flags.has(ups_flag::testing));
  EXPECT_EQ(tell(*ups, verb::test_abort), "an answer");
  EXPECT_FALSE(reading_of(*ups).flags.has(ups_flag::testing));
  EXPECT_EQ(tell(*ups, verb::test_deep), "an answer");
  EXPECT_TRUE(reading_of(*ups).flags.has(ups_flag::testing));
  for (const auto what : {verb::buzzer_off, verb::buzzer_mute, verb::buzzer_on})
    EXPECT_EQ(tell(*ups, what), "an answer") << to_string(what);
  EXPECT_THAT(
      card.told(),
      ElementsAre("1.3.6.1.4.1.318.1.1.1.7.2.2.0 = 2", "1.3.6.1.4.1.318.1.1.1.7.2.5.0 = 3",
                  "1.3.6.1.4.1.318.1.1.1.7.2.5.0 = 2", "1.3.6.1.4.1.318.1.1.1.5.2.4.0 = 3",
                  "1.3.6.1.4.1.318.1.1.1.5.2.4.0 = 4", "1.3.6.1.4.1.318.1.1.1.5.2.4.0 = 1"));
}

TEST_P(PowerNet, GoesOffInAnOutageSoThatItReturnsByItself) {
  const table_card card(powernet_root, "apc-ups", powernet_table);
  const auto main = output_of(card.ups(GetParam()), 20s);
  card.becomes(powernet_status, "3");
  EXPECT_EQ(state_of(*main), outlet_state::on);
  EXPECT_EQ(switch_it(*main, false), "an answer") << "it takes no delay, and is told without";
  EXPECT_EQ(state_of(*main), outlet_state::off);
  EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.318.1.1.1.6.1.1.0 = 2"));
}

TEST_P(PowerNet, GoesOffOnMainsAndIsSwitchedOnAgain) {
  const table_card card(powernet_root, "apc-ups", powernet_table);
  const auto main = output_of(card.ups(GetParam()));
  EXPECT_EQ(state_of(*main), outlet_state::on);
  EXPECT_EQ(switch_it(*main, false), "an answer");
  EXPECT_EQ(state_of(*main), outlet_state::off);
  EXPECT_EQ(switch_it(*main, true), "an answer");
  EXPECT_EQ(state_of(*main), outlet_state::on);
  EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.318.1.1.1.6.2.1.0 = 3",
                                       "1.3.6.1.4.1.318.1.1.1.6.2.6.0 = 2"));
}

TEST_P(PowerNet, CannotCallOffAndSaysSoAndStartsAgainWhenRebooted) {
  const table_card card(powernet_root, "apc-ups", powernet_table);
  const auto ups = card.ups(GetParam());
  EXPECT_THAT(tell(*ups, verb::cancel), HasSubstr("no known way"));
  EXPECT_THAT(tell(*ups, verb::shutdown, 60s), HasSubstr("no delay"));
  EXPECT_EQ(tell(*ups, verb::reboot), "an answer");
  EXPECT_TRUE(reading_of(*ups).flags.has(ups_flag::off));
  EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.318.1.1.1.6.2.2.0 = 3"));
}

TEST_P(PowerNet, AReadingUserIsRefusedAndNothingHappens) {
  const table_card card(powernet_root, "apc-ups", powernet_table);
  const auto ups = card.ups(GetParam(), snmpd::identity::reader);
  EXPECT_NE(tell(*ups, verb::shutdown), "an answer");
  EXPECT_FALSE(reading_of(*ups).flags.has(ups_flag::off));
  EXPECT_TRUE(card.told().empty());
}

INSTANTIATE_TEST_SUITE_P(Snmp, PowerNet, testing::Values("1", "2c", "3"),
                         [](const auto& speaks) { return "Version" + std::string(speaks.param); });

// ---- XUPS ---------------------------------------------------------------------------------------

constexpr const char* xups_root = "1.3.6.1.4.1.534.1";
constexpr const char* xups_source = "1.3.6.1.4.1.534.1.4.5.0";

/// `off`: the range of xupsControlOutputOffDelay, which issues of the MIB tell differently.
std::string xups_table(const std::string& off) {
  return R"(
1.3.6.1.4.1.534.1.1.2.0 string Evolution
1.3.6.1.4.1.534.1.2.1.0 integer 1800
1.3.6.1.4.1.534.1.2.4.0 integer 100
1.3.6.1.4.1.534.1.2.5.0 integer 3
1.3.6.1.4.1.534.1.4.1.0 integer 20
1.3.6.1.4.1.534.1.4.5.0 integer 3
1.3.6.1.4.1.534.1.7.1.0 gauge 0
1.3.6.1.4.1.534.1.8.1.0 integer 0 set 1..1
1.3.6.1.4.1.534.1.8.2.0 integer 1
1.3.6.1.4.1.534.1.9.1.0 integer 0 set )"
         + off + R"(
1.3.6.1.4.1.534.1.9.2.0 integer 0 set )"
         + off + R"(
1.3.6.1.4.1.534.1.9.6.0 integer 0 set 0..32767
1.3.6.1.4.1.534.1.12.2.1.2.1 integer 1
1.3.6.1.4.1.534.1.12.2.1.2.2 integer 1
1.3.6.1.4.1.534.1.12.2.1.3.1 integer -1 set -1..32767
1.3.6.1.4.1.534.1.12.2.1.3.2 integer -1 set -1..32767
1.3.6.1.4.1.534.1.12.2.1.4.1 integer -1 set -1..32767
1.3.6.1.4.1.534.1.12.2.1.4.2 integer -1 set -1..32767
forget 1.3.6.1.4.1.534.1.8.1.0
forget 1.3.6.1.4.1.534.1.9.6.0
when 1.3.6.1.4.1.534.1.8.1.0 = 1: 1.3.6.1.4.1.534.1.8.2.0 = 4
when 1.3.6.1.4.1.534.1.9.1.0 = 1: 1.3.6.1.4.1.534.1.4.5.0 = 2
when 1.3.6.1.4.1.534.1.9.2.0 = 1: 1.3.6.1.4.1.534.1.4.5.0 = 3
when 1.3.6.1.4.1.534.1.9.6.0 = 1: 1.3.6.1.4.1.534.1.4.5.0 = 2
when 1.3.6.1.4.1.534.1.12.2.1.3.2 = 0: 1.3.6.1.4.1.534.1.12.2.1.2.2 = 2
when 1.3.6.1.4.1.534.1.12.2.1.4.2 = 0: 1.3.6.1.4.1.534.1.12.2.1.2.2 = 1
)";
}

constexpr const char* from_minus_one = "-1..2147483647";
constexpr const char* from_zero = "0..2147483647";

using Xups = Card;

TEST_P(Xups, GoesOffAndComesBackByTheWordsOfEveryIssueOfItsMib) {
  for (const auto* off : {from_zero, from_minus_one}) {
    const table_card card(xups_root, "xups", xups_table(off));
    const auto main = output_of(card.ups(GetParam()));
    EXPECT_EQ(state_of(*main), outlet_state::on);
    EXPECT_EQ(switch_it(*main, false), "an answer");
    EXPECT_EQ(state_of(*main), outlet_state::off);
    EXPECT_EQ(switch_it(*main, true), "an answer");
    EXPECT_EQ(state_of(*main), outlet_state::on);
    EXPECT_THAT(card.told(),
                ElementsAre("1.3.6.1.4.1.534.1.9.6.0 = 1", "1.3.6.1.4.1.534.1.9.2.0 = 1"));
    const auto stays = output_of(card.ups(GetParam()), 0s, true);
    EXPECT_EQ(state_of(*stays), outlet_state::on);
    EXPECT_EQ(switch_it(*stays, false), "an answer");
    EXPECT_EQ(state_of(*stays), outlet_state::off);
    EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.534.1.9.1.0 = 1"));
  }
}

TEST_P(Xups, TakesDelaysAndCallsThemOff) {
  const table_card card(xups_root, "xups", xups_table(from_minus_one));
  const auto ups = card.ups(GetParam());
  EXPECT_EQ(tell(*ups, verb::stay_off, 90s), "an answer");
  EXPECT_EQ(tell(*ups, verb::cancel), "an answer");
  EXPECT_THAT(card.told(),
              ElementsAre("1.3.6.1.4.1.534.1.9.1.0 = 90", "1.3.6.1.4.1.534.1.9.1.0 = -1",
                          "1.3.6.1.4.1.534.1.9.2.0 = -1"));
  EXPECT_FALSE(reading_of(*ups).flags.has(ups_flag::off));
}

TEST_P(Xups, OfTheOlderIssueRefusesToCallOffAndIsNeverToldWhatNewerOnesTakeForAtOnce) {
  const table_card card(xups_root, "xups", xups_table(from_zero));
  const auto ups = card.ups(GetParam());
  EXPECT_EQ(tell(*ups, verb::stay_off, 90s), "an answer");
  EXPECT_NE(tell(*ups, verb::cancel), "an answer");
  EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.534.1.9.1.0 = 90"));
}

TEST_P(Xups, ABatteryTestIsToldAndShows) {
  const table_card card(xups_root, "xups", xups_table(from_zero));
  const auto ups = card.ups(GetParam());
  EXPECT_EQ(tell(*ups, verb::test_quick), "an answer");
  EXPECT_TRUE(reading_of(*ups).flags.has(ups_flag::testing));
  EXPECT_THAT(card.told(), ElementsAre("1.3.6.1.4.1.534.1.8.1.0 = 1"));
}

TEST_P(Xups, ALoadSegmentIsSwitchedAloneAndReadBack) {
  const table_card card(xups_root, "xups", xups_table(from_zero));
  const auto segments = card.outlets();
  EXPECT_EQ(state_of(*segments, 1), outlet_state::on);
  EXPECT_EQ(switch_it(*segments, false, 2), "an answer");
  EXPECT_EQ(state_of(*segments, 0), outlet_state::on);
  EXPECT_EQ(state_of(*segments, 1), outlet_state::off);
  EXPECT_EQ(switch_it(*segments, true, 2), "an answer");
  EXPECT_EQ(state_of(*segments, 1), outlet_state::on);
  EXPECT_THAT(card.told(),
              ElementsAre("1.3.6.1.4.1.534.1.12.2.1.3.2 = 0", "1.3.6.1.4.1.534.1.12.2.1.4.2 = 0"));
}

TEST_P(Xups, SaysNothingOfAnOutletThatItDoesNotHave) {
  const table_card card(xups_root, "xups", xups_table(from_zero));
  const auto segments = card.outlets();
  EXPECT_EQ(state_of(*segments), outlet_state::on);
  EXPECT_NE(switch_it(*segments, false, 7), "an answer");
  EXPECT_TRUE(card.told().empty());
}

INSTANTIATE_TEST_SUITE_P(Snmp, Xups, testing::Values("1", "2c", "3"),
                         [](const auto& speaks) { return "Version" + std::string(speaks.param); });

// ---- "no error" about an object that is not there -----------------------------------------------

TEST(PlayedCommands, ASetAnsweredNoSuchInstanceIsAFailureInEveryFamily) {
  if (!snmpsim::installed()) GTEST_SKIP() << snmpsim::not_installed;
  const support::scratch folder;
  const std::vector<std::pair<std::string, std::string>> families{
      {"apc-ups",
       "1.3.6.1.4.1.318.1.1.1.2.1.1.0|2|2\n1.3.6.1.4.1.318.1.1.1.2.2.1.0|66|100\n"
       "1.3.6.1.4.1.318.1.1.1.4.1.1.0|2|3\n1.3.6.1.4.1.318.1.1.1.6.1.1.0|2|1\n"
       "1.3.6.1.4.1.318.1.1.1.6.2.1.0|2|1\n"},
      {"xups",
       "1.3.6.1.4.1.534.1.1.2.0|4|Evolution\n1.3.6.1.4.1.534.1.2.4.0|2|100\n"
       "1.3.6.1.4.1.534.1.4.5.0|2|3\n1.3.6.1.4.1.534.1.9.6.0|2|0\n"}};
  std::vector<std::filesystem::path> recordings;
  for (const auto& [name, lines] : families)
    recordings.emplace_back(folder.write(
        name + ".snmprec", "1.3.6.1.2.1.1.1.0|4|Card that says no error\n" + lines, 0644));
  const snmpsim player(recordings);
  for (const auto& [name, lines] : families) {
    auto where = player.address(name, name);
    where.credentials = "file:" + folder.write("writer-" + name, name + '\n' + name + '\n', 0600);
    const auto main = output_of(make_snmp_driver(where, device_kind::ups, {}));
    EXPECT_EQ(state_of(*main), outlet_state::on) << name;
    const auto came = support::switch_outlet(*main, 1, false);
    ASSERT_TRUE(support::failure_in(came)) << name;
    EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported) << name;
    EXPECT_THAT(support::text_of(came), HasSubstr("no such object")) << name;
    EXPECT_EQ(state_of(*main), outlet_state::on) << name;
  }
}

// ---- Megatec ------------------------------------------------------------------------------------

constexpr const char* megatec_on = "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001000";
constexpr const char* megatec_going = "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001010";
constexpr const char* megatec_off = "(229.7 000.0 000.0 000 50.0 27.4 25.0 00001010";

std::vector<std::string> commands_heard(support::megatec_ups& ups) {
  auto heard = ups.heard();
  std::erase_if(heard,
                [](const auto& words) { return words == "Q1" || words == "F" || words == "I"; });
  return heard;
}

TEST(MegatecOutput, IsCutAfterItsDelayReadBackAndStartedAgain) {
  support::megatec_ups ups;
  for (const char* words : {"S.4R0003", "C"})
    ups.answers(words, "");
  const auto main = output_of(make_megatec_driver(ups.address(), device_kind::ups), 20s);
  EXPECT_EQ(state_of(*main), outlet_state::on);
  EXPECT_EQ(switch_it(*main, false), "an answer");
  EXPECT_THAT(commands_heard(ups), ElementsAre("S.4R0003"));
  ups.answers("Q1", megatec_going);
  EXPECT_EQ(state_of(*main), outlet_state::on) << "it is off when it is off";
  ups.answers("Q1", megatec_off);
  EXPECT_EQ(state_of(*main), outlet_state::off);
  EXPECT_EQ(switch_it(*main, true), "an answer");
  EXPECT_THAT(commands_heard(ups), ElementsAre("C"));
  ups.answers("Q1", megatec_on);
  EXPECT_EQ(state_of(*main), outlet_state::on);
}

TEST(MegatecOutput, StaysOffIfItIsToAndIsCalledOffOnTheWay) {
  support::megatec_ups ups;
  for (const char* words : {"S.2R0000", "C"})
    ups.answers(words, "");
  const auto main = output_of(make_megatec_driver(ups.address(), device_kind::ups), 0s, true);
  EXPECT_EQ(state_of(*main), outlet_state::on);
  EXPECT_EQ(switch_it(*main, false), "an answer");
  EXPECT_EQ(switch_it(*main, true), "an answer");
  EXPECT_THAT(commands_heard(ups), ElementsAre("S.2R0000", "C"));
}

TEST(MegatecOutput, ACommandThatItRepeatsIsAFailure) {
  support::megatec_ups ups;
  const auto main = output_of(make_megatec_driver(ups.address(), device_kind::ups), 20s);
  EXPECT_EQ(state_of(*main), outlet_state::on);
  const auto came = support::switch_outlet(*main, 1, false);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported);
}

}  // namespace
}  // namespace holdover::device
