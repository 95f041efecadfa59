// The privileged part among things that hang, lack or fail: whatever happens around it, votes of
// two nodes bring the host down. The test plays the network part at the other end of the link.

#include "nodes/agent/machine.hpp"

#include "actors/ports.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/votes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::agent_node {
namespace {

using clock = std::chrono::steady_clock;
using agent::action_state;
using vote::level;

constexpr auto patience = 20s;

member as_member(const keys::key_pair& keys, role as, node_number number = 0) {
  return {keys.name, as, number, keys.curve.public_key, keys.sign.public_key};
}

class Machine : public ::testing::Test {
protected:
  Machine() {
    std::signal(SIGPIPE, SIG_IGN);  // As the agent does; a pipe plays the disk that hangs.
    ::mkdir((folder_ / "state").c_str(), 0700);
    folder_.write("boot_id", "boot-1\n");
    settings_.lab = true;
    settings_.state_directory = folder_ / "state";
    settings_.boot_id_file = folder_ / "boot_id";
    settings_.network_user = "root";
    auto& machine = settings_.machine;
    machine.host = "web1";
    machine.site = "hq";
    machine.threshold = 2;
    machine.hold = 200ms;
    machine.beacon_period = 50ms;
    machine.commit_record_limit = 300ms;
    for (const auto* id : {"warn", "shutdown"})
      settings_.actions[id] = {{program_that("touch " + folder_ / id)}, 10s};
  }
  ~Machine() override { running_.reset(); }

  std::string program_that(const std::string& does) {
    return folder_.write("program-" + std::to_string(++programs_), "#!/bin/sh\n" + does + "\n",
                         0755);
  }
  void start() {
    running_ = std::make_unique<machine>(settings_, members_, web_);
    connect();
  }
  void connect() {
    auto ends = host::link::make();
    link_ = std::make_unique<host::link>(std::move(ends->second));
    running_->connect(std::move(ends->first));
  }

  std::optional<agent::host_beacon> beacon() {
    pollfd waiting{link_->fd(), POLLIN, 0};
    std::optional<agent::host_beacon> newest;
    while (::poll(&waiting, 1, newest ? 0 : 20) == 1) {
      const auto came = link_->receive();
      if (!came) break;
      const auto outer = wire::decode_signed(came->body);
      const auto inner = wire::decode(std::get<signed_message>(outer).bytes);
      newest = std::get<agent::host_beacon>(std::get<message>(inner).what);
    }
    return newest;
  }
  void say(const keys::key_pair& node, test::voter& who, const agent::host_beacon& to,
           level wanted) {
    actors::ports outside;
    outside.sign = [&](domain about, std::string bytes) {
      return keys::signer{node}.sign(about, std::move(bytes));
    };
    outside.wall_milliseconds = [] { return std::int64_t{0}; };
    const auto cast =
        who.cast(test::host("web1"), to.nonce, to.tick, wanted, {test::on_battery("main", 10min)});
    link_->send({host::datagram_kind::incoming,
                 actors::seal(outside, domain::vote, "hq", node.name, cast.content)});
  }
  /// Both nodes answer every beacon with this, until it holds or patience ends.
  template <class Condition>
  bool vote_until(level wanted, Condition holds) {
    for (const auto until = clock::now() + patience; clock::now() < until;) {
      if (holds()) return true;
      if (const auto heard = beacon()) {
        say(alpha_, voters_[0], *heard, wanted);
        say(beta_, voters_[1], *heard, wanted);
      }
    }
    return false;
  }
  bool ran(const std::string& action) { return ::access((folder_ / action).c_str(), F_OK) == 0; }
  bool ended() const {
    return running_->ended().wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  }

