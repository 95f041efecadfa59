// What has happened at all, over all worlds: a rule that no world ever exercised is not tested.
//
// After a long run every counter must be above zero, or the run fails: a simulator that has quietly
// stopped producing its hard cases looks exactly like a product without faults.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace holdover::sim {

enum class sometimes : std::size_t {
  commit_by_vote,
  commit_by_fallback,
  armed_then_cancelled,
  fallback_armed_then_disarmed,
  fallback_by_liar,
  fallback_in_sight,            ///< k nodes in touch saw a supply on battery: a number to watch.
  silent_supply_presumed_lost,  ///< A commit that rests on a presumption (X9).
  commit_while_a_node_was_down,
  agent_paused_while_armed,
  agent_restarted_after_commit,
  commit_record_failed,
  shutdown_program_hung,
  forced_off,
  outage_while_restoring,
  warned_then_relieved,
  told_to_shed,
  outlet_opened,
  outlet_closed,
  host_started_again,
  host_woken,
  node_restarted_in_incident,
  journal_recalled,
  switching_failed,
  card_stalled_on_battery,
  stage_order_broken,
  mains_hunted,
  commit_without_carrier,        ///< F2
  membership_changed_in_outage,  ///< E2
  commit_while_switching_over,   ///< By votes, while both electorates have a say.
  paths_disputed,                ///< Of one UPS contradicted each other (O5).
  commit_in_dispute,    ///< By votes, in an outage that one path of its supply denied (X11).
  vote_carried,         ///< To its host by another node (V6).
  commit_over_one_way,  ///< By votes, at a host that one node alone reaches.
  vote_replayed,
  beacon_replayed,
  vote_forged,
  earlier_life_impersonated,
  refused_wrong_target,
  refused_bad_signature,
  refused_wrong_nonce,
  refused_future_tick,
  refused_expired_tick,
  refused_replaced_incarnation,
  refused_old_sequence,
  refused_wrong_site,
  refused_wrong_epoch,
  refused_unknown_controller,
  refused_drill,
};
constexpr std::size_t sometimes_count = 48;
const char* to_string(sometimes);

class coverage {
public:
  void saw(sometimes what, std::uint64_t times = 1) {
    counts_[static_cast<std::size_t>(what)] += times;
  }
  void add(const coverage&);
  std::uint64_t of(sometimes what) const { return counts_[static_cast<std::size_t>(what)]; }

  /// Names of what was never seen, separated by spaces; empty if everything was.
  std::string missing() const;
  std::string summary() const;

private:
  std::array<std::uint64_t, sometimes_count> counts_{};
};

}  // namespace holdover::sim
