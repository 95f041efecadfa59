#include "core/policy/condition_words.hpp"

#include "core/weekdays.hpp"
#include "core/words.hpp"

#include <string_view>
#include <vector>

namespace holdover::policy {

namespace {

std::string clock_words(std::uint32_t minute) {
  const auto two = [](std::uint32_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two(minute / 60) + ':' + two(minute % 60);
}

std::string window_words(const time_window& window) {
  return weekdays_in_words(window.days) + " from " + clock_words(window.from_minute) + " to "
         + clock_words(window.to_minute);
}

std::string leaf_words(const site& s, const condition_node& leaf) {
  const auto of = leaf.ups ? " of " + s.upses[*leaf.ups].name : std::string{};
  switch (leaf.kind) {
    case condition_kind::on_battery_for:
      return "on battery for " + holdover::in_words(leaf.time) + of;
    case condition_kind::runtime_below:
      return "runtime below " + holdover::in_words(leaf.time) + of;
    case condition_kind::charge_below:
      return "charge below " + holdover::in_words(leaf.limit) + " %" + of;
    case condition_kind::battery_low:
      return "battery low" + of;
    case condition_kind::latest_safe:
      return "as late as is safe";
    case condition_kind::load_above:
      return "load above " + holdover::in_words(leaf.limit) + " %" + of;
    case condition_kind::overload:
      return "overload" + of;
    case condition_kind::bypass:
      return "bypass" + of;
    case condition_kind::ups_fault:
      return "UPS fault" + of;
    case condition_kind::outlet_load_above:
      return s.outlets[leaf.subject].name + " above " + holdover::in_words(leaf.limit) + " W";
    case condition_kind::unit_load_above:
      return s.units[leaf.subject].name + " above " + holdover::in_words(leaf.limit) + " W";
    case condition_kind::sensor_above:
      return s.sensors[leaf.subject].name + " above " + holdover::in_words(leaf.limit);
    case condition_kind::sensor_below:
      return s.sensors[leaf.subject].name + " below " + holdover::in_words(leaf.limit);
    case condition_kind::sensor_active:
      return s.sensors[leaf.subject].name + " active";
    case condition_kind::sensor_inactive:
      return s.sensors[leaf.subject].name + " inactive";
    case condition_kind::time_window:
      return window_words(s.windows[leaf.subject]);
    case condition_kind::operator_switch:
      return "switch " + s.switches[leaf.subject].name;
    case condition_kind::job_wish:
      return "jobs wish " + s.wishes[leaf.subject].name;
    case condition_kind::all:
    case condition_kind::any:
    case condition_kind::at_least:
      break;
  }
  return {};
}

std::string node_words(const site& s, condition_index first, condition_index index) {
  const auto& node = s.conditions[index];
  std::string text;
  if (combines(node.kind)) {
    std::string parts;
    for (auto child = first; child < index; ++child)
      if (s.conditions[child].parent == index)
        parts += (parts.empty() ? "" : ", ") + node_words(s, first, child);
    text = node.kind == condition_kind::all   ? "all of ("
           : node.kind == condition_kind::any ? "any of ("
                                              : "at least " + std::to_string(node.needed) + " of (";
    text += parts + ')';
  } else {
    text = leaf_words(s, node);
    if (node.hysteresis > 0) text += " (hysteresis " + holdover::in_words(node.hysteresis) + ')';
  }
  if (node.hold > duration::zero()) text += " for " + holdover::in_words(node.hold);
  if (node.clear_after > duration::zero())
    text += ", over after " + holdover::in_words(node.clear_after);
  return text;
}

}  // namespace

std::string words_of(const site& s, const condition_tree& tree) {
  return node_words(s, tree.first, tree.root);
}

}  // namespace holdover::policy