  support::scratch folder_;
  int programs_ = 0;
  keys::key_pair alpha_ = keys::make_key_pair("alpha");
  keys::key_pair beta_ = keys::make_key_pair("beta");
  keys::key_pair web_ = keys::make_key_pair("web1");
  membership members_{"hq",
                      1,
                      {as_member(alpha_, role::node, 0), as_member(beta_, role::node, 1),
                       as_member(web_, role::agent)}};
  config::agent_settings settings_;
  std::unique_ptr<machine> running_;
  std::unique_ptr<host::link> link_;
  std::vector<test::voter> voters_{{.number = 0, .site = "hq"}, {.number = 1, .site = "hq"}};
};

TEST_F(Machine, TwoNodesBringTheHostDown) {
  start();
  EXPECT_TRUE(vote_until(level::shutdown, [&] { return ran("shutdown"); }));
}

TEST_F(Machine, ADiskThatHangsUnderTheLogOfCommandsHoldsNothingUp) {
  const auto log = folder_ / "state/commands.log";
  ASSERT_EQ(::mkfifo(log.c_str(), 0600), 0);  // Whoever opens it to write hangs.
  start();
  EXPECT_TRUE(vote_until(level::shutdown, [&] { return ran("shutdown"); }));
  const int reader = ::open(log.c_str(), O_RDONLY | O_NONBLOCK);
  ::close(reader);
}

TEST_F(Machine, ADiskThatHangsUnderEverythingHoldsNothingUp) {
  std::vector<std::string> all;
  for (const auto* file : {"commands.log", "evidence.new"}) {
    all.push_back(folder_ / (std::string{"state/"} + file));
    ASSERT_EQ(::mkfifo(all.back().c_str(), 0600), 0);
  }
  start();
  ::unlink((folder_ / "state/commit").c_str());
  all.push_back(folder_ / "state/commit");
  ASSERT_EQ(::mkfifo(all.back().c_str(), 0600), 0);
  EXPECT_TRUE(vote_until(level::shutdown, [&] { return ran("shutdown"); }));
  for (const auto& file : all)
    ::close(::open(file.c_str(), O_RDONLY | O_NONBLOCK));
}

TEST_F(Machine, WithoutMemoryForAnotherThreadTheHostGoesDownAllTheSame) {
  start();
  ASSERT_TRUE(vote_until(level::run, [&] { return running_->alive(); }));
  std::size_t pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages;
  rlimit before{};
  ::getrlimit(RLIMIT_AS, &before);
  constexpr rlim_t less_than_a_stack = 4 << 20;
  const rlimit tight{pages * static_cast<rlim_t>(::getpagesize()) + less_than_a_stack,
                     before.rlim_max};
  ::setrlimit(RLIMIT_AS, &tight);
  const bool warned = vote_until(level::warn, [&] { return ran("warn"); });
  const bool went = vote_until(level::shutdown, [&] { return ran("shutdown"); });
  ::setrlimit(RLIMIT_AS, &before);
  EXPECT_TRUE(warned);
  EXPECT_TRUE(went);
  EXPECT_FALSE(ended());
}

TEST_F(Machine, TellsTheNodesThatItsFolderTakesNothingAnyMoreAndThatItDoesAgain) {
  start();
  const auto told = [&] {
    const auto heard = beacon();
    if (!heard) return action_state::unspecified;
    for (const auto& report : heard->actions)
      if (report.id == agent::evidence_id) return report.state;
    return action_state::unspecified;
  };
  const auto tells = [&](action_state what) {
    for (const auto until = clock::now() + patience; clock::now() < until;) {
      running_->check_disk();
      if (told() == what) return true;
    }
    return false;
  };
  ASSERT_EQ(::rename((folder_ / "state").c_str(), (folder_ / "away").c_str()), 0);
  EXPECT_TRUE(tells(action_state::failed));
  EXPECT_TRUE(running_->alive());
  ASSERT_EQ(::rename((folder_ / "away").c_str(), (folder_ / "state").c_str()), 0);
  EXPECT_TRUE(tells(action_state::done));
}

TEST_F(Machine, AFolderThatTakesNothingFromTheStartIsToldAndDoesNotStopIt) {
  ::rmdir((folder_ / "state").c_str());
  start();
  std::optional<agent::host_beacon> heard;
  ASSERT_TRUE(vote_until(level::run, [&] {
    heard = beacon();
    return heard && !heard->actions.empty();
  }));
  EXPECT_EQ(heard->actions[0].id, agent::evidence_id);
  EXPECT_EQ(heard->actions[0].state, action_state::failed);
  EXPECT_TRUE(vote_until(level::shutdown, [&] { return ran("shutdown"); }));
}

TEST_F(Machine, AsksTheOtherEndAndHearsWhetherItIsThere) {
  start();
  running_->ask_ferry();
  EXPECT_FALSE(running_->ferry_was_heard());
  const auto asked = [&] {
    for (const auto until = clock::now() + patience; clock::now() < until;)
      if (const auto came = link_->receive(); came && came->kind == host::datagram_kind::ask)
        return true;
    return false;
  };
  ASSERT_TRUE(asked());
  link_->send({host::datagram_kind::here, {}});
  bool heard = false;
  for (const auto until = clock::now() + patience; !heard && clock::now() < until;)
    heard = running_->ferry_was_heard();
  EXPECT_TRUE(heard);
  EXPECT_FALSE(running_->ferry_was_heard()) << "until something comes again";
}

TEST_F(Machine, LivesOnWithoutItsNetworkPartAndRemembersItsBallots) {
  start();
  std::optional<agent::host_beacon> before;
  ASSERT_TRUE(vote_until(level::run, [&] { return (before = beacon()).has_value(); }));
  link_.reset();
  const auto until = clock::now() + patience;
  while (running_->connected() && clock::now() < until)
    std::this_thread::yield();
  EXPECT_FALSE(running_->connected());
  EXPECT_FALSE(ended());
  EXPECT_TRUE(running_->alive());
  connect();
  std::optional<agent::host_beacon> after;
  ASSERT_TRUE(vote_until(level::run, [&] { return (after = beacon()).has_value(); }));
  EXPECT_EQ(after->nonce, before->nonce);
  EXPECT_TRUE(vote_until(level::shutdown, [&] { return ran("shutdown"); }));
}

}  // namespace
}  // namespace holdover::agent_node
