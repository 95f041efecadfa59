// A site and somebody who holds one node's keys and a tape recorder: what was true once, what is
// cut short, what is far too long and what is nothing at all changes nothing, and is told.

#include "io/bus/socket_options.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/bus_seat.hpp"
#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.hpp>

#include <charconv>
#include <set>
#include <sstream>

namespace holdover {
namespace {

using namespace std::chrono_literals;
using support::bus_seat;
using support::keys_of;
using support::members_of;
using support::site_lab;

using ::testing::Not;

constexpr std::size_t majority = 2;  // Of the lab's three nodes.

std::string bytes_of(const std::string& hexadecimal) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    int byte = 0;
    std::from_chars(&hexadecimal[i], &hexadecimal[i] + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

class SiteReplay : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    lab = std::make_unique<site_lab>();
    lab->start();
  }

  bool hears(const support::site_tap::words& words) { return lab->tap().hears(words, 30s); }

  /// Mains fail, web1 goes and loses its outlet, mains return, everything is as before.
  void an_outage_comes_and_goes() {
    lab->ups().set("battery.runtime", "400");
    lab->ups().set("ups.status", "OB DISCHRG");
    ASSERT_TRUE(hears({"host web1", "-> down"})) << lab->story();
    ASSERT_TRUE(hears({"outlet ss4.2: confirmed: off"})) << lab->story();
    stopped_web1 = recorded_by_web1();
    const auto intents = lab->tap().all({"outlet ss4.2: intent off"});
    ASSERT_THAT(intents, Not(::testing::IsEmpty())) << lab->story();
    executor = intents[0].line.substr(0, intents[0].line.find(':'));
    opened_outlet = std::get<outlet_event>(intents[0].what.what).evidence;
    lab->ups().set("ups.status", "OL CHRG");
    ASSERT_TRUE(hears({"incident", "restoring -> calm"})) << lab->story();
    ASSERT_EQ(lab->boots("web1"), 2);
    lab->tap().forget();
  }
  /// The votes behind its commit, as it wrote them down.
  std::vector<std::string> recorded_by_web1() const {
    std::vector<std::string> votes;
    std::istringstream lines{lab->wrote("web1", "state/commit")};
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("evidence ")) votes.push_back(bytes_of(line.substr(9)));
    return votes;
  }
  /// They are what they were: enough of them, from different nodes, truly signed.
  void expect_enough(const std::vector<std::string>& votes) const {
    const auto members = members_of(*lab);
    const keys::verifier verifier{members};
    std::set<node_number> voters;
    for (const auto& bytes : votes) {
      const auto proof = std::get<wire::evidence>(wire::decode_evidence(bytes));
      EXPECT_TRUE(std::holds_alternative<const member*>(verifier.verify(proof.envelope)));
      voters.insert(std::get<vote::vote>(proof.content.what).controller);
    }
    EXPECT_GE(voters.size(), majority);
  }
  std::string another_node_than(const std::string& name) const {
    return name == "gamma" ? "beta" : "gamma";
  }
  bool log_tells(const std::string& node, const std::string& what) const {
    return site_lab::eventually([&] { return lab->log(node).find(what) != std::string::npos; });
  }
  bool agent_tells(const std::string& host, const std::string& what) const {
    return site_lab::eventually(
        [&] { return lab->wrote(host, "log").find(what) != std::string::npos; });
  }
  /// Whoever has told of this one has had all that was sent before it.
  std::string letter_of_elsewhere() const {
    const message letter{"elsewhere", thief_name, 0ms, 0, log_digest{}};
    const keys::signer signer{keys_of(*lab, thief_name)};
    return wire::encode(signer.sign(domain::bus, wire::encode(letter)));
  }
  /// The agent may have told just before that it refuses such votes, and does so once a minute.
  void replay_to_web1(bus_seat& thief) {
    const auto before = lab->commands("web1").size();
    for (const auto& bytes : stopped_web1)
      ASSERT_TRUE(thief.says("web1", bytes));
    ASSERT_TRUE(thief.says("web1", letter_of_elsewhere()));
    EXPECT_TRUE(agent_tells("web1", "refused a message: an agent takes votes and nothing else"))
        << lab->wrote("web1", "log");
    std::istringstream lines{lab->commands("web1").substr(before)};
    for (std::string line; std::getline(lines, line);)
      EXPECT_FALSE(line.find("received") != std::string::npos
                   && line.find("shutdown") != std::string::npos)
          << line;
  }
  void replay_to_executor(bus_seat& thief) {
    for (const auto& bytes : opened_outlet)
      ASSERT_TRUE(thief.says(executor, bytes));
    ASSERT_TRUE(thief.says(executor, letter_of_elsewhere()));
    EXPECT_TRUE(log_tells(executor, "message of another site")) << lab->log(executor);
    EXPECT_TRUE(log_tells(executor, "refused a vote of node")) << lab->log(executor);
  }
  void expect_nothing_happened() {
    EXPECT_FALSE(lab->tap().hears({"outlet ss4.2: intent"}, 3s)) << lab->story();
    EXPECT_TRUE(lab->outlets().outlets().at(2));
    EXPECT_FALSE(lab->tap().heard({"-> armed"})) << lab->story();
    EXPECT_TRUE(lab->agent_runs("web1"));
    EXPECT_EQ(lab->wrote("web1", "shutdowns"), "asked\n") << "once, in the outage";
    EXPECT_EQ(lab->crashes("web1"), 0);
  }
  /// The site as it should be: it still sees an outage and does what is to be done.
  void expect_it_works() {
    lab->ups().set("ups.status", "OB DISCHRG");
    EXPECT_TRUE(hears({"host web1", "-> down"})) << lab->story();
  }

