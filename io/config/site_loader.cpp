#include "io/config/site_loader.hpp"

#include "core/drill/two_persons.hpp"
#include "core/review/review.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

namespace holdover::config {

namespace {

void load_nodes(const v1::SiteFile& in, document& file, site& out) {
  for (const auto& node : in.nodes()) {
    const auto path = at("nodes", static_cast<int>(out.nodes.size()));
    file.require(path + ".number", file.given(path + ".number"));
    check_endpoint(node.control(), path + ".control", file);
    check_endpoint(node.events(), path + ".events", file);
    out.nodes.push_back({.number = node.number(),
                         .name = node.name(),
                         .control_endpoint = node.control(),
                         .events_endpoint = node.events()});
  }
}

void load_votes(const v1::Votes& in, vote_config& out) {
  out.threshold = in.threshold();
  take(out.period_alert, in.has_period_alert(), in.period_alert());
  take(out.period_calm, in.has_period_calm(), in.period_calm());
  take(out.time_to_live, in.has_time_to_live(), in.time_to_live());
  take(out.able_within, in.has_able_within(), in.able_within());
  take(out.single_witness, in.has_single_witness(), in.single_witness());
  take(out.clear_after, in.has_clear_after(), in.clear_after());
  take(out.fallback_reserve, in.has_fallback_reserve(), in.fallback_reserve());
  take(out.fallback_floor_low, in.has_fallback_floor_low(), in.fallback_floor_low());
  take(out.fallback_floor_high, in.has_fallback_floor_high(), in.fallback_floor_high());
}

silent_supply_rule to_rule(v1::Observing::SilentSupply in) {
  switch (in) {
    case v1::Observing::IGNORE:
      return silent_supply_rule::ignore;
    case v1::Observing::AS_LOST:
      return silent_supply_rule::as_lost;
    default:
      return silent_supply_rule::as_last_seen;
  }
}

void load_observing(const v1::Observing& in, const document& file, observation_config& out) {
  if (file.given("observing.fresh_periods")) out.fresh_periods = in.fresh_periods();
  if (file.given("observing.blind_periods")) out.blind_periods = in.blind_periods();
  take(out.blind_floor, in.has_blind_floor(), in.blind_floor());
  take(out.episode_end, in.has_episode_end(), in.episode_end());
  take(out.late_cancel, in.has_late_cancel(), in.late_cancel());
  take(out.runtime_margin, in.has_runtime_margin(), in.runtime_margin());
  out.silent_supply = to_rule(in.silent_supply());
}

void load_restore(const v1::Restore& in, restore_config& out) {
  take(out.mains_stable, in.has_mains_stable(), in.mains_stable());
  out.charge_minimum_percent = in.charge_minimum();
  take(out.stagger, in.has_stagger(), in.stagger());
  take(out.charge_unknown_after, in.has_charge_unknown_after(), in.charge_unknown_after());
}

void load_operator_switches(const v1::SiteFile& in, document& file, site& out, site_names& names) {
  for (const auto& one : in.operator_switches()) {
    if (drill::is_execution(one.name()))
      file.error("operator_switches", in_quotes(one.name())
                                          + " ends as what a drill stops a host by: name the host "
                                            "under drills.execute, or choose another name");
    out.switches.push_back({one.name()});
    names.operator_switches.add(one.name());
  }
  if (file.given("time_zone")) out.time_zone = in.time_zone();
}

void load_generator(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  if (file.given("nominal_volts")) out.nominal_volts = in.nominal_volts();
  if (!in.has_generator()) return;
  const auto& from = in.generator();
  generator_config made;
  if (!from.contact().empty())
    made.contact = names.sensors.find(from.contact(), "generator.contact", file);
  made.ups_says = from.ups_says();
  take(made.hold, from.has_hold(), from.hold());
  if (from.has_capacity_watts()) made.capacity_watts = from.capacity_watts();
  take(made.stagger, from.has_stagger(), from.stagger());
  out.generator = made;
}

site to_site(const v1::SiteFile& in, document& file, site_assets& assets) {
  site out;
  out.name = in.site();
  out.lab = in.lab();
  if (file.given("revision")) out.revision = in.revision();
  load_nodes(in, file, out);
  load_votes(in.votes(), out.votes);
  load_observing(in.observing(), file, out.observing);
  load_restore(in.restore(), out.restore);
  site_names names;
  load_devices(in, file, out, names);
  load_hints(in.hints(), file, out, names);
  load_hosts(in, file, out, names);
  load_groups(in, file, names);
  load_dependencies(in, file, out, names);
  load_operator_switches(in, file, out, names);
  load_generator(in, file, out, names);
  load_stages(in, file, out, names);
  load_jobs(in, file, out, names);
  load_output_orders(out);
  load_drills(in, file, out, names);
  assign_stages(out);
  assets = load_assets(in, file, out, names);
  return out;
}

std::variant<site, std::vector<problem>> finish(const v1::SiteFile& in, document& file,
                                                const hash_function& hash,
                                                std::vector<problem>& warnings,
                                                site_assets& assets) {
  if (file.troubled("")) return file.problems();  // no such file, no YAML, or no such keys
  auto out = to_site(in, file, assets);
  auto found = validate(out);
  const auto more = review(out, assets);
  found.insert(found.end(), more.begin(), more.end());
  file.add(found);
  if (file.has_error()) return file.problems();
  out.hash = hash(file.text());
  warnings = file.problems();
  return out;
}

}  // namespace

std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash) {
  std::vector<problem> ignored;
  return load_site(path, hash, ignored);
}

std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash,
                                                   std::vector<problem>& warnings) {
  site_assets ignored;
  return load_site(path, hash, warnings, ignored);
}

std::variant<site, std::vector<problem>> load_site(const std::string& path,
                                                   const hash_function& hash,
                                                   std::vector<problem>& warnings,
                                                   site_assets& assets) {
  v1::SiteFile in;
  document file{path, in};
  return finish(in, file, hash, warnings, assets);
}

std::variant<site, std::vector<problem>> load_site_text(const std::string& name, std::string text,
                                                        const hash_function& hash,
                                                        std::vector<problem>& warnings,
                                                        site_assets& assets) {
  v1::SiteFile in;
  document file{name, std::move(text), in};
  return finish(in, file, hash, warnings, assets);
}

}  // namespace holdover::config
