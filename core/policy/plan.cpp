#include "core/policy/plan.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace holdover::policy {

namespace {

constexpr duration usual_poll = 5s;          // What the margin covers (O2).
constexpr duration nodes_begin_early = 60s;  // X16: before the slowest of them must.

class planner {
public:
  explicit planner(const site& s) : site_(s), dependents_(s.hosts.size()) {
    for (const auto& host : s.hosts) {
      const bool in_order = host.stage && !is_environmental(s, s.stages[*host.stage]);
      steps_.push_back(in_order ? host.stage : std::nullopt);
    }
    for (const auto& node : s.nodes)
      if (node.host && *node.host < s.hosts.size()) node_hosts_.insert(*node.host);
    for (host_index i = 0; i < s.hosts.size(); ++i)
      for (const auto needed : s.hosts[i].depends_on)
        dependents_[needed].push_back(i);
  }

  plan make();

private:
  void order_starts();
  void visit(host_index, std::vector<bool>& seen);
  void measure_chains();
  void list_by_power();
  duration slowest(stage_index, const host_config& about) const;
  std::vector<host_index> dependents_of(host_index) const;
  bool goes_before(host_index, host_index node) const;
  bool goes_before_a_node_on_its_power(host_index) const;
  void plan_node(host_index, host_plan&) const;
  host_plan plan_host(host_index);
  domain_index domain_of(const std::vector<supply_config>&, std::uint32_t needed);
  void plan_outlets();
  void order_returns();
  void note_conditional_stages();
  void measure_latest_safe();

  bool runs_node(host_index i) const { return node_hosts_.count(i) != 0; }
  bool same_stage(host_index a, host_index b) const { return steps_[a] && steps_[a] == steps_[b]; }

  const site& site_;
  plan made_;
  std::vector<std::optional<stage_index>> steps_;
  std::vector<std::vector<host_index>> dependents_;  ///< Who depends on it directly.
  std::set<host_index> node_hosts_;
  duration nodes_last_{};  ///< How long before its end a battery is left to the nodes alone.
  // Within one stage, the longest chain of shutdowns that ends or begins with a host, itself
  // included.
  std::vector<duration> until_, from_;
  std::vector<std::map<ups_index, duration>> stage_times_;
  /// Of each stage in the order of an outage: its hosts behind each UPS.
  std::vector<std::map<ups_index, std::vector<host_index>>> sharing_;
  std::map<std::pair<std::vector<ups_index>, std::uint32_t>, domain_index> known_domains_;
};

// Depth first: cycles were refused by validate().
void planner::visit(host_index index, std::vector<bool>& seen) {
  if (seen[index]) return;
  seen[index] = true;
  for (const auto needed : site_.hosts[index].depends_on)
    visit(needed, seen);
  made_.start_order.push_back(index);
}

void planner::order_starts() {
  std::vector<bool> seen(site_.hosts.size());
  for (host_index i = 0; i < site_.hosts.size(); ++i)
    visit(i, seen);
}

// Hosts of one stage go down side by side, but for those that wait for their dependents.
void planner::measure_chains() {
  until_.resize(site_.hosts.size());
  from_.resize(site_.hosts.size());
  for (const auto index : made_.start_order) {  // What it depends on stands before it.
    for (const auto needed : site_.hosts[index].depends_on)
      if (same_stage(index, needed)) from_[index] = std::max(from_[index], from_[needed]);
    from_[index] += site_.hosts[index].shutdown_time;
  }
  for (auto at = made_.start_order.rbegin(); at != made_.start_order.rend(); ++at) {
    for (const auto dependent : dependents_[*at])
      if (same_stage(*at, dependent)) until_[*at] = std::max(until_[*at], until_[dependent]);
    until_[*at] += site_.hosts[*at].shutdown_time;
  }
  stage_times_.resize(site_.stages.size());
  for (host_index i = 0; i < site_.hosts.size(); ++i) {
    if (runs_node(i)) nodes_last_ = std::max(nodes_last_, from_[i] + nodes_begin_early);
    if (!steps_[i] || runs_node(i)) continue;
    auto& times = stage_times_[*steps_[i]];
    for (const auto& supply : site_.hosts[i].supplies)
      times[supply.ups] = std::max(times[supply.ups], from_[i]);
  }
}

void planner::list_by_power() {
  sharing_.resize(site_.stages.size());
  for (stage_index i = 0; i < site_.stages.size(); ++i)
    for (const auto index : site_.stages[i].hosts) {
      if (steps_[index] != i || runs_node(index)) continue;
      for (const auto& supply : site_.hosts[index].supplies)
        if (supply.ups != no_ups) sharing_[i][supply.ups].push_back(index);
    }
}

duration planner::slowest(stage_index stage, const host_config& about) const {
  duration time{};
  for (const auto& supply : about.supplies)
    if (const auto known = stage_times_[stage].find(supply.ups); known != stage_times_[stage].end())
      time = std::max(time, known->second);
  return time;
}

std::vector<host_index> planner::dependents_of(host_index index) const {
  std::vector<host_index> found = dependents_[index];
  std::set<host_index> seen(found.begin(), found.end());
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto next : dependents_[found[i]])
      if (seen.insert(next).second) found.push_back(next);
  return found;
}

