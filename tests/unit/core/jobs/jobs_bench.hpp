// A site with jobs for tests: one machine per node, told what happens, and what they ask for in
// lines.

#pragma once

#include "core/jobs/machine.hpp"
#include "tests/support/sites.hpp"

#include <memory>
#include <string>
#include <vector>

namespace holdover::test {

inline jobs::action_config mail_action(std::string text = {}) {
  jobs::action_config action;
  action.kind = jobs::action_kind::mail;
  action.text = std::move(text);
  action.to = {"ops@example.org"};
  return action;
}

inline jobs::action_config log_action(std::string text = "noted") {
  jobs::action_config action;
  action.text = std::move(text);
  return action;
}

inline jobs::job_config on_event(std::string name, jobs::origin from, std::string what,
                                 std::vector<jobs::action_config> actions,
                                 std::string subject = {}) {
  jobs::job_config job;
  job.name = std::move(name);
  job.on = jobs::event_source{from, std::move(subject), std::move(what)};
  job.actions = std::move(actions);
  return job;
}

/// One node's machine; what it asks for is written down in words.
class jobs_bench {
public:
  explicit jobs_bench(const site& about, node_number self = 1)
      : about_(about), self_(self), machine_(std::make_unique<jobs::machine>(about, self, now_)) {}

  /// A new life of the process: what the journal remembers is what was told.
  void restart(std::optional<jobs::local_seconds> last_alive = {}) {
    machine_ = std::make_unique<jobs::machine>(about_, self_, now_);
    jobs::recalled journal;
    journal.entries = journal_;
    journal.last_alive = last_alive;
    give(journal);
  }

  template <class Input>
  void give(const Input& what) {
    take(machine_->step(what, now_));
  }

  void ups(const std::string& what, const std::string& device = "main") {
    ups_event e;
    e.device = device;
    e.what = what;
    give(jobs::own_fact{e});
  }
  void sensor(const std::string& what, const std::string& device = "rack1") {
    sensor_event e;
    e.device = device;
    e.what = what;
    give(jobs::own_fact{e});
  }

  /// Wakes the machine whenever it asks for it.
  void pass(duration d) {
    const auto until = now_ + d;
    while (wake_ && *wake_ <= until) {
      now_ = std::max(now_, *wake_);
      give(jobs::tick{});
    }
    now_ = until;
    give(jobs::tick{});
  }

  /// "mail-1 started" and so on, since the last call.
  std::vector<std::string> said() { return std::exchange(said_, {}); }
  std::vector<jobs::order> orders;
  std::vector<jobs::set_wish> wishes;
  std::vector<std::uint64_t> cancelled;
  time_point now() const { return now_; }

  /// As it would come to a peer.
  std::vector<job_event> told() { return std::exchange(told_, {}); }

private:
  void take(const jobs::decision& decided) {
    wake_ = decided.wake_at;
    for (const auto& action : decided.actions) {
      if (const auto* one = std::get_if<jobs::order>(&action)) orders.push_back(*one);
      if (const auto* one = std::get_if<jobs::set_wish>(&action)) wishes.push_back(*one);
      if (const auto* one = std::get_if<jobs::cancel>(&action)) cancelled.push_back(one->task);
      if (const auto* one = std::get_if<jobs::tell>(&action)) {
        const auto& e = one->what;
        said_.push_back(e.job + ' ' + (e.action.empty() ? "" : e.action + ' ') + e.what
                        + (e.run > 1 ? " " + std::to_string(e.run) : ""));
        told_.push_back(e);
        journal_.push_back({true, e});
      }
    }
  }

  site about_;
  node_number self_;
  time_point now_{1000s};
  std::unique_ptr<jobs::machine> machine_;
  std::optional<time_point> wake_;
  std::vector<std::string> said_;
  std::vector<job_event> told_;
  std::vector<jobs::recalled::entry> journal_;
};

/// One node alone with a UPS "main".
inline site site_with(std::vector<jobs::job_config> all) {
  site s;
  s.name = "office";
  s.nodes.push_back({1, "alpha", "tcp://10.0.0.1:7400", "tcp://10.0.0.1:7401"});
  add_ups(s, "main");
  s.jobs = std::move(all);
  return s;
}

}  // namespace holdover::test
