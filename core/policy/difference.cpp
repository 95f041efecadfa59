#include "core/policy/difference.hpp"

#include "core/jobs/job_words.hpp"
#include "core/policy/condition_words.hpp"
#include "core/policy/plan.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace holdover::policy {

namespace {

/// What can be said of one subject: aspect -> words. In order, so that two can be compared.
using aspects = std::map<std::string, std::string>;
/// Of all subjects of a kind, by name.
using picture = std::map<std::string, aspects>;

std::string quoted(const std::string& name) {
  return '"' + name + '"';
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const auto& part : parts)
    out += (out.empty() ? "" : std::string{between}) + part;
  return out;
}

std::string sorted_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names.empty() ? "nobody" : joined(names, ", ");
}

std::string percent_words(double value) {
  return in_words(value) + " %";
}

/// "on battery for 5 min or runtime below 10 min".
std::string in_words(const trigger& when) {
  std::vector<std::string> parts;
  if (when.on_battery_for)
    parts.push_back("on battery for " + holdover::in_words(*when.on_battery_for));
  if (when.runtime_below)
    parts.push_back("runtime below " + holdover::in_words(*when.runtime_below));
  if (when.charge_below_percent)
    parts.push_back("charge below " + percent_words(*when.charge_below_percent));
  if (when.battery_low) parts.push_back("battery low");
  return parts.empty() ? "never" : joined(parts, " or ");
}

/// Whichever of two conditions comes first.
template <class Value, class Sooner>
void take_sooner(std::optional<Value>& best, const std::optional<Value>& other, Sooner sooner) {
  if (other && (!best || sooner(*other, *best))) best = other;
}

// A host is due with its own stage and with each one after it (site_decide.cpp), so what counts is
// the soonest of each kind; what comes later than another of its kind changes nothing.
std::string due_words(const site& s, const host_config& host) {
  if (!host.stage) return "only when its battery leaves no more time";
  trigger soonest;
  for (stage_index i = *host.stage; i < s.stages.size(); ++i) {
    const auto& when = s.stages[i].when;
    take_sooner(soonest.on_battery_for, when.on_battery_for, std::less<>{});
    take_sooner(soonest.runtime_below, when.runtime_below, std::greater<>{});
    take_sooner(soonest.charge_below_percent, when.charge_below_percent, std::greater<>{});
    soonest.battery_low = soonest.battery_low || when.battery_low;
  }
  return in_words(soonest);
}

// Something that a stage does beside: as long as it is due, or with any stage after it.
std::string due_words(const site& s, std::size_t stage) {
  host_config as_if;
  as_if.stage = static_cast<stage_index>(stage);
  return due_words(s, as_if);
}

std::string source_of(const site& s, const supply_config& supply) {
  const auto ups = supply.ups < s.upses.size() ? s.upses[supply.ups].name : "mains";
  if (!supply.outlet) return ups;
  return s.outlets[*supply.outlet].name + " (" + ups + ")";
}

std::string sources_of(const site& s, const std::vector<supply_config>& supplies) {
  std::vector<std::string> names;
  for (const auto& supply : supplies)
    names.push_back(source_of(s, supply));
  std::sort(names.begin(), names.end());
  return joined(names, ", ");
}

std::string address_words(const device_address& a) {
  std::string out = a.driver + ' ' + a.host;
  if (a.port != 0) out += ':' + std::to_string(a.port);
  if (!a.unit.empty()) out += ' ' + a.unit;
  if (!a.version.empty()) out += " version " + a.version;
  if (!a.credentials.empty()) out += " with " + a.credentials;
  return out;
}

/// How long the stages wait for a host: the timeout of its own.
std::string waits_words(const site& s, const plan& made, const host_plan& timing) {
  std::vector<std::string> names;
  auto before = timing.earlier;
  before.insert(before.end(), timing.outlived.begin(), timing.outlived.end());
  for (const auto index : before) {
    const auto step = made.hosts[index].step;
    if (step)
      names.push_back(s.hosts[index].name + " (" + holdover::in_words(s.stages[*step].timeout)
                      + ")");
  }
  return sorted_names(std::move(names));
}

