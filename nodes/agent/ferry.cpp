#include "nodes/agent/ferry.hpp"

#include "actors/refusal_log.hpp"
#include "io/bus/endpoint.hpp"
#include "io/sandbox/sandbox.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace holdover::agent_node {

namespace {

// "self NAME PUBLIC-KEY", then "node NAME NUMBER PUBLIC-KEY ENDPOINT" lines. Names and keys hold no
// blanks.
std::string write_brief(const config::agent_settings& settings, const membership& members,
                        const keys::key_pair& keys) {
  std::ostringstream text;
  text << "site " << members.site << ' ' << members.epoch << '\n';
  text << "self " << keys.name << ' ' << keys.curve.public_key << '\n';
  for (const auto& node : settings.nodes)
    if (const auto* known = members.find_node(node.number))
      text << "node " << known->name << ' ' << known->number << ' ' << known->curve_key << ' '
           << node.control << '\n';
  return text.str();
}

// What reaches the machine costs it a signature to check. A node casts its vote once a beacon and
// carries those of the others, 31 at most: a node that sends far more loses its own votes, and
// holds up nobody else's.
bus::endpoint_limits shares() {
  bus::endpoint_limits limits;
  limits.flood.of_nodes = {
      .per_second = 300, .burst = 1000, .bytes_per_second = 1 << 20, .bytes_burst = 8 << 20};
  return limits;
}

std::optional<bus::endpoint_config> read_brief(const std::string& text, keys::curve_keys keys) {
  bus::endpoint_config setup{.name = {},
                             .keys = std::move(keys),
                             .members = {},
                             .listen_control = std::nullopt,
                             .listen_events = std::nullopt,
                             .peers = {},
                             .topics = {},
                             .limits = shares()};
  std::istringstream lines{text};
  std::string word;
  while (lines >> word) {
    if (word == "site") {
      lines >> setup.members.site >> setup.members.epoch;
    } else if (word == "self") {
      member self;
      self.as = role::agent;
      lines >> self.name >> self.curve_key;
      setup.name = self.name;
      setup.members.members.push_back(std::move(self));
    } else if (word == "node") {
      member node;
      node.as = role::node;
      bus::peer_address peer;
      lines >> node.name >> node.number >> node.curve_key >> peer.control;
      peer.name = node.name;
      setup.members.members.push_back(std::move(node));
      setup.peers.push_back(std::move(peer));
    } else {
      return std::nullopt;
    }
  }
  if (setup.name.empty() || setup.peers.empty()) return std::nullopt;
  return setup;
}

void confine(sandbox::names how) {
  // Told before, as the first line of a log may need more than the rest.
  spdlog::info("the network part gives up everything but its connections{}",
               how == sandbox::names::looked_up
                   ? " and reading files, which looking up the nodes' names needs: give their "
                     "addresses as numbers"
                   : "");
  if (const auto why = sandbox::confine_to_carrying(how))
    spdlog::warn("{}: the network part goes on without, as its own user only", *why);
}

int confused(const char* how) {
  spdlog::critical("the network part {}; are both parts of one version?", how);
  return 1;
}

}  // namespace

bool brief_ferry(const host::link& to, const config::agent_settings& settings,
                 const membership& members, const keys::key_pair& keys) {
  const auto secret = keys.curve.private_key.reveal();
  return to.send({host::datagram_kind::keys, std::string{secret.begin(), secret.end()}})
         && to.send({host::datagram_kind::setup, write_brief(settings, members, keys)});
}

int run_ferry(host::link to_machine) {
  auto secret = to_machine.receive();
  const auto brief = to_machine.receive();
  if (!secret || secret->kind != host::datagram_kind::keys || !brief
      || brief->kind != host::datagram_kind::setup)
    return confused("was not told whom to serve");
  auto& body = secret->body;
  auto keys =
      keys::curve_keys_from({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
  keys::wipe(body.data(), body.size());
  if (!keys) return confused("was given a key of the wrong size");
  auto setup = read_brief(brief->body, std::move(*keys));
  if (!setup) return confused("was given a brief that it cannot read");

  bus::handlers react;
  react.on_control = [&, told = actors::refusal_log{}](const bus::origin& from,
                                                       std::string bytes) mutable {
    if (bytes.size() < host::datagram_limit) {
      to_machine.send({host::datagram_kind::incoming, std::move(bytes)});
      return;
    }
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    if (const auto count =
            told.add(from.member, time_point{std::chrono::duration_cast<duration>(now)}))
      spdlog::warn("dropped a message from {}: {} bytes, and no vote is so long ({} so far)",
                   from.member, bytes.size(), *count);
  };
  react.on_peer = [](const std::string& node, bool connected) {
    spdlog::info("node {} is {}", node, connected ? "connected" : "not connected");
  };
  react.on_trouble = [](const std::string& what) { spdlog::warn("bus: {}", what); };
  std::vector<std::string> endpoints;
  for (const auto& peer : setup->peers)
    endpoints.push_back(peer.control);
  auto opened = bus::bus_endpoint::open(std::move(*setup), std::move(react));
  if (const auto* bad = std::get_if<bus::refusal>(&opened)) {
    spdlog::critical("{}", bad->reason);
    return 1;
  }
  confine(sandbox::names_in(endpoints));
  const auto endpoint = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  std::uint64_t went_round = 0;
  while (const auto what = to_machine.receive()) {
    if (what->kind == host::datagram_kind::outgoing) endpoint->send_to_all_peers(what->body);
    if (what->kind != host::datagram_kind::ask) continue;
    // Each question wakes the bus thread; that it went round since the last one is the answer.
    const auto rounds = endpoint->rounds();
    if (std::exchange(went_round, rounds) != rounds)
      to_machine.send({host::datagram_kind::here, {}});
  }
  return 0;
}

}  // namespace holdover::agent_node
