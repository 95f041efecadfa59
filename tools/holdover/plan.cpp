#include "tools/holdover/plan.hpp"

#include "core/policy/timetable.hpp"
#include "core/power/battery_model.hpp"
#include "core/words.hpp"
#include "io/config/duration_text.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/gantt.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/stop_times.hpp"
#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <variant>

namespace holdover::tool {

namespace {

using policy::timetable;
using supplies = std::vector<policy::supply_outlook>;

/// The outage that was asked for, or why it makes no sense.
std::variant<supplies, std::string> outage(const site& about, const plan_options& asked) {
  supplies made(about.upses.size());
  for (const auto& name : asked.upses)
    if (std::none_of(about.upses.begin(), about.upses.end(),
                     [&](const ups_config& ups) { return ups.name == name; }))
      return "the site has no UPS " + name + "; `holdover check` lists what is in the file";
  const auto given = config::parse_duration(asked.runtime);
  if (!asked.runtime.empty() && !given)
    return "--runtime " + asked.runtime + " is no duration; write 20m or 1h30m";
  for (ups_index i = 0; i < about.upses.size(); ++i) {
    const auto& ups = about.upses[i];
    if (!asked.upses.empty()
        && std::find(asked.upses.begin(), asked.upses.end(), ups.name) == asked.upses.end())
      continue;
    power::battery_facts facts;
    facts.rated_runtime = ups.rated_runtime;
    const power::battery_model battery{facts, asked.battery_age_years};
    const auto left = given ? given : battery.runtime(asked.charge_percent, asked.load_percent);
    if (!left)
      return "UPS " + ups.name + " has no rated_runtime in the file: add it, or give --runtime";
    const auto really = static_cast<double>(left->count()) * (1 - asked.margin_percent / 100);
    made[i] = {true, left, asked.charge_percent, asked.battery_low_percent,
               duration{static_cast<duration::rep>(really)}};
  }
  return made;
}

policy::timetable_assumptions assumptions(const site& about) {
  policy::timetable_assumptions assumed;
  assumed.detection = duration::zero();
  for (const auto& ups : about.upses)
    assumed.detection = std::max(assumed.detection, ups.poll_period);
  assumed.reaction = about.votes.period_alert;
  return assumed;
}

std::string time_text(std::optional<duration> at) {
  if (!at) return "-";
  const auto rounded = std::chrono::duration_cast<std::chrono::seconds>(*at);
  return (rounded < 0s ? "-" : "") + in_words(duration{std::chrono::abs(rounded)});
}

/// Host indexes by the moment that they go, those that stay last.
std::vector<host_index> by_time(const timetable& planned) {
  std::vector<host_index> order(planned.hosts.size());
  for (host_index i = 0; i < order.size(); ++i)
    order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](host_index a, host_index b) {
    return planned.hosts[a].ordered.value_or(duration::max())
           < planned.hosts[b].ordered.value_or(duration::max());
  });
  return order;
}

