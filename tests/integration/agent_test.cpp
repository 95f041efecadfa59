// The agent as the processes that it is, while its network part, or all of it, is killed around it.
// Two nodes are played by this test, over the real bus.

#include "actors/ports.hpp"
#include "io/bus/endpoint.hpp"
#include "io/config/members_loader.hpp"
#include "io/keys/endorsement.hpp"
#include "io/keys/key_file.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/udp_port.hpp"
#include "tests/support/votes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace holdover {
namespace {

using clock = std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;
using vote::level;

constexpr auto patience = 20s;

void pause() {
  ::poll(nullptr, 0, 20);
}

/// A node that answers each beacon with the same vote, while it speaks.
class node {
public:
  node(const std::string& name, node_number number)
      : keys(keys::make_key_pair(name)), number_(number) {}

  member as_member() const {
    return {keys.name, role::node, number_, keys.curve.public_key, keys.sign.public_key};
  }
  void open(const membership& members) {
    bus::handlers react;
    react.on_control = [this](const bus::origin& from, const std::string& bytes) {
      answer(from.member, bytes);
    };
    auto opened = bus::bus_endpoint::open({.name = keys.name,
                                           .keys = keys.curve,
                                           .members = members,
                                           .listen_control = "tcp://127.0.0.1:*",
                                           .listen_events = {},
                                           .peers = {},
                                           .topics = {},
                                           .limits = {}},
                                          std::move(react));
    bus_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  }
  ~node() { bus_.reset(); }

  /// Nothing: it is silent.
  void says(std::optional<level> what) {
    const std::lock_guard lock{mutex_};
    says_ = what;
    heard = 0;
  }
  bus::bus_endpoint& bus() { return *bus_; }

  const keys::key_pair keys;
  std::atomic<int> heard{0};  ///< Beacons since it began to say what it says.
  std::atomic<agent::host_state> last_state{agent::host_state::unspecified};
  std::atomic<bool> was_told_down{false};

private:
  void answer(const std::string& host, const std::string& bytes) {
    const auto outer = wire::decode_signed(bytes);
    const auto* sealed = std::get_if<signed_message>(&outer);
    if (sealed == nullptr) return;
    const auto inner = wire::decode(sealed->bytes);
    const auto* beacon = std::get_if<agent::host_beacon>(&std::get<message>(inner).what);
    if (beacon == nullptr) return;
    const std::lock_guard lock{mutex_};
    ++heard;
    last_state = beacon->state;
    if (beacon->state == agent::host_state::down) was_told_down = true;
    if (!says_) return;
    auto cast = voter_.cast(test::host(host), beacon->nonce, beacon->tick, *says_,
                            {test::on_battery("main", 8s)});
    cast.content.shutdown_time = 1s;
    actors::ports outside;
    outside.sign = [this](domain about, std::string what) {
      return keys::signer{keys}.sign(about, std::move(what));
    };
    outside.wall_milliseconds = [] { return std::int64_t{0}; };
    static_cast<void>(
        bus_->send_to(host, actors::seal(outside, domain::vote, "hq", keys.name, cast.content)));
  }

  node_number number_;
  std::mutex mutex_;
  std::optional<level> says_;
  test::voter voter_{.number = number_, .site = "hq"};
  std::unique_ptr<bus::bus_endpoint> bus_;
};

class Agent : public ::testing::Test {
protected:
  Agent() {
    const membership members{
        "hq",
        1,
        {alpha_.as_member(),
         beta_.as_member(),
         {"web1", role::agent, 0, web_.curve.public_key, web_.sign.public_key}}};
    alpha_.open(members);
    beta_.open(members);
    EXPECT_EQ(config::save_members(folder_ / "members.yaml", members), std::nullopt);
    EXPECT_FALSE(keys::write_key_file(web_, folder_ / "web1.key"));
    folder_.write("boot_id", "boot-1\n");
    ::mkdir((folder_ / "state").c_str(), 0700);
    const auto program =
        folder_.write("shutdown", "#!/bin/sh\ntouch " + (folder_ / "went") + "\n", 0755);
    configure("run: [" + program + ']');
    start();
  }

  void configure(const std::string& shutdown) {
    folder_.write("agent.yaml",
                  "host: web1\nsite: hq\nlab: true\nmembers_file: members.yaml\n"
                  "key_file: web1.key\nstate_directory: state\nboot_id_file: boot_id\n"
                  "hold: 200ms\ntime_to_live: 2s\nbeacon_period: 200ms\n"
                  "fallback: {able_within: 2s, single_witness: 2s, clear_after: 2s, reserve: 0s, "
                  "floor_low: 1s, floor_high: 5s}\nnodes:\n  - {number: 0, control: \""
                      + alpha_.bus().control_address() + "\"}\n  - {number: 1, control: \""
                      + beta_.bus().control_address() + "\"}\nactions:\n  - {id: shutdown, "
                      + shutdown + ", limit: 10s}\n");
  }

