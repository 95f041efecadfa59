// Jobs of a site file, and what they may wish: each wish becomes a stage with one condition, behind
// all those of the file, so that it is decided and voted on like everything else.

#include "core/jobs/calendar.hpp"
#include "core/jobs/machine.hpp"
#include "core/jobs/signals.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include <algorithm>
#include <limits>

namespace holdover::config {

namespace {

using jobs::action_config;
using jobs::action_kind;
using jobs::job_config;
using jobs::wish_config;
using jobs::wish_kind;

std::vector<std::string> as_strings(const std::vector<std::string_view>& words) {
  return {words.begin(), words.end()};
}

class job_builder {
public:
  job_builder(document& file, site& out, const site_names& names)
      : file_(file), out_(out), names_(names) {}

  void build(const v1::Job&, const std::string& path);

private:
  void load_event(const v1::JobEvent&, const std::string& path);
  void take_event(jobs::origin, const std::string& subject, const index* known,
                  const std::string& key);
  void load_schedule(const v1::JobSchedule&, const std::string& path);
  void load_timing(const v1::Job&, const std::string& path);
  void add_action(const v1::JobAction&, const std::string& path, std::vector<action_config>& to);
  void load_mail(const v1::JobMail&, const std::string& path, action_config&);
  void load_program(const v1::JobProgram&, const std::string& path, action_config&);
  void load_command(const v1::HostCommand&, const std::string& path, action_config&);
  void load_hosts(const google::protobuf::RepeatedPtrField<std::string>&, const std::string& path,
                  action_config&);
  void load_outlets(const google::protobuf::RepeatedPtrField<std::string>&, const std::string& path,
                    action_config&);
  void add_wish(action_config&, wish_config);
  void check_text(const std::string& text, const std::string& path);

