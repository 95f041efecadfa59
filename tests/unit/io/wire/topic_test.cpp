#include "io/wire/topic.hpp"

#include "tests/unit/io/wire/samples.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdover::wire {
namespace {

TEST(Topic, NamesSiteKindAndSubject) {
  EXPECT_EQ(encode_topic(wrap(sample_host_vote())), "hq/vote/host/web1/");
  EXPECT_EQ(encode_topic(wrap(sample_host_beacon())), "hq/beacon/host/web1/");
  EXPECT_EQ(encode_topic(wrap(sample_event(ups_event{
                .device = "main", .what = "online", .state = {}, .flags = {}, .values = {}}))),
            "hq/event/ups/main/");
}

TEST(Topic, BeginsWithThePrefixThatSubscribersAskFor) {
  for (const auto& one : every_message())
    EXPECT_EQ(encode_topic(one).rfind(topic_prefix({"hq"}), 0), 0u);
  EXPECT_EQ(topic_prefix({"hq", "event"}), "hq/event/");
}

TEST(Topic, ANameCannotReachIntoAnotherSubject) {
  EXPECT_EQ(topic_prefix({"a/b", "100%"}), "a%2Fb/100%25/");
}

}  // namespace
}  // namespace holdover::wire