  std::unique_ptr<site_lab> lab;
  std::vector<std::string> stopped_web1;
  std::vector<std::string> opened_outlet;
  std::string executor;  ///< The node that opened it.
  std::string thief_name;
};

TEST_F(SiteReplay, TheVotesOfAnEarlierOutageStopNoHostAndOpenNoOutlet) {
  an_outage_comes_and_goes();
  if (HasFatalFailure()) return;
  expect_enough(stopped_web1);
  expect_enough(opened_outlet);
  thief_name = another_node_than(executor);
  lab->kill_node(thief_name);
  const auto thief = bus_seat::of_dead_node(*lab, thief_name);
  ASSERT_TRUE(thief);

  replay_to_web1(*thief);
  replay_to_executor(*thief);
  expect_nothing_happened();
}

TEST_F(SiteReplay, TheVotesOfAnEarlierOutageOpenNoOutletForANewLifeOfItsExecutor) {
  an_outage_comes_and_goes();
  if (HasFatalFailure()) return;
  thief_name = another_node_than(executor);
  lab->kill_node(thief_name);
  const auto thief = bus_seat::of_dead_node(*lab, thief_name);
  ASSERT_TRUE(thief);
  lab->kill_node(executor);
  lab->start_node(executor);
  ASSERT_TRUE(site_lab::eventually([&] {
    const auto seen = lab->status(executor);
    return seen && !seen->policy.outlets.empty()
           && seen->policy.outlets[1].state == power::outlet_state::on;
  })) << lab->log(executor);
  lab->tap().forget();
  replay_to_executor(*thief);
  expect_nothing_happened();
}

// ---- Rubbish under a good key -------------------------------------------------------------------

TEST_F(SiteReplay, RubbishAmongANodesEventsIsToldAndHarmless) {
  lab->kill_node("gamma");
  const auto thief = bus_seat::of_dead_node(*lab, "gamma");
  ASSERT_TRUE(thief);
  const keys::signer signer{keys_of(*lab, "gamma")};
  message letter{"lab", "gamma", 0ms, 0, event{}};
  std::get<event>(letter.what).what = node_event{"boasts", "of nothing"};
  const auto whole = wire::encode(signer.sign(domain::bus, wire::encode(letter)));
  const std::vector<std::string> rubbish{
      "garbage",
      whole.substr(0, whole.size() / 2),
      whole.substr(0, whole.size() - 1),
      std::string(bus::message_bytes_max, 'x'),
      wire::encode(signer.sign(domain::bus, std::string(bus::message_bytes_max / 2, '\xff'))),
      wire::encode(signer.sign(domain::bus, wire::encode(letter).substr(0, 12)))};
  // Again and again: a subscription takes a moment to arrive.
  for (const auto* node : {"alpha", "beta"})
    EXPECT_TRUE(site_lab::eventually([&] {
      for (const auto& bytes : rubbish)
        EXPECT_TRUE(thief->publishes("lab/node/gamma", bytes));
      return lab->log(node).find("refused a message from gamma (node)") != std::string::npos;
    })) << node
        << '\n'
        << lab->log(node);
  for (const auto* node : {"alpha", "beta"}) {
    EXPECT_TRUE(lab->node_runs(node));
    const auto seen = lab->status(node);
    ASSERT_TRUE(seen) << lab->log(node);
    EXPECT_THAT(seen->refusals, Not(::testing::IsEmpty()));
  }
  EXPECT_FALSE(lab->tap().heard({"boasts"}));
  expect_it_works();
}

