// upsmon.conf of Network UPS Tools: which UPSes feed the machine, and how many must.

#include "tools/holdover/import.hpp"

#include <algorithm>
#include <charconv>

namespace holdover::tool {

namespace {

std::optional<unsigned> number(const std::string& text) {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && at == end ? std::optional{value} : std::nullopt;
}

/// upsname[@host[:port]], the host in brackets if it is an IPv6 address.
std::optional<imported::ups> system_of(const std::string& text) {
  imported::ups out;
  out.driver = "nut";
  out.host = "localhost";
  const auto at = text.find('@');
  out.name = out.unit = text.substr(0, at);
  if (out.name.empty()) return std::nullopt;
  if (at == std::string::npos) return out;
  auto rest = text.substr(at + 1);
  const auto bracket = rest.find(']');
  const auto colon = rest.find(':', bracket == std::string::npos ? 0 : bracket);
  if (colon != std::string::npos) {
    const auto port = number(rest.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return std::nullopt;
    out.port = *port;
    rest.resize(colon);
  }
  if (bracket != std::string::npos) rest = rest.substr(1, rest.find(']') - 1);
  if (rest.empty()) return std::nullopt;
  out.host = rest;
  return out;
}

void monitor(const std::vector<std::string>& words, const std::string& line, imported& out) {
  const auto system = words.size() > 1 ? system_of(words[1]) : std::nullopt;
  const auto value = words.size() > 2 ? number(words[2]) : std::nullopt;
  if (!system || !value || *value > 32) {
    out.mistakes.push_back("line " + line
                           + ": MONITOR wants UPS@HOST, a power value from 0 to 32, user, password "
                             "and type; correct it");
    return;
  }
  if (*value == 0) {
    out.notes.push_back("MONITOR " + words[1]
                        + " has power value 0: it feeds nothing here and was only watched. It is "
                          "left out; add it under `ups` to watch it.");
    return;
  }
  auto ups = *system;
  ups.supplies = *value;
  out.upses.push_back(ups);
  if (words.size() > 5 && (words[5] == "secondary" || words[5] == "slave"))
    out.notes.push_back("MONITOR " + words[1]
                        + " was a secondary: the primary went down last and waited HOSTSYNC for it. "
                          "Put both machines into this file, the primary in a later stage.");
}

struct without_equivalent {
  std::string_view key;
  std::string_view note;
};
constexpr without_equivalent notes[] = {
    {"SHUTDOWNCMD",
     "stands in the agent's own file, agent.yaml, as the action \"shutdown\": a "
     "program with an absolute path, no shell. It was: "},
    {"NOTIFYCMD",
     "has no equivalent in this file: events are on the bus, and the agent's actions "
     "(warn, shed, names of your own) run programs. It was: "},
    {"NOTIFYMSG", "has no equivalent: texts are Holdover's own."},
    {"NOTIFYFLAG", "has no equivalent: every event is journaled; `holdover tap` shows them."},
    {"POWERDOWNFLAG",
     "has no equivalent: nothing runs after the last word of the agent. What "
     "switches the power off and on again is an outlet, voted on."},
    {"HOSTSYNC",
     "has no equivalent: a host is waited for until it is down, or for the `timeout` of "
     "its stage."},
    {"DEADTIME",
     "has no equivalent of its own: a UPS that is silent is stale after 3 periods of "
     "poll and blind after 30 s; see `observing`. Silence alone never shuts down."},
    {"RBWARNTIME", "has no equivalent: a battery to replace is an alarm until it is replaced."},
    {"NOCOMMWARNTIME", "has no equivalent: a UPS that is not heard is an alarm until it is."},
    {"RUN_AS_USER", "has no equivalent: the service files say who runs."},
    {"OFFDURATION", "has no equivalent: a UPS that says OFF carries nothing, at once."},
    {"OBLBDURATION", "has no equivalent: battery low counts after two samples in a row."},
    {"OVERDURATION", "has no equivalent: overload is an alarm."},
    {"CERTPATH", "has no equivalent: a NUT server is read in clear; put it on the same machine."},
    {"CERTIDENT", "has no equivalent: see CERTPATH."},
    {"CERTHOST", "has no equivalent: see CERTPATH."},
    {"CERTVERIFY", "has no equivalent: see CERTPATH."},
    {"FORCESSL", "has no equivalent: see CERTPATH."},
    {"DEBUG_MIN", "has no equivalent: `log_level` stands in node.yaml."},
    {"ALARMCRITICAL", "has no equivalent: a UPS's own alarm is an alarm, never an outage."},
    {"SHUTDOWNEXIT", "has no equivalent: the agent stays until its host is down."},
    {"POLLFAIL_LOG_THROTTLE_MAX", "has no equivalent: silence is told once."},
};

void other(const std::vector<std::string>& words, const std::string& line, imported& out) {
  const auto known = std::find_if(std::begin(notes), std::end(notes),
                                  [&](const auto& one) { return one.key == words[0]; });
  if (known == std::end(notes)) {
    out.notes.push_back("line " + line + ": " + words[0]
                        + " is not known here and was left out; see whether you need it.");
    return;
  }
  auto note = words[0] + ' ' + std::string{known->note};
  if (note.ends_with(": ")) note += words.size() > 1 ? words[1] : "nothing";
  if (std::find(out.notes.begin(), out.notes.end(), note) == out.notes.end())
    out.notes.push_back(std::move(note));
}

// The floor and the ceiling of a site file; what was outside is brought in, and said.
std::string period(const std::string& key, unsigned seconds, imported& out) {
  constexpr unsigned most = 60;
  if (seconds >= 1 && seconds <= most) return std::to_string(seconds) + "s";
  out.notes.push_back(key + " was " + std::to_string(seconds)
                      + " s; a UPS is read every 60 s at the longest, which stands here.");
  return "60s";
}

void directive(const std::vector<std::string>& words, const std::string& line, imported& out) {
  const auto& key = words[0];
  const auto value = words.size() > 1 ? number(words[1]) : std::nullopt;
  if (key == "MONITOR") return monitor(words, line, out);
  if (key == "MINSUPPLIES" && value) {
    out.needed = *value;
  } else if (key == "POLLFREQ" && value) {
    out.poll = period(key, *value, out);
  } else if (key == "POLLFREQALERT" && value) {
    out.alert_poll = period(key, *value, out);
  } else if (key == "FINALDELAY" && value) {
    out.hold = std::to_string(std::min(*value, 60u)) + "s";
  } else {
    other(words, line, out);
  }
}

void settle(imported& out) {
  unsigned supplies = 0;
  for (const auto& ups : out.upses)
    supplies += ups.supplies;
  if (out.upses.empty() && out.mistakes.empty())
    out.mistakes.push_back(
        "names no UPS that feeds this machine: there is no MONITOR line with a "
        "power value above 0");
  if (out.needed == 0) {
    out.needed = 1;
    out.notes.push_back(
        "MINSUPPLIES was 0: the machine was never shut down and only watched. Here "
        "it needs 1; leave it out of the stage to watch only.");
  } else if (supplies > 0 && out.needed > supplies) {
    out.notes.push_back("MINSUPPLIES was " + std::to_string(out.needed) + ", more than the "
                        + std::to_string(supplies) + " supplies there are; all of them are needed "
                          "here.");
    out.needed = supplies;
  }
}

}  // namespace

imported import_upsmon(std::string_view text) {
  imported out;
  out.source = "upsmon";
  out.notes = {
      "Users and passwords were not copied: reading a NUT server needs none. To switch "
      "through it, give `credentials: file:PATH`.",
      "upsmon acts on battery low alone. runtime_below is added: some batteries say low "
      "too late; the value is the least that a shutdown of 2 min needs.",
      "upsmon's other machines are not in this file: add each as a host of its own."};
  std::size_t number_of_line = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto words = words_of(text.substr(0, end));
    ++number_of_line;
    if (!words.empty()) directive(words, std::to_string(number_of_line), out);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  settle(out);
  out.triggers = {"battery_low: true", "runtime_below: 150s"};
  return out;
}

}  // namespace holdover::tool
