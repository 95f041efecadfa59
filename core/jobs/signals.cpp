#include "core/jobs/signals.hpp"

#include "core/overloaded.hpp"
#include "core/policy/site_machine.hpp"

#include <algorithm>
#include <array>

namespace holdover::jobs {

namespace {

using word = std::string_view;
using signals = std::vector<signal>;

/// Begins with one word and ends with another.
struct pair_of_words {
  word begins;
  word ends;
  word named;
};

constexpr std::array<pair_of_words, 5> ups_pairs{{
    {"low_battery", "battery_ok", "battery_low"},
    {"replace_battery", "battery_replaced", "replace_battery"},
    {"overload", "overload_cleared", "overload"},
    {"forced_shutdown", "forced_shutdown_cleared", "forced_shutdown"},
    {"communication_lost", "communication_restored", "communication_lost"},
}};
/// States of which a thing has one at a time: the word of the fact, and the event.
struct state_of_words {
  word told;
  word named;
};
constexpr std::array<state_of_words, 5> ups_states{{{"online", ""},
                                                    {"on_battery", "on_battery"},
                                                    {"bypass", "bypass"},
                                                    {"off", "off"},
                                                    {"test_started", "testing"}}};
constexpr std::array<word, 7> zones{"alarm_low",  "pre_alarm_low", "normal", "pre_alarm_high",
                                    "alarm_high", "inactive",      "active"};
constexpr std::array<word, 2> outlet_states{"on", "off"};
constexpr std::array<word, 8> host_states{"running", "armed",   "committed", "down",
                                          "gone",    "booting", "back",      "silent"};
constexpr word redundancy_lost = "redundancy_lost";
constexpr word redundancy_unknown = "redundancy_unknown";
constexpr std::array<pair_of_words, 3> node_pairs{{
    {"storage_failing", "storage_restored", "storage_failing"},
    {"peer_lost", "peer_back", "peer_lost"},
    {"started", "", "started"},
}};

template <class Pairs>
void add_pair(const Pairs& pairs, origin from, const std::string& subject, word told, signals& to) {
  for (const auto& pair : pairs) {
    if (told == pair.begins) to.push_back({from, subject, pair.named, true});
    if (told == pair.ends) to.push_back({from, subject, pair.named, false});
  }
}

// The others are over before the new one begins.
template <class States, class Named>
void add_state(const States& states, origin from, const std::string& subject, Named named_of,
               word told, signals& to) {
  const auto is = [&](const auto& state) { return named_of(state).first == told; };
  if (std::none_of(states.begin(), states.end(), is)) return;
  for (const auto& state : states)
    if (const auto [said, named] = named_of(state); said != told && !named.empty())
      to.push_back({from, subject, named, false});
  for (const auto& state : states)
    if (const auto [said, named] = named_of(state); said == told && !named.empty())
      to.push_back({from, subject, named, true});
}

std::pair<word, word> as_told(word state) {
  return {state, state};
}

signals of(const ups_event& e) {
  signals found;
  add_pair(ups_pairs, origin::ups, e.device, e.what, found);
  add_state(
      ups_states, origin::ups, e.device,
      [](const state_of_words& s) {
        return std::pair{s.told, s.named};
      },
      e.what, found);
  return found;
}

// A zone beyond an alarm is beyond its pre-alarm, too.
signals of(const sensor_event& e) {
  signals found;
  if (e.what == "communication_lost" || e.what == "communication_restored") {
    found.push_back(
        {origin::sensor, e.device, "communication_lost", e.what == "communication_lost"});
    return found;
  }
  if (std::find(zones.begin(), zones.end(), e.what) == zones.end()) return found;
  for (const auto zone : zones) {
    if (zone == "normal") continue;
    const bool within = (zone == "pre_alarm_high" && e.what == "alarm_high")
                        || (zone == "pre_alarm_low" && e.what == "alarm_low");
    found.push_back({origin::sensor, e.device, zone, zone == e.what || within});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const signal& a, const signal& b) { return !a.raised && b.raised; });
  return found;
}

signals of(const outlet_event& e) {
  signals found;
  add_state(outlet_states, origin::outlet, e.outlet, as_told, e.what, found);
  if (e.what == "communication_lost" || e.what == "communication_restored")
    found.push_back(
        {origin::outlet, e.outlet, "communication_lost", e.what == "communication_lost"});
  return found;
}

signals of(const host_event& e) {
  signals found;
  add_state(host_states, origin::host, e.host, as_told, e.what, found);
  return found;
}

signals of(const redundancy_event& e) {
  return {
      {origin::host, e.host, e.what == "lost" ? redundancy_lost : redundancy_unknown, e.raised}};
}

const std::vector<word>& alarm_words() {
  static const auto all = [] {
    std::vector<word> words;
    for (std::uint8_t kind = 0;; ++kind) {  // Behind the last one there is none.
      const auto name = to_string(static_cast<policy::site_alarm>(kind));
      if (name == "unknown") break;
      if (name != redundancy_lost && name != redundancy_unknown) words.push_back(name);
    }
    return words;
  }();
  return all;
}

signals of(const alarm_event& e) {
  for (const auto known : alarm_words())
    if (known == e.alarm) return {{origin::alarm, e.subject, known, e.raised}};
  return {};
}

signals of(const node_event& e, const std::string& node) {
  signals found;
  add_pair(node_pairs, origin::node, node, e.what, found);
  return found;
}

template <class List, class Word>
std::vector<word> words_in(const List& list, Word word_of) {
  std::vector<word> words;
  for (const auto& one : list)
    if (const auto text = word_of(one); !text.empty()) words.push_back(text);
  return words;
}

}  // namespace

