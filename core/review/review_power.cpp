// What the watchers hang on: nodes, switches and cards must outlive what they watch over.

#include "core/review/rules.hpp"

#include <map>
#include <optional>

namespace holdover::review_rules {

namespace {

/// The first stage that switches each outlet off.
std::map<outlet_index, std::size_t> shed_stages(const site& s) {
  std::map<outlet_index, std::size_t> first;
  for (std::size_t j = 0; j < s.stages.size(); ++j)
    for (const auto outlet : s.stages[j].shed)
      first.emplace(outlet, j);
  return first;
}

/// After which stage all leads are dead; nothing if one of them is never switched off.
std::optional<std::size_t> dark_after(const std::vector<supply_config>& leads,
                                      const std::map<outlet_index, std::size_t>& shed) {
  std::optional<std::size_t> last;
  for (const auto& lead : leads) {
    if (!lead.outlet) return std::nullopt;
    const auto found = shed.find(*lead.outlet);
    if (found == shed.end()) return std::nullopt;
    last = std::max(last.value_or(0), found->second);
  }
  return last;
}

bool does_something(const stage_config& stage) {
  return !stage.hosts.empty() || !stage.shed.empty() || !stage.shed_hosts.empty();
}

/// The last stage that needs votes.
std::optional<std::size_t> last_stage(const site& s) {
  for (std::size_t j = s.stages.size(); j-- > 0;)
    if (does_something(s.stages[j])) return j;
  return std::nullopt;
}

/// When each node is stopped by the plan: as a host, or by its outlets.
std::vector<std::optional<std::size_t>> stops_of_nodes(const site& s) {
  const auto shed = shed_stages(s);
  std::vector<std::optional<std::size_t>> stops(s.nodes.size());
  for (std::size_t i = 0; i < s.nodes.size(); ++i) {
    stops[i] = dark_after(s.nodes[i].supplies, shed);
    const auto host = s.nodes[i].host;
    if (!host || *host >= s.hosts.size() || !s.hosts[*host].stage) continue;
    const std::size_t stage = *s.hosts[*host].stage;
    stops[i] = stops[i] ? std::min(*stops[i], stage) : stage;
  }
  return stops;
}

bool powers_are_told(const site& s, const site_assets& assets) {
  return !assets.switches.empty()
         || std::any_of(s.nodes.begin(), s.nodes.end(),
                        [](const node_config& n) { return !n.supplies.empty(); });
}

void watcher(const site& s, const std::vector<supply_config>& leads, const std::string& path,
             const std::string& what, const std::map<outlet_index, std::size_t>& shed,
             findings& found) {
  const bool any_ups = std::any_of(leads.begin(), leads.end(), [&](const supply_config& lead) {
    return lead.ups < s.upses.size();
  });
  if (!any_ups) {
    found.warning(path, what + " hangs on no UPS: it goes dark the moment mains fails; name the "
                               "`supplies` of a UPS, and plug it in there");
    return;
  }
  if (const auto stage = dark_after(leads, shed))
    found.warning(path + ".supplies", what + " hangs on an outlet that stage "
                                          + quoted(s.stages[*stage].name)
                                          + " switches off: it would miss the rest of the outage; "
                                            "plug it into an outlet that is never shed");
}

}  // namespace

// X16: nodes stop last, with a common start. A stage may stop a node only if k others are left for
// what comes after, or if nothing comes after.
void nodes_stopped_too_early(const site& s, const site_assets&, findings& found) {
  const auto stops = stops_of_nodes(s);
  const auto last = last_stage(s);
  std::size_t left = s.nodes.size();
  for (std::size_t j = 0; last && j < *last; ++j) {
    std::vector<std::string> here;
    for (std::size_t i = 0; i < stops.size(); ++i)
      if (stops[i] == j) here.push_back(s.nodes[i].name);
    if (here.empty()) continue;
    const bool enough_before = left >= threshold(s);
    left -= here.size();
    if (!enough_before || left >= threshold(s)) continue;
    found.error(at("stages", j),
                "stops node " + some(here) + ", after which " + std::to_string(left) + " of "
                    + std::to_string(s.nodes.size()) + " nodes stay, but "
                    + std::to_string(threshold(s)) + " must agree on stage "
                    + quoted(s.stages[*last].name) + ": stop nodes in the last stage");
  }
}

// X3: somebody must survive to start the others. Mains may return just after the last node has
// committed, with the UPS never having dropped.
void nodes_that_all_power_off(const site& s, const site_assets&, findings& found) {
  if (s.lab) return;               // Its hosts are processes.
  if (s.nodes.size() < 2) return;  // Whoever sits before it starts it.
  const auto powers_off = [&](const node_config& node) {
    return node.host && *node.host < s.hosts.size() && !s.hosts[*node.host].stands_by;
  };
  std::size_t left = s.nodes.size();
  for (const auto& node : s.nodes)
    if (powers_off(node)) --left;
  if (left >= threshold(s)) return;
  for (std::size_t i = 0; i < s.nodes.size(); ++i) {
    if (!powers_off(s.nodes[i])) continue;
    const auto host = quoted(s.hosts[*s.nodes[i].host].name);
    found.warning(at("nodes", i) + ".host",
                  "powers off with host " + host + ", and with the others too few nodes are left to "
                      "start anything if mains return just then: set stands_by: true for " + host
                      + ", and in the file of its agent");
  }
}

void watchers_without_power(const site& s, const site_assets& assets, findings& found) {
  const auto shed = shed_stages(s);
  if (powers_are_told(s, assets)) {
    for (std::size_t i = 0; i < s.nodes.size(); ++i)
      watcher(s, s.nodes[i].supplies, at("nodes", i), "node " + quoted(s.nodes[i].name), shed,
              found);
  }
  for (std::size_t i = 0; i < assets.switches.size(); ++i)
    watcher(s, assets.switches[i].supplies, at("switches", i),
            "switch " + quoted(assets.switches[i].name), shed, found);
  for (std::size_t i = 0; i < assets.interfaces.size(); ++i) {
    const auto& card = assets.interfaces[i];
    const bool in_slot = card.model.ends_with(" SK") && card.ups;
    if (!in_slot)
      watcher(s, card.supplies, at("interfaces", i), "interface " + quoted(card.name), shed, found);
  }
}

// A UPS may die of itself while mains is fine. Bare mains carries then, and whoever has a second
// lead lives on; if some host does, the nodes must, too.
void quorums_on_one_ups(const site& s, const site_assets&, findings& found) {
  for (ups_index u = 0; u < s.upses.size(); ++u) {
    std::vector<std::string> lost;
    for (const auto& node : s.nodes)
      if (hangs_only_on(node.supplies, u)) lost.push_back(node.name);
    if (lost.size() < 2 && !(lost.size() == 1 && s.nodes.size() == 1)) continue;
    const bool somebody_lives = std::any_of(s.hosts.begin(), s.hosts.end(), [&](const auto& host) {
      return !hangs_only_on(host.supplies, u);
    });
    if (!somebody_lives) continue;
    const auto left = s.nodes.size() - lost.size();
    if (left < threshold(s))
      found.warning("nodes", "if UPS " + quoted(s.upses[u].name) + " ends, " + std::to_string(left)
                                 + " of " + std::to_string(s.nodes.size()) + " nodes stay, and "
                                 + std::to_string(threshold(s))
                                 + " must agree: hosts on other UPSes would be on their own; move "
                                 + some(lost) + " apart");
    else
      found.warning("nodes", "nodes " + some(lost) + " hang on UPS " + quoted(s.upses[u].name)
                                 + " alone, all of them: they fail together; move one to another "
                                   "UPS");
  }
}

}  // namespace holdover::review_rules
