#include "tests/unit/io/bus/bus_fixture.hpp"

#include <algorithm>
#include <thread>

namespace holdover::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST_F(Bus, ControlReachesTheNodeWithTheSendersNameAndRole) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "beacon"), send_result::queued);
  ASSERT_TRUE(at_node.heard("beacon"));
  const auto from = at_node.origin_of("beacon");
  EXPECT_EQ(from.member, "web1");
  EXPECT_EQ(from.as, role::agent);
  EXPECT_TRUE(from.from_client);
}

TEST_F(Bus, ControlReachesTheAgentBeforeItEverSpoke) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*a, "web1"));
  ASSERT_EQ(a->send_to("web1", "vote"), send_result::queued);
  ASSERT_TRUE(at_web.heard("vote"));
  const auto from = at_web.origin_of("vote");
  EXPECT_EQ(from.member, "node-a");
  EXPECT_EQ(from.as, role::node);
  EXPECT_FALSE(from.from_client);
  EXPECT_TRUE(at_node.controls().empty());
}

TEST_F(Bus, AnAnswerGoesToTheConnectionThatAsked) {
  listener_log at_node;
  listener_log at_first;
  listener_log at_second;
  const auto a = open(node(node_a), at_node);
  const auto first = open(client(web, *a), at_first);
  ASSERT_TRUE(connected(*first, "node-a"));
  ASSERT_EQ(first->send_to("node-a", "first"), send_result::queued);
  ASSERT_TRUE(at_node.heard("first"));
  const auto second = open(client(web, *a), at_second);
  ASSERT_TRUE(connected(*second, "node-a"));
  ASSERT_EQ(second->send_to("node-a", "second"), send_result::queued);
  ASSERT_TRUE(at_node.heard("second"));

  ASSERT_EQ(a->answer(at_node.origin_of("first"), "to first"), send_result::queued);
  ASSERT_EQ(a->answer(at_node.origin_of("second"), "to second"), send_result::queued);
  ASSERT_EQ(a->send_to("web1", "to the latest"), send_result::queued);
  ASSERT_TRUE(at_first.heard("to first"));
  ASSERT_TRUE(at_second.heard("to the latest"));
  EXPECT_EQ(at_first.controls().size(), 1U);
  EXPECT_EQ(at_second.controls().size(), 2U);
}

TEST_F(Bus, AnAnswerToAPeerGoesBackToIt) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*a, "web1"));
  ASSERT_EQ(a->send_to("web1", "vote"), send_result::queued);
  ASSERT_TRUE(at_web.heard("vote"));
  ASSERT_EQ(w->answer(at_web.origin_of("vote"), "heard"), send_result::queued);
  EXPECT_TRUE(at_node.heard("heard"));
}

TEST_F(Bus, TwoNodesThatConnectToEachOtherHearEachOtherOnce) {
  listener_log at_a;
  listener_log at_b;
  const auto a = open(node(node_a), at_a);
  auto config = node(node_b);
  config.peers = {{"node-a", a->control_address(), a->events_address()}};
  config.topics = {""};
  const auto b = open(config, at_b);
  ASSERT_TRUE(connected(*a, "node-b"));
  ASSERT_TRUE(connected(*b, "node-a"));
  EXPECT_EQ(b->send_to_all_peers("from b"), 1U);
  EXPECT_EQ(a->send_to("node-b", "from a"), send_result::queued);
  EXPECT_TRUE(at_a.heard("from b"));
  EXPECT_TRUE(at_b.heard("from a"));
  EXPECT_EQ(at_a.controls().size(), 1U);
  EXPECT_EQ(at_b.controls().size(), 1U);
}

TEST_F(Bus, EventsReachWhoSubscribedUnderThePublishersName) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "on battery"));
  const auto event = at_web.events().front();
  EXPECT_EQ(event.from, "node-a");
  EXPECT_EQ(event.topic, "t");
}

TEST_F(Bus, OnlyTopicsThatBeginAsAskedAreHeard) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto config = client(web, *a);
  config.topics = {"event/", "t"};
  const auto w = open(config, at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "ready"));
  ASSERT_EQ(a->publish("telemetry/ups1", "telemetry"), send_result::queued);
  ASSERT_EQ(a->publish("other/ups1", "other"), send_result::queued);
  ASSERT_EQ(a->publish("event/ups1", "event"), send_result::queued);
  ASSERT_TRUE(at_web.heard("event"));
  EXPECT_EQ(at_web.count("telemetry"), 1U);
  EXPECT_EQ(at_web.count("other"), 0U);
}

