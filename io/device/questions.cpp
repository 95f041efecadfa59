#include "io/device/questions.hpp"

#include <algorithm>

namespace holdover::device {

std::uint64_t question_book::enter(give_up handler) {
  std::lock_guard lock(mutex_);
  if (closed_) return 0;
  open_.emplace(next_, std::move(handler));
  return next_++;
}

bool question_book::holds(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  return open_.contains(number);
}

bool question_book::take(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  if (open_.erase(number) == 0) return false;
  calling_.push_back(std::this_thread::get_id());
  return true;
}

void question_book::done() {
  std::lock_guard lock(mutex_);
  calling_.erase(std::ranges::find(calling_, std::this_thread::get_id()));
  calm_.notify_all();
}

void question_book::close(const failure& why) {
  std::map<std::uint64_t, give_up> given_up;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    given_up.swap(open_);
  }
  for (const auto& [number, handler] : given_up)
    handler(why);
  std::unique_lock lock(mutex_);
  calm_.wait(lock, [&] {
    return std::ranges::all_of(calling_,
                               [](auto thread) { return thread == std::this_thread::get_id(); });
  });
}

}  // namespace holdover::device
