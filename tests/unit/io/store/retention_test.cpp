#include "io/store/retention.hpp"

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>

namespace holdover::store {
namespace {

using testing::ElementsAre;

class Retention : public testing::Test {
protected:
  journal keeping(retention keep) {
    auto options = options_at(folder / "journal.db");
    options.keep = keep;
    return must(journal::open(options));
  }

  static std::vector<std::string> kinds(const journal& j) {
    std::vector<std::string> found;
    for (const auto& r : must(j.query({})))
      found.push_back(r.what.kind);
    return found;
  }

  temporary_folder folder;
};

TEST_F(Retention, GivesUpTheOldestRoutineEventsAndNothingElse) {
  auto j = keeping({.routine_events = 1});
  const auto sealed = append(
      j, {node_says("a"), host_is("web1", "down"), node_says("b"),
          make_event(node_event{"storage_failing", ""}, severity::warning),
          make_event(alarm_event{"ups_blind", "main", true, ""}, severity::alarm), node_says("c")});
  ASSERT_FALSE(j.tend());
  EXPECT_THAT(kinds(j), ElementsAre("host", "node", "alarm", "node"));
  EXPECT_EQ(j.take_discarded(), 2u);
  EXPECT_EQ(j.take_discarded(), 0u);

  const auto answer = must(j.range(j.own_log(), {1, 6}, 1 << 20));
  EXPECT_THAT(answer.events, ElementsAre(sealed[1], sealed[3], sealed[4], sealed[5]));
  EXPECT_THAT(answer.discarded, ElementsAre(log::range{1, 1}, log::range{3, 3}));
}

TEST_F(Retention, LeavesTheChainWhole) {
  auto j = keeping({.routine_events = 0});
  append(j, {node_says("a"), host_is("web1", "down"), node_says("b")});
  ASSERT_FALSE(j.tend());
  const auto verdict = must(j.verify());
  EXPECT_TRUE(verdict.whole) << verdict.why;
  EXPECT_EQ(verdict.checked, 3u);
  EXPECT_EQ(verdict.discarded, 2u);
}

TEST_F(Retention, DoesNotTakeADiscardedEventForNews) {
  auto j = keeping({.routine_events = 0});
  must(j.store_peers({peer_record(1), peer_record(2)}));
  ASSERT_FALSE(j.tend());
  EXPECT_THAT(must(j.store_peers({peer_record(1)})), ElementsAre(arrival::duplicate));
  EXPECT_EQ(must(j.logs()).back().prefix, 2u);
}

TEST_F(Retention, GivesUpDebugBeforeOlderInfo) {
  auto j = keeping({.routine_events = 1});
  append(j, {node_says("a"), make_event(node_event{"b", ""}, severity::debug)});
  ASSERT_FALSE(j.tend());
  ASSERT_EQ(kinds(j).size(), 1u);
  EXPECT_EQ(must(j.query({}))[0].what.how, severity::info);
}

TEST_F(Retention, KeepsTheFileWithinItsBytes) {
  auto j = keeping({.bytes = 1 << 20});
  const std::string long_word(2000, 'x');
  for (int round = 0; round < 40; ++round) {
    append(j, std::vector<event>(50, node_says(long_word)));
    ASSERT_FALSE(j.tend());
  }
  EXPECT_LT(std::filesystem::file_size(folder / "journal.db"), 3u << 20);
  EXPECT_GT(must(j.query({.limit = 10000})).size(), 50u);
  EXPECT_TRUE(must(j.verify()).whole);
}

}  // namespace
}  // namespace holdover::store
