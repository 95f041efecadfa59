// Hosts one jobs machine: what is journaled in; mails, programs, wishes for the policy and lines of
// the journal out.
//
// Hears everything that this node journals, what peers journal of jobs, and what batteries say,
// from the recorder. Begins by asking the journal what was done before; until it answers, what
// happens waits, because a job must not be done a second time for want of memory.
//
// Nothing waits for it, and it waits for nobody: mails and programs have threads of their own and
// come back as messages.

#pragma once

#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "core/jobs/machine.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::actors {

/// The outside of jobs. Each function returns at once; answers come on other threads, by news().
struct jobs_port {
  std::function<void(std::function<void(jobs::recalled)>)> recall;
  /// Nodes that are connected, this one among them.
  std::function<std::vector<node_number>()> alive;
  /// Nothing where no job asks for it.
  std::function<jobs::clock_told()> clock;
  std::function<void(const jobs::order&)> send_mail;
  std::function<void(std::uint64_t task)> withdraw_mail;
  std::function<void(const jobs::order&)> run_program;
};

struct jobs_setup {
  std::shared_ptr<const site> about;
  node_number self = 0;
  std::shared_ptr<directory> where;
  jobs_port outside;
};

class jobs_state {
public:
  static inline const char* name = "jobs";

  explicit jobs_state(jobs_actor::pointer self) : self_(self) {}

  jobs_actor::behavior_type start(std::shared_ptr<const jobs_setup> setup);

private:
  void recall(const jobs::recalled&);
  void feed(const jobs::job_input&);
  void hear(const record&);
  void hear(const peer_job&);
  void hear(const battery_told&);
  void hear(const job_news&);
  void look_around();

  void carry_out(const jobs::order&);
  void carry_out(const jobs::cancel&);
  void carry_out(const jobs::set_wish&);
  void carry_out(const jobs::tell&);

  jobs_actor::pointer self_;
  std::shared_ptr<const jobs_setup> setup_;
  std::unique_ptr<jobs::machine> machine_;
  std::optional<std::vector<jobs::job_input>> waiting_{std::in_place};  ///< For the journal.
  timer timer_;
};

jobs_actor::behavior_type jobs_behavior(jobs_actor::stateful_pointer<jobs_state> self,
                                        std::shared_ptr<const jobs_setup> setup);

}  // namespace holdover::actors