// A node that depends on a host goes before it, as any guest goes before what it runs on.
bool planner::goes_before(host_index index, host_index node) const {
  if (runs_node(index)) return false;
  const auto dependents = dependents_of(index);
  return std::find(dependents.begin(), dependents.end(), node) == dependents.end();
}

bool planner::goes_before_a_node_on_its_power(host_index index) const {
  const auto& supplies = site_.hosts[index].supplies;
  return std::any_of(node_hosts_.begin(), node_hosts_.end(), [&](host_index node) {
    const auto& others = site_.hosts[node].supplies;
    const bool shares = std::any_of(supplies.begin(), supplies.end(), [&](const auto& own) {
      return own.ups != no_ups && std::any_of(others.begin(), others.end(), [&](const auto& other) {
               return other.ups == own.ups;
             });
    });
    return shares && goes_before(index, node);
  });
}

void planner::plan_node(host_index index, host_plan& timing) const {
  const auto& host = site_.hosts[index];
  timing.after = nodes_last_ - host.shutdown_time;
  timing.before = {};
  for (stage_index i = 0; i < site_.stages.size(); ++i)
    timing.before += slowest(i, host);
  for (host_index other = 0; other < site_.hosts.size(); ++other)
    if (steps_[other] && goes_before(other, index)) timing.outlived.push_back(other);
}

host_plan planner::plan_host(host_index index) {
  const auto& host = site_.hosts[index];
  const auto step = steps_[index];
  host_plan timing;
  timing.step = step;
  std::set<host_index> earlier;
  for (stage_index i = 0; i < site_.stages.size() && step; ++i) {
    if (i < *step) timing.before += slowest(i, host);
    if (i > *step) timing.after += slowest(i, host);
    if (i >= *step) continue;
    for (const auto& supply : host.supplies)
      if (const auto known = sharing_[i].find(supply.ups); known != sharing_[i].end())
        earlier.insert(known->second.begin(), known->second.end());
  }
  timing.before += until_[index] - host.shutdown_time;
  timing.after += from_[index] - host.shutdown_time;
  for (const auto dependent : dependents_of(index))
    earlier.insert(dependent);
  timing.earlier.assign(earlier.begin(), earlier.end());
  if (runs_node(index))
    plan_node(index, timing);
  else if (goes_before_a_node_on_its_power(index))
    timing.after += nodes_last_;
  for (const auto& supply : host.supplies)
    if (supply.outlet) timing.outlets.push_back(*supply.outlet);
  for (const auto& supply : host.supplies)
    if (supply.ups != no_ups)
      timing.slow_look =
          std::max(timing.slow_look, site_.upses[supply.ups].poll_period - usual_poll);
  timing.domain = domain_of(host.supplies, host.needed);
  return timing;
}

