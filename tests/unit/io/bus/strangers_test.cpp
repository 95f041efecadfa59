// Those who have no place: whatever they try, they hear nothing and change nothing.

#include "tests/unit/io/bus/bus_fixture.hpp"

#include <array>

namespace holdover::bus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Bus, AStrangersKeyGetsNothingThroughOnControl) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto evil =
      raw(zmq::socket_type::dealer, stranger, node_a.curve.public_key, a->control_address());
  evil.send(zmq::str_buffer("evil"), zmq::send_flags::none);
  ASSERT_TRUE(eventually([&] { return a->counters().connections_refused == 1; }));
  EXPECT_FALSE(a->reachable("web1"));

  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "good"), send_result::queued);
  ASSERT_TRUE(at_node.heard("good"));
  EXPECT_EQ(at_node.controls().size(), 1U);
  EXPECT_EQ(a->counters().without_standing, 0U);
}

TEST_F(Bus, AStrangersKeyHearsNoEvents) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  auto evil = raw(zmq::socket_type::sub, stranger, node_a.curve.public_key, a->events_address());
  ASSERT_TRUE(eventually([&] { return a->counters().connections_refused == 1; }));
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(publish_until_heard(*a, at_web, "secret"));
  zmq::message_t heard;
  EXPECT_FALSE(evil.recv(heard, zmq::recv_flags::dontwait));
}

TEST_F(Bus, WhoWasRefusedIsToldByKeyAndAddress) {
  listener_log log;
  const auto a = open(node(node_a), log);
  auto evil =
      raw(zmq::socket_type::dealer, stranger, node_a.curve.public_key, a->control_address());
  ASSERT_TRUE(eventually([&] { return a->counters().connections_refused == 1; }));
  EXPECT_THAT(a->counters().last_refused, HasSubstr(stranger.curve.public_key));
  EXPECT_THAT(a->counters().last_refused, HasSubstr("127.0.0.1"));
  ASSERT_EQ(a->publish("hq/event/node/alpha/", "a round of the loop"), send_result::queued);
  ASSERT_TRUE(eventually([&] { return !log.troubles().empty(); }));
  EXPECT_THAT(log.troubles().front(), HasSubstr(stranger.curve.public_key));
  EXPECT_THAT(log.troubles().front(), HasSubstr("not enrolled here"));
}

TEST_F(Bus, APlainClientWithoutAKeyGetsNothing) {
  listener_log at_node;
  const auto a = open(node(node_a), at_node);
  zmq::socket_t plain{context_, zmq::socket_type::dealer};
  zmq::socket_t watcher{context_, zmq::socket_type::pair};
  plain.set(zmq::sockopt::linger, 0);
  watcher.set(zmq::sockopt::linger, 0);
  watcher.set(zmq::sockopt::rcvtimeo, 5000);
  ASSERT_EQ(zmq_socket_monitor(plain.handle(), "inproc://plain",
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_SUCCEEDED),
            0);
  watcher.connect("inproc://plain");
  plain.connect(a->control_address());
  plain.send(zmq::str_buffer("evil"), zmq::send_flags::none);
  zmq::message_t event;
  ASSERT_TRUE(watcher.recv(event));
  EXPECT_EQ(*event.data<std::uint16_t>(), ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
  EXPECT_TRUE(at_node.controls().empty());
  EXPECT_EQ(a->counters().connections_admitted, 0U);
  zmq_socket_monitor(plain.handle(), nullptr, 0);
}

TEST_F(Bus, BytesThatAreNoZeroMqAtAllAreSurvived) {
  listener_log at_node;
  listener_log at_web;
  const auto a = open(node(node_a), at_node);
  const std::array<std::string, 4> nonsense{
      std::string{"GET / HTTP/1.1\r\n\r\n"}, std::string(5000, '\xff'), std::string(5000, '\0'),
      std::string{"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0CURVE", 17} + std::string(3000, 'x')};
  for (const auto& address : {a->control_address(), a->events_address()}) {
    for (const auto& bytes : nonsense) {
      zmq::socket_t tcp{context_, zmq::socket_type::stream};
      tcp.set(zmq::sockopt::linger, 0);
      tcp.set(zmq::sockopt::rcvtimeo, 5000);
      tcp.connect(address);
      zmq::message_t id;
      zmq::message_t greeting;
      ASSERT_TRUE(tcp.recv(id));
      ASSERT_TRUE(tcp.recv(greeting));
      tcp.send(zmq::buffer(id.data(), id.size()), zmq::send_flags::sndmore);
      tcp.send(zmq::buffer(bytes), zmq::send_flags::none);
      ASSERT_TRUE(tcp.recv(id));  // Its own greeting, or the end.
    }
  }
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "good"), send_result::queued);
  ASSERT_TRUE(at_node.heard("good"));
  EXPECT_EQ(at_node.controls().size(), 1U);
  EXPECT_TRUE(publish_until_heard(*a, at_web, "still here"));
}