TEST_F(Bus, WhatWasPublishedBeforeASubscriptionIsNotHeard) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  ASSERT_EQ(a->publish("t", "before"), send_result::queued);
  ASSERT_TRUE(eventually([&] { return a->counters().events_out == 1; }));
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "after"));
  EXPECT_EQ(at_web.count("before"), 0U);
}

TEST_F(Bus, SendingToSomebodyUnknownIsAnError) {
  listener_log log;
  const auto a = open(node(node_a), log);
  EXPECT_EQ(a->send_to("nobody", "x"), send_result::not_a_member);
  EXPECT_EQ(a->send_to("", "x"), send_result::not_a_member);
}

TEST_F(Bus, SendingToAMemberWhoIsNotConnectedIsAnError) {
  listener_log log;
  const auto a = open(node(node_a), log);
  EXPECT_EQ(a->send_to("web1", "x"), send_result::not_connected);
}

TEST_F(Bus, SendingToAMemberWhoHasLeftIsCountedAndThenAnError) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*a, "web1"));
  w.reset();
  EXPECT_TRUE(eventually([&] { return a->send_to("web1", "x") == send_result::not_connected; }));
  EXPECT_GE(a->counters().controls_dropped, 1U);
}

TEST_F(Bus, AMessageThatIsTooLargeIsAnErrorAndOneThatJustFitsArrives) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  const std::string fits(message_bytes_max, 'x');
  EXPECT_EQ(w->send_to("node-a", fits + "x"), send_result::too_large);
  EXPECT_EQ(a->publish("t", fits + "x"), send_result::too_large);
  ASSERT_EQ(w->send_to("node-a", fits), send_result::queued);
  EXPECT_TRUE(at_node.heard(fits));
}

TEST_F(Bus, WhoDoesNotListenCannotPublish) {
  listener_log log;
  const auto w = open(config_of(web), log);
  EXPECT_EQ(w->publish("t", "x"), send_result::not_connected);
  EXPECT_EQ(w->control_address(), "");
  EXPECT_EQ(w->events_address(), "");
}

TEST_F(Bus, APeerIsReportedWhenItComesAndWhenItGoes) {
  listener_log at_node;
  listener_log at_web;
  auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(eventually([&] { return at_web.peers().size() == 1; }));
  a.reset();
  ASSERT_TRUE(eventually([&] { return at_web.peers().size() == 2; }));
  EXPECT_THAT(at_web.peers(), ElementsAre(Pair("node-a", true), Pair("node-a", false)));
  EXPECT_EQ(w->send_to("node-a", "x"), send_result::not_connected);
}

TEST_F(Bus, ANodeThatComesBackIsFoundAgain) {
  listener_log at_node;
  listener_log at_web;
  auto a = open(node(node_a), at_node);
  auto same = node(node_a);
  same.listen_control = a->control_address();
  same.listen_events = a->events_address();
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  a.reset();
  ASSERT_TRUE(eventually([&] { return !w->reachable("node-a"); }));
  a = open(same, at_node);
  ASSERT_TRUE(a);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_TRUE(connected(*a, "web1"));
  ASSERT_EQ(w->send_to("node-a", "again"), send_result::queued);
  ASSERT_EQ(a->send_to("web1", "back again"), send_result::queued);
  EXPECT_TRUE(at_node.heard("again"));
  EXPECT_TRUE(at_web.heard("back again"));
  EXPECT_TRUE(publish_until_heard(*a, at_web, "live again"));
}

TEST_F(Bus, WhatCouldNotBeSentInTimeIsNotSentLater) {
  listener_log at_node;
  listener_log at_web;
  auto a = open(node(node_a), at_node);
  auto same = node(node_a);
  same.listen_control = a->control_address();
  same.listen_events = a->events_address();
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  a.reset();
  // Some are queued while the loss is not yet known, and must die with the connection.
  while (w->send_to("node-a", "old") == send_result::queued)
    std::this_thread::yield();
  a = open(same, at_node);
  ASSERT_TRUE(a);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "new"), send_result::queued);
  ASSERT_TRUE(at_node.heard("new"));
  EXPECT_EQ(at_node.count("old"), 0U);
}

TEST_F(Bus, AnAgentThatComesBackIsReachedOnItsNewConnection) {
  listener_log at_node;
  listener_log before;
  listener_log after;
  const auto a = open(node(node_a), at_node);
  auto w = open(client(web, *a), before);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "before"), send_result::queued);
  ASSERT_TRUE(at_node.heard("before"));
  w.reset();
  w = open(client(web, *a), after);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "after"), send_result::queued);
  ASSERT_TRUE(at_node.heard("after"));
  ASSERT_EQ(a->send_to("web1", "hello"), send_result::queued);
  EXPECT_TRUE(after.heard("hello"));
}

