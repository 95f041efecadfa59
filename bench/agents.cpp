// All agents of a large site are told to stop: from the nodes' change of mind until every node
// holds every agent's verified answer.
//
//     agents [agents [rounds]]
//
// Ours: three nodes, each a bus_endpoint that knows its members, make, sign and send one vote for
// each agent. Each agent verifies, runs the real agent machine, and says "armed", signed, to all
// nodes, which verify that. Bare: three ROUTERs send the bytes of those votes to DEALERs that count
// to two and send the bytes of those beacons back; CURVE, no signatures, no decisions.
//
// Rounds alternate. Between two of ours the nodes vote RUN and all agents stand down again.

#include "bench/bench.hpp"
#include "bench/fleet.hpp"
#include "core/agent/agent_machine.hpp"
#include "core/message.hpp"
#include "io/bus/endpoint.hpp"
#include "io/keys/random.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace {

using namespace holdover;
using namespace holdover::bench;

constexpr double aim = 3;
constexpr duration ever = 1h;  // Nothing expires while we measure.

time_point now() {
  return time_point{std::chrono::duration_cast<duration>(clock::now().time_since_epoch())};
}

struct site_keys {
  std::vector<keys::key_pair> nodes;
  std::vector<keys::key_pair> agents;
  membership members{"bench", 1, {}};

  explicit site_keys(std::size_t agent_count) {
    for (std::size_t n = 0; n < node_count; ++n) {
      nodes.push_back(keys::make_key_pair("node" + std::to_string(n)));
      members.members.push_back(as_member(nodes.back(), role::node, static_cast<node_number>(n)));
    }
    for (std::size_t a = 0; a < agent_count; ++a) {
      agents.push_back(keys::make_key_pair("host" + std::to_string(a)));
      members.members.push_back(as_member(agents.back(), role::agent));
    }
  }
};

std::string seal(const keys::signer& by, domain about, message_payload what) {
  message m;
  m.site = "bench";
  m.publisher = by.name();
  m.what = std::move(what);
  return wire::encode(by.sign(about, wire::encode(m)));
}

/// What a verified message says; the bench ends if it is not what its signer may say.
template <class Payload>
Payload open(const keys::verifier& verifier, const std::string& bytes, domain about, role as) {
  const auto outer = wire::decode_signed(bytes);
  const auto& envelope = std::get<signed_message>(outer);
  const auto verdict = keys::require(verifier.verify(envelope), {as});
  auto inner = wire::decode(envelope.bytes);
  auto& content = std::get<message>(inner);
  if (envelope.about != about || content.publisher != std::get<const member*>(verdict)->name)
    throw std::runtime_error{"a message by somebody who may not say it"};
  return std::get<Payload>(std::move(content.what));
}

/// The bytes of a round, for the bare run to move.
struct recording {
  std::vector<std::array<std::string, node_count>> votes;
  std::vector<std::string> beacons;
};

// ---- Ours ---------------------------------------------------------------------------------------

class site_node {
public:
  site_node(const site_keys& site, node_number number, recording& record)
      : site_(site),
        number_(number),
        record_(record),
        signer_(site.nodes[number]),
        verifier_(site.members),
        heard_of_(site.agents.size()),
        incarnation_(keys::make_random_id()) {
    for (std::size_t a = 0; a < site.agents.size(); ++a)
      index_.emplace(site.agents[a].name, a);
    bus::endpoint_config config{.name = site.nodes[number].name,
                                .keys = site.nodes[number].curve,
                                .members = site.members,
                                .listen_control = "tcp://127.0.0.1:*",
                                .listen_events = {},
                                .peers = {},
                                .topics = {},
                                .limits = {}};
    bus::handlers react;
    react.on_control = [this](const bus::origin&, std::string bytes) {
      mail_.put(std::move(bytes));
    };
    auto opened = bus::bus_endpoint::open(std::move(config), std::move(react));
    if (const auto* bad = std::get_if<bus::refusal>(&opened)) throw std::runtime_error{bad->reason};
    bus_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
    reader_ = std::thread{[this] {
      for (auto some = mail_.take(); !some.empty(); some = mail_.take())
        for (const auto& bytes : some)
          hear(bytes);
    }};
  }
  ~site_node() {
    bus_.reset();
    mail_.close();
    reader_.join();
  }
  site_node(const site_node&) = delete;
  site_node& operator=(const site_node&) = delete;

