// The journal's own thread: what it does next, and how.

#include "io/store/writer.hpp"

#include <algorithm>
#include <iterator>
#include <pthread.h>

namespace holdover::store {

namespace {

// What a file that was set back may cost before a peer tells: the first events of a life.
constexpr std::size_t first_max = 256;
constexpr std::size_t tend_after = 256;

std::int64_t wall_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The mark in the log for what is missing from it (L6).
event discarded_event(std::uint64_t lost, std::uint64_t discarded) {
  std::string detail;
  if (lost > 0) detail = std::to_string(lost) + " events were lost before they could be stored";
  if (lost > 0 && discarded > 0) detail += "; ";
  if (discarded > 0) detail += std::to_string(discarded) + " old routine events were given up";
  event e;
  e.how = lost > 0 ? severity::warning : severity::info;
  e.wall_milliseconds = wall_milliseconds();
  e.what = node_event{"events_discarded", detail};
  return e;
}

event set_back_event(std::uint64_t incarnation) {
  event e;
  e.how = severity::warning;
  e.wall_milliseconds = wall_milliseconds();
  e.what = node_event{"log_set_back",
                      "peers know more of this node's log than its file, which must be "
                      "an older copy; it goes on as incarnation "
                          + std::to_string(incarnation)};
  return e;
}

template <class T>
std::vector<T> take_front(std::deque<T>& from, std::size_t how_many) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(how_many, from.size()));
  std::vector<T> taken(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return taken;
}

}  // namespace

// ---- what to do next: the journal's thread, locked ---------------------------------------------

bool journal_writer::nothing_waits() const {
  return events_.empty() && peers_.empty() && questions_.empty();
}

bool journal_writer::wants_work() const {
  if (!questions_.empty()) return true;
  return !nothing_waits() && may_write();
}

journal_writer::clock::time_point journal_writer::wake_at() const {
  if (failing_) return retry_at_;
  if (journal_ && !journal_->has_reserve()) return tend_at_;
  return clock::now() + std::chrono::hours(1);
}

journal_writer::work journal_writer::pick() {
  work picked;
  picked.questions = std::exchange(questions_, {});
  picked.may_write = may_write();
  lost_ += events_.take_dropped();
  if (!picked.may_write) return picked;
  picked.events = events_.take(limits_.batch_max);
  picked.peers = take_front(peers_, limits_.batch_max);
  return picked;
}

void journal_writer::give_back(work unfinished) {
  events_.give_back(std::move(unfinished.events));
  peers_.insert(peers_.begin(), std::make_move_iterator(unfinished.peers.begin()),
                std::make_move_iterator(unfinished.peers.end()));
}

// ---- doing it: the journal's thread ------------------------------------------------------------

void journal_writer::run() {
  pthread_setname_np(pthread_self(), "database");
  report();
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_until(lock, wake_at(), [this] { return stop_by_ || wants_work(); });
    const bool stopping = stop_by_.has_value();
    if (stopping && (nothing_waits() || clock::now() >= *stop_by_)) break;
    work next = pick();
    busy_ = true;
    lock.unlock();
    perform(next);
    lock.lock();
    give_back(std::move(next));
    busy_ = false;
    done_.notify_all();
    if (stopping && failing_) break;
  }
  const auto unanswered = std::exchange(questions_, {});
  lock.unlock();
  for (const auto& q : unanswered)
    q(nullptr);
  journal_.reset();
}

void journal_writer::perform(work& next) {
  if (next.may_write) judge(write(next));
  for (const auto& q : next.questions)
    q(journal_ ? &*journal_ : nullptr);
  next.questions.clear();
  note_incarnation();
  tend();
  report();
}

fault journal_writer::write(work& next) {
  if (!journal_) {
    if (auto failed = reopen()) return failed;
  }
  if (auto failed = write_events(next.events)) return failed;
  return write_peers(next.peers);
}

fault journal_writer::reopen() {
  auto opened = journal::open(options_);
  if (auto failed = fault_of(opened)) return failed;
  journal_.emplace(std::move(std::get<journal>(opened)));
  // What was told before is durable in the file, or the file is another one; either way it is told.
  first_.clear();
  incarnation_ = journal_->incarnation();
  return std::nullopt;
}

fault journal_writer::write_events(std::vector<waiting_event>& events) {
  auto batch = batch_of(events);
  if (batch.empty()) return std::nullopt;
  auto sealed = journal_->append(batch);
  if (auto failed = fault_of(sealed)) return failed;
  lost_ = journal_->take_unsealed();
  discarded_ = 0;
  stored_since_tended_ += batch.size();
  keep_first(std::exchange(events, {}));

  auto& bytes = std::get<std::vector<std::string>>(sealed);
  std::vector<committed> done;
  done.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    done.push_back({std::move(batch[i]), std::move(bytes[i])});
  }
  hooks_.on_committed(std::move(done));
  return std::nullopt;
}

std::vector<event> journal_writer::batch_of(const std::vector<waiting_event>& events) const {
  std::vector<event> batch;
  batch.reserve(events.size() + 1);
  if (lost_ + discarded_ > 0) batch.push_back(discarded_event(lost_, discarded_));
  const auto now = clock::now();
  for (const auto& e : events) {
    batch.push_back(e.what);
    batch.back().age += std::chrono::duration_cast<duration>(now - e.since);
  }
  return batch;
}

void journal_writer::keep_first(std::vector<waiting_event> events) {
  for (auto& e : events) {
    if (first_.size() >= first_max) return;
    first_.push_back(std::move(e));
  }
}

fault journal_writer::write_peers(std::vector<record>& records) {
  if (records.empty()) return std::nullopt;
  if (auto failed = fault_of(journal_->store_peers(records))) return failed;
  stored_since_tended_ += records.size();
  records.clear();
  return std::nullopt;
}

void journal_writer::note_incarnation() {
  if (!journal_ || journal_->incarnation() == incarnation_) return;
  incarnation_ = journal_->incarnation();
  const std::lock_guard lock(mutex_);
  events_.give_back(std::exchange(first_, {}));
  events_.add({set_back_event(incarnation_), clock::now()});
}

void journal_writer::tend() {
  if (!journal_) return;
  const auto now = clock::now();
  if (stored_since_tended_ >= tend_after || (!journal_->has_reserve() && now >= tend_at_)) {
    stored_since_tended_ = 0;
    tend_at_ = now + limits_.tend;
    if (auto failed = journal_->tend()) judge(failed);
  }
  if (journal_) discarded_ += journal_->take_discarded();
}

void journal_writer::judge(const fault& failed) {
  failing_ = failed;
  if (!failed) return;
  retry_at_ = clock::now() + limits_.retry;
  // A connection that met a full disk or a lock is sound; after anything else it may not be.
  if (failed->kind != trouble::full && failed->kind != trouble::in_use) journal_.reset();
}

void journal_writer::report() {
  std::string text = "ok";
  if (failing_) {
    text = failing_->text;
  } else if (journal_ && !journal_->has_reserve()) {
    text = "journal '" + options_.path + "': no room for its reserve of "
           + std::to_string(options_.ballast_bytes >> 20) + " MiB; free space on its file system";
  }
  if (text == reported_) return;
  reported_ = text;
  hooks_.on_storage(text == "ok", text);
}

}  // namespace holdover::store
