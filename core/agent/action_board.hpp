// How far each action has got, and which named actions this incident has already seen.
//
// A named action rides on votes that are renewed each second, but a pop-up shall pop up once (E5).
// "Once per incident" needs no agreement on what an incident is: an action that has run stays done
// until no unexpired vote has named it for as long as a vote lives.
//
// Decisions worth knowing:
//   - A program runs once per id. A message runs once per id and text, since a second stage has
//     something else to say.
//   - The reports are bounded: the last one of each id, and of too many ids the latest ones.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::agent {

/// The one action that needs no entry in the agent's configuration: it shows its text.
constexpr std::string_view message_action = "message";

class action_board {
public:
  explicit action_board(duration forget_after) : forget_after_(forget_after) {}

  /// Takes note of what unexpired votes name now; call it before and after every vote.
  void observe(const std::vector<vote::named_action>& named, time_point now);

  /// Whether this action is new to the incident. It is not, from then on.
  bool claim(const vote::named_action&);

  void report(const std::string& id, action_state, const std::string& detail);
  bool reported(const std::string& id) const;
  const std::vector<action_report>& reports() const { return reports_; }

private:
  struct done_action {
    vote::named_action what;
    std::optional<time_point> absent_since;
  };

  duration forget_after_;
  std::vector<done_action> done_;
  std::vector<action_report> reports_;
};

}  // namespace holdover::agent