  node_address address() const {
    return {bus_->control_address(), site_.nodes[number_].curve.public_key};
  }

  void expect(agent::host_state what) {
    const std::lock_guard lock{mutex_};
    expected_ = what;
    reached_.reset();
    for (auto& one : heard_of_)
      one.counted = false;
  }
  void wait_until_all_are_there() { reached_.wait_for(heard_of_.size(), "agents"); }

  void vote_all(vote::level level) {
    for (std::size_t a = 0; a < heard_of_.size(); ++a) {
      auto bytes = seal(signer_, domain::vote, vote_for(a, level));
      if (level == vote::level::shutdown) record_.votes[a][number_] = bytes;
      if (bus_->send_to(site_.agents[a].name, std::move(bytes)) != bus::send_result::queued)
        throw std::runtime_error{"no way to " + site_.agents[a].name};
    }
  }

private:
  struct known {
    random_id nonce;
    std::uint64_t tick = 0;
    bool counted = false;
  };

  vote::vote vote_for(std::size_t agent, vote::level level) {
    vote::supply_view supply;
    supply.ups = "main";
    supply.state =
        level == vote::level::shutdown ? power::belief::on_battery : power::belief::online;
    supply.blind = false;
    supply.observation_age = 5ms;
    supply.left = 5min;
    supply.groups = {"main"};
    vote::vote v;
    v.site = "bench";
    v.controller = number_;
    v.incarnation = incarnation_;
    v.sequence = ++sequence_;
    v.challenge_tick = sequence_;
    v.to = {target_kind::host, site_.agents[agent].name, 0};
    {
      const std::lock_guard lock{mutex_};
      v.nonce = heard_of_[agent].nonce;
      v.tick = heard_of_[agent].tick;
    }
    v.host_level = level;
    v.policy_revision = 1;
    v.why = vote::reason::runtime_below;
    v.supplies = {supply};
    v.shutdown_time = 2min;
    return v;
  }

  void hear(const std::string& bytes) {
    const auto beacon = open<agent::host_beacon>(verifier_, bytes, domain::beacon, role::agent);
    const auto agent = index_.at(beacon.host);
    const std::lock_guard lock{mutex_};
    auto& of = heard_of_[agent];
    of.nonce = beacon.nonce;
    of.tick = beacon.tick;
    if (beacon.state != expected_ || std::exchange(of.counted, true)) return;
    if (number_ == 0 && beacon.state == agent::host_state::armed) record_.beacons[agent] = bytes;
    reached_.add();
  }

  const site_keys& site_;
  node_number number_;
  recording& record_;
  keys::signer signer_;
  keys::verifier verifier_;
  std::mutex mutex_;
  std::vector<known> heard_of_;
  std::map<std::string, std::size_t> index_;
  random_id incarnation_;
  std::uint64_t sequence_ = 0;
  agent::host_state expected_ = agent::host_state::running;
  counter reached_;
  mailbox<std::string> mail_;
  std::unique_ptr<bus::bus_endpoint> bus_;
  std::thread reader_;
};

class protected_host {
public:
  protected_host(const keys::key_pair& keys, const keys::verifier& verifier)
      : signer_(keys),
        verifier_(verifier),
        machine_(config(keys.name), keys::make_random_id(), "b", now()) {}

