// holdover: the operator's command line. One verb, one file beside this one.

#include "tools/holdover/advise.hpp"
#include "tools/holdover/audit.hpp"
#include "tools/holdover/check.hpp"
#include "tools/holdover/device.hpp"
#include "tools/holdover/diagnose.hpp"
#include "tools/holdover/diff.hpp"
#include "tools/holdover/drill.hpp"
#include "tools/holdover/explain.hpp"
#include "tools/holdover/hold.hpp"
#include "tools/holdover/import.hpp"
#include "tools/holdover/keys.hpp"
#include "tools/holdover/plan.hpp"
#include "tools/holdover/simulate.hpp"
#include "tools/holdover/status.hpp"
#include "tools/holdover/tap.hpp"
#include "tools/holdover/ups.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace {

namespace tool = holdover::tool;
using tool::exit_status;

struct command_line {
  tool::access how;
  std::vector<std::string> files;
  std::string name, file, other_file, members = "/etc/holdover/members.yaml", role_word,
                                      public_line, site;
  holdover::node_number number = 0;
  std::string form = "table", severity_word = "info";
  bool json = false, raise = false;
  double patience_seconds = 3, since_seconds = 0, lasts_seconds = 0;
  tool::tap_options tap;
  tool::plan_options plan;
  tool::simulate_options simulate;
  tool::explain_options explain;
  tool::diagnosis_wish diagnosis;
  tool::audit_options audit;
  holdover::hold_command hold;
  tool::ups_wish ups;
  tool::drill_options drill;
  holdover::catalogue::needs needs;
  std::function<exit_status()> chosen;
};

constexpr double seconds_max = 1e9;

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

void add_access(CLI::App& verb, tool::access& how) {
  verb.add_option("--site-file", how.site_file, "the site file")
      ->envname("HOLDOVER_SITE")
      ->default_val("/etc/holdover/site.yaml");
  verb.add_option("--members", how.members_file, "the membership document")
      ->envname("HOLDOVER_MEMBERS")
      ->default_val("/etc/holdover/members.yaml");
  verb.add_option("--key", how.key_file, "your key file")
      ->envname("HOLDOVER_KEY")
      ->default_val("/etc/holdover/operator.key");
}

void add_check(CLI::App& app, command_line& line) {
  auto* verb = app.add_subcommand("check", "find every problem of site files");
  verb->add_option("FILE", line.files, "one or more site files")->required();
  verb->add_flag("--json", line.json, "one JSON document");
  verb->callback([&] { line.chosen = [&] { return tool::check(line.files, line.json); }; });
}

void add_plan(CLI::App& app, command_line& line) {
  auto& asked = line.plan;
  auto* verb =
      app.add_subcommand("plan", "the timetable of an outage: who goes when, and the slack");
  verb->add_option("FILE", asked.file, "the site file")->required();
  verb->add_option("--ups", asked.upses, "whose input fails; all of them if none is named");
  verb->add_option("--load", asked.load_percent, "load in percent of the UPS's rating")
      ->check(CLI::Range(0.0, 200.0))
      ->capture_default_str();
  verb->add_option("--charge", asked.charge_percent, "charge in percent as it begins")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  verb->add_option("--battery-age", asked.battery_age_years, "age of the batteries in years")
      ->check(CLI::Range(0.0, 30.0))
      ->capture_default_str();
  verb->add_option("--low-at", asked.battery_low_percent, "charge at which a UPS says battery low")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  verb->add_option("--margin", asked.margin_percent,
                   "by how many percent a battery may end before it says so")
      ->check(CLI::Range(0.0, 90.0))
      ->capture_default_str();
  verb->add_option("--runtime", asked.runtime,
                   "what the UPS predicts as it begins, as 20m; otherwise worked out from its "
                   "rated_runtime, which counts for 50 % load and a new battery");
  verb->add_option("--stop-times", asked.stop_times_file,
                   "what hosts really took to stop, as `drill run --execute` keeps it");
  verb->add_option("--svg", asked.svg_file, "also draw the chart into this file");
  verb->add_flag("--json", asked.json, "as JSON");
  verb->callback([&] { line.chosen = [&] { return tool::plan(line.plan); }; });
}

