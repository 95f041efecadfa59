// The part of the agent that decides, across the pipe from a network part that somebody else has
// taken over: it may say what it likes, and only the nodes' votes for this life of this host count.

#include "io/keys/random.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "nodes/agent/machine.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/votes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace holdover::agent_node {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr auto patience = 20s;

class ForeignFerry : public ::testing::Test {
protected:
  ForeignFerry() {
    spdlog::set_level(spdlog::level::off);
    std::signal(SIGPIPE, SIG_IGN);  // As the program does.
    std::filesystem::create_directory(folder_ / "state");
    std::filesystem::permissions(folder_ / "state", std::filesystem::perms::owner_all);
    settings_.lab = true;
    settings_.state_directory = folder_ / "state";
    settings_.boot_id_file = folder_ / "boot_id";
    settings_.machine.site = "hq";
    settings_.machine.host = "web1";
    settings_.machine.threshold = 2;
    settings_.machine.hold = 200ms;
    settings_.machine.beacon_period = 100ms;
    settings_.machine.time_to_live = 5s;
    settings_.actions["shutdown"] = {{"/bin/sh", "-c", "echo asked >> " + folder_ / "asked"}, 10s};
  }
  ~ForeignFerry() override {
    machine_.reset();
    spdlog::set_level(spdlog::level::info);
  }

  void boot(const std::string& id) {
    machine_.reset();
    folder_.write("boot_id", id + '\n');
    machine_ = std::make_unique<machine>(settings_, members_, web_);
    connect();
  }
  void connect() {
    ends_.emplace(*host::link::make());
    machine_->connect(std::move(ends_->first));
  }
  const host::link& pipe() const { return ends_->second; }

