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

std::string listed(const auto& rows, auto wanted, auto name) {
  std::string text;
  for (const auto& row : rows)
    if (wanted(row)) text += (text.empty() ? "" : ", ") + std::string(name(row));
  return text;
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

std::string_view ups_profile_names() {
  static const auto names = listed(
      catalogue, [](const family* one) { return one->is_ups; },
      [](const family* one) { return one->name; });
  return names;
}

std::string_view outlet_profile_names() {
  static const auto names = listed(
      outlet_profiles, [](const outlet_profile&) { return true; },
      [](const outlet_profile& one) { return one.name; });
  return names;
}

}  // namespace holdover::device::snmp