void add_simulate(CLI::App& app, command_line& line) {
  auto& asked = line.simulate;
  auto* verb = app.add_subcommand("simulate", "play a story against a site file, in virtual time");
  verb->add_option("FILE", asked.site_file, "the site file")->required();
  verb->add_option("STORY", asked.story_file, "what happens: a story in YAML, or a NUT .seq file")
      ->required();
  verb->add_option("--what-if", asked.what_if, "change the story: load=+20%,battery-age=4y");
  verb->add_option("--ups", asked.ups, "the UPS that a .seq file is about");
  verb->add_flag("--explain", asked.explain, "tell the facts behind each decision");
  verb->add_flag("--json", asked.json, "as JSON, with the facts");
  verb->callback([&] { line.chosen = [&] { return tool::simulate(line.simulate); }; });
}

void add_explain(CLI::App& app, command_line& line) {
  auto& asked = line.explain;
  auto* verb = app.add_subcommand("explain", "why a host went down, or why not, from a journal");
  add_access(*verb, line.how);
  verb->add_option("--host", asked.host, "the host; the whole outage if none is named");
  verb->add_option("--incident", asked.incident,
                   "the beginning of an incident's label; otherwise the last outage");
  auto* database = verb->add_option("--database", asked.database,
                                    "the journal of a node, or a copy of it; only read")
                       ->default_val("/var/lib/holdover/journal.db");
  verb->add_option("--story", asked.story_file,
                   "also write the outage into this file, as a story for `simulate`");
  verb->add_option("--node", asked.node, "ask this running node instead")->excludes(database);
  verb->add_flag("--json", asked.json, "as JSON");
  verb->callback([&] {
    line.chosen = [&] {
      line.explain.site_file = line.how.site_file;
      line.explain.members_file = line.how.members_file;
      return tool::explain(line.explain, line.how);
    };
  });
}

void add_diagnose(CLI::App& app, command_line& line) {
  auto& asked = line.diagnosis;
  auto* verb = app.add_subcommand("diagnose", "what to do about a UPS; exit status 1 if anything");
  add_access(*verb, line.how);
  verb->add_option("NAME", asked.device.name, "a UPS of the site file");
  tool::add_address_options(*verb, asked.device);
  auto* journal = verb->add_option("--journal", asked.journal,
                                   "the journal of a node, or a copy, for the trend; only read");
  verb->add_option("--node", asked.node, "ask this running node for the trend instead")
      ->excludes(journal);
  verb->callback([&] {
    line.chosen = [&] {
      line.diagnosis.device.site_file = line.how.site_file;
      return tool::diagnose_device(line.diagnosis, line.how);
    };
  });
}

void add_audit(CLI::App& app, command_line& line) {
  auto& asked = line.audit;
  auto* audit = app.add_subcommand("audit", "look after the journal's proofs");
  audit->require_subcommand(1);
  auto* verb = audit->add_subcommand("verify", "whether a journal is as it was written");
  verb->add_option("--database", asked.database, "the journal of a node, or a copy; only read")
      ->capture_default_str();
  verb->add_option("--members", asked.members_file,
                   "the membership document: also check the signature of each event");
  verb->add_option("--against", asked.against,
                   "another journal, a peer's or a backup: compare what both hold");
  verb->add_flag("--json", asked.json, "one JSON document");
  verb->callback([&] { line.chosen = [&] { return tool::audit_verify(line.audit); }; });
}

void add_diff(CLI::App& app, command_line& line) {
  auto* verb = app.add_subcommand("diff", "what a changed site file changes in behaviour");
  verb->add_option("OLD", line.file, "the site file before")->required();
  verb->add_option("NEW", line.other_file, "the site file after")->required();
  verb->add_flag("--json", line.json, "one JSON document");
  verb->callback(
      [&] { line.chosen = [&] { return tool::diff(line.file, line.other_file, line.json); }; });
}

void add_import(CLI::App& app, command_line& line) {
  auto* verb =
      app.add_subcommand("import", "a starting site file from upsmon.conf or apcupsd.conf");
  verb->add_option("FILE", line.file, "the file to read")->required();
  verb->add_option("--host", line.name, "name of the machine that it protects")
      ->default_val("this-host");
  verb->add_option("--out", line.other_file, "write here instead of to the terminal");
  verb->callback([&] {
    line.chosen = [&] { return tool::import_file(line.file, line.name, line.other_file); };
  });
}

