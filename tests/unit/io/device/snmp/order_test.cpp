#include "io/device/snmp/order.hpp"

#include "io/device/snmp/families.hpp"
#include "io/device/snmp/outlet_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace holdover::device::snmp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using verb = power::ups_command::verb;

object_id ups(std::string_view object) {
  return object_id::known("1.3.6.1.2.1.33.1." + std::string(object));
}

/// What is set on an agent that says this.
answer<std::vector<binding>> told(const power::ups_command& what, const snapshot& said,
                                  const std::vector<const family*>& list = {&rfc1628}) {
  const auto rows = order_for(list, what);
  if (const auto* no = std::get_if<failure>(&rows)) return *no;
  return order_bindings(std::get<order>(rows), what, said);
}

std::vector<binding> set(const answer<std::vector<binding>>& what) {
  const auto* wanted = std::get_if<std::vector<binding>>(&what);
  EXPECT_TRUE(wanted) << std::get<failure>(what).text;
  return wanted != nullptr ? *wanted : std::vector<binding>{};
}

std::string refused(const answer<std::vector<binding>>& what) {
  const auto* no = std::get_if<failure>(&what);
  return no != nullptr ? no->text : "nothing";
}

TEST(Order, GivesTheSpinLockBackWithTheTest) {
  const snapshot said{{ups("7.1.0"), ups("7.7.1")}, {ups("7.2.0"), std::int64_t{41}}};
  EXPECT_THAT(
      set(told({verb::test_quick, {}}, said)),
      ElementsAre(binding{ups("7.1.0"), ups("7.7.4")}, binding{ups("7.2.0"), std::int64_t{41}}));
}

TEST(Order, ComesBackWithTheMainsOrStaysOff) {
  const snapshot said{{ups("8.1.0"), std::int64_t{2}},
                      {ups("8.2.0"), std::int64_t{-1}},
                      {ups("8.5.0"), std::int64_t{2}}};
  EXPECT_THAT(
      set(told({verb::shutdown, 90s}, said)),
      ElementsAre(binding{ups("8.5.0"), std::int64_t{1}}, binding{ups("8.1.0"), std::int64_t{1}},
                  binding{ups("8.2.0"), std::int64_t{90}}));
  EXPECT_EQ(set(told({verb::stay_off, 90s}, said)).front(),
            (binding{ups("8.5.0"), std::int64_t{2}}));
}

TEST(Order, LeavesOutWhatACardMayLack) {
  const snapshot said{{ups("8.2.0"), std::int64_t{-1}}};
  EXPECT_THAT(set(told({verb::shutdown, 30s}, said)),
              ElementsAre(binding{ups("8.2.0"), std::int64_t{30}}));
}

TEST(Order, SetsNothingWhereAnObjectIsMissing) {
  EXPECT_THAT(refused(told({verb::stay_off, 30s}, {{ups("8.2.0"), std::int64_t{-1}}})),
              HasSubstr("8.5.0"));
  EXPECT_THAT(refused(told({verb::buzzer_off, {}}, {})), HasSubstr("9.8.0"));
}

TEST(Order, WillNotCutAtOnceWhatWasToBeCutLater) {
  const std::vector<const family*> list{&apc_ups};
  EXPECT_THAT(refused(told({verb::shutdown, 60s}, {}, list)), HasSubstr("no delay"));
}

TEST(Order, DependsOnTheStateWhereTheDeviceRefusesItOtherwise) {
  const std::vector<const family*> list{&apc_ups};
  const auto state = object_id::known("1.3.6.1.4.1.318.1.1.1.4.1.1.0");
  const auto conserve = object_id::known("1.3.6.1.4.1.318.1.1.1.6.1.1.0");
  const auto off = object_id::known("1.3.6.1.4.1.318.1.1.1.6.2.1.0");
  snapshot said{{conserve, std::int64_t{1}}, {off, std::int64_t{1}}, {state, std::int64_t{3}}};
  EXPECT_THAT(set(told({verb::shutdown, {}}, said, list)),
              ElementsAre(binding{conserve, std::int64_t{2}}));
  said.insert_or_assign(state, std::int64_t{2});
  EXPECT_THAT(set(told({verb::shutdown, {}}, said, list)),
              ElementsAre(binding{off, std::int64_t{3}}));
  said.erase(state);
  EXPECT_NE(refused(told({verb::shutdown, {}}, said, list)), "nothing");
}

