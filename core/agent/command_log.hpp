// Which votes deserve a line in the command log: every distinct command, and every refusal, once.
//
// Votes are renewed each second, so a log of all of them hides the one that mattered. A line is
// written when what a controller wants changes, and when it is refused for a reason that it was not
// refused for within the last minute; the line then says how often that happened meanwhile.
//
// Nothing here is authorisation. A refused vote is not trusted: of its content only the level is
// told, and its claimed sender is folded to one entry when it is no possible number, so that a
// flood of inventions fills neither the log nor the memory.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"
#include "core/vote/ballot_box.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdover::agent {

/// One line of the command log: every distinct command received or refused.
struct log_command {
  node_number from = 0;
  bool accepted = false;
  std::string what;
  std::string why;  ///< Why it was refused, or why it counts for less than it says.
};

class command_log {
public:
  explicit command_log(duration pause = 60s) : pause_(pause) {}

  std::optional<log_command> accepted(const vote::vote&, const std::string& why);
  std::optional<log_command> refused(const vote::vote&, vote::refusal, time_point now);

private:
  struct command {
    vote::level wanted;
    std::vector<vote::named_action> actions;
    std::string why;

    bool operator==(const command&) const = default;
  };
  struct refusals {
    time_point told;
    std::uint64_t since = 0;
  };

  duration pause_;
  std::map<node_number, command> last_;
  std::map<std::pair<node_number, vote::refusal>, refusals> refused_;
};

}  // namespace holdover::agent