picture picture_of_hosts(const site& s, const plan& made) {
  picture all;
  for (std::size_t i = 0; i < s.hosts.size(); ++i) {
    const auto& host = s.hosts[i];
    auto& about = all[host.name];
    about["goes"] = due_words(s, host);
    about["waits at most for"] = waits_words(s, made, made.hosts[i]);
    about["latest safe start before empty"] =
        holdover::in_words(latest_safe_start(host, made.hosts[i], s.observing));
    about["supplies"] = sources_of(s, host.supplies);
    about["needs"] = std::to_string(host.needed) + " of " + std::to_string(host.supplies.size());
    about["shutdown time"] = holdover::in_words(host.shutdown_time);
    about["boot time"] = holdover::in_words(host.boot_time);
    about["power off delay"] = holdover::in_words(host.power_off_delay);
    about["hold"] = holdover::in_words(host.hold);
    about["stands by until mains are back"] = host.stands_by ? "yes" : "no";
    about["woken at"] = host.wake_address.value_or("no address");
    about["in a dispute about its power"] =
        host.holds_in_dispute ? "is left alone" : "goes at its latest safe start";
    about["sheds load"] = "never";
    std::vector<std::string> needs_running;
    for (const auto other : host.depends_on)
      needs_running.push_back(s.hosts[other].name);
    about["depends on"] = sorted_names(std::move(needs_running));
    about["declared load"] = holdover::in_words(host.load_watts) + " W";
    for (const auto stage : made.hosts[i].conditional)
      about["obeys stage " + s.stages[stage].name] = words_of(s, *s.stages[stage].condition);
  }
  for (std::size_t j = 0; j < s.stages.size(); ++j) {
    for (const auto host : s.stages[j].shed_hosts) {
      auto& words = all[s.hosts[host].name]["sheds load"];
      if (words == "never") words = due_words(s, j);
    }
    for (const auto& command : s.stages[j].commands) {
      auto what = "is told " + command.action;
      if (!command.text.empty()) what += " " + quoted(command.text);
      all[s.hosts[command.host].name][what] = due_words(s, j);
    }
  }
  return all;
}

picture picture_of_outlets(const site& s, const plan& made) {
  picture all;
  for (std::size_t i = 0; i < s.outlets.size(); ++i) {
    const auto& outlet = s.outlets[i];
    auto& about = all[outlet.name];
    std::vector<std::string> hosts;
    for (const auto host : outlet.feeds)
      hosts.push_back(s.hosts[host].name);
    const auto& plan = made.outlets[i];
    for (const auto stage : plan.conditional)
      about["obeys stage " + s.stages[stage].name] = words_of(s, *s.stages[stage].condition);
    about["is shed"] = plan.shed_in ? due_words(s, *plan.shed_in) : "never";
    about["feeds"] = sorted_names(std::move(hosts));
    about["fed by"] = plan.ups ? s.upses[*plan.ups].name : "mains";
    about["is"] = "outlet " + std::to_string(outlet.number) + " of " + s.units[outlet.unit].name;
    about["priority"] = outlet.priority == 0 ? "none" : std::to_string(outlet.priority);
    about["declared load"] = holdover::in_words(outlet.load_watts) + " W";
    about["minimum off"] = holdover::in_words(outlet.minimum_off);
    const auto& unit = s.units[outlet.unit];
    if (unit.output_of)
      about["goes off"] = "after " + holdover::in_words(unit.off_delay) + ", and "
                          + (unit.stays_off ? "stays off" : "may return by itself with mains");
  }
  return all;
}

