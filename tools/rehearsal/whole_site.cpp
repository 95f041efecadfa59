#include "tools/rehearsal/whole_site.hpp"

#include "core/overloaded.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <utility>

namespace holdover::rehearsal {

namespace {

/// A story tells what a UPS says, not by which of its paths: none of them is broken in it.
site seen_by_one_path(site about) {
  for (auto& ups : about.upses)
    ups.paths.clear();
  return about;
}

}  // namespace

whole_site::whole_site(site about, transcript& log)
    : site_(seen_by_one_path(std::move(about))),
      log_(log),
      upses_(site_.upses.size()),
      outlets_on_(site_.outlets.size(), true),
      sensors_(site_.sensors.size()),
      nodes_(site_.nodes.size()),
      hosts_(site_.hosts.size()) {
  for (auto& ups : upses_) {
    ups.says.state = power::belief::online;
    ups.says.runtime_left = 30min;
    ups.says.charge_percent = 100;
    ups.since = now_;
  }
  for (std::size_t i = 0; i < outlets_on_.size(); ++i)
    outlets_on_[i] = !site_.outlets[i].output;
  for (std::size_t i = 0; i < sensors_.size(); ++i)
    sensors_[i] = site_.sensors[i].kind == power::sensor_kind::contact ? 0.0 : 22.0;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    nodes_[i].number = site_.nodes[i].number;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    start_node(i);
  for (host_index i = 0; i < hosts_.size(); ++i)
    start_agent(i);
}

// ---- Time --------------------------------------------------------------------------------------

void whole_site::pass(duration time) {
  const auto until = now_ + time;
  while (!jobs_.empty() && jobs_.top().when <= until) {
    const auto next = jobs_.top();
    jobs_.pop();
    now_ = std::max(now_, next.when);
    next.what();
  }
  now_ = until;
}

void whole_site::at(time_point when, std::function<void()> what) {
  jobs_.push({when, ++jobs_made_, std::move(what)});
}

void whole_site::to_node(std::size_t index, std::function<void()> what, duration after) {
  at(now_ + after, [this, index, life = nodes_[index].life, what = std::move(what)] {
    if (nodes_[index].life == life && nodes_[index].alive) what();
  });
}

void whole_site::to_host(host_index index, std::function<void()> what, duration after) {
  at(now_ + after, [this, index, life = hosts_[index].life, what = std::move(what)] {
    if (hosts_[index].life == life && hosts_[index].agent) what();
  });
}

random_id whole_site::draw_id() {
  random_id made;
  ++ids_;
  for (std::size_t i = 0; i < sizeof ids_; ++i)
    made.bytes[i] = static_cast<std::uint8_t>(ids_ >> (8 * i));
  made.bytes[15] = 1;
  return made;
}

// ---- What a story may do -----------------------------------------------------------------------

void whole_site::ups_says(ups_index index, const ups_statement& what) {
  auto& u = upses_[index];
  const auto before = reading(index);
  u.says = before;
  u.says.state = what.state;
  if (what.runtime) u.says.runtime_left = what.runtime;
  if (what.charge_percent) u.says.charge_percent = what.charge_percent;
  u.says.battery_low = what.battery_low;
  u.says.forced_shutdown = what.forced_shutdown;
  u.says.countdown = what.countdown;
  if (what.load_percent) u.says.load_percent = what.load_percent;
  u.says.overload = what.overload;
  u.stands_still = false;
  u.since = now_;
  ++u.version;
  if (!u.output && what.state != power::belief::on_battery) set_output(index, true);
  plan_end(index);
}

void whole_site::ups_shows(ups_index index, const power::observation& what) {
  auto& u = upses_[index];
  u.says = what;
  u.since = now_;
  u.stands_still = true;
  ++u.version;
  set_output(index, what.state != power::belief::off);
}

void whole_site::ups_silent(ups_index index, bool silent) {
  upses_[index].silent = silent;
}

void whole_site::hang_program(host_index index) {
  hosts_[index].hangs = true;
}

void whole_site::takes_to_stop(host_index index, duration time) {
  hosts_[index].stop_time = time;
}

void whole_site::end_program(host_index index) {
  hosts_[index].hangs = false;
  if (hosts_[index].stopping)
    to_host(index, [this, index] {
      const auto* program = hosts_[index].powers_off ? "shutdown" : "stand_by";
      step(index, agent::action_ended{program, true, ""});
    });
}

void whole_site::hold(host_index index, duration lasts) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].alive)
      to_node(n, [=, this] { step(n, policy::operator_hold{index, lasts, "operator", ""}); });
}

void whole_site::test_battery(ups_index index) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].alive) return to_node(n, [=, this] { step(n, policy::test_ordered{index}); });
}

void whole_site::set_switch(switch_index index, duration lasts) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].alive)
      to_node(n, [=, this] { step(n, policy::operator_switched{index, lasts, "operator", ""}); });
}

