#include "io/store/peers.hpp"

#include "io/store/chain.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace holdover::store {

namespace {

// A publisher starts a log with each of its lives; peers need the last few to find what they miss.
constexpr std::int64_t incarnations_in_digest = 16;

// More marks than this in one transaction would hold up the node's own events.
constexpr std::uint64_t marks_max = 100'000;

/// Moves the prefix of a log over what is there now.
fault advance_prefix(const database& db, std::int64_t log_row) {
  auto prefix_row = db.prepare("SELECT prefix FROM log WHERE id = ?");
  prefix_row.bind(log_row);
  if (!prefix_row.row()) return prefix_row.failed();
  auto prefix = prefix_row.number(0);
  prefix_row.again();

  auto later =
      db.prepare("SELECT sequence FROM event WHERE log = ? AND sequence > ? ORDER BY sequence");
  later.bind(log_row).bind(prefix);
  while (later.row() && later.number(0) == prefix + 1)
    ++prefix;
  if (later.failed()) return later.failed();
  later.again();
  return db.prepare("UPDATE log SET prefix = ? WHERE id = ?").bind(prefix).bind(log_row).run();
}

class filing {
public:
  explicit filing(const database& db) : db_(db), insert_(db) {}

  result<arrival> file(const record& r) {
    if (!is_possible(r)) return arrival::refused;
    const auto row = row_of({r.id.site, r.id.publisher, r.id.incarnation});
    if (auto failed = fault_of(row)) return *failed;
    const auto log_row = std::get<std::int64_t>(row);
    const auto seen = arrival_of(db_, log_row, r);
    if (auto failed = fault_of(seen)) return *failed;
    if (std::get<arrival>(seen) != arrival::stored) return seen;
    if (auto failed = insert_.insert(log_row, r)) return *failed;
    return arrival::stored;
  }

  fault advance_prefixes() const {
    for (const auto& [name, row] : rows_) {
      if (auto failed = advance_prefix(db_, row)) return failed;
    }
    return std::nullopt;
  }

private:
  result<std::int64_t> row_of(const log_name& name) {
    if (const auto known = rows_.find(name); known != rows_.end()) return known->second;
    auto row = row_for(db_, name);
    if (const auto* found = std::get_if<std::int64_t>(&row)) rows_.emplace(name, *found);
    return row;
  }

  const database& db_;
  inserter insert_;
  std::map<log_name, std::int64_t> rows_;
};

}  // namespace

bool is_possible(std::uint64_t number) {
  // One is kept free above, for the number after it.
  return number >= 1
         && number < static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

bool is_possible(const record& r) {
  return is_possible(r.id.incarnation) && is_possible(r.id.sequence) && !r.bytes.empty();
}

result<std::int64_t> row_for(const database& db, const log_name& name) {
  const auto bind = [&name](statement& s) -> statement& {
    return s.bind(name.site).bind(name.publisher).bind(name.incarnation);
  };
  auto made = db.prepare("INSERT OR IGNORE INTO log(site, publisher, incarnation) VALUES(?, ?, ?)");
  if (auto failed = bind(made).run()) return *failed;
  auto row = db.prepare("SELECT id FROM log WHERE site = ? AND publisher = ? AND incarnation = ?");
  const bool found = bind(row).row();
  if (row.failed()) return *row.failed();
  return found ? row.integer(0) : 0;
}

inserter::inserter(const database& db)
    : event_(db.prepare("INSERT INTO event(log, sequence, severity, worth, kind, subject, wall,"
                        " kept, digest, chain) VALUES(?, ?, ?, ?, ?, ?, ?, 1, ?, ?)")),
      content_(db.prepare("INSERT INTO content VALUES(last_insert_rowid(), ?, ?)")) {}

fault inserter::insert(std::int64_t log_row, const record& r, const std::optional<link>& own) {
  event_.bind(log_row)
      .bind(r.id.sequence)
      .bind(static_cast<std::int64_t>(r.how))
      .bind(static_cast<std::int64_t>(worth_of(r.how, r.kind)))
      .bind(std::string_view(r.kind))
      .bind(std::string_view(r.subject))
      .bind(r.wall_milliseconds);
  if (own) {
    event_.bind_blob(as_text(own->digest)).bind_blob(as_text(own->chain));
  } else {
    event_.bind_null().bind_null();
  }
  if (auto failed = event_.run()) return failed;
  return content_.bind(std::string_view(r.text)).bind_blob(r.bytes).run();
}

result<arrival> arrival_of(const database& db, std::int64_t log_row, const record& r) {
  auto there = db.prepare(
      "SELECT bytes FROM event LEFT JOIN content USING(position) WHERE log = ? AND sequence = ?");
  there.bind(log_row).bind(r.id.sequence);
  const bool taken = there.row();
  if (there.failed()) return *there.failed();
  if (!taken) return arrival::stored;
  // What was discarded cannot be compared, and is not wanted back.
  if (there.is_null(0) || there.text(0) == r.bytes) return arrival::duplicate;
  return arrival::conflict;
}

result<std::vector<arrival>> file_records(const database& db, const std::vector<record>& records) {
  filing desk(db);
  std::vector<arrival> arrivals;
  arrivals.reserve(records.size());
  for (const auto& r : records) {
    const auto filed = desk.file(r);
    if (auto failed = fault_of(filed)) return *failed;
    arrivals.push_back(std::get<arrival>(filed));
  }
  if (auto failed = desk.advance_prefixes()) return *failed;
  return arrivals;
}

fault file_marks(const database& db, const log_name& name, log::range gone) {
  const auto row = row_for(db, name);
  if (auto failed = fault_of(row)) return failed;
  auto mark = db.prepare(
      "INSERT OR IGNORE INTO event(log, sequence, severity, worth, kind, subject, wall, kept)"
      " VALUES(?, ?, 0, 0, '', '', 0, 0)");
  const auto last = std::min(gone.last, gone.first + marks_max - 1);
  for (auto sequence = gone.first; is_possible(sequence) && sequence <= last; ++sequence) {
    if (auto failed = mark.bind(std::get<std::int64_t>(row)).bind(sequence).run()) return failed;
  }
  return advance_prefix(db, std::get<std::int64_t>(row));
}

result<log_digest> digest_of_site(const database& db, const log_name& own) {
  auto rows = db.prepare(
      "SELECT publisher, incarnation, prefix FROM (SELECT *, row_number() OVER"
      "   (PARTITION BY publisher ORDER BY incarnation DESC) AS age FROM log WHERE site = ?)"
      " WHERE age <= ? AND (prefix > 0 OR (publisher = ? AND incarnation = ?))"
      " ORDER BY publisher, incarnation");
  rows.bind(own.site).bind(incarnations_in_digest).bind(own.publisher).bind(own.incarnation);
  log_digest digest;
  while (rows.row())
    digest.logs.push_back({rows.text(0), rows.number(1), rows.number(2)});
  if (rows.failed()) return *rows.failed();
  return digest;
}

}  // namespace holdover::store
