#include "io/device/rccmd/listener.hpp"

#include "io/device/udp.hpp"
#include "tests/support/udp_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

namespace holdover::device::rccmd {
namespace {

using testing::HasSubstr;

void send_to(std::uint16_t port, const std::string& text) {
  const int from = support::bound_udp_socket();
  const auto where = support::udp_loopback(port);
  ASSERT_EQ(::sendto(from, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&where),
                     sizeof where),
            static_cast<ssize_t>(text.size()));
  ::close(from);
}

template <class Condition>
bool becomes(Condition true_) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!true_()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::yield();
  }
  return true;
}

std::unique_ptr<listener> open(const std::string& endpoint, std::set<std::string> senders,
                               listener::handler tell) {
  auto opened = listener::open(endpoint, std::move(senders), std::move(tell));
  if (const auto* why = std::get_if<std::string>(&opened)) ADD_FAILURE() << *why;
  return std::move(std::get<std::unique_ptr<listener>>(opened));
}

TEST(RccmdListener, AKnownSenderIsHeardWithItsAddress) {
  std::promise<std::pair<std::string, message>> heard;
  auto ear = open("127.0.0.1:0", {"127.0.0.1"}, [&](const auto& sender, const auto& said) {
    heard.set_value({sender, said});
  });
  send_to(ear->port(),
          "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on a (5): restored.\r\n");
  auto came = heard.get_future();
  ASSERT_EQ(came.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const auto [sender, said] = came.get();
  EXPECT_EQ(sender, "127.0.0.1");
  EXPECT_TRUE(said.over);
}

TEST(RccmdListener, AStrangerIsCountedAndDropped) {
  auto ear = open("127.0.0.1:0", {"10.0.0.5"}, [](const auto&, const auto&) { FAIL(); });
  send_to(ear->port(), "CONNECT TO RCCMD (SEND) x");
  EXPECT_TRUE(becomes([&] { return ear->count().from_strangers == 1; }));
  EXPECT_EQ(ear->count().heard, 0u);
}

TEST(RccmdListener, WhatIsNoRccmdIsCountedAndDropped) {
  auto ear = open("127.0.0.1:0", {"127.0.0.1"}, [](const auto&, const auto&) { FAIL(); });
  send_to(ear->port(), "SIP/2.0 200 OK");
  send_to(ear->port(), "");
  EXPECT_TRUE(becomes([&] { return ear->count().not_understood == 2; }));
}

TEST(RccmdListener, AnIpv4SenderIsKnownOnAnIpv6Socket) {
  auto opened = listener::open("[::]:0", {"127.0.0.1"}, [](const auto&, const auto&) {});
  if (std::holds_alternative<std::string>(opened)) GTEST_SKIP() << "no IPv6 on this machine";
  auto& ear = std::get<std::unique_ptr<listener>>(opened);
  send_to(ear->port(), "CONNECT TO RCCMD (SEND) x");
  EXPECT_TRUE(becomes([&] { return ear->count().heard == 1; }));
}

TEST(RccmdListener, APortInUseIsAProblemWithItsReason) {
  auto first = open("127.0.0.1:0", {}, [](const auto&, const auto&) {});
  auto second = listener::open("127.0.0.1:" + std::to_string(first->port()), {},
                               [](const auto&, const auto&) {});
  ASSERT_TRUE(std::holds_alternative<std::string>(second));
  EXPECT_THAT(std::get<std::string>(second), HasSubstr("another program"));
}

TEST(RccmdListener, AddressesAreWrittenInOneWay) {
  EXPECT_EQ(canonical_address("FD00:0:0::1"), "fd00::1");
  EXPECT_EQ(canonical_address("::ffff:10.0.0.5"), "10.0.0.5");
  EXPECT_EQ(canonical_address("card.example"), "");
  EXPECT_EQ(rccmd::problem_with_endpoint("[::]:6003"), "");
  for (const auto* wrong : {"", "6003", "0.0.0.0", "::1:6003", "0.0.0.0:99999", "a:6003"})
    EXPECT_NE(rccmd::problem_with_endpoint(wrong), "") << wrong;
}

}  // namespace
}  // namespace holdover::device::rccmd