  std::vector<std::string> react(std::string heard) {
    if (heard.empty()) return carry_out(machine_.step(agent::tick{}, now()));
    auto cast = open<vote::vote>(verifier_, heard, domain::vote, role::node);
    return carry_out(
        machine_.step(agent::vote_received{{std::move(cast), true, std::move(heard)}}, now()));
  }

private:
  static agent::agent_config config(const std::string& host) {
    agent::agent_config made;
    made.site = "bench";
    made.host = host;
    made.electorate = {0, 1, 2};
    made.threshold = 2;
    made.hold = ever;  // Armed is where this ends: nobody commits.
    made.beacon_period = ever / 4;
    made.time_to_live = ever;
    made.up_for = ever;
    made.fallback.threshold = 2;
    made.fallback.able_within = ever;
    return made;
  }

  std::vector<std::string> carry_out(const agent::agent_decision& decided) {
    std::vector<std::string> said;
    for (const auto& action : decided.actions)
      if (const auto* beacon = std::get_if<agent::send_beacon>(&action))
        said.push_back(seal(signer_, domain::beacon, beacon->what));
    return said;
  }

  keys::signer signer_;
  const keys::verifier& verifier_;
  agent::agent_machine machine_;
};

class our_site {
public:
  our_site(const site_keys& site, recording& record) : verifier_(site.members) {
    for (node_number n = 0; n < node_count; ++n)
      nodes_.push_back(std::make_unique<site_node>(site, n, record));
    for (const auto& keys : site.agents)
      hosts_.push_back(std::make_unique<protected_host>(keys, verifier_));
    agents_.emplace(site.agents,
                    std::array{nodes_[0]->address(), nodes_[1]->address(), nodes_[2]->address()},
                    [this](std::size_t agent, std::string heard) {
                      if (!heard.empty()) ++votes_heard_;
                      auto said = hosts_[agent]->react(std::move(heard));
                      beacons_said_ += said.size();
                      return said;
                    });
    for (auto& node : nodes_)
      node->wait_until_all_are_there();
  }

  double seconds_to(vote::level level, agent::host_state state) {
    votes_heard_ = beacons_said_ = 0;
    for (auto& node : nodes_)
      node->expect(state);
    const auto start = clock::now();
    std::vector<std::thread> casting;
    for (auto& node : nodes_)
      casting.emplace_back([&node, level] { node->vote_all(level); });
    for (auto& one : casting)
      one.join();
    for (auto& node : nodes_)
      node->wait_until_all_are_there();
    return seconds_since(start);
  }

  std::size_t votes_heard() const { return votes_heard_; }
  std::size_t beacons_said() const { return beacons_said_; }

private:
  keys::verifier verifier_;
  std::vector<std::unique_ptr<site_node>> nodes_;
  std::vector<std::unique_ptr<protected_host>> hosts_;
  std::atomic<std::size_t> votes_heard_{0};
  std::atomic<std::size_t> beacons_said_{0};
  std::optional<fleet> agents_;
};

// ---- Bare ---------------------------------------------------------------------------------------

/// A ROUTER that learns its clients' routes from their first words, then sends each its bytes and
/// counts the answers. One thread.
class bare_node {
public:
  bare_node(const keys::key_pair& keys, std::size_t number, const recording& record)
      : key_(keys.curve.public_key), number_(number), record_(record) {
    router_.set(zmq::sockopt::curve_server, true);
    router_.set(zmq::sockopt::curve_secretkey, private_half(keys.curve));
    router_.set(zmq::sockopt::linger, 0);
    router_.set(zmq::sockopt::backlog, 1024);
    router_.set(zmq::sockopt::rcvtimeo, 1000 * static_cast<int>(patience.count()));
    router_.bind("tcp://127.0.0.1:*");
  }

  node_address address() { return {router_.get(zmq::sockopt::last_endpoint), key_}; }

