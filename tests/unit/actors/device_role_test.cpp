// What each kind of device makes of a reading and of silence; no actors in here.

#include "actors/device_role.hpp"

#include "tests/support/fake_driver.hpp"
#include "tests/support/sites.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeviceRole : public ::testing::Test {
protected:
  DeviceRole() {
    voice.record = [this](severity how, event_payload what) {
      event one;
      one.how = how;
      one.what = std::move(what);
      events.push_back(std::move(one));
    };
    voice.telemetry = [this](any_telemetry what, bool is_urgent) {
      told.push_back(std::move(what));
      urgent.push_back(is_urgent);
    };
    voice.fact = [this](policy::site_event what) { facts.push_back(std::move(what)); };
    voice.to_executor = [this](const power::outlet_unit_reading& what) {
      to_executor.push_back(what);
    };
    voice.to_outlet = [this](outlet_index index, outlet_share what) {
      shares.emplace_back(index, std::move(what));
    };
  }

  void hear(const power::device_reading& what, duration age = 100ms) {
    now += 1s;
    role->heard(what, age, now, voice);
  }
  void lose(std::string why, device::failure_kind kind = device::failure_kind::unreachable) {
    role->lost({kind, std::move(why)}, voice);
  }
  template <class Payload>
  std::vector<std::string> words() const {
    std::vector<std::string> found;
    for (const auto& one : events)
      if (const auto* match = std::get_if<Payload>(&one.what)) found.push_back(match->what);
    return found;
  }
  const ups_telemetry& ups_told(std::size_t i) const { return std::get<ups_telemetry>(told.at(i)); }

  site about = office();
  time_point now{1000s};
  device_voice voice;
  std::unique_ptr<device_role> role;
  std::vector<event> events;
  std::vector<any_telemetry> told;
  std::vector<bool> urgent;
  std::vector<policy::site_event> facts;
  std::vector<power::outlet_unit_reading> to_executor;
  std::vector<std::pair<outlet_index, outlet_share>> shares;
};

TEST_F(DeviceRole, AUpsTellsThePolicyItsMeaning) {
  role = make_ups_role(about, 0, now);
  hear(ups_on_its_battery(), 300ms);
  ASSERT_THAT(facts, SizeIs(1));
  const auto& seen = std::get<policy::ups_observed>(facts[0]);
  EXPECT_EQ(seen.what.state, power::belief::on_battery);
  EXPECT_EQ(seen.age, 300ms);
}

TEST_F(DeviceRole, AStaleReadingIsNoFactAndLooksLost) {
  role = make_ups_role(about, 0, now);
  auto old = ups_on_mains();
  old.stale = true;
  hear(old);
  EXPECT_THAT(facts, IsEmpty());
  EXPECT_THAT(words<ups_event>(), ElementsAre("communication_lost"));
}

TEST_F(DeviceRole, TelemetryOfAUpsCountsUpAndCarriesWhatPeersNeed) {
  role = make_ups_role(about, 0, now);
  hear(ups_on_mains());
  hear(ups_on_its_battery(), 0ms);
  hear(ups_on_its_battery(), 0ms);
  hear(ups_on_its_battery(), 0ms);
  ASSERT_THAT(told, SizeIs(4));
  EXPECT_EQ(ups_told(3).counter, 4u);
  EXPECT_EQ(ups_told(3).device, "main");
  EXPECT_EQ(ups_told(3).fresh, power::freshness::fresh);
  EXPECT_EQ(ups_told(3).confirmed_on_battery, 2s);
  EXPECT_TRUE(ups_told(3).flags.has(power::ups_flag::on_battery));
  EXPECT_THAT(ups_told(3).values, SizeIs(1));
}

TEST_F(DeviceRole, AReadingThatChangesTheBeliefOrConfirmsTheChangeIsUrgent) {
  role = make_ups_role(about, 0, now);
  hear(ups_on_mains());
  hear(ups_on_mains());
  hear(ups_on_its_battery());
  hear(ups_on_its_battery());
  hear(ups_on_its_battery());
  hear(ups_on_mains());
  hear(ups_on_mains());
  EXPECT_THAT(urgent, ElementsAre(true, false, true, true, false, true, false));
}