void whole_site::sensor_says(sensor_index index, std::optional<double> number) {
  sensors_[index] = number;
}

void whole_site::program_fails(const std::string& name, bool yes) {
  if (yes)
    failing_programs_.insert(name);
  else
    failing_programs_.erase(name);
}

void whole_site::outlet_carries(outlet_index index, double watts) {
  outlet_watts_[index] = watts;
}

void whole_site::set_clock(std::uint32_t weekday, std::uint32_t minute, bool synchronised) {
  clock_ = {weekday * 24ull * 60 + minute, synchronised, now_};
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    tell_clock(n);
}

// ---- Hardware ----------------------------------------------------------------------------------

/// On battery the runtime runs out, and the charge with it.
power::observation whole_site::reading(ups_index index) const {
  const auto& u = upses_[index];
  auto now = u.says;
  if (now.countdown) now.countdown = *now.countdown - (now_ - u.since);
  if (now.countdown <= 0s) now.countdown.reset();
  if (u.stands_still || now.state != power::belief::on_battery || !now.runtime_left) return now;
  const auto left = std::max<duration>(*u.says.runtime_left - (now_ - u.since), 0s);
  if (now.charge_percent && *u.says.runtime_left > 0s)
    now.charge_percent = *now.charge_percent * static_cast<double>(left.count())
                         / static_cast<double>(u.says.runtime_left->count());
  now.runtime_left = left;
  return now;
}

void whole_site::plan_end(ups_index index) {
  const auto& u = upses_[index];
  if (u.says.countdown)
    at(now_ + *u.says.countdown, [this, index, version = u.version] {
      if (upses_[index].version != version) return;
      upses_[index].says.state = power::belief::off;
      set_output(index, false, "CUTS ITS OUTPUT");
    });
  if (u.says.state != power::belief::on_battery || !u.says.runtime_left) return;
  at(now_ + *u.says.runtime_left, [this, index, version = u.version] {
    if (upses_[index].version == version) set_output(index, false);
  });
}

void whole_site::set_output(ups_index index, bool on, const char* how) {
  if (upses_[index].output == on) return;
  upses_[index].output = on;
  log_.fact(now_, site_.upses[index].name, on ? "carries its load again" : how);
  for (host_index i = 0; i < hosts_.size(); ++i)
    power_changed(i);
}

void whole_site::switch_outlet(outlet_index index, bool on) {
  outlets_on_[index] = on;
  for (const auto host : site_.outlets[index].feeds)
    power_changed(host);
}

bool whole_site::powered(host_index index) const {
  const auto& config = site_.hosts[index];
  const auto good = std::count_if(config.supplies.begin(), config.supplies.end(),
                                  [&](const supply_config& supply) {
                                    return (supply.ups == no_ups || upses_[supply.ups].output)
                                           && (!supply.outlet || outlets_on_[*supply.outlet]);
                                  });
  return static_cast<std::uint32_t>(good) >= config.needed;
}

void whole_site::power_changed(host_index index) {
  auto& h = hosts_[index];
  const auto& name = site_.hosts[index].name;
  const bool has_power = powered(index);
  if (has_power == (h.is != power_state::dark)) return;
  ++h.life;
  if (!has_power) {
    const bool crashed = h.is == power_state::up && !h.down;
    if (crashed) crashed_.insert(index);
    log_.fact(now_, name, crashed ? "CRASHES: its power is gone" : "is without power");
    h.agent.reset();
    nodes_go(index);
    h.is = power_state::dark;
    return;
  }
  log_.fact(now_, name, "has power again and boots");
  boot(index);
}

/// A magic packet: nothing to a machine that runs or has no power.
void whole_site::wake(host_index index) {
  if (hosts_[index].is != power_state::halted) return;
  ++hosts_[index].life;
  log_.fact(now_, site_.hosts[index].name, "is woken and boots");
  boot(index);
}

void whole_site::boot(host_index index) {
  auto& h = hosts_[index];
  h.is = power_state::booting;
  at(now_ + site_.hosts[index].boot_time / 2, [this, index, life = h.life] {
    if (hosts_[index].life == life) start_agent(index);
  });
}

/// A unit behind no UPS hangs on mains that are not told about.
bool whole_site::powered_unit(outlet_unit_index unit) const {
  const auto feed = site_.units[unit].feed;
  return !feed || upses_[*feed].output;
}

power::outlet_unit_reading whole_site::read(outlet_unit_index unit) const {
  power::outlet_unit_reading made;
  for (outlet_index o = 0; o < site_.outlets.size(); ++o)
    if (site_.outlets[o].unit == unit) {
      std::optional<double> watts;
      if (const auto known = outlet_watts_.find(o); known != outlet_watts_.end())
        watts = outlets_on_[o] ? known->second : 0;
      made.outlets.push_back({site_.outlets[o].number,
                              outlets_on_[o] ? power::outlet_state::on : power::outlet_state::off,
                              watts});
    }
  return made;
}

}  // namespace holdover::rehearsal
