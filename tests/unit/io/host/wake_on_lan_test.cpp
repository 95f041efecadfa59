#include "io/host/wake_on_lan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::host {
namespace {

TEST(WakeOnLan, TheMagicPacketIsSixTimesFfAndSixteenTimesTheAddress) {
  for (const auto* written : {"00:1b:2C:3d:4e:5f", "00-1b-2c-3d-4e-5f"}) {
    const auto made = make_magic_packet(written);
    ASSERT_TRUE(made) << written;
    constexpr std::array<std::uint8_t, 6> address{0x00, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f};
    for (std::size_t i = 0; i < made->size(); ++i)
      EXPECT_EQ((*made)[i], i < 6 ? 0xff : address[i % 6]) << "byte " << i;
  }
}

TEST(WakeOnLan, WhatIsNoHardwareAddressIsRefused) {
  for (const auto* written : {"", "00:1b:2c:3d:4e", "00:1b:2c:3d:4e:5g", "00:1b:2c:3d:4e:5f:60",
                              "001b.2c3d.4e5f.00", "00:1b:2c:3d:4e 5f"})
    EXPECT_FALSE(make_magic_packet(written)) << written;
  EXPECT_EQ(wake_on_lan("printer"), "\"printer\" is no hardware address");
}

/// A socket that hears what is broadcast on the loopback network.
struct listener {
  listener() : socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    socklen_t length = sizeof any;
    bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0
            && ::getsockname(socket, reinterpret_cast<sockaddr*>(&any), &length) == 0;
    port = ntohs(any.sin_port);
  }
  ~listener() { ::close(socket); }

  int socket;
  bool bound = false;
  std::uint16_t port = 0;
};

TEST(WakeOnLan, TheWholePacketArrivesAsOneBroadcastDatagram) {
  const listener hears;
  ASSERT_TRUE(hears.bound);
  const auto sent = make_magic_packet("02:00:00:00:be:ef");
  ASSERT_TRUE(sent);
  ASSERT_EQ(send_magic_packet(*sent, "127.255.255.255", hears.port), std::nullopt);
  pollfd wait{hears.socket, POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 5000), 1) << "nothing arrived";
  std::array<std::uint8_t, 200> got{};
  ASSERT_EQ(::recv(hears.socket, got.data(), got.size(), 0), 102);
  EXPECT_TRUE(std::equal(sent->begin(), sent->end(), got.begin()));
}

TEST(WakeOnLan, AnAddressThatCannotBeReachedIsNamed) {
  const auto packet = make_magic_packet("02:00:00:00:be:ef");
  EXPECT_EQ(send_magic_packet(*packet, "router", 9), "router is no IPv4 address");
}

}  // namespace
}  // namespace holdover::host
