#include "core/agent/command_log.hpp"

#include <algorithm>

namespace holdover::agent {
namespace {

std::string describe(vote::level wanted, const std::vector<vote::named_action>& actions) {
  std::string text{to_string(wanted)};
  for (const auto& a : actions) {
    text += ", " + a.id;
    if (!a.text.empty()) text += " \"" + a.text + '"';
  }
  return text;
}

}  // namespace

std::optional<log_command> command_log::accepted(const vote::vote& v, const std::string& why) {
  command wanted{v.host_level, v.actions, why};
  const auto [at, first] = last_.try_emplace(v.controller, wanted);
  if (!first && at->second == wanted) return std::nullopt;
  at->second = std::move(wanted);
  return log_command{v.controller, true, describe(v.host_level, v.actions), why};
}

std::optional<log_command> command_log::refused(const vote::vote& v, vote::refusal why,
                                                time_point now) {
  const auto sender = std::min(v.controller, node_number_limit);
  const auto [at, first] = refused_.try_emplace({sender, why}, refusals{now});
  auto& past = at->second;
  if (!first && now - past.told < pause_) {
    ++past.since;
    return std::nullopt;
  }
  auto text = std::string(to_string(why));
  if (past.since > 0) text += ", and " + std::to_string(past.since) + " times since the last line";
  past = {now};
  return log_command{v.controller, false, describe(v.host_level, {}), text};
}

}  // namespace holdover::agent
