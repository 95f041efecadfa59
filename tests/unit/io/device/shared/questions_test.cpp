#include "io/device/questions.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace holdover::device {
namespace {

using namespace std::chrono_literals;

/// A handler that counts its answers and keeps the last.
struct asker {
  std::atomic<int> answers = 0;
  std::atomic<bool> failed = false;

  on_switched handler() {
    return [this](answer<switched> came) {
      ++answers;
      failed = std::holds_alternative<failure>(came);
    };
  }
};

TEST(QuestionDesk, AQuestionIsAnsweredOnce) {
  question_desk desk;
  asker one;
  auto reply = desk.open(one.handler());
  EXPECT_TRUE(reply.wanted());
  reply(switched{"ok"});
  reply(switched{"again"});
  reply(failure{});
  EXPECT_EQ(one.answers, 1);
  EXPECT_FALSE(one.failed);
  EXPECT_FALSE(reply.wanted());
}

TEST(QuestionDesk, CopiesOfATicketAnswerTheSameQuestion) {
  question_desk desk;
  asker one;
  auto reply = desk.open(one.handler());
  auto copy = reply;
  copy(switched{"ok"});
  reply(switched{"ok"});
  EXPECT_EQ(one.answers, 1);
}

TEST(QuestionDesk, WhatIsOpenAtTheEndFails) {
  asker one;
  std::optional<ticket<switched>> late;
  {
    question_desk desk;
    late = desk.open(one.handler());
  }
  EXPECT_EQ(one.answers, 1);
  EXPECT_TRUE(one.failed);
  (*late)(switched{"late"});
  EXPECT_EQ(one.answers, 1);
}

TEST(QuestionDesk, TheEndWaitsForAHandlerInAnotherThread) {
  auto desk = std::make_unique<question_desk>();
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> left = false;
  auto reply = desk->open(on_switched([&](const auto&) {
    entered.set_value();
    leave.get_future().wait();
    left = true;
  }));
  std::thread answering([&] { reply(switched{"ok"}); });
  entered.get_future().wait();
  std::promise<void> closing;
  std::thread ending([&] {
    closing.set_value();
    desk.reset();
    EXPECT_TRUE(left);
  });
  closing.get_future().wait();
  leave.set_value();
  ending.join();
  answering.join();
}

TEST(QuestionDesk, AHandlerMayEndTheDesk) {
  auto desk = std::make_unique<question_desk>();
  asker other;
  auto open = desk->open(other.handler());
  auto reply = desk->open(on_switched([&](const auto&) { desk.reset(); }));
  reply(switched{"ok"});
  EXPECT_EQ(desk, nullptr);
  EXPECT_EQ(other.answers, 1);
  EXPECT_TRUE(other.failed);
}

TEST(QuestionDesk, ManyThreadsAndAnEndAnswerEachQuestionOnce) {
  for (int round = 0; round < 200; ++round) {
    std::vector<std::unique_ptr<asker>> askers;
    std::vector<ticket<switched>> tickets;
    auto desk = std::make_unique<question_desk>();
    for (int i = 0; i < 20; ++i) {
      askers.push_back(std::make_unique<asker>());
      tickets.push_back(desk->open(askers.back()->handler()));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&] {
        for (const auto& reply : tickets)
          reply(switched{"ok"});
      });
    desk.reset();
    for (auto& thread : threads)
      thread.join();
    for (const auto& one : askers)
      EXPECT_EQ(one->answers, 1);
  }
}

}  // namespace
}  // namespace holdover::device