  /// The next beacon after those that are waiting.
  std::optional<agent::host_beacon> beacon() {
    std::optional<agent::host_beacon> last;
    const auto until = clock::now() + patience;
    while (clock::now() < until) {
      pollfd waiting{pipe().fd(), POLLIN, 0};
      if (::poll(&waiting, 1, last ? 0 : 100) != 1) {
        if (last) return last;
        continue;
      }
      const auto came = pipe().receive();
      if (!came) return std::nullopt;
      const auto proof = wire::decode_evidence(came->body);
      if (const auto* told = std::get_if<wire::evidence>(&proof))
        if (const auto* b = std::get_if<agent::host_beacon>(&told->content.what)) last = *b;
    }
    return last;
  }
  /// A node's vote that the host goes down, good but for what the caller changes.
  vote::vote cast(node_number by, const agent::host_beacon& seen) {
    test::voter who{.number = by, .site = "hq", .sequence = ++sequence_};
    return who
        .cast(test::host("web1"), seen.nonce, seen.tick, vote::level::shutdown,
              {test::on_battery("main", 10min)})
        .content;
  }
  static std::string sealed(const keys::key_pair& by, const vote::vote& what,
                            domain about = domain::vote) {
    const message letter{"hq", by.name, 0ms, 0, what};
    return wire::encode(keys::signer{by}.sign(about, wire::encode(letter)));
  }
  std::vector<std::string> two_votes(const agent::host_beacon& seen) {
    return {sealed(alpha_, cast(0, seen)), sealed(beta_, cast(1, seen))};
  }
  /// As the network part passes on what it got. The pipe may be full for a moment.
  void comes(const std::string& bytes, char kind = 'I') {
    const auto until = clock::now() + patience;
    while (::send(pipe().fd(), (kind + bytes).data(), bytes.size() + 1, MSG_NOSIGNAL | MSG_DONTWAIT)
           < 0) {
      ASSERT_LT(clock::now(), until) << "the machine does not read";
      ::poll(nullptr, 0, 5);
    }
  }
  std::string file(const std::string& name) const {
    std::ifstream in{folder_ / name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  template <class Condition>
  static bool eventually(Condition holds) {
    const auto until = clock::now() + patience;
    while (!holds()) {
      if (clock::now() > until) return false;
      ::poll(nullptr, 0, 10);
    }
    return true;
  }
  /// Everything before has been read by now: what comes through one pipe comes in order.
  void expect_untouched() {
    agent::host_beacon nobodys;
    nobodys.nonce = keys::make_random_id();
    nobodys.tick = 1;
    comes(sealed(gamma_, cast(2, nobodys)));
    EXPECT_TRUE(eventually([&] {
      return file("state/commands.log").find("refused from node 2: shutdown (wrong_nonce")
             != std::string::npos;
    })) << file("state/commands.log");
    EXPECT_TRUE(machine_->alive());
    const auto now = beacon();
    ASSERT_TRUE(now);
    EXPECT_EQ(now->state, agent::host_state::running);
    EXPECT_EQ(file("asked"), "");
  }
  void expect_obeys() {
    const auto seen = beacon();
    ASSERT_TRUE(seen);
    for (const auto& bytes : two_votes(*seen))
      comes(bytes);
    EXPECT_TRUE(eventually([&] { return file("asked") == "asked\n"; }));
  }

  keys::key_pair alpha_ = keys::make_key_pair("alpha");
  keys::key_pair beta_ = keys::make_key_pair("beta");
  keys::key_pair gamma_ = keys::make_key_pair("gamma");
  keys::key_pair web_ = keys::make_key_pair("web1");
  keys::key_pair stranger_ = keys::make_key_pair("beta");
  membership members_{"hq",
                      1,
                      {as_member(alpha_, role::node, 0), as_member(beta_, role::node, 1),
                       as_member(gamma_, role::node, 2), as_member(web_, role::agent)}};
  support::scratch folder_;
  config::agent_settings settings_;
  std::optional<std::pair<host::link, host::link>> ends_;
  std::unique_ptr<machine> machine_;
  std::uint64_t sequence_ = 0;

private:
  static member as_member(const keys::key_pair& keys, role as, node_number number = 0) {
    return {keys.name, as, number, keys.curve.public_key, keys.sign.public_key};
  }
};

TEST_F(ForeignFerry, ObeysTwoNodesThroughWhateverCarriesThem) {
  boot("first");
  expect_obeys();
  EXPECT_EQ(beacon()->state, agent::host_state::committed);
}

TEST_F(ForeignFerry, VotesOfAnEarlierLifeDoNothing) {
  boot("first");
  const auto recorded = two_votes(beacon().value());
  for (const auto& bytes : recorded)
    comes(bytes);
  ASSERT_TRUE(eventually([&] { return file("asked") == "asked\n"; })) << "they were good once";
  std::filesystem::remove(folder_ / "asked");
  boot("second");
  for (int i = 0; i < 20; ++i)
    for (const auto& bytes : recorded)
      comes(bytes);
  expect_untouched();
  EXPECT_THAT(file("state/commands.log"), HasSubstr("refused from node 0: shutdown (wrong_nonce"));
  EXPECT_THAT(file("state/commands.log"), HasSubstr("refused from node 1: shutdown (wrong_nonce"));
  expect_obeys();
}

TEST_F(ForeignFerry, VotesForOthersAndByOthersDoNothing) {
  boot("first");
  const auto seen = beacon().value();
  const auto twice = [&](auto change) {
    for (const auto* by : {&alpha_, &beta_}) {
      auto one = cast(by == &alpha_ ? 0u : 1u, seen);
      change(one);
      comes(sealed(*by, one));
    }
  };
  twice([](vote::vote& v) { v.to.name = "web2"; });
  twice([](vote::vote& v) { v.epoch = 2; });
  twice([](vote::vote& v) { v.tick += 1000; });
  twice([](vote::vote& v) { v.drill = "exercise"; });
  twice([](vote::vote& v) { v.controller = 2; });    // Another's seat.
  comes(sealed(alpha_, cast(0, seen)));              // One good voice …
  comes(sealed(alpha_, cast(0, seen)));              // … stays one,
  comes(sealed(stranger_, cast(1, seen)));           // whoever calls himself beta,
  comes(sealed(web_, cast(1, seen)));                // or is the host itself.
  comes(sealed(beta_, cast(1, seen), domain::bus));  // Signed for something else.
  auto another_life = seen;
  another_life.nonce = keys::make_random_id();
  comes(sealed(beta_, cast(1, another_life)));
  expect_untouched();
  expect_obeys();
}

TEST_F(ForeignFerry, DamagedBytesDoNothing) {
  boot("first");
  const auto good = two_votes(beacon().value());
  for (const auto& bytes : good) {
    for (std::size_t size = 0; size < bytes.size(); ++size)
      comes(bytes.substr(0, size));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      auto bent = bytes;
      bent[at] = static_cast<char>(bent[at] ^ 0x40);
      comes(bent);
    }
  }
  expect_untouched();
  expect_obeys();
}

TEST_F(ForeignFerry, HugeAndSenselessBytesDoNothing) {
  boot("first");
  const auto good = two_votes(beacon().value());
  comes(std::string(host::datagram_limit - 1, '\xff'));
  comes(std::string(200'000, '\x0a'));  // More than it reads of one datagram.
  comes(good[0] + std::string(150'000, 'x'));
  for (const char kind : {'K', 'S', 'O', 'X', '\0'})
    for (const auto& bytes : good)
      comes(bytes, kind);  // Words that are the other part's to say, or nobody's.
  expect_untouched();
  expect_obeys();
}

// A closed pipe and an empty datagram are one and the same to who reads it.
TEST_F(ForeignFerry, AnEmptyDatagramIsTheNetworkPartsEndAndTheNextOneIsObeyed) {
  boot("first");
  const auto before = beacon().value();
  ASSERT_EQ(::send(pipe().fd(), "", 0, MSG_NOSIGNAL), 0);
  EXPECT_TRUE(eventually([&] { return !machine_->connected(); }));
  EXPECT_EQ(machine_->ended().wait_for(0s), std::future_status::timeout);
  connect();
  EXPECT_EQ(beacon().value().nonce, before.nonce);
  expect_untouched();
  expect_obeys();
}

}  // namespace
}  // namespace holdover::agent_node
