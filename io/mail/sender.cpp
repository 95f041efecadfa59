#include "io/mail/sender.hpp"

#include "io/mail/transfer.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace holdover::mail {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::hours window{1};

}  // namespace

struct sender::box {
  struct entry {
    std::uint64_t id = 0;
    letter what;
    clock::time_point give_up;
    bool delay_told = false;
  };

  box(jobs::mail_config server, on_outcome told, limits how)
      : config(std::move(server)), tell(std::move(told)), rules(how), thread([this] { run(); }) {}

  ~box() {
    {
      const std::lock_guard lock{mutex};
      stop = true;
    }
    wake.notify_all();
    thread.join();
  }

  void run();
  void attempt(std::unique_lock<std::mutex>&);
  void finish(std::unique_lock<std::mutex>&, std::uint64_t id, outcome, const std::string& detail);
  bool over_the_limit();

  const jobs::mail_config config;
  const on_outcome tell;
  const limits rules;

  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<bool> stop = false;
  std::deque<entry> waiting;
  std::deque<clock::time_point> sent;  ///< Within the last hour.
  std::uint64_t left_out = 0;
  clock::time_point not_before{};
  std::chrono::milliseconds pause{};

  std::thread thread;  ///< Last: it uses all the others.
};

bool sender::box::over_the_limit() {
  const auto now = clock::now();
  while (!sent.empty() && now - sent.front() >= window)
    sent.pop_front();
  return sent.size() >= config.per_hour;
}

void sender::box::finish(std::unique_lock<std::mutex>& lock, std::uint64_t id, outcome how,
                         const std::string& detail) {
  lock.unlock();
  tell(id, how, detail);
  lock.lock();
}

void sender::box::run() {
  std::unique_lock lock{mutex};
  while (!stop) {
    if (waiting.empty()) {
      wake.wait(lock, [this] { return stop || !waiting.empty(); });
    } else if (clock::now() < not_before) {
      wake.wait_until(lock, not_before, [this] { return stop.load(); });
    } else {
      attempt(lock);
    }
  }
}

void sender::box::attempt(std::unique_lock<std::mutex>& lock) {
  auto one = waiting.front();
  if (over_the_limit()) {
    waiting.pop_front();
    ++left_out;
    return finish(lock, one.id, outcome::failed,
                  "left out: more than " + std::to_string(config.per_hour) + " mails in an hour");
  }
  const auto missing = left_out;
  if (missing > 0)
    one.what.text += "\n\n" + std::to_string(missing)
                     + " mails before this one were left out: more than "
                     + std::to_string(config.per_hour) + " in an hour.";
  lock.unlock();
  const auto result = transfer(config, one.what, rules.connect, rules.transfer, stop);
  lock.lock();
  const auto at =
      std::find_if(waiting.begin(), waiting.end(), [&](const entry& e) { return e.id == one.id; });
  const bool wanted = at != waiting.end();
  if (!result.problem || result.permanent) {
    if (wanted) waiting.erase(at);
    not_before = {};
    pause = {};
    if (!result.problem) {
      sent.push_back(clock::now());
      left_out -= missing;
    }
    return finish(lock, one.id, result.problem ? outcome::failed : outcome::sent,
                  result.problem.value_or("accepted by " + config.host));
  }
  pause = pause.count() == 0 ? rules.retry_first : std::min(2 * pause, rules.retry_last);
  not_before = clock::now() + pause;
  if (!wanted || stop) return;
  if (clock::now() >= at->give_up) {
    waiting.erase(at);
    return finish(lock, one.id, outcome::failed, *result.problem);
  }
  if (!std::exchange(at->delay_told, true)) finish(lock, one.id, outcome::delayed, *result.problem);
}

sender::sender(jobs::mail_config server, on_outcome tell, limits rules)
    : box_(std::make_unique<box>(std::move(server), std::move(tell), rules)) {}

sender::~sender() = default;

void sender::post(std::uint64_t id, letter what) {
  {
    const std::lock_guard lock{box_->mutex};
    if (box_->waiting.size() < box_->rules.waiting) {
      box_->waiting.push_back({id, std::move(what), clock::now() + box_->rules.give_up});
      box_->wake.notify_all();
      return;
    }
    ++box_->left_out;
  }
  box_->tell(id, outcome::failed, "left out: too many mails wait for " + box_->config.host);
}

void sender::withdraw(std::uint64_t id) {
  const std::lock_guard lock{box_->mutex};
  std::erase_if(box_->waiting, [&](const box::entry& e) { return e.id == id; });
}

}  // namespace holdover::mail