  void start() {
    agent_ = support::process({HOLDOVER_BIN "/holdover-agent", "--config", folder_ / "agent.yaml"},
                              {}, folder_ / "log");
  }
  void both_say(std::optional<level> what) {
    alpha_.says(what);
    beta_.says(what);
  }
  bool went() const { return ::access((folder_ / "went").c_str(), F_OK) == 0; }
  /// Its beacons arrive, so what was said to them has arrived, too, but for the last.
  bool hears_and_says() {
    return eventually([&] { return alpha_.heard > 3 && beta_.heard > 3; });
  }
  template <class Condition>
  static bool eventually(Condition holds, std::chrono::milliseconds bound = patience) {
    for (const auto until = clock::now() + bound; clock::now() < until; pause())
      if (holds()) return true;
    return holds();
  }
  /// Its only child that is no program of an action.
  std::optional<pid_t> network_part() const {
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
      const auto name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream stat{entry.path() / "stat"}, words{entry.path() / "cmdline"};
      std::string line, state;
      std::getline(stat, line);
      pid_t parent = 0;
      const auto end = line.rfind(')');
      if (end == std::string::npos) continue;
      std::istringstream{line.substr(end + 1)} >> state >> parent;
      std::ostringstream command;
      command << words.rdbuf();
      if (parent == agent_.id() && command.str().find("--network-part") != std::string::npos)
        return static_cast<pid_t>(std::stol(name));
    }
    return std::nullopt;
  }
  void kill_network_part() const {
    if (const auto it = network_part()) ::kill(*it, SIGKILL);
  }
  std::string log() const {
    std::ifstream in{folder_ / "log"};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  support::scratch folder_;
  node alpha_{"alpha", 0}, beta_{"beta", 1};
  keys::key_pair web_ = keys::make_key_pair("web1");
  support::process agent_;
};

TEST_F(Agent, ANetworkPartThatIsKilledIsReplacedAndVotesArriveAgain) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  const auto first = network_part();
  ASSERT_TRUE(first);
  kill_network_part();
  ASSERT_TRUE(eventually([&] { return network_part().value_or(*first) != *first; })) << log();
  both_say(level::shutdown);
  EXPECT_TRUE(eventually([&] { return went(); })) << log();
}

TEST_F(Agent, ANetworkPartThatStandsStillIsReplacedAndVotesArriveAgain) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  const auto first = network_part();
  ASSERT_TRUE(first);
  ASSERT_EQ(::kill(*first, SIGSTOP), 0);
  ASSERT_TRUE(eventually([&] { return network_part().value_or(*first) != *first; })) << log();
  EXPECT_THAT(log(), HasSubstr("does not answer"));
  both_say(level::shutdown);
  EXPECT_TRUE(eventually([&] { return went(); })) << log();
}

TEST_F(Agent, ANetworkPartThatAnswersIsLeftAlone) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  const auto first = network_part();
  both_say({});  // Nothing comes from the nodes; questions are answered all the same.
  const auto longer_than_it_may_be_silent = clock::now() + 5s;
  while (clock::now() < longer_than_it_may_be_silent && network_part() == first)
    pause();
  EXPECT_EQ(network_part(), first) << log();
}

TEST_F(Agent, PausedWithItsNetworkPartItGoesOnWithTheSameOne) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  const auto first = network_part();
  ASSERT_TRUE(first);
  ::kill(agent_.id(), SIGSTOP);
  ::kill(*first, SIGSTOP);
  ::poll(nullptr, 0, 5000);  // Longer than a network part may be silent.
  ::kill(*first, SIGCONT);
  ::kill(agent_.id(), SIGCONT);
  both_say(level::run);
  EXPECT_TRUE(hears_and_says()) << log();
  EXPECT_EQ(network_part(), first) << log();
}

TEST_F(Agent, KillingItsNetworkPartAgainAndAgainDelaysNoDeadline) {
  both_say(level::warn);
  ASSERT_TRUE(hears_and_says()) << log();
  both_say({});
  const auto silent = clock::now();
  // Silent for 2 s; then half of the 6 s that are left.
  while (!went() && clock::now() < silent + 8s) {
    kill_network_part();
    ::poll(nullptr, 0, 200);
  }
  EXPECT_TRUE(went()) << log();
  EXPECT_TRUE(agent_.running()) << log();
}

TEST_F(Agent, StartedAgainAndAgainInAnOutageTheHostGoesAllTheSame) {
  both_say(level::warn);
  ASSERT_TRUE(hears_and_says()) << log();
  both_say({});
  const auto silent = clock::now();
  while (!went() && clock::now() < silent + 15s) {
    const auto lives_until = clock::now() + 900ms;
    while (!went() && clock::now() < lives_until)
      pause();
    if (went()) break;
    agent_.kill();
    start();
  }
  EXPECT_TRUE(went()) << log();
}

