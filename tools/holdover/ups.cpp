#include "tools/holdover/ups.hpp"

#include "tools/holdover/hold.hpp"
#include "tools/holdover/status.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <string_view>
#include <utility>

namespace holdover::tool {

namespace {

// What the node, the device and the reading after it may take together.
constexpr std::chrono::seconds work{25};

using verb = power::ups_command::verb;

constexpr std::array<std::pair<std::string_view, verb>, 7> words{{
    {"test", verb::test_quick},
    {"test-general", verb::test_general},
    {"test-stop", verb::test_abort},
    {"cancel", verb::cancel},
    {"buzzer-on", verb::buzzer_on},
    {"buzzer-off", verb::buzzer_off},
    {"buzzer-mute", verb::buzzer_mute},
}};

constexpr std::array<std::string_view, 3> voted_words{"shutdown", "reboot", "startup"};
constexpr std::chrono::seconds usual_reboot{30};

/// By every node, into its votes; see load_output_orders of the site file.
exit_status send_output_wish(const access& how, const ups_wish& wish,
                             std::chrono::milliseconds patience) {
  if (!wish.node.empty()) {
    std::cerr << "--node: \"" << wish.word << "\" takes the votes of several nodes; leave it out\n";
    return exit_status::usage;
  }
  if (wish.word == "shutdown" && !wish.lasts) {
    std::cerr << "shutdown: say for how long, with --for SECONDS; `holdover ups " << wish.ups
              << " startup` ends it earlier\n";
    return exit_status::usage;
  }
  if (wish.word == "startup" && wish.lasts) {
    std::cerr << "startup: ends an order, so --for has no meaning\n";
    return exit_status::usage;
  }
  const auto lasts =
      wish.word == "startup" ? std::chrono::milliseconds{0} : wish.lasts.value_or(usual_reboot);
  return send_hold(how, {{wish.ups + ".off"}, lasts, wish.why}, patience);
}

bool sees_freshly(const operator_answer& said, const std::string& ups) {
  return said.status
         && std::ranges::any_of(said.status->policy.upses, [&](const policy::ups_status& one) {
              return one.name == ups && one.fresh == power::freshness::fresh;
            });
}

using answers = std::map<std::string, operator_answer>;

/// The node that is to do it; its name is empty where there is none.
answers::const_iterator chosen(const answers& heard, const ups_wish& wish) {
  if (!wish.node.empty()) return heard.find(wish.node);
  return std::ranges::find_if(
      heard, [&](const auto& entry) { return sees_freshly(entry.second, wish.ups); });
}

exit_status wait_for(client& asked, const random_id& request, const std::string& node) {
  const auto deadline = std::chrono::steady_clock::now() + work;
  while (auto got = asked.next(deadline)) {
    const auto* answer = std::get_if<operator_answer>(&got->what.what);
    if (answer == nullptr || answer->request != request) continue;
    std::cout << got->signer << ": " << answer->text << '\n';
    if (answer->ok) return exit_status::fine;
    const bool refused = answer->text.starts_with("refused") || answer->text.starts_with("unknown");
    return refused ? exit_status::refused : exit_status::failed;
  }
  std::cout << node << ": no answer; what became of it is in the journal, if it got there\n";
  return exit_status::timed_out;
}

}  // namespace

const std::vector<std::string>& ups_words() {
  static const auto all = [] {
    std::vector<std::string> list;
    for (const auto& [word, meaning] : words)
      list.emplace_back(word);
    list.insert(list.end(), voted_words.begin(), voted_words.end());
    return list;
  }();
  return all;
}

exit_status send_ups_order(const access& how, const ups_wish& wish,
                           std::chrono::milliseconds patience) {
  if (std::ranges::find(voted_words, wish.word) != voted_words.end())
    return send_output_wish(how, wish, patience);
  if (wish.lasts) {
    std::cerr << "--for: \"" << wish.word << "\" is done once; leave it out\n";
    return exit_status::usage;
  }
  auto opened = open_as_operator(how, "tell a UPS anything");
  if (const auto* failed = std::get_if<exit_status>(&opened)) return *failed;
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  const auto heard = ask_all(asked, patience);
  const auto by = chosen(heard, wish);
  if (by == heard.end()) {
    std::cerr << (wish.node.empty()
                      ? "no node that could be reached sees \"" + wish.ups + "\" freshly\n"
                      : "the node " + wish.node + " could not be reached\n");
    return exit_status::not_reachable;
  }
  const auto meant = std::ranges::find(words, wish.word, [](const auto& one) { return one.first; });
  if (meant == words.end()) {
    std::cerr << "\"" << wish.word << "\" is no word for a UPS\n";
    return exit_status::usage;
  }
  auto command = command_after(by->second, asked, ups_order{wish.ups, meant->second, wish.why});
  const auto request = command.request;
  if (!asked.ask(by->first, domain::operator_, std::move(command))) {
    std::cerr << "the node " << by->first << " could not be reached\n";
    return exit_status::not_reachable;
  }
  return wait_for(asked, request, by->first);
}

}  // namespace holdover::tool