domain_index planner::domain_of(const std::vector<supply_config>& supplies, std::uint32_t needed) {
  std::vector<ups_index> upses;
  for (const auto& supply : supplies)
    upses.push_back(supply.ups);
  std::sort(upses.begin(), upses.end());
  const auto next = static_cast<domain_index>(made_.domains.size());
  const auto [known, fresh] = known_domains_.emplace(std::pair{std::move(upses), needed}, next);
  if (fresh) made_.domains.push_back({supplies, needed});
  return known->second;
}

void planner::plan_outlets() {
  for (const auto& outlet : site_.outlets)
    made_.outlets.push_back({{}, {}, site_.units[outlet.unit].feed, {}, {}});
  for (stage_index i = 0; i < site_.stages.size(); ++i)
    for (const auto index : site_.stages[i].shed) {
      auto& outlet = made_.outlets[index];
      if (!outlet.restored_in) outlet.restored_in = i;
      if (!outlet.shed_in && !is_environmental(site_, site_.stages[i])) outlet.shed_in = i;
      if (outlet.ups && !outlet.domain) outlet.domain = domain_of({{*outlet.ups, {}}}, 1);
    }
}

// Those without a priority are no load to shed first: they return first.
void planner::order_returns() {
  for (outlet_index i = 0; i < site_.outlets.size(); ++i)
    made_.return_order.push_back(i);
  const auto rank = [&](outlet_index i) {
    const auto priority = site_.outlets[i].priority;
    return priority == 0 ? std::numeric_limits<std::uint32_t>::max() : priority;
  };
  std::stable_sort(made_.return_order.begin(), made_.return_order.end(),
                   [&](outlet_index a, outlet_index b) { return rank(a) > rank(b); });
}

void planner::note_conditional_stages() {
  const auto note = [](std::vector<stage_index>& stages, stage_index stage) {
    if (stages.empty() || stages.back() != stage) stages.push_back(stage);
  };
  for (stage_index i = 0; i < site_.stages.size(); ++i) {
    const auto& stage = site_.stages[i];
    if (!stage.condition) continue;
    for (const auto host : stage.hosts)
      note(made_.hosts[host].conditional, i);
    for (const auto host : stage.shed_hosts)
      note(made_.hosts[host].conditional, i);
    for (const auto& command : stage.commands)
      note(made_.hosts[command.host].conditional, i);
    for (const auto outlet : stage.shed)
      note(made_.outlets[outlet].conditional, i);
  }
}

void planner::measure_latest_safe() {
  made_.latest_safe.resize(site_.stages.size());
  for (stage_index i = 0; i < site_.stages.size(); ++i) {
    const auto& tree = site_.stages[i].condition;
    if (!tree) continue;
    bool asked = false;
    for (auto n = tree->first; n <= tree->root; ++n)
      asked = asked || site_.conditions[n].kind == condition_kind::latest_safe;
    if (!asked) continue;
    auto& needs = made_.latest_safe[i];
    needs.resize(made_.domains.size());
    for (const auto host : site_.stages[i].hosts) {
      auto& need = needs[made_.hosts[host].domain];
      need =
          std::max(need, latest_safe_start(site_.hosts[host], made_.hosts[host], site_.observing));
    }
  }
}

plan planner::make() {
  order_starts();
  measure_chains();
  list_by_power();
  for (host_index i = 0; i < site_.hosts.size(); ++i)
    made_.hosts.push_back(plan_host(i));
  plan_outlets();
  order_returns();
  note_conditional_stages();
  measure_latest_safe();
  return std::move(made_);
}

}  // namespace

plan make_plan(const site& s) {
  return planner{s}.make();
}

}  // namespace holdover::policy
