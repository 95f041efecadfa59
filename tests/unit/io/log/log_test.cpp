// Processes whose standard error nobody reads: they go on, and they end.

#include "io/log/log.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace holdover::log_output {
namespace {

using namespace std::chrono_literals;

constexpr int bound_milliseconds = 20'000;

/// A child with a pipe for its standard error, and one on which it says that it is done.
class child {
public:
  explicit child(const std::function<void()>& act) {
    EXPECT_EQ(::pipe(log_.data()), 0);
    EXPECT_EQ(::pipe(done_.data()), 0);
    ::fcntl(log_[1], F_SETPIPE_SZ, 4096);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(log_[1], STDERR_FILENO);
      ::setenv("JOURNAL_STREAM", "1:1", 1);  // No times in the lines.
      start("test", "info");
      act();
      const bool told = ::write(done_[1], "x", 1) == 1;
      std::exit(told ? 0 : 1);
    }
    ::close(log_[1]);
    ::close(done_[1]);
  }
  ~child() {
    if (!ended_) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(log_[0]);
    ::close(done_[0]);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  bool is_done() const { return readable(done_[0]); }
  /// Status, or nothing if it does not end.
  std::optional<int> ends() {
    char none = 0;
    // Its ends of the pipes close with it.
    while (readable(done_[0]) && ::read(done_[0], &none, 1) == 1) {
    }
    if (!readable(done_[0])) return std::nullopt;
    int status = 0;
    ended_ = ::waitpid(pid_, &status, 0) == pid_;
    return status;
  }
  std::string said() const {
    std::string all;
    std::array<char, 4096> some{};
    for (ssize_t got = 0; (got = ::read(log_[0], some.data(), some.size())) > 0;)
      all.append(some.data(), static_cast<std::size_t>(got));
    return all;
  }

private:
  static bool readable(int descriptor) {
    pollfd ready{descriptor, POLLIN, 0};
    return ::poll(&ready, 1, bound_milliseconds) == 1;
  }

  std::array<int, 2> log_{};
  std::array<int, 2> done_{};
  pid_t pid_ = -1;
  bool ended_ = false;
};

TEST(Log, AProcessWhoseLogNobodyReadsGoesOnAndEnds) {
  child blocked{[] {
    for (int i = 0; i < 20'000; ++i)
      spdlog::info("something that takes its room in the pipe, number {}", i);
  }};
  EXPECT_TRUE(blocked.is_done());
  EXPECT_EQ(blocked.ends(), 0);
}

TEST(Log, TheLastLinesComeOutAtTheEnd) {
  child one{[] { spdlog::info("goodbye"); }};
  ASSERT_EQ(one.ends(), 0);
  EXPECT_EQ(one.said(), "test info: goodbye\n");
}

TEST(Log, TheLastLinesComeOutBeforeAnAbort) {
  child one{[] {
    spdlog::critical("this cannot be");
    std::abort();
  }};
  const auto status = one.ends();
  ASSERT_TRUE(status);
  EXPECT_TRUE(WIFSIGNALED(*status) && WTERMSIG(*status) == SIGABRT);
  EXPECT_EQ(one.said(), "test critical: this cannot be\n");
}

TEST(Log, WhoEndsAtOnceDrainsBefore) {
  child one{[] {
    spdlog::critical("policy is lost");
    drain(5s);
    std::_Exit(3);
  }};
  const auto status = one.ends();
  ASSERT_TRUE(status);
  EXPECT_EQ(WEXITSTATUS(*status), 3);
  EXPECT_EQ(one.said(), "test critical: policy is lost\n");
}

}  // namespace
}  // namespace holdover::log_output
