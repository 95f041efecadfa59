// Plays many random lives of a site's policy and says what came of them.
//
//   policy_lives FIRST COUNT [--stop]     seeds FIRST to FIRST+COUNT-1; --stop at the first
//   violation policy_lives --trace SEED             the story of one seed
//
// Exit 1 if an invariant broke, or if 5,000 lives and more left a coverage counter at zero.

#include "tests/lives/oracle.hpp"
#include "tests/lives/player.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace holdover::lives;

constexpr std::uint64_t enough_for_coverage = 5000;

std::string play(std::uint64_t seed, coverage& seen, std::string* story) {
  const auto drawn = draw(seed);
  for (const auto& problem : holdover::validate(drawn.about))
    if (problem.how == holdover::site_problem::weight::error)
      return "draw: " + problem.path + ' ' + problem.text;
  oracle judge{drawn, seen};
  player{drawn, judge, story}.play();
  return judge.violation();
}

int trace(std::uint64_t seed) {
  coverage seen;
  std::string story;
  const auto violation = play(seed, seen, &story);
  std::printf("%sseed %llu %s\n", story.c_str(), static_cast<unsigned long long>(seed),
              violation.empty() ? "is fine" : violation.c_str());
  return violation.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--trace") == 0)
    return trace(std::strtoull(argv[2], nullptr, 10));
  if (argc < 3) {
    std::fprintf(stderr, "usage: policy_lives FIRST COUNT [--stop] | --trace SEED\n");
    return 2;
  }
  const auto first = std::strtoull(argv[1], nullptr, 10);
  const auto count = std::strtoull(argv[2], nullptr, 10);
  const bool stop = argc > 3 && std::strcmp(argv[3], "--stop") == 0;
  coverage seen;
  std::uint64_t failed = 0, played = 0;
  for (auto seed = first; seed < first + count; ++seed) {
    const auto violation = play(seed, seen, nullptr);
    ++played;
    if (violation.empty()) continue;
    ++failed;
    std::printf("seed %llu %s\n", static_cast<unsigned long long>(seed), violation.c_str());
    std::fflush(stdout);
    if (stop) break;
  }
  bool missing = false;
  for (std::size_t i = 0; i < sometimes_count; ++i) {
    const auto what = static_cast<sometimes>(i);
    std::printf("  %-28s %llu\n", to_string(what), static_cast<unsigned long long>(seen.of(what)));
    missing = missing || (played >= enough_for_coverage && seen.of(what) == 0);
  }
  std::printf("%llu lives, %llu violations%s\n", static_cast<unsigned long long>(played),
              static_cast<unsigned long long>(failed), missing ? ", coverage incomplete" : "");
  return failed != 0 || missing ? 1 : 0;
}
