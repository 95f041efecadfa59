#include "io/store/journal.hpp"

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

namespace holdover::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Journal : public testing::Test {
protected:
  void change_file(const std::string& sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }

  temporary_folder folder;
  std::string path = folder / "journal.db";
};

TEST_F(Journal, NumbersItsEventsDenselyFromOne) {
  auto j = open_journal(path);
  std::vector<event> first{node_says("started"), node_says("peer_lost")};
  must(j.append(first));
  std::vector<event> second{node_says("peer_back")};
  must(j.append(second));

  EXPECT_EQ(first[0].id, (event_id{"demo", "alpha", 1, 1}));
  EXPECT_EQ(first[1].id.sequence, 2u);
  EXPECT_EQ(second[0].id.sequence, 3u);
  EXPECT_EQ(j.last_sequence(), 3u);
}

TEST_F(Journal, BeginsANewIncarnationWithEveryStart) {
  {
    auto j = open_journal(path);
    append(j, {node_says("started"), node_says("stopping")});
    EXPECT_EQ(j.incarnation(), 1u);
  }
  { EXPECT_EQ(open_journal(path).incarnation(), 2u); }
  auto j = open_journal(path);
  std::vector<event> events{node_says("started")};
  must(j.append(events));
  EXPECT_EQ(events[0].id.incarnation, 3u);
  EXPECT_EQ(events[0].id.sequence, 1u);
}

TEST_F(Journal, KeepsTheDatabaseIdThatTheFileWasMadeWith) {
  random_id id{{1, 2, 3}};
  auto options = options_at(path);
  options.database_id = id;
  { EXPECT_EQ(must(journal::open(options)).database_id(), id); }
  EXPECT_EQ(open_journal(path).database_id(), id);
}

TEST_F(Journal, MakesADatabaseIdIfNoneIsGiven) {
  auto one = open_journal(path);
  auto two = open_journal(folder / "other.db");
  EXPECT_TRUE(one.database_id());
  EXPECT_NE(one.database_id(), two.database_id());
}

TEST_F(Journal, GivesBackTheSealedBytesOfARange) {
  auto j = open_journal(path);
  const auto sealed = append(j, {node_says("a"), node_says("b"), node_says("c")});
  const auto answer = must(j.range(j.own_log(), {2, 3}, 1 << 20));
  EXPECT_THAT(answer.events, ElementsAre(sealed[1], sealed[2]));
  EXPECT_EQ(answer.covered, 3u);
}

TEST_F(Journal, CutsARangeThatIsTooLargeAndSaysHowFarItGot) {
  auto j = open_journal(path);
  const auto sealed = append(j, {node_says("a"), node_says("b"), node_says("c")});
  const auto answer = must(j.range(j.own_log(), {1, 3}, sealed[0].size() + 1));
  EXPECT_THAT(answer.events, ElementsAre(sealed[0]));
  EXPECT_EQ(answer.covered, 1u);
  EXPECT_EQ(must(j.range(j.own_log(), {2, 3}, 1)).events.size(), 1u) << "never less than one event";
}

TEST_F(Journal, LeavesOutWhatCannotBeSealedWithoutAGap) {
  auto options = options_at(path);
  options.seal = [](const event& e) {
    return subject(e) == "cursed" ? std::string() : plain_seal(e);
  };
  auto j = must(journal::open(options));
  std::vector<event> events{host_is("web1", "armed"), host_is("cursed", "armed"),
                            host_is("web2", "armed")};
  EXPECT_EQ(must(j.append(events)).size(), 2u);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].id.sequence, 2u);
  EXPECT_EQ(j.take_unsealed(), 1u);
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(Journal, FilesAPeersEventOnce) {
  auto j = open_journal(path);
  EXPECT_THAT(must(j.store_peers({peer_record(1), peer_record(1)})),
              ElementsAre(arrival::stored, arrival::duplicate));
  EXPECT_THAT(must(j.store_peers({peer_record(1)})), ElementsAre(arrival::duplicate));
  EXPECT_EQ(must(j.query({.publisher = "beta"})).size(), 1u);
}

TEST_F(Journal, KeepsTheFirstOfTwoDifferentEventsWithOneNumber) {
  auto j = open_journal(path);
  auto forged = peer_record(1);
  forged.bytes += "!";
  EXPECT_THAT(must(j.store_peers({peer_record(1), forged})),
              ElementsAre(arrival::stored, arrival::conflict));
  EXPECT_THAT(must(j.range(beta_log, {1, 1}, 1000)).events, ElementsAre(peer_record(1).bytes));
}

TEST_F(Journal, RefusesNumbersThatNoLogCanHave) {
  auto j = open_journal(path);
  EXPECT_THAT(must(j.store_peers(
                  {peer_record(0), peer_record(1, 0), peer_record(~0ull), peer_record(1, ~0ull)})),
              ElementsAre(arrival::refused, arrival::refused, arrival::refused, arrival::refused));
}