std::vector<signal> signals_of(const event_payload& what, const std::string& node) {
  return std::visit(overloaded{[](const ups_event& e) { return of(e); },
                               [](const sensor_event& e) { return of(e); },
                               [](const outlet_event& e) { return of(e); },
                               [](const host_event& e) { return of(e); },
                               [](const redundancy_event& e) { return of(e); },
                               [](const alarm_event& e) { return of(e); },
                               [&](const node_event& e) { return of(e, node); },
                               [](const incident_event& e) {
                                 return signals{{origin::incident, {}, "open", e.to != "calm"}};
                               },
                               [](const auto&) { return signals{}; }},
                    what);
}

const std::vector<std::string_view>& words_of(origin from) {
  static const auto ups = [] {
    auto words = words_in(ups_states, [](const state_of_words& s) { return s.named; });
    for (const auto& pair : ups_pairs)
      words.push_back(pair.named);
    return words;
  }();
  static const auto sensor = [] {
    auto words = words_in(zones, [](word w) { return w == "normal" ? word{} : w; });
    words.push_back("communication_lost");
    return words;
  }();
  static const std::vector<word> outlet{"on", "off", "communication_lost"};
  static const auto host = [] {
    std::vector<word> words{host_states.begin(), host_states.end()};
    words.insert(words.end(), {redundancy_lost, redundancy_unknown});
    return words;
  }();
  static const auto node = words_in(node_pairs, [](const pair_of_words& p) { return p.named; });
  static const std::vector<word> incident{"open"};
  switch (from) {
    case origin::ups:
      return ups;
    case origin::sensor:
      return sensor;
    case origin::outlet:
      return outlet;
    case origin::host:
      return host;
    case origin::alarm:
      return alarm_words();
    case origin::node:
      return node;
    case origin::incident:
      break;
  }
  return incident;
}

bool is_about_power(const event_source& source) {
  return source.from != origin::sensor;
}

std::string_view to_string(origin from) {
  switch (from) {
    case origin::ups:
      return "ups";
    case origin::sensor:
      return "sensor";
    case origin::outlet:
      return "outlet";
    case origin::host:
      return "host";
    case origin::alarm:
      return "alarm";
    case origin::node:
      return "node";
    case origin::incident:
      return "incident";
  }
  return "unknown";
}

std::string_view to_string(action_kind kind) {
  switch (kind) {
    case action_kind::log:
      return "log";
    case action_kind::mail:
      return "mail";
    case action_kind::program:
      return "program";
    case action_kind::command:
      return "command";
    case action_kind::shut_down:
      return "shut_down";
    case action_kind::start:
      return "start";
    case action_kind::switch_off:
      return "switch_off";
    case action_kind::switch_on:
      return "switch_on";
  }
  return "unknown";
}

}  // namespace holdover::jobs
