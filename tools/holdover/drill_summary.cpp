#include "tools/holdover/drill_summary.hpp"

#include "core/words.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace holdover::tool {

namespace {

// The same thing is seen by several nodes, not at the very same moment.
constexpr duration same_moment = 2s;

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all;
}

void take_first(std::optional<duration>& first, const std::optional<duration>& seen) {
  if (seen && (!first || *seen < *first)) first = seen;
}

/// The moment at which the k-th has come.
std::optional<duration> of_k(std::vector<duration> times, std::uint32_t k) {
  if (times.size() < k || k == 0) return std::nullopt;
  std::sort(times.begin(), times.end());
  return times[k - 1];
}

const drill::host_view* find(const drill::report& seen, const std::string& host) {
  for (const auto& one : seen.hosts)
    if (one.host == host) return &one;
  return nullptr;
}

drilled_host put_together(const site& about, const host_config& config,
                          const drill_reports& reports) {
  drilled_host made;
  made.name = config.name;
  if (config.stage) made.stage = about.stages[*config.stage].name;
  made.shutdown_time = config.shutdown_time;
  std::vector<duration> warned, shed, wanted;
  for (const auto& [node, report] : reports) {
    const auto* seen = find(report, config.name);
    if (seen == nullptr) continue;
    (seen->heard ? made.heard_by : made.unheard_by).push_back(node);
    if (seen->warned) warned.push_back(*seen->warned);
    if (seen->shed) shed.push_back(*seen->shed);
    if (seen->wanted_down) {
      wanted.push_back(*seen->wanted_down);
      made.wanted[node] = *seen->wanted_down;
      if (made.why.empty()) made.why = spaced(to_string(seen->why));
    }
    take_first(made.armed, seen->armed);
    take_first(made.committed, seen->committed);
    take_first(made.down, seen->down);
    take_first(made.left, seen->left);
    if (seen->checks.size() > made.checks.size()) made.checks = seen->checks;
  }
  const auto k = threshold(about);
  made.warned = of_k(warned, k);
  made.shed = of_k(shed, k);
  made.decided = of_k(wanted, k);
  if (made.left && made.committed) made.margin = *made.left - made.shutdown_time;
  return made;
}

void judge(const drilled_host& host, const drill_summary& all, std::vector<std::string>& findings) {
  const auto say = [&](const std::string& text) {
    findings.push_back("host " + host.name + ": " + text);
  };
  if (host.heard_by.empty())
    return say(
        "no node heard its agent: in an outage only its own rule would protect it. See "
        "whether the agent runs and reaches the nodes");
  if (host.heard_by.size() == 1 && all.nodes.size() > 1)
    say("only " + host.heard_by.front() + " heard it: a single path, and one failure ends it");
  else if (!host.unheard_by.empty())
    say("not heard by " + listed(host.unheard_by));
  if (host.decided && !host.committed)
    say("was told to shut down and did not commit before the drill ended");
  if (host.margin && *host.margin < duration::zero())
    say("its power would have ended " + in_words(-*host.margin)
        + " before the time that it is allowed to stop in: let it begin earlier");
  for (const auto& check : host.checks)
    if (check.state == agent::action_state::failed || check.state == agent::action_state::refused)
      say("could not have run " + check.id + ": " + check.detail);
}

drilled_failover show(const site& about, const drill::exercise_result& result,
                      const drill_reports& reports) {
  drilled_failover made{.what = result, .gaps = {}, .carried_by = {}, .shown = false};
  if (!result.began) return made;
  const auto number = [&]() -> std::optional<node_number> {
    for (const auto& node : about.nodes)
      if (node.name == result.what.node) return node.number;
    return std::nullopt;
  }();
  const auto until =
      result.ended.value_or(*result.began + result.what.lasts) + about.votes.time_to_live;
  std::set<std::string> others;
  for (const auto& [node, report] : reports) {
    if (node == result.what.node) continue;
    for (const auto& one : report.missing)
      if (number && one.node == *number && one.from >= *result.began && one.from <= until
          && (result.what.what == drill::exercise_kind::stop_process
              || result.what.peer == one.host))
        made.gaps.push_back({one.host, node, one.from, one.to});
  }
  for (const auto& node : about.nodes)
    if (node.name != result.what.node) others.insert(node.name);
  for (const auto& gap : made.gaps)
    for (const auto& [node, report] : reports)
      for (const auto& one : report.missing)
        if (one.host == gap.host && one.from < until && (!one.to || *one.to > *result.began))
          for (const auto& other : about.nodes)
            if (other.number == one.node) others.erase(other.name);
  made.carried_by.assign(others.begin(), others.end());
  made.shown = result.ended && !made.gaps.empty();
  return made;
}

