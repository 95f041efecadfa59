#include "io/store/writer.hpp"

#include "tests/unit/io/store/fixture.hpp"
#include "tests/unit/io/store/small_disk.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <future>

namespace holdover::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds patience{20};

/// What a writer has told, seen from the test's thread.
class listener {
public:
  writer_hooks hooks() {
    return {.on_committed = [this](std::vector<committed> c) { note(std::move(c)); },
            .on_storage = [this](bool ok, const std::string& text) { note(ok, text); }};
  }

  /// Holds the journal's thread in its next on_committed until let_go().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }

  template <class Condition>
  bool await(Condition holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return holds(); });
  }
  bool await_events(std::size_t count) {
    return await([&] { return told.size() >= count; });
  }
  bool await_storage(bool ok) {
    return await([&] { return !storage.empty() && storage.back().first == ok; });
  }

  std::vector<std::uint64_t> numbers() {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> found;
    for (const auto& c : told)
      found.push_back(c.what.id.sequence);
    return found;
  }

  std::vector<committed> told;
  std::vector<std::size_t> batches;
  std::vector<std::pair<bool, std::string>> storage;

private:
  void note(std::vector<committed> c) {
    std::unique_lock lock(mutex_);
    batches.push_back(c.size());
    std::move(c.begin(), c.end(), std::back_inserter(told));
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return !held_; });
  }
  void note(bool ok, const std::string& text) {
    const std::lock_guard lock(mutex_);
    storage.emplace_back(ok, text);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
};

template <class T, class Question>
result<T> answer_to(Question question) {
  std::promise<result<T>> given;
  question([&given](result<T> r) { given.set_value(std::move(r)); });
  auto future = given.get_future();
  if (future.wait_for(patience) != std::future_status::ready) return failure{{}, "no answer"};
  return future.get();
}

class Writer : public testing::Test {
protected:
  std::unique_ptr<journal_writer> start(writer_limits limits = {}) {
    limits.retry = std::chrono::milliseconds(20);
    limits.tend = std::chrono::milliseconds(20);
    return must(journal_writer::start(options_at(path), heard.hooks(), limits));
  }

  void change_file(const std::string& sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, 5000);
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }

  temporary_folder folder;
  std::string path = folder / "journal.db";
  listener heard;
};

TEST_F(Writer, TellsOfEventsWithTheirNumbersAndBytes) {
  auto w = start();
  w->append({node_says("a"), node_says("b")});
  w->append({node_says("c")});
  ASSERT_TRUE(w->flush(patience));
  EXPECT_THAT(heard.numbers(), ElementsAre(1, 2, 3));
  EXPECT_EQ(heard.told[2].bytes, plain_seal(heard.told[2].what));
}

TEST_F(Writer, TellsOnlyWhatIsDurable) {
  std::promise<std::size_t> in_file;
  writer_hooks hooks = heard.hooks();
  hooks.on_committed = [&](const std::vector<committed>&) {
    in_file.set_value(must(must(journal_view::open(path)).query({})).size());
  };
  auto w = must(journal_writer::start(options_at(path), hooks));
  w->append({node_says("a")});
  EXPECT_EQ(in_file.get_future().get(), 1u);
}

TEST_F(Writer, CommitsAllThatWaitsInOneGo) {
  auto w = start();
  heard.hold();
  w->append({node_says("first")});
  ASSERT_TRUE(heard.await_events(1));
  for (int i = 0; i < 20; ++i)
    w->append({node_says("more")});
  heard.let_go();
  ASSERT_TRUE(w->flush(patience));
  EXPECT_THAT(heard.batches, ElementsAre(1, 20));
}

TEST_F(Writer, WritesWhatWaitsBeforeItEnds) {
  {
    auto w = start();
    for (int i = 0; i < 100; ++i)
      w->append({node_says("x")});
  }
  EXPECT_EQ(heard.told.size(), 100u);
}

TEST_F(Writer, SaysWhatTheFileHeldAtTheStart) {
  {
    auto w = start();
    w->append({incident_goes("calm", "open"), host_is("web1", "committed")});
  }
  auto w = start();
  EXPECT_EQ(w->found().incarnation, 2u);
  EXPECT_EQ(w->found().left.incident, label);
  EXPECT_THAT(w->found().left.stopped_hosts, ElementsAre("web1"));
  ASSERT_EQ(w->found().logs.size(), 2u);
  EXPECT_EQ(w->found().logs[0].prefix, 2u);
}

