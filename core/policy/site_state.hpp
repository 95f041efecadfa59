// Inside of site_machine: the facts, and the steps from facts to votes. See site_machine.hpp first.
//
// Each step runs the same pipeline, whatever happened, over those whom it may concern:
//
//   learn -> call who is concerned -> look (views of every host) -> conditions -> incident ->
//   stages due -> hosts -> outlets
//         -> restore -> cast votes -> alarms -> who is quiet leaves -> when to wake
//
// Who is quiet is left out until something touches him or his time has come: site_watch.cpp says
// what quiet is and why leaving him out changes nothing.
//
// Every comparison with a time goes through reached(): if the time has not come it is noted, and
// the earliest note is the moment to be woken. So no rule can forget its own timer.

#pragma once

#include "core/agent/receipts.hpp"
#include "core/policy/condition.hpp"
#include "core/policy/host_power.hpp"
#include "core/policy/host_record.hpp"
#include "core/policy/plan.hpp"
#include "core/policy/site_machine.hpp"
#include "core/policy/watch_list.hpp"
#include "core/power/load_profile.hpp"
#include "core/power/source_panel.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace holdover::policy {

class site_machine::state {
public:
  state(site about, node_number self, random_id incarnation, random_id seed, time_point now);

  site_decision step(const site_event&, time_point now);
  void look_at_everybody() { watch_all(); }
  status snapshot(time_point now) const;

  /// A successor under a changed site file, with all that is known: site_adopt.cpp
  std::unique_ptr<state> successor(site changed, time_point now);

private:
  /// What was last said to a target, to know when to say it again (V2).
  struct said {
    std::uint64_t sequence = 0;
    std::optional<time_point> at;
    vote::reason why = vote::reason::unspecified;
  };

  /// What is alarmed of one thing, in the order in which it is asked.
  struct alarm_entry {
    site_alarm what{};
    std::string subject;
    std::string text;
  };
  struct alarm_list {
    std::vector<alarm_entry> entries;
    std::size_t asked = 0;  ///< While it is gone through: so many stand as they should.
  };

  struct host_memory {
    host_record record;
    agent::receipts receipts;
    std::string evidence;                  ///< The last proven beacon, signed.
    std::string unkept;                    ///< Why its agent cannot keep what it knows; or empty.
    std::optional<time_point> life_since;  ///< When its present life was first proven.
    host_power view;
    // What it should do. `level` is kept while threatened (X1) and only ever raised meanwhile.
    vote::level level = vote::level::run;
    vote::reason why = vote::reason::power_fine;
    std::string explanation;
    std::optional<stage_index> due;  ///< The latest stage that is due for it.
    std::optional<time_point> due_since;
    std::optional<time_point> ordered_at;  ///< First vote of SHUTDOWN in this spell.
    bool past_latest_start = false;        ///< X13
    bool late_by_presumption = false;      ///< X9: and by nothing else.
    bool order_broken = false;             ///< S2
    bool by_condition = false;             ///< `level` is what a condition asks for, not a battery.
    /// The occurrence of a time window that stopped it: once is enough (X19).
    std::optional<std::pair<stage_index, std::uint64_t>> served;
    std::optional<time_point> held_until;
    std::string held_by;
    bool hold_known = false;  ///< This process was told by an operator, or by its peers.
    // Restart ledger.
    std::optional<time_point> doubt_at;  ///< Down, but its power may have been away since.
    bool stopped = false;                ///< Committed in this incident.
    bool recalled = false;               ///< Known only from the journal.
    bool start_wished = false;
    std::optional<time_point> woken_at;     ///< The last magic packet.
    std::optional<time_point> stuck_since;  ///< Nothing that we may do can start it.
    std::string_view postponed;             ///< Why it could be started and is not; or empty.
    bool given_up = false;                  ///< Not back in time; an alarm until it is heard.
    // What was said.
    said last;
    vote::level said_level = vote::level::no_view;
    std::vector<vote::named_action> said_actions;
    std::string said_phase = "silent";
    alarm_list alarms;

    /// No stage is due any more; an order that was given stands.
    void forget_due() {
      due.reset();
      due_since.reset();
      past_latest_start = late_by_presumption = order_broken = false;
    }
    void forget_order() {
      forget_due();
      ordered_at.reset();
    }
  };

