// One whole site in virtual time: real brains, simulated everything else.
//
//   plan --> ground truth --cards--> nodes (policy::site_machine, one outlet_executor per unit)
//                 ^                    |  ^
//                 |                 votes beacons      over a network that loses, delays, cuts
//                 |                    v  |
//                 +---- hosts --- agents (agent::agent_machine)
//
// The machines are the production ones, unchanged; this is their driver, as the actors are in the
// product. Every process has a clock of its own with its own origin and rate, and can crash or
// stand still. Time jumps from event to event, so an hour takes well under a second. Everything
// is drawn from the seed: the same seed gives the same story, which hash() proves.
//
// Signatures are tags: a message carries who really made it. The attacker can record and repeat any
// message to anybody for ever, and can make messages up, but not sign for others.
//
// world.cpp has queue, power and machines; node_process.cpp, agent_process.cpp and faults.cpp the
// rest.

#pragma once

#include "core/agent/agent_machine.hpp"
#include "core/agent/outlet_executor.hpp"
#include "core/agent/relay_table.hpp"
#include "core/policy/site_machine.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/ground_truth.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/plan.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace holdover::sim {

class world {
public:
  /// @param story receives one line per event; empty for none.
  explicit world(plan p, std::function<void(const std::string&)> story = {});

  void run();

  std::uint64_t hash() const { return hash_; }
  const checker& verdict() const { return checker_; }
  const coverage& seen() const { return coverage_; }
  ms now() const { return now_; }

private:
  // ---- Processes
  // ---------------------------------------------------------------------------------

  struct process {
    bool alive = false;
    std::uint64_t life = 0;
    ms resumes = 0;                           ///< Stands still until then.
    std::deque<std::function<void()>> inbox;  ///< What arrives meanwhile.
    double rate = 1;
    ms origin = 0;
    std::optional<ms> wake;  ///< The next scheduled wake-up.
  };
  struct poll {
    bool alert = false;
    bool outstanding = false;
    ms view_dead_until = 0;  ///< This node's path to the card.
    std::uint64_t turn = 0;
    std::uint64_t reads = 0;
    std::optional<ms> truth_told;  ///< When this path was asked what it truly answered.
  };
  /// A path that says what is not: the last thing it said, or the contrary of what is.
  struct path_lie {
    std::uint32_t path = 0;
    bool sticks = false;
    ms until = 0;
    std::optional<power::observation> stuck;
  };
  struct node {
    process self;
    std::unique_ptr<policy::site_machine> mind;
    std::vector<std::unique_ptr<agent::outlet_executor>> executors;  ///< Per unit.
    std::vector<std::optional<ms>> executor_wakes;
    std::vector<random_id> executor_nonces;
    std::vector<poll> upses, units;
    std::vector<poll> paths;  ///< The second ones, by UPS.
    std::uint64_t epoch = 1;  ///< Of the document that it has.
    ms epoch_since = 0;
    std::optional<agent::relay_table> relays;
    // Its journal survives it.
    random_id incident;
    std::set<host_index> stopped;
    std::set<outlet_index> switched_off;
    policy::incident_state progress = policy::incident_state::calm;
  };
  struct machine {  ///< A host with its agent.
    process self;
    std::unique_ptr<agent::agent_machine> agent;
    random_id nonce;
    std::uint64_t boot = 0;
    ms booted = 0;
    bool durable = false;
    std::string evidence;                      ///< Of an outage, for the next agent of this boot.
    bool left = false;                         ///< Told to stop, with the host.
    bool hangs = false, forced_hangs = false;  ///< In this boot.
    bool going_down = false;
    ms unplugged_until = 0;
    std::uint64_t epoch = 1;  ///< Of the document that it has; of its agent, since:
    ms epoch_since = 0;
    bool agent_saw_change = false;
    std::vector<ms> ticks;  ///< When this life's beacons were made.
    agent::host_beacon last;
    vote::level warned = vote::level::run;
    std::set<std::pair<node_number, std::string>> refusals;
  };

  // ---- Messages
  // ----------------------------------------------------------------------------------

  struct message {
    party from = 0, to = 0;
    ms made = 0;
    bool signed_truly = true;
    std::uint64_t key = 1;  ///< Which one of its maker's signed it.
    std::variant<vote::vote, agent::host_beacon, agent::executor_beacon, policy::peer_observed>
        what;
  };
  using parcel = std::shared_ptr<const message>;

  parcel send(party from, party to, decltype(message::what) what);
  void post(party to, parcel what, ms at) { post(to, what, at, what->from); }
  /// @param by who hands it over: its maker, or a node that carries it.
  void post(party to, parcel what, ms at, party by);
  void carry(party by, party to, const parcel& what);
  void hand_over(party to, const parcel& what, party by);
  void pass_on(std::size_t through, const parcel& what, party by);
  void take_vote(std::size_t node, const message& what);
  void take_host_vote(std::size_t host, const message& what, party by);

  party party_of(std::size_t host) const { return nodes_.size() + host; }
  bool is_node(party p) const { return p < nodes_.size(); }

  // ---- Queue and clocks
  // --------------------------------------------------------------------------

  struct entry {
    ms at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const entry& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  void at(ms when, std::function<void()> what);
  /// Runs now, or when the process has come back from standing still; never in another life.
  void deliver(process&, std::function<void()> what);
  void pause(process&, ms until);
  process& process_of(party p) {
    return is_node(p) ? nodes_[p].self : machines_[p - nodes_.size()].self;
  }
  time_point local(const process&) const;
  ms truth_at(const process&, time_point) const;
  void begin_life(process&);
  random_id draw_id();

