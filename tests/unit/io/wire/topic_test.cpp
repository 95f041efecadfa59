#include "io/wire/topic.hpp"

#include "tests/unit/io/wire/samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Topic, ASubscriberToADeviceHearsItAloneAndInBatches) {
  ups_telemetry told;
  told.device = "a/b";
  const auto wanted = telemetry_topics("hq", "ups", "a/b");
  const auto heard = [&](const message_payload& what, const std::vector<std::string>& by) {
    const auto topic = encode_topic(wrap(what));
    return std::any_of(by.begin(), by.end(),
                       [&](const std::string& prefix) { return topic.rfind(prefix, 0) == 0; });
  };
  const telemetry_batch batch{{{0ms, told}, {0ms, told}}};
  EXPECT_TRUE(heard(told, wanted));
  EXPECT_TRUE(heard(batch, wanted));
  EXPECT_TRUE(heard(told, telemetry_topics("hq", "ups")));
  EXPECT_FALSE(heard(told, telemetry_topics("hq", "ups", "a")));
  EXPECT_FALSE(heard(batch, telemetry_topics("hq", "sensor", "a/b")));
}

TEST(Topic, ANameCannotReachIntoAnotherSubject) {
  EXPECT_EQ(topic_prefix({"a/b", "100%"}), "a%2Fb/100%25/");
}

}  // namespace
}  // namespace holdover::wire
