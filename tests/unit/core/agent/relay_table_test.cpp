#include "core/agent/relay_table.hpp"

#include <gtest/gtest.h>

namespace holdover::agent {
namespace {

using numbers = std::vector<node_number>;

struct RelayTable : testing::Test {
  static host_beacon echoing(const numbers& heard) {
    host_beacon b;
    b.host = "web1";
    for (const auto number : heard)
      b.echoes.push_back({number, {}, 1});
    return b;
  }
  time_point now{1000s};
  relay_table alpha{1, {1, 2, 3}, 10s};
  relay_table beta{2, {1, 2, 3}, 10s};
};

TEST_F(RelayTable, ABeaconIsPassedOnToTheNodesThatItDoesNotEcho) {
  EXPECT_EQ(alpha.in_need(echoing({1, 3}), now), (numbers{2}));
  EXPECT_EQ(alpha.in_need(echoing({}), now), (numbers{2, 3}));
}

TEST_F(RelayTable, ABeaconThatEchoesEverybodyGoesNoFurther) {
  EXPECT_TRUE(alpha.in_need(echoing({1, 2, 3}), now).empty());
}

TEST_F(RelayTable, ALastWordIsPassedOnToEverybody) {
  auto last = echoing({1, 2, 3});
  last.state = host_state::down;
  EXPECT_EQ(alpha.in_need(last, now), (numbers{2, 3}));
}

TEST_F(RelayTable, PassingOnGoesOnWhileTheOthersVotesComeThroughUs) {
  alpha.carried("web1", 2, now);
  EXPECT_EQ(alpha.in_need(echoing({1, 2, 3}), now + 10s), (numbers{2}));
  EXPECT_TRUE(alpha.in_need(echoing({1, 2, 3}), now + 11s).empty());
}

TEST_F(RelayTable, AVoteGoesThroughTheNodesThatPassedTheBeaconOn) {
  beta.heard("web1", 1, now);
  beta.heard("web1", 3, now);
  EXPECT_EQ(beta.ways("web1", now), (numbers{1, 3}));
  EXPECT_TRUE(beta.ways("web2", now).empty());
}

TEST_F(RelayTable, WhoHearsTheHostItselfNeedsNobody) {
  beta.heard("web1", 1, now);
  beta.heard("web1", std::nullopt, now);
  EXPECT_TRUE(beta.ways("web1", now).empty());
  beta.heard("web1", 1, now + 11s);
  EXPECT_EQ(beta.ways("web1", now + 11s), (numbers{1})) << "not heard itself for a while";
}

TEST_F(RelayTable, AWayThatHasGoneQuietIsNoWay) {
  beta.heard("web1", 1, now);
  EXPECT_TRUE(beta.ways("web1", now + 11s).empty());
}

TEST_F(RelayTable, ANodeIsNoWayToItself) {
  beta.heard("web1", 2, now);
  EXPECT_TRUE(beta.ways("web1", now).empty());
}

}  // namespace
}  // namespace holdover::agent
