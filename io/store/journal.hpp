// The journal of a node: its own log and copies of its peers', in one SQLite file.
//
// It is the diary that a node writes and the shelf on which it keeps the diaries of others. In its
// own it numbers each entry, signs it with that number, and only then tells it (L1). On the shelf
// it files what comes, in any order and as often as it comes (L2, L3).
//
//   own log      key (site, publisher, incarnation, sequence); incarnation is in the file and grows
//                by one with every open(), before the first entry; numbers are dense from 1
//   peers' logs  stored by that key; the same key twice is no news; the prefix says up to where
//                nothing is missing
//
// Decisions worth knowing:
//   - Answered means durable. append() and store_peers() are one transaction each, and a batch
//   costs
//     one sync of the disk. A failed batch leaves no trace and no gap: its numbers are used again
//     for what was never told to anybody.
//   - An older copy of the file (a restored backup, a cloned machine) would use numbers twice. It
//     shows when a peer knows more of our log than we do; then the journal takes a higher
//     incarnation than any that is known (L5). What was written under the doubled one stays in the
//     file.
//   - The file is claimed by one process; a second one is refused.
//   - Disk full (S4): the ballast file goes first, then the content of old routine events, and only
//     then does a call fail. Reading always works. tend() takes the ballast back when there is
//     room.
//   - Own rows are chained; see chain.hpp.
//   - The journal informs, it never authorises (S3): recall() is a list of names.
//
// Used by one thread at a time: journal_writer. Blocks on the disk. Neither throws nor logs.

#pragma once

#include "io/store/files.hpp"
#include "io/store/query.hpp"
#include "io/store/record.hpp"
#include "io/store/retention.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdover::store {

/// Encodes and signs an event whose id is set. Empty: it cannot be encoded.
using seal_function = std::function<std::string(const event&)>;

struct journal_options {
  std::string path;
  std::string site;
  std::string publisher;
  hash_function hash;
  seal_function seal;
  std::uint64_t ballast_bytes = 32ull << 20;  ///< Labs: 1 MiB. 0: none.
  retention keep{};
  std::optional<random_id> database_id{};  ///< For a new file; otherwise it makes one.
};

class journal {
public:
  static result<journal> open(journal_options);

  /// Numbers the events in place, seals and stores them. Those that cannot be sealed are taken out
  /// of the batch and counted. @return the sealed bytes, one for each event left.
  result<std::vector<std::string>> append(std::vector<event>&);

  /// Also takes events of our own earlier incarnations, which a restored file may lack.
  result<std::vector<arrival>> store_peers(const std::vector<record>&);

  /// Files marks for numbers that are gone for good: their publisher says that it has discarded
  /// them.
  fault write_off(const log_name&, log::range);

  /// A peer knows our log up to here. @return whether that betrays an older copy of the file and a
  /// new incarnation has begun.
  result<bool> own_log_announced(std::uint64_t incarnation, std::uint64_t highest);

  /// Prefixes of our site's logs: for each publisher those of its newest incarnations.
  result<log_digest> digest() const;
  result<range_answer> range(const log_name& log, log::range wanted, std::size_t bytes_max) const {
    return range_of(db_, log, wanted, bytes_max);
  }
  result<std::vector<log_state>> logs() const { return logs_of(db_); }
  result<std::vector<log::range>> holes(const log_name& log, std::size_t limit) const {
    return holes_of(db_, log, limit);
  }
  result<std::vector<found_record>> query(const filter& f) const { return find(db_, f); }
  result<chain_verdict> verify() const { return verify_chain(db_, options_.hash); }
  result<recalled> recall() const;

  /// Keeps retention and takes the ballast back. Now and then, and after a failure.
  fault tend();

  std::uint64_t incarnation() const { return incarnation_; }
  std::uint64_t last_sequence() const { return next_ - 1; }
  const random_id& database_id() const { return database_id_; }
  log_name own_log() const { return {options_.site, options_.publisher, incarnation_}; }
  bool has_reserve() const { return ballast_.held(); }
  /// How many events have lost their content since the last call.
  std::uint64_t take_discarded() { return std::exchange(discarded_, 0); }
  std::uint64_t take_unsealed() { return std::exchange(unsealed_, 0); }

private:
  journal(journal_options, claim, ballast, database);

  fault start();
  fault begin_own_file();
  fault begin_incarnation(std::uint64_t above);
  std::vector<record> seal(std::vector<event>&);
  fault write_own(const std::vector<event>&, const std::vector<record>&, hash_value& head) const;
  fault write_peers(const std::vector<record>&, std::vector<arrival>&) const;
  bool believable(std::uint64_t incarnation) const;
  result<bool> betrays_rollback(const record&) const;
  void make_room();
  std::optional<std::uint64_t> discard(std::uint64_t how_many);
  fault with_reserve(const std::function<fault()>& work);

  journal_options options_;
  claim claim_;  ///< Outlives the connection.
  ballast ballast_;
  database db_;
  random_id database_id_;
  std::uint64_t incarnation_ = 0;
  std::int64_t own_row_ = 0;
  std::uint64_t next_ = 1;
  hash_value head_{};
  bool strained_ = false;  ///< The disk was full, and the ballast is not back.
  std::uint64_t discarded_ = 0;
  std::uint64_t unsealed_ = 0;
};

}  // namespace holdover::store
