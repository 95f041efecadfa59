#include "io/device/snmp/pace.hpp"

#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

using namespace std::chrono_literals;

TEST(Pace, StartsWithASecondAndIsSilentAfterTheUsualTime) {
  const pace fresh;
  EXPECT_EQ(fresh.patience(), 1s);
  EXPECT_EQ(fresh.silence(), pace::silence_usual);
}

TEST(Pace, WaitsTwiceAsLongAsTheCardTook) {
  pace card;
  card.answered(1500ms, false);
  EXPECT_EQ(card.patience(), 3s);
  EXPECT_EQ(card.silence(), pace::silence_usual);
}

TEST(Pace, GivesACardOfFiveSecondsTheTimeItNeeds) {
  pace card;
  card.answered(5500ms, false);
  EXPECT_EQ(card.patience(), pace::patience_most);
  EXPECT_GT(card.silence(), 5500ms);
}

TEST(Pace, NeverWaitsLongerThanTheMost) {
  pace card;
  for (int i = 0; i < 20; ++i) {
    card.answered(60s, i % 2 == 0);
    card.fell_silent();
  }
  EXPECT_EQ(card.patience(), pace::patience_most);
  EXPECT_EQ(card.silence(), pace::silence_most);
}

TEST(Pace, BecomesQuickAgainWithQuickReplies) {
  pace card;
  card.answered(5500ms, false);
  for (int i = 0; i < 4; ++i)
    card.answered(20ms, false);
  EXPECT_LT(card.patience(), 1500ms);
}

TEST(Pace, DoublesAfterEachSilenceUntilSomethingIsHeard) {
  pace card;
  card.fell_silent();
  EXPECT_EQ(card.patience(), 2s);
  card.fell_silent();
  EXPECT_EQ(card.patience(), 4s);
  card.fell_silent();
  EXPECT_EQ(card.patience(), 6s);
  card.answered(20ms, false);
  EXPECT_EQ(card.patience(), 1s);
}

TEST(Pace, StaysQuickWhereEveryThirdRequestGetsLost) {
  pace card;
  for (int i = 0; i < 50; ++i) {
    card.answered(card.patience() + 20ms, true);
    EXPECT_LT(card.patience(), 2600ms);
    card.answered(20ms, false);
    card.answered(20ms, false);
  }
}

}  // namespace
}  // namespace holdover::device::snmp
