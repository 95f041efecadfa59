// The conditions of a stage: from nested groups of a file to one stretch of nodes, children first.

#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace holdover::config {

namespace {

constexpr std::array<std::string_view, 7> day_names{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
constexpr std::uint32_t day_minutes = 24 * 60;

}  // namespace

std::optional<std::uint32_t> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  std::uint32_t hours = 0, minutes = 0;
  const auto number = [](std::string_view digits, std::uint32_t& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, out);
    return error == std::errc{} && end == digits.data() + 2;
  };
  if (!number(text.substr(0, 2), hours) || !number(text.substr(3), minutes)) return std::nullopt;
  if (minutes > 59 || hours * 60 + minutes > day_minutes) return std::nullopt;
  return hours * 60 + minutes;
}

void set_days(const std::string& word, const std::string& path, document& file,
              std::array<bool, 7>& days, const std::vector<std::string>& also) {
  bool known = false;
  for (std::size_t day = 0; day < day_names.size(); ++day) {
    if (word != day_names[day] && !(word == "weekdays" && day < 5)
        && !(word == "weekend" && day >= 5))
      continue;
    days[day] = true;
    known = true;
  }
  if (known) return;
  std::vector<std::string> words{day_names.begin(), day_names.end()};
  words.insert(words.end(), {"weekdays", "weekend"});
  words.insert(words.end(), also.begin(), also.end());
  file.error(path,
             "must be " + choice(words) + ", not " + in_quotes(word) + did_you_mean(word, words));
}

namespace {

class tree_builder {
public:
  tree_builder(document& file, site& out, const site_names& names)
      : file_(file), out_(out), names_(names) {}

  /// The nodes of one group. Nothing: the group names no condition.
  std::optional<condition_index> build(const v1::Condition&, const std::string& path);

private:
  using indexes = std::vector<condition_index>;

  condition_node blank(condition_kind, const std::string& path) const;
  void add(indexes& to, condition_node node);
  void add_batteries(const v1::Condition&, const std::string& path, indexes& to);
  void add_states(const v1::Condition&, const std::string& path, indexes& to);
  void add_facts(const v1::Condition&, const std::string& path, indexes& to);
  void add_groups(const v1::Condition&, const std::string& path, indexes& to);
  void add_load(const v1::LoadCondition&, const std::string& path, indexes& to);
  void add_sensor(const v1::SensorCondition&, const std::string& path, indexes& to);
  void add_time(const v1::TimeWindow&, const std::string& path, indexes& to);
  template <class List>
  void add_combined(condition_kind, std::uint32_t needed, const List&, const std::string& path,
                    const std::string& list, indexes& to);
  condition_index combined(condition_kind, std::uint32_t needed, const indexes& children,
                           const std::string& path);
  std::optional<std::uint32_t> time_of(const std::string& text, const std::string& path,
                                       std::uint32_t usual);

