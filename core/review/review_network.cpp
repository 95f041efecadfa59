// Who can still be reached when a switch dies. The switches are a graph; nodes, hosts and UPSes
// hang on it, some with more than one connection. Each switch is taken out in turn.

#include "core/review/rules.hpp"

#include <bit>
#include <optional>

namespace holdover::review_rules {

namespace {

using node_set = std::uint64_t;
static_assert(node_number_limit <= 64, "a set of nodes is a word");

/// The switches in groups that reach each other.
class network {
public:
  network(const site_assets& assets, std::optional<switch_index> dead) : dead_(dead) {
    const auto count = assets.switches.size();
    group_.resize(count);
    for (std::size_t i = 0; i < count; ++i)
      group_[i] = i;
    for (std::size_t i = 0; i < count; ++i)
      for (const auto other : assets.switches[i].links)
        if (other < count && alive(i) && alive(other)) group_[root(i)] = root(other);
    nodes_.resize(count);
    for (std::size_t n = 0; n < assets.nodes.size(); ++n) {
      const auto& connected = assets.nodes[n].switches;
      if (connected.empty()) everywhere_ |= bit(n);
      for (const auto one : connected)
        if (alive(one)) nodes_[root(one)] |= bit(n);
    }
  }

  /// How many nodes reach somebody with these connections.
  std::size_t reach(const std::vector<switch_index>& connections) {
    node_set seen = 0;
    for (const auto one : connections)
      if (alive(one)) seen |= nodes_[root(one)] | everywhere_;
    return static_cast<std::size_t>(std::popcount(seen));
  }

private:
  static node_set bit(std::size_t n) { return node_set{1} << n; }
  bool alive(std::size_t i) const { return !dead_ || *dead_ != i; }
  std::size_t root(std::size_t i) {
    while (group_[i] != i)
      i = group_[i] = group_[group_[i]];
    return i;
  }

  std::optional<std::size_t> dead_;
  std::vector<std::size_t> group_;
  std::vector<node_set> nodes_;  ///< By the root of their group.
  node_set everywhere_ = 0;      ///< Nodes of whom nothing was said.
};

/// The connections by which a UPS is seen: its own, or those of the interfaces in front of it.
std::vector<switch_index> eyes_of(const site_assets& assets, ups_index ups) {
  auto connections = assets.upses[ups].switches;
  for (const auto& card : assets.interfaces)
    if (card.ups == ups)
      connections.insert(connections.end(), card.switches.begin(), card.switches.end());
  return connections;
}

struct lost {
  std::vector<std::string> hosts;
  std::vector<std::string> upses;
};

/// Who is out of k nodes' reach without a switch, of those who are within it otherwise.
lost lost_with(const site& s, const site_assets& assets, network& whole,
               const std::vector<std::vector<switch_index>>& eyes, switch_index dead) {
  network rest{assets, dead};
  const auto k = threshold(s);
  const auto cut = [&](const std::vector<switch_index>& by) {
    return !by.empty() && whole.reach(by) >= k && rest.reach(by) < k;
  };
  lost out;
  for (std::size_t h = 0; h < s.hosts.size(); ++h)
    if (cut(assets.host_switches[h])) out.hosts.push_back(s.hosts[h].name);
  for (std::size_t u = 0; u < s.upses.size(); ++u)
    if (cut(eyes[u])) out.upses.push_back(s.upses[u].name);
  return out;
}

void never_reached(const site& s, const site_assets& assets, network& whole, findings& found) {
  for (std::size_t h = 0; h < s.hosts.size(); ++h) {
    const auto& by = assets.host_switches[h];
    if (by.empty()) continue;
    const auto nodes = whole.reach(by);
    if (nodes < threshold(s))
      found.warning(at("hosts", h) + ".switches",
                    std::to_string(nodes) + " of " + std::to_string(s.nodes.size())
                        + " nodes have a way to " + quoted(s.hosts[h].name) + ", and "
                        + std::to_string(threshold(s))
                        + " must agree: nobody could tell it to go down; name the `links` between "
                          "the switches, or connect it elsewhere");
  }
}

bool same_segment(const site_assets& assets, const std::vector<switch_index>& a,
                  const std::vector<switch_index>& b) {
  for (const auto x : a)
    for (const auto y : b)
      if (assets.switches[x].segment == assets.switches[y].segment) return true;
  return false;
}

}  // namespace

void switches_that_matter(const site& s, const site_assets& assets, findings& found) {
  if (assets.switches.empty()) return;
  network whole{assets, std::nullopt};
  never_reached(s, assets, whole, found);
  std::vector<std::vector<switch_index>> eyes;
  for (ups_index u = 0; u < s.upses.size(); ++u)
    eyes.push_back(eyes_of(assets, u));
  for (switch_index i = 0; i < assets.switches.size(); ++i) {
    const auto gone = lost_with(s, assets, whole, eyes, i);
    const auto name = quoted(assets.switches[i].name);
    if (!gone.hosts.empty())
      found.warning(at("switches", i), "if " + name + " dies, nobody could tell "
                                           + some(gone.hosts)
                                           + " to go down: each would fall back to its own rule; "
                                             "connect it to a second switch as well, or accept it");
    if (!gone.upses.empty())
      found.note(at("switches", i),
                 "if " + name + " dies, no quorum sees UPS " + some(gone.upses)
                     + " any longer: a single observation path; levels are kept for a while and "
                       "hosts then fall back to their own rule");
  }
}

void wake_ups_that_nobody_sends(const site& s, const site_assets& assets, findings& found) {
  if (assets.switches.empty()) return;
  for (std::size_t h = 0; h < s.hosts.size(); ++h) {
    const auto& own = assets.host_switches[h];
    if (!s.hosts[h].wake_address || own.empty()) continue;
    bool heard = std::any_of(assets.nodes.begin(), assets.nodes.end(), [&](const node_asset& node) {
      return node.switches.empty() || same_segment(assets, node.switches, own);
    });
    for (std::size_t other = 0; other < s.hosts.size() && !heard; ++other)
      heard = other != h && same_segment(assets, assets.host_switches[other], own);
    if (!heard)
      found.warning(at("hosts", h) + ".wake_address",
                    "is of no use: no node and no other host's agent is on the network segment of "
                        + quoted(s.hosts[h].name)
                        + ", and Wake-on-LAN does not cross segments; put one there, or start the "
                          "host by its outlet");
  }
}

}  // namespace holdover::review_rules