picture picture_of_devices(const site& s) {
  picture all;
  for (const auto& ups : s.upses) {
    auto& about = all["ups " + ups.name];
    about["read at"] = address_words(ups.address);
    about["read every"] = holdover::in_words(ups.poll_period) + ", in an alert "
                          + holdover::in_words(ups.alert_poll_period);
    about["rated runtime"] =
        ups.rated_runtime ? holdover::in_words(*ups.rated_runtime) : "not given";
    about["independence group"] =
        ups.independence_group.empty() ? ups.name : ups.independence_group;
    std::vector<std::string> paths;
    for (const auto& path : ups.paths)
      paths.push_back(path.group + ": " + address_words(path.address));
    about["seen besides by"] = sorted_names(std::move(paths));
  }
  for (const auto& unit : s.units) {
    auto& about = all["unit " + unit.name];
    about["read at"] = address_words(unit.address);
    about["read every"] = holdover::in_words(unit.poll_period);
  }
  for (const auto& sensor : s.sensors) {
    auto& about = all["sensor " + sensor.name];
    const auto limit = [](const std::optional<double>& value) {
      return value ? holdover::in_words(*value) : std::string{"none"};
    };
    about["read at"] = address_words(sensor.address) + " channel " + sensor.channel;
    about["read every"] = holdover::in_words(sensor.poll_period);
    about["pre-alarms"] =
        "below " + limit(sensor.pre_alarm_low) + ", above " + limit(sensor.pre_alarm_high);
    about["alarms"] = "below " + limit(sensor.alarm_low) + ", above " + limit(sensor.alarm_high)
                      + ", hysteresis " + holdover::in_words(sensor.hysteresis);
  }
  return all;
}

picture picture_of_jobs(const site& s) {
  picture all;
  for (const auto& job : s.jobs) {
    auto& about = all[job.name];
    about["called by"] = jobs::called_words(job);
    about["acts"] = jobs::timing_words(s, job);
    about["does"] = jobs::action_words(s, job.actions);
    about["does when over"] = jobs::action_words(s, job.when_over);
  }
  return all;
}

picture picture_of_nodes(const site& s) {
  picture all;
  for (const auto& node : s.nodes) {
    auto& about = all[node.name];
    about["number"] = std::to_string(node.number);
    about["addresses"] = node.control_endpoint + ", " + node.events_endpoint;
  }
  return all;
}

std::string silent_words(silent_supply_rule rule) {
  switch (rule) {
    case silent_supply_rule::ignore:
      return "for nothing";
    case silent_supply_rule::as_last_seen:
      return "as last seen";
    case silent_supply_rule::as_lost:
      return "as lost";
  }
  return "unknown";
}

std::string generator_words(const site& s, const generator_config& generator) {
  std::string out = generator.contact ? "told by " + s.sensors[*generator.contact].name : "";
  if (generator.ups_says) out += out.empty() ? "told by a UPS" : " or a UPS";
  out += ", holds stages for " + holdover::in_words(generator.hold) + ", a start each "
         + holdover::in_words(generator.stagger);
  if (generator.capacity_watts)
    out += ", carries " + holdover::in_words(*generator.capacity_watts) + " W";
  return out;
}

aspects rules_of(const site& s) {
  const auto& v = s.votes;
  const auto& o = s.observing;
  const auto& r = s.restore;
  aspects all;
  all["site"] = s.name;
  all["lab"] = s.lab ? "yes" : "no";
  if (s.mail)
    all["mails go by"] = s.mail->host + ':' + std::to_string(s.mail->port) + ", tls " + s.mail->tls
                         + ", from " + s.mail->from + ", at most "
                         + std::to_string(s.mail->per_hour) + " an hour";
  all["quorum"] = std::to_string(threshold(s)) + " of " + std::to_string(s.nodes.size()) + " nodes";
  const auto time = [&](const char* name, duration value) {
    all[name] = holdover::in_words(value);
  };
  time("votes: period in an alert", v.period_alert);
  time("votes: period in calm", v.period_calm);
  time("votes: time to live", v.time_to_live);
  time("votes: able within", v.able_within);
  time("votes: single witness", v.single_witness);
  time("votes: clear after", v.clear_after);
  time("votes: fallback reserve", v.fallback_reserve);
  time("votes: fallback floor low", v.fallback_floor_low);
  time("votes: fallback floor high", v.fallback_floor_high);
  all["observing: fresh periods"] = std::to_string(o.fresh_periods);
  all["observing: blind periods"] = std::to_string(o.blind_periods);
  time("observing: blind floor", o.blind_floor);
  time("observing: episode end", o.episode_end);
  time("observing: late cancel", o.late_cancel);
  time("observing: runtime margin", o.runtime_margin);
  all["observing: a silent supply counts"] = silent_words(o.silent_supply);
  time("restore: mains stable", r.mains_stable);
  all["restore: charge at least"] = percent_words(r.charge_minimum_percent);
  time("restore: stagger", r.stagger);
  time("restore: charge unknown after", r.charge_unknown_after);
  all["time zone"] = s.windows.empty() ? "of no meaning" : s.time_zone;
  all["nominal voltage"] = holdover::in_words(s.nominal_volts) + " V";
  all["generator"] = s.generator ? generator_words(s, *s.generator) : "none";
  return all;
}

