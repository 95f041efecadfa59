#include "tests/sim/coverage.hpp"

namespace holdover::sim {

const char* to_string(sometimes what) {
  switch (what) {
    case sometimes::commit_by_vote:
      return "commit_by_vote";
    case sometimes::commit_by_fallback:
      return "commit_by_fallback";
    case sometimes::armed_then_cancelled:
      return "armed_then_cancelled";
    case sometimes::fallback_armed_then_disarmed:
      return "fallback_armed_then_disarmed";
    case sometimes::fallback_by_liar:
      return "fallback_by_liar";
    case sometimes::fallback_in_sight:
      return "fallback_in_sight";
    case sometimes::silent_supply_presumed_lost:
      return "silent_supply_presumed_lost";
    case sometimes::commit_while_a_node_was_down:
      return "commit_while_a_node_was_down";
    case sometimes::agent_paused_while_armed:
      return "agent_paused_while_armed";
    case sometimes::agent_restarted_after_commit:
      return "agent_restarted_after_commit";
    case sometimes::commit_record_failed:
      return "commit_record_failed";
    case sometimes::shutdown_program_hung:
      return "shutdown_program_hung";
    case sometimes::forced_off:
      return "forced_off";
    case sometimes::outage_while_restoring:
      return "outage_while_restoring";
    case sometimes::warned_then_relieved:
      return "warned_then_relieved";
    case sometimes::told_to_shed:
      return "told_to_shed";
    case sometimes::outlet_opened:
      return "outlet_opened";
    case sometimes::outlet_closed:
      return "outlet_closed";
    case sometimes::host_started_again:
      return "host_started_again";
    case sometimes::host_woken:
      return "host_woken";
    case sometimes::node_restarted_in_incident:
      return "node_restarted_in_incident";
    case sometimes::journal_recalled:
      return "journal_recalled";
    case sometimes::switching_failed:
      return "switching_failed";
    case sometimes::card_stalled_on_battery:
      return "card_stalled_on_battery";
    case sometimes::stage_order_broken:
      return "stage_order_broken";
    case sometimes::mains_hunted:
      return "mains_hunted";
    case sometimes::commit_without_carrier:
      return "commit_without_carrier";
    case sometimes::membership_changed_in_outage:
      return "membership_changed_in_outage";
    case sometimes::commit_while_switching_over:
      return "commit_while_switching_over";
    case sometimes::paths_disputed:
      return "paths_disputed";
    case sometimes::commit_in_dispute:
      return "commit_in_dispute";
    case sometimes::vote_carried:
      return "vote_carried";
    case sometimes::commit_over_one_way:
      return "commit_over_one_way";
    case sometimes::vote_replayed:
      return "vote_replayed";
    case sometimes::beacon_replayed:
      return "beacon_replayed";
    case sometimes::vote_forged:
      return "vote_forged";
    case sometimes::earlier_life_impersonated:
      return "earlier_life_impersonated";
    case sometimes::refused_wrong_target:
      return "refused_wrong_target";
    case sometimes::refused_bad_signature:
      return "refused_bad_signature";
    case sometimes::refused_wrong_nonce:
      return "refused_wrong_nonce";
    case sometimes::refused_future_tick:
      return "refused_future_tick";
    case sometimes::refused_expired_tick:
      return "refused_expired_tick";
    case sometimes::refused_replaced_incarnation:
      return "refused_replaced_incarnation";
    case sometimes::refused_old_sequence:
      return "refused_old_sequence";
    case sometimes::refused_wrong_site:
      return "refused_wrong_site";
    case sometimes::refused_wrong_epoch:
      return "refused_wrong_epoch";
    case sometimes::refused_unknown_controller:
      return "refused_unknown_controller";
    case sometimes::refused_drill:
      return "refused_drill";
  }
  return "?";
}

void coverage::add(const coverage& other) {
  for (std::size_t i = 0; i < sometimes_count; ++i)
    counts_[i] += other.counts_[i];
}

std::string coverage::missing() const {
  std::string names;
  for (std::size_t i = 0; i < sometimes_count; ++i)
    if (counts_[i] == 0) names += (names.empty() ? "" : " ") + std::string{to_string(sometimes{i})};
  return names;
}

std::string coverage::summary() const {
  std::string text;
  for (std::size_t i = 0; i < sometimes_count; ++i)
    text += (i == 0 ? "" : " ") + std::string{to_string(sometimes{i})} + "="
            + std::to_string(counts_[i]);
  return text;
}

}  // namespace holdover::sim