TEST(Order, WaitsASecondWhereNothingWouldCallItOff) {
  const auto off = object_id::known("1.3.6.1.4.1.534.1.9.1.0");
  EXPECT_THAT(set(told({verb::stay_off, {}}, {{off, std::int64_t{0}}}, {&xups})),
              ElementsAre(binding{off, std::int64_t{1}}));
  const auto on = object_id::known("1.3.6.1.4.1.534.1.9.2.0");
  EXPECT_THAT(set(told({verb::startup, {}}, {{on, std::int64_t{0}}}, {&xups})),
              ElementsAre(binding{on, std::int64_t{1}}));
}

TEST(Order, IsTheFirstFamilysThatHasOne) {
  const std::vector<const family*> list{&liebert, &xups, &rfc1628};
  const auto object = object_id::known("1.3.6.1.4.1.534.1.9.6.0");
  EXPECT_THAT(set(told({verb::shutdown, 20s}, {{object, std::int64_t{0}}}, list)),
              ElementsAre(binding{object, std::int64_t{20}}));
  EXPECT_EQ(set(told({verb::buzzer_mute, {}}, {{ups("9.8.0"), std::int64_t{2}}}, list)).size(), 1u);
}

TEST(Order, SaysThatAFamilyCannot) {
  EXPECT_THAT(refused(told({verb::reboot, 5s}, {}, {&liebert})), HasSubstr("reboot"));
}

const outlet_profile& profile(std::string_view name) {
  return *find_outlet_profile(name);
}

TEST(OutletOrder, CyclesAndDelaysInTheFamilysWords) {
  using outlet = power::outlet_command::verb;
  EXPECT_EQ(outlet_command(profile("apc-rpdu2"), {4, outlet::cycle, {}}),
            (binding{object_id::known("1.3.6.1.4.1.318.1.1.26.9.2.4.1.5.4"), std::int64_t{3}}));
  EXPECT_EQ(outlet_command(profile("eaton-epdu"), {2, outlet::off_delayed, 45s}),
            (binding{object_id::known("1.3.6.1.4.1.534.6.6.7.6.6.1.3.0.2"), std::int64_t{45}}));
  EXPECT_EQ(outlet_command(profile("generex-aux"), {2, outlet::cycle, {}}), std::nullopt);
  EXPECT_EQ(outlet_command(profile("apc-ems"), {1, outlet::on, {}}), std::nullopt);
}

TEST(OutletOrder, KeepsTheUnitsOfAChainApart) {
  using outlet = power::outlet_command::verb;
  EXPECT_EQ(outlet_command(profile("eaton-epdu"), {1002, outlet::off, {}})->name,
            object_id::known("1.3.6.1.4.1.534.6.6.7.6.6.1.3.1.2"));
  EXPECT_EQ(outlet_command(profile("sentry3"), {11003, outlet::on, {}})->name,
            object_id::known("1.3.6.1.4.1.1718.3.2.3.1.11.2.2.3"));
  EXPECT_EQ(outlet_command(profile("sentry3"), {1003, outlet::on, {}})->name,
            object_id::known("1.3.6.1.4.1.1718.3.2.3.1.11.1.2.3"));
}

TEST(OutletOrder, TakesTheProductsNumberFromWhatWasSeen) {
  const auto state = object_id::known("1.3.6.1.4.1.28507.38.1.3.1.2.1.3.2");
  const auto unit = settled_on(profile("gude"), state);
  EXPECT_EQ(outlet_command(unit, 2, true).name, state);
}

}  // namespace
}  // namespace holdover::device::snmp
