#include "io/device/snmp/profile.hpp"

#include "io/device/snmp/outlet_profiles.hpp"
#include "io/device/snmp/rfc1628.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace holdover::device::snmp {

namespace {

constexpr std::array ups_profiles{&rfc1628};

std::string_view name_of(const ups_profile* profile) {
  return profile->name;
}
std::string_view name_of(const outlet_profile& profile) {
  return profile.name;
}

/// Names are written with hyphens; underscores are taken as such.
std::string spelt(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::string listed(const auto& profiles) {
  std::string text;
  for (const auto& profile : profiles)
    text += (text.empty() ? "" : ", ") + std::string(name_of(profile));
  return text;
}

}  // namespace

const ups_profile* find_ups_profile(std::string_view name) {
  if (name.empty()) return &rfc1628;
  const auto wanted = spelt(name);
  for (const auto* profile : ups_profiles)
    if (profile->name == wanted) return profile;
  return nullptr;
}

const outlet_profile* find_outlet_profile(std::string_view name) {
  const auto wanted = spelt(name);
  for (const auto& profile : outlet_profiles)
    if (profile.name == wanted) return &profile;
  return nullptr;
}

std::string_view ups_profile_names() {
  static const auto names = listed(ups_profiles);
  return names;
}

std::string_view outlet_profile_names() {
  static const auto names = listed(outlet_profiles);
  return names;
}

}  // namespace holdover::device::snmp
