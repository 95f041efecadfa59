#include "nodes/site/hints.hpp"

#include "actors/interfaces.hpp"
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
      const auto ups = where_->find<actors::device_actor>("ups " + at->second);
      if (verdict.read && ups) caf::anon_send(ups, actors::read_atom::value);
      const auto recorder = where_->find<actors::recorder_actor>("recorder");
      if (!verdict.news || !recorder) continue;
      caf::anon_send(
          recorder,
          actors::record{severity::info,
                         interface_event{at->second, said.over ? "hint_over" : "hint", {}, text}});
    }
  }

private:
  std::shared_ptr<actors::directory> where_;
  std::multimap<std::string, std::string> devices_;
  device::rccmd::gate gate_;
};

}  // namespace

hint_listeners listen_for_hints(const site& about, std::shared_ptr<actors::directory> where) {
  hint_listeners all;
  if (about.hints.rccmd.empty()) return all;
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
    all.problem = std::move(*why);
  else
    all.rccmd = std::move(std::get<std::unique_ptr<device::rccmd::listener>>(opened));
  return all;
}

}  // namespace holdover::site_node