TEST_F(Journal, KnowsTheHolesInAPeersLog) {
  auto j = open_journal(path);
  must(j.store_peers({peer_record(1), peer_record(2), peer_record(5), peer_record(9)}));
  EXPECT_THAT(must(j.holes(beta_log, 10)), ElementsAre(log::range{3, 4}, log::range{6, 8}));
  EXPECT_THAT(must(j.holes(beta_log, 1)), ElementsAre(log::range{3, 4}));
  EXPECT_THAT(must(j.holes({"demo", "nobody", 1}, 10)), IsEmpty());
}

TEST_F(Journal, MovesThePrefixOverAHoleThatIsFilled) {
  auto j = open_journal(path);
  must(j.store_peers({peer_record(1), peer_record(4), peer_record(3)}));
  EXPECT_EQ(must(j.logs()).back(), (log_state{beta_log, 1, 4}));
  must(j.store_peers({peer_record(2)}));
  EXPECT_EQ(must(j.logs()).back(), (log_state{beta_log, 4, 4}));
}

TEST_F(Journal, PassesOverNumbersThatTheirPublisherHasDiscarded) {
  auto j = open_journal(path);
  must(j.store_peers({peer_record(1), peer_record(4)}));
  EXPECT_FALSE(j.write_off(beta_log, {1, 3}));
  EXPECT_EQ(must(j.logs()).back(), (log_state{beta_log, 4, 4}));
  const auto answer = must(j.range(beta_log, {1, 4}, 10000));
  EXPECT_THAT(answer.events, ElementsAre(peer_record(1).bytes, peer_record(4).bytes));
  EXPECT_THAT(answer.discarded, ElementsAre(log::range{2, 3}));
}

TEST_F(Journal, DigestsThePrefixOfEachLog) {
  auto j = open_journal(path);
  append(j, {node_says("started"), node_says("x")});
  must(j.store_peers({peer_record(1), peer_record(3), peer_record(1, 7, "gamma")}));
  const auto digest = must(j.digest());
  ASSERT_EQ(digest.logs.size(), 3u);
  EXPECT_EQ(digest.logs[0].publisher, "alpha");
  EXPECT_EQ(digest.logs[0].prefix, 2u);
  EXPECT_EQ(digest.logs[1].publisher, "beta");
  EXPECT_EQ(digest.logs[1].prefix, 1u);
  EXPECT_EQ(digest.logs[2].incarnation, 7u);
}

TEST_F(Journal, DigestsNoEmptyLogButItsOwn) {
  { open_journal(path); }
  const auto digest = must(open_journal(path).digest());
  ASSERT_EQ(digest.logs.size(), 1u);
  EXPECT_EQ(digest.logs[0].incarnation, 2u);
}

TEST_F(Journal, DigestsOnlyTheNewestLogsOfAPublisher) {
  for (int start = 0; start < 20; ++start) {
    auto j = open_journal(path);
    append(j, {node_says("started")});
  }
  const auto digest = must(open_journal(path).digest());
  EXPECT_EQ(digest.logs.size(), 16u);
  EXPECT_EQ(digest.logs.back().incarnation, 21u);
}

// ---- an older copy of the file ------------------------------------------------------------------