  document& file_;
  site& out_;
  const site_names& names_;
  std::optional<ups_index> ups_;
  std::optional<double> hysteresis_;
};

condition_node tree_builder::blank(condition_kind kind, const std::string& path) const {
  condition_node node;
  node.kind = kind;
  node.path = path;
  node.hysteresis = hysteresis_.value_or(0);
  if (kind >= condition_kind::on_battery_for && kind <= condition_kind::ups_fault) node.ups = ups_;
  return node;
}

void tree_builder::add(indexes& to, condition_node node) {
  const auto index = static_cast<condition_index>(out_.conditions.size());
  node.parent = index;
  out_.conditions.push_back(std::move(node));
  to.push_back(index);
}

void tree_builder::add_batteries(const v1::Condition& in, const std::string& path, indexes& to) {
  if (in.has_on_battery_for()) {
    auto node = blank(condition_kind::on_battery_for, path + ".on_battery_for");
    node.time = to_duration(in.on_battery_for());
    add(to, std::move(node));
  }
  if (in.has_runtime_below()) {
    auto node = blank(condition_kind::runtime_below, path + ".runtime_below");
    node.time = to_duration(in.runtime_below());
    add(to, std::move(node));
  }
  if (in.has_charge_below()) {
    auto node = blank(condition_kind::charge_below, path + ".charge_below");
    node.limit = in.charge_below();
    add(to, std::move(node));
  }
  if (in.battery_low()) add(to, blank(condition_kind::battery_low, path + ".battery_low"));
  if (in.latest_safe()) add(to, blank(condition_kind::latest_safe, path + ".latest_safe"));
}

void tree_builder::add_states(const v1::Condition& in, const std::string& path, indexes& to) {
  if (in.has_load_above()) {
    auto node = blank(condition_kind::load_above, path + ".load_above");
    node.limit = in.load_above();
    add(to, std::move(node));
  }
  if (in.overload()) add(to, blank(condition_kind::overload, path + ".overload"));
  if (in.bypass()) add(to, blank(condition_kind::bypass, path + ".bypass"));
  if (in.ups_fault()) add(to, blank(condition_kind::ups_fault, path + ".ups_fault"));
}

void tree_builder::add_load(const v1::LoadCondition& in, const std::string& path, indexes& to) {
  if (in.outlet().empty() == in.unit().empty()) {
    file_.error(path, "choose one: the outlet, or the unit whose outlets count together");
    return;
  }
  file_.require(path + ".above", in.has_above());
  const bool one = !in.outlet().empty();
  auto node =
      blank(one ? condition_kind::outlet_load_above : condition_kind::unit_load_above, path);
  node.subject = one ? names_.outlets.find(in.outlet(), path + ".outlet", file_)
                     : names_.units.find(in.unit(), path + ".unit", file_);
  node.limit = in.above();
  add(to, std::move(node));
}

void tree_builder::add_sensor(const v1::SensorCondition& in, const std::string& path, indexes& to) {
  file_.require(path + ".name", !in.name().empty());
  const int asked = (in.has_above() ? 1 : 0) + (in.has_below() ? 1 : 0)
                    + (in.state() != v1::SensorCondition::STATE_UNSPECIFIED ? 1 : 0);
  if (asked != 1 && !file_.touched(path)) {
    file_.error(path, "choose one: above, below or state");
    return;
  }
  const auto sensor =
      in.name().empty() ? index::none : names_.sensors.find(in.name(), path + ".name", file_);
  auto node = blank(condition_kind::sensor_above, path);
  node.subject = sensor;
  node.limit = in.has_below() ? in.below() : in.above();
  if (in.has_below()) node.kind = condition_kind::sensor_below;
  if (in.state() == v1::SensorCondition::ACTIVE) node.kind = condition_kind::sensor_active;
  if (in.state() == v1::SensorCondition::INACTIVE) node.kind = condition_kind::sensor_inactive;
  if (!hysteresis_ && sensor < out_.sensors.size())
    node.hysteresis = out_.sensors[sensor].hysteresis;
  add(to, std::move(node));
}

std::optional<std::uint32_t> tree_builder::time_of(const std::string& text, const std::string& path,
                                                   std::uint32_t usual) {
  if (text.empty()) return usual;
  const auto minute = minute_of_day(text);
  if (!minute) file_.error(path, "must be a time of day such as \"22:00\", not " + in_quotes(text));
  return minute;
}

void tree_builder::add_time(const v1::TimeWindow& in, const std::string& path, indexes& to) {
  time_window window;
  if (in.days_size() > 0) window.days.fill(false);
  for (int i = 0; i < in.days_size(); ++i)
    set_days(in.days(i), path + '.' + at("days", i), file_, window.days);
  if (in.days_size() == 0 && in.from().empty() && in.to().empty())
    file_.error(path, "has neither days nor times: name one");
  const auto from = time_of(in.from(), path + ".from", 0);
  const auto until = time_of(in.to(), path + ".to", day_minutes);
  if (!from || !until) return;
  window.from_minute = *from;
  window.to_minute = *until;
  auto node = blank(condition_kind::time_window, path);
  node.subject = static_cast<window_index>(out_.windows.size());
  out_.windows.push_back(window);
  add(to, std::move(node));
}

void tree_builder::add_facts(const v1::Condition& in, const std::string& path, indexes& to) {
  if (in.has_load()) add_load(in.load(), path + ".load", to);
  if (in.has_sensor()) add_sensor(in.sensor(), path + ".sensor", to);
  if (in.has_time()) add_time(in.time(), path + ".time", to);
  if (!in.operator_().empty()) {
    auto node = blank(condition_kind::operator_switch, path + ".operator");
    node.subject = names_.operator_switches.find(in.operator_(), path + ".operator", file_);
    add(to, std::move(node));
  }
}

condition_index tree_builder::combined(condition_kind kind, std::uint32_t needed,
                                       const indexes& children, const std::string& path) {
  condition_node node;
  node.kind = kind;
  node.needed = needed;
  node.path = path;
  indexes made;
  add(made, std::move(node));
  for (const auto child : children)
    out_.conditions[child].parent = made.front();
  return made.front();
}

template <class List>
void tree_builder::add_combined(condition_kind kind, std::uint32_t needed, const List& in,
                                const std::string& path, const std::string& list, indexes& to) {
  indexes children;
  for (int i = 0; i < in.size(); ++i) {
    const auto here = path + '.' + at(list, i);
    if (const auto child = build(in[i], here))
      children.push_back(*child);
    else if (!file_.touched(here))
      file_.error(here, "names no condition: name one, or remove it");
  }
  to.push_back(combined(kind, needed, children, path));
}

void tree_builder::add_groups(const v1::Condition& in, const std::string& path, indexes& to) {
  if (file_.given(path + ".all")) add_combined(condition_kind::all, 0, in.all(), path, "all", to);
  if (file_.given(path + ".any")) add_combined(condition_kind::any, 0, in.any(), path, "any", to);
  if (!in.has_at_least()) return;
  const auto& quorum = in.at_least();
  file_.require(path + ".at_least.count", file_.given(path + ".at_least.count"));
  add_combined(condition_kind::at_least, quorum.count(), quorum.of(), path + ".at_least", "of", to);
}

std::optional<condition_index> tree_builder::build(const v1::Condition& in,
                                                   const std::string& path) {
  // Groups within a group stand for themselves: they take over neither the UPS nor the hysteresis.
  const auto outer_ups = std::exchange(ups_, std::nullopt);
  const auto outer_hysteresis = std::exchange(hysteresis_, std::nullopt);
  indexes parts;
  add_groups(in, path, parts);
  if (!in.ups().empty()) ups_ = names_.upses.find(in.ups(), path + ".ups", file_);
  if (in.has_hysteresis()) hysteresis_ = in.hysteresis();
  add_batteries(in, path, parts);
  add_states(in, path, parts);
  add_facts(in, path, parts);
  ups_ = outer_ups;
  hysteresis_ = outer_hysteresis;
  if (parts.empty()) return std::nullopt;
  const auto own =
      parts.size() == 1 ? parts.front() : combined(condition_kind::any, 0, parts, path);
  auto& node = out_.conditions[own];
  node.parent = own;
  if (in.has_for_()) node.hold = to_duration(in.for_());
  if (in.has_clear_after()) node.clear_after = to_duration(in.clear_after());
  return own;
}

/// The four short conditions, where nothing else is said about them.
bool takes_short_form(const v1::Condition& in) {
  return !in.has_for_() && !in.has_clear_after() && in.ups().empty() && !in.has_hysteresis();
}

}  // namespace

void load_condition(const v1::Condition& in, const std::string& path, document& file, site& out,
                    const site_names& names, stage_config& stage) {
  auto rest = in;
  if (takes_short_form(in)) {
    if (in.has_on_battery_for()) stage.when.on_battery_for = to_duration(in.on_battery_for());
    if (in.has_runtime_below()) stage.when.runtime_below = to_duration(in.runtime_below());
    if (in.has_charge_below()) stage.when.charge_below_percent = in.charge_below();
    stage.when.battery_low = in.battery_low();
    rest.clear_on_battery_for();
    rest.clear_runtime_below();
    rest.clear_charge_below();
    rest.clear_battery_low();
  }
  const auto first = static_cast<condition_index>(out.conditions.size());
  const auto root = tree_builder{file, out, names}.build(rest, path);
  if (root) stage.condition = condition_tree{first, *root};
}

}  // namespace holdover::config