gantt_chart chart_of(const site& about, const timetable& planned) {
  gantt_chart chart;
  chart.title = "Site " + about.name + " on battery";
  chart.ends = planned.ends.value_or(duration{1});
  chart.spans = chart.ends;
  for (const auto index : by_time(planned)) {
    const auto& host = planned.hosts[index];
    if (!host.threatened) continue;
    gantt_row row{about.hosts[index].name, {}};
    const auto end = host.ends.value_or(chart.ends);
    if (!host.ordered) {
      row.bars.push_back({duration{}, end, gantt_bar::kind::waits});
    } else {
      row.bars = {{duration{}, *host.ordered, gantt_bar::kind::waits},
                  {*host.ordered, *host.committed, gantt_bar::kind::holds},
                  {*host.committed, *host.down, gantt_bar::kind::stops}};
      chart.spans = std::max(chart.spans, *host.off);
    }
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

void print_stages(const site& about, const timetable& planned) {
  std::vector<std::vector<std::string>> rows{{"STAGE", "DUE", "BEGINS", "DONE", "SLACK"}};
  for (stage_index i = 0; i < about.stages.size(); ++i) {
    if (about.stages[i].wish) continue;  // It stands for a job, and no outage makes it due.
    const auto& stage = planned.stages[i];
    rows.push_back({about.stages[i].name, time_text(stage.due), time_text(stage.from),
                    time_text(stage.to), time_text(stage.slack)});
  }
  print_table(std::cout, rows);
}

void print_hosts(const site& about, const timetable& planned) {
  std::vector<std::vector<std::string>> rows{
      {"HOST", "STAGE", "GOES", "WHY", "DOWN", "POWER OFF", "LATEST START", "SLACK"}};
  for (const auto index : by_time(planned)) {
    const auto& host = planned.hosts[index];
    const auto& config = about.hosts[index];
    if (!host.threatened) {
      rows.push_back({config.name, "-", "stays up", "enough supplies carry", "-", "-", "-", "-"});
      continue;
    }
    const bool crashes = host.ends && (!host.slack || *host.slack < 0s);
    rows.push_back({config.name, config.stage ? about.stages[*config.stage].name : "-",
                    time_text(host.ordered),
                    spaced(to_string(host.why)) + (host.order_broken ? ", before its turn" : ""),
                    time_text(host.down), time_text(host.off), time_text(host.latest_start),
                    time_text(host.slack) + (crashes ? "  CRASHES" : "")});
  }
  print_table(std::cout, rows);
}

void print_outlets(const site& about, const timetable& planned) {
  std::vector<std::vector<std::string>> rows{{"OUTLET", "OFF", "WHY"}};
  for (outlet_index i = 0; i < about.outlets.size(); ++i)
    if (const auto& outlet = planned.outlets[i]; outlet.off)
      rows.push_back({about.outlets[i].name, time_text(outlet.off), spaced(to_string(outlet.why))});
  if (rows.size() == 1) return;
  std::cout << '\n';
  print_table(std::cout, rows);
}

void print_json(const site& about, const supplies& outage, const timetable& planned) {
  json_stream out;
  out.object([&] {
    out.field("site", about.name);
    out.field("crashes", planned.crashes());
    out.list("ups", [&] {
      for (ups_index i = 0; i < about.upses.size(); ++i)
        out.object([&] {
          out.field("name", about.upses[i].name);
          out.field("fails", outage[i].fails);
          out.field("says_left_seconds", outage[i].says_left);
          out.field("ends_after_seconds", outage[i].ends_after);
        });
    });
    out.list("stages", [&] {
      for (stage_index i = 0; i < about.stages.size(); ++i) {
        if (about.stages[i].wish) continue;
        out.object([&] {
          const auto& stage = planned.stages[i];
          out.field("name", about.stages[i].name);
          out.field("due_seconds", stage.due);
          out.field("begins_seconds", stage.from);
          out.field("done_seconds", stage.to);
          out.field("slack_seconds", stage.slack);
        });
      }
    });
    out.list("hosts", [&] {
      for (const auto index : by_time(planned))
        out.object([&] {
          const auto& host = planned.hosts[index];
          out.field("name", about.hosts[index].name);
          out.field("threatened", host.threatened);
          if (!host.threatened) return;
          out.field("why", to_string(host.why));
          out.field("order_broken", host.order_broken);
          out.field("due_seconds", host.due);
          out.field("ordered_seconds", host.ordered);
          out.field("committed_seconds", host.committed);
          out.field("down_seconds", host.down);
          out.field("off_seconds", host.off);
          out.field("latest_start_seconds", host.latest_start);
          out.field("ends_seconds", host.ends);
          out.field("slack_seconds", host.slack);
        });
    });
    out.list("outlets", [&] {
      for (outlet_index i = 0; i < about.outlets.size(); ++i)
        if (const auto& outlet = planned.outlets[i]; outlet.off)
          out.object([&] {
            out.field("name", about.outlets[i].name);
            out.field("off_seconds", outlet.off);
            out.field("why", to_string(outlet.why));
          });
    });
  });
  std::cout << out.text() << '\n';
}

void print(const site& about, const supplies& outage, const timetable& planned,
           const plan_options& asked) {
  for (ups_index i = 0; i < about.upses.size(); ++i)
    if (outage[i].fails)
      std::cout << "UPS " << about.upses[i].name << " loses its input: it says "
                << time_text(outage[i].says_left) << " left, and is taken to end after "
                << time_text(outage[i].ends_after) << " (" << in_words(asked.margin_percent)
                << " % less)\n";
  std::cout << "\nTimes count from the failure. Load " << in_words(asked.load_percent)
            << " %, charge " << in_words(asked.charge_percent) << " %.\n\n";
  print_stages(about, planned);
  std::cout << '\n';
  print_hosts(about, planned);
  print_outlets(about, planned);
  const auto chart = chart_of(about, planned);
  if (chart.rows.empty()) return;
  std::cout << '\n' << to_text(chart, terminal_columns(), colour_wanted());
}

}  // namespace

exit_status plan(const plan_options& asked) {
  auto loaded = config::load_site(asked.file, keys::sha256);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded)) {
    std::cerr << config::to_string(*problems);
    return exit_status::usage;
  }
  if (!asked.stop_times_file.empty()) {
    const auto measured = read_stop_times(asked.stop_times_file);
    if (const auto* why = std::get_if<std::string>(&measured)) {
      std::cerr << *why << '\n';
      return exit_status::usage;
    }
    for (const auto& text : apply(std::get<stop_times>(measured), std::get<site>(loaded)))
      std::cerr << text << '\n';
  }
  const auto& about = std::get<site>(loaded);
  const auto expected = outage(about, asked);
  if (const auto* why = std::get_if<std::string>(&expected)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  const auto& fails = std::get<supplies>(expected);
  const auto planned =
      policy::make_timetable(about, policy::make_plan(about), fails, assumptions(about));
  if (!asked.svg_file.empty()) {
    std::ofstream file{asked.svg_file};
    file << to_svg(chart_of(about, planned));
    if (!file.flush()) {
      std::cerr << asked.svg_file << " cannot be written\n";
      return exit_status::usage;
    }
  }
  if (asked.json)
    print_json(about, fails, planned);
  else
    print(about, fails, planned, asked);
  return planned.crashes() ? exit_status::failed : exit_status::fine;
}

}  // namespace holdover::tool