  struct outlet_memory {
    power::outlet_state state = power::outlet_state::unknown;
    std::optional<time_point> state_since;
    std::optional<time_point> read_at;
    std::optional<double> load_watts;
    std::optional<stage_index> due;  ///< For shedding, as its feed sees it.
    bool ours = false;               ///< We wished it off in this incident.
    vote::outlet_wish wish = vote::outlet_wish::keep;
    vote::reason why = vote::reason::unspecified;
    std::string explanation;
    std::optional<time_point> wish_since;
    std::optional<time_point> off_said_at;  ///< Our last vote for OFF.
    std::string_view postponed;             ///< Why it could be switched on and is not; or empty.
    std::map<node_number, said> last;
    alarm_list alarms;
  };

  struct ups_memory {
    bool involved = false;       ///< Was on battery in this incident.
    bool off_by_us = false;      ///< Its output is, as far as was seen.
    bool may_be_vouched = true;  ///< Until it was seen online, or vouched for, by this process.
    power::belief said_state = power::belief::unknown;
    power::freshness said_fresh = power::freshness::never;
    bool alert = false;
    std::optional<time_point> test_ordered_at;  ///< Here, by an operator.
    std::optional<time_point> blind_since;      ///< As this process has seen it.
    std::optional<time_point> in_doubt_at;      ///< When its output last may have failed unseen.
    power::load_profile load;
    struct peer_view {
      power::observation what;
      time_point taken{};
      duration confirmed{};
    };
    std::map<node_number, peer_view> peers;
    alarm_list alarms;
  };

  struct peer_memory {
    node_word said;
    time_point heard{};
    std::optional<time_point> differs_since;
  };

  struct sensor_memory {
    double number = 0;
    std::optional<time_point> taken;
  };
  struct switch_memory {
    std::optional<time_point> until;
    std::string by;
  };
  struct wish_memory {
    bool on = false;
    std::optional<time_point> until;
    std::string by;
  };
  struct clock_memory {
    wall_clock_told says;
    std::optional<time_point> at;
  };

  /// What a stage's tree comes to for one power domain, or for everybody.
  struct condition_memory {
    condition rule;
    verdict now;
    bool acts = false;   ///< Met, and not known to be over since.
    bool doubt = false;  ///< Acted, until nobody had known better for long.
    bool authorised = false;
    std::uint64_t occurrence = 0;  ///< Counts how often it began to act.
    vote::reason why = vote::reason::unspecified;
    std::optional<time_point> known_at;

    /// What anybody else asks it for.
    auto in_force() const {
      return std::tuple{now.met, now.why, acts, doubt, authorised, occurrence, why};
    }
  };
  struct stage_condition {
    bool relative = false;                ///< One memory for each domain.
    std::vector<condition_memory> rules;  ///< Empty without a tree.
  };
  /// What the conditions ask of a host.
  struct condition_wish {
    stage_index stage = 0;
    vote::level level = vote::level::run;
    vote::reason why = vote::reason::unspecified;
  };
  class leaves;

  /// Whom a change of one thing may concern, by its index.
  struct reach {
    std::vector<std::vector<host_index>> hosts_of_ups;
    std::vector<std::vector<outlet_index>> outlets_of_ups;
    std::vector<std::vector<domain_index>> domains_of_ups;
    std::vector<std::vector<outlet_index>> outlets_of_host;
    std::vector<std::vector<outlet_index>> outlets_of_unit;
  };
  /// Facts that concern everybody.
  struct common_facts {
    incident_state incident = incident_state::calm;
    bool wrong = false;  ///< An incident, or a UPS that is not seen to be fine.
    bool generator_holds = false;

    bool operator==(const common_facts&) const = default;
  };

  // whom a step concerns: site_watch.cpp
  static reach find_reach(const site&, const plan&);
  void attend(const site_event&);
  void call_concerned();
  void call_all_on_common_change();
  void watch_all();
  void settle_down();
  bool is_quiet_ups(ups_index) const;
  bool is_quiet_host(host_index) const;
  bool is_quiet_outlet(outlet_index) const;
  bool knows_power_fine(ups_index) const;
  bool no_condition_acts(const std::vector<stage_index>&, std::optional<domain_index>) const;
  bool peer_worried(const ups_memory&) const;

  // learn: site_learn.cpp
  void learn(const ups_observed&);
  void learn(const peer_observed&);
  void learn(const outlets_observed&);
  void learn(const host_beacon_received&);
  void learn(const executor_beacon_received&);
  void learn(const operator_hold&);
  void learn(const sensor_observed&);
  void learn(const operator_switched&);
  void learn(const test_ordered&);
  void learn(const job_wished&);
  void learn(const wall_clock_told&);
  void learn(const journal_recalled&);
  void learn(const peer_told&);
  void learn(const devices_started&);
  void learn(const device_unattended&);
  void learn(const tick&) {}
  bool attended(device_kind kind, std::uint32_t index) const {
    return unattended_.empty() || unattended_.count({kind, index}) == 0;
  }
  power::observation behind_our_switch(const ups_observed&);
  bool gets_power(host_index, outlet_index by) const;
  void hear_vouching(ups_index);
  void compare_policy(peer_memory&);
  void restate_holds();