TEST_F(Bus, APortInUseIsRefusedWithItsAddressAndARemedy) {
  listener_log log;
  const auto a = open(node(node_a), log);
  auto config = node(node_b);
  config.listen_control = a->control_address();
  const auto port = a->control_address().substr(a->control_address().rfind(':') + 1);
  const auto why = why_not_open(config);
  EXPECT_THAT(why, HasSubstr(a->control_address()));
  EXPECT_THAT(why, HasSubstr("sport = :" + port));
}

TEST_F(Bus, AnAddressThatThisMachineDoesNotHaveIsRefused) {
  auto config = node(node_a);
  config.listen_control = "tcp://192.0.2.1:7400";
  EXPECT_THAT(why_not_open(config), HasSubstr("no such address"));
}

TEST_F(Bus, AMisspeltAddressIsRefusedBeforeAnythingRuns) {
  auto config = node(node_a);
  config.listen_events = "127.0.0.1:7400";
  EXPECT_THAT(why_not_open(config), HasSubstr("tcp://HOST:PORT"));
  config = node(node_a);
  config.peers = {{"node-b", "tcp://10.0.0.1", ""}};
  EXPECT_THAT(why_not_open(config), HasSubstr("10.0.0.1"));
}

TEST_F(Bus, NobodyIsAPeerOfItselfOrTwice) {
  auto config = node(node_a);
  config.peers = {{"node-a", "tcp://127.0.0.1:1", ""}};
  EXPECT_THAT(why_not_open(config), HasSubstr("itself"));
  config.peers = {{"node-b", "tcp://127.0.0.1:1", ""}, {"node-b", "tcp://127.0.0.1:2", ""}};
  EXPECT_THAT(why_not_open(config), HasSubstr("twice"));
}

TEST_F(Bus, EventsWaitWithoutLossWhileTheReceiverHasNoCredit) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto config = client(web, *a);
  config.limits.events_in_flight = 10;
  const auto w = open(config, at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "ready"));
  at_web.keeps_slips = true;
  const auto before = a->counters().events_out;
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(a->publish("t", std::to_string(i)), send_result::queued);
  ASSERT_TRUE(eventually([&] { return a->counters().events_out >= before + 500; }));
  ASSERT_TRUE(eventually([&] { return at_web.held() == 10; }));
  while (at_web.count("499") == 0)
    ASSERT_TRUE(eventually([&] { return at_web.let_go() > 0; }));
  auto events = at_web.events();
  std::erase_if(events, [](const auto& e) { return e.bytes == "ready"; });
  ASSERT_EQ(events.size(), 500U);
  for (std::size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(events[i].bytes, std::to_string(i));
}

TEST_F(Bus, ControlWaitsWhileTheReceiverHasNoCredit) {
  listener_log at_node;
  listener_log at_web;
  auto config = node(node_a);
  config.limits.controls_in_flight = 3;
  at_node.keeps_slips = true;
  const auto a = open(config, at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(w->send_to("node-a", std::to_string(i)), send_result::queued);
  ASSERT_TRUE(eventually([&] { return w->counters().controls_out == 20; }));
  ASSERT_TRUE(eventually([&] { return at_node.controls().size() == 3; }));
  EXPECT_EQ(a->counters().controls_in, 3U);
  at_node.keeps_slips = false;
  at_node.let_go();
  EXPECT_TRUE(at_node.heard("19"));
}

TEST_F(Bus, PausedEventsGoOnWhereTheyStopped) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "ready"));
  w->pause_events(true);
  // Control still comes, and shows that the bus thread has seen the pause.
  ASSERT_EQ(a->send_to("web1", "vote"), send_result::queued);
  ASSERT_TRUE(at_web.heard("vote"));
  ASSERT_EQ(a->publish("t", "while paused"), send_result::queued);
  ASSERT_EQ(a->send_to("web1", "vote 2"), send_result::queued);
  ASSERT_TRUE(at_web.heard("vote 2"));
  EXPECT_EQ(at_web.count("while paused"), 0U);
  w->pause_events(false);
  EXPECT_TRUE(at_web.heard("while paused"));
}

TEST_F(Bus, AMemberThatFloodsIsCutShortAndOthersAreHeard) {
  listener_log at_node;
  listener_log at_web;
  listener_log at_b;
  auto config = node(node_a);
  config.limits.flood.of_others = {0.001, 10};
  const auto a = open(config, at_node);
  const auto w = open(client(web, *a), at_web);
  const auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_TRUE(connected(*b, "node-a"));
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(w->send_to("node-a", "flood"), send_result::queued);
  ASSERT_TRUE(eventually([&] { return a->counters().flooding == 90; }));
  EXPECT_EQ(at_node.count("flood"), 10U);
  EXPECT_THAT(at_node.floods(), testing::ElementsAre("web1"));
  ASSERT_EQ(b->send_to("node-a", "vote"), send_result::queued);
  EXPECT_TRUE(at_node.heard("vote"));
}

