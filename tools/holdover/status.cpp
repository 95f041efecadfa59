#include "tools/holdover/status.hpp"

#include "io/keys/random.hpp"
#include "io/wire/json.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/lamps.hpp"

#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

namespace holdover::tool {

namespace {

using rows = std::vector<std::vector<std::string>>;
using answers = std::map<std::string, operator_answer>;

std::string percent(std::optional<double> value) {
  return value ? std::to_string(static_cast<int>(*value)) + " %" : "-";
}

void show_nodes(const site& about, const answers& heard) {
  rows table{{"NODE", "STATE", "INCIDENT", "STORAGE", "SAFETY THREAD", "UP"}};
  for (const auto& node : about.nodes) {
    const auto found = heard.find(node.name);
    if (found == heard.end() || !found->second.status) {
      table.push_back({node.name, "NOT REACHED", "-", "-", "-", "-"});
      continue;
    }
    const auto& s = *found->second.status;
    const auto incident =
        std::string{to_string(s.policy.incident)} + (s.policy.called_off ? ", called off" : "");
    table.push_back({node.name, "up", incident, s.storage, s.scheduling, duration_text(s.up_for)});
  }
  print_table(std::cout, table);
}

// One row per device and node: a lying or blind eye shows beside the others.
void show_upses(const site& about, const answers& heard) {
  rows table{
      {"UPS", "SEEN BY", "STATE", "FRESHNESS", "AGE", "ON BATTERY", "LEFT", "CHARGE", "LOAD"}};
  for (const auto& ups : about.upses)
    for (const auto& [node, answer] : heard) {
      if (!answer.status) continue;
      for (const auto& u : answer.status->policy.upses)
        if (u.name == ups.name)
          table.push_back(
              {u.name, node, std::string{to_string(u.state)} + (u.battery_low ? " LOW" : ""),
               u.unknown_for ? "unknown, since " + duration_text(u.unknown_for)
                             : std::string{to_string(u.fresh)},
               duration_text(u.age), duration_text(u.confirmed_on_battery), duration_text(u.left),
               percent(u.charge_percent), percent(u.load_percent)});
    }
  print_table(std::cout, table);
}

void show_hosts(const site& about, const answers& heard) {
  rows table{{"HOST", "STATE", "VOTES", "WHY", "HEARD", "ACTS IN", "HELD"}};
  for (const auto& host : about.hosts) {
    std::string votes, why, state = "-";
    std::optional<duration> heard_ago, acts_in, held;
    for (const auto& [node, answer] : heard) {
      if (!answer.status) continue;
      for (const auto& h : answer.status->policy.hosts) {
        if (h.name != host.name) continue;
        votes += (votes.empty() ? "" : " ") + node + ":" + std::string{to_string(h.wanted)};
        if (why.empty()) why = std::string{to_string(h.why)};
        if (state == "-" || (h.heard_ago && (!heard_ago || *h.heard_ago < *heard_ago))) {
          state = h.state;
          heard_ago = h.heard_ago;
          acts_in = h.acts_in;
        }
        if (h.held_for) held = h.held_for;
      }
    }
    table.push_back({host.name, state, votes, why, duration_text(heard_ago), duration_text(acts_in),
                     duration_text(held)});
  }
  print_table(std::cout, table);
}

void show_outlets(const site& about, const answers& heard) {
  if (about.outlets.empty()) return;
  rows table{{"OUTLET", "STATE", "VOTES"}};
  for (const auto& outlet : about.outlets) {
    std::string votes, state = "-";
    for (const auto& [node, answer] : heard) {
      if (!answer.status) continue;
      for (const auto& o : answer.status->policy.outlets) {
        if (o.name != outlet.name) continue;
        votes += (votes.empty() ? "" : " ") + node + ":" + std::string{to_string(o.wanted)};
        if (state == "-" || state == "unknown") state = std::string{to_string(o.state)};
      }
    }
    table.push_back({outlet.name, state, votes});
  }
  std::cout << '\n';
  print_table(std::cout, table);
}

std::vector<unit_lamps> lamps_of(const site& about, const answers& heard) {
  std::vector<const policy::status*> seen;
  for (const auto& [node, answer] : heard)
    if (answer.status) seen.push_back(&answer.status->policy);
  return tool::lamps_of(about, seen);
}

// As on the front of the unit.
void show_lamps(const site& about, const answers& heard) {
  if (about.units.empty()) return;
  rows table{{"UNIT", "MAINS", "OUTLETS"}};
  for (const auto& unit : lamps_of(about, heard)) {
    std::string outlets;
    for (const auto& one : unit.outlets)
      outlets += (outlets.empty() ? "" : "  ") + std::to_string(one.number) + ":"
                 + std::string{to_string(one.lamp)};
    table.push_back({unit.unit, std::string{to_string(unit.mains)}, outlets});
  }
  std::cout << '\n';
  print_table(std::cout, table);
}

std::string lamps_json(const site& about, const answers& heard) {
  json_stream out;
  out.object([&] {
    out.list("lamps", [&] {
      for (const auto& unit : lamps_of(about, heard))
        out.object([&] {
          out.field("unit", unit.unit);
          out.field("mains", to_string(unit.mains));
          out.list("outlets", [&] {
            for (const auto& one : unit.outlets)
              out.object([&] {
                out.field("number", one.number);
                out.field("outlet", one.name);
                out.field("lamp", to_string(one.lamp));
              });
          });
        });
    });
  });
  return out.text();
}

void show_alarms(const answers& heard) {
  std::map<std::string, std::string> alarms;
  for (const auto& [node, answer] : heard)
    if (answer.status)
      for (const auto& alarm : answer.status->policy.alarms)
        alarms[alarm] += (alarms[alarm].empty() ? "" : ", ") + node;
  if (alarms.empty()) return;
  std::cout << "\nALARMS\n";
  const bool colour = colour_wanted();
  for (const auto& [alarm, nodes] : alarms)
    std::cout << "  " << painted(alarm, severity::alarm, colour) << "  (" << nodes << ")\n";
}

// Normally there are none; a wrong key, clock or release shows here.
void show_refusals(const answers& heard) {
  rows table{{"REFUSED MESSAGES", "BY", "COUNT"}};
  for (const auto& [node, answer] : heard)
    if (answer.status)
      for (const auto& refused : answer.status->refusals)
        table.push_back({refused.why, node, std::to_string(refused.count)});
  if (table.size() == 1) return;
  std::cout << '\n';
  print_table(std::cout, table);
}

void print_json(const client& asked, const answers& heard, output how) {
  if (how == output::json) std::cout << "[\n";
  bool first = true;
  for (const auto& [node, answer] : heard) {
    message m;
    m.site = asked.about().name;
    m.publisher = node;
    m.what = answer;
    if (!std::exchange(first, false)) std::cout << (how == output::json ? ",\n" : "\n");
    std::cout << wire::to_json(m);
  }
  if (!asked.about().units.empty()) {
    if (!first) std::cout << (how == output::json ? ",\n" : "\n");
    std::cout << lamps_json(asked.about(), heard);
  }
  std::cout << (how == output::json ? "\n]\n" : "\n");
}

}  // namespace

answers ask_all(client& asked, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::map<std::string, bool> sent;
  answers heard;
  while (heard.size() < asked.about().nodes.size()) {
    for (const auto& node : asked.about().nodes) {
      if (sent[node.name]) continue;
      operator_command command;
      command.by = asked.name();
      command.request = keys::make_random_id();
      command.what = status_command{};
      sent[node.name] = asked.ask(node.name, domain::operator_, std::move(command));
    }
    // In short turns: connections come up one by one.
    const auto turn =
        std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds{50});
    if (auto got = asked.next(turn))
      if (auto* answer = std::get_if<operator_answer>(&got->what.what))
        heard[got->signer] = std::move(*answer);
    if (std::chrono::steady_clock::now() >= deadline) break;
  }
  return heard;
}

exit_status show_status(const access& how, output form, std::chrono::milliseconds patience) {
  auto opened = client::open(how, false);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  const auto heard = ask_all(asked, patience);
  if (form != output::table) {
    print_json(asked, heard, form);
  } else {
    std::cout << "site " << asked.about().name << (asked.about().lab ? "  LAB timings" : "")
              << ", revision " << asked.about().revision << ", " << threshold(asked.about())
              << " of " << asked.about().nodes.size() << " nodes decide\n\n";
    show_nodes(asked.about(), heard);
    std::cout << '\n';
    show_upses(asked.about(), heard);
    std::cout << '\n';
    show_hosts(asked.about(), heard);
    show_outlets(asked.about(), heard);
    show_lamps(asked.about(), heard);
    show_alarms(heard);
    show_refusals(heard);
  }
  return heard.empty() ? exit_status::not_reachable : exit_status::fine;
}

}  // namespace holdover::tool