TEST_F(Journal, BeginsAnewIfPeersKnowMoreOfItsLogThanItself) {
  const std::string backup = folder / "backup.db";
  { append(*std::make_unique<journal>(open_journal(path)), {node_says("started")}); }
  std::filesystem::copy_file(path, backup);
  {
    auto j = open_journal(path);
    append(j, {node_says("started"), node_says("b"), node_says("c")});
    EXPECT_EQ(j.incarnation(), 2u);
  }
  std::filesystem::copy_file(backup, path, std::filesystem::copy_options::overwrite_existing);

  auto j = open_journal(path);
  EXPECT_EQ(j.incarnation(), 2u) << "the copy does not know that this one was used";
  append(j, {node_says("started")});
  EXPECT_TRUE(must(j.own_log_announced(2, 3)));
  EXPECT_EQ(j.incarnation(), 3u);
  std::vector<event> events{node_says("d")};
  must(j.append(events));
  EXPECT_EQ(events[0].id.sequence, 1u);
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(Journal, BeginsAnewForASingleEventMore) {
  auto j = open_journal(path);
  append(j, {node_says("started")});
  EXPECT_FALSE(must(j.own_log_announced(1, 1)));
  EXPECT_TRUE(must(j.own_log_announced(1, 2)));
}

TEST_F(Journal, StaysIfPeersKnowNoMoreThanItself) {
  { append(*std::make_unique<journal>(open_journal(path)), {node_says("a"), node_says("b")}); }
  auto j = open_journal(path);
  append(j, {node_says("c")});
  EXPECT_FALSE(must(j.own_log_announced(1, 2)));
  EXPECT_FALSE(must(j.own_log_announced(2, 1)));
  EXPECT_FALSE(must(j.own_log_announced(2, 0)));
  EXPECT_EQ(j.incarnation(), 2u);
}

TEST_F(Journal, GoesAboveEveryIncarnationThatPeersKnow) {
  auto j = open_journal(path);
  EXPECT_TRUE(must(j.own_log_announced(41, 1)));
  EXPECT_EQ(j.incarnation(), 42u);
}

TEST_F(Journal, DoesNotLetALiarUseUpTheIncarnations) {
  auto j = open_journal(path);
  EXPECT_FALSE(must(j.own_log_announced(~0ull, 1)));
  EXPECT_FALSE(must(j.own_log_announced(~0ull >> 1, 1)));
  EXPECT_EQ(j.incarnation(), 1u);
  must(j.store_peers({peer_record(1, (~0ull >> 1) - 1, "alpha")}));
  EXPECT_EQ(j.incarnation(), 1u);
}

TEST_F(Journal, TakesBackItsOwnLostEventsFromPeers) {
  auto j = open_journal(path);
  EXPECT_THAT(must(j.store_peers({peer_record(1, 5, "alpha"), peer_record(2, 5, "alpha")})),
              ElementsAre(arrival::stored, arrival::stored));
  EXPECT_EQ(j.incarnation(), 6u);
  append(j, {node_says("started")});
  EXPECT_TRUE(must(j.verify()).whole);
}

TEST_F(Journal, SeesByADifferentEventUnderItsOwnNumberThatItWasSetBack) {
  auto j = open_journal(path);
  append(j, {node_says("started")});
  EXPECT_THAT(must(j.store_peers({peer_record(1, 1, "alpha")})), ElementsAre(arrival::conflict));
  EXPECT_EQ(j.incarnation(), 2u);
}

TEST_F(Journal, IsNotUpsetByItsOwnEventsComingBack) {
  auto j = open_journal(path);
  std::vector<event> events{node_says("started")};
  const auto sealed = must(j.append(events));
  EXPECT_THAT(must(j.store_peers({record_of(events[0], sealed[0])})),
              ElementsAre(arrival::duplicate));
  EXPECT_EQ(j.incarnation(), 1u);
}

// ---- the chain ----------------------------------------------------------------------------------

class JournalChain : public Journal {
protected:
  void SetUp() override {
    auto j = open_journal(path);
    append(j, {node_says("a"), host_is("web1", "down"), node_says("c"), node_says("d")});
  }

  chain_verdict verdict() const { return must(must(journal_view::open(path)).verify(plain_hash)); }
};

TEST_F(JournalChain, IsWholeAcrossStarts) {
  {
    auto j = open_journal(path);
    append(j, {node_says("e")});
  }
  EXPECT_TRUE(verdict().whole);
  EXPECT_EQ(verdict().checked, 5u);
}

// Head and rows must be of one moment, or a healthy file would look cut off.
TEST_F(JournalChain, IsWholeWhileItsNodeWrites) {
  std::atomic<bool> written{false};
  std::thread node{[&] {
    auto j = open_journal(path);
    for (int i = 0; i < 100; ++i)
      append(j, {node_says("busy")});
    written = true;
  }};
  const auto view = must(journal_view::open(path));
  int looks = 0;
  while (!written || looks == 0) {
    const auto seen = must(view.verify(plain_hash));
    EXPECT_TRUE(seen.whole) << "look " << looks << ": " << seen.why;
    ++looks;
  }
  node.join();
  EXPECT_EQ(must(view.verify(plain_hash)).checked, 104u);
  EXPECT_EQ(must(view.owner()), "alpha");
}

TEST_F(JournalChain, ShowsTheFirstChangedRow) {
  change_file("UPDATE content SET text = 'web1 was never down' WHERE position = 2");
  EXPECT_FALSE(verdict().whole);
  EXPECT_EQ(verdict().broken_at.sequence, 2u);
  EXPECT_EQ(verdict().why, "its content was changed");
}

TEST_F(JournalChain, ShowsARemovedRow) {
  change_file("DELETE FROM event WHERE sequence = 2; DELETE FROM content WHERE position = 2");
  EXPECT_FALSE(verdict().whole);
  EXPECT_EQ(verdict().broken_at.sequence, 3u);
}

TEST_F(JournalChain, ShowsThatTheLastRowsAreGone) {
  change_file("DELETE FROM content WHERE position = 4; DELETE FROM event WHERE sequence = 4");
  EXPECT_FALSE(verdict().whole);
  EXPECT_EQ(verdict().broken_at.sequence, 3u);
  EXPECT_EQ(verdict().why, "rows after this one were removed");
}

TEST_F(JournalChain, ShowsADecisionThatPretendsToBeDiscarded) {
  change_file(
      "DELETE FROM content WHERE position = 2; UPDATE event SET kept = 0 WHERE position = 2");
  EXPECT_EQ(verdict().why, "its content was removed");
  change_file("UPDATE event SET worth = 0 WHERE sequence = 2");
  EXPECT_FALSE(verdict().whole);
}

TEST_F(JournalChain, ShowsARowThatPretendsToBeAPeers) {
  change_file("UPDATE event SET chain = NULL, digest = NULL WHERE sequence = 2");
  EXPECT_EQ(verdict().broken_at.sequence, 3u);
}

}  // namespace
}  // namespace holdover::store
