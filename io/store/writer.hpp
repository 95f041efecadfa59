// The thread that owns the journal, and the only door to it.
//
// Like the clerk at a counter: whoever brings events puts them down and goes; the clerk enters all
// that lie there in one go (group commit: a sync of the disk costs the same for one as for a
// hundred), and only then are they told to others.
//
//   append() --> queue --> number, sign, commit --> on_committed: publish
//
// Decisions worth knowing:
//   - Acknowledged means durable. While storage fails, no event gets a number and none is published
//   as
//     a logged event: a number that the next start does not know would be used twice (L5). Events
//     wait in a bounded queue, age as they wait, and get dense numbers when storage returns; over
//     the bound the least dear go first and a warning tells how many. Deciding and voting never
//     wait for any of this (S4), and the status tells of it meanwhile.
//   - A journal that cannot be opened at start is an error for the caller to judge. One that fails
//     later is tried again every `retry`; after anything but a full disk it is opened anew, with a
//     new incarnation.
//   - If a peer shows that our file is an older copy (L5), the first events of this life went out
//     under numbers that others know already, and were taken for duplicates. They are kept for that
//     case and written again under the new incarnation. Told twice is better than not at all.
//   - A refused store_peer() is no loss: the hole shows, and is asked for again (L2).
//
// Contract: every member may be called from any thread and returns at once, but for start(),
// flush() and the destructor. Hooks, answers, `seal` and `hash` are called on the journal's thread;
// they must be quick and must not throw. Every question is answered exactly once, at the latest
// from within the destructor. After that nothing is called any more.

#pragma once

#include "io/store/event_queue.hpp"
#include "io/store/journal.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace holdover::store {

/// An event that is durable and may be published.
struct committed {
  event what;         ///< With its id.
  std::string bytes;  ///< As signed.
};

struct writer_hooks {
  std::function<void(std::vector<committed>)> on_committed;
  /// On change: "ok", or what is wrong and what to do. Not ok need not mean that nothing is stored:
  /// living on the ballast is a reason for an alarm, too.
  std::function<void(bool ok, const std::string& text)> on_storage;
};

struct writer_limits {
  std::size_t events_max = 4096;
  std::size_t peers_max = 8192;
  std::size_t questions_max = 256;
  std::size_t batch_max = 500;
  std::chrono::milliseconds retry{1000};
  std::chrono::milliseconds tend{5000};     ///< How often the ballast is tried while it is away.
  std::chrono::milliseconds goodbye{5000};  ///< The destructor's patience.
};

/// What the file held when it was opened.
struct found_at_start {
  std::uint64_t incarnation = 0;
  random_id database_id;
  recalled left;
  std::vector<log_state> logs;
};

template <class T>
using on_answer = std::function<void(result<T>)>;

class journal_writer {
public:
  static result<std::unique_ptr<journal_writer>> start(journal_options, writer_hooks,
                                                       writer_limits = {});
  /// Writes what waits, for at most `goodbye`, unless storage fails. A disk that hangs in a sync
  /// holds it longer.
  ~journal_writer();
  journal_writer(const journal_writer&) = delete;
  journal_writer& operator=(const journal_writer&) = delete;

  const found_at_start& found() const { return found_; }
  std::uint64_t incarnation() const { return incarnation_; }

  void append(std::vector<event>);
  /// False: too much waits already; take them for not received.
  [[nodiscard]] bool store_peer(std::vector<record>);
  /// A peer's digest names our own log (L5).
  void own_log_announced(std::uint64_t incarnation, std::uint64_t highest);
  void write_off(log_name, log::range);

  void query(filter, on_answer<std::vector<found_record>>);
  void range(log_name, log::range wanted, std::size_t bytes_max, on_answer<range_answer>);
  void digest(on_answer<log_digest>);
  void logs(on_answer<std::vector<log_state>>);
  void verify(on_answer<chain_verdict>);

  /// Waits until everything given so far is done. Never from a hook or an answer.
  bool flush(std::chrono::milliseconds bound);

private:
  using clock = std::chrono::steady_clock;
  /// Asked with the journal, or with null while there is none.
  using question = std::function<void(journal*)>;
  struct work {
    bool may_write = false;  ///< Not: storage has failed a moment ago.
    std::vector<waiting_event> events;
    std::vector<record> peers;
    std::deque<question> questions;
  };

  journal_writer(journal_options, writer_hooks, writer_limits, journal, found_at_start);

  template <class T>
  void ask(std::function<result<T>(journal&)>, on_answer<T>);

  // On the journal's thread, under the lock.
  bool nothing_waits() const;
  bool may_write() const { return stop_by_ || clock::now() >= retry_at_; }
  bool wants_work() const;
  clock::time_point wake_at() const;
  work pick();
  void give_back(work);

  // On the journal's thread, without it.
  void run();
  void perform(work&);
  fault write(work&);
  fault reopen();
  fault write_events(std::vector<waiting_event>&);
  fault write_peers(std::vector<record>&);
  std::vector<event> batch_of(const std::vector<waiting_event>&) const;
  void keep_first(std::vector<waiting_event>);
  void note_incarnation();
  void tend();
  void judge(const fault&);
  void report();

  const journal_options options_;
  const writer_hooks hooks_;
  const writer_limits limits_;
  const found_at_start found_;
  std::atomic<std::uint64_t> incarnation_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  event_queue events_;
  std::deque<record> peers_;
  std::deque<question> questions_;
  bool busy_ = false;
  std::optional<clock::time_point> stop_by_;

  // Touched by the journal's thread alone.
  std::optional<journal> journal_;
  fault failing_;
  clock::time_point retry_at_{};
  clock::time_point tend_at_{};
  std::size_t stored_since_tended_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t discarded_ = 0;
  std::vector<waiting_event> first_;
  std::string reported_ = "ok";

  std::thread thread_;
};

}  // namespace holdover::store