TEST_F(Writer, DoesNotStartOnAFileThatItCannotUse) {
  std::filesystem::create_directory(path);
  const auto started = journal_writer::start(options_at(path), heard.hooks());
  ASSERT_TRUE(fault_of(started));
  EXPECT_THAT(fault_of(started)->text, HasSubstr("this is a folder"));
}

TEST_F(Writer, AnswersQuestions) {
  auto w = start();
  w->append({node_says("a")});
  ASSERT_TRUE(w->store_peer({peer_record(1), peer_record(3)}));
  ASSERT_TRUE(w->flush(patience));
  const auto found = must(answer_to<std::vector<found_record>>(
      [&](auto done) { w->query({.publisher = "beta"}, done); }));
  EXPECT_EQ(found.size(), 2u);
  const auto digest = must(answer_to<log_digest>([&](auto done) { w->digest(done); }));
  ASSERT_EQ(digest.logs.size(), 2u);
  EXPECT_EQ(digest.logs[1].prefix, 1u);
  w->write_off(beta_log, {2, 2});
  const auto range = must(answer_to<range_answer>([&](auto done) {
    w->range(beta_log, {1, 3}, 1 << 20, done);
  }));
  EXPECT_EQ(range.events.size(), 2u);
  EXPECT_EQ(range.discarded, (std::vector<log::range>{{2, 2}}));
  EXPECT_EQ(must(answer_to<std::vector<log_state>>([&](auto done) { w->logs(done); }))[1].prefix,
            3u);
  EXPECT_TRUE(must(answer_to<chain_verdict>([&](auto done) { w->verify(done); })).whole);
}

TEST_F(Writer, RefusesMoreThanItCanHold) {
  auto w = start({.peers_max = 2, .questions_max = 1});
  heard.hold();
  w->append({node_says("x")});
  ASSERT_TRUE(heard.await_events(1));
  EXPECT_TRUE(w->store_peer({peer_record(1), peer_record(2)}));
  EXPECT_FALSE(w->store_peer({peer_record(3)}));
  std::vector<bool> answered;
  const auto note = [&answered](const result<log_digest>& r) { answered.push_back(!fault_of(r)); };
  w->digest(note);
  w->digest(note);
  EXPECT_THAT(answered, ElementsAre(false)) << "the second is refused at once";
  heard.let_go();
  ASSERT_TRUE(w->flush(patience));
  EXPECT_THAT(answered, ElementsAre(false, true));
}

TEST_F(Writer, AnswersEveryQuestionOnceEvenIfItEnds) {
  std::atomic<int> answers = 0;
  auto w = start({.goodbye = std::chrono::milliseconds(0)});
  heard.hold();
  w->append({node_says("x")});
  ASSERT_TRUE(heard.await_events(1));
  for (int i = 0; i < 10; ++i)
    w->digest([&](const result<log_digest>&) { ++answers; });
  auto ended = std::async(std::launch::async, [&w] { w.reset(); });
  heard.let_go();
  ended.get();
  EXPECT_EQ(answers, 10);
}

TEST_F(Writer, WritesItsFirstEventsAgainIfTheFileWasSetBack) {
  auto w = start();
  w->append({node_says("a"), node_says("b")});
  ASSERT_TRUE(w->flush(patience));
  w->own_log_announced(1, 9);
  ASSERT_TRUE(heard.await_events(5));
  EXPECT_EQ(w->incarnation(), 2u);
  EXPECT_THAT(heard.numbers(), ElementsAre(1, 2, 1, 2, 3));
  EXPECT_EQ(heard.told[2].what.id.incarnation, 2u);
  EXPECT_EQ(std::get<node_event>(heard.told[3].what.what).what, "b");
  EXPECT_EQ(std::get<node_event>(heard.told[4].what.what).what, "log_set_back");
}

TEST_F(Writer, OpensAJournalAnewThatFailedAndLosesNothing) {
  auto w = start();
  w->append({node_says("a")});
  ASSERT_TRUE(w->flush(patience));
  change_file("ALTER TABLE about RENAME TO hidden");
  w->append({node_says("b")});
  ASSERT_TRUE(heard.await_storage(false));
  const auto asked = answer_to<log_digest>([&](auto done) { w->digest(done); });
  EXPECT_TRUE(fault_of(asked));
  change_file("ALTER TABLE hidden RENAME TO about");
  ASSERT_TRUE(heard.await_storage(true));
  ASSERT_TRUE(w->flush(patience));
  EXPECT_THAT(heard.numbers(), ElementsAre(1, 1));
  EXPECT_EQ(heard.told[1].what.id.incarnation, 2u);
  EXPECT_EQ(w->incarnation(), 2u);
  EXPECT_EQ(heard.storage.back().second, "ok");

  w->own_log_announced(2, 9);
  ASSERT_TRUE(heard.await_events(4));
  EXPECT_THAT(heard.numbers(), ElementsAre(1, 1, 1, 2)) << "the log before is not in doubt";
}