void put_in_order(const drill_reports& reports, drill_summary& into) {
  for (const auto& [node, report] : reports)
    for (const auto& line : report.lines) {
      const auto known =
          std::find_if(into.timeline.begin(), into.timeline.end(), [&](const auto& one) {
            const auto apart = one.at - line.at;
            return one.text == line.text && apart < same_moment && -apart < same_moment
                   && std::find(one.nodes.begin(), one.nodes.end(), node) == one.nodes.end();
          });
      if (known == into.timeline.end()) {
        into.timeline.push_back({line.at, line.text, {node}});
      } else {
        known->at = std::min(known->at, line.at);
        known->nodes.push_back(node);
      }
    }
  std::stable_sort(into.timeline.begin(), into.timeline.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
}

void note_paths(const site& about, std::vector<std::string>& notes) {
  for (const auto& ups : about.upses) {
    const auto ways = std::count_if(about.upses.begin(), about.upses.end(), [&](const auto& other) {
      return other.independence_group == ups.independence_group;
    });
    if (ways == 1)
      notes.push_back("UPS " + ups.name + " is seen by one path alone (" + ups.address.driver + ' '
                      + ups.address.host + "): if that falls silent in an outage, every node is "
                      "blind for it");
  }
}

}  // namespace

drill_summary summarise(const site& about, const drill_reports& reports,
                        const std::vector<std::string>& silent) {
  drill_summary made;
  made.site = about.name;
  made.lab = about.lab;
  made.threshold = threshold(about);
  made.state = drill::drill_state::done;
  for (const auto& [node, report] : reports) {
    made.drill = report.drill;
    made.story = report.story;
    made.by = report.by;
    made.lasts = report.lasts;
    made.wall_milliseconds = made.wall_milliseconds == 0
                                 ? report.wall_milliseconds
                                 : std::min(made.wall_milliseconds, report.wall_milliseconds);
    made.nodes[node] =
        std::string{to_string(report.state)} + (report.why.empty() ? "" : ": " + report.why);
    if (report.state == drill::drill_state::aborted) {
      made.state = drill::drill_state::aborted;
      // Who saw it himself says more than who was told by a peer.
      if (made.why.empty() || made.why.starts_with("node ")) made.why = report.why;
    } else if (report.state == drill::drill_state::running
               && made.state != drill::drill_state::aborted) {
      made.state = drill::drill_state::running;
    }
    for (const auto& part : report.not_played)
      made.notes.push_back("a drill does not play \"" + part + "\"");
    for (const auto& one : report.exercises)
      made.failovers.push_back(show(about, one, reports));
  }
  std::sort(made.notes.begin(), made.notes.end());
  made.notes.erase(std::unique(made.notes.begin(), made.notes.end()), made.notes.end());
  if (reports.empty()) made.state = drill::drill_state::none;
  if (made.state == drill::drill_state::aborted)
    made.findings.push_back("the drill was aborted: " + made.why);
  for (const auto& node : silent) {
    made.nodes[node] = "did not take part";
    made.findings.push_back("node " + node + " did not take part");
  }
  for (const auto& host : about.hosts) {
    made.hosts.push_back(put_together(about, host, reports));
    judge(made.hosts.back(), made, made.findings);
  }
  for (const auto& one : made.failovers)
    if (!one.shown)
      made.findings.push_back("failover of " + one.what.what.node + ", "
                              + spaced(to_string(one.what.what.what))
                              + (one.what.began ? ": done, but no host missed its votes"
                                                : " was not done: " + one.what.evidence));
  const auto exercised = [&](drill::exercise_kind what) {
    return std::any_of(made.failovers.begin(), made.failovers.end(),
                       [&](const auto& one) { return one.what.what.what == what; });
  };
  if (!exercised(drill::exercise_kind::stop_process))
    made.notes.push_back(about.nodes.size() <= threshold(about)
                             ? "no node was stopped: this site has none to spare"
                             : "no node was stopped");
  if (!exercised(drill::exercise_kind::cut_peer)) made.notes.push_back("no path was cut");
  note_paths(about, made.notes);
  put_in_order(reports, made);
  return made;
}

}  // namespace holdover::tool
