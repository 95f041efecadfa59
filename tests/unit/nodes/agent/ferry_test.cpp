// The network part as the process that it is: confined by its filter, it must go on carrying.

#include "nodes/agent/ferry.hpp"

#include "io/bus/endpoint.hpp"
#include "io/keys/key_pair.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <variant>

namespace holdover::agent_node {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 20s;

member as_member(const keys::key_pair& keys, role as, node_number number = 0) {
  return {keys.name, as, number, keys.curve.public_key, keys.sign.public_key};
}

class Ferry : public ::testing::Test {
protected:
  // Forked before this process has a thread.
  Ferry() : ends_(std::move(*host::link::make())) {
    child_ = ::fork();
    if (child_ == 0) {
      spdlog::set_level(spdlog::level::off);
      ends_.first.close();
      ::_exit(run_ferry(std::move(ends_.second)));
    }
    ends_.second.close();
  }
  ~Ferry() override {
    node_.reset();
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  /// A node at an address: any free port first, the same one when it comes back.
  void open_node() {
    bus::handlers react;
    react.on_control = [this](const bus::origin&, const std::string& bytes) {
      if (bytes == "beacon") ++beacons_;
    };
    bus::endpoint_config config{.name = "alpha",
                                .keys = alpha_.curve,
                                .members = members_,
                                .listen_control = address_,
                                .listen_events = {},
                                .peers = {},
                                .topics = {},
                                .limits = {}};
    auto opened = bus::bus_endpoint::open(std::move(config), std::move(react));
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<bus::bus_endpoint>>(opened))
        << std::get<bus::refusal>(opened).reason;
    node_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
    address_ = node_->control_address();
  }
  void brief() {
    config::agent_settings settings;
    settings.nodes.push_back({0, address_});
    ASSERT_TRUE(brief_ferry(ends_.first, settings, members_, web_));
  }
  /// The machine says something, again and again as beacons are, until the node hears it.
  bool carries_outwards() {
    const auto before = beacons_.load();
    const auto until = clock::now() + patience;
    while (beacons_ == before && clock::now() < until && alive()) {
      ends_.first.send({host::datagram_kind::outgoing, "beacon"});
      ::poll(nullptr, 0, 20);
    }
    return beacons_ > before;
  }
  bool carries_inwards() {
    pollfd waiting{ends_.first.fd(), POLLIN, 0};
    const auto until = clock::now() + patience;
    while (clock::now() < until && alive()) {
      static_cast<void>(node_->send_to("web1", "vote"));
      if (::poll(&waiting, 1, 20) != 1) continue;
      const auto came = ends_.first.receive();
      if (came && came->kind == host::datagram_kind::incoming && came->body == "vote") return true;
    }
    return false;
  }
  bool alive() {
    if (child_ > 0 && ::waitpid(child_, &ending_, WNOHANG) == child_) child_ = -1;
    return child_ > 0;
  }

  keys::key_pair alpha_ = keys::make_key_pair("alpha");
  keys::key_pair web_ = keys::make_key_pair("web1");
  membership members_{"hq", 1, {as_member(alpha_, role::node), as_member(web_, role::agent)}};
  std::pair<host::link, host::link> ends_;
  pid_t child_ = -1;
  int ending_ = 0;
  std::string address_ = "tcp://127.0.0.1:*";
  std::atomic<int> beacons_{0};
  std::unique_ptr<bus::bus_endpoint> node_;
};

TEST_F(Ferry, CarriesBothWaysAndAgainAfterTheNodeWasAway) {
  open_node();
  brief();
  EXPECT_TRUE(carries_outwards());
  EXPECT_TRUE(carries_inwards());
  node_.reset();
  open_node();
  EXPECT_TRUE(carries_outwards());
  EXPECT_TRUE(carries_inwards());
  EXPECT_TRUE(alive()) << "ended by signal " << WTERMSIG(ending_);
}

TEST_F(Ferry, SurvivesBurstsOfGarbageFromAnEnrolledNode) {
  open_node();
  brief();
  ASSERT_TRUE(carries_outwards());
  for (int burst = 0; burst < 10 && alive(); ++burst) {
    ::kill(child_, SIGSTOP);  // So that all of it is read at once.
    for (int i = 0; i < 300; ++i)
      static_cast<void>(node_->send_to("web1", std::string(1024, 'x')));
    ::poll(nullptr, 0, 50);
    ::kill(child_, SIGCONT);
    pollfd waiting{ends_.first.fd(), POLLIN, 0};
    while (::poll(&waiting, 1, 100) == 1 && ends_.first.receive())
      continue;
  }
  EXPECT_TRUE(alive()) << "ended by signal " << WTERMSIG(ending_);
  EXPECT_TRUE(carries_inwards());
}

TEST_F(Ferry, EndsWellWhenTheMachineDoes) {
  open_node();
  brief();
  EXPECT_TRUE(carries_outwards());
  ends_.first.shut();
  const auto until = clock::now() + patience;
  while (alive() && clock::now() < until)
    ::poll(nullptr, 0, 10);
  ASSERT_FALSE(alive());
  EXPECT_TRUE(WIFEXITED(ending_)) << "ended by signal " << WTERMSIG(ending_);
  EXPECT_EQ(WEXITSTATUS(ending_), 0);
}

}  // namespace
}  // namespace holdover::agent_node
