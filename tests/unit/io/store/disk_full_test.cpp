// A disk that fills up under a journal, for real. Without the right to mount one, these tests say
// so and are skipped.

#include "tests/unit/io/store/fixture.hpp"
#include "tests/unit/io/store/small_disk.hpp"

#include <gmock/gmock.h>

namespace holdover::store {
namespace {

using testing::HasSubstr;

class DiskFull : public testing::Test {
protected:
  void SetUp() override {
    if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  }

  journal_options options() const {
    auto given = options_at(path);
    given.ballast_bytes = 1 << 20;
    return given;
  }
  bool ballast_there() const { return std::filesystem::exists(path + ".ballast"); }

  small_disk disk;
  std::string path = disk / "journal.db";
};

std::vector<event> dear_events() {
  return std::vector<event>(20, large_event(1000));
}

TEST_F(DiskFull, IsMetWithTheBallastFirst) {
  auto j = must(journal::open(options()));
  ASSERT_TRUE(ballast_there());
  disk.fill();
  std::vector<event> events{large_event(200'000)};
  must(j.append(events));
  EXPECT_FALSE(ballast_there());
  EXPECT_FALSE(j.has_reserve());
  EXPECT_EQ(must(j.query({})).size(), 1u);
}

TEST_F(DiskFull, FailsInTheEndWithARemedyButStillReads) {
  auto j = must(journal::open(options()));
  append(j, {host_is("web1", "committed")});
  disk.fill();
  fault failed;
  for (int i = 0; i < 1000 && !failed; ++i) {
    auto events = dear_events();
    failed = fault_of(j.append(events));
  }
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->kind, trouble::full);
  EXPECT_THAT(failed->text, HasSubstr("free space on its file system"));
  EXPECT_EQ(must(j.query({.limit = 1})).size(), 1u);
  EXPECT_EQ(must(j.recall()).stopped_hosts.size(), 1u);
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(DiskFull, LeavesNoGapInTheNumbersWhenSpaceReturns) {
  auto j = must(journal::open(options()));
  disk.fill();
  auto events = dear_events();
  while (!fault_of(j.append(events)))
    events = dear_events();
  const auto last = j.last_sequence();
  disk.make_space();
  must(j.append(events));
  EXPECT_EQ(events[0].id.sequence, last + 1);
  EXPECT_TRUE(must(j.verify()).whole);
  EXPECT_FALSE(j.tend());
  EXPECT_TRUE(ballast_there()) << "the reserve is made again";
}

TEST_F(DiskFull, CostsEveryRoutineEventBeforeItFails) {
  auto j = must(journal::open(options()));
  for (int i = 0; i < 5; ++i)
    append(j, std::vector<event>(80, node_says(std::string(2000, 'x'))));
  disk.fill();
  fault failed;
  std::size_t stored = 0;
  for (; stored < 100'000 && !failed; stored += 20) {
    std::vector<event> events(20, large_event(1000));
    failed = fault_of(j.append(events));
  }
  ASSERT_TRUE(failed);
  EXPECT_LT(must(j.query({.kind = "node"})).size(), 50u);
  EXPECT_GT(j.take_discarded(), 350u);
  EXPECT_FALSE(ballast_there());
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(DiskFull, LeavesRoomForALargeEventEvenIfOthersTakeWhatTheBallastGave) {
  auto j = must(journal::open(options()));
  for (int i = 0; i < 5; ++i)
    append(j, std::vector<event>(80, node_says(std::string(2000, 'x'))));
  disk.fill();
  append(j, {host_is("web1", "committed")});
  EXPECT_FALSE(ballast_there());
  disk.fill();
  append(j, {large_event(500'000)});
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(DiskFull, DoesNotKeepANodeFromStarting) {
  { append(*std::make_unique<journal>(must(journal::open(options()))), {node_says("started")}); }
  disk.fill();
  auto j = must(journal::open(options()));
  EXPECT_EQ(j.incarnation(), 2u);
  append(j, {host_is("web1", "committed")});
}

TEST_F(DiskFull, GivesNoBallastWhereThereIsTooLittleRoom) {
  disk.fill(1'500'000);
  auto j = must(journal::open(options()));
  EXPECT_FALSE(j.has_reserve());
  EXPECT_FALSE(ballast_there());
  append(j, {node_says("started")});
}

TEST_F(DiskFull, AReadOnlyDiskIsToldApart) {
  { must(journal::open(options())); }
  ASSERT_TRUE(disk.make_read_only());
  const auto refusal = refusal_of(options());
  EXPECT_EQ(refusal.kind, trouble::read_only);
  EXPECT_THAT(refusal.text, HasSubstr("writable for this user"));
}

}  // namespace
}  // namespace holdover::store
