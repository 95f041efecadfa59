#include "core/log/sequence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace holdover::log {
namespace {

constexpr time_point start{100s};
constexpr auto nothing = std::optional<range>{};

std::optional<range> numbers(std::uint64_t first, std::uint64_t last) {
  return range{first, last};
}

TEST(Sequence, NumbersInOrderLeaveNoHole) {
  sequence_tracker log;
  for (std::uint64_t i = 1; i <= 5; ++i)
    EXPECT_EQ(log.arrived(i, start), arrival::new_one);
  EXPECT_EQ(log.prefix(), 5);
  EXPECT_EQ(log.highest(), 5);
  EXPECT_TRUE(log.complete());
  EXPECT_EQ(log.ask(start + 1h), nothing);
  EXPECT_EQ(log.next_change(start), std::nullopt);
}

TEST(Sequence, ItGoesOnWhereStorageEnds) {
  sequence_tracker log(40);
  EXPECT_EQ(log.prefix(), 40);
  EXPECT_TRUE(log.complete());
  EXPECT_EQ(log.arrived(40, start), arrival::duplicate);
  EXPECT_EQ(log.arrived(41, start), arrival::new_one);
  EXPECT_EQ(log.prefix(), 41);
}

TEST(Sequence, TheSameNumberTwiceIsNoNews) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(4, start);
  EXPECT_EQ(log.arrived(1, start), arrival::duplicate);
  EXPECT_EQ(log.arrived(4, start), arrival::duplicate);
  log.arrived(2, start);
  EXPECT_EQ(log.arrived(2, start), arrival::duplicate);
  EXPECT_EQ(log.prefix(), 2);
}

TEST(Sequence, ThereIsNoNumberZero) {
  sequence_tracker log;
  EXPECT_EQ(log.arrived(0, start), arrival::duplicate);
  EXPECT_TRUE(log.complete());
}

TEST(Sequence, AHoleHoldsThePrefixUntilItIsFilled) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(5, start);
  EXPECT_EQ(log.prefix(), 1);
  EXPECT_EQ(log.highest(), 5);
  EXPECT_FALSE(log.complete());
  EXPECT_EQ(log.arrived(3, start), arrival::new_one);
  EXPECT_EQ(log.prefix(), 1);
  log.arrived(2, start);
  EXPECT_EQ(log.prefix(), 3);
  log.arrived(4, start);
  EXPECT_EQ(log.prefix(), 5);
  EXPECT_TRUE(log.complete());
}

TEST(Sequence, WhatIsSkippedIsNotMissingAnyMore) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(10, start);
  EXPECT_EQ(log.skipped({1, 4}), (std::vector{range{2, 4}}));
  EXPECT_EQ(log.prefix(), 4);
  EXPECT_EQ(log.skipped({1, 4}), std::vector<range>{}) << "once";
  EXPECT_EQ(log.ask(start + 1s), numbers(5, 9));
  EXPECT_EQ(log.skipped({6, 7}), (std::vector{range{6, 7}}));
  EXPECT_EQ(log.skipped({5, 100}), (std::vector{range{5, 5}, range{8, 9}}));
  EXPECT_TRUE(log.complete());
  EXPECT_EQ(log.prefix(), 10);
  EXPECT_EQ(log.highest(), 10) << "nobody can skip what was never announced";
}

TEST(Sequence, SkippingBeforeBetweenAndBeyondHolesChangesNothing) {
  sequence_tracker log(5);
  log.arrived(8, start);
  log.arrived(12, start);
  for (const auto gone : {range{1, 5}, range{8, 8}, range{12, 500}})
    EXPECT_EQ(log.skipped(gone), std::vector<range>{});
  EXPECT_EQ(log.prefix(), 5);
}

TEST(Sequence, WhatCouldNotBeKeptIsAskedForAgainAfterItsWait) {
  sequence_tracker log;
  for (std::uint64_t i = 1; i <= 5; ++i)
    log.arrived(i, start);
  log.lost(3, start, 10s);
  log.lost(4, start, 10s);
  EXPECT_EQ(log.prefix(), 2);
  EXPECT_EQ(log.ask(start + 9s), nothing);
  EXPECT_EQ(log.next_change(start), start + 10s);
  EXPECT_EQ(log.ask(start + 10s), numbers(3, 4)) << "neighbours make one question";
  EXPECT_EQ(log.arrived(3, start + 11s), arrival::new_one);
  EXPECT_EQ(log.arrived(4, start + 11s), arrival::new_one);
  EXPECT_TRUE(log.complete());
}

