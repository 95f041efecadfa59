#include "tests/sim/ground_truth.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::sim {

namespace {

constexpr double base_load = 0.15;  // What a UPS itself and its small consumers draw.

}  // namespace

const char* to_string(phase p) {
  switch (p) {
    case phase::unpowered:
      return "unpowered";
    case phase::booting:
      return "booting";
    case phase::up:
      return "up";
    case phase::stopping:
      return "stopping";
    case phase::halted:
      return "halted";
  }
  return "?";
}

void ground_truth::advance(ms now) {
  for (auto& u : upses) {
    const double elapsed = static_cast<double>(now - u.advanced) / 1000;
    u.advanced = now;
    if (elapsed <= 0) continue;
    if (u.mains) {
      u.charge = std::min(1.0, u.charge + elapsed / u.plan.recharge_seconds);
      continue;
    }
    u.charge -= elapsed * u.load / u.plan.full_load_seconds;
    if (!u.collapsed && u.charge <= u.plan.collapse_at) {
      u.collapsed = true;
      u.charge *= u.plan.collapse_to;
    }
    if (u.charge < 1e-6) u.charge = 0;
  }
}

std::vector<ground_truth::power_change> ground_truth::settle(ms now) {
  advance(now);
  for (auto& u : upses)
    u.output = u.mains || u.charge > 0;
  std::vector<power_change> changes;
  for (std::size_t h = 0; h < hosts.size(); ++h) {
    auto& host = hosts[h];
    const auto carrying = static_cast<std::size_t>(
        std::count_if(host.supplies.begin(), host.supplies.end(),
                      [this](const supply_truth& s) { return carries(s); }));
    const bool powered = carrying >= host.needed;
    if (powered == host.powered) continue;
    host.powered = powered;
    if (!powered) host.power_lost = now;
    changes.push_back({h, powered});
  }
  reload();
  return changes;
}

void ground_truth::set_mains(std::size_t ups, bool on, ms now) {
  advance(now);
  auto& u = upses[ups];
  if (u.mains && !on) u.on_battery_since = now;
  u.mains = on;
  if (on) u.collapsed = false;
}

void ground_truth::set_outlet(std::size_t outlet, bool closed, ms now) {
  advance(now);
  outlets[outlet].closed = closed;
}

void ground_truth::set_phase(std::size_t host, phase p, ms now) {
  advance(now);
  hosts[host].now = p;
  reload();
}

std::optional<ms> ground_truth::next_event(ms now) const {
  std::optional<ms> next;
  for (const auto& u : upses) {
    if (u.mains || !u.output) continue;
    const bool collapse_ahead = !u.collapsed && u.plan.collapse_at > 0;
    const double floor = collapse_ahead ? u.plan.collapse_at : 0;
    const double until = std::max(0.0, u.charge - floor) * u.plan.full_load_seconds / u.load;
    const ms at = now + static_cast<ms>(std::ceil(until * 1000)) + 1;
    if (!next || at < *next) next = at;
  }
  return next;
}

double ground_truth::left_seconds(std::size_t ups) const {
  const auto& u = upses[ups];
  double charge = u.charge;
  if (!u.collapsed && u.plan.collapse_at > 0 && charge > u.plan.collapse_at)
    charge = (charge - u.plan.collapse_at) + u.plan.collapse_at * u.plan.collapse_to;
  return charge * u.plan.full_load_seconds / u.load;
}

double ground_truth::predicted_seconds(std::size_t ups) const {
  const auto& u = upses[ups];
  return u.charge * u.plan.full_load_seconds / u.load;
}

bool ground_truth::battery_low(std::size_t ups) const {
  return !upses[ups].mains && upses[ups].charge <= upses[ups].plan.low_at;
}

bool ground_truth::carries(const supply_truth& s) const {
  return upses[s.ups].output && (!s.outlet || outlets[*s.outlet].closed);
}

std::size_t ground_truth::on_mains(std::size_t host) const {
  return static_cast<std::size_t>(
      std::count_if(hosts[host].supplies.begin(), hosts[host].supplies.end(),
                    [this](const supply_truth& s) { return upses[s.ups].mains; }));
}

double ground_truth::watts(std::size_t outlet) const {
  if (!outlets[outlet].closed || !upses[outlets[outlet].ups].output) return 0;
  double total = outlets[outlet].own_load;
  for (const auto& host : hosts)
    for (const auto& s : host.supplies)
      if (s.outlet == outlet) total += host_load(host) / static_cast<double>(host.supplies.size());
  return total * 1000;
}

double ground_truth::host_load(const host_truth& host) const {
  switch (host.now) {
    case phase::unpowered:
      return 0;
    case phase::halted:
      return host.weight * 0.01;
    case phase::booting:
    case phase::up:
    case phase::stopping:
      return host.weight;
  }
  return 0;
}

// A host's load moves to the supplies that are left, and "full load" is everything on.
void ground_truth::reload() {
  std::vector<double> carried(upses.size(), base_load);
  std::vector<double> full(upses.size(), base_load);
  for (const auto& o : outlets) {
    full[o.ups] += o.own_load;
    if (o.closed) carried[o.ups] += o.own_load;
  }
  for (const auto& host : hosts) {
    const auto alive = std::count_if(host.supplies.begin(), host.supplies.end(),
                                     [this](const supply_truth& s) { return carries(s); });
    for (const auto& s : host.supplies) {
      full[s.ups] += host.weight / static_cast<double>(host.supplies.size());
      if (carries(s)) carried[s.ups] += host_load(host) / static_cast<double>(alive);
    }
  }
  for (std::size_t u = 0; u < upses.size(); ++u)
    upses[u].load = carried[u] / full[u];
}

}  // namespace holdover::sim