TEST_F(Agent, GarbageFromAnEnrolledNodeDoesNotEndTheNetworkPart) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  const auto before = network_part();
  for (int burst = 0; burst < 10; ++burst) {
    for (int i = 0; i < 300; ++i)
      static_cast<void>(alpha_.bus().send_to("web1", std::string(1024, 'x')));
    ::poll(nullptr, 0, 100);
  }
  beta_.says(level::run);
  EXPECT_TRUE(eventually([&] { return beta_.heard > 3; })) << log();
  EXPECT_EQ(network_part(), before) << log();
}

TEST_F(Agent, AHostWhosePortsAreAllDeadGoesDownByItself) {
  const auto carrier = [this](const char* has) { folder_.write("net/cable/carrier", has); };
  std::filesystem::create_directories(folder_ / "net/cable");
  carrier("1\n");
  agent_.stop();
  std::ofstream{folder_ / "agent.yaml", std::ios::app}
      << "no_carrier: {ports: [cable], after: 2s, folder: net}\n";
  both_say(level::run);
  start();
  ASSERT_TRUE(hears_and_says()) << log();
  both_say({});
  EXPECT_FALSE(eventually([&] { return went(); }, 4s)) << "silence alone is no reason\n" << log();
  carrier("0\n");
  EXPECT_TRUE(eventually([&] { return went(); })) << log();
  EXPECT_THAT(log(), HasSubstr("alarm no_carrier"));
}

TEST_F(Agent, TakesUpASignedMembershipWhileItRunsAndNoOther) {
  const auto admin = keys::make_key_pair("anna");
  auto members = std::get<membership>(config::load_members(folder_ / "members.yaml"));
  const auto save = [&] {
    EXPECT_EQ(config::save_members(folder_ / "members.yaml", members), std::nullopt);
    ::kill(agent_.id(), SIGHUP);
  };
  agent_.stop();
  std::ofstream{folder_ / "agent.yaml", std::ios::app}
      << "admin_key: " << keys::sign_key_text(admin.sign.public_key) << '\n';
  start();
  EXPECT_TRUE(eventually([&] { return log().find("carries no signature") != std::string::npos; }))
      << log();
  members.admin_signature = keys::endorse(members, admin.sign);
  EXPECT_EQ(config::save_members(folder_ / "members.yaml", members), std::nullopt);
  both_say(level::run);
  start();
  ASSERT_TRUE(hears_and_says()) << log();
  members.epoch = 2;  // Signed is epoch 1.
  save();
  EXPECT_TRUE(eventually([&] {
    return log().find("changed after it was signed") != std::string::npos;
  })) << log();
  members.admin_signature = keys::endorse(members, admin.sign);
  save();
  EXPECT_TRUE(eventually([&] { return log().find("from epoch 1 to 2") != std::string::npos; }))
      << log();
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << "its new network part connects\n" << log();
  both_say(level::shutdown);  // In epoch 1 still, which has a say.
  EXPECT_TRUE(eventually([&] { return went(); })) << log();
}

TEST_F(Agent, AnOrdinaryStopIsNoAlarm) {
  both_say(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  agent_.stop();
  EXPECT_THAT(log(), HasSubstr("is told to stop"));
  EXPECT_THAT(log(), Not(HasSubstr("critical")));
  EXPECT_THAT(log(), Not(HasSubstr("network part ended")));
}

/// An agent that stands for another host, which is told by a line of text.
class RccmdAgent : public Agent {
protected:
  RccmdAgent() {
    agent_.stop();
    configure("rccmd: {host: 127.0.0.1, port: " + std::to_string(support::udp_port_of(client_))
              + ", say: MSG_SHUTDOWN now, unauthenticated: true}");
    start();
  }
  ~RccmdAgent() override { ::close(client_); }

  /// The next line that the client gets; empty: none within the bound.
  std::string line(std::chrono::milliseconds bound) const {
    pollfd waiting{client_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(bound.count())) != 1) return {};
    std::string bytes(512, ' ');
    const auto size = ::recv(client_, bytes.data(), bytes.size(), 0);
    return bytes.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
  }

  const int client_ = support::bound_udp_socket();
};

TEST_F(RccmdAgent, SendsItsLineWhenEnoughNodesWantItAndNotBefore) {
  alpha_.says(level::shutdown);
  beta_.says(level::run);
  ASSERT_TRUE(hears_and_says()) << log();
  EXPECT_EQ(line(1s), "");
  both_say(level::shutdown);
  for (int copy = 0; copy < 3; ++copy)
    EXPECT_THAT(line(patience), HasSubstr("MSG_SHUTDOWN now")) << log();
  EXPECT_EQ(line(2s), "") << "once, in three copies";
}

TEST_F(RccmdAgent, NeverSaysThatItsHostIsDown) {
  both_say(level::shutdown);
  ASSERT_THAT(line(patience), HasSubstr("MSG_SHUTDOWN now")) << log();
  ASSERT_TRUE(eventually([&] { return alpha_.last_state == agent::host_state::committed; }));
  both_say(level::shutdown);
  ASSERT_TRUE(eventually([&] { return alpha_.heard > 10; })) << log();
  EXPECT_FALSE(alpha_.was_told_down);
  EXPECT_FALSE(beta_.was_told_down);
}

}  // namespace
}  // namespace holdover