  document& file_;
  site& out_;
  const site_names& names_;
  job_config job_;
  std::string path_;
};

/// The stage that stands for a wish.
void add_stage(const wish_config& wish, const std::string& path, site& out) {
  const auto which = static_cast<wish_index>(out.wishes.size() - 1);
  if (wish.kind == wish_kind::output_on) return;  // A lamp has no stage: see decide_output().
  stage_config stage;
  stage.name = "job: " + wish.name;
  stage.wish = which;
  stage.path = path;
  condition_node node;
  node.kind = condition_kind::job_wish;
  node.subject = which;
  node.path = path;
  node.parent = static_cast<condition_index>(out.conditions.size());
  stage.condition = condition_tree{node.parent, node.parent};
  out.conditions.push_back(node);
  if (wish.kind == wish_kind::command) {
    stage.commands.push_back({wish.subject, wish.action, wish.text});
  } else if (wish.kind == wish_kind::outlet_off) {
    stage.shed.push_back(wish.subject);
  } else {
    stage.hosts.push_back(wish.subject);
    const auto& host = out.hosts[wish.subject];
    stage.timeout = std::max(stage.timeout, host.hold + host.shutdown_time + host.power_off_delay);
  }
  out.stages.push_back(std::move(stage));
}

void job_builder::add_wish(action_config& action, wish_config wish) {
  const auto known = std::find(out_.wishes.begin(), out_.wishes.end(), wish);
  action.wishes.push_back(static_cast<wish_index>(known - out_.wishes.begin()));
  if (known != out_.wishes.end()) return;
  out_.wishes.push_back(std::move(wish));
  add_stage(out_.wishes.back(), path_, out_);
}

void job_builder::check_text(const std::string& text, const std::string& path) {
  const auto bad = jobs::unknown_placeholder(text);
  if (!bad) return;
  const auto known = as_strings(jobs::placeholders());
  file_.error(path, "has {" + *bad + "}, which is no placeholder" + suggestion(*bad, known));
}

void job_builder::take_event(jobs::origin from, const std::string& subject, const index* known,
                             const std::string& key) {
  const auto path = path_ + ".on." + key;
  const bool any = subject == "any" && (known == nullptr || !known->knows(subject));
  if (!any && known != nullptr) known->find(subject, path, file_);
  job_.on = jobs::event_source{from, any ? std::string{} : subject, job_.on->what};
}

void job_builder::load_event(const v1::JobEvent& in, const std::string& path) {
  job_.on = jobs::event_source{jobs::origin::incident, {}, "open"};
  index nodes{"nodes", "node"};
  for (const auto& node : out_.nodes)
    nodes.add(node.name);
  struct choice_of {
    const std::string& name;
    jobs::origin from;
    const index* known;
    const char* key;
  };
  const choice_of choices[] = {{in.ups(), jobs::origin::ups, &names_.upses, "ups"},
                               {in.sensor(), jobs::origin::sensor, &names_.sensors, "sensor"},
                               {in.outlet(), jobs::origin::outlet, &names_.outlets, "outlet"},
                               {in.host(), jobs::origin::host, &names_.hosts, "host"},
                               {in.alarm(), jobs::origin::alarm, nullptr, "alarm"},
                               {in.node(), jobs::origin::node, &nodes, "node"}};
  int given = 0;
  for (const auto& one : choices) {
    if (one.name.empty()) continue;
    ++given;
    take_event(one.from, one.name, one.known, one.key);
  }
  file_.require(path + ".event", !in.event().empty());
  if (given == 0 && in.event() == "incident") return;
  if (given != 1) {
    if (!file_.touched(path))
      file_.error(path,
                  "choose one: ups, sensor, outlet, host, alarm or node, by name or any; or "
                  "event: incident alone");
    return;
  }
  const auto known = as_strings(jobs::words_of(job_.on->from));
  job_.on->what = in.event();
  if (std::find(known.begin(), known.end(), in.event()) == known.end() && !in.event().empty())
    file_.error(path + ".event", "unknown event " + in_quotes(in.event()) + " of a "
                                     + std::string{to_string(job_.on->from)}
                                     + suggestion(in.event(), known));
}

void job_builder::load_schedule(const v1::JobSchedule& in, const std::string& path) {
  jobs::schedule at;
  file_.require(path + ".time", !in.time().empty());
  if (const auto minute = minute_of_day(in.time()); minute && *minute < 24 * 60)
    at.minute = *minute;
  else if (!in.time().empty())
    file_.error(path + ".time",
                "must be a time of day such as \"22:00\", not " + in_quotes(in.time()));
  if (in.days_size() == 0) at.days.fill(true);
  for (int i = 0; i < in.days_size(); ++i) {
    if (in.days(i) == "special_days")
      at.special_days = true;
    else
      set_days(in.days(i), path + '.' + config::at("days", i), file_, at.days, {"special_days"});
  }
  if (!in.date().empty()) {
    at.date = jobs::parse_date(in.date());
    if (!at.date)
      file_.error(path + ".date",
                  "must be a date such as \"2026-12-24\", not " + in_quotes(in.date()));
    if (in.days_size() > 0)
      file_.error(path + ".date", "stands beside days: a date is once, days are each week; choose");
  }
  if (!in.missed().empty() && in.missed() != "skip" && in.missed() != "run")
    file_.error(path + ".missed", "must be skip or run, not " + in_quotes(in.missed()));
  at.run_missed = in.missed() == "run";
  take(at.missed_within, in.has_missed_within(), in.missed_within());
  job_.at = at;
}

void job_builder::load_timing(const v1::Job& in, const std::string& path) {
  auto& when = job_.when;
  take(when.after, in.has_after(), in.after());
  if (in.has_every()) when.every = to_duration(in.every());
  if (in.has_on_battery_for()) when.on_battery_for = to_duration(in.on_battery_for());
  if (in.has_runtime_below()) when.runtime_below = to_duration(in.runtime_below());
  if (!in.ups().empty()) when.ups = names_.upses.find(in.ups(), path + ".ups", file_);
  take(when.over_after, in.has_over_after(), in.over_after());
  if (!job_.at) return;
  for (const auto* key :
       {"after", "every", "on_battery_for", "runtime_below", "ups", "over_after", "when_over"})
    if (file_.given(path + '.' + key))
      file_.error(
          path + '.' + key,
          "has no meaning for a schedule, which is a moment: use an event, or a second job");
}

void job_builder::load_mail(const v1::JobMail& in, const std::string& path, action_config& action) {
  action.kind = action_kind::mail;
  action.subject = in.subject();
  action.text = in.text();
  action.to = {in.to().begin(), in.to().end()};
  if (!out_.mail)
    file_.error(path, "is sent by nobody: give `mail` with the server that takes mails");
  else if (action.to.empty())
    action.to = out_.mail->to;
  check_text(in.subject(), path + ".subject");
}

void job_builder::load_program(const v1::JobProgram& in, const std::string& path,
                               action_config& action) {
  action.kind = action_kind::program;
  action.text = in.text();
  action.program = in.name();
  file_.require(path + ".name", !in.name().empty());
  index known{"nodes", "node"};
  for (const auto& node : out_.nodes)
    known.add(node.name);
  for (int i = 0; i < in.nodes_size(); ++i) {
    const auto found = known.find(in.nodes(i), path + '.' + config::at("nodes", i), file_);
    if (found < out_.nodes.size()) action.nodes.push_back(out_.nodes[found].number);
  }
}

void job_builder::load_command(const v1::HostCommand& in, const std::string& path,
                               action_config& action) {
  action.kind = action_kind::command;
  action.text = in.text();
  file_.require(path + ".action", !in.action().empty());
  if (in.action() == "message") file_.require(path + ".text", !in.text().empty());
  for (const auto host : names_.hosts_of(in.host(), path + ".host", file_))
    if (host < out_.hosts.size())
      add_wish(action, {wish_kind::command, host, in.action(), in.text(),
                        job_.name + ' ' + in.action() + " on " + out_.hosts[host].name});
}

// Started again is whoever a job wished down for any reason.
void job_builder::load_hosts(const google::protobuf::RepeatedPtrField<std::string>& in,
                             const std::string& path, action_config& action) {
  const bool power = job_.on && jobs::is_about_power(*job_.on);
  const bool ends = action.kind == action_kind::start;
  for (int i = 0; i < in.size(); ++i)
    for (const auto host : names_.hosts_of(in[i], config::at(path, i), file_)) {
      if (host >= out_.hosts.size()) continue;
      const auto& name = out_.hosts[host].name;
      if (ends || !power) add_wish(action, {wish_kind::host_down, host, {}, {}, name + " down"});
      if (ends || power)
        add_wish(action,
                 {wish_kind::host_down_in_outage, host, {}, {}, name + " down in an outage"});
    }
}

void job_builder::load_outlets(const google::protobuf::RepeatedPtrField<std::string>& in,
                               const std::string& path, action_config& action) {
  for (int i = 0; i < in.size(); ++i) {
    const auto outlet = names_.outlets.find(in[i], config::at(path, i), file_);
    if (outlet >= out_.outlets.size()) continue;
    const auto& config = out_.outlets[outlet];
    if (config.output)
      add_wish(action, {wish_kind::output_on, outlet, {}, {}, config.name + " on"});
    else
      add_wish(action, {wish_kind::outlet_off, outlet, {}, {}, config.name + " off"});
  }
}

void job_builder::add_action(const v1::JobAction& in, const std::string& path,
                             std::vector<action_config>& to) {
  action_config action;
  const int given = (in.log().empty() ? 0 : 1) + in.has_mail() + in.has_program() + in.has_command()
                    + (in.shut_down_size() > 0) + (in.start_size() > 0) + (in.switch_off_size() > 0)
                    + (in.switch_on_size() > 0);
  if (given != 1) {
    if (!file_.touched(path))
      file_.error(path,
                  "choose one: log, mail, program, command, shut_down, start, switch_off or "
                  "switch_on");
    return;
  }
  if (!in.log().empty()) action.text = in.log();
  if (in.has_mail()) load_mail(in.mail(), path + ".mail", action);
  if (in.has_program()) load_program(in.program(), path + ".program", action);
  if (in.has_command()) load_command(in.command(), path + ".command", action);
  const auto by_votes = [&](action_kind kind, const auto& names, const char* key, bool hosts) {
    if (names.empty()) return;
    action.kind = kind;
    const auto here = path + '.' + key;
    hosts ? load_hosts(names, here, action) : load_outlets(names, here, action);
  };
  by_votes(action_kind::shut_down, in.shut_down(), "shut_down", true);
  by_votes(action_kind::start, in.start(), "start", true);
  by_votes(action_kind::switch_off, in.switch_off(), "switch_off", false);
  by_votes(action_kind::switch_on, in.switch_on(), "switch_on", false);
  if (action.kind != action_kind::command)
    check_text(action.text, path
                                + (in.has_mail()      ? ".mail.text"
                                   : in.has_program() ? ".program.text"
                                                      : ".log"));
  to.push_back(std::move(action));
}

void job_builder::build(const v1::Job& in, const std::string& path) {
  job_ = {};
  path_ = path;
  job_.name = in.name();
  if (in.has_on() == in.has_at() && !file_.touched(path))
    file_.error(path, "choose one: on, for an event, or at, for the calendar");
  if (in.has_on()) load_event(in.on(), path + ".on");
  if (in.has_at()) load_schedule(in.at(), path + ".at");
  load_timing(in, path);
  for (int i = 0; i < in.do__size(); ++i)
    add_action(in.do_(i), path + '.' + config::at("do", i), job_.actions);
  for (int i = 0; i < in.when_over_size(); ++i)
    add_action(in.when_over(i), path + '.' + config::at("when_over", i), job_.when_over);
  out_.jobs.push_back(std::move(job_));
}

void load_mail_server(const v1::Mail& in, document& file, site& out) {
  jobs::mail_config mail;
  file.require("mail.host", !in.host().empty());
  file.require("mail.from", !in.from().empty());
  mail.host = in.host();
  if (!in.tls().empty()) mail.tls = in.tls();
  const std::vector<std::string> known{"starttls", "tls", "none"};
  if (std::find(known.begin(), known.end(), mail.tls) == known.end())
    file.error("mail.tls", "must be " + choice(known) + ", not " + in_quotes(mail.tls)
                               + did_you_mean(mail.tls, known));
  mail.port = mail.tls == "tls" ? 465 : mail.tls == "none" ? 25 : 587;
  if (in.port() > std::numeric_limits<std::uint16_t>::max())
    file.error("mail.port", std::to_string(in.port()) + " is no port: give 1 to 65535");
  else if (in.port() != 0)
    mail.port = static_cast<std::uint16_t>(in.port());
  mail.from = in.from();
  mail.to = {in.to().begin(), in.to().end()};
  mail.credentials = credentials(in.credentials(), "mail.credentials", file);
  if (!in.ca_file().empty()) mail.ca_file = file.resolve(in.ca_file());
  if (in.per_hour() != 0) mail.per_hour = in.per_hour();
  out.mail = std::move(mail);
}

}  // namespace

// An operator's switch and a stage for each output: so an order is what each node takes into its
// votes, with the interlock, the executor and the way back of every other outlet.
void load_output_orders(site& out) {
  for (outlet_index i = 0; i < out.outlets.size(); ++i) {
    auto& unit = out.units[out.outlets[i].unit];
    if (!unit.output_of || unit.off_switch || out.outlets[i].number != 1) continue;
    const auto name = out.upses[*unit.output_of].name + ".off";
    const auto path = "outlet_units[" + std::to_string(out.outlets[i].unit) + ']';
    unit.off_switch = static_cast<switch_index>(out.switches.size());
    out.switches.push_back({name});
    out.wishes.push_back({wish_kind::outlet_off, i, {}, {}, name});
    stage_config stage;
    stage.name = name;
    stage.wish = static_cast<wish_index>(out.wishes.size() - 1);
    stage.path = path;
    stage.shed.push_back(i);
    condition_node node;
    node.kind = condition_kind::operator_switch;
    node.subject = *unit.off_switch;
    node.path = path;
    node.parent = static_cast<condition_index>(out.conditions.size());
    stage.condition = condition_tree{node.parent, node.parent};
    out.conditions.push_back(node);
    out.stages.push_back(std::move(stage));
  }
}

void load_jobs(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  for (int i = 0; i < in.special_days_size(); ++i) {
    if (const auto day = jobs::parse_date(in.special_days(i)))
      out.special_days.push_back(*day);
    else
      file.error(at("special_days", i),
                 "must be a date such as \"2026-12-24\", not " + in_quotes(in.special_days(i)));
  }
  std::sort(out.special_days.begin(), out.special_days.end());
  if (in.has_mail()) load_mail_server(in.mail(), file, out);
  job_builder builder{file, out, names};
  for (int i = 0; i < in.jobs_size(); ++i)
    builder.build(in.jobs(i), at("jobs", i));
}

}  // namespace holdover::config
