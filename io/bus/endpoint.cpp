#include "io/bus/endpoint.hpp"

#include "io/bus/address.hpp"
#include "io/bus/bus_loop.hpp"
#include "io/bus/socket_options.hpp"
#include "io/bus/zap.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

namespace holdover::bus {

namespace {

constexpr int io_threads = 2;  // See socket_options.cpp.

std::optional<refusal> what_is_wrong(const endpoint_config& config) {
  for (const auto* address : {&config.listen_control, &config.listen_events})
    if (*address)
      if (auto why = why_not_an_address(**address, address_use::listen)) return why;
  std::set<std::string> names;
  for (const auto& peer : config.peers) {
    if (peer.name == config.name) return refusal{peer.name + " cannot be a peer of itself"};
    if (!names.insert(peer.name).second) return refusal{peer.name + " is a peer twice"};
    if (auto why = why_not_an_address(peer.control, address_use::connect)) return why;
    if (peer.events.empty()) continue;
    if (auto why = why_not_an_address(peer.events, address_use::connect)) return why;
  }
  return std::nullopt;
}

}  // namespace

// Members are destroyed from the last to the first: thread, sockets, handler of admissions,
// context.
struct bus_endpoint::parts {
  parts(endpoint_config given, handlers to)
      : config{std::move(given)},
        state{config},
        context{io_threads},
        loop{context, config, state, std::move(to)} {}
  ~parts() {
    state.stop = true;
    state.wake->wake();
    if (thread.joinable()) thread.join();
  }
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  bool listens() const { return config.listen_control || config.listen_events; }

  std::optional<refusal> start() {
    if (listens()) {
      if (!state.who.standing(config.name, config.keys.public_key))
        return refusal{"our key is not that of " + config.name
                       + " in the membership document: enrol it, or correct the name"};
      zap.emplace(context, state.who);
      if (auto why =
              listen_if_guarded(context, config.keys, state.who, [this] { return loop.listen(); }))
        return why;
    }
    start_context();
    control_address = loop.control_address();
    events_address = loop.events_address();
    thread = std::thread{[this] { loop.run(); }};
    return std::nullopt;
  }

  // ZeroMQ starts its threads with its first socket, which would otherwise be one of the bus
  // thread.
  void start_context() { const zmq::socket_t first{context, zmq::socket_type::pair}; }

  void put(outbox::control what) {
    if (state.out.put(std::move(what))) state.wake->wake();
  }

  const endpoint_config config;
  bus_state state;
  zmq::context_t context;
  std::optional<zap_handler> zap;
  bus_loop loop;
  std::string control_address;
  std::string events_address;
  std::thread thread;
};

std::string_view to_string(send_result result) {
  switch (result) {
    case send_result::queued:
      return "queued";
    case send_result::not_a_member:
      return "not a member";
    case send_result::not_connected:
      return "not connected";
    case send_result::too_large:
      return "too large";
  }
  return "unknown";
}

bus_endpoint::bus_endpoint(std::unique_ptr<parts> made) : parts_{std::move(made)} {}
bus_endpoint::~bus_endpoint() = default;

std::variant<std::unique_ptr<bus_endpoint>, refusal> bus_endpoint::open(endpoint_config config,
                                                                        handlers to) {
  if (auto why = what_is_wrong(config)) return *std::move(why);
  try {
    auto made = std::make_unique<parts>(std::move(config), std::move(to));
    if (auto why = made->start()) return *std::move(why);
    return std::unique_ptr<bus_endpoint>{new bus_endpoint{std::move(made)}};
  } catch (const zmq::error_t& error) {
    return refusal{std::string{"ZeroMQ cannot do what we need: "} + error.what()
                   + "; is it Debian's libzmq5, and are there enough file descriptors?"};
  }
}

const std::string& bus_endpoint::control_address() const {
  return parts_->control_address;
}
const std::string& bus_endpoint::events_address() const {
  return parts_->events_address;
}

send_result bus_endpoint::send_to(std::string_view member, std::string bytes) {
  if (bytes.size() > message_bytes_max) return send_result::too_large;
  if (!parts_->state.who.knows(member)) return send_result::not_a_member;
  if (!reachable(member)) return send_result::not_connected;
  parts_->put({std::string{member}, {}, {}, std::move(bytes)});
  return send_result::queued;
}

send_result bus_endpoint::answer(const origin& to, std::string bytes) {
  if (!to.from_client) return send_to(to.member, std::move(bytes));
  if (bytes.size() > message_bytes_max) return send_result::too_large;
  if (!parts_->state.who.standing(to.member, to.curve_key)) return send_result::not_a_member;
  parts_->put({to.member, to.route, to.curve_key, std::move(bytes)});
  return send_result::queued;
}

std::size_t bus_endpoint::send_to_all_peers(const std::string& bytes) {
  std::size_t queued = 0;
  for (const auto& peer : parts_->config.peers)
    if (send_to(peer.name, bytes) == send_result::queued) ++queued;
  return queued;
}

send_result bus_endpoint::publish(std::string topic, std::string bytes) {
  if (std::max(topic.size(), bytes.size()) > message_bytes_max) return send_result::too_large;
  if (!parts_->config.listen_events) return send_result::not_connected;
  if (parts_->state.out.put(outbox::event{std::move(topic), std::move(bytes)}))
    parts_->state.wake->wake();
  return send_result::queued;
}

void bus_endpoint::update_membership(const membership& members) {
  auto& state = parts_->state;
  if (state.who.update(members)) state.throw_out = true;
  state.members_changed = true;
  state.wake->wake();
}

void bus_endpoint::fine(std::string member, lane by) {
  auto& state = parts_->state;
  const std::lock_guard held{state.fines_lock};
  state.fines.emplace_back(std::move(member), by);
  state.fined = true;  // No need to wake: what counts is the next message.
}

void bus_endpoint::pause_events(bool paused) {
  parts_->state.events_paused = paused;
  parts_->state.wake->wake();
}

std::uint64_t bus_endpoint::rounds() {
  parts_->state.wake->wake();
  return parts_->state.rounds;
}

bool bus_endpoint::reachable(std::string_view member) const {
  return parts_->state.ways.reachable(member);
}

endpoint_counters bus_endpoint::counters() const {
  const auto& state = parts_->state;
  const auto dropped = state.out.dropped();
  const auto connections = state.who.counted();
  endpoint_counters now;
  now.controls_in = state.controls_in;
  now.events_in = state.events_in;
  now.controls_out = state.controls_out;
  now.events_out = state.events_out;
  now.controls_dropped = dropped.controls_dropped + state.controls_unsent;
  now.events_dropped = dropped.events_dropped + state.events_unsent;
  now.without_standing = state.without_standing;
  now.malformed = state.malformed;
  now.flooding = state.flooding;
  now.connections_admitted = connections.admitted;
  now.connections_refused = connections.refused;
  now.times_thrown_out = state.times_thrown_out;
  now.last_refused = connections.last_refused;
  return now;
}

}  // namespace holdover::bus
