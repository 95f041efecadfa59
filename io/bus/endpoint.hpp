// A process's place on the bus: every socket it has, on one thread, behind plain calls.
//
//     clients --DEALER-->  ROUTER  control: requests, votes, beacons; both ways, to one member
//     clients --SUB----->  PUB     events: to everybody who subscribed
//
// A process may listen (nodes), connect (agents, operators), or both. Every link is encrypted and
// both ends prove their keys; who may connect is the membership document and nothing else.
//
// - Who speaks is known from the key. Routing ids and names inside of messages mean nothing here.
//   Each message is checked against the document of that moment, so update_membership() silences
//   a member at once, even one that is connected; its connections are then closed.
// - The bus may lose messages, and says so in its counters. Nothing waits for a link that is down:
//   an old vote is worse than none. What must not be lost has a log and is asked for again.
// - A subscriber hears what is published after its subscription has arrived, and nothing before. A
//   late joiner asks for a snapshot and the range that it missed over control, then goes on live.
// - The bus carries bytes and knows no messages. Which role may say what is the receiver's table;
//   each control message comes with its sender's role. A tap, for one, may ask and listen only.
// - Queues are bounded everywhere. A member that floods us is cut short before anybody looks into
//   its messages, on either socket, and people are told. Each peer's events have a socket and a
//   credit of their own, so that what one peer sends too much of delays nobody else's. Known limit:
//   an enrolled member can still send one message of endless parts.
//
// Handlers run on the bus thread: they hand over and return, must not throw, and must not destroy
// the endpoint. They may send. If a socket fails in a way that cannot happen, the process ends and
// its supervisor starts it again: agents count the other nodes' votes meanwhile.

#pragma once

#include "core/membership.hpp"
#include "io/bus/credit.hpp"
#include "io/bus/flood_guard.hpp"
#include "io/bus/refusal.hpp"
#include "io/keys/key_pair.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdover::bus {

/// A node that we connect to. Its key is the one in the membership document, also after it changed
/// there; while the document does not have it, we do not connect.
struct peer_address {
  std::string name;
  std::string control;  ///< "tcp://10.0.0.1:7400"; see address.hpp.
  std::string events;   ///< Empty: none.
};

struct endpoint_limits {
  std::size_t outbox_controls = 20'000;  ///< Waiting for the bus thread; beyond, the oldest goes.
  std::size_t outbox_events = 20'000;
  int to_each_client = 256;  ///< Control messages waiting on one connection.
  int from_each_client = 64;
  int to_each_peer = 1024;
  int from_each_peer = 256;
  int events_to_each = 4096;
  int events_from_each_peer = 1024;
  std::int64_t controls_in_flight = 0;  ///< Of all together, in credits. 0: no limit.
  std::int64_t events_in_flight = 0;    ///< Of each peer.
  flood_guard::rates flood;
};

struct endpoint_config {
  std::string name;  ///< Ours, in the membership document.
  keys::curve_keys keys;
  membership members;
  std::optional<std::string> listen_control;
  std::optional<std::string> listen_events;
  std::vector<peer_address> peers;
  std::vector<std::string> topics;  ///< Beginnings of topics to hear from peers; "" is all.
  endpoint_limits limits;
};

/// Where a control message came from; answer() sends to exactly there.
struct origin {
  std::string member;
  role as = role::unspecified;
  bool from_client = false;  ///< It connected to us; otherwise we to it.
  std::string route;         ///< Of clients.
  std::string curve_key;
  slip held = {};  ///< The message's credit. Copy it to wherever the message waits.
};

struct handlers {
  std::function<void(const origin&, std::string bytes)> on_control;
  std::function<void(const origin&, std::string topic, std::string bytes)> on_event;
  /// The control connection to a peer came up or went down.
  std::function<void(const std::string& peer, bool connected)> on_peer;
  /// A lasting problem, for people, once each time it appears.
  std::function<void(const std::string& what)> on_trouble;
  /// A member sends more than its share, now and then while it does. Without it: on_trouble.
  std::function<void(const std::string& member, const std::string& what)> on_flood = {};
};

enum class send_result : std::uint8_t { queued, not_a_member, not_connected, too_large };
std::string_view to_string(send_result);

struct endpoint_counters {
  std::uint64_t controls_in = 0;
  std::uint64_t events_in = 0;
  std::uint64_t controls_out = 0;
  std::uint64_t events_out = 0;
  std::uint64_t controls_dropped = 0;  ///< No way to the receiver any more, or its queue was full.
  std::uint64_t events_dropped = 0;    ///< Before ZeroMQ had them; it drops silently after.
  std::uint64_t without_standing = 0;  ///< From a connection whose member lost its place.
  std::uint64_t malformed = 0;
  std::uint64_t flooding = 0;  ///< Beyond their senders' shares.
  std::uint64_t connections_admitted = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t times_thrown_out = 0;  ///< All clients, because one had lost its place.
  std::string last_refused;
};

class bus_endpoint {
public:
  /// Listens, starts to connect, and runs; or says what is wrong with the configuration, the port,
  /// or the protection against strangers, without which it does not listen at all. Starts every
  /// thread that it will ever have.
  [[nodiscard]] static std::variant<std::unique_ptr<bus_endpoint>, refusal> open(endpoint_config,
                                                                                 handlers);
  /// Once this returns, no handler is called any more. What was not sent is not.
  ~bus_endpoint();
  bus_endpoint(const bus_endpoint&) = delete;
  bus_endpoint& operator=(const bus_endpoint&) = delete;

  /// Addresses with the real port; empty where we do not listen.
  const std::string& control_address() const;
  const std::string& events_address() const;

  /// To a member that we connect to or that is connected to us (the latest of its connections).
  /// "queued" promises no more than that: see counters.
  [[nodiscard]] send_result send_to(std::string_view member, std::string bytes);
  [[nodiscard]] send_result answer(const origin&, std::string bytes);
  /// How many it was queued for.
  std::size_t send_to_all_peers(const std::string& bytes);
  [[nodiscard]] send_result publish(std::string topic, std::string bytes);

  /// Takes effect before it returns; see admission.
  void update_membership(const membership&);

  /// The member sent a bad signature on such a socket: it will be heard less; see flood_guard.
  void fine(std::string member, lane by);
  /// Stops reading events; a few may still come that were read before.
  void pause_events(bool);

  /// How often the bus thread has gone round; it is woken for another one. One that hangs does not.
  std::uint64_t rounds();

  bool reachable(std::string_view member) const;
  endpoint_counters counters() const;

private:
  struct parts;
  explicit bus_endpoint(std::unique_ptr<parts>);

  std::unique_ptr<parts> parts_;
};

}  // namespace holdover::bus
