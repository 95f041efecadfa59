// An agent_machine on a bench: feeds it, plays its timers, keeps what it asked for.
//
//   agent_bench b;                          // three controllers, two decide, nothing heard yet
//   b.votes({shutdown, shutdown});          // controllers 0 and 1 speak, now
//   b.pass(5s);                             // five seconds of timers and silence
//   EXPECT_EQ(b.runs(), ...);               // every run_action so far

#pragma once

#include "core/agent/agent_machine.hpp"
#include "tests/support/votes.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::test {

inline agent::agent_config three_controllers() {
  agent::agent_config c;
  c.site = "lab";
  c.host = "web1";
  c.electorate = {0, 1, 2};
  c.threshold = 2;
  c.actions = {"backup"};
  return c;
}

class agent_bench {
public:
  explicit agent_bench(agent::agent_config config = three_controllers())
      : config_(std::move(config)), machine_(config_, id(1), "boot-1", now_) {
    feed(agent::tick{});
  }

  void feed(const agent::agent_event& event) {
    auto decided = machine_.step(event, now_);
    wake_ = decided.wake_at;
    for (auto& action : decided.actions) {
      if (const auto* said = std::get_if<agent::send_beacon>(&action)) beacon_ = said->what;
      done_.push_back(std::move(action));
    }
  }

  /// Plays timers until `time` from now has passed, at which the machine gets a tick too.
  void pass(duration time) {
    const auto until = now_ + time;
    while (wake_ && *wake_ <= until) {
      now_ = std::max(now_, *wake_);
      feed(agent::tick{});
    }
    now_ = until;
    feed(agent::tick{});
  }
  /// Its process ends, and after a while another one of this boot begins with what was kept.
  void restart(duration away) {
    const auto kept = all<agent::keep_evidence>();
    now_ += away;
    auto config = config_;
    config.up_for = now_ - booted_;
    machine_ = agent::agent_machine(config, id(++lives_), "boot-1", now_);
    if (!kept.empty() && !kept.back().text.empty())
      feed(agent::evidence_recalled{kept.back().text});
    feed(agent::tick{});
  }
  /// Time passes while the machine does not run.
  void sleep(duration time) { now_ += time; }

  vote::received_vote make(node_number from, vote::level level,
                           std::vector<vote::supply_view> supplies = {}) {
    return voters[from].cast(host("web1"), beacon_.nonce, beacon_.tick, level, std::move(supplies));
  }
  void vote(node_number from, vote::level level, std::vector<vote::supply_view> supplies = {}) {
    feed(agent::vote_received{make(from, level, std::move(supplies))});
  }
  /// Controllers 0, 1, … speak.
  void votes(const std::vector<vote::level>& levels,
             const std::vector<vote::supply_view>& supplies = {}) {
    for (node_number from = 0; from < levels.size(); ++from)
      vote(from, levels[from], supplies);
  }
  /// They speak now and every second until `time` has passed, then once more.
  void keep_voting(const std::vector<vote::level>& levels, duration time,
                   const std::vector<vote::supply_view>& supplies = {}) {
    const auto until = now_ + time;
    for (votes(levels, supplies); now_ < until; votes(levels, supplies))
      pass(std::min<duration>(1s, until - now_));
  }

  /// Every action of a type since the bench began, or since forget().
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& action : done_)
      if (const auto* match = std::get_if<T>(&action)) found.push_back(*match);
    return found;
  }
  std::vector<std::string> runs() const {
    std::vector<std::string> ids;
    for (const auto& run : all<agent::run_action>())
      ids.push_back(run.id);
    return ids;
  }
  void forget() { done_.clear(); }

  const agent::host_beacon& beacon() const { return beacon_; }
  std::optional<agent::action_report> report(const std::string& action) const {
    for (const auto& r : beacon_.actions)
      if (r.id == action) return r;
    return std::nullopt;
  }
  agent::host_state state() const { return machine_.state(); }
  const agent::agent_machine& machine() const { return machine_; }
  const std::vector<agent::agent_action>& done() const { return done_; }
  std::optional<time_point> wake() const { return wake_; }
  time_point now() const { return now_; }

  std::vector<voter> voters{{.number = 0}, {.number = 1}, {.number = 2}};

private:
  agent::agent_config config_;
  time_point now_{1000s};
  time_point booted_ = now_;
  std::uint8_t lives_ = 1;
  agent::agent_machine machine_;
  agent::host_beacon beacon_;
  std::vector<agent::agent_action> done_;
  std::optional<time_point> wake_;
};

}  // namespace holdover::test
