// apcupsd.conf: one UPS, one machine, three limits.

#include "tools/holdover/import.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace holdover::tool {

namespace {

/// Upper-case key -> value; apcupsd does not mind the case of keys.
using settings = std::map<std::string, std::string>;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

settings read(std::string_view text) {
  settings all;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto words = words_of(text.substr(0, end));
    if (!words.empty()) all[upper(words[0])] = words.size() > 1 ? words[1] : "";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return all;
}

std::optional<int> number(const settings& all, const std::string& key) {
  const auto found = all.find(key);
  if (found == all.end()) return std::nullopt;
  int value = 0;
  const auto* end = found->second.data() + found->second.size();
  const auto [at, error] = std::from_chars(found->second.data(), end, value);
  return error == std::errc{} && at == end ? std::optional{value} : std::nullopt;
}

std::string text_of(const settings& all, const std::string& key) {
  const auto found = all.find(key);
  return found == all.end() ? std::string{} : found->second;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto colon = text.find(':');
    parts.emplace_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

imported::ups behind_nut(const std::string& name) {
  return {name, "nut", "localhost", name, 0, 1};
}

// host[:port[:vendor[:community]]]
imported::ups over_snmp(const settings& all, const std::string& name, imported& out) {
  const auto parts = parts_of(text_of(all, "DEVICE"));
  imported::ups ups{name, "snmp", parts[0], {}, 0, 1};
  if (ups.host.empty()) {
    out.mistakes.push_back("UPSTYPE is snmp, but DEVICE names no host; correct it");
    return ups;
  }
  if (parts.size() > 1 && !parts[1].empty()) {
    unsigned port = 0;
    const auto* end = parts[1].data() + parts[1].size();
    const auto [at, error] = std::from_chars(parts[1].data(), end, port);
    if (error != std::errc{} || at != end || port == 0 || port > 65535)
      out.mistakes.push_back("DEVICE has " + parts[1] + " for a port; correct it");
    else if (port != 161)
      ups.port = port;
  }
  if (parts.size() > 2 && parts[2] != "RFC")
    out.notes.push_back("DEVICE asked for the vendor's MIB (" + parts[2]
                        + "); here the card is read by the standard, RFC 1628. See that it answers "
                          "to that.");
  if (parts.size() > 3)
    out.notes.push_back(
        "The community of DEVICE was not copied: put it into a file and add "
        "`credentials: file:PATH` to the UPS.");
  return ups;
}

imported::ups ups_of(const settings& all, imported& out) {
  const auto type = lower(text_of(all, "UPSTYPE"));
  auto name = text_of(all, "UPSNAME");
  if (name.empty()) name = "ups";
  if (type == "snmp") return over_snmp(all, name, out);
  if (type == "net") {
    const auto parts = parts_of(text_of(all, "DEVICE"));
    out.notes.push_back("The UPS was read from another apcupsd at " + parts[0]
                        + ". Holdover does not speak its protocol: on that machine run a NUT server "
                          "with the driver apcupsd-ups, or usbhid-ups instead of apcupsd.");
    auto ups = behind_nut(name);
    if (!parts[0].empty()) ups.host = parts[0];
    return ups;
  }
  const auto driver = type == "usb"        ? "usbhid-ups"
                      : type == "apcsmart" ? "apcsmart"
                      : type == "modbus"   ? "apc_modbus"
                      : type == "dumb"     ? "genericups"
                                           : "";
  if (*driver == '\0')
    out.notes.push_back("UPSTYPE " + type + " has no equivalent: read the UPS by SNMP, or by a NUT "
                        "server with a driver that knows it.");
  else
    out.notes.push_back("The UPS was on a line of this machine (UPSTYPE " + type
                        + "). Holdover reads it through a NUT server: install nut-server, give it a "
                          "UPS named " + name + " with the driver " + driver
                        + ", and stop apcupsd, which holds the line.");
  return behind_nut(name);
}

void limits(const settings& all, imported& out) {
  const auto level = number(all, "BATTERYLEVEL").value_or(5);
  const auto minutes = number(all, "MINUTES").value_or(3);
  const auto timeout = number(all, "TIMEOUT").value_or(0);
  constexpr int least_seconds = 150;  // What a shutdown of 2 min needs, with the margin.
  if (minutes > 0 && minutes * 60 >= least_seconds) {
    out.triggers.push_back("runtime_below: " + std::to_string(minutes) + "m");
  } else {
    out.triggers.push_back("runtime_below: 150s");
    out.notes.push_back("MINUTES was " + std::to_string(minutes)
                        + ", less than a shutdown of 2 min needs with its margin; 150 s stand here. "
                          "Measure, and adapt shutdown_time and this.");
  }
  if (level > 0 && level <= 100)
    out.triggers.push_back("charge_below: " + std::to_string(level) + "%");
  if (timeout > 0) out.triggers.push_back("on_battery_for: " + std::to_string(timeout) + "s");
}

struct without_equivalent {
  std::string_view key;
  std::string_view note;
};
constexpr without_equivalent notes[] = {
    {"ONBATTERYDELAY", "has no equivalent: an outage is told at once and acted on by the stages."},
    {"KILLDELAY",
     "has no equivalent: the UPS is not switched off by the machine that it feeds. "
     "What must be cycled goes onto an outlet, voted on."},
    {"ANNOY", "has no equivalent: stages can show one message each (`commands`, action message)."},
    {"NOLOGON", "has no equivalent."},
    {"NISIP", "has no equivalent: `holdover status` asks the nodes, with keys."},
    {"SCRIPTDIR", "has no equivalent: programs are the agent's actions, in its own file."},
    {"EVENTSFILE", "has no equivalent: events are in the journal of each node."},
    {"SELFTEST", "has no equivalent: let the UPS test its battery by its own schedule."},
    {"WAKEUP", "has no equivalent: `restore` says when what was stopped is started again."},
    {"RETURNCHARGE",
     "is `restore: charge_minimum` here; it was not copied, as it is a setting "
     "inside the UPS."},
    {"SLEEP", "has no equivalent: see KILLDELAY."},
};

void rest(const settings& all, imported& out) {
  for (const auto& [key, note] : notes)
    if (all.contains(std::string{key}))
      out.notes.push_back(std::string{key} + ' ' + std::string{note});
  const auto mode = lower(text_of(all, "UPSMODE"));
  if (!mode.empty() && mode != "disable")
    out.notes.push_back("UPSMODE " + mode + " has no equivalent: a UPS shared by several machines is "
                        "the usual case here. Add each machine as a host.");
}

}  // namespace

imported import_apcupsd(std::string_view text) {
  const auto all = read(text);
  imported out;
  out.source = "apcupsd";
  if (!all.contains("UPSTYPE"))
    out.mistakes.push_back("has no UPSTYPE: this is no apcupsd.conf, or it is incomplete");
  if (const auto time = number(all, "POLLTIME"); time && *time > 0)
    out.poll = std::to_string(std::min(*time, 60)) + "s";
  out.upses.push_back(ups_of(all, out));
  limits(all, out);
  rest(all, out);
  return out;
}

}  // namespace holdover::tool
