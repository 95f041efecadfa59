// A disk that fills up under a journal, for real: a small file system in memory, mounted for this
// process alone. Without the right to mount, these tests say so and are skipped.

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace holdover::store {
namespace {

using testing::HasSubstr;

class DiskFull : public testing::Test {
protected:
  static bool own_mounts() {
    static const bool own =
        unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    return own;
  }

  void SetUp() override {
    std::filesystem::create_directory(disk);
    if (!own_mounts() || mount("none", disk.c_str(), "tmpfs", 0, "size=6m") != 0) {
      GTEST_SKIP() << "mounting a small disk needs root";
    }
    mounted = true;
  }
  void TearDown() override {
    if (mounted) umount2(disk.c_str(), MNT_DETACH);
  }

  journal_options options() const {
    auto given = options_at(path);
    given.ballast_bytes = 1 << 20;
    return given;
  }

  /// Leaves so many bytes free.
  void fill(off_t spare = 0) const {
    const int file = open((disk + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string block(4096, 'x');
    while (write(file, block.data(), block.size()) > 0) {
    }
    if (spare > 0) {
      const off_t size = lseek(file, 0, SEEK_END);
      EXPECT_EQ(ftruncate(file, size - spare), 0);
    }
    close(file);
  }
  void make_space() const { unlink((disk + "/filler").c_str()); }
  bool ballast_there() const { return std::filesystem::exists(path + ".ballast"); }

  temporary_folder folder;
  std::string disk = folder / "disk";
  std::string path = disk + "/journal.db";
  bool mounted = false;
};

/// Dear, so that retention cannot help.
std::vector<event> dear_events() {
  return std::vector<event>(20, host_is("web1", std::string(1000, 'x')));
}

TEST_F(DiskFull, IsMetWithTheBallastFirst) {
  auto j = must(journal::open(options()));
  ASSERT_TRUE(ballast_there());
  fill();
  std::vector<event> events{host_is("web1", std::string(200'000, 'x'))};
  must(j.append(events));
  EXPECT_FALSE(ballast_there());
  EXPECT_FALSE(j.has_reserve());
  EXPECT_EQ(must(j.query({})).size(), 1u);
}

TEST_F(DiskFull, FailsInTheEndWithARemedyButStillReads) {
  auto j = must(journal::open(options()));
  append(j, {host_is("web1", "committed")});
  fill();
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
  fill();
  auto events = dear_events();
  while (!fault_of(j.append(events)))
    events = dear_events();
  const auto last = j.last_sequence();
  make_space();
  must(j.append(events));
  EXPECT_EQ(events[0].id.sequence, last + 1);
  EXPECT_TRUE(must(j.verify()).whole);
  EXPECT_FALSE(j.tend());
  EXPECT_TRUE(ballast_there()) << "the reserve is made again";
}

TEST_F(DiskFull, CostsOldRoutineEventsBeforeItFails) {
  auto j = must(journal::open(options()));
  append(j, std::vector<event>(300, node_says(std::string(2000, 'x'))));
  fill();
  std::uint64_t discarded = 0;
  for (int i = 0; i < 1000 && discarded == 0; ++i) {
    auto events = dear_events();
    ASSERT_FALSE(fault_of(j.append(events))) << "round " << i;
    discarded = j.take_discarded();
  }
  EXPECT_GT(discarded, 0u);
  EXPECT_FALSE(ballast_there());
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(DiskFull, DoesNotKeepANodeFromStarting) {
  { append(*std::make_unique<journal>(must(journal::open(options()))), {node_says("started")}); }
  fill();
  auto j = must(journal::open(options()));
  EXPECT_EQ(j.incarnation(), 2u);
  append(j, {host_is("web1", "committed")});
}

TEST_F(DiskFull, GivesNoBallastWhereThereIsTooLittleRoom) {
  fill(1'500'000);
  auto j = must(journal::open(options()));
  EXPECT_FALSE(j.has_reserve());
  EXPECT_FALSE(ballast_there());
  append(j, {node_says("started")});
}

TEST_F(DiskFull, AReadOnlyDiskIsToldApart) {
  { must(journal::open(options())); }
  ASSERT_EQ(mount("none", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto refusal = refusal_of(options());
  EXPECT_EQ(refusal.kind, trouble::read_only);
  EXPECT_THAT(refusal.text, HasSubstr("writable for this user"));
}

}  // namespace
}  // namespace holdover::store
