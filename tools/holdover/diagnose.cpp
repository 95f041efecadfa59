#include "tools/holdover/diagnose.hpp"

#include "tools/holdover/json_text.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <utility>

namespace holdover::tool {

namespace {

std::int64_t wall_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_about(const event_payload& what, const std::string& device) {
  if (const auto* ups = std::get_if<ups_event>(&what)) return ups->device == device;
  if (const auto* card = std::get_if<interface_event>(&what)) return card->device == device;
  if (const auto* order = std::get_if<operator_event>(&what)) return order->subject == device;
  return false;
}

/// The journal, if one was named; absent: it was said why not.
std::optional<past> past_of(const diagnosis_wish& wish, const access& how) {
  if (wish.journal.empty() && wish.node.empty()) return past{};
  auto read = wish.node.empty() ? read_journal(wish.journal) : ask_node(how, wish.node);
  if (auto* made = std::get_if<past>(&read)) return std::move(*made);
  std::cerr << std::get<std::string>(read) << '\n';
  return std::nullopt;
}

}  // namespace

std::vector<diagnosis::past_event> events_about(const past& told, const std::string& device,
                                                std::int64_t now_milliseconds) {
  std::map<std::string, std::size_t> counts;
  for (const auto& one : told.events)
    if (is_about(one.what.what, device)) ++counts[one.what.id.publisher];
  if (counts.empty()) return {};
  const auto& who =
      std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; })->first;
  std::vector<diagnosis::past_event> found;
  for (const auto& one : told.events) {
    // An order is journaled by the node that carried it out, whichever that was.
    const bool theirs =
        one.what.id.publisher == who || std::holds_alternative<operator_event>(one.what.what);
    if (!theirs || !is_about(one.what.what, device)) continue;
    const auto ago = std::max<std::int64_t>(now_milliseconds - one.what.wall_milliseconds, 0);
    found.push_back({duration{ago}, one.what.what});
  }
  return found;
}

std::string findings_text(const std::string& device,
                          const std::vector<diagnosis::finding>& findings) {
  std::string all;
  for (const auto& one : findings)
    all += std::string{to_string(one.how)} + ": " + device + ": " + one.text + "\n    " + one.remedy
           + "  [" + one.code + "]\n";
  return all.empty() ? device + ": nothing to do\n" : all;
}

std::string findings_json(const std::string& device,
                          const std::vector<diagnosis::finding>& findings) {
  std::vector<std::string> list;
  for (const auto& one : findings)
    list.push_back(json_object{}
                       .text("code", one.code)
                       .text("weight", to_string(one.how))
                       .text("text", one.text)
                       .text("remedy", one.remedy)
                       .done());
  return json_object{}.text("device", device).raw("findings", json_list(list)).done() + '\n';
}

exit_status diagnose_device(const diagnosis_wish& wish, const access& how) {
  if (!wish.journal.empty() && !wish.node.empty()) {
    std::cerr << "give --journal or --node, not both\n";
    return exit_status::usage;
  }
  const auto what = find_device(wish.device);
  if (!what) return exit_status::usage;
  const auto history = past_of(wish, how);
  if (!history) return wish.node.empty() ? exit_status::usage : exit_status::not_reachable;
  const auto came = read_whole(*what);
  if (const auto* failed = std::get_if<exit_status>(&came))
    return *failed == exit_status::failed ? exit_status::not_reachable : *failed;
  const auto now = wall_milliseconds();
  diagnosis::evidence about;
  about.device = wish.device.name.empty() ? wish.device.target : wish.device.name;
  about.now = std::get<power::whole_reading>(came).power;
  if (what->ups && what->ups->battery_since_day)
    about.battery_age = duration{now} - *what->ups->battery_since_day * 24h;
  if (what->ups) about.battery_life = what->ups->battery_life;
  about.past = events_about(*history, about.device, now);
  const auto findings = diagnosis::diagnose(about);
  std::cout << (wish.device.json ? findings_json(about.device, findings)
                                 : findings_text(about.device, findings));
  return findings.empty() ? exit_status::fine : exit_status::failed;
}

}  // namespace holdover::tool
