// `holdover drill run --execute`: chosen hosts really shut down, by the votes of the nodes, once
// two operators have said so, and come back. How long they took to stop is kept for the planner.

#include "core/drill/two_persons.hpp"
#include "core/words.hpp"
#include "tools/holdover/drill.hpp"
#include "tools/holdover/hold.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/status.hpp"
#include "tools/holdover/stop_times.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <thread>
#include <utility>

namespace holdover::tool {

namespace {

using std::chrono::steady_clock;

constexpr duration glance = 500ms;
constexpr duration grace = 60s;  // Beyond what hosts are allowed, before one is given up.

struct executed_host {
  const host_config* config = nullptr;
  std::optional<steady_clock::time_point> committed{};
  std::optional<steady_clock::time_point> down{};
  std::optional<steady_clock::time_point> back{};

  std::optional<duration> took() const {
    if (!committed || !down) return std::nullopt;
    return std::chrono::floor<duration>(*down - *committed);
  }
};

/// By the first node that saw it so.
void look_at(const std::map<std::string, operator_answer>& said,
             std::vector<executed_host>& hosts) {
  const auto now = steady_clock::now();
  for (auto& host : hosts)
    for (const auto& [node, answer] : said) {
      if (!answer.status) continue;
      for (const auto& seen : answer.status->policy.hosts) {
        if (seen.name != host.config->name) continue;
        const bool down = seen.state == "down";
        if ((seen.state == "committed" || down) && !host.committed) host.committed = now;
        if (down && !host.down) host.down = now;
        if (host.down && !host.back && seen.state == "running") host.back = now;
      }
    }
}

/// Looks until it holds of all, or the time is over.
template <class Holds>
bool wait_until(client& asked, std::vector<executed_host>& hosts, duration bound, Holds holds) {
  const auto end = steady_clock::now() + bound;
  for (;;) {
    look_at(ask_all(asked, glance), hosts);
    if (std::all_of(hosts.begin(), hosts.end(), holds)) return true;
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(glance);
  }
}

std::string today() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  char text[32] = "-";
  if (::gmtime_r(&now, &parts) != nullptr) std::strftime(text, sizeof text, "%FT%TZ", &parts);
  return text;
}

std::string in_json(const std::vector<executed_host>& hosts) {
  json_stream out;
  out.object([&] {
    out.list("hosts", [&] {
      for (const auto& host : hosts)
        out.object([&] {
          out.field("host", host.config->name);
          out.field("committed", host.committed.has_value());
          out.field("stopped_in", host.took());
          out.field("allowed", host.config->shutdown_time);
          if (const auto took = host.took())
            out.field("advised_shutdown_time", advised_shutdown_time({*took}));
          out.field("back", host.back.has_value());
        });
    });
  });
  return out.text() + '\n';
}

std::string in_text(const executed_host& host) {
  const auto took = host.took();
  if (!host.committed) return host.config->name + ": did not commit";
  if (!took)
    return host.config->name + ": committed, and was not seen down within "
           + in_words(host.config->shutdown_time + grace);
  return host.config->name + ": down " + in_words(*took) + " after it committed, of "
         + in_words(host.config->shutdown_time) + " that it is allowed"
         + (*took > host.config->shutdown_time ? ": TOO LONG" : "")
         + (host.back ? "; it is back" : "; it is NOT BACK");
}

exit_status keep_times(const std::vector<executed_host>& hosts, const std::string& folder) {
  if (folder.empty()) return exit_status::fine;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto path = (std::filesystem::path{folder} / "stop_times").string();
  for (const auto& host : hosts)
    if (const auto took = host.took())
      if (const auto why = add_stop_time(path, host.config->name, *took, today())) {
        std::cerr << *why << '\n';
        return exit_status::failed;
      }
  std::cerr << "kept in " << path << "; `holdover plan --stop-times " << path
            << "` plans with it\n";
  return exit_status::fine;
}

/// The hosts, or what is wrong with their names.
std::variant<std::vector<executed_host>, std::string> chosen(
    const site& about, const std::vector<std::string>& names) {
  std::vector<executed_host> hosts;
  for (const auto& name : names) {
    const auto host = std::find_if(about.hosts.begin(), about.hosts.end(),
                                   [&](const auto& one) { return one.name == name; });
    const auto wish = name + std::string{drill::execution_suffix};
    const bool may = std::any_of(about.switches.begin(), about.switches.end(),
                                 [&](const auto& one) { return one.name == wish; });
    if (host == about.hosts.end()) return "no host is called '" + name + "'";
    if (!may)
      return "'" + name + "' is not among `drills.execute` of the site file, so no drill stops it";
    hosts.push_back({&*host});
  }
  return hosts;
}

}  // namespace

exit_status execute_drill(const access& how, const drill_options& wish) {
  auto opened = open_as_operator(how, "execute a drill");
  if (const auto* failed = std::get_if<exit_status>(&opened)) return *failed;
  auto& asked = *std::get<std::unique_ptr<client>>(opened);
  auto chosen_or = chosen(asked.about(), wish.execute);
  if (const auto* why = std::get_if<std::string>(&chosen_or)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  auto& hosts = std::get<std::vector<executed_host>>(chosen_or);
  hold_command order;
  order.why = wish.why;
  duration stops{}, boots{};
  for (const auto& host : hosts) {
    order.hosts.push_back(host.config->name + std::string{drill::execution_suffix});
    stops = std::max(stops, host.config->hold + host.config->shutdown_time);
    boots = std::max(boots, 2 * host.config->boot_time);
  }
  order.lasts = stops + grace;
  const auto said = send_hold(how, order, wish.patience);
  if (!wish.confirm || said != exit_status::fine) return said;
  wait_until(asked, hosts, stops + grace, [](const auto& host) { return host.down.has_value(); });
  order.lasts = duration::zero();
  send_hold(how, order, wish.patience);
  wait_until(asked, hosts, boots + asked.about().restore.mains_stable + grace,
             [](const auto& host) { return host.back.has_value() || !host.down; });
  if (wish.format == "json") std::cout << in_json(hosts);
  bool good = true;
  for (const auto& host : hosts) {
    if (wish.format != "json") std::cout << in_text(host) << '\n';
    good = good && host.back && host.took() <= host.config->shutdown_time;
  }
  const auto kept = keep_times(hosts, wish.folder);
  return good ? kept : exit_status::failed;
}

}  // namespace holdover::tool
