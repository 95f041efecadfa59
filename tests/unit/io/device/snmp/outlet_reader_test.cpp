#include "io/device/snmp/outlet_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

using power::outlet_state;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const outlet_profile& profile(std::string_view name) {
  const auto* found = find_outlet_profile(name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

object_id aux(std::uint32_t number) {
  return object_id::known("1.3.6.1.2.1.33.1.11").with(number).with(0);
}

TEST(Outlets, OfASiteSwitchAreFourScalars) {
  const auto& unit = profile("generex-aux");
  EXPECT_EQ(to_string(outlet_column(unit)), "1.3.6.1.2.1.33.1.11");
  const std::vector<binding> walked{{aux(1), std::int64_t{1}}, {aux(2), std::int64_t{0}}};
  const auto states = outlet_states(unit, walked);
  EXPECT_THAT(states, ElementsAre(aux(1), aux(2)));
  const auto reading =
      read_outlets(unit, states, {{aux(1), std::int64_t{1}}, {aux(2), std::int64_t{0}}});
  ASSERT_EQ(reading.outlets.size(), 2u);
  EXPECT_EQ(reading.outlets[0].state, outlet_state::on);
  EXPECT_EQ(reading.outlets[1].state, outlet_state::off);
  EXPECT_EQ(outlet_command(unit, 4, false), (binding{aux(4), std::int64_t{0}}));
  EXPECT_EQ(outlet_command(unit, 4, true), (binding{aux(4), std::int64_t{1}}));
}

TEST(Outlets, AreKnownByTheirNameWithHyphensOrUnderscores) {
  EXPECT_EQ(find_outlet_profile("apc_rpdu"), find_outlet_profile("apc-rpdu"));
  EXPECT_EQ(find_outlet_profile(""), nullptr);
  EXPECT_EQ(find_outlet_profile("rfc1628"), nullptr);
  EXPECT_THAT(outlet_profile_names(), testing::IsSupersetOf({"generex-aux", "apc-rpdu"}));
  EXPECT_THAT(outlet_profile_names(), testing::Not(testing::Contains("enlogic"))) << "seen only";
}

TEST(Outlets, MayBeReadAndToldAtDifferentPlaces) {
  const auto& unit = profile("apc-rpdu");
  EXPECT_EQ(to_string(outlet_column(unit)), "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4");
  const auto off = outlet_command(unit, 3, false);
  EXPECT_EQ(to_string(off.name), "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.3");
  EXPECT_EQ(off.what, value(std::int64_t{2}));
}

TEST(Outlets, AreUnknownWhileTheyAreNeitherOnNorOff) {
  const auto& unit = profile("apc-spdu");
  const auto name = object_id::known("1.3.6.1.4.1.318.1.1.4.4.2.1.3.1");
  for (const value& what : {value(std::int64_t{4}), value(absence::null), value(std::string("on"))})
    EXPECT_EQ(read_outlets(unit, {name}, {{name, what}}).outlets[0].state, outlet_state::unknown);
}

TEST(Outlets, AreInTheOrderOfTheirNumbers) {
  const auto& unit = profile("apc-spdu");
  const auto column = object_id::known("1.3.6.1.4.1.318.1.1.4.4.2.1.3");
  const auto reading = read_outlets(unit, {column.with(10), column.with(2), column.with(1)}, {});
  std::vector<std::uint32_t> numbers;
  for (const auto& outlet : reading.outlets)
    numbers.push_back(outlet.number);
  EXPECT_THAT(numbers, ElementsAre(1u, 2u, 10u));
}

TEST(Outlets, AreFoundThoughTheCardAppendsAZero) {
  const auto& unit = profile("apc-spdu");
  const auto odd = object_id::known("1.3.6.1.4.1.318.1.1.4.4.2.1.3.5.0");
  const auto states = outlet_states(unit, {{odd, std::int64_t{1}}});
  EXPECT_THAT(states, ElementsAre(odd));
  EXPECT_EQ(read_outlets(unit, states, {{odd, std::int64_t{1}}}).outlets[0].number, 5u);
}

TEST(Outlets, AreNotSeenWhereOtherThingsAre) {
  const auto& unit = profile("generex-aux");
  const auto base = object_id::known("1.3.6.1.2.1.33.1.11");
  EXPECT_THAT(outlet_states(unit, {{base.with(0).with(0), std::int64_t{1}},
                                   {base.with(1).with(7), std::int64_t{1}},
                                   {base.with(1).with(0).with(3), std::int64_t{1}}}),
              IsEmpty());
}

TEST(Outlets, HaveTheirLoadWhereTheUnitMeasuresIt) {
  const auto& unit = profile("eaton-epdu");
  const auto state = object_id::known("1.3.6.1.4.1.534.6.6.7.6.6.1.2.0.2");
  const auto extras = outlet_extras(unit, {state});
  const auto watts = object_id::known("1.3.6.1.4.1.534.6.6.7.6.5.1.3.0.2");
  EXPECT_THAT(extras, Contains(watts));
  const auto reading =
      read_outlets(unit, {state}, {{state, std::int64_t{1}}, {watts, std::int64_t{80}}});
  EXPECT_EQ(reading.outlets[0].load_watts, 80);
  EXPECT_EQ(to_string(outlet_command(unit, 2, true).name), "1.3.6.1.4.1.534.6.6.7.6.6.1.4.0.2");
}

}  // namespace
}  // namespace holdover::device::snmp
