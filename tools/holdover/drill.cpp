#include "tools/holdover/drill.hpp"

#include "core/drill/node_drill.hpp"
#include "core/words.hpp"
#include "io/config/story_loader.hpp"
#include "io/keys/random.hpp"
#include "tools/holdover/drill_summary.hpp"
#include "tools/holdover/status.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>
#include <utility>

namespace holdover::tool {

namespace {

using answers = std::map<std::string, operator_answer>;
using std::chrono::steady_clock;

constexpr std::chrono::seconds look_period{1};
constexpr std::chrono::seconds lost_limit{60};  // No node answers any more.

std::string file_text(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// "2026-03-01-140322-outage": sorts by time, and says what it was.
std::string drill_name(const std::string& story_file) {
  const auto now = std::time(nullptr);
  std::tm parts{};
  char text[32] = "drill";
  if (::gmtime_r(&now, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d-%H%M%S", &parts);
  return std::string{text} + '-' + std::filesystem::path{story_file}.stem().string();
}

/// Sends one order to these nodes and waits for what they say of it.
answers order_all(client& asked, const answers& known, const drill::order& wish,
                  std::chrono::milliseconds patience) {
  std::map<random_id, std::string> waiting;
  for (const auto& [node, before] : known) {
    auto command = command_after(before, asked, wish);
    const auto request = command.request;
    if (asked.ask(node, domain::operator_, std::move(command))) waiting[request] = node;
  }
  answers said;
  const auto deadline = steady_clock::now() + patience;
  while (!waiting.empty()) {
    auto got = asked.next(deadline);
    if (!got) break;
    auto* answer = std::get_if<operator_answer>(&got->what.what);
    if (answer == nullptr) continue;
    const auto from = waiting.find(answer->request);
    if (from == waiting.end() || from->second != got->signer) continue;
    waiting.erase(from);
    said[got->signer] = std::move(*answer);
  }
  return said;
}

// The last node's process is stopped once the story is under way; when that has healed the first
// node is cut off from a host, another one each day. Long enough for their votes to lapse.
std::vector<drill::exercise> exercises_for(const site& about, const drill::story& told,
                                           const std::string& drill) {
  if (about.nodes.size() <= threshold(about) || about.hosts.empty()) return {};
  const auto lapse = about.votes.time_to_live;
  const auto lasts = std::min<duration>(drill::longest_exercise, lapse + 4s);
  const auto begin = (told.events.empty() ? 0s : told.events.front().at) + duration{2s};
  const auto host = std::hash<std::string>{}(drill.substr(0, 10)) % about.hosts.size();
  const auto heals = lasts + lapse + 5s;
  std::vector<drill::exercise> made{
      {drill::exercise_kind::stop_process, about.nodes.back().name, {}, begin, lasts},
      {drill::exercise_kind::cut_peer, about.nodes.front().name, about.hosts[host].name,
       begin + heals, lasts}};
  // What the story has no room for is left out, and the report says so.
  std::erase_if(made, [&](const auto& one) { return one.at + heals > told.lasts; });
  return made;
}

drill::order look(const std::string& id) {
  drill::order wish;
  wish.what = drill::order::verb::report;
  wish.drill = id;
  return wish;
}

/// Everybody's name, with nothing known of them: a look at a report needs nothing to echo.
answers everybody(const client& asked) {
  answers all;
  for (const auto& node : asked.about().nodes)
    all[node.name];
  return all;
}

drill_reports reports_in(const answers& said) {
  drill_reports all;
  for (const auto& [node, answer] : said)
    if (answer.drilled && answer.drilled->state != drill::drill_state::none)
      all[node] = *answer.drilled;
  return all;
}

drill_summary sum_up(const client& asked, const drill_reports& reports) {
  std::vector<std::string> silent;
  for (const auto& node : asked.about().nodes)
    if (reports.count(node.name) == 0) silent.push_back(node.name);
  return summarise(asked.about(), reports, silent);
}

std::string in_format(const drill_summary& what, const std::string& format) {
  if (format == "json") return as_json(what);
  return format == "html" ? as_html(what) : as_markdown(what);
}

bool keep(const drill_summary& what, const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  for (const auto& [ending, text] :
       {std::pair{".md", as_markdown(what)}, std::pair{".html", as_html(what)},
        std::pair{".json", as_json(what)}}) {
    const auto path = std::filesystem::path{folder} / (what.drill + ending);
    std::ofstream out{path};
    out << text;
    if (!out.flush()) {
      std::cerr << path.string() << ": could not be written\n";
      return false;
    }
  }
  std::cerr << "kept as " << (std::filesystem::path{folder} / what.drill).string()
            << ".md, .html and .json\n";
  return true;
}

exit_status tell(const drill_summary& what, const drill_options& how) {
  std::cout << in_format(what, how.format);
  if (!how.folder.empty() && !keep(what, how.folder)) return exit_status::failed;
  return what.findings.empty() ? exit_status::fine : exit_status::failed;
}

/// Looks at it each second until it is over everywhere. What a node told last stays, should it fall
/// silent: a node that is being stopped is a part of the drill.
drill_reports follow(client& asked, const std::string& id, std::chrono::milliseconds lasts) {
  drill_reports seen;
  auto heard = steady_clock::now();
  const auto end = heard + lasts + lost_limit;
  bool over = false;
  while (!over && steady_clock::now() < end && steady_clock::now() - heard < lost_limit) {
    const auto turn = steady_clock::now() + look_period;
    for (auto& [node, report] :
         reports_in(order_all(asked, everybody(asked), look(id), look_period))) {
      seen[node] = std::move(report);
      heard = steady_clock::now();
    }
    over = !seen.empty();
    for (const auto& [node, report] : seen)
      over = over && report.state != drill::drill_state::running;
    if (!over) std::this_thread::sleep_until(turn);
  }
  return seen;
}

}  // namespace

exit_status run_drill(const access& how, const drill_options& wish) {
  if (!wish.execute.empty()) return execute_drill(how, wish);
  if (wish.story_file.empty() || wish.confirm) {
    std::cerr << "name a story to rehearse, or with --execute hosts to be really stopped\n";
    return exit_status::usage;
  }
  auto opened = open_as_operator(how, "start a drill");
  if (const auto* failed = std::get_if<exit_status>(&opened)) return *failed;
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  const auto story_or = config::load_story(wish.story_file, asked.about());
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&story_or)) {
    std::cerr << config::to_string(*bad) << '\n';
    return exit_status::usage;
  }
  const auto& story = std::get<drill::story>(story_or);
  drill::order order;
  order.what = drill::order::verb::start;
  order.drill = drill_name(wish.story_file);
  order.name = std::filesystem::path{wish.story_file}.filename().string();
  order.story = file_text(wish.story_file);
  order.why = wish.why;
  if (wish.failover) order.exercises = exercises_for(asked.about(), story, order.drill);
  if (const auto why = drill::objection(order, story, asked.about())) {
    std::cerr << wish.story_file << ": " << *why << '\n';
    return exit_status::usage;
  }
  const auto known = ask_all(asked, wish.patience);
  if (known.empty()) {
    std::cerr << "no node could be reached\n";
    return exit_status::not_reachable;
  }
  const auto said = order_all(asked, known, order, wish.patience);
  std::size_t begun = 0;
  for (const auto& [node, answer] : said) {
    std::cerr << node << ": " << answer.text << '\n';
    if (answer.ok) ++begun;
  }
  if (begun < threshold(asked.about())) {
    std::cerr << "the drill has begun at " << begun << " nodes; it needs "
              << threshold(asked.about()) << " that vote\n";
    auto stop = look(order.drill);
    stop.what = drill::order::verb::stop;
    order_all(asked, ask_all(asked, wish.patience), stop, wish.patience);
    return said.empty() ? exit_status::not_reachable : exit_status::refused;
  }
  std::cerr << "drill " << order.drill << " lasts " << in_words(story.lasts)
            << "; `holdover drill stop` ends it\n";
  return tell(sum_up(asked, follow(asked, order.drill, story.lasts)), wish);
}

exit_status report_drill(const access& how, const drill_options& wish) {
  auto opened = client::open(how, false);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  const auto known = ask_all(asked, wish.patience);
  if (known.empty()) {
    std::cerr << "no node could be reached\n";
    return exit_status::not_reachable;
  }
  auto reports = reports_in(order_all(asked, known, look({}), wish.patience));
  if (reports.empty()) {
    std::cerr << "no node has drilled since it started; kept reports are in the folder that was "
                 "named with --keep\n";
    return exit_status::failed;
  }
  // The names of drills sort by time: a node that missed the last one has an older one to tell.
  std::string last;
  for (const auto& [node, report] : reports)
    last = std::max(last, report.drill);
  std::erase_if(reports, [&](const auto& one) { return one.second.drill != last; });
  return tell(sum_up(asked, reports), wish);
}

exit_status stop_drill(const access& how, const drill_options& wish) {
  auto opened = open_as_operator(how, "stop a drill");
  if (const auto* failed = std::get_if<exit_status>(&opened)) return *failed;
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  auto stop = look({});
  stop.what = drill::order::verb::stop;
  stop.why = wish.why;
  const auto said = order_all(asked, ask_all(asked, wish.patience), stop, wish.patience);
  for (const auto& [node, answer] : said)
    std::cout << node << ": "
              << (answer.ok && answer.drilled ? answer.drilled->drill + " is "
                                                    + std::string{to_string(answer.drilled->state)}
                                              : answer.text)
              << '\n';
  return said.empty() ? exit_status::not_reachable : exit_status::fine;
}

}  // namespace holdover::tool
