// Holdover's policy against fixed rules over the same outages: see README.md beside this.

#include "bench/policy_value/players.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace {

using namespace holdover::bench;

constexpr std::uint64_t training_from = 1, held_out_from = 1'000'001;
constexpr std::array players{player::fixed_time, player::low_charge,         player::low_runtime,
                             player::holdover,   player::holdover_own_model, player::known_end,
                             player::oracle};

/// Apart: outages that mains end, and those that the battery does.
struct tally {
  score mains_ended, battery_ended;
  score sum() const {
    auto all = mains_ended;
    return all += battery_ended;
  }
};

tally play_all(player who, double parameter, const arena& of, std::uint64_t from,
               std::uint64_t count) {
  tally made;
  for (auto seed = from; seed < from + count; ++seed) {
    const auto outage = draw(of, seed);
    const auto went = play(of, outage);
    (went.ends_seconds ? made.battery_ended : made.mains_ended) +=
        judge(who, parameter, of, outage, went);
  }
  return made;
}

/// The boldest value without a crash in training: host-minutes only fall from there. If there is
/// none, the one with the fewest crashes.
double tune(player who, const std::vector<const arena*>& where, std::uint64_t count) {
  std::optional<std::pair<std::size_t, double>> best;
  for (const auto value : parameters(who)) {
    std::size_t crashes = 0;
    for (const auto* of : where)
      crashes += play_all(who, value, *of, training_from, count).sum().crashes;
    if (!best || crashes < best->first) best = {crashes, value};
    if (crashes == 0) break;
  }
  return best->second;
}

struct row {
  player who{};
  std::array<double, 3> values{};
  std::array<tally, 3> of_site;
  score sum;
};

/// Where host-minutes are lost against the oracle.
void print_distance(const std::array<arena, 3>& sites, const std::vector<row>& rows) {
  std::printf("\nhost-minutes behind the oracle, where mains / the battery ended the outage\n%-24s",
              "");
  for (std::size_t i = 0; i < sites.size(); ++i)
    std::printf(" %13s %4zu/%4zu", sites[i].name.c_str(), rows.back().of_site[i].mains_ended.plays,
                rows.back().of_site[i].battery_ended.plays);
  std::printf("\n");
  for (const auto& r : rows) {
    std::printf("%-24s", to_string(r.who).c_str());
    for (std::size_t i = 0; i < sites.size(); ++i) {
      const auto& best = rows.back().of_site[i];
      const auto& own = r.of_site[i];
      std::printf(" %11.0f/%11.0f", best.mains_ended.host_minutes - own.mains_ended.host_minutes,
                  best.battery_ended.host_minutes - own.battery_ended.host_minutes);
    }
    std::printf("\n");
  }
}

void print(const char* title, const std::vector<row>& rows) {
  double oracle = 0, best_fixed = 0;
  for (const auto& r : rows) {
    if (r.who == player::oracle) oracle = r.sum.host_minutes;
    if (is_fixed_rule(r.who) && r.sum.crashes == 0)
      best_fixed = std::max(best_fixed, r.sum.host_minutes);
  }
  std::printf("\n%s (%zu outages)\n", title, rows.front().sum.plays);
  std::printf("%-24s %-18s %14s %8s %10s %14s\n", "player", "parameters", "host-minutes", "crashes",
              "of oracle", "of best fixed");
  for (const auto& r : rows)
    std::printf("%-24s %5.0f %5.0f %5.0f  %14.0f %8zu %9.1f%% %13.1f%%\n", to_string(r.who).c_str(),
                r.values[0], r.values[1], r.values[2], r.sum.host_minutes, r.sum.crashes,
                100 * r.sum.host_minutes / oracle,
                best_fixed > 0 ? 100 * r.sum.host_minutes / best_fixed : 0);
}

std::vector<row> compare(const std::array<arena, 3>& sites, bool each, std::uint64_t training,
                         std::uint64_t held_out) {
  std::vector<row> rows;
  for (const auto who : players) {
    row made;
    made.who = who;
    if (each)
      for (std::size_t i = 0; i < sites.size(); ++i)
        made.values[i] = tune(who, {&sites[i]}, training);
    else
      made.values.fill(tune(who, {&sites[0], &sites[1], &sites[2]}, training));
    for (std::size_t i = 0; i < sites.size(); ++i) {
      made.of_site[i] = play_all(who, made.values[i], sites[i], held_out_from, held_out);
      made.sum += made.of_site[i].sum();
    }
    std::fprintf(stderr, "%s done\n", to_string(who).c_str());
    rows.push_back(made);
  }
  return rows;
}

}  // namespace

int main(int count, char** values) {
  const auto held_out = count > 1 ? std::strtoull(values[1], nullptr, 10) : 3334;
  const auto training = count > 2 ? std::strtoull(values[2], nullptr, 10) : 1000;
  if (held_out == 0 || training == 0) {
    std::fprintf(stderr, "%s [HELD-OUT [TRAINING]]: outages for each site\n", values[0]);
    return 2;
  }
  const auto sites = arenas();
  const auto one = compare(sites, false, training, held_out);
  print("One value for all sites", one);
  print_distance(sites, one);
  const auto each = compare(sites, true, training, held_out);
  print("A value for each site", each);
  print_distance(sites, each);

  // Of both ways of tuning, the fixed rule that does best and never crashes.
  double best_fixed = 0;
  for (const auto* table : {&one, &each})
    for (const auto& r : *table)
      if (is_fixed_rule(r.who) && r.sum.crashes == 0)
        best_fixed = std::max(best_fixed, r.sum.host_minutes);
  std::printf("\naim: never a crash, and 120 %% of the best fixed rule that never crashes\n");
  bool all_met = true;
  for (const auto* table : {&one, &each})
    for (const auto& r : *table) {
      if (r.who != player::holdover && r.who != player::holdover_own_model) continue;
      const bool met =
          r.sum.crashes == 0 && best_fixed > 0 && r.sum.host_minutes >= 1.2 * best_fixed;
      all_met = all_met && met;
      std::printf("%-24s %zu crashes, %.0f %%: %s\n", to_string(r.who).c_str(), r.sum.crashes,
                  best_fixed > 0 ? 100 * r.sum.host_minutes / best_fixed : 0,
                  met              ? "met"
                  : best_fixed > 0 ? "missed"
                                   : "cannot be told, every fixed rule crashed");
    }
  return all_met ? 0 : 1;
}
