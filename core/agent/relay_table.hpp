// Which way leads to a host whose own connection to this node is gone (V6).
//
//   host --beacon--> alpha --the same bytes--> beta        beta --vote--> alpha --the same bytes-->
//   host
//
// Beacons and votes are signed end to end and fresh by nonce and tick, so it matters to nobody who
// carries them: one path over any switch is enough. What a node must know is when to carry, or each
// beacon would go everywhere twice.
//
// Decisions worth knowing:
//   - A beacon is passed on to the nodes that it does not echo: the host does not hear them. Once
//     their votes come through us it does echo them, so passing on goes on as long as we carry for
//     them.
//   - A last word is passed on to everybody: it is said once, and whoever misses it can never vote
//     that the host's outlet be opened and closed again.
//   - A vote goes through the nodes that passed the host's beacons on, unless the host itself is
//     heard, too. It also goes the direct way: that may work in one direction alone.
//   - Only first hand is passed on, so nothing goes in circles.
//
// Pure. One per node, in its bus reader and beside its site_machine.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdover::agent {

class relay_table {
public:
  /// @param remember how long a way counts after it was last used: votes' time to live.
  relay_table(node_number self, std::vector<node_number> nodes, duration remember);

  /// A host's beacon arrived: from itself, or from the node that passed it on.
  void heard(const std::string& host, std::optional<node_number> by, time_point now);
  /// A vote of that node was carried to the host.
  void carried(const std::string& host, node_number voter, time_point now);

  /// The nodes that a beacon of the host itself is to be passed on to.
  std::vector<node_number> in_need(const host_beacon&, time_point now) const;
  /// The nodes that a vote for a host is to go through.
  std::vector<node_number> ways(const std::string& host, time_point now) const;

private:
  struct host_ways {
    std::optional<time_point> direct;
    std::map<node_number, time_point> by;
    std::map<node_number, time_point> carried;
  };
  bool lately(const std::optional<time_point>& at, time_point now) const {
    return at && now - *at <= remember_;
  }

  node_number self_;
  std::vector<node_number> nodes_;
  duration remember_;
  std::map<std::string, host_ways> hosts_;
};

}  // namespace holdover::agent
