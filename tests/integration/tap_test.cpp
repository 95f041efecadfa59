// `holdover tap` beside a real node: how far back it reads, and what it says when there is nothing.

#include "io/keys/digest.hpp"
#include "io/keys/key_file.hpp"
#include "io/keys/signing.hpp"
#include "io/store/journal.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <sstream>
#include <variant>

namespace holdover {
namespace {

using support::run_to_end;
using support::site_lab;
using ::testing::HasSubstr;
using ::testing::Not;

std::int64_t wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Tap : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    lab = std::make_unique<site_lab>();
  }

  /// The tool as the watcher runs it.
  support::program_end tap(const std::string& options) const {
    const auto how = lab->access("watcher");
    return run_to_end(HOLDOVER_BIN "/holdover tap --site-file " + how.site_file + " --members "
                      + how.members_file + " --key " + how.key_file + ' ' + options);
  }

  /// What a node has lived through before: so many events, a second apart, the last one just now.
  void give_past(const std::string& node, int events) const {
    const keys::signer signer{
        std::get<keys::key_pair>(keys::read_key_file(lab->access(node).key_file))};
    store::journal_options options;
    options.path = lab->database(node);
    options.site = "lab";
    options.publisher = node;
    options.hash = keys::sha256;
    options.ballast_bytes = 0;
    options.seal = [&](const event& what) {
      message letter;
      letter.site = "lab";
      letter.publisher = node;
      letter.wall_milliseconds = what.wall_milliseconds;
      letter.what = what;
      return wire::encode(signer.sign(domain::bus, wire::encode(letter)));
    };
    auto opened = store::journal::open(options);
    auto* journal = std::get_if<store::journal>(&opened);
    ASSERT_NE(journal, nullptr);
    std::vector<event> batch;
    for (int i = 0; i < events; ++i) {
      event one;
      one.id.site = "lab";
      one.id.publisher = node;
      one.wall_milliseconds = wall_now() - 1000 * (events - i);
      one.what = node_event{"lived", "day " + std::to_string(i) + "."};
      batch.push_back(one);
    }
    ASSERT_TRUE(std::holds_alternative<std::vector<std::string>>(journal->append(batch)));
  }

  std::unique_ptr<site_lab> lab;
};

TEST_F(Tap, TellsAllOfALongPastOnceAndInOrder) {
  give_past("alpha", 3500);
  lab->start_only({"alpha"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return lab->status("alpha").has_value(); }))
      << lab->log("alpha");
  const auto end = tap("--since 86400 --for 1 --kind node --node alpha");
  EXPECT_EQ(end.status, 0);
  std::istringstream said{end.said};
  int next = 0;
  for (std::string line; std::getline(said, line);) {
    if (line.find("lived: day ") == std::string::npos) continue;
    ASSERT_THAT(line, HasSubstr("day " + std::to_string(next) + '.'));
    ++next;
  }
  EXPECT_EQ(next, 3500);
  EXPECT_THAT(tap("--since 600 --for 1 --kind node").said, Not(HasSubstr("day 1000.")))
      << "longer ago than asked";
}

TEST_F(Tap, StopsAtItsCountWithinThePast) {
  give_past("alpha", 10);
  lab->start_only({"alpha"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return lab->status("alpha").has_value(); }));
  const auto end = tap("--since 86400 --count 4");
  EXPECT_EQ(end.status, 0);
  EXPECT_THAT(end.said, HasSubstr("day 3."));
  EXPECT_THAT(end.said, Not(HasSubstr("day 4.")));
}

TEST_F(Tap, ALateJoinerSeesTheOutlets) {
  lab->start_only({"alpha"}, {});
  ASSERT_TRUE(site_lab::eventually([&] {
    const auto seen = lab->status("alpha");
    return seen && !seen->policy.outlets.empty()
           && seen->policy.outlets[0].state == power::outlet_state::on;
  }));
  const auto end = tap("--since 1 --for 0.1 --kind telemetry --device ss4");
  EXPECT_THAT(end.said, HasSubstr("ss4: printer on ss4.2 on"));
}

TEST_F(Tap, SaysThatNoNodeIsReached) {
  const auto end = tap("--for 4");
  EXPECT_EQ(end.status, 3);
  EXPECT_THAT(end.said, HasSubstr("no node is reached yet; still trying\n"));
  EXPECT_THAT(end.said, HasSubstr("no node was reached"));
  EXPECT_EQ(tap("--for 0.2").status, 3) << "however short it listens";
}

TEST_F(Tap, SaysThatTheLastNodeHasGone) {
  lab->start_only({"alpha"}, {});
  const auto how = lab->access("watcher");
  const auto file = lab->folder() / "said";
  support::process tap({HOLDOVER_BIN "/holdover", "tap", "--site-file", how.site_file, "--members",
                        how.members_file, "--key", how.key_file, "--since", "3600"},
                       {}, file);
  const auto says = [&](const std::string& what) {
    return site_lab::eventually(
        [&] { return support::read_file(file).find(what) != std::string::npos; });
  };
  ASSERT_TRUE(says("node alpha: started")) << support::read_file(file);
  lab->kill_node("alpha");
  EXPECT_TRUE(says("no node is reached any more; still trying")) << support::read_file(file);
}

TEST_F(Tap, SaysThatAFilterCanMatchNothing) {
  const auto expect_refused = [&](const std::string& options, const std::string& why) {
    const auto end = tap(options + " --for 1");
    EXPECT_EQ(end.status, 2) << options;
    EXPECT_THAT(end.said, HasSubstr(why));
  };
  expect_refused("--kind hosts", "hosts");
  expect_refused("--device web9", "nothing in lab is called 'web9'");
  expect_refused("--node delta", "no node of lab is called 'delta'");
  expect_refused("--site museum", "the site file is of lab, not of 'museum'");
}

}  // namespace
}  // namespace holdover
