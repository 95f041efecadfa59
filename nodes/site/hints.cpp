#include "nodes/site/hints.hpp"

#include "actors/interfaces.hpp"
#include "actors/names.hpp"
#include "io/device/rccmd/gate.hpp"

#include <caf/send.hpp>

#include <chrono>
#include <map>
#include <set>
#include <utility>

namespace holdover::site_node {

namespace {

time_point now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return time_point(std::chrono::duration_cast<duration>(since));
}

std::string shown(const std::string& sender, const device::rccmd::message& said) {
  auto text = "RCCMD from " + sender + ": ";
  if (!said.event.empty()) text += said.event + " on " + said.device + ": ";
  return text + said.text;
}

void hint_at(const actors::directory& where, const std::string& actor) {
  if (const auto to = where.find<actors::device_actor>(actor))
    caf::anon_send(to, actors::hint_atom::value);
}

void tell(const actors::directory& where, severity how, event_payload what) {
  if (const auto to = where.find<actors::recorder_actor>("recorder"))
    caf::anon_send(to, actors::record{how, std::move(what)});
}

/// What one datagram does: a read, and perhaps an event. Lives on the listener's thread.
class pointer {
public:
  pointer(const site& about, std::shared_ptr<actors::directory> where) : where_(std::move(where)) {
    for (const auto& sender : about.hints.senders)
      devices_.emplace(sender.address, about.upses[sender.ups].name);
  }

  void heard(const std::string& sender, const device::rccmd::message& said) {
    const auto text = shown(sender, said);
    const auto verdict = gate_.heard(sender, text, now());
    const auto [first, last] = devices_.equal_range(sender);
    for (auto at = first; at != last; ++at) {
      if (verdict.read) hint_at(*where_, "ups " + at->second);
      if (verdict.news)
        tell(*where_, severity::info,
             interface_event{at->second, said.over ? "hint_over" : "hint", {}, text});
    }
  }

private:
  std::shared_ptr<actors::directory> where_;
  std::multimap<std::string, std::string> devices_;
  device::rccmd::gate gate_;
};

/// A device that may send notifications.
struct notifier {
  std::string kind;  ///< "ups": with its name, its actor in the directory.
  std::string name;
  device_address address;
};

/// Whoever is asked over a network at its own address may also speak up from there. A NUT server is
/// not the device.
bool has_own_address(const device_address& where) {
  return where.driver == "snmp" || (where.driver == "modbus" && where.port != 0);
}

std::vector<notifier> notifiers_of(const site& about) {
  std::vector<notifier> all;
  const auto add = [&](const char* kind, const auto& devices) {
    for (const auto& device : devices)
      if (has_own_address(device.address)) all.push_back({kind, device.name, device.address});
  };
  add("ups", about.upses);
  add("unit", about.units);
  add("sensor", about.sensors);
  for (const auto& ups : about.upses)
    for (std::size_t path = 1; path <= ups.paths.size(); ++path)
      if (const auto& where = ups.paths[path - 1].address; has_own_address(where))
        all.push_back({"ups", actors::name_of_path(ups, path), where});
  for (const auto& sender : about.hints.senders) {
    device_address where;
    where.host = sender.address;
    all.push_back({"ups", about.upses[sender.ups].name, std::move(where)});
  }
  return all;
}

/// The same for traps and informs. Lives on the SNMP thread.
class trap_pointer {
public:
  trap_pointer(std::vector<notifier> devices, std::shared_ptr<actors::directory> where,
               std::function<void(const std::string&)> count_refusal)
      : devices_(std::move(devices)), where_(std::move(where)), count_(std::move(count_refusal)) {}

  void heard(const device::snmp::notification& said, const std::vector<std::size_t>& sources) {
    for (const auto source : sources)
      hint_at(*where_, devices_[source].kind + ' ' + devices_[source].name);
    const auto text = to_string(said);
    if (!sources.empty() && gate_.heard(said.sender, text, now()).news)
      tell(*where_, severity::info,
           interface_event{devices_[sources.front()].name, "hint", {}, text});
  }

  void refused(const std::string& sender, const std::string& why, bool first) {
    count_("SNMP notification: " + why);
    if (!first) return;
    tell(*where_, severity::warning,
         node_event{"notification_refused", "SNMP notification from " + sender + ": " + why});
  }

private:
  std::vector<notifier> devices_;
  std::shared_ptr<actors::directory> where_;
  std::function<void(const std::string&)> count_;
  device::rccmd::gate gate_;
};

void listen_for_rccmd(const site& about, std::shared_ptr<actors::directory> where,
                      hint_listeners& all) {
  std::set<std::string> senders;
  for (const auto& sender : about.hints.senders)
    senders.insert(sender.address);
  auto opened = device::rccmd::listener::open(
      about.hints.rccmd, std::move(senders),
      [to = std::make_shared<pointer>(about, std::move(where))](
          const std::string& sender, const device::rccmd::message& said) {
        to->heard(sender, said);
      });
  if (auto* why = std::get_if<std::string>(&opened))
    all.problems.push_back(std::move(*why));
  else
    all.rccmd = std::move(std::get<std::unique_ptr<device::rccmd::listener>>(opened));
}

void listen_for_traps(const site& about, std::shared_ptr<actors::directory> where,
                      std::function<void(const std::string&)> count_refusal, hint_listeners& all) {
  auto devices = notifiers_of(about);
  std::vector<device_address> addresses;
  for (const auto& one : devices)
    addresses.push_back(one.address);
  const auto to = std::make_shared<trap_pointer>(std::move(devices), std::move(where),
                                                 std::move(count_refusal));
  auto opened = device::snmp::trap_listener::open(
      about.hints.traps, addresses,
      {[to](const auto& said, const auto& sources) { to->heard(said, sources); },
       [to](const auto& sender, const auto& why, bool first) { to->refused(sender, why, first); }});
  if (auto* why = std::get_if<std::string>(&opened)) {
    all.problems.push_back(std::move(*why));
    return;
  }
  all.traps = std::move(std::get<std::unique_ptr<device::snmp::trap_listener>>(opened));
  all.problems.insert(all.problems.end(), all.traps->notes().begin(), all.traps->notes().end());
}

}  // namespace

hint_listeners listen_for_hints(const site& about, std::shared_ptr<actors::directory> where,
                                std::function<void(const std::string&)> count_refusal) {
  hint_listeners all;
  if (!about.hints.rccmd.empty()) listen_for_rccmd(about, where, all);
  if (!about.hints.traps.empty())
    listen_for_traps(about, std::move(where), std::move(count_refusal), all);
  return all;
}

}  // namespace holdover::site_node