void add_advise(CLI::App& app, command_line& line) {
  auto* verb = app.add_subcommand("advise", "which part of the product family fits");
  verb->add_flag("--sensors", line.needs.sensors_or_contacts, "sensors or contacts are needed");
  verb->add_flag("!--no-serial", line.needs.serial_line_possible,
                 "the UPS cannot be connected to a host's serial port");
  verb->add_option("--distance", line.needs.serial_metres, "metres from the UPS to the host")
      ->check(CLI::NonNegativeNumber);
  verb->add_flag("--several-hosts", line.needs.several_hosts_at_different_times,
                 "several hosts go down at different times");
  verb->add_flag("--other-systems", line.needs.other_systems,
                 "a host runs neither Windows nor Linux");
  verb->add_flag("--json", line.json, "one JSON document");
  verb->callback([&] { line.chosen = [&] { return tool::advise(line.needs, line.json); }; });
}

void add_keys(CLI::App& app, command_line& line) {
  auto* keys = app.add_subcommand("keys", "make keys and enrol members");
  keys->require_subcommand(1);
  auto* make = keys->add_subcommand("make", "make a member's keys, on the machine that uses them");
  make->add_option("NAME", line.name, "name of the node, host or operator")->required();
  make->add_option("--out", line.file, "the new key file")->required();
  make->callback([&] { line.chosen = [&] { return tool::make_keys(line.name, line.file); }; });
  auto* show =
      keys->add_subcommand("show", "print the public half, to carry to where it is enrolled");
  show->add_option("KEY-FILE", line.file, "a key file on this machine")->required();
  show->callback([&] { line.chosen = [&] { return tool::show_keys(line.file); }; });

  auto* add = keys->add_subcommand("enrol", "add a member to the membership document");
  add->add_option("--members", line.members, "the membership document")->capture_default_str();
  add->add_option("--site", line.site, "name of the site, for a new document");
  add->add_option("--role", line.role_word, "node, agent, operator, tap or hub")
      ->required()
      ->check(CLI::IsMember({"node", "agent", "operator", "tap", "hub"}));
  auto* number = add->add_option("--number", line.number, "nodes: the number in the site file");
  auto* key = add->add_option("--key", line.file, "a key file on this machine");
  add->add_option("PUBLIC", line.public_line, "or what `keys show` printed elsewhere, in quotes")
      ->excludes(key);
  add->callback([&line, number] {
    line.chosen = [&line, number] {
      tool::enrolment wish{line.members, line.site, *tool::role_named(line.role_word),
                           {},           line.file, line.public_line};
      if (number->count() != 0) wish.number = line.number;
      return tool::enrol(wish);
    };
  });
  auto* sign = keys->add_subcommand("sign", "sign the membership document as its administrator");
  sign->add_option("--members", line.members, "the membership document")->capture_default_str();
  sign->add_option("--key", line.file, "the administrator's key file")->required();
  sign->add_flag("--raise", line.raise, "in the next epoch");
  sign->callback([&] {
    line.chosen = [&] { return tool::sign_members(line.members, line.file, line.raise); };
  });
  auto* remove = keys->add_subcommand("revoke", "remove a member from the membership document");
  remove->add_option("--members", line.members, "the membership document")->capture_default_str();
  remove->add_option("NAME", line.name, "the member's name")->required();
  remove->callback([&] { line.chosen = [&] { return tool::revoke(line.members, line.name); }; });
  auto* list = keys->add_subcommand("list", "show the membership document");
  list->add_option("--members", line.members, "the membership document")->capture_default_str();
  list->callback([&] { line.chosen = [&] { return tool::list_members(line.members); }; });
}

void add_output(CLI::App& verb, command_line& line) {
  verb.add_option("-o,--output", line.form, "table, json or jsonl")
      ->check(CLI::IsMember({"table", "json", "jsonl"}))
      ->capture_default_str();
  verb.add_flag_callback(
      "--json", [&] { line.form = "json"; }, "the same as --output json");
}