  // take over: site_adopt.cpp
  void inherit(state& old);
  void inherit_facts(state& old);
  void inherit_unattended(state& old);
  void inherit_conditions(state& old);
  void inherit_upses(state& old);
  void inherit_hosts(state& old);
  void inherit_outlets(state& old);
  void judge_afresh(host_index);
  // conditions of stages: site_conditions.cpp
  stage_condition make_condition(const stage_config&) const;
  void judge_conditions();
  void judge(condition_memory&, leaves&);
  bool switched_on(switch_index);
  bool wished(wish_index);
  bool concerns(stage_index, host_index) const;
  bool only_tells(stage_index) const;
  const condition_memory* memory_of(stage_index, std::optional<domain_index>) const;
  std::optional<condition_wish> wish_for_host(host_index) const;
  std::optional<stage_index> shedding_stage(outlet_index) const;
  bool held_down(host_index) const;
  void note_commit(host_index);
  void welcome_back(host_index);
  bool held_off(outlet_index) const;
  bool anything_acts() const;
  std::string acting_stages() const;
  std::string describe(stage_index) const;
  std::string describe(const condition_node&) const;

  // look: site_look.cpp
  void look();
  void doubt_tests();
  bool fails_elsewhere(ups_index tested) const;
  bool can_wait_for_end_of_test(ups_index) const;
  void look_at_host(host_index);
  void doubt_the_dead(host_index);
  bool power_may_have_gone(host_index) const;
  std::optional<time_point> may_have_failed_since(ups_index) const;
  std::optional<duration> presumed_left(ups_index, const host_memory&) const;
  bool peer_sees_it_carry(ups_index) const;
  bool silence_is_sure(const host_config&);
  // the incident: site_incident.cpp
  void follow_incident();
  bool mains_back() const;
  bool episodes_over() const;
  void call_off(bool off, std::string_view what_fails);
  bool anything_to_restore() const;
  bool power_failed() const;
  std::string what_is_back() const;
  std::string what_came_up() const;
  void move_incident(incident_state to, std::string why);
  // decide: site_decide.cpp
  bool trigger_met(const trigger&, const host_power&, vote::reason& why) const;
  bool stage_met(stage_index, const host_power&, std::optional<domain_index>,
                 vote::reason& why) const;
  void find_due_stages();
  void raise_due(host_memory&, stage_index);
  void decide_hosts();
  void decide_host(host_index);
  void decide_by_power(host_index);
  void decide_by_condition(host_index, const condition_wish&);
  vote::level wanted(host_index, vote::reason& why);
  bool earlier_stages_done(host_index);
  bool earlier_done_by_condition(host_index);
  bool settled(host_index, const host_memory& waiting);
  bool absent(const host_memory&) const;
  bool without_power(host_index) const;
  bool held(const host_memory&);
  void lower(host_memory&, vote::level, vote::reason);
  std::vector<vote::named_action> commands_for(host_index) const;
  std::string explain(host_index, vote::reason) const;

  // outlets and return of power: site_restore.cpp
  void decide_outlets();
  void decide_output(outlet_index);
  bool hosts_behind_are_down(const outlet_config&);
  bool wants_off(outlet_index, vote::reason& why);
  void wish(outlet_index, vote::outlet_wish, vote::reason, std::string explanation);
  void restore();
  bool restore_stage(std::optional<stage_index>);
  bool dependencies_up(host_index) const;
  bool waits_for_later_start(host_index) const;
  bool restore_host(host_index);
  bool restore_outlet(outlet_index);
  bool restore_ups_outputs();
  bool ups_output_held_off(host_index) const;
  bool being_cut(host_index);
  bool is_being_looked_up(host_index);
  bool may_start(host_index);
  bool start(host_index);
  bool stands_by(host_index) const;
  bool finish_start(host_index);
  time_point start_ends(host_index) const;
  void wake(host_index);
  bool wait_for_hand(host_index);
  void give_up(host_index);
  bool off_long_enough(outlet_index);
  bool gate_open(const std::vector<supply_config>&, std::uint32_t needed, duration reserve);
  bool stagger_over();

  // generators and ratings: site_capacity.cpp
  void watch_generator();
  bool generator_seen() const;
  double watts_up() const;
  bool rating_allows(outlet_index) const;
  std::string_view postponement(const std::vector<outlet_index>&, double watts) const;

