// Which actors a node consists of: one function per group, all of them supervised.

#pragma once

#include "actors/directory.hpp"
#include "actors/policy_actor.hpp"
#include "actors/ports.hpp"
#include "actors/recorder_actor.hpp"
#include "actors/supervisor.hpp"
#include "core/jobs/machine.hpp"
#include "core/policy/site_machine.hpp"
#include "io/config/node_loader.hpp"
#include "nodes/site/cuts.hpp"
#include "nodes/site/load.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace holdover::site_node {

/// What every group needs.
struct surroundings {
  std::shared_ptr<const site> about;
  node_number self = 0;
  std::string name;
  int realtime_priority = 0;
  actors::ports outside;
  actors::journal_port journal;
  log_digest known_logs;
  policy::journal_recalled recalled;
  std::shared_ptr<actors::directory> where;
  std::function<void(node_status&)> complete_status;
  std::function<void(const std::string& why)> count_refusal;
  std::function<void(const std::string& member, bool for_events)> fine;  ///< Of a bad signature.
  std::vector<config::node_program> programs;
  std::function<void(std::function<void(jobs::recalled)>)> recall_jobs;
  std::function<bool(const std::string& peer)> connected;
  std::shared_ptr<cuts> drilled;  ///< Whom a drill cuts off.
  std::function<void(std::function<void(std::optional<std::int64_t>)>)> last_drill;
  std::function<void(const std::string&)> say_overdue;
  duration drill_every{};
  /// The electorate before, while it has a say still, and those of it who kept their keys (E2).
  std::optional<vote::earlier_electorate> earlier{};
  std::vector<node_number> same_keys{};
  duration switch_over{};  ///< So long yet.
};

/// Under which the policy runs.
std::shared_ptr<const actors::policy_setup> make_policy_setup(const surroundings&);

/// All children in the order of their start, or why a device cannot be driven.
std::variant<std::vector<actors::child_spec>, start_problem> make_children(const surroundings&);

}  // namespace holdover::site_node