TEST_F(Bus, AMemberIsItsKeyWhateverItCallsItself) {
  listener_log at_node;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(connected(*b, "node-a"));

  zmq::socket_t liar{context_, zmq::socket_type::dealer};
  liar.set(zmq::sockopt::linger, 0);
  liar.set(zmq::sockopt::routing_id, "node-b");
  set_curve_client(liar, web.curve, node_a.curve.public_key);
  liar.connect(a->control_address());
  liar.send(zmq::str_buffer("I am node-b"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("I am node-b"));
  EXPECT_EQ(at_node.origin_of("I am node-b").member, "web1");
  EXPECT_EQ(at_node.origin_of("I am node-b").as, role::agent);

  ASSERT_EQ(a->send_to("node-b", "for b"), send_result::queued);
  ASSERT_TRUE(at_b.heard("for b"));
  zmq::message_t stolen;
  EXPECT_FALSE(liar.recv(stolen, zmq::recv_flags::dontwait));
}

TEST_F(Bus, TwoMembersWithOneRoutingIdAreStillTwo) {
  listener_log at_node;
  const auto a = open(node(node_a), at_node);
  const auto same_id = [&](const keys::key_pair& keys) {
    zmq::socket_t socket{context_, zmq::socket_type::dealer};
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::routing_id, "the same");
    set_curve_client(socket, keys.curve, node_a.curve.public_key);
    socket.connect(a->control_address());
    return socket;
  };
  auto one = same_id(web);
  one.send(zmq::str_buffer("one"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("one"));
  auto two = same_id(node_b);
  two.send(zmq::str_buffer("two"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("two"));
  EXPECT_EQ(at_node.origin_of("one").member, "web1");
  EXPECT_EQ(at_node.origin_of("two").member, "node-b");
}

TEST_F(Bus, MessagesOfAWrongShapeAreCountedAndDropped) {
  listener_log at_node;
  const auto a = open(node(node_a), at_node);
  auto w = raw(zmq::socket_type::dealer, web, node_a.curve.public_key, a->control_address());
  for (int parts : {2, 3, 1000}) {
    for (int i = 1; i < parts; ++i)
      w.send(zmq::str_buffer("part"), zmq::send_flags::sndmore);
    w.send(zmq::str_buffer("part"), zmq::send_flags::none);
  }
  w.send(zmq::const_buffer{}, zmq::send_flags::none);
  w.send(zmq::str_buffer("good"), zmq::send_flags::none);
  ASSERT_TRUE(at_node.heard("good"));
  EXPECT_EQ(at_node.controls().size(), 1U);
  EXPECT_EQ(a->counters().malformed, 3U);
}

TEST_F(Bus, AMessageBeyondTheLimitEndsItsConnectionOnly) {
  listener_log at_node;
  listener_log at_b;
  const auto a = open(node(node_a), at_node);
  const auto b = open(client(node_b, *a), at_b);
  ASSERT_TRUE(connected(*b, "node-a"));
  auto w = raw(zmq::socket_type::dealer, web, node_a.curve.public_key, a->control_address());
  const std::string large(2 * message_bytes_max, 'x');
  w.send(zmq::buffer(large), zmq::send_flags::none);
  w.send(zmq::str_buffer("after"), zmq::send_flags::none);
  ASSERT_EQ(b->send_to("node-a", "good"), send_result::queued);
  ASSERT_TRUE(at_node.heard("good"));
  EXPECT_EQ(at_node.count(large), 0U);
}

TEST_F(Bus, AServerWithAnotherKeyIsNotTalkedTo) {
  listener_log at_fake;
  listener_log at_web;
  auto config = node(stranger);
  config.name = "web1";
  config.members.members = {as_member(stranger, role::agent), as_member(node_b, role::node)};
  const auto fake = open(config, at_fake);
  const auto w = open(client(web, *fake), at_web);  // It expects node-a's key there.
  ASSERT_TRUE(eventually([&] { return !at_web.troubles().empty(); }));
  EXPECT_THAT(at_web.troubles().front(), HasSubstr("node-a"));
  EXPECT_THAT(at_web.troubles().front(), HasSubstr("key"));
  EXPECT_EQ(w->send_to("node-a", "beacon"), send_result::not_connected);
  EXPECT_TRUE(at_web.peers().empty());
  EXPECT_TRUE(at_fake.controls().empty());
}

TEST_F(Bus, WhoIsRefusedSaysSoAndIsLetInOnceEnrolled) {
  listener_log at_node;
  listener_log at_web;
  auto config = node(node_a);
  config.members = site_without("web1");
  const auto a = open(config, at_node);
  const auto w = open(client(web, *a), at_web);
  ASSERT_TRUE(eventually([&] { return at_web.troubles().size() == 2; }));
  EXPECT_THAT(at_web.troubles().front(), HasSubstr("enrol the key of web1"));
  a->update_membership(site);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_EQ(w->send_to("node-a", "at last"), send_result::queued);
  EXPECT_TRUE(at_node.heard("at last"));
  EXPECT_TRUE(publish_until_heard(*a, at_web, "events too"));
  EXPECT_EQ(at_web.troubles().size(), 2U);  // Control and events, once each.
}

TEST_F(Bus, ANodeThatIsNotInTheDocumentDoesNotListen) {
  auto config = node(node_a);
  config.members = site_without("node-a");
  EXPECT_THAT(why_not_open(config), HasSubstr("enrol it"));
  config = node(stranger);
  config.name = "node-a";
  EXPECT_THAT(why_not_open(config), HasSubstr("node-a"));
}

TEST_F(Bus, AMemberWithAKeyThatIsNoneHasNoPlace) {
  listener_log at_node;
  auto config = node(node_a);
  config.members.members.push_back({"empty", role::agent, 0, "", {}});
  config.members.members.push_back({"short", role::agent, 0, "abcde", {}});
  config.members.members.push_back({"wrong", role::agent, 0, std::string(40, '~'), {}});
  config.peers = {{"wrong", "tcp://127.0.0.1:1", ""}};
  const auto a = open(config, at_node);
  for (const auto* name : {"empty", "short", "wrong"})
    EXPECT_EQ(a->send_to(name, "x"), send_result::not_a_member);
  EXPECT_TRUE(eventually([&] { return !at_node.troubles().empty(); }));
  EXPECT_THAT(at_node.troubles(), ElementsAre(HasSubstr("wrong is not in the membership")));
}

}  // namespace
}  // namespace holdover::bus
