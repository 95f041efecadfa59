#include "io/config/agent_loader.hpp"

#include "core/site.hpp"
#include "io/config/power_off_words.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include "holdover/config/v1/node.pb.h"

#include <algorithm>
#include <array>
#include <set>

namespace holdover::config {

namespace {

/// What the machine runs by itself. Votes may not name these: a level does that, with k votes
/// behind it.
constexpr std::array<std::string_view, 10> own_actions{
    "shutdown", "forced_off", "last_resort", "stand_by", "read_only",
    "reboot",   "warn",       "warn_over",   "shed",     "shed_over"};

constexpr duration hold_longest = 60s;  // As far as a site file may go without a warning.
constexpr duration usual_limit = 30s;

/// The least that a setting may be; a lab may go lower, as in a site file.
struct floors {
  duration time_to_live = 5s;
  duration single_witness = 10s;
  duration clear_after = 5s;
  duration reserve = 30s;
  duration floor_low = 2s;
  duration no_carrier = 2min;
};
constexpr floors lab_floors{.time_to_live = 100ms,
                            .single_witness = 0ms,
                            .clear_after = 0ms,
                            .reserve = 0ms,
                            .floor_low = 0ms,
                            .no_carrier = 1s};
constexpr duration no_carrier_usual = 8min;

class loading {
public:
  loading(const v1::AgentFile& in, document& file) : in_(in), file_(file) {}

  agent_settings run() {
    load_names();
    load_nodes();
    load_times();
    load_fallback();
    load_no_carrier();
    load_actions();
    return std::move(out_);
  }

private:
  void load_names();
  void load_nodes();
  void load_times();
  void load_fallback();
  void load_no_carrier();
  void load_actions();
  void load_action(const v1::AgentAction& action, const std::string& path);
  std::optional<device::rccmd::order> load_rccmd(const v1::AgentAction& action,
                                                 const std::string& path);
  void check_last_word(const v1::AgentAction& action, const std::string& path);
  void at_least(duration value, duration least, const std::string& path);

