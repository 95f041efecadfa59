// Keeps the promise of every driver: one answer to each question, and none after the end.
//
// A cloakroom: a question hands in its handler and gets a ticket. Whoever comes first with the
// ticket collects; anybody later finds an empty hook. At closing time each handler that is still
// there is given back with a failure, and nobody leaves while a handler is being called.
//
// Thread-safe. close() may be called from within a handler: it then waits for the others only.

#pragma once

#include "io/device/driver.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace holdover::device {

/// The books of a question_desk; tickets share them, so that a late one is harmless.
class question_book {
public:
  using give_up = std::function<void(failure)>;

  /// Absent number (0) when the desk is closed.
  std::uint64_t enter(give_up);
  bool holds(std::uint64_t number);
  /// Takes a question off the book; the caller then calls its handler and done().
  bool take(std::uint64_t number);
  void done();
  void close(const failure&);

private:
  std::mutex mutex_;
  std::condition_variable calm_;
  std::map<std::uint64_t, give_up> open_;
  std::vector<std::thread::id> calling_;
  std::uint64_t next_ = 1;
  bool closed_ = false;
};

/// Answers one question; copies answer the same one.
template <class T>
class ticket {
public:
  ticket(std::shared_ptr<question_book> book, std::uint64_t number,
         std::shared_ptr<std::function<void(answer<T>)>> handler)
      : book_(std::move(book)), number_(number), handler_(std::move(handler)) {}

  void operator()(answer<T> what) const {
    if (!book_->take(number_)) return;
    (*handler_)(std::move(what));
    book_->done();
  }

  /// Whether somebody still waits: what nobody waits for need not be done.
  bool wanted() const { return book_->holds(number_); }

private:
  std::shared_ptr<question_book> book_;
  std::uint64_t number_;
  std::shared_ptr<std::function<void(answer<T>)>> handler_;
};

class question_desk {
public:
  question_desk() : book_(std::make_shared<question_book>()) {}
  ~question_desk() { close(); }
  question_desk(const question_desk&) = delete;
  question_desk& operator=(const question_desk&) = delete;

  template <class T>
  ticket<T> open(std::function<void(answer<T>)> handler) {
    auto kept = std::make_shared<std::function<void(answer<T>)>>(std::move(handler));
    auto number = book_->enter([kept](failure why) { (*kept)(std::move(why)); });
    return {book_, number, kept};
  }

  /// Answers what is open with a failure and returns when no handler runs in another thread.
  void close() {
    book_->close({failure_kind::unreachable, "the question was given up: its driver is closing"});
  }

private:
  std::shared_ptr<question_book> book_;
};

}  // namespace holdover::device