TEST(Sequence, OnlyWhatArrivedCanBeLost) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(4, start);
  log.lost(0, start, 1s);
  log.lost(3, start, 1h);
  log.lost(9, start, 1s);
  EXPECT_EQ(log.highest(), 4);
  EXPECT_EQ(log.ask(start + 1s), numbers(2, 3)) << "the hole keeps its time";
}

TEST(Sequence, AHoleIsAskedForAfterAShortWait) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(5, start);
  EXPECT_EQ(log.ask(start + 199ms), nothing);
  EXPECT_EQ(log.next_change(start), start + 200ms);
  EXPECT_EQ(log.ask(start + 200ms), numbers(2, 4));
}

TEST(Sequence, AQuestionIsNotRepeatedUntilItsAnswerHadTime) {
  sequence_tracker log;
  log.arrived(5, start);
  EXPECT_EQ(log.ask(start + 200ms), numbers(1, 4));
  EXPECT_EQ(log.ask(start + 2199ms), nothing);
  EXPECT_EQ(log.next_change(start + 1s), start + 2200ms);
  EXPECT_EQ(log.ask(start + 2200ms), numbers(1, 4));
}

TEST(Sequence, OnlyWhatIsStillMissingIsAskedForAgain) {
  sequence_tracker log;
  log.arrived(5, start);
  log.ask(start + 200ms);
  log.arrived(2, start + 1s);
  EXPECT_EQ(log.ask(start + 3s), numbers(1, 1));
  EXPECT_EQ(log.ask(start + 3s), numbers(3, 4));
  EXPECT_EQ(log.ask(start + 3s), nothing);
}

TEST(Sequence, EachHoleHasItsOwnWait) {
  sequence_tracker log;
  log.arrived(1, start);
  log.arrived(3, start);
  log.arrived(5, start + 150ms);
  EXPECT_EQ(log.ask(start + 200ms), numbers(2, 2));
  EXPECT_EQ(log.ask(start + 200ms), nothing);
  EXPECT_EQ(log.next_change(start + 200ms), start + 350ms);
  EXPECT_EQ(log.ask(start + 350ms), numbers(4, 4));
}

TEST(Sequence, AnAnnouncementBeyondTheHighestIsAHole) {
  sequence_tracker log(10);
  log.announced(12, start);
  EXPECT_EQ(log.prefix(), 10);
  EXPECT_EQ(log.highest(), 12);
  EXPECT_EQ(log.ask(start + 200ms), numbers(11, 12));
}

TEST(Sequence, AnAnnouncementOfWhatIsHereChangesNothing) {
  sequence_tracker log(10);
  log.announced(10, start);
  log.announced(3, start);
  EXPECT_TRUE(log.complete());
  EXPECT_EQ(log.highest(), 10);
}

TEST(Sequence, AnAnnouncedEventThatArrivesInTimeIsNeverAskedFor) {
  sequence_tracker log(10);
  log.announced(11, start);
  log.arrived(11, start + 100ms);
  EXPECT_TRUE(log.complete());
  EXPECT_EQ(log.ask(start + 10s), nothing);
}

TEST(Sequence, GrowingAnnouncementsMakeOneHole) {
  sequence_tracker log;
  for (std::uint64_t last = 1; last <= 20; ++last)
    log.announced(last, start);
  EXPECT_EQ(log.ask(start + 1s), numbers(1, 20));
}

TEST(Sequence, WhatIsAnnouncedAfterAQuestionIsAnotherQuestion) {
  sequence_tracker log;
  log.announced(5, start);
  EXPECT_EQ(log.ask(start + 200ms), numbers(1, 5));
  log.announced(9, start + 300ms);
  EXPECT_EQ(log.ask(start + 499ms), nothing);
  EXPECT_EQ(log.ask(start + 500ms), numbers(6, 9));
}

