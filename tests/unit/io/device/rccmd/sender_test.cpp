// A line to an RCCMD client: to our own listener, and to a server over TCP.

#include "io/device/rccmd/sender.hpp"

#include "io/device/rccmd/listener.hpp"

#include <gtest/gtest.h>

#include <future>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace holdover::device::rccmd {
namespace {

using namespace std::chrono_literals;

order usual(std::uint16_t port, bool by_tcp = false) {
  return {.address = "127.0.0.1",
          .port = port,
          .by_tcp = by_tcp,
          .say = "MSG_EXECUTE MSG_TEXT Powerfail on main: shut down"};
}

/// Takes one connection and everything that comes over it.
class stream_server {
public:
  stream_server() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&where), &size), 0);
    port_ = ntohs(where.sin_port);
  }
  ~stream_server() { ::close(socket_); }
  std::uint16_t port() const { return port_; }

  std::future<std::string> take_all() {
    EXPECT_EQ(::listen(socket_, 1), 0);
    return std::async(std::launch::async, [this] {
      const int line = ::accept(socket_, nullptr, nullptr);
      std::string all;
      char bytes[256];
      for (ssize_t got; (got = ::read(line, bytes, sizeof bytes)) > 0;)
        all.append(bytes, static_cast<std::size_t>(got));
      ::close(line);
      return all;
    });
  }

private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

TEST(RccmdSender, OurOwnListenerUnderstandsWhatIsSent) {
  auto heard = std::make_shared<std::promise<message>>();
  auto first = heard->get_future();
  auto opened = listener::open(
      "127.0.0.1:0", {"127.0.0.1"},
      [heard, once = std::make_shared<bool>(false)](const std::string&, const message& said) {
        if (!std::exchange(*once, true)) heard->set_value(said);
      });
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<listener>>(opened));
  const auto port = std::get<std::unique_ptr<listener>>(opened)->port();
  EXPECT_EQ(send(usual(port), 2s), std::nullopt);
  ASSERT_EQ(first.wait_for(10s), std::future_status::ready);
  const auto said = first.get();
  EXPECT_EQ(said.event, "Powerfail");
  EXPECT_EQ(said.device, "main");
  EXPECT_EQ(said.text, "shut down");
}

TEST(RccmdSender, TheLineIsTheGreetingAndWhatItIsToSay) {
  EXPECT_EQ(bytes_of(usual(6003)),
            "CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on main: shut down");
}

TEST(RccmdSender, AStreamCarriesTheSameLine) {
  stream_server server;
  auto all = server.take_all();
  EXPECT_EQ(send(usual(server.port(), true), 5s), std::nullopt);
  ASSERT_EQ(all.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(all.get(), bytes_of(usual(server.port())));
}

TEST(RccmdSender, NobodyAtTheOtherEndOfAStreamIsTold) {
  const auto port = stream_server{}.port();  // Closed again.
  const auto why = send(usual(port, true), 2s);
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("refused"), std::string::npos) << *why;
}

TEST(RccmdSender, WhatCannotBeSentIsToldWithItsRemedy) {
  auto what = usual(6003);
  EXPECT_EQ(problem_with(what), std::nullopt);
  what.address = "fd00::5";
  EXPECT_EQ(problem_with(what), std::nullopt);
  what.address = "printer.example.org";
  EXPECT_NE(problem_with(what)->find("numeric"), std::string::npos);
  what = usual(0);
  EXPECT_NE(problem_with(what)->find("6003"), std::string::npos);
  what = usual(6003);
  what.say = "";
  EXPECT_NE(problem_with(what)->find("nothing to say"), std::string::npos);
  what.say = "two\nlines";
  EXPECT_NE(problem_with(what)->find("one line"), std::string::npos);
  EXPECT_TRUE(send(what, 1s));
}

}  // namespace
}  // namespace holdover::device::rccmd
