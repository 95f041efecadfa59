#include "io/store/writer.hpp"

#include <algorithm>
#include <iterator>

namespace holdover::store {

namespace {

failure cannot_answer() {
  return {
      trouble::unavailable,
      "the journal cannot answer: storage failed, or too much is asked at once; ask again later"};
}

}  // namespace

// ---- start and end -----------------------------------------------------------------------------

result<std::unique_ptr<journal_writer>> journal_writer::start(journal_options options,
                                                              writer_hooks hooks,
                                                              writer_limits limits) {
  auto opened = journal::open(options);
  if (auto failed = fault_of(opened)) return *failed;
  auto& j = std::get<journal>(opened);
  auto left = j.recall();
  if (auto failed = fault_of(left)) return *failed;
  auto logs = j.logs();
  if (auto failed = fault_of(logs)) return *failed;
  found_at_start found{j.incarnation(), j.database_id(), std::move(std::get<recalled>(left)),
                       std::move(std::get<std::vector<log_state>>(logs))};
  return std::unique_ptr<journal_writer>(new journal_writer(
      std::move(options), std::move(hooks), limits, std::move(j), std::move(found)));
}

journal_writer::journal_writer(journal_options options, writer_hooks hooks, writer_limits limits,
                               journal opened, found_at_start found)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      limits_(limits),
      found_(std::move(found)),
      incarnation_(found_.incarnation),
      events_(limits.events_max),
      journal_(std::move(opened)) {
  thread_ = std::thread([this] { run(); });
}

journal_writer::~journal_writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_by_ = clock::now() + limits_.goodbye;
  }
  wake_.notify_one();
  thread_.join();
}

// ---- the counter: any thread -------------------------------------------------------------------

void journal_writer::append(std::vector<event> events) {
  const auto now = clock::now();
  {
    const std::lock_guard lock(mutex_);
    for (auto& e : events)
      events_.add({std::move(e), now});
  }
  wake_.notify_one();
}

bool journal_writer::store_peer(std::vector<record> records) {
  {
    const std::lock_guard lock(mutex_);
    if (peers_.size() + records.size() > limits_.peers_max) return false;
    std::move(records.begin(), records.end(), std::back_inserter(peers_));
  }
  wake_.notify_one();
  return true;
}

template <class T>
void journal_writer::ask(std::function<result<T>(journal&)> what, on_answer<T> done) {
  {
    const std::lock_guard lock(mutex_);
    if (questions_.size() < limits_.questions_max) {
      questions_.push_back([what = std::move(what), done](journal* j) {
        done(j != nullptr ? what(*j) : result<T>(cannot_answer()));
      });
      wake_.notify_one();
      return;
    }
  }
  done(cannot_answer());
}

void journal_writer::own_log_announced(std::uint64_t incarnation, std::uint64_t highest) {
  // If it fails, the next digest says it again.
  ask<bool>([=](journal& j) { return j.own_log_announced(incarnation, highest); },
            [](const result<bool>&) {});
}

void journal_writer::write_off(log_name log, log::range gone) {
  ask<bool>(
      [log = std::move(log), gone](journal& j) -> result<bool> {
        if (auto failed = j.write_off(log, gone)) return *failed;
        return true;
      },
      [](const result<bool>&) {});
}

void journal_writer::query(filter f, on_answer<std::vector<found_record>> done) {
  ask<std::vector<found_record>>([f = std::move(f)](journal& j) { return j.query(f); },
                                 std::move(done));
}

void journal_writer::range(log_name log, log::range wanted, std::size_t bytes_max,
                           on_answer<range_answer> done) {
  ask<range_answer>([=](journal& j) { return j.range(log, wanted, bytes_max); }, std::move(done));
}

void journal_writer::digest(on_answer<log_digest> done) {
  ask<log_digest>([](journal& j) { return j.digest(); }, std::move(done));
}

void journal_writer::logs(on_answer<std::vector<log_state>> done) {
  ask<std::vector<log_state>>([](journal& j) { return j.logs(); }, std::move(done));
}

void journal_writer::verify(on_answer<chain_verdict> done) {
  ask<chain_verdict>([](journal& j) { return j.verify(); }, std::move(done));
}

bool journal_writer::flush(std::chrono::milliseconds bound) {
  std::unique_lock lock(mutex_);
  return done_.wait_for(lock, bound, [this] { return nothing_waits() && !busy_; });
}

}  // namespace holdover::store
