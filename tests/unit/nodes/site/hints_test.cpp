#include "nodes/site/hints.hpp"

#include "actors/interfaces.hpp"
#include "tests/support/udp_port.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>

namespace holdover::site_node {
namespace {

using testing::HasSubstr;

constexpr const char* datagram =
    "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on card (5): Autonomietime 7.00 min.";

/// upsTrapOnBattery in version 2c.
const std::string trap(
    "\x30\x3c\x02\x01\x01\x04\x03\x61\x6e\x79\xa7\x32\x02\x01\x11\x02\x01\x00\x02\x01"
    "\x00\x30\x27\x30\x0d\x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00\x43\x01\x37\x30\x16"
    "\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x04\x01\x00\x06\x08\x2b\x06\x01\x02\x01\x21"
    "\x02\x01",
    62);

class Hints : public testing::Test {
protected:
  Hints() {
    about_.upses.resize(2);
    about_.upses[0].name = "spare";
    about_.upses[1].name = "main";
    about_.hints.rccmd = "127.0.0.1:0";
    about_.hints.senders = {{"127.0.0.1", 1}};
    where_->enter("ups main", system_.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](actors::hint_atom) { asked_.set_value(); }};
    }));
    where_->enter("recorder", system_.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const actors::record& what) { recorded_.set_value(what); }};
    }));
  }

  ~Hints() override { where_->clear(); }

  static void send_to(std::uint16_t port, const std::string& text = datagram) {
    const int from = support::bound_udp_socket();
    const auto to = support::udp_loopback(port);
    ASSERT_GT(::sendto(from, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                       sizeof to),
              0);
    ::close(from);
  }

  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::promise<void> asked_;
  std::promise<actors::record> recorded_;
  std::shared_ptr<actors::directory> where_ = std::make_shared<actors::directory>();
  std::atomic<int> refusals_ = 0;
  std::function<void(const std::string&)> count_ = [this](const std::string&) { ++refusals_; };
  site about_;
};

TEST_F(Hints, ADatagramOfAKnownSenderHasItsUpsReadAndIsAnEvent) {
  const auto ears = listen_for_hints(about_, where_, count_);
  ASSERT_TRUE(ears.problems.empty());
  send_to(ears.rccmd->port());
  EXPECT_EQ(asked_.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  auto told = recorded_.get_future();
  ASSERT_EQ(told.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto record = told.get();
  const auto* event = std::get_if<interface_event>(&record.what);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->device, "main");
  EXPECT_EQ(event->what, "hint");
  EXPECT_THAT(event->detail, HasSubstr("RCCMD from 127.0.0.1: Powerfail on card (5)"));
}

TEST_F(Hints, ATrapFromADeviceHasItReadAndIsAnEvent) {
  about_.hints = {};
  about_.hints.traps = "127.0.0.1:0";
  about_.upses[1].address.driver = "snmp";
  about_.upses[1].address.host = "127.0.0.1";
  const auto ears = listen_for_hints(about_, where_, count_);
  ASSERT_TRUE(ears.problems.empty());
  send_to(ears.traps->port(), trap);
  EXPECT_EQ(asked_.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  auto told = recorded_.get_future();
  ASSERT_EQ(told.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto record = told.get();
  const auto* event = std::get_if<interface_event>(&record.what);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->device, "main");
  EXPECT_EQ(event->detail, "SNMP trap (2c) from 127.0.0.1: upsTrapOnBattery");
  EXPECT_EQ(refusals_, 0);
}

TEST_F(Hints, ATrapFromAStrangerIsCountedAndToldAsTheNodesOwnEvent) {
  about_.hints = {};
  about_.hints.traps = "127.0.0.1:0";
  const auto ears = listen_for_hints(about_, where_, count_);
  send_to(ears.traps->port(), trap);
  auto told = recorded_.get_future();
  ASSERT_EQ(told.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto record = told.get();
  const auto* event = std::get_if<node_event>(&record.what);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->what, "notification_refused");
  EXPECT_THAT(event->detail, HasSubstr("127.0.0.1: not a device of this site"));
  EXPECT_EQ(refusals_, 1);
}

TEST_F(Hints, WithoutAnEndpointNobodyListens) {
  about_.hints.rccmd.clear();
  const auto ears = listen_for_hints(about_, where_, count_);
  EXPECT_EQ(ears.rccmd, nullptr);
  EXPECT_TRUE(ears.problems.empty());
}

TEST_F(Hints, AnEndpointThatIsTakenIsToldAndTheNodeGoesOn) {
  const auto first = listen_for_hints(about_, where_, count_);
  about_.hints.rccmd = "127.0.0.1:" + std::to_string(first.rccmd->port());
  const auto second = listen_for_hints(about_, where_, count_);
  EXPECT_EQ(second.rccmd, nullptr);
  EXPECT_THAT(second.problems, testing::ElementsAre(HasSubstr("cannot listen for RCCMD")));
}

}  // namespace
}  // namespace holdover::site_node
