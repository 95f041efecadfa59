// Reading a journal: searching it, and what each log holds.
//
// Free functions on a connection, so that the node's own thread and a tool that opened the file for
// reading use the same ones.

#pragma once

#include "core/log/sequence.hpp"
#include "core/message.hpp"
#include "io/store/chain.hpp"
#include "io/store/database.hpp"
#include "io/store/record.hpp"

#include <string>
#include <vector>

namespace holdover::store {

/// In the order of arrival. Discarded events are not found.
result<std::vector<found_record>> find(const database&, const filter&);

/// @param bytes_max the answer may only be larger if a single event is.
result<range_answer> range_of(const database&, const log_name&, log::range wanted,
                              std::size_t bytes_max);

result<std::vector<log_state>> logs_of(const database&);

/// Numbers that are missing below the highest one, at most `limit` ranges.
result<std::vector<log::range>> holes_of(const database&, const log_name&, std::size_t limit);

/// A journal opened for reading only, beside a running node or after it.
class journal_view {
public:
  static result<journal_view> open(const std::string& path);

  result<std::vector<found_record>> query(const filter& f) const { return find(db_, f); }
  result<std::vector<log_state>> logs() const { return logs_of(db_); }
  /// As of one moment, however much a running node writes meanwhile.
  result<chain_verdict> verify(const hash_function& hash) const { return verify_chain(db_, hash); }
  /// The publisher whose own log this is.
  result<std::string> owner() const;

private:
  explicit journal_view(database db) : db_(std::move(db)) {}

  database db_;
};

}  // namespace holdover::store
