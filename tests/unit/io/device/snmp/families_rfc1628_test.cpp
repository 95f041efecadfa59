#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "io/device/snmp/families.hpp"
#include "io/device/snmp/ups_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

namespace holdover::device::snmp {
namespace {

using power::belief;
using power::quality;
using power::ups_flag;
using power::ups_reading;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
namespace names = power::names;

/// What an agent says, written relative to the UPS-MIB's objects.
class Card {
public:
  Card& says(const std::string& object, value what) {
    said_.insert_or_assign(object_id::known("1.3.6.1.2.1.33.1." + object), std::move(what));
    return *this;
  }
  Card& says(const std::string& object, int number) {
    return says(object, value(std::int64_t{number}));
  }
  Card& alarm(std::uint32_t number) {
    ++alarms_;
    return says("6.2.1.2." + std::to_string(alarms_),
                value(object_id::known("1.3.6.1.2.1.33.1.6.3").with(number)))
        .says("6.1.0", alarms_);
  }
  ups_reading read() const {
    auto reading = read_ups(rfc1628, said_);
    EXPECT_TRUE(reading);
    return reading.value_or(ups_reading{});
  }
  const snapshot& said() const { return said_; }

private:
  snapshot said_;
  int alarms_ = 0;
};

Card online() {
  Card card;
  card.says("2.1.0", 2).says("2.2.0", 0).says("2.3.0", 18).says("2.4.0", 91).says("2.5.0", 550);
  card.says("3.3.1.2.1", 500).says("3.3.1.3.1", 228).says("4.1.0", 3).says("4.4.1.2.1", 230);
  return card.says("4.4.1.3.1", 17).says("4.4.1.4.1", 360).says("4.4.1.5.1", 40);
}

std::optional<power::measurement> measurement(const ups_reading& reading, std::string_view name) {
  for (const auto& value : reading.values)
    if (value.name == name) return value;
  return std::nullopt;
}

std::optional<quality> quality_of(const ups_reading& reading, std::string_view name) {
  const auto found = measurement(reading, name);
  return found ? std::optional(found->how) : std::nullopt;
}

TEST(Rfc1628, ConvertsToOurUnits) {
  const auto reading = online().says("2.6.0", -12).says("5.1.0", 499).says("3.1.0", 7).read();
  EXPECT_EQ(number(reading, names::battery_runtime), 18 * 60);
  EXPECT_EQ(number(reading, names::battery_charge), 91);
  EXPECT_EQ(number(reading, names::battery_voltage), 55);
  EXPECT_DOUBLE_EQ(*number(reading, names::battery_current), -1.2);
  EXPECT_EQ(number(reading, names::seconds_on_battery), 0);
  EXPECT_EQ(number(reading, names::input_voltage), 228);
  EXPECT_EQ(number(reading, names::input_frequency), 50);
  EXPECT_DOUBLE_EQ(*number(reading, names::output_current), 1.7);
  EXPECT_EQ(number(reading, names::ups_realpower), 360);
  EXPECT_EQ(number(reading, names::ups_load), 40);
  EXPECT_DOUBLE_EQ(*number(reading, names::bypass_frequency), 49.9);
  EXPECT_EQ(number(reading, names::input_line_bads), 7);
  EXPECT_EQ(measurement(reading, names::battery_runtime)->source, "1.3.6.1.2.1.33.1.2.3.0");
}

TEST(Rfc1628, TellsTheStateByTheOutputSource) {
  const auto state = [](int source) {
    return observe(online().says("4.1.0", source).read()).state;
  };
  EXPECT_EQ(state(1), belief::unknown);
  EXPECT_EQ(state(2), belief::off);
  EXPECT_EQ(state(3), belief::online);
  EXPECT_EQ(state(4), belief::bypass);
  EXPECT_EQ(state(5), belief::on_battery);
  EXPECT_EQ(state(6), belief::online);
  EXPECT_EQ(state(7), belief::online);
  EXPECT_EQ(state(99), belief::unknown);
}

TEST(Rfc1628, SaysThatTheVoltageIsRaisedOrLowered) {
  EXPECT_TRUE(online().says("4.1.0", 6).read().flags.has(ups_flag::boosting));
  EXPECT_TRUE(online().says("4.1.0", 7).read().flags.has(ups_flag::trimming));
}

TEST(Rfc1628, IsUnknownIfTheSourceIsMissing) {
  auto card = online().says("4.1.0", value(absence::no_such_object));
  EXPECT_EQ(observe(card.read()).state, belief::unknown);
}

TEST(Rfc1628, CallsALowAndADepletedBatteryLow) {
  EXPECT_FALSE(online().read().flags.has(ups_flag::low_battery));
  for (int status : {3, 4})
    EXPECT_TRUE(online().says("2.1.0", status).read().flags.has(ups_flag::low_battery));
}

TEST(Rfc1628, NamesTheAlarmsAndDrawsTheirConclusions) {
  const auto reading = online().says("4.1.0", 5).alarm(2).alarm(3).alarm(8).alarm(1).read();
  EXPECT_THAT(reading.alarms,
              ElementsAre("OnBattery", "LowBattery", "OutputOverload", "BatteryBad"));
  for (auto flag : {ups_flag::on_battery, ups_flag::low_battery, ups_flag::overload,
                    ups_flag::replace_battery, ups_flag::alarm})
    EXPECT_TRUE(reading.flags.has(flag));
}

TEST(Rfc1628, NamesAnAlarmOnceThoughTheTableHasItTwice) {
  EXPECT_THAT(online().alarm(1).alarm(1).read().alarms, ElementsAre("BatteryBad"));
}

TEST(Rfc1628, KnowsAllWellKnownAlarms) {
  for (std::uint32_t number = 1; number <= 24; ++number) {
    const auto alarms = online().alarm(number).read().alarms;
    ASSERT_EQ(alarms.size(), 1u);
    EXPECT_EQ(alarms[0].find("1.3.6"), std::string::npos) << number;
  }
}

TEST(Rfc1628, ShowsAForeignAlarmByItsName) {
  auto card = online().says("6.1.0", 3);
  card.says("6.2.1.2.1", value(object_id::known("1.3.6.1.4.1.534.1.7.3")));
  card.says("6.2.1.2.2", value(object_id::known("0.0.0.0")));
  card.says("6.2.1.2.3", value(std::string(".1.3.6.1.2.1.33.1.6.3.5")));
  EXPECT_THAT(card.read().alarms, ElementsAre("1.3.6.1.4.1.534.1.7.3", "TempBad"));
}

TEST(Rfc1628, IgnoresRowsOfAnAlarmTableThatIsSaidToBeEmpty) {
  auto card = online().alarm(2).says("6.1.0", 0);
  EXPECT_THAT(card.read().alarms, IsEmpty());
  EXPECT_FALSE(card.read().flags.has(ups_flag::alarm));
}

TEST(Rfc1628, IsStaleWhileTheCardDoesNotHearTheUps) {
  const auto reading = online().alarm(20).read();
  EXPECT_TRUE(reading.stale);
  EXPECT_EQ(observe(reading).state, belief::unknown);
}

TEST(Rfc1628, CountsATestWithGoodInputAsATest) {
  EXPECT_EQ(observe(online().says("4.1.0", 5).says("7.3.0", 5).read()).state, belief::test);
  EXPECT_EQ(observe(online().says("4.1.0", 5).alarm(24).read()).state, belief::test);
  EXPECT_EQ(observe(online().says("4.1.0", 5).says("7.3.0", 5).says("3.3.1.3.1", 0).read()).state,
            belief::on_battery);
}

TEST(Rfc1628, DoesNotTakeABypassWithoutInputForPower) {
  auto card = online().says("4.1.0", 4).says("3.3.1.3.1", 0).alarm(6);
  EXPECT_NE(observe(card.read()).state, belief::bypass);
}

TEST(Rfc1628, GivesTheCountdownAndTakesAnUnknownOneAsNear) {
  EXPECT_EQ(observe(online().says("8.2.0", -1).read()).countdown, std::nullopt);
  const auto timed = online().says("8.2.0", 120).alarm(22).read();
  EXPECT_EQ(observe(timed).countdown, 120s);
  EXPECT_FALSE(timed.flags.has(ups_flag::forced_shutdown));
  EXPECT_TRUE(online().alarm(22).read().flags.has(ups_flag::forced_shutdown));
  EXPECT_TRUE(online().says("8.2.0", 3).alarm(23).read().flags.has(ups_flag::forced_shutdown));
}

TEST(Rfc1628, HasNamesForThreePhases) {
  auto card = online();
  for (int phase = 1; phase <= 3; ++phase) {
    const auto row = "." + std::to_string(phase);
    card.says("3.3.1.2" + row, 500).says("3.3.1.3" + row, 229 + phase);
    card.says("4.4.1.2" + row, 230).says("4.4.1.4" + row, 1000).says("4.4.1.5" + row, 10 * phase);
  }
  const auto reading = card.read();
  EXPECT_FALSE(measurement(reading, names::input_voltage));
  EXPECT_EQ(number(reading, names::input_voltage_l1), 230);
  EXPECT_EQ(number(reading, names::input_voltage_l3), 232);
  EXPECT_EQ(number(reading, names::input_frequency), 50);
  EXPECT_EQ(number(reading, "input.L2.frequency"), 50);
  EXPECT_EQ(number(reading, names::ups_realpower), 3000);
  EXPECT_EQ(number(reading, names::ups_load), 30) << "the busiest phase";
  EXPECT_EQ(number(reading, "output.L2.power.percent"), 20);
}

TEST(Rfc1628, DoesNotAddUpPhasesOfWhichOneIsUnknown) {
  auto card = online();
  for (int phase = 1; phase <= 3; ++phase)
    card.says("4.4.1.4." + std::to_string(phase), phase == 2 ? -4 : 1000);
  const auto reading = card.read();
  EXPECT_FALSE(measurement(reading, names::ups_realpower));
  EXPECT_EQ(quality_of(reading, "output.L2.realpower"), quality::absent);
}

TEST(Rfc1628, SeesNoPhasesWhereRowsAreFilledWithZeros) {
  auto card = online();
  for (const auto* row : {"3.3.1.2.2", "3.3.1.3.2", "3.3.1.5.2", "3.3.1.2.3", "3.3.1.3.3"})
    card.says(row, 0);
  card.says("3.3.1.4.2", -1).says("3.3.1.4.3", value(absence::null));
  EXPECT_EQ(number(card.read(), names::input_voltage), 228);
}

TEST(Rfc1628, SeesNoPhasesBeyondTheDeclaredNumber) {
  auto card = online().says("3.2.0", 1).says("3.3.1.3.2", 228).says("3.3.1.3.3", 228);
  const auto reading = card.read();
  EXPECT_EQ(std::ranges::count(reading.values, names::input_voltage, &power::measurement::name), 1);
  EXPECT_EQ(number(card.read(), names::input_voltage), 228);
  EXPECT_FALSE(measurement(card.read(), names::input_voltage_l2));
}

TEST(Rfc1628, KeepsThePhasesOfAFailedInputIfTheyAreDeclared) {
  auto card = online().says("3.2.0", 3);
  for (int phase = 1; phase <= 3; ++phase)
    card.says("3.3.1.3." + std::to_string(phase), 0);
  EXPECT_EQ(number(card.read(), names::input_voltage_l3), 0);
}

TEST(Rfc1628, ReadsTablesWhoseIndexHasAZeroBehindIt) {
  Card card;
  card.says("4.1.0", 3).says("3.3.1.3.1.0", 231).says("4.4.1.5.1.0", 12);
  EXPECT_EQ(number(card.read(), names::input_voltage), 231);
  EXPECT_EQ(number(card.read(), names::ups_load), 12);
}

TEST(Rfc1628, DividesTheVoltsOfACardThatGivesTenths) {
  auto card = online().says("3.3.1.3.1", 2360).says("4.4.1.2.1", 2300).says("5.3.1.2.1", 0);
  EXPECT_EQ(number(card.read(), names::input_voltage), 236);
  EXPECT_EQ(number(card.read(), names::output_voltage), 230);
  // The input has nearly failed: 30 V, which the same card calls 300.
  EXPECT_EQ(number(card.says("3.3.1.3.1", 300).read(), names::input_voltage), 30);
  EXPECT_EQ(number(card.read(), names::battery_voltage), 55) << "was in tenths anyhow";
}

TEST(Rfc1628, TakesNoMagicNumberForAValue) {
  auto card = online();
  card.says("2.3.0", value(std::uint64_t{4294967295u}));
  card.says("2.2.0", -1).says("3.3.1.4.1", -1).says("4.4.1.4.1", -4).says("2.4.0", 255);
  const auto reading = card.read();
  EXPECT_EQ(quality_of(reading, names::battery_runtime), quality::absent);
  EXPECT_EQ(quality_of(reading, names::seconds_on_battery), quality::absent);
  EXPECT_EQ(quality_of(reading, names::input_current), quality::absent);
  EXPECT_EQ(quality_of(reading, names::ups_realpower), quality::absent);
  EXPECT_EQ(quality_of(reading, names::battery_charge), quality::suspect);
  for (const auto& value : reading.values)
    EXPECT_TRUE(value.how == quality::good || value.number == 0) << value.name;
}

TEST(Rfc1628, TakesZeroForUnknownWhereItCanOnlyMeanThat) {
  const auto reading = online().says("2.7.0", 0).says("4.4.1.4.1", 0).says("9.1.0", 0).read();
  EXPECT_EQ(quality_of(reading, names::battery_temperature), quality::absent);
  EXPECT_EQ(quality_of(reading, names::ups_realpower), quality::absent) << "beside 1.7 A";
  EXPECT_EQ(quality_of(reading, names::input_voltage_nominal), quality::absent);
  auto idle = online().says("4.4.1.3.1", 0).says("4.4.1.4.1", 0).says("4.4.1.5.1", 0);
  EXPECT_EQ(number(idle.read(), names::ups_realpower), 0);
}

TEST(Rfc1628, UnderstandsNumbersInStrings) {
  auto card = online().says("4.1.0", value(std::string("5")));
  card.says("2.3.0", value(std::string(" 12 "))).says("3.3.1.3.1", value(std::string("0 V")));
  const auto seen = observe(card.read());
  EXPECT_EQ(seen.state, belief::on_battery);
  EXPECT_EQ(seen.runtime_left, 720s);
}

TEST(Rfc1628, DoesWithWhatThereIs) {
  Card card;
  const auto reading = card.says("2.1.0", 2).says("2.3.0", 59).read();
  EXPECT_EQ(number(reading, names::battery_runtime), 59 * 60);
  EXPECT_FALSE(measurement(reading, names::battery_charge));
}

TEST(Rfc1628, IsNotSpokenByAnAgentWithoutItsLandmarks) {
  Card card;
  card.says("1.1.0", value(std::string("APC"))).says("2.1.0", value(absence::no_such_instance));
  EXPECT_FALSE(read_ups(rfc1628, card.said()));
}

TEST(Rfc1628, TakesTheCardsFirmwareIfTheUpsHasNone) {
  auto card = online().says("1.4.0", value(std::string("CS141-SNMP V1.80")));
  EXPECT_EQ(card.read().who.firmware, "CS141-SNMP V1.80");
  EXPECT_EQ(card.says("1.3.0", value(std::string("3.2"))).read().who.firmware, "3.2");
}

TEST(Rfc1628, AsksForEveryObjectOnce) {
  const auto asked = scalars(rfc1628);
  EXPECT_TRUE(std::is_sorted(asked.begin(), asked.end()));
  EXPECT_EQ(std::adjacent_find(asked.begin(), asked.end()), asked.end());
  EXPECT_THAT(asked, Contains(object_id::known("1.3.6.1.2.1.33.1.4.1.0")));
  for (const auto& vital : vital_scalars(rfc1628))
    EXPECT_THAT(asked, Contains(vital));
}

TEST(Rfc1628, LooksForAlarmsUnlessThereAreNone) {
  EXPECT_TRUE(may_have_alarms(rfc1628, online().said()));
  EXPECT_TRUE(may_have_alarms(rfc1628, online().says("6.1.0", 1).said()));
  EXPECT_FALSE(may_have_alarms(rfc1628, online().says("6.1.0", 0).said()));
}

// Whatever a card says, a reading keeps its promises.
class Mutated : public testing::TestWithParam<unsigned> {};

value random_value(std::mt19937& random) {
  switch (random() % 8) {
    case 0:
      return static_cast<absence>(random() % 4);
    case 1:
      return static_cast<std::int64_t>(static_cast<std::int32_t>(random()));
    case 2:
      return std::uint64_t{random()};
    case 3:
      return static_cast<std::int64_t>(random() % 10);
    case 4:
      return static_cast<double>(random()) * 1e300 * 1e300;
    case 5: {
      std::string bytes(random() % 200, ' ');
      for (auto& byte : bytes)
        byte = static_cast<char>(random());
      return bytes;
    }
    case 6:
      return std::to_string(static_cast<std::int32_t>(random()));
    default: {
      const auto column = object_id::known("1.3.6.1.2.1.33.1.6.3");
      std::vector<std::uint32_t> arcs(column.arcs().begin(), column.arcs().end());
      arcs.resize(random() % 14, static_cast<std::uint32_t>(random() % 200));
      return object_id(arcs);
    }
  }
}

TEST_P(Mutated, CardsYieldReadingsThatKeepTheirPromises) {
  std::mt19937 random(GetParam());
  auto said = online().alarm(2).alarm(22).said();
  std::vector<object_id> known;
  for (const auto& [name, what] : said)
    known.push_back(name);
  for (int change = 0; change < 12; ++change) {
    auto name = known[random() % known.size()];
    if (random() % 3 == 0) name = name.with(static_cast<std::uint32_t>(random() % 3));
    if (random() % 5 == 0)
      name = columns(rfc1628)[random() % columns(rfc1628).size()].with(
          static_cast<std::uint32_t>(random() % 20));
    said.insert_or_assign(name, random_value(random));
  }
  const auto reading = read_ups(rfc1628, said);
  if (!reading) return;
  std::set<std::string> given;
  for (const auto& value : reading->values) {
    EXPECT_FALSE(value.name.empty());
    EXPECT_TRUE(given.insert(value.name).second)
        << "seed " << GetParam() << ": twice " << value.name;
    EXPECT_FALSE(value.source.empty());
    EXPECT_TRUE(std::isfinite(value.number)) << "seed " << GetParam() << ' ' << value.name;
    EXPECT_TRUE(value.how == quality::good || value.number == 0) << value.name;
  }
  EXPECT_LE(reading->alarms.size(), said.size());
  (void)observe(*reading);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Mutated, testing::Range(1u, 501u));

}  // namespace
}  // namespace holdover::device::snmp
