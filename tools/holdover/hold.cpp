#include "tools/holdover/hold.hpp"

#include "tools/holdover/status.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <utility>

namespace holdover::tool {

// Two rounds: the status brings what the command echoes.
exit_status send_hold(const access& how, const hold_command& wish,
                      std::chrono::milliseconds patience) {
  auto opened = open_as_operator(how, "hold or release");
  if (const auto* failed = std::get_if<exit_status>(&opened)) return *failed;
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  std::map<random_id, std::string> waiting;
  for (const auto& [node, status] : ask_all(asked, patience)) {
    auto command = command_after(status, asked, wish);
    const auto request = command.request;
    if (asked.ask(node, domain::operator_, std::move(command))) waiting[request] = node;
  }
  const auto reached = waiting.size();
  for (const auto& node : asked.about().nodes)
    if (std::none_of(waiting.begin(), waiting.end(),
                     [&](const auto& entry) { return entry.second == node.name; }))
      std::cout << node.name << ": not reached, knows nothing of it\n";
  std::size_t agreed = 0, refused = 0;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!waiting.empty()) {
    auto got = asked.next(deadline);
    if (!got) break;
    const auto* answer = std::get_if<operator_answer>(&got->what.what);
    if (answer == nullptr || waiting.erase(answer->request) == 0) continue;
    (answer->ok ? agreed : refused) += 1;
    std::cout << got->signer << ": " << answer->text << '\n';
  }
  for (const auto& [request, node] : waiting)
    std::cout << node << ": no answer\n";
  if (reached == 0) {
    std::cerr << "no node could be reached\n";
    return exit_status::not_reachable;
  }
  if (refused != 0) return exit_status::refused;
  if (!waiting.empty()) return exit_status::timed_out;
  return agreed == asked.about().nodes.size() ? exit_status::fine : exit_status::failed;
}

}  // namespace holdover::tool
