#include "io/host/pause.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace holdover::host {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Runs it in a process of its own, which the test watches from outside.
template <class Body>
pid_t child(Body body) {
  const auto pid = ::fork();
  if (pid == 0) ::_exit(body() ? EXIT_SUCCESS : EXIT_FAILURE);
  return pid;
}

TEST(Pause, TheProcessIsStoppedAndTheKernelStartsItAgainWithNobodysHelp) {
  const auto pid = child([] {
    const auto said = pause_this_process(400ms);
    return said.done && said.detail.find("was stopped for 0.4 s") != std::string::npos;
  });
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, WUNTRACED), pid);
  EXPECT_TRUE(WIFSTOPPED(status)) << "seen stopped by its parent";
  const auto since = steady_clock::now();
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_GE(steady_clock::now() - since, 200ms);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), EXIT_SUCCESS);
}

TEST(Pause, AStopThatComesLaterThanItsTimerEndsAllTheSame) {
  const auto pid = child([] { return pause_this_process(1ms).done; });
  int status = 0;
  const auto since = steady_clock::now();
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_LT(steady_clock::now() - since, 5s);
}

}  // namespace
}  // namespace holdover::host