  const v1::AgentFile& in_;
  document& file_;
  agent_settings out_;
};

void loading::load_names() {
  file_.require("host", !in_.host().empty());
  file_.require("site", !in_.site().empty());
  file_.require("members_file", !in_.members_file().empty());
  file_.require("key_file", !in_.key_file().empty());
  file_.require("state_directory", !in_.state_directory().empty());
  out_.machine.host = in_.host();
  out_.machine.site = in_.site();
  out_.members_file = file_.resolve(in_.members_file());
  out_.key_file = file_.resolve(in_.key_file());
  out_.state_directory = file_.resolve(in_.state_directory());
  if (!in_.network_user().empty()) out_.network_user = in_.network_user();
  if (!in_.boot_id_file().empty()) out_.boot_id_file = file_.resolve(in_.boot_id_file());
  out_.log_level = log_level(in_.log_level(), "log_level", file_);
  out_.lab = in_.lab();
  out_.admin_key = admin_key(in_.admin_key(), "admin_key", file_);
}

void loading::load_nodes() {
  if (in_.nodes().empty() && !file_.touched("nodes"))
    file_.error("nodes", "\"nodes\" is missing: list the number and address of each node");
  std::set<node_number> numbers;
  for (int i = 0; i < in_.nodes_size(); ++i) {
    const auto path = at("nodes", i);
    const auto& node = in_.nodes(i);
    file_.require(path + ".number", file_.given(path + ".number"));
    file_.require(path + ".control", !node.control().empty());
    check_endpoint(node.control(), path + ".control", file_);
    if (node.number() >= node_number_limit)
      file_.error(path + ".number",
                  std::to_string(node.number()) + " is no node's number; give 0 to 31");
    else if (!numbers.insert(node.number()).second && !file_.touched(path))
      file_.error(path + ".number",
                  "node " + std::to_string(node.number()) + " is listed already; one vote each");
    out_.nodes.push_back({.number = node.number(), .control = node.control()});
  }
  out_.machine.electorate.assign(numbers.begin(), numbers.end());
  out_.machine.threshold =
      in_.threshold() != 0 ? in_.threshold() : default_threshold(numbers.size());
  if (out_.machine.threshold > numbers.size() && !numbers.empty())
    file_.error("threshold", std::to_string(in_.threshold()) + " of "
                                 + std::to_string(numbers.size())
                                 + " nodes can never agree; lower it");
}

void loading::at_least(duration value, duration least, const std::string& path) {
  if (value < least)
    file_.error(path, "is below " + std::to_string(least.count())
                          + "ms: raise it, or set lab: true where nothing real depends on it");
}

void loading::load_times() {
  auto& machine = out_.machine;
  take(machine.hold, in_.has_hold(), in_.hold());
  take(machine.time_to_live, in_.has_time_to_live(), in_.time_to_live());
  take(machine.beacon_period, in_.has_beacon_period(), in_.beacon_period());
  if (in_.last_word() == v1::AgentFile::ON_PROGRAM_END)
    machine.last_word = agent::final_word::on_program_end;
  if (machine.hold < 0s || machine.hold > hold_longest)
    file_.error("hold",
                "is not from 0s to 60s: it is taken from the battery before every shutdown, "
                "and the site file must give the same for this host; 5s is usual");
  at_least(machine.time_to_live, (out_.lab ? lab_floors : floors{}).time_to_live, "time_to_live");
  if (machine.beacon_period <= 0s || machine.beacon_period * 3 > machine.time_to_live)
    file_.error("beacon_period",
                "must be above zero and a third of time_to_live at most, so that "
                "two lost beacons cancel no vote");
}

void loading::load_fallback() {
  const auto& in = in_.fallback();
  auto& out = out_.machine.fallback;
  const auto least = out_.lab ? lab_floors : floors{};
  out.threshold = out_.machine.threshold;
  take(out.able_within, in.has_able_within(), in.able_within());
  take(out.single_witness, in.has_single_witness(), in.single_witness());
  take(out.clear_after, in.has_clear_after(), in.clear_after());
  take(out.reserve, in.has_reserve(), in.reserve());
  take(out.floor_low, in.has_floor_low(), in.floor_low());
  take(out.floor_high, in.has_floor_high(), in.floor_high());
  at_least(out.single_witness, least.single_witness, "fallback.single_witness");
  at_least(out.clear_after, least.clear_after, "fallback.clear_after");
  at_least(out.reserve, least.reserve, "fallback.reserve");
  at_least(out.floor_low, least.floor_low, "fallback.floor_low");
  if (out.able_within < out_.machine.time_to_live)
    file_.error("fallback.able_within", "is shorter than time_to_live; make it as long at least");
  if (out.floor_high < out.floor_low)
    file_.error("fallback.floor_high", "is below floor_low; swap or raise it");
}

// A name goes into a path, so it must be one.
void loading::load_no_carrier() {
  if (!in_.has_no_carrier()) return;
  const auto& in = in_.no_carrier();
  host::ports_to_watch ports;
  file_.require("no_carrier.ports", in.ports_size() > 0);
  for (int i = 0; i < in.ports_size(); ++i) {
    const auto& name = in.ports(i);
    if (name.empty() || name.find('/') != std::string::npos || name == "." || name == "..")
      file_.error("no_carrier." + at("ports", i),
                  in_quotes(name) + " is no port of this host; `ip link` shows their names");
    ports.names.push_back(name);
  }
  if (!in.mains_file().empty()) ports.mains_file = file_.resolve(in.mains_file());
  if (!in.folder().empty()) ports.folder = file_.resolve(in.folder());
  if (!in.folder().empty() && !out_.lab)
    file_.error("no_carrier.folder", "is for labs: leave it out, the kernel knows its ports");
  auto after = no_carrier_usual;
  take(after, in.has_after(), in.after());
  at_least(after, (out_.lab ? lab_floors : floors{}).no_carrier, "no_carrier.after");
  out_.machine.no_carrier_after = after;
  out_.ports = std::move(ports);
}

std::optional<device::rccmd::order> loading::load_rccmd(const v1::AgentAction& action,
                                                        const std::string& path) {
  if (!action.has_rccmd()) return std::nullopt;
  const auto& in = action.rccmd();
  const auto here = path + ".rccmd";
  if (!action.run().empty())
    file_.error(here, "stands beside run: an action does one thing; remove one");
  if (action.id() != "shutdown" && action.id() != "forced_off")
    file_.error(here, "is for shutdown and forced_off alone: nothing else of RCCMD is known");
  if (!in.unauthenticated())
    file_.error(here + ".unauthenticated",
                "must be true: RCCMD is experimental and not authenticated, anybody on the network "
                "can send the same; say that you know");
  if (!in.by().empty() && in.by() != "udp" && in.by() != "tcp")
    file_.error(here + ".by", "must be udp or tcp, not " + in_quotes(in.by()));
  device::rccmd::order out{.address = in.host(),
                           .port = device::rccmd::usual_port,
                           .by_tcp = in.by() == "tcp",
                           .say = in.say()};
  if (in.port() > 65535)
    file_.error(here + ".port", std::to_string(in.port()) + " is no port; give 1 to 65535");
  else if (in.port() != 0)
    out.port = static_cast<std::uint16_t>(in.port());
  if (const auto why = device::rccmd::problem_with(out)) file_.error(here, *why);
  out_.stands_for_another = true;
  return out;
}

void loading::load_action(const v1::AgentAction& action, const std::string& path) {
  file_.require(path + ".id", !action.id().empty());
  file_.require(path + ".run", !action.run().empty() || action.has_rccmd());
  if (!action.run().empty() && action.run(0).rfind('/', 0) != 0)
    file_.error(path + ".run[0]", in_quotes(action.run(0)) + " is no absolute path; programs are not "
                                                          "searched for");
  const bool own =
      std::find(own_actions.begin(), own_actions.end(), action.id()) != own_actions.end();
  auto& machine = out_.machine;
  agent_action entry{.run = {action.run().begin(), action.run().end()},
                     .limit = usual_limit,
                     .rccmd = load_rccmd(action, path)};
  if (action.id() == "shutdown" || action.id() == "stand_by") entry.limit = machine.shutdown_limit;
  if (action.id() == "forced_off") entry.limit = machine.forced_limit;
  take(entry.limit, action.has_limit(), action.limit());
  if (entry.limit <= 0s)
    file_.error(path + ".limit", "must be above zero: how long the program may take");
  if (action.id() == "shutdown") {
    machine.shutdown_limit = entry.limit;
    check_last_word(action, path);
  }
  if (action.id() == "forced_off") machine.forced_limit = entry.limit;
  if (!out_.actions.emplace(action.id(), std::move(entry)).second)
    file_.error(path + ".id", in_quotes(action.id()) + " is described already; keep one");
  else if (!own && !action.id().empty())
    machine.actions.push_back(action.id());
}

// The outlet may open a moment after the last word: it must not be said before the host is down.
void loading::check_last_word(const v1::AgentAction& action, const std::string& path) {
  if (out_.lab || out_.machine.last_word != agent::final_word::on_program_end) return;
  const auto asks = power_off_request_in({action.run().begin(), action.run().end()});
  if (!asks) return;
  file_.error(path + ".run",
              in_quotes(*asks) + " returns at once and leaves the host stopping, but with last_word: "
                                 "on_program_end its power may go as soon as the program ends; "
                                 "write last_word: on_stop, or run a program that returns when "
                                 "everything is down");
}

void loading::load_actions() {
  for (int i = 0; i < in_.actions_size(); ++i)
    load_action(in_.actions(i), at("actions", i));
  if (out_.stands_for_another && in_.has_no_carrier())
    file_.error("no_carrier",
                "has no meaning beside rccmd: the cables of the machine that this agent runs on "
                "say nothing of the other host; leave it out");
  if (out_.stands_for_another) {
    if (file_.given("last_word"))
      file_.error("last_word",
                  "has no meaning beside rccmd: nobody can know when that host is down, so its "
                  "outlet is never opened; leave it out");
    out_.machine.last_word = agent::final_word::never;
    if (in_.stands_by())
      file_.error("stands_by",
                  "has no meaning beside rccmd: this agent does nothing to the machine that it "
                  "runs on; leave it out");
  }
  if (!out_.actions.contains("shutdown") && !file_.touched("actions"))
    file_.error("actions", "\"shutdown\" is missing: say which program brings this host down");
  out_.machine.stands_by = in_.stands_by();
  if (in_.stands_by() && !out_.actions.contains("stand_by") && !file_.touched("actions"))
    file_.error("actions",
                "\"stand_by\" is missing: say which program stops what this host serves and "
                "returns when that has stopped, its node and this agent excepted");
  if (!in_.stands_by() && out_.actions.contains("stand_by"))
    file_.error("actions",
                "\"stand_by\" would never run: set stands_by: true, here and for this host in the "
                "site file, or leave it out");
}

}  // namespace

std::variant<agent_settings, std::vector<problem>> load_agent(const std::string& path) {
  v1::AgentFile in;
  document file{path, in};
  if (file.troubled("")) return file.problems();
  auto out = loading{in, file}.run();
  if (file.has_error()) return file.problems();
  return out;
}

}  // namespace holdover::config
