// Each test confines a real process, a child of this one, and sees what becomes of it.

#include "io/sandbox/sandbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace holdover::sandbox {
namespace {

constexpr int lived = 0;
constexpr int kernel_refused = 77;
constexpr int wrong = 1;

struct ending {
  bool killed_by_filter = false;
  int status = -1;  ///< If it ended by itself.
};

/// What becomes of a child that confines itself and then acts; `act` tells whether all went well.
ending child_that(const std::function<bool()>& act, names how = names::by_number) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (confine_to_carrying(how)) ::_exit(kernel_refused);
    ::_exit(act() ? lived : wrong);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  ending seen;
  seen.killed_by_filter = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
  if (WIFEXITED(status)) seen.status = WEXITSTATUS(status);
  return seen;
}

#define SKIP_IF_REFUSED(seen) \
  if ((seen).status == kernel_refused) GTEST_SKIP() << "this kernel takes no filters"

TEST(Sandbox, StartingAProgramEndsTheProcess) {
  const auto seen = child_that([] {
    std::array<char*, 2> arguments{const_cast<char*>("true"), nullptr};
    ::execve("/bin/true", arguments.data(), nullptr);
    return true;
  });
  SKIP_IF_REFUSED(seen);
  EXPECT_TRUE(seen.killed_by_filter);
}

TEST(Sandbox, OpeningAFileIsRefused) {
  const auto seen = child_that([] {
    return ::open("/etc/hostname", O_RDONLY) < 0 && errno == EACCES
           && ::open("/tmp/made-by-an-intruder", O_WRONLY | O_CREAT, 0600) < 0;
  });
  SKIP_IF_REFUSED(seen);
  EXPECT_EQ(seen.status, lived);
}

// Giving back much of another thread's heap, the C library reads a setting of the kernel first.
TEST(Sandbox, ABurstThatFreesTheHeapOfAThreadIsSurvived) {
  std::array<int, 2> start{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, start.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::thread other{[&] {
      std::vector<std::unique_ptr<char[]>> burst(2000);
      for (auto& one : burst)
        one = std::make_unique<char[]>(1024);
      char go = 0;
      if (::recv(start[1], &go, 1, 0) != 1) ::_exit(wrong);
      while (!burst.empty())
        burst.pop_back();
    }};
    if (confine_to_carrying(names::by_number)) ::_exit(kernel_refused);
    ::send(start[0], "g", 1, 0);
    other.join();
    ::_exit(lived);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ::close(start[0]);
  ::close(start[1]);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == kernel_refused) GTEST_SKIP() << "this kernel takes no filters";
  EXPECT_EQ(WEXITSTATUS(status), lived);
}

TEST(Sandbox, AnOrdinaryEndIsOne) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "looking for leaks at the end takes more than the filter allows";
#endif
  for (const auto how : {names::by_number, names::looked_up}) {
    const auto seen = child_that(
        []() -> bool {
          std::fputs("", stdout);
          std::exit(lived);
        },
        how);
    SKIP_IF_REFUSED(seen);
    EXPECT_EQ(seen.status, lived);
  }
}

TEST(Sandbox, ALibraryThatGivesUpEndsTheProcessByItsOwnSignal) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    if (confine_to_carrying(names::by_number)) ::_exit(kernel_refused);
    std::abort();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status)) GTEST_SKIP() << "this kernel takes no filters";
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
}

TEST(Sandbox, WhateverElseAnIntruderWouldDoNextEndsTheProcess) {
  const std::vector<std::function<bool()>> acts{
      [] { return ::listen(0, 1) != 0 || true; },
      [] { return ::fork() >= 0 || true; },
      [] { return ::socket(AF_PACKET, SOCK_RAW, 0) < 0 || true; },
      [] { return ::kill(1, 0) == 0 || true; },
      [] {
        const int outcome = ::setuid(0);
        return outcome == 0 || true;
      },
      [] {
        return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                   == MAP_FAILED
               || true;
      },
  };
  for (const auto& act : acts) {
    const auto seen = child_that(act);
    SKIP_IF_REFUSED(seen);
    EXPECT_TRUE(seen.killed_by_filter);
  }
}

TEST(Sandbox, AThreadThatWasThereBeforeIsConfinedToo) {
  std::array<int, 2> start{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, start.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::thread other{[&] {
      char go = 0;
      if (::recv(start[1], &go, 1, 0) == 1) ::listen(start[1], 1);
      ::_exit(wrong);
    }};
    if (confine_to_carrying(names::by_number)) ::_exit(kernel_refused);
    ::send(start[0], "g", 1, 0);
    other.join();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ::close(start[0]);
  ::close(start[1]);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kernel_refused)
    GTEST_SKIP() << "this kernel takes no filters";
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

TEST(Sandbox, CarryingBytesGoesOn) {
  const auto seen = child_that([] {
    const int connecting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in nobody{};
    nobody.sin_family = AF_INET;
    nobody.sin_port = htons(1);
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(connecting, reinterpret_cast<const sockaddr*>(&nobody), sizeof nobody);
    pollfd waiting{connecting, POLLIN, 0};
    ::poll(&waiting, 1, 10);
    ::close(connecting);
    const std::vector<char> memory(16 << 20, 'x');
    ::mlock(memory.data(), 4096);  // As keys are; it may be forbidden, but not deadly.
    return memory.back() == 'x' && ::write(STDERR_FILENO, "", 0) == 0;
  });
  SKIP_IF_REFUSED(seen);
  EXPECT_EQ(seen.status, lived);
}

TEST(Sandbox, WhoLooksNamesUpMayReadFilesButNotWriteThem) {
  const auto reads = child_that(
      [] {
        const int file = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
        return file >= 0 && ::close(file) == 0;
      },
      names::looked_up);
  SKIP_IF_REFUSED(reads);
  EXPECT_EQ(reads.status, lived);
  const auto writes =
      child_that([] { return ::open("/tmp/made-by-an-intruder", O_WRONLY | O_CREAT, 0600) < 0; },
                 names::looked_up);
  EXPECT_EQ(writes.status, lived);
  EXPECT_NE(::access("/tmp/made-by-an-intruder", F_OK), 0);
}

TEST(Sandbox, NumbersNeedNoLookingUp) {
  EXPECT_EQ(names_in({"tcp://10.0.0.1:7400", "tcp://[fd00::1]:7400", "ipc:///run/x"}),
            names::by_number);
  EXPECT_EQ(names_in({"tcp://10.0.0.1:7400", "tcp://alpha.example:7400"}), names::looked_up);
}

}  // namespace
}  // namespace holdover::sandbox
