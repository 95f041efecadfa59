// A member that loses its place, or changes its key, while it is connected.

#include "tests/unit/io/bus/bus_fixture.hpp"

namespace holdover::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST_F(Bus, ARevokedMemberIsNotHeardOnItsLiveConnection) {
  listener_log at_node;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto b = open(client(node_b, *a), at_b);
  auto w = raw(zmq::socket_type::dealer, web, node_a.curve.public_key, a->control_address());
  w.send(zmq::str_buffer("before"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("before"));
  const auto from = at_node.origin_of("before");

  a->update_membership(site_without("web1"));
  w.send(zmq::str_buffer("after"), zmq::send_flags::none);
  EXPECT_EQ(a->send_to("web1", "vote"), send_result::not_a_member);
  EXPECT_EQ(a->answer(from, "vote"), send_result::not_a_member);
  ASSERT_TRUE(eventually([&] { return a->counters().connections_refused >= 1; }));

  ASSERT_TRUE(connected(*b, "node-a"));
  ASSERT_TRUE(eventually([&] {
    return b->send_to("node-a", "good") == send_result::queued && at_node.count("good") > 0;
  }));
  EXPECT_EQ(at_node.count("after"), 0U);
  EXPECT_EQ(a->counters().times_thrown_out, 1U);
}

TEST_F(Bus, ARevokedMemberHearsNoMoreEventsAndOthersDo) {
  listener_log at_node;
  listener_log at_web;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  const auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "before"));
  a->update_membership(site_without("web1"));
  ASSERT_TRUE(publish_until_heard(*a, at_b, "after"));
  ASSERT_TRUE(eventually([&] { return !at_web.troubles().empty(); }));
  EXPECT_EQ(at_web.count("after"), 0U);
}

TEST_F(Bus, ARevokedMemberIsOutOfReachWithinASecondOrTwo) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  const auto before = std::chrono::steady_clock::now();
  a->update_membership(site_without("web1"));
  ASSERT_TRUE(eventually([&] { return !w->reachable("node-a"); }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

TEST_F(Bus, OthersAreBackAfterSomebodyWasThrownOut) {
  listener_log at_node;
  listener_log at_web;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto control = a->control_address();
  const auto w = open(client(web, *a), at_web);
  const auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_TRUE(connected(*b, "node-a"));
  a->update_membership(site_without("web1"));
  ASSERT_TRUE(eventually([&] {
    return at_b.peers().size() == 3;  // Came, went, came back.
  }));
  EXPECT_THAT(at_b.peers(),
              ElementsAre(Pair("node-a", true), Pair("node-a", false), Pair("node-a", true)));
  EXPECT_TRUE(connected(*a, "node-b"));
  EXPECT_TRUE(publish_until_heard(*a, at_b, "event"));
  EXPECT_EQ(a->control_address(), control);
}

TEST_F(Bus, WhoDoesNotComeBackAfterThatIsNotTakenForReachable) {
  listener_log at_node;
  listener_log at_web;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(connected(*a, "web1"));
  ASSERT_TRUE(connected(*a, "node-b"));
  b.reset();
  a->update_membership(site_without("web1"));
  EXPECT_TRUE(eventually([&] { return !a->reachable("node-b"); }));
}

TEST_F(Bus, ADocumentThatTakesNobodysPlaceDisturbsNobody) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  auto larger = site;
  larger.members.push_back(as_member(keys::make_key_pair("web2"), role::agent));
  a->update_membership(larger);
  w->update_membership(larger);
  a->update_membership(site);  // web2 never connected, so nobody has to go.
  ASSERT_EQ(w->send_to("node-a", "still here"), send_result::queued);
  ASSERT_TRUE(at_node.heard("still here"));
  EXPECT_EQ(at_web.peers().size(), 1U);
  EXPECT_EQ(a->counters().times_thrown_out, 0U);
}

TEST_F(Bus, AnOldKeyHasNoStandingAfterTheMemberGotANewOne) {
  listener_log at_node;
  const auto a = open(node(node_a), at_node);
  auto old = raw(zmq::socket_type::dealer, web, node_a.curve.public_key, a->control_address());
  old.send(zmq::str_buffer("before"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("before"));

  const auto renewed = keys::make_key_pair("web1");
  auto changed = site_without("web1");
  changed.members.push_back(as_member(renewed, role::agent));
  a->update_membership(changed);
  old.send(zmq::str_buffer("with the old key"), zmq::send_flags::none);
  auto fresh =
      raw(zmq::socket_type::dealer, renewed, node_a.curve.public_key, a->control_address());
  // Said until it is heard: the first may reach the listener that is just being closed.
  ASSERT_TRUE(eventually([&] {
    fresh.send(zmq::str_buffer("with the new key"), zmq::send_flags::dontwait);
    return at_node.count("with the new key") > 0;
  }));
  ASSERT_TRUE(eventually([&] { return a->counters().connections_refused >= 1; }));
  EXPECT_EQ(at_node.count("with the old key"), 0U);
}

TEST_F(Bus, AChangedRoleIsSeenWithTheNextMessage) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  auto changed = site;
  changed.members.back().as = role::tap;
  a->update_membership(changed);
  ASSERT_EQ(w->send_to("node-a", "now a tap"), send_result::queued);
  ASSERT_TRUE(at_node.heard("now a tap"));
  EXPECT_EQ(at_node.origin_of("now a tap").as, role::tap);
}

TEST_F(Bus, ARevokedNodeIsNotListenedToByThoseWhoConnected) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "before"));
  ASSERT_TRUE(connected(*a, "web1"));
  w->update_membership(site_without("node-a"));
  ASSERT_EQ(a->publish("t", "event after"), send_result::queued);
  ASSERT_TRUE(eventually([&] { return at_web.peers().size() == 2; }));
  EXPECT_EQ(w->send_to("node-a", "x"), send_result::not_a_member);
  ASSERT_TRUE(eventually([&] { return a->send_to("web1", "vote after") != send_result::queued; }));
  EXPECT_EQ(at_web.count("event after"), 0U);
  EXPECT_EQ(at_web.count("vote after"), 0U);
  EXPECT_THAT(at_web.troubles(), ElementsAre(HasSubstr("not in the membership document")));
}

TEST_F(Bus, ANodeThatIsEnrolledLaterIsConnectedToThen) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto config = client(web, *a);
  config.members = site_without("node-a");
  const auto w = open(config, at_web);
  ASSERT_TRUE(eventually([&] { return !at_web.troubles().empty(); }));
  w->update_membership(site);
  EXPECT_TRUE(connected(*w, "node-a"));
}

TEST_F(Bus, ANodesNewKeyIsFollowed) {
  listener_log at_old;
  listener_log at_new;
  listener_log at_web;
  auto old = open(node(node_a), at_old);
  const auto w = open(client(web, *old), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));

  const auto renewed = keys::make_key_pair("node-a");
  auto changed = site_without("node-a");
  changed.members.push_back(as_member(renewed, role::node, 0));
  auto config = node(renewed);
  config.members = changed;
  config.listen_control = old->control_address();
  config.listen_events = old->events_address();
  old.reset();
  const auto a = open(config, at_new);
  ASSERT_TRUE(a);
  w->update_membership(changed);
  ASSERT_TRUE(eventually([&] {
    return w->send_to("node-a", "beacon") == send_result::queued && at_new.count("beacon") > 0;
  }));
  EXPECT_TRUE(publish_until_heard(*a, at_web, "event"));
}

}  // namespace
}  // namespace holdover::bus
