#include "io/host/crew.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>

namespace holdover::host {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;

bool comes(const std::future<void>& what) {
  return what.wait_for(patience) == std::future_status::ready;
}

/// An errand that hangs until it is let go.
class hanging {
public:
  crew::errand errand() {
    return [begun = begun_, go = go_] {
      begun->set_value();
      go.wait();
    };
  }
  bool begins() { return comes(begins_); }
  void let_go() { leave_.set_value(); }

private:
  std::shared_ptr<std::promise<void>> begun_ = std::make_shared<std::promise<void>>();
  std::future<void> begins_ = begun_->get_future();
  std::promise<void> leave_;
  std::shared_future<void> go_ = leave_.get_future().share();
};

crew::errand telling(std::promise<void>& what) {
  return [&what] { what.set_value(); };
}

TEST(Crew, WhoPostsDoesNotWaitForWhatHangs) {
  hanging disk;
  std::promise<void> later;
  crew writers{{}};
  ASSERT_TRUE(writers.post(disk.errand()));
  ASSERT_TRUE(disk.begins());
  EXPECT_TRUE(writers.post(telling(later)));
  disk.let_go();
  EXPECT_TRUE(comes(later.get_future()));
}

TEST(Crew, WhatDoesNotFitAnyMoreIsRefused) {
  hanging disk;
  crew writers{{.waiting_max = 2}};
  writers.post(disk.errand());
  ASSERT_TRUE(disk.begins());
  EXPECT_TRUE(writers.post([] {}));
  EXPECT_TRUE(writers.post([] {}));
  EXPECT_FALSE(writers.post([] {}));
  disk.let_go();
}

TEST(Crew, WhereTheNewestMattersTheOldestGoes) {
  hanging disk;
  std::promise<void> newest;
  std::atomic<bool> oldest{false};
  crew writers{{.waiting_max = 1, .newest_matters = true}};
  writers.post(disk.errand());
  ASSERT_TRUE(disk.begins());
  EXPECT_TRUE(writers.post([&] { oldest = true; }));
  EXPECT_FALSE(writers.post(telling(newest)));
  disk.let_go();
  EXPECT_TRUE(comes(newest.get_future()));
  EXPECT_FALSE(oldest);
}

TEST(Crew, MoreThreadsHelpWhileAllAreBusy) {
  hanging one, two;
  std::promise<void> third;
  crew helpers{{.threads = 1, .threads_max = 3}};
  helpers.post(one.errand());
  helpers.post(two.errand());
  helpers.post(telling(third));
  EXPECT_TRUE(comes(third.get_future()));
  one.let_go();
  two.let_go();
}

TEST(Crew, AnErrandThatFailsDoesNotEndItsThread) {
  std::promise<void> next;
  crew helpers{{}};
  helpers.post([] { throw std::runtime_error("no"); });
  helpers.post(telling(next));
  EXPECT_TRUE(comes(next.get_future()));
}

TEST(Crew, EndsWithoutWaitingForWhatHangs) {
  hanging disk;
  {
    crew writers{{}};
    writers.post(disk.errand());
    ASSERT_TRUE(disk.begins());
  }
  disk.let_go();
}

TEST(Crew, WorksOnWhereNoThreadCanBeStartedAnyMore) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer cannot work with so little address space";
#endif
  crew helpers{{.threads = 1, .threads_max = 8}};
  rlimit before{};
  ::getrlimit(RLIMIT_AS, &before);
  hanging one;
  helpers.post(one.errand());
  ASSERT_TRUE(one.begins());
  const rlimit none{1, before.rlim_max};
  ::setrlimit(RLIMIT_AS, &none);
  std::promise<void> next;
  const bool taken = helpers.post(telling(next));
  ::setrlimit(RLIMIT_AS, &before);
  EXPECT_TRUE(taken);
  one.let_go();
  EXPECT_TRUE(comes(next.get_future()));
}

}  // namespace
}  // namespace holdover::host