void add_status(CLI::App& app, command_line& line) {
  auto* verb = app.add_subcommand("status", "devices, hosts, incident, and who votes what");
  add_access(*verb, line.how);
  add_output(*verb, line);
  verb->add_option("--timeout", line.patience_seconds, "seconds to wait for nodes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  verb->callback([&] {
    line.chosen = [&] {
      return tool::show_status(line.how, *tool::output_named(line.form),
                               milliseconds(line.patience_seconds));
    };
  });
}

void add_tap(CLI::App& app, command_line& line) {
  auto* verb = app.add_subcommand("tap", "watch the live bus");
  add_access(*verb, line.how);
  add_output(*verb, line);
  verb->add_option("--kind", line.tap.kinds,
                   "only these: ups, interface, sensor, outlet, host, receipt, vote, "
                   "incident, redundancy, alarm, node, operator, job; and telemetry, which is not "
                   "shown otherwise")
      ->check(CLI::IsMember({"ups", "interface", "sensor", "outlet", "host", "receipt", "vote",
                             "incident", "redundancy", "alarm", "node", "operator", "job",
                             "telemetry"}));
  verb->add_option("--device,--subject", line.tap.subjects,
                   "only what is about these devices, hosts or outlets");
  verb->add_option("--node", line.tap.nodes, "only what these nodes publish");
  verb->add_option("--site", line.tap.sites, "only what is of these sites");
  verb->add_option("--severity", line.severity_word,
                   "this and what is more severe: debug, info, warning, alarm")
      ->check(CLI::IsMember({"debug", "info", "warning", "alarm"}))
      ->capture_default_str();
  verb->add_option("--record", line.tap.record_file, "also append JSON lines to this file");
  verb->add_option("--since", line.since_seconds, "begin with the last so many seconds")
      ->check(CLI::Range(0.0, seconds_max));
  verb->add_option("--for", line.lasts_seconds, "stop after so many seconds")
      ->check(CLI::Range(0.0, seconds_max));
  verb->add_option("--count", line.tap.count, "stop after so many messages");
  verb->callback([&] {
    line.chosen = [&] {
      line.tap.form = *tool::output_named(line.form);
      line.tap.at_least = line.severity_word == "debug"     ? holdover::severity::debug
                          : line.severity_word == "warning" ? holdover::severity::warning
                          : line.severity_word == "alarm"   ? holdover::severity::alarm
                                                            : holdover::severity::info;
      if (line.since_seconds > 0)
        line.tap.since = std::chrono::seconds{static_cast<std::int64_t>(line.since_seconds)};
      if (line.lasts_seconds > 0) line.tap.lasts = milliseconds(line.lasts_seconds);
      return tool::tap(line.how, line.tap);
    };
  });
}

void add_report_form(CLI::App& verb, command_line& line) {
  verb.add_option("--format", line.drill.format, "markdown, html or json")
      ->check(CLI::IsMember({"markdown", "html", "json"}))
      ->capture_default_str();
  verb.add_flag_callback(
      "--json", [&] { line.drill.format = "json"; }, "the same as --format json");
  verb.add_option("--keep", line.drill.folder,
                  "the folder in which reports are kept, in all formats");
}

void add_drill(CLI::App& app, command_line& line) {
  auto& asked = line.drill;
  auto* drill = app.add_subcommand("drill", "rehearse an outage in the running site");
  drill->require_subcommand(1);
  const auto add = [&](const char* name, const char* about,
                       exit_status (*act)(const tool::access&, const tool::drill_options&)) {
    auto* verb = drill->add_subcommand(name, about);
    add_access(*verb, line.how);
    verb->add_option("--timeout", line.patience_seconds, "seconds to wait for nodes")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    verb->callback([&line, act] {
      line.chosen = [&line, act] {
        line.drill.patience = milliseconds(line.patience_seconds);
        return act(line.how, line.drill);
      };
    });
    return verb;
  };
  auto* list = drill->add_subcommand("list", "the stories of a folder that this site can drill");
  list->add_option("FOLDER", asked.stories, "where the stories are")->required();
  list->add_option("--site-file", line.how.site_file, "the site file")
      ->envname("HOLDOVER_SITE")
      ->default_val("/etc/holdover/site.yaml");
  add_report_form(*list, line);
  list->callback([&] { line.chosen = [&] { return tool::list_drills(line.how, line.drill); }; });
  auto* run = add("run", "play a story, at the pace of the clock; exit status 1 with findings",
                  tool::run_drill);
  auto* story =
      run->add_option("STORY", asked.story_file, "what happens: a story in YAML, as for simulate");
  auto* execute = run->add_option("--execute", asked.execute,
                                  "instead: REALLY shut these hosts down, and see them come back");
  execute->excludes(story);
  run->add_flag("--confirm", asked.confirm, "as the second person, who makes --execute good")
      ->needs(execute);
  run->add_option("--why", asked.why, "the reason, for the journal")->required();
  run->add_flag("!--no-failover", asked.failover, "stop no node and cut no peer");
  add_report_form(*run, line);
  auto* report = add("report", "of the last drill, from the nodes", tool::report_drill);
  add_report_form(*report, line);
  auto* stop = add("stop", "end the drill that runs, everywhere", tool::stop_drill);
  stop->add_option("--why", asked.why, "the reason, for the journal");
}