TEST(Sequence, ALongHoleIsAskedForInBatches) {
  sequence_tracker log(0, 200ms, 2s, 10);
  log.arrived(26, start);
  EXPECT_EQ(log.ask(start + 1s), numbers(1, 10));
  EXPECT_EQ(log.ask(start + 1s), numbers(11, 20));
  EXPECT_EQ(log.ask(start + 1s), numbers(21, 25));
  EXPECT_EQ(log.ask(start + 1s), nothing);
}

TEST(Sequence, NoMoreThanFourBatchesAreWithoutAnAnswer) {
  sequence_tracker log(0, 200ms, 2s, 10);
  log.announced(1000, start);
  for (std::uint64_t i = 0; i < 4; ++i)
    EXPECT_EQ(log.ask(start + 1s), numbers(10 * i + 1, 10 * i + 10));
  EXPECT_EQ(log.ask(start + 1s), nothing);
  EXPECT_EQ(log.next_change(start + 1s), start + 3s);

  for (std::uint64_t i = 1; i <= 10; ++i)
    log.arrived(i, start + 1s);
  EXPECT_LE(log.next_change(start + 1s), start + 1s);
  EXPECT_EQ(log.ask(start + 1s), numbers(41, 50));
  EXPECT_EQ(log.ask(start + 1s), nothing);
}

TEST(Sequence, AnAnswerInPartsFreesNoMoreThanItBrought) {
  sequence_tracker log(0, 200ms, 2s, 10);
  log.announced(1000, start);
  for (int i = 0; i < 4; ++i)
    log.ask(start + 1s);
  for (std::uint64_t i = 1; i <= 5; ++i)
    log.arrived(i, start + 1s);
  EXPECT_EQ(log.ask(start + 1s), numbers(41, 45));
}

TEST(Sequence, QuestionsThatNobodyAnsweredAreAskedAgain) {
  sequence_tracker log(0, 200ms, 2s, 10);
  log.announced(1000, start);
  for (int i = 0; i < 5; ++i)
    log.ask(start + 1s);
  for (std::uint64_t i = 0; i < 4; ++i)
    EXPECT_EQ(log.ask(start + 3s), numbers(10 * i + 1, 10 * i + 10));
  EXPECT_EQ(log.ask(start + 3s), nothing);
}

TEST(Sequence, AnAbsurdAnnouncementCostsNothing) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  sequence_tracker log;
  log.announced(most, start);
  EXPECT_EQ(log.ask(start + 1s), numbers(1, 500));
  EXPECT_EQ(log.arrived(most, start), arrival::new_one);
  EXPECT_EQ(log.arrived(most, start), arrival::duplicate);
  EXPECT_EQ(log.highest(), most);
}

TEST(Sequence, WhateverIsLostDoubledOrShuffledEverythingArrivesOnce) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 bits(seed);
    const auto chance = [&](double p) { return std::bernoulli_distribution(p)(bits); };
    std::vector<std::uint64_t> feed(200);
    std::iota(feed.begin(), feed.end(), 1u);
    for (std::size_t i = 0; i + 3 < feed.size(); ++i)
      if (chance(0.2)) std::swap(feed[i], feed[i + 3]);

    sequence_tracker log(0, 200ms, 2s, 16);
    std::set<std::uint64_t> stored;
    auto now = start;
    const auto deliver = [&](std::uint64_t number) {
      if (chance(0.3)) return;
      for (int copies = chance(0.2) ? 2 : 1; copies > 0; --copies)
        EXPECT_EQ(log.arrived(number, now) == arrival::new_one, stored.insert(number).second);
    };
    for (const auto number : feed) {
      now += 20ms;
      deliver(number);
    }
    log.announced(200, now);
    for (int rounds = 0; !log.complete() && rounds < 1000; ++rounds) {
      const auto next = log.next_change(now);
      ASSERT_TRUE(next);
      now = std::max(now, *next);
      while (const auto wanted = log.ask(now))
        for (auto number = wanted->first; number <= wanted->last; ++number) {
          EXPECT_FALSE(stored.contains(number)) << "asked for what is here";
          deliver(number);
        }
      std::uint64_t prefix = 0;
      while (stored.contains(prefix + 1))
        ++prefix;
      EXPECT_EQ(log.prefix(), prefix);
    }
    EXPECT_TRUE(log.complete());
    EXPECT_EQ(stored.size(), 200u);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace holdover::log