  // say: site_votes.cpp
  void cast_votes();
  void tell_peers_now_and_then();
  void cast_to_host(host_index);
  vote::level level_to_say(host_index) const;
  void cast_to_outlet(outlet_index);
  vote::vote blank_vote();
  std::uint64_t epoch_for(std::uint64_t told) const;
  std::vector<vote::supply_view> supply_views(host_index) const;
  void report_changes();
  void report_alarms();
  void expect_alarm(alarm_list&, site_alarm, const std::string& subject, std::string_view text);
  void end_alarms(alarm_list&);
  void tell_alarms();
  void alarms_of_ups(ups_index);
  void alarms_of_paths(ups_index);
  void alarms_of_host(host_index);
  void alarms_of_outlet(outlet_index);
  void alarms_of_peers();
  void alarms_of_site();
  void alarms_of_unattended();
  // spare supplies: site_redundancy.cpp
  void alarms_of_redundancy(host_index);
  supply_standing standing_of(const supply_config&);
  redundancy_event redundancy_of(host_index);
  void tell_redundancy(site_alarm, const std::string& host, bool raised);

  bool reached(time_point at);
  /// How old a reading of something that is polled so often may be and still count as fresh (O2).
  duration fresh_limit(duration poll_period) const {
    return site_.observing.fresh_periods * poll_period;
  }
  host_phase phase(const host_memory&, const host_config&) const;

  /// For each of the watched, in order. The times that come up are what he waits for.
  template <class Act>
  void each(watch_list& list, Act act) {
    for (const auto index : list.watched()) {
      noting_ = {&list, index};
      act(index);
    }
    noting_ = {};
  }
  template <class Act>
  void each_ups(Act act) {
    each(watched_upses_, act);
  }
  template <class Act>
  void each_host(Act act) {
    each(watched_hosts_, act);
  }
  template <class Act>
  void each_outlet(Act act) {
    each(watched_outlets_, act);
  }

  template <class Action>
  void emit(Action what) {
    out_.actions.emplace_back(std::move(what));
  }

  const site site_;
  const plan plan_;
  const reach reach_;
  const node_number self_;
  time_point started_;
  time_point now_;
  site_decision out_;

  std::vector<power::source_panel> panels_;  ///< What the paths to a UPS say, made one.
  std::vector<power::ups_tracker> trackers_;
  std::vector<ups_memory> upses_;
  std::vector<host_memory> hosts_;
  std::vector<outlet_memory> outlets_;
  std::map<std::pair<outlet_unit_index, node_number>, life_list> executors_;
  std::map<node_number, peer_memory> peers_;
  std::optional<time_point> told_peers_at_;
  std::vector<host_power> domain_views_;
  std::vector<sensor_memory> sensors_;
  /// Of which devices nobody hears for us, and why: its actor has ended.
  std::map<std::pair<device_kind, std::uint32_t>, std::string> unattended_;
  std::vector<switch_memory> switches_;
  std::vector<wish_memory> wishes_;
  clock_memory clock_;
  std::optional<time_point> generator_since_;  ///< It runs, or was seen to a moment ago.
  std::optional<time_point> generator_seen_at_;
  bool generator_holds_ = false;  ///< Time on battery makes nothing due.
  std::vector<stage_condition> conditions_;
  std::vector<bool> environmental_;  ///< By stage: no step in the order of an outage.

  vote::tick_clock challenges_;  ///< X2: our incarnation and the ticks of our votes.

  incident_state incident_ = incident_state::calm;
  bool called_off_ = false;  ///< Open, but mains is back and nothing was stopped.
  random_id incident_id_;
  random_id seed_;
  std::uint64_t incidents_ = 0;
  std::optional<time_point> incident_since_;
  std::optional<time_point> last_start_;  ///< Stagger of the restore.
  bool charge_unknown_ = false;           ///< S7: a gate opened by time only.

  watch_list watched_upses_;
  watch_list watched_hosts_;
  watch_list watched_outlets_;
  std::optional<time_point> all_watched_at_;
  bool tests_expected_ = false;  ///< Of some battery, for a moment (X7).
  common_facts common_;
  bool conditions_changed_ = false;  ///< In this step.
  struct noted_for {
    watch_list* list = nullptr;
    std::uint32_t index = 0;
  };
  noted_for noting_;

  alarm_list peer_alarms_;
  alarm_list site_alarms_;
  bool alarms_changed_ = true;  ///< Since they were last told.
  using alarm_key = std::pair<site_alarm, std::string>;
  std::map<alarm_key, std::string> expected_;
  std::map<alarm_key, std::string> raised_;
};

}  // namespace holdover::policy