TEST_F(Bus, APeerThatFloodsItsEventsIsCutShortAndOthersAreHeard) {
  listener_log at_a;
  listener_log at_b;
  listener_log at_web;
  const auto a = open(node(node_a), at_a);
  const auto b = open(node(node_b), at_b);
  auto config = client(web, *a);
  config.peers.push_back({"node-b", b->control_address(), b->events_address()});
  config.limits.flood.of_events = {0.001, 100};
  const auto w = open(config, at_web);
  ASSERT_TRUE(publish_until_heard(*b, at_web, "ready b"));
  ASSERT_TRUE(publish_until_heard(*a, at_web, "ready a"));
  for (int i = 0; i < 10'000; ++i)
    ASSERT_EQ(a->publish("t", std::string(500, 'x')), send_result::queued);
  ASSERT_TRUE(eventually([&] { return w->counters().flooding > 1000; }));
  EXPECT_THAT(at_web.floods(), testing::ElementsAre("node-a"));
  ASSERT_EQ(b->publish("t", "event"), send_result::queued);
  EXPECT_TRUE(at_web.heard("event"));
  ASSERT_EQ(a->send_to("web1", "vote"), send_result::queued);
  EXPECT_TRUE(at_web.heard("vote")) << "its votes are another matter";
}

TEST_F(Bus, EventsOfAPeerThatNobodyDealsWithHoldUpNobodyElse) {
  listener_log at_a;
  listener_log at_b;
  listener_log at_web;
  const auto a = open(node(node_a), at_a);
  const auto b = open(node(node_b), at_b);
  auto config = client(web, *a);
  config.peers.push_back({"node-b", b->control_address(), b->events_address()});
  config.limits.events_in_flight = 50;
  const auto w = open(config, at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "ready a"));
  ASSERT_TRUE(publish_until_heard(*b, at_web, "ready b"));
  at_web.keeps_slips = true;
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(a->publish("t", "x"), send_result::queued);
  ASSERT_TRUE(eventually([&] { return at_web.count("x") >= 49; }));
  ASSERT_EQ(b->publish("t", "event"), send_result::queued);
  EXPECT_TRUE(at_web.heard("event"));
  EXPECT_LE(at_web.count("x"), 50U);
  at_web.keeps_slips = false;
  at_web.let_go();
  EXPECT_TRUE(eventually([&] { return at_web.count("x") == 500; }));
}

TEST_F(Bus, HundredsOfAgentsAreHeardAndReachedEach) {
  constexpr int agents = 300;
  listener_log at_node;
  auto config = node(node_a);
  std::vector<keys::key_pair> all;
  for (int i = 0; i < agents; ++i) {
    all.push_back(keys::make_key_pair("host" + std::to_string(i)));
    config.members.members.push_back(as_member(all.back(), role::agent));
  }
  const auto a = open(config, at_node);
  std::vector<zmq::socket_t> sockets;
  for (const auto& keys : all) {
    sockets.push_back(
        raw(zmq::socket_type::dealer, keys, node_a.curve.public_key, a->control_address()));
    sockets.back().send(zmq::buffer("beacon of " + keys.name), zmq::send_flags::none);
  }
  ASSERT_TRUE(eventually([&] { return at_node.controls().size() == agents; }));
  for (const auto& heard : at_node.controls())
    EXPECT_EQ(heard.bytes, "beacon of " + heard.from.member);
  for (const auto& keys : all)
    ASSERT_EQ(a->send_to(keys.name, "vote for " + keys.name), send_result::queued);
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    zmq::message_t vote;
    ASSERT_TRUE(sockets[i].recv(vote)) << i;
    EXPECT_EQ(vote.to_string(), "vote for " + all[i].name);
  }
  EXPECT_EQ(a->counters().controls_dropped, 0U);
}

TEST_F(Bus, AnEndpointEndsAtOnceWhateverIsUnderWay) {
  listener_log at_node;
  listener_log at_web;
  for (int i = 0; i < 10; ++i) {
    auto a = open(node(node_a), at_node);
    auto config = client(web, *a);
    config.peers.push_back({"node-b", "tcp://127.0.0.1:1", "tcp://127.0.0.1:1"});
    auto w = open(config, at_web);
    for (int n = 0; n < 100; ++n)
      ASSERT_EQ(a->publish("t", "x"), send_result::queued);
    const auto before = std::chrono::steady_clock::now();
    if (i % 2 == 0) w.reset();
    a.reset();
    w.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  }
}

}  // namespace
}  // namespace holdover::bus
