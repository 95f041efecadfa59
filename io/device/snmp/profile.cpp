#include "io/device/snmp/profile.hpp"

#include "io/device/snmp/families.hpp"
#include "io/device/snmp/outlet_profiles.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace holdover::device::snmp {

namespace {

constexpr std::array catalogue{
    &apc_ups,       &apc_pdu,
    &apc_ats,       &apc_environment,
    &enlogic,       &xups,
    &eaton_sensors, &eaton_epdu,
    &eaton_ats,     &mge,
    &raritan_px2,   &raritan_px,
    &sentry4,       &sentry3,
    &cyberpower,    &tripp_lite_ups,
    &tripp_lite,    &liebert,
    &socomec_ups,   &socomec_pdu,
    &delta,         &hpe_ups,
    &hpe_pdu,       &huawei,
    &netagent,      &schleifenbauer,
    &vertiv,        &geist,
    &gude,          &akcp,
    &avtech,        &hwg,
    &serverscheck,  &netbotz,
    &upsman,        &rfc1628,
};

/// Names are written with hyphens; underscores are taken as such.
std::string spelt(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::vector<std::string> names_of_families(auto wanted) {
  std::vector<std::string> names;
  for (const auto* one : catalogue)
    if (wanted(*one)) names.emplace_back(one->name);
  return names;
}

}  // namespace

std::span<const family* const> families() {
  return catalogue;
}

const family* find_family(std::string_view name) {
  const auto wanted = spelt(name);
  for (const auto* one : catalogue)
    if (one->name == wanted) return one;
  return nullptr;
}

const outlet_profile* find_outlet_profile(std::string_view name) {
  const auto wanted = spelt(name);
  for (const auto& profile : outlet_profiles)
    if (profile.name == wanted) return &profile;
  return nullptr;
}

std::vector<std::string> ups_profile_names() {
  return names_of_families([](const family& one) { return one.is_ups; });
}

std::vector<std::string> sensor_profile_names() {
  return names_of_families([](const family& one) { return !one.sensors.empty(); });
}

std::vector<std::string> outlet_profile_names() {
  std::vector<std::string> names;
  for (const auto& one : outlet_profiles)
    if (!one.command_on.empty()) names.emplace_back(one.name);
  return names;
}

}  // namespace holdover::device::snmp