TEST_F(DeviceRole, AUpsThatIsLostIsNewsOnce) {
  role = make_ups_role(about, 0, now);
  lose("refused");
  lose("refused");
  EXPECT_THAT(words<ups_event>(), ElementsAre("communication_lost"));
  EXPECT_THAT(facts, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(DeviceRole, AReadingOfAnotherKindIsIgnored) {
  role = make_ups_role(about, 0, now);
  hear(unit_says({power::outlet_state::on}));
  EXPECT_THAT(facts, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(DeviceRole, AnOutletUnitSharesItsReadingByNumber) {
  auto two = redundant();
  role = make_outlet_unit_role(two, 1);
  using enum power::outlet_state;
  hear(unit_says({on, off, on}));
  EXPECT_THAT(to_executor, SizeIs(1));
  ASSERT_THAT(facts, SizeIs(1));
  EXPECT_EQ(std::get<policy::outlets_observed>(facts[0]).unit, 1u);
  ASSERT_THAT(shares, SizeIs(2)) << "the third one is not in the site file";
  EXPECT_EQ(two.outlets[shares[1].first].name, "ur.2");
  EXPECT_EQ(shares[1].second.reading.state, off);
}

TEST_F(DeviceRole, AnOutletUnitTellsTheBusWhichOfItsOutletsAreOnAndHowOldThatIs) {
  auto two = redundant();
  role = make_outlet_unit_role(two, 1);
  using enum power::outlet_state;
  hear(unit_says({on, off, on}), 300ms);
  hear(unit_says({off, off, on}));
  ASSERT_THAT(told, SizeIs(2));
  const auto& first = std::get<outlet_telemetry>(told[0]);
  EXPECT_EQ(first.unit, "ur");
  ASSERT_THAT(first.outlets, SizeIs(2)) << "the third one is not in the site file";
  EXPECT_EQ(first.outlets[0].outlet, "ur.1");
  EXPECT_EQ(first.outlets[0].state, on);
  EXPECT_EQ(first.outlets[0].reading_age, 300ms);
  EXPECT_EQ(first.outlets[1].state, off);
  const auto& second = std::get<outlet_telemetry>(told[1]);
  EXPECT_EQ(second.outlets[0].state, off);
  EXPECT_GT(second.counter, first.counter);
  EXPECT_FALSE(urgent[1]) << "no vote hangs on it";
}

TEST_F(DeviceRole, ALostOutletUnitTellsEachOfItsOutletsWhy) {
  role = make_outlet_unit_role(about, 0);
  lose("timeout");
  ASSERT_THAT(shares, SizeIs(4));
  EXPECT_TRUE(shares[3].second.lost);
  EXPECT_EQ(shares[3].second.why, "timeout");
  EXPECT_THAT(facts, IsEmpty());
  EXPECT_THAT(to_executor, IsEmpty());
}

TEST_F(DeviceRole, ASensorTellsWhenItCrossesALimitAndEachReading) {
  site room;
  room.sensors.resize(1);
  room.sensors[0].name = "rack";
  room.sensors[0].kind = power::sensor_kind::temperature_celsius;
  room.sensors[0].alarm_high = 40;
  role = make_sensor_role(room, 0);
  const auto degrees = [](double value) {
    return power::sensor_reading{power::sensor_kind::temperature_celsius,
                                 {"ambient.temperature", value, power::quality::good, {}}};
  };
  hear(degrees(22), 250ms);
  hear(degrees(41));
  hear(degrees(42));
  EXPECT_THAT(words<sensor_event>(), ElementsAre("alarm_high"));
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(std::get<sensor_telemetry>(told[0]).reading_age, 250ms);
  EXPECT_EQ(std::get<sensor_telemetry>(told[2]).counter, 3u);
  ASSERT_THAT(facts, SizeIs(3));
  const auto& seen = std::get<policy::sensor_observed>(facts[0]);
  EXPECT_EQ(seen.sensor, 0u);
  EXPECT_EQ(seen.what.value.number, 22);
  EXPECT_EQ(seen.age, 250ms);
}

TEST_F(DeviceRole, ALostSensorIsNewsOnce) {
  site room;
  room.sensors.resize(1);
  room.sensors[0].name = "rack";
  role = make_sensor_role(room, 0);
  lose("gone");
  lose("gone");
  EXPECT_THAT(words<sensor_event>(), ElementsAre("communication_lost"));
}

class InterfaceRole : public DeviceRole {
protected:
  InterfaceRole() { role = make_interface_role("main"); }

  static power::interface_reading card(std::string description, duration up_since) {
    return {{"Maker", "CS141", "1", "2.0"}, std::move(description), up_since};
  }
};

TEST_F(InterfaceRole, TellsWhoItIsAtFirstSight) {
  hear(card("CS141 2.0", 1min));
  hear(card("CS141 2.0", 2min));
  EXPECT_THAT(words<interface_event>(), ElementsAre("identified"));
}

TEST_F(InterfaceRole, TellsThatItWasExchanged) {
  hear(card("CS141 2.0", 1min));
  hear(card("BACS 3.0", 2min));
  EXPECT_THAT(words<interface_event>(), ElementsAre("identified", "identified"));
}

TEST_F(InterfaceRole, TellsThatItStartedAnew) {
  hear(card("CS141 2.0", 10min));
  hear(card("CS141 2.0", 5s));
  EXPECT_THAT(words<interface_event>(), ElementsAre("identified", "restarted"));
}

TEST_F(InterfaceRole, TellsThatItIsUnreachableOnceAndWhenItIsBack) {
  hear(card("CS141 2.0", 1min));
  lose("timeout");
  lose("timeout");
  hear(card("CS141 2.0", 2min));
  EXPECT_THAT(words<interface_event>(), ElementsAre("identified", "unreachable", "reachable"));
}

TEST_F(InterfaceRole, ADeviceThatCannotDescribeItsInterfaceIsNotLost) {
  lose("not supported", device::failure_kind::unsupported);
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(DeviceRole, ALaterLifeOfAUpsSaysHowItIsSoThatWhatWasSaidBeforeIsOver) {
  role = make_ups_role(about, 0, now, life::later);
  hear(ups_on_mains());
  EXPECT_THAT(words<ups_event>(), ::testing::IsSupersetOf({"communication_restored", "online",
                                                           "battery_ok", "overload_cleared"}));
  events.clear();
  hear(ups_on_mains());
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(DeviceRole, ALaterLifeThatHearsNothingSaysSoOnce) {
  role = make_ups_role(about, 0, now, life::later);
  lose("no answer");
  lose("no answer");
  EXPECT_THAT(words<ups_event>(), ElementsAre("communication_lost"));
}

TEST_F(DeviceRole, ALaterLifeOfAnInterfaceSaysThatItAnswers) {
  role = make_interface_role("main", life::later);
  hear(power::interface_reading{});
  EXPECT_THAT(words<interface_event>(), ElementsAre("reachable"));
}

}  // namespace
}  // namespace holdover::actors
