#include "io/host/program.hpp"

#include "tests/support/scratch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace holdover::host {
namespace {

constexpr auto patience = 20s;

class Program : public ::testing::Test {
protected:
  std::string script(const std::string& text) {
    return folder.write("program", "#!/bin/sh\n" + text + "\n", 0755);
  }
  std::future<program_result> run(program what) {
    auto told = std::make_shared<std::promise<program_result>>();
    auto result = told->get_future();
    runner.run(
        std::move(what), [] {}, [told](program_result r) { told->set_value(std::move(r)); });
    return result;
  }
  static program_result end_of(std::future<program_result>& what) {
    if (what.wait_for(patience) != std::future_status::ready) return {false, "never told"};
    return what.get();
  }
  program_result end_of_running(program what) {
    auto result = run(std::move(what));
    return end_of(result);
  }

  support::scratch folder;
  program_runner runner;
};

TEST_F(Program, GetsItsTextAndSaysItsLastLine) {
  const auto result = end_of_running({{script("cat; echo done")}, "for people\n", 10s});
  EXPECT_TRUE(result.ok) << result.detail;
  EXPECT_EQ(result.detail, "done");
}

TEST_F(Program, ThatFailsOrIsMissingIsToldWithItsReason) {
  EXPECT_EQ(end_of_running({{script("echo no; exit 3")}, "", 10s}).detail, "exit status 3: no");
  EXPECT_NE(end_of_running({{folder / "none"}, "", 10s}).detail.find("name an installed program"),
            std::string::npos);
}

TEST_F(Program, ThatOverrunsIsKilled) {
  const auto result = end_of_running({{script("sleep 60")}, "", 100ms});
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.detail, "did not end within 100 ms, killed");
}

TEST_F(Program, ThatHangsDoesNotHoldUpTheNext) {
  auto hanging = run({{script("sleep 60")}, "", 2s});
  EXPECT_TRUE(end_of_running({{"/bin/true"}, "", 10s}).ok);
  EXPECT_FALSE(end_of(hanging).ok);
}

/// No descriptor above those that are open now.
class few_descriptors {
public:
  few_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

TEST_F(Program, ThatCannotBeStartedForTheMomentIsTriedAgain) {
  std::future<program_result> result;
  {
    const few_descriptors now;
    result = run({{"/bin/true"}, "", 15s});
    EXPECT_EQ(result.wait_for(500ms), std::future_status::timeout);
  }
  EXPECT_TRUE(end_of(result).ok);
}

TEST_F(Program, ThatCannotBeStartedUntilItsLimitIsToldWithTheReason) {
  const few_descriptors now;
  auto result = run({{"/bin/true"}, "", 300ms});
  const auto told = end_of(result);
  EXPECT_FALSE(told.ok);
  EXPECT_EQ(told.detail, "no pipe: Too many open files");
}

TEST_F(Program, ACallIsMadeAsideAndAnswered) {
  std::promise<program_result> told;
  runner.call(
      [] {
        return program_result{true, "did"};
      },
      [&](program_result r) { told.set_value(std::move(r)); });
  auto result = told.get_future();
  EXPECT_EQ(end_of(result).detail, "did");
}

}  // namespace
}  // namespace holdover::host