std::map<std::string, std::string> in_one_text(const picture& all) {
  std::map<std::string, std::string> out;
  for (const auto& [name, about] : all)
    for (const auto& [what, words] : about)
      out[name] += what + ": " + words + '\n';
  return out;
}

/// Gathers subjects that change alike under one difference.
class gathering {
public:
  void add(const std::string& kind, const std::string& subject, difference what) {
    for (auto& known : found_)
      if (known.kind == kind && known.what == what.what && known.before == what.before
          && known.after == what.after) {
        known.subjects.push_back(subject);
        return;
      }
    what.kind = kind;
    if (!subject.empty()) what.subjects.push_back(subject);
    found_.push_back(std::move(what));
  }

  void compare(const std::string& kind, const std::string& subject, const aspects& before,
               const aspects& after) {
    for (const auto& [what, words] : before) {
      const auto now = after.find(what);
      if (now == after.end())
        add(kind, subject, {{}, {}, what, words, {}});
      else if (now->second != words)
        add(kind, subject, {{}, {}, what, words, now->second});
    }
    for (const auto& [what, words] : after)
      if (!before.contains(what)) add(kind, subject, {{}, {}, what, {}, words});
  }

  // Who comes or goes is told with the one aspect that matters most.
  void compare(const std::string& kind, const std::string& main, const picture& before,
               const picture& after) {
    for (const auto& [name, about] : before) {
      const auto now = after.find(name);
      if (now == after.end())
        add(kind, name, {{}, {}, "is no longer there", about.at(main), {}});
      else
        compare(kind, name, about, now->second);
    }
    for (const auto& [name, about] : after)
      if (!before.contains(name)) add(kind, name, {{}, {}, "is new", {}, about.at(main)});
  }

  std::vector<difference> take() { return std::move(found_); }

private:
  std::vector<difference> found_;
};

}  // namespace

std::vector<difference> differences(const site& before, const site& after) {
  const auto old_plan = make_plan(before);
  const auto new_plan = make_plan(after);
  gathering found;
  found.compare("site", "", rules_of(before), rules_of(after));
  found.compare("node", "number", picture_of_nodes(before), picture_of_nodes(after));
  found.compare("device", "read at", picture_of_devices(before), picture_of_devices(after));
  found.compare("host", "goes", picture_of_hosts(before, old_plan),
                picture_of_hosts(after, new_plan));
  found.compare("outlet", "is shed", picture_of_outlets(before, old_plan),
                picture_of_outlets(after, new_plan));
  found.compare("job", "called by", picture_of_jobs(before), picture_of_jobs(after));
  return found.take();
}

std::map<std::string, std::string> treatment_of_hosts(const site& s) {
  return in_one_text(picture_of_hosts(s, make_plan(s)));
}

std::map<std::string, std::string> treatment_of_outlets(const site& s) {
  return in_one_text(picture_of_outlets(s, make_plan(s)));
}

std::string to_string(const difference& one) {
  std::string out = one.kind;
  for (std::size_t i = 0; i < one.subjects.size(); ++i)
    out += (i == 0 ? " " : ", ") + one.subjects[i];
  out += ": " + one.what;
  if (!one.before.empty() && !one.after.empty())
    out += ": " + one.before + "  ->  " + one.after;
  else if (!one.before.empty() || !one.after.empty())
    out += ": " + (one.before.empty() ? one.after : one.before);
  return out;
}

}  // namespace holdover::policy
