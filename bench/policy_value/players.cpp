#include "bench/policy_value/players.hpp"

#include "core/policy/plan.hpp"
#include "tools/rehearsal/transcript.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace holdover::bench {

namespace {

constexpr double look_every = 5, final_delay = 5;  // As upsmon does.
constexpr double obeyed_after = 6;                 // The vote and the hold of an agent.

using moments = std::vector<std::optional<double>>;  ///< When each host begins to stop.

score sum_up(const moments& begins, const drawn_outage& o, const course& c) {
  score s;
  s.plays = 1;
  const auto until = c.ends_seconds.value_or(o.length_seconds);
  for (std::size_t i = 0; i < begins.size(); ++i) {
    s.host_minutes += std::min(begins[i].value_or(until), until) / 60;
    if (c.ends_seconds && (!begins[i] || *begins[i] + o.stop_seconds[i] > *c.ends_seconds))
      ++s.crashes;
  }
  return s;
}

template <class Due>
score play_fixed(const drawn_outage& o, const course& c, Due due) {
  moments begins(o.stop_seconds.size());
  for (double at = 0; at < static_cast<double>(c.readings.size()); at += look_every) {
    if (!due(at, c.readings[static_cast<std::size_t>(at)])) continue;
    begins.assign(begins.size(), at + final_delay);
    break;
  }
  return sum_up(begins, o, c);
}

score play_oracle(const arena& of, const drawn_outage& o, const course& c) {
  moments begins(o.stop_seconds.size());
  if (!c.ends_seconds) return sum_up(begins, o, c);
  auto finish = *c.ends_seconds;
  auto host = begins.size();
  for (auto stage = of.stages.rbegin(); stage != of.stages.rend(); ++stage) {
    auto first = finish;
    for (std::size_t i = 0; i < stage->size(); ++i) {
      --host;
      begins[host] = std::max(finish - o.stop_seconds[host], 0.0);
      first = std::min(first, *begins[host]);
    }
    finish = first;
  }
  return sum_up(begins, o, c);
}

// What the rule itself costs: stop times as declared, the order, the margin, and nothing that a
// device could say wrong.
score play_known_end(double margin, const arena& of, const drawn_outage& o, const course& c) {
  auto about = of.about;
  about.observing.runtime_margin = std::chrono::milliseconds{std::lround(margin * 1000)};
  const auto timing = policy::make_plan(about);
  const auto lasts = battery_of(of, o).seconds_left();
  moments begins(o.stop_seconds.size());
  for (host_index i = 0; i < about.hosts.size(); ++i) {
    const auto before_end = std::chrono::duration<double>(
        policy::latest_safe_start(about.hosts[i], timing.hosts[i], about.observing));
    const auto at = std::max(lasts - before_end.count(), 0.0) + obeyed_after;
    if (at < o.length_seconds) begins[i] = at;
  }
  return sum_up(begins, o, c);
}

/// The longest time before empty at which a host may have to begin.
double earliest_start(const site& about) {
  duration all{};
  for (const auto& stage : about.stages) {
    duration slowest{};
    for (const auto host : stage.hosts)
      slowest = std::max(slowest, about.hosts[host].shutdown_time);
    all += slowest;
  }
  return std::chrono::duration<double>(all + about.observing.runtime_margin).count();
}

// No condition rests on time, so nothing happens before the runtime comes near the first latest
// safe start: the play begins a minute before that, and not at all if it never does.
score play_holdover(double margin, bool own_model, const arena& of, const drawn_outage& o,
                    const course& c) {
  auto about = of.about;
  about.observing.runtime_margin = std::chrono::milliseconds{std::lround(margin * 1000)};
  std::vector<double> said;
  std::optional<power::battery_model> model;
  if (own_model) model = learned(of, o);
  for (const auto& r : c.readings) {
    said.push_back(r.said_seconds);
    if (!model) continue;
    const auto own = model->runtime(r.charge_percent, o.load_percent);
    said.back() = std::min(said.back(), std::chrono::duration<double>(*own).count());
  }
  moments begins(about.hosts.size());
  const auto near = earliest_start(about) + 1;
  const auto first = std::find_if(said.begin(), said.end(), [&](double s) { return s <= near; });
  if (first == said.end()) return sum_up(begins, o, c);
  const auto skipped =
      static_cast<std::size_t>(std::max<std::ptrdiff_t>(first - said.begin() - 60, 0));

  rehearsal::transcript unread{{{1, "node"}}};
  rehearsal::whole_site site{about, unread};
  for (host_index i = 0; i < about.hosts.size(); ++i)
    site.takes_to_stop(i, std::chrono::milliseconds{std::lround(o.stop_seconds[i] * 1000)});
  site.pass(20s);
  const auto began = site.now();
  for (auto second = skipped; second < said.size(); ++second) {
    power::observation shown;
    shown.state = power::belief::on_battery;
    shown.charge_percent = c.readings[second].charge_percent;
    shown.load_percent = o.load_percent;
    shown.runtime_left = std::chrono::milliseconds{std::lround(said[second] * 1000)};
    site.ups_shows(0, shown);
    site.pass(1s);
  }
  for (host_index i = 0; i < about.hosts.size(); ++i)
    if (const auto at = site.began_to_stop(i))
      begins[i] = static_cast<double>(skipped) + std::chrono::duration<double>(*at - began).count();
  return sum_up(begins, o, c);
}

}  // namespace

std::string to_string(player who) {
  switch (who) {
    case player::fixed_time:
      return "fixed time";
    case player::low_charge:
      return "low battery by charge";
    case player::low_runtime:
      return "low battery by runtime";
    case player::holdover:
      return "holdover";
    case player::holdover_own_model:
      return "holdover, own model";
    case player::known_end:
      return "holdover, end known";
    case player::oracle:
      return "oracle";
  }
  return "";
}

bool is_fixed_rule(player who) {
  return who == player::fixed_time || who == player::low_charge || who == player::low_runtime;
}

std::vector<double> parameters(player who) {
  switch (who) {
    case player::fixed_time:
      return {1800, 1200, 900, 720, 600, 480, 420, 360, 300,
              240,  210,  180, 150, 120, 90,  60,  30,  15};
    case player::low_charge:
      return {10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90};
    case player::low_runtime:
      return {30,  60,  90,  120, 150, 180, 210, 240, 270,
              300, 360, 420, 480, 540, 600, 720, 900, 1200};
    case player::holdover:
    case player::holdover_own_model:
    case player::known_end:
      return {30, 45, 60, 75, 90, 120, 150, 180, 240, 300};
    case player::oracle:
      break;
  }
  return {0};
}

score judge(player who, double parameter, const arena& of, const drawn_outage& o, const course& c) {
  switch (who) {
    case player::fixed_time:
      return play_fixed(o, c, [=](double at, const reading&) { return at >= parameter; });
    case player::low_charge:
      return play_fixed(o, c,
                        [=](double, const reading& r) { return r.charge_percent <= parameter; });
    case player::low_runtime:
      return play_fixed(o, c,
                        [=](double, const reading& r) { return r.said_seconds <= parameter; });
    case player::holdover:
    case player::holdover_own_model:
      return play_holdover(parameter, who == player::holdover_own_model, of, o, c);
    case player::known_end:
      return play_known_end(parameter, of, o, c);
    case player::oracle:
      break;
  }
  return play_oracle(of, o, c);
}

}  // namespace holdover::bench
