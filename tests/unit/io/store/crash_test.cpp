// A node that is killed in the middle of writing has lost nothing that it was told is durable.

#include "tests/unit/io/store/fixture.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace holdover::store {
namespace {

/// Appends for ever and says after each batch how far the journal has promised.
[[noreturn]] void append_until_killed(const std::string& path, int acknowledged) {
  auto opened = journal::open(options_at(path));
  if (fault_of(opened)) _exit(1);
  auto& j = std::get<journal>(opened);
  for (std::uint64_t round = 0;; ++round) {
    std::vector<event> events(1 + round % 7, host_is("web" + std::to_string(round), "armed"));
    if (fault_of(j.append(events))) _exit(1);
    const std::uint64_t last = j.last_sequence();
    if (write(acknowledged, &last, sizeof last) != sizeof last) _exit(1);
  }
}

/// Kills a writer once it has acknowledged some events. @return what it acknowledged last.
std::uint64_t write_and_be_killed(const std::string& path, int acknowledgements) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    append_until_killed(path, ends[1]);
  }
  close(ends[1]);
  std::uint64_t last = 0;
  for (int i = 0; i < acknowledgements && read(ends[0], &last, sizeof last) == sizeof last; ++i) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed before it was killed";
  for (std::uint64_t more = 0; read(ends[0], &more, sizeof more) == sizeof more;)
    last = more;
  close(ends[0]);
  return last;
}

TEST(Crash, LosesNothingThatWasAcknowledgedAndKeepsTheChainWhole) {
  temporary_folder folder;
  const std::string path = folder / "journal.db";
  for (std::uint64_t life = 1; life <= 5; ++life) {
    const auto acknowledged = write_and_be_killed(path, static_cast<int>(3 + 5 * life));
    ASSERT_GT(acknowledged, 0u);

    auto j = open_journal(path);
    EXPECT_EQ(j.incarnation(), 2 * life) << "one start of the writer and one of ours each time";
    const log_name written{"demo", "alpha", 2 * life - 1};
    const auto answer = must(j.range(written, {1, acknowledged}, 1 << 30));
    EXPECT_EQ(answer.events.size(), acknowledged);
    for (const auto& log : must(j.logs()))
      EXPECT_EQ(log.prefix, log.highest) << "dense";
    EXPECT_TRUE(must(j.verify()).whole);
  }
}

}  // namespace
}  // namespace holdover::store
