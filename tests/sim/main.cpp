// Plays many random lives of whole sites and says in one line what came of them.
//
//   site_sim FIRST COUNT [--hours H] [--twice] [--jobs N] [--complete]
//                                                           seeds FIRST to FIRST+COUNT-1
//   site_sim --trace SEED [--hours H]                       the story of one seed
//
// Worlds share nothing, so --jobs N plays N of them side by side; the sums are the same.
// --twice plays each seed two times and compares the hashes of both stories. Exit 1 if an invariant
// broke, if a seed told two stories, or if 2,000 seeds and more (with --complete: any number) left
// a coverage counter at zero.

#include "tests/sim/coverage.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace holdover::sim;

struct options {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> trace;
  std::optional<double> hours;
  bool twice = false;
  bool stop = false;      // At the first violation.
  bool complete = false;  // However few the seeds.
  unsigned jobs = 1;
};

struct totals {
  std::uint64_t seeds = 0, failed = 0;
  double hours = 0;
  std::array<std::uint64_t, crash_cause_count> crashes{};
  std::array<std::uint64_t, restore_excuse_count> excused{};
  coverage seen;

  void add(const totals& other) {
    seeds += other.seeds;
    failed += other.failed;
    hours += other.hours;
    for (std::size_t i = 0; i < crash_cause_count; ++i)
      crashes[i] += other.crashes[i];
    for (std::size_t i = 0; i < restore_excuse_count; ++i)
      excused[i] += other.excused[i];
    seen.add(other.seen);
  }
};

constexpr std::uint64_t enough_for_coverage = 2000;

void usage() {
  std::fprintf(stderr,
               "usage: site_sim FIRST COUNT [--hours H] [--twice] [--stop] [--jobs N]"
               " [--complete]\n"
               "       site_sim --trace SEED [--hours H]\n");
  std::exit(2);
}

options parse(int argc, char** argv) {
  options o;
  int position = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return i + 1 < argc ? argv[++i] : (usage(), ""); };
    if (word == "--trace")
      o.trace = std::strtoull(value(), nullptr, 10);
    else if (word == "--hours")
      o.hours = std::strtod(value(), nullptr);
    else if (word == "--twice")
      o.twice = true;
    else if (word == "--stop")
      o.stop = true;
    else if (word == "--complete")
      o.complete = true;
    else if (word == "--jobs")
      o.jobs = static_cast<unsigned>(std::clamp(std::atoi(value()), 1, 64));
    else if (position == 0 && ++position)
      o.first = std::strtoull(word.c_str(), nullptr, 10);
    else if (position == 1 && ++position)
      o.count = std::strtoull(word.c_str(), nullptr, 10);
    else
      usage();
  }
  if (!o.trace && position != 2) usage();
  return o;
}

bool play(std::uint64_t seed, const options& o, totals& sum) {
  world life{make_plan(seed, o.hours)};
  life.run();
  bool fine = true;
  for (const auto& v : life.verdict().violations()) {
    std::printf("seed %llu at %.3f s: %s: %s\n", static_cast<unsigned long long>(seed),
                static_cast<double>(v.at) / 1000, v.invariant.c_str(), v.text.c_str());
    fine = false;
  }
  if (o.twice) {
    world again{make_plan(seed, o.hours)};
    again.run();
    if (again.hash() != life.hash()) {
      std::printf("seed %llu told two stories\n", static_cast<unsigned long long>(seed));
      fine = false;
    }
  }
  totals one{.seeds = 1,
             .failed = fine ? 0u : 1u,
             .hours = static_cast<double>(life.now()) / 3'600'000,
             .crashes = life.verdict().crashes(),
             .excused = life.verdict().restores_excused(),
             .seen = life.seen()};
  sum.add(one);
  std::fflush(stdout);
  return fine;
}

totals play_all(const options& o) {
  std::atomic<std::uint64_t> next{o.first};
  std::atomic<bool> over{false};
  std::vector<totals> sums(o.jobs);
  const auto work = [&](totals& sum) {
    for (auto seed = next++; seed < o.first + o.count && !over; seed = next++)
      if (!play(seed, o, sum) && o.stop) over = true;
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < o.jobs; ++i)
    others.emplace_back(work, std::ref(sums[i]));
  work(sums[0]);
  for (auto& t : others)
    t.join();
  for (unsigned i = 1; i < o.jobs; ++i)
    sums[0].add(sums[i]);
  return sums[0];
}

void report(const totals& sum) {
  std::printf(
      "%llu seeds, %.0f virtual hours, %llu failed; shutdowns: %llu by vote, %llu by fallback;"
      " crashes:",
      static_cast<unsigned long long>(sum.seeds), sum.hours,
      static_cast<unsigned long long>(sum.failed),
      static_cast<unsigned long long>(sum.seen.of(sometimes::commit_by_vote)),
      static_cast<unsigned long long>(sum.seen.of(sometimes::commit_by_fallback)));
  for (std::size_t i = 0; i < crash_cause_count; ++i)
    std::printf("%s %s %llu", i == 0 ? "" : ",",
                to_string(crash_cause{static_cast<std::uint8_t>(i)}),
                static_cast<unsigned long long>(sum.crashes[i]));
  std::printf("; restores excused:");
  for (std::size_t i = 0; i < restore_excuse_count; ++i)
    std::printf("%s %s %llu", i == 0 ? "" : ",",
                to_string(restore_excuse{static_cast<std::uint8_t>(i)}),
                static_cast<unsigned long long>(sum.excused[i]));
  std::printf("; sometimes: %s\n", sum.seen.summary().c_str());
}

int trace(const options& o) {
  const auto p = make_plan(*o.trace, o.hours);
  std::printf("%s\n", describe(p).c_str());
  world life{p, [](const std::string& line) { std::printf("%s\n", line.c_str()); }};
  life.run();
  for (const auto& v : life.verdict().violations())
    std::printf("%9.3f  VIOLATION %s: %s\n", static_cast<double>(v.at) / 1000, v.invariant.c_str(),
                v.text.c_str());
  std::printf("hash %016llx\n", static_cast<unsigned long long>(life.hash()));
  return life.verdict().violations().empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = parse(argc, argv);
  if (o.trace) return trace(o);
  const auto sum = play_all(o);
  report(sum);
  const auto missing = sum.seen.missing();
  if ((o.complete || o.count >= enough_for_coverage) && !missing.empty()) {
    std::printf("never seen: %s\n", missing.c_str());
    return 1;
  }
  return sum.failed == 0 ? 0 : 1;
}
