#include "io/device/snmp/notification.hpp"

#include <string_view>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr std::int64_t enterprise_specific = 6;  // RFC 1157, generic-trap
constexpr std::string_view standard_traps = "1.3.6.1.6.3.1.1.5";

struct known_name {
  std::string_view name;
  std::string_view object;
};

// Also with the 0 that RFC 3584 puts in front of the last arc.
constexpr known_name known_names[] = {
    {"coldStart", "1.3.6.1.6.3.1.1.5.1"},
    {"warmStart", "1.3.6.1.6.3.1.1.5.2"},
    {"linkDown", "1.3.6.1.6.3.1.1.5.3"},
    {"linkUp", "1.3.6.1.6.3.1.1.5.4"},
    {"authenticationFailure", "1.3.6.1.6.3.1.1.5.5"},
    {"upsTrapOnBattery", "1.3.6.1.2.1.33.2.1"},
    {"upsTrapTestCompleted", "1.3.6.1.2.1.33.2.2"},
    {"upsTrapAlarmEntryAdded", "1.3.6.1.2.1.33.2.3"},
    {"upsTrapAlarmEntryRemoved", "1.3.6.1.2.1.33.2.4"},
};

object_id below(const object_id& parent, std::initializer_list<std::uint32_t> arcs) {
  std::vector<std::uint32_t> all(parent.arcs().begin(), parent.arcs().end());
  all.insert(all.end(), arcs);
  return object_id(all);
}

/// The same without a 0 before the last arc.
object_id without_zero(const object_id& name) {
  std::vector<std::uint32_t> arcs(name.arcs().begin(), name.arcs().end());
  if (arcs.size() > 1 && arcs[arcs.size() - 2] == 0) arcs.erase(arcs.end() - 2);
  return object_id(arcs);
}

std::string shown(const object_id& name) {
  const auto text = to_string(without_zero(name));
  for (const auto& known : known_names)
    if (known.object == text) return std::string(known.name);
  return to_string(name);
}

}  // namespace

protection protection_of(const user_access& user) {
  if (user.authentication.empty()) return protection::none;
  return user.privacy.empty() ? protection::authenticated : protection::encrypted;
}

object_id trap_name(std::int64_t generic, std::int64_t specific, const object_id& enterprise) {
  if (generic == enterprise_specific)
    return below(enterprise, {0, static_cast<std::uint32_t>(specific)});
  return below(object_id::known(standard_traps), {static_cast<std::uint32_t>(generic) + 1});
}

std::string to_string(const notification& said) {
  constexpr std::string_view versions[] = {"1", "2c", "3"};
  std::string text = said.wants_answer ? "SNMP inform (" : "SNMP trap (";
  text += versions[static_cast<std::size_t>(said.speaks)];
  return text + ") from " + said.sender + ": " + shown(said.name);
}

}  // namespace holdover::device::snmp
