// A link that goes silent without ending, as with a pulled cable or a dropping switch; and one on
// which bytes are changed on their way.

#include "tests/unit/io/bus/bus_fixture.hpp"

#include <array>
#include <atomic>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace holdover::bus {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// Passes TCP on to another port of this machine. It can stop doing so while all stays connected,
/// and change a byte of what comes back.
class tunnel {
public:
  explicit tunnel(const std::string& to)
      : to_port_{static_cast<std::uint16_t>(std::stoi(to.substr(to.rfind(':') + 1)))},
        listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    auto address = loopback(0);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }
  ~tunnel() {
    stop_ = true;
    thread_.join();
    for (const auto& pair : pairs_)
      for (const int end : pair)
        ::close(end);
    ::close(listener_);
  }
  tunnel(const tunnel&) = delete;
  tunnel& operator=(const tunnel&) = delete;

  std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  void go_silent(bool silent) { silent_ = silent; }
  void damage_next_answer() { damages_ = true; }
  bool has_damaged() const { return !damages_; }

private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  void run() {
    while (!stop_) {
      std::vector<pollfd> watched;
      if (!silent_) {
        watched.push_back({listener_, POLLIN, 0});
        for (const auto& pair : pairs_)
          for (const int end : pair)
            watched.push_back({end, POLLIN, 0});
      }
      if (::poll(watched.data(), watched.size(), 10) <= 0) continue;
      for (std::size_t i = 1; i < watched.size(); ++i)
        if (watched[i].revents != 0) pass_on((i - 1) / 2, (i - 1) % 2);
      std::erase_if(pairs_, [](const auto& pair) { return pair[0] < 0; });
      if (watched[0].revents != 0) accept_one();
    }
  }
  void accept_one() {
    const int in = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(to_port_);
    ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    pairs_.push_back({in, out});
  }
  void pass_on(std::size_t pair, std::size_t from) {
    auto& ends = pairs_[pair];
    if (ends[0] < 0) return;
    std::array<char, 4096> bytes{};
    const auto got = ::recv(ends[from], bytes.data(), bytes.size(), 0);
    if (got > 0 && from == 1 && damages_.exchange(false))
      bytes[static_cast<std::size_t>(got) - 1] ^= 1;
    if (got > 0
        && ::send(ends[1 - from], bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got)
      return;
    ::close(ends[0]);
    ::close(ends[1]);
    ends = {-1, -1};
  }

  std::uint16_t to_port_;
  std::uint16_t port_ = 0;
  int listener_;
  std::vector<std::array<int, 2>> pairs_;
  std::atomic<bool> silent_{false};
  std::atomic<bool> damages_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// web1 hears node-a through two tunnels, and has heard it already.
class TunnelledLink : public Bus {
protected:
  void SetUp() override {
    ASSERT_TRUE(connected(*w, "node-a"));
    ASSERT_TRUE(connected(*a, "web1"));
    ASSERT_TRUE(publish_until_heard(*a, at_web, "before"));
  }
  endpoint_config through_tunnels() {
    auto config = client(web, *a);
    config.peers = {{"node-a", control.address(), events.address()}};
    return config;
  }

  listener_log at_node;
  listener_log at_web;
  const std::unique_ptr<bus_endpoint> a = open(node(node_a), at_node);
  tunnel control{a->control_address()};
  tunnel events{a->events_address()};
  const std::unique_ptr<bus_endpoint> w = open(through_tunnels(), at_web);
};

TEST_F(TunnelledLink, ASilentLinkIsNoticedInSecondsAndUsedAgainWhenItSpeaks) {
  const auto silent_since = std::chrono::steady_clock::now();
  control.go_silent(true);
  events.go_silent(true);
  ASSERT_TRUE(eventually([&] { return at_web.peers().size() == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - silent_since, 8s);
  ASSERT_TRUE(eventually([&] { return a->send_to("web1", "lost") == send_result::not_connected; }));

  control.go_silent(false);
  events.go_silent(false);
  ASSERT_TRUE(connected(*w, "node-a"));
  ASSERT_TRUE(connected(*a, "web1"));
  ASSERT_EQ(a->send_to("web1", "vote"), send_result::queued);
  ASSERT_TRUE(at_web.heard("vote"));
  EXPECT_TRUE(publish_until_heard(*a, at_web, "after"));
  EXPECT_EQ(at_web.count("lost"), 0U);
  EXPECT_THAT(at_web.peers(),
              ElementsAre(Pair("node-a", true), Pair("node-a", false), Pair("node-a", true)));
}

TEST_F(TunnelledLink, ALinkOnWhichBytesWereChangedIsMadeAnew) {
  control.damage_next_answer();
  events.damage_next_answer();
  ASSERT_TRUE(eventually([&] {
    (void)a->send_to("web1", "changed");
    (void)a->publish("t", "changed");
    return control.has_damaged() && events.has_damaged();
  }));
  ASSERT_TRUE(eventually([&] { return at_web.peers().size() >= 3; })) << "down and up again";
  ASSERT_TRUE(eventually([&] {
    return a->send_to("web1", "vote") == send_result::queued && at_web.count("vote") > 0;
  }));
  EXPECT_TRUE(publish_until_heard(*a, at_web, "after"));
}

}  // namespace
}  // namespace holdover::bus