  /// The first words are an agent's number.
  void meet() {
    routes_.resize(record_.votes.size());
    for (std::size_t met = 0; met < routes_.size(); ++met) {
      auto [route, body] = receive();
      routes_[std::stoul(body)] = std::move(route);
    }
  }
  void command_and_count() {
    for (std::size_t a = 0; a < routes_.size(); ++a) {
      router_.send(zmq::buffer(routes_[a]), zmq::send_flags::sndmore);
      router_.send(zmq::buffer(record_.votes[a][number_]));
    }
    for (std::size_t answered = 0; answered < routes_.size(); ++answered)
      receive();
  }

private:
  std::pair<std::string, std::string> receive() {
    zmq::message_t route, body;
    if (!router_.recv(route) || !router_.recv(body)) throw std::runtime_error{"bare: no answer"};
    return {route.to_string(), body.to_string()};
  }

  std::string key_;
  std::size_t number_;
  const recording& record_;
  zmq::context_t context_{1};
  zmq::socket_t router_{context_, ZMQ_ROUTER};
  std::vector<std::string> routes_;
};

class bare_site {
public:
  bare_site(const site_keys& site, const recording& record) : heard_(site.agents.size()) {
    for (std::size_t n = 0; n < node_count; ++n)
      nodes_.push_back(std::make_unique<bare_node>(site.nodes[n], n, record));
    agents_.emplace(
        site.agents, std::array{nodes_[0]->address(), nodes_[1]->address(), nodes_[2]->address()},
        [this, &record](std::size_t agent, const std::string& heard) {
          if (heard.empty()) return std::vector{std::to_string(agent)};
          const auto nth = ++heard_[agent] % node_count;
          return nth == 2 ? std::vector{record.beacons[agent]} : std::vector<std::string>{};
        });
    on_each(&bare_node::meet);
  }

  double seconds() {
    const auto start = clock::now();
    on_each(&bare_node::command_and_count);
    return seconds_since(start);
  }

private:
  void on_each(void (bare_node::*what)()) {
    std::vector<std::thread> working;
    for (auto& node : nodes_)
      working.emplace_back([&node, what] { (*node.*what)(); });
    for (auto& one : working)
      one.join();
  }

  std::vector<std::unique_ptr<bare_node>> nodes_;
  std::vector<std::size_t> heard_;
  std::optional<fleet> agents_;
};

int run(std::size_t agents, std::size_t rounds) {
  const site_keys site{agents};
  recording record{.votes = std::vector<std::array<std::string, node_count>>(agents),
                   .beacons = std::vector<std::string>(agents)};
  our_site complete{site, record};
  const auto arm = [&] {
    return complete.seconds_to(vote::level::shutdown, agent::host_state::armed);
  };
  const auto stand_down = [&] {
    complete.seconds_to(vote::level::run, agent::host_state::running);
  };
  arm();  // For the bytes, and to warm up.
  std::printf(
      "agents: %zu agents, 3 nodes; votes of %zu bytes, beacons of %zu; %zu rounds in turns\n",
      agents, record.votes[0][0].size(), record.beacons[0].size(), rounds);
  stand_down();
  bare_site minimum{site, record};
  minimum.seconds();
  std::vector<double> ours, bare;
  for (std::size_t i = 0; i < rounds; ++i) {
    bare.push_back(minimum.seconds());
    ours.push_back(arm());
    std::printf("  %2zu  bare %7.1f ms   ours %7.1f ms   (%zu votes, %zu beacons to each node)\n",
                i + 1, bare.back() * 1000, ours.back() * 1000, complete.votes_heard(),
                complete.beacons_said());
    std::fflush(stdout);
    stand_down();
  }
  const double ratio = median(ours) / median(bare);
  std::printf("  ours / bare: %.2f (aim %.0f at most: %s)\n", ratio, aim,
              ratio <= aim ? "met" : "MISSED");
  return ratio <= aim ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** values) {
  try {
    return run(argument(count, values, 1, 1000), argument(count, values, 2, 7));
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "agents: %s\n", problem.what());
    return 2;
  }
}
