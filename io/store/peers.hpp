// Filing events by their key: in any order, as often as they come, the first copy stays (L2, L3).
//
// The statements below the journal; every function runs inside a transaction of the caller's.

#pragma once

#include "core/log/sequence.hpp"
#include "core/message.hpp"
#include "io/store/database.hpp"
#include "io/store/record.hpp"

#include <optional>
#include <vector>

namespace holdover::store {

/// Numbers a log may have: from 1, and SQLite's integers have 63 bits.
bool is_possible(std::uint64_t number);
bool is_possible(const record&);

/// The row of a log, made if it is new.
result<std::int64_t> row_for(const database&, const log_name&);

/// Inserts events and their content, many in a row.
class inserter {
public:
  explicit inserter(const database&);

  struct link {
    hash_value digest{};
    hash_value chain{};
  };
  /// @param own its link of the chain; peers' events have none.
  fault insert(std::int64_t log_row, const record&, const std::optional<link>& own = {});

private:
  statement event_;
  statement content_;
};

/// What the number of a record holds already: duplicate, conflict, or `stored` if it is free.
result<arrival> arrival_of(const database&, std::int64_t log_row, const record&);

result<std::vector<arrival>> file_records(const database&, const std::vector<record>&);

/// Marks without content for the free numbers of a range.
fault file_marks(const database&, const log_name&, log::range);

result<log_digest> digest_of_site(const database&, const log_name& own);

}  // namespace holdover::store
