#include "nodes/site/hints.hpp"

#include "actors/interfaces.hpp"
#include "tests/support/udp_port.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace holdover::site_node {
namespace {

using testing::HasSubstr;

constexpr const char* datagram =
    "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on card (5): Autonomietime 7.00 min.";

class Hints : public testing::Test {
protected:
  Hints() {
    about_.upses.resize(2);
    about_.upses[0].name = "spare";
    about_.upses[1].name = "main";
    about_.hints.rccmd = "127.0.0.1:0";
    about_.hints.senders = {{"127.0.0.1", 1}};
    where_->enter("ups main", system_.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](actors::read_atom) { asked_.set_value(); }};
    }));
    where_->enter("recorder", system_.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const actors::record& what) { recorded_.set_value(what); }};
    }));
  }

  ~Hints() override { where_->clear(); }

  static void send_to(std::uint16_t port) {
    const int from = support::bound_udp_socket();
    const auto to = support::udp_loopback(port);
    const std::string text = datagram;
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
  site about_;
};

TEST_F(Hints, ADatagramOfAKnownSenderHasItsUpsReadAndIsAnEvent) {
  const auto ears = listen_for_hints(about_, where_);
  ASSERT_EQ(ears.problem, "");
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

TEST_F(Hints, WithoutAnEndpointNobodyListens) {
  about_.hints.rccmd.clear();
  const auto ears = listen_for_hints(about_, where_);
  EXPECT_EQ(ears.rccmd, nullptr);
  EXPECT_EQ(ears.problem, "");
}

TEST_F(Hints, AnEndpointThatIsTakenIsToldAndTheNodeGoesOn) {
  const auto first = listen_for_hints(about_, where_);
  about_.hints.rccmd = "127.0.0.1:" + std::to_string(first.rccmd->port());
  const auto second = listen_for_hints(about_, where_);
  EXPECT_EQ(second.rccmd, nullptr);
  EXPECT_THAT(second.problem, HasSubstr("cannot listen for RCCMD"));
}

}  // namespace
}  // namespace holdover::site_node