void add_hold(CLI::App& app, command_line& line) {
  auto* hold =
      app.add_subcommand("hold", "keep hosts up for a while, never past their latest safe start");
  add_access(*hold, line.how);
  hold->add_option("HOST", line.hold.hosts, "hosts; all of them if none is named");
  hold->add_option("--for", line.lasts_seconds, "how long, in seconds; a day at most")
      ->required()
      ->check(CLI::Range(1.0, 86400.0));
  hold->add_option("--why", line.hold.why, "the reason, for the journal")->required();
  hold->add_option("--timeout", line.patience_seconds, "seconds to wait for nodes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  hold->callback([&] {
    line.chosen = [&] {
      line.hold.lasts = milliseconds(line.lasts_seconds);
      return tool::send_hold(line.how, line.hold, milliseconds(line.patience_seconds));
    };
  });
  auto* release = app.add_subcommand("release", "end a hold, or what a job wishes");
  add_access(*release, line.how);
  release->add_option("HOST", line.hold.hosts,
                      "hosts, switches or jobs; all hosts if none is named");
  release->add_option("--timeout", line.patience_seconds, "seconds to wait for nodes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  release->callback([&] {
    line.chosen = [&] {
      line.hold.lasts = holdover::duration::zero();
      return tool::send_hold(line.how, line.hold, milliseconds(line.patience_seconds));
    };
  });
}

void add_ups(CLI::App& app, command_line& line) {
  auto* ups = app.add_subcommand(
      "ups", "tell a UPS something: a battery test, the buzzer; or, by votes, its output");
  add_access(*ups, line.how);
  ups->add_option("UPS", line.ups.ups, "its name in the site file")->required();
  ups->add_option("COMMAND", line.ups.word, "what it is told")
      ->required()
      ->check(CLI::IsMember(tool::ups_words()));
  ups->add_option("--for", line.lasts_seconds,
                  "shutdown, reboot: how long it is off, in seconds; a day at most")
      ->check(CLI::Range(1.0, 86400.0));
  ups->add_option("--why", line.ups.why, "the reason, for the journal")->required();
  ups->add_option("--node", line.ups.node, "who does it; the first that sees the UPS if not named");
  ups->add_option("--timeout", line.patience_seconds, "seconds to wait for nodes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  ups->callback([&, ups] {
    line.chosen = [&, timed = ups->count("--for") > 0] {
      if (timed) line.ups.lasts = milliseconds(line.lasts_seconds);
      return tool::send_ups_order(line.how, line.ups, milliseconds(line.patience_seconds));
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Holdover: brings protected hosts down in good order when the power fails, and back up"};
  app.set_version_flag("--version", HOLDOVER_VERSION);
  app.require_subcommand(1);
  command_line line;
  add_check(app, line);
  add_plan(app, line);
  add_simulate(app, line);
  add_explain(app, line);
  add_diagnose(app, line);
  add_audit(app, line);
  add_diff(app, line);
  add_import(app, line);
  add_advise(app, line);
  tool::add_device_verbs(app, line.chosen);
  add_keys(app, line);
  add_status(app, line);
  add_tap(app, line);
  add_hold(app, line);
  add_ups(app, line);
  add_drill(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : static_cast<int>(exit_status::usage);
  }
  return static_cast<int>(line.chosen());
}