  // ---- Power and machines
  // ------------------------------------------------------------------------

  void power_settles();
  void output_changes(std::size_t ups);
  void watch_batteries();
  void change_mains(const mains_change&);
  void host_loses_power(std::size_t host);
  void host_gets_power(std::size_t host);
  void boot(std::size_t host);
  void wake(std::size_t waker, std::size_t host);
  void enter(std::size_t host, phase);
  void halt(std::size_t host, std::uint64_t boot);

  // ---- Nodes
  // -------------------------------------------------------------------------------------

  void start_node(std::size_t);
  void start_executors(std::size_t node);
  site about_for(std::size_t node) const;
  void stop_node(std::size_t, std::optional<ms> back_after);
  void step(std::size_t node, const policy::site_event&);
  void step(std::size_t node, std::size_t unit, const agent::executor_event&);
  void arm_node(std::size_t);
  void arm_executor(std::size_t node, std::size_t unit, std::optional<time_point>);
  void carry_out(std::size_t node, policy::site_action&);
  void carry_out(std::size_t node, std::size_t unit, agent::executor_action&);
  void cast(std::size_t node, vote::vote);
  void distort(std::size_t node, vote::vote&);
  void remember(std::size_t node, const policy::host_changed&);
  void remember(std::size_t node, const policy::incident_changed&);
  void poll_ups(std::size_t node, std::size_t ups, std::uint64_t turn);
  void ups_answers(std::size_t node, std::size_t ups, ms asked);
  void poll_unit(std::size_t node, std::size_t unit, std::uint64_t turn);
  power::observation sample(std::size_t node, std::size_t ups, bool& truthful);
  void poll_path(std::size_t node, std::size_t ups, std::uint64_t turn);
  void lie_by_path(std::size_t node, std::size_t ups, std::uint32_t path, ms asked,
                   power::observation& said, bool& truthful);
  void take_reading(std::size_t node, std::size_t ups, std::uint32_t path, ms asked, ms sampled,
                    const power::observation& what, bool truthful);
  power::outlet_unit_reading sample_unit(std::size_t unit) const;
  void obey(std::size_t node, std::size_t unit, const agent::switch_outlet&);
  void set_outlet(std::size_t outlet, bool closed, std::size_t executor);
  void share(std::size_t node, std::size_t ups, const power::observation&, ms asked);

  // ---- Agents
  // ------------------------------------------------------------------------------------

  void start_agent(std::size_t host);
  void stop_agent(std::size_t host, std::optional<ms> back_after);
  void step(std::size_t host, const agent::agent_event&);
  void tell_agent(std::size_t host, std::uint64_t life, agent::agent_event, ms when);
  void arm_agent(std::size_t host, std::optional<time_point>);
  void look_at_ports(std::size_t host);
  void carry_out(std::size_t host, agent::agent_action&);
  void say(std::size_t host, agent::host_beacon);
  void write_record(std::size_t host, const agent::write_commit_record&);
  void run_action(std::size_t host, const agent::run_action&);
  void run_shutdown(std::size_t host, std::uint64_t life);
  void note_refusal(std::size_t host, const agent::log_command&);

  // ---- Faults
  // ------------------------------------------------------------------------------------

  void schedule_faults();
  void repeat(double mean_seconds, std::function<void()> what);
  void schedule_key_change();
  void take_document(std::size_t node);
  void give_document(std::size_t host);
  struct standing {
    bool now = false, before = false;
  };
  standing standing_of(const message&, std::uint64_t epoch) const;
  void begin_path_lie();
  void begin_unplugging();
  void unplug(std::size_t host, ms length);
  bool some_path_denies_outage(std::size_t host) const;
  void cut_links(party a, party b, bool both, ms length);
  void record(const parcel&);
  void replay();
  void impersonate();
  void forge();
  void misdirect();
  /// And meant: no drill.
  bool is_of_this_site(const vote::vote& v) const {
    return v.site == plan_.about.name && v.epoch <= (plan_.keys ? 2u : 1u) && v.drill.empty();
  }
  void calm_down();

  template <class Text>
  void tell(std::uint64_t code, std::int64_t a, std::int64_t b, Text&& text) {
    for (const auto part : {static_cast<std::uint64_t>(now_), code, static_cast<std::uint64_t>(a),
                            static_cast<std::uint64_t>(b)})
      hash_ = (hash_ ^ part) * 0x100000001b3u;
    if (story_) write_story(text());
  }
  void write_story(const std::string& line) const;

  plan plan_;
  std::function<void(const std::string&)> story_;
  dice dice_;
  dice fate_;
  dice attack_;
  dice strange_;
  dice liars_;
  ground_truth truth_;
  network net_;
  checker checker_;
  coverage coverage_;
  std::vector<node> nodes_;
  std::vector<machine> machines_;
  std::vector<ms> card_silent_until_;  ///< Per UPS: stalled or dead.
  std::vector<bool> card_stalled_;     ///< Answers late rather than never.
  std::vector<path_lie> lies_;         ///< Per UPS: of one of its paths.
  std::vector<ms> unit_silent_until_;
  std::vector<parcel> tape_;
  std::vector<parcel> hot_;  ///< Votes that a host goes down.
  std::vector<std::vector<outlet_index>> unit_outlets_;
  std::priority_queue<entry> queue_;
  std::uint64_t order_ = 0;
  ms now_ = 0;
  bool calm_ = false;
  std::vector<ms> losses_;  ///< Of mains.
  std::uint64_t battery_turn_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace holdover::sim
