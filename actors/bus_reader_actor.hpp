// The border between the bus and the actors: every frame is decoded, verified and weighed by the
// role of its signer before anybody acts on it.
//
// A node has two of them. What comes over control connections, the votes and beacons, has one to
// itself: nothing that is only published, and were it a flood, stands before a vote. The other, the
// "event_reader", takes what peers publish and nothing else. It stays in their debt until the
// recorder has filed an event, so that neither of the two can be buried in them.
//
// A refused frame is counted by reason and logged at most once a minute per reason; it never
// hurts: a newer, broken or hostile neighbour must not stop us.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "actors/refusal_log.hpp"
#include "core/agent/relay_table.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdover::actors {

struct bus_reader_setup {
  std::shared_ptr<const site> about;
  node_number self = 0;
  ports outside;
  std::shared_ptr<directory> where;
  /// Counts for the status.
  std::function<void(const std::string& why)> on_refusal;
  /// A member sent a bad signature of its own.
  std::function<void(const std::string& member)> on_forgery = {};
  std::vector<node_number> same_keys{};  ///< While two memberships have a say: who is in both.
  bool reads_events = false;  ///< What peers publish; else what comes over control connections.
  /// A host's beacon came by another node.
  std::function<void(const std::string& host, const std::string& by)> on_carried = {};
};

class bus_reader_state {
public:
  static inline const char* name = "bus_reader";

  explicit bus_reader_state(bus_reader_actor::pointer self) : self_(self) {}

  bus_reader_actor::behavior_type start(std::shared_ptr<const bus_reader_setup> setup);

private:
  /// What is known of a message once its signature is checked.
  struct letter {
    const frame& from;
    const member& signer;
    domain about;
    message& content;
  };

  void read(const frame&);
  bool belongs_elsewhere(const message_payload&) const;
  std::string pass(letter);
  std::string deliver(letter&, const vote::vote&);
  bool stayed(node_number) const;
  std::string carry(letter&, const vote::vote&);
  std::string deliver(letter&, const agent::host_beacon&);
  std::string deliver(letter&, const agent::executor_beacon&);
  std::string deliver(letter&, const ups_telemetry&);
  std::string deliver(letter&, const policy::node_word&);
  std::string deliver(letter&, const telemetry_batch&);
  std::string deliver(letter&, const operator_command&);
  std::string rehearse(letter&);
  std::string to_recorder(letter&);
  void tell(const policy_actor&, const ups_telemetry&, const member& by, duration age);
  void refuse(const frame&, const std::string& why);

  bus_reader_actor::pointer self_;
  std::shared_ptr<const bus_reader_setup> setup_;
  refusal_log refused_;
  std::optional<agent::relay_table> relays_;
};

bus_reader_actor::behavior_type bus_reader_behavior(
    bus_reader_actor::stateful_pointer<bus_reader_state> self,
    std::shared_ptr<const bus_reader_setup> setup);

}  // namespace holdover::actors
