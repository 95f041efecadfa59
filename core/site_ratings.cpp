// Checks of what outlets, units and generators can carry.

#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <cmath>

namespace holdover::checks {

namespace {

bool is_load(double watts) {
  return std::isfinite(watts) && watts >= 0;
}

void load(findings& found, const std::string& path, double watts) {
  if (!is_load(watts)) found.error(path, "is negative or no number: give watts");
}

}  // namespace

void ratings(const site& s, findings& found) {
  if (!std::isfinite(s.nominal_volts) || s.nominal_volts < 50 || s.nominal_volts > 500)
    found.error("nominal_volts", "is " + in_words(s.nominal_volts) + ": give 100 to 240");
  for (std::size_t i = 0; i < s.hosts.size(); ++i)
    load(found, at("hosts", i) + ".load_watts", s.hosts[i].load_watts);
  std::vector<double> total(s.units.size());
  for (outlet_index i = 0; i < s.outlets.size(); ++i) {
    const auto& outlet = s.outlets[i];
    if (outlet.unit >= s.units.size()) continue;  // Reported with the outlet.
    const auto path = at("outlet_units", outlet.unit);
    load(found, path + ".names", outlet.load_watts);
    const auto watts = declared_watts(s, i);
    total[outlet.unit] += watts;
    const auto limit = outlet_limit_watts(s, i);
    if (limit && watts > *limit)
      found.error(path + ".names",
                  "outlet " + quoted(outlet.name) + " has a declared load of " + in_words(watts)
                      + " W, its rating is " + in_words(s.units[outlet.unit].outlet_rating_amperes)
                      + " A, " + in_words(*limit) + " W: move a load to another outlet");
  }
  for (outlet_unit_index i = 0; i < s.units.size(); ++i) {
    const auto path = at("outlet_units", i);
    load(found, path + ".rating_amperes", s.units[i].rating_amperes);
    load(found, path + ".outlet_rating_amperes", s.units[i].outlet_rating_amperes);
    const auto limit = unit_limit_watts(s, i);
    if (limit && total[i] > *limit)
      found.error(path, "has declared loads of " + in_words(total[i]) + " W on all its outlets, its "
                            "feed is rated " + in_words(s.units[i].rating_amperes) + " A, "
                            + in_words(*limit) + " W: move a load to another unit");
  }
}

void generator(const site& s, findings& found) {
  if (!s.generator) return;
  const auto& g = *s.generator;
  if (!g.contact && !g.ups_says)
    found.error("generator", "is not seen by anything: name a contact, or set ups_says");
  if (g.contact && *g.contact >= s.sensors.size())
    found.error("generator.contact", "names no sensor of this site: correct the name");
  else if (g.contact && s.sensors[*g.contact].kind != power::sensor_kind::contact)
    found.error("generator.contact",
                quoted(s.sensors[*g.contact].name) + " is no contact: name one that closes while "
                                                     "the generator runs");
  if (g.hold < 0s) found.error("generator.hold", "is negative: 10m is usual");
  if (g.hold > 1h)
    found.warning("generator.hold", "is " + in_words(g.hold)
                                        + ": for so long stages wait for a generator that may not "
                                          "take over; 10m is usual");
  if (g.stagger < 0s) found.error("generator.stagger", "is negative: 30s is usual");
  if (!g.capacity_watts) return;
  if (!is_load(*g.capacity_watts) || *g.capacity_watts == 0)
    found.error("generator.capacity_watts", "is not positive: give watts");
  for (const auto& host : s.hosts)
    if (host.load_watts > *g.capacity_watts)
      found.warning("generator.capacity_watts",
                    "is less than host " + quoted(host.name)
                        + " alone takes: it is not started while the generator runs");
}

}  // namespace holdover::checks