TEST_F(Writer, GivesUpQuicklyAtTheEndWhileStorageFails) {
  auto w = start();
  change_file("ALTER TABLE about RENAME TO hidden");
  w->append({node_says("b")});
  ASSERT_TRUE(heard.await_storage(false));
  const auto begun = std::chrono::steady_clock::now();
  w.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

// ---- a full disk --------------------------------------------------------------------------------

class WriterOnFullDisk : public Writer {
protected:
  void SetUp() override {
    if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
    path = disk / "journal.db";
  }

  std::unique_ptr<journal_writer> start_with_ballast(writer_limits limits = {}) {
    limits.retry = std::chrono::milliseconds(20);
    limits.tend = std::chrono::milliseconds(20);
    auto options = options_at(path);
    options.ballast_bytes = 1 << 20;
    return must(journal_writer::start(options, heard.hooks(), limits));
  }

  small_disk disk;
};

TEST_F(WriterOnFullDisk, TellsThatItLivesOnTheReserve) {
  auto w = start_with_ballast();
  disk.fill();
  w->append({large_event(200'000)});
  ASSERT_TRUE(heard.await_storage(false));
  EXPECT_THAT(heard.storage.back().second,
              HasSubstr("no room for its reserve of 1 MiB; free space"));
  EXPECT_TRUE(heard.await_events(1)) << "but it was stored";
  disk.make_space();
  EXPECT_TRUE(heard.await_storage(true)) << "without anything new to write";
}

TEST_F(WriterOnFullDisk, KeepsEventsUntilSpaceReturnsAndNumbersThemDensely) {
  auto w = start_with_ballast({.batch_max = 20});
  disk.fill();
  for (int i = 0; i < 200; ++i)
    w->append({large_event(20'000)});
  ASSERT_TRUE(heard.await([&] {
    return !heard.storage.empty() && heard.storage.back().second.find("full") != std::string::npos;
  }));
  disk.make_space();
  ASSERT_TRUE(heard.await_events(200));
  ASSERT_TRUE(heard.await_storage(true));
  const auto numbers = heard.numbers();
  ASSERT_EQ(numbers.size(), 200u);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    ASSERT_EQ(numbers[i], i + 1);
  EXPECT_GE(heard.told.back().what.age, duration(20)) << "they age while they wait";
  EXPECT_TRUE(must(answer_to<chain_verdict>([&](auto done) { w->verify(done); })).whole);
}

TEST_F(WriterOnFullDisk, KeepsWhatPeersToldUntilSpaceReturns) {
  auto w = start_with_ballast();
  disk.fill();
  auto large = peer_record(1);
  large.bytes = std::string(1'500'000, 'x');
  ASSERT_TRUE(w->store_peer({large, peer_record(2)}));
  ASSERT_TRUE(heard.await_storage(false));
  disk.make_space();
  ASSERT_TRUE(heard.await_storage(true));
  ASSERT_TRUE(w->flush(patience));
  EXPECT_EQ(must(answer_to<std::vector<log_state>>([&](auto done) { w->logs(done); }))[1].prefix,
            2u);
}

TEST_F(WriterOnFullDisk, TellsHowManyEventsItLost) {
  auto w = start_with_ballast({.events_max = 10});
  disk.fill();
  w->append({large_event(3'000'000)});
  ASSERT_TRUE(heard.await_storage(false));
  w->append(std::vector<event>(20, node_says("x")));
  w->append({host_is("web2", "down")});
  disk.make_space();
  ASSERT_TRUE(w->flush(patience));
  const auto& first = heard.told.front().what;
  ASSERT_EQ(std::get<node_event>(first.what).what, "events_discarded");
  EXPECT_EQ(std::get<node_event>(first.what).detail,
            "12 events were lost before they could be stored");
  EXPECT_EQ(first.how, severity::warning);
  // Tending the full disk may have given up old events meanwhile, and says so in an event of its
  // own.
  std::vector<std::string> kept;
  for (const auto& one : heard.told)
    if (const auto* node = std::get_if<node_event>(&one.what.what);
        node == nullptr || node->what != "events_discarded")
      kept.push_back(subject(one.what));
  EXPECT_EQ(kept.size(), 10u);
  EXPECT_EQ(kept.back(), "web2");
}

}  // namespace
}  // namespace holdover::store