TEST_F(SiteReplay, AnEventBeyondAllLimitsEndsItsConnectionForAMoment) {
  lab->kill_node("gamma");
  const auto keys = keys_of(*lab, "gamma");
  zmq::context_t context;
  zmq::socket_t publisher{context, zmq::socket_type::xpub};
  publisher.set(zmq::sockopt::linger, 0);
  publisher.set(zmq::sockopt::rcvtimeo, 20'000);
  publisher.set(zmq::sockopt::xpub_verboser, true);  // Tells of each that comes and goes.
  publisher.set(zmq::sockopt::curve_server, true);
  const auto secret = keys.curve.private_key.reveal();
  publisher.set(zmq::sockopt::curve_secretkey, zmq::buffer(secret.data(), secret.size()));
  ASSERT_TRUE(site_lab::eventually([&] {
    try {
      publisher.bind(lab->events("gamma"));
      return true;
    } catch (const zmq::error_t&) {
      return false;  // Still in use.
    }
  }));
  const std::string huge(8 * bus::message_bytes_max, 'x');
  zmq::message_t news;
  for (int ended = 0; ended < 3;) {  // alpha, beta and the tap.
    ASSERT_TRUE(publisher.recv(news)) << "after " << ended;
    const bool subscribes = news.size() > 0 && *news.data<char>() == '\1';
    if (!subscribes) {
      ++ended;
      continue;
    }
    publisher.send(zmq::str_buffer("lab/node/gamma"), zmq::send_flags::sndmore);
    publisher.send(zmq::buffer(huge), zmq::send_flags::none);
  }
  ASSERT_TRUE(publisher.recv(news)) << "nobody came back";
  EXPECT_EQ(news.to_string_view().front(), '\1');
  for (const auto* node : {"alpha", "beta"}) {
    EXPECT_TRUE(lab->node_runs(node));
    EXPECT_TRUE(lab->status(node)) << lab->log(node);
  }
  expect_it_works();
}

TEST_F(SiteReplay, RubbishFromANodeIsToldByTheAgentAndHarmless) {
  lab->kill_node("gamma");
  const auto thief = bus_seat::of_dead_node(*lab, "gamma");
  ASSERT_TRUE(thief);
  const keys::signer signer{keys_of(*lab, "gamma")};
  const auto whole = wire::encode(
      signer.sign(domain::bus, wire::encode(message{"lab", "gamma", 0ms, 0, log_digest{}})));
  for (const auto& bytes :
       {std::string{"garbage"}, whole, whole.substr(0, whole.size() / 2),
        wire::encode(signer.sign(domain::vote, "garbage")), std::string(60'000, 'x'),
        std::string(100'000, 'x'), std::string(bus::message_bytes_max, 'x')})
    ASSERT_TRUE(thief->says("web1", bytes));
  EXPECT_TRUE(agent_tells("web1", "refused a message: an agent takes votes and nothing else"))
      << lab->wrote("web1", "log");
  EXPECT_TRUE(agent_tells("web1", "dropped a message from gamma: 100000 bytes"))
      << lab->wrote("web1", "log");
  EXPECT_TRUE(lab->agent_runs("web1"));
  EXPECT_EQ(lab->boots("web1"), 1);
  EXPECT_FALSE(lab->tap().heard({"host web1", "-> armed"})) << lab->story();
  expect_it_works();
}

}  // namespace
}  // namespace holdover
