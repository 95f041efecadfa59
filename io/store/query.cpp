#include "io/store/query.hpp"

#include "io/store/schema.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace holdover::store {

namespace {

constexpr const char* columns =
    "SELECT e.position, l.site, l.publisher, l.incarnation, e.sequence, e.severity, e.kind,"
    " e.subject, e.wall, c.text, c.bytes FROM event e JOIN log l ON l.id = e.log"
    " JOIN content c ON c.position = e.position";

found_record read(const statement& s) {
  return {.position = s.integer(0),
          .what = {.id = {s.text(1), s.text(2), s.number(3), s.number(4)},
                   .how = static_cast<severity>(s.integer(5)),
                   .kind = s.text(6),
                   .subject = s.text(7),
                   .wall_milliseconds = s.integer(8),
                   .text = s.text(9),
                   .bytes = s.text(10)}};
}

std::string search_for(const filter& f) {
  std::string sql = columns;
  sql += " WHERE e.position > ? AND e.severity >= ?";
  if (f.site) sql += " AND l.site = ?";
  if (f.publisher) sql += " AND l.publisher = ?";
  if (f.kind) sql += " AND e.kind = ?";
  if (f.subject) sql += " AND e.subject = ?";
  if (f.since_wall_milliseconds) sql += " AND e.wall >= ?";
  const std::string_view order = f.newest ? " DESC" : "";
  sql += " ORDER BY ";
  if (f.by_clock) sql.append("e.wall").append(order).append(", ");
  return sql.append("e.position").append(order).append(" LIMIT ?");
}

std::uint64_t clamped(std::uint64_t number) {
  return std::min(number, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

/// The row of a log; 0 if nothing of it is known.
result<std::int64_t> row_of(const database& db, const log_name& name) {
  auto row = db.prepare("SELECT id FROM log WHERE site = ? AND publisher = ? AND incarnation = ?");
  row.bind(name.site).bind(name.publisher).bind(clamped(name.incarnation));
  const bool known = row.row();
  if (row.failed()) return *row.failed();
  return known ? row.integer(0) : 0;
}

void note_discarded(std::vector<log::range>& discarded, std::uint64_t number) {
  if (!discarded.empty() && discarded.back().last + 1 == number)
    discarded.back().last = number;
  else
    discarded.push_back({number, number});
}

}  // namespace

result<std::vector<found_record>> find(const database& db, const filter& f) {
  auto rows = db.prepare(search_for(f));
  rows.bind(f.after_position).bind(static_cast<std::int64_t>(f.at_least));
  if (f.site) rows.bind(*f.site);
  if (f.publisher) rows.bind(*f.publisher);
  if (f.kind) rows.bind(*f.kind);
  if (f.subject) rows.bind(*f.subject);
  if (f.since_wall_milliseconds) rows.bind(*f.since_wall_milliseconds);
  rows.bind(clamped(f.limit));

  std::vector<found_record> found;
  while (rows.row())
    found.push_back(read(rows));
  if (rows.failed()) return *rows.failed();
  if (f.newest) std::reverse(found.begin(), found.end());
  return found;
}

result<range_answer> range_of(const database& db, const log_name& name, log::range wanted,
                              std::size_t bytes_max) {
  const auto log = row_of(db, name);
  if (auto failed = fault_of(log)) return *failed;
  auto rows = db.prepare(
      "SELECT sequence, bytes FROM event LEFT JOIN content USING(position)"
      " WHERE log = ? AND sequence BETWEEN ? AND ? ORDER BY sequence");
  rows.bind(std::get<std::int64_t>(log)).bind(clamped(wanted.first)).bind(clamped(wanted.last));

  range_answer answer;
  std::size_t size = 0;
  while (rows.row()) {
    if (rows.is_null(1)) {
      note_discarded(answer.discarded, rows.number(0));
    } else {
      std::string bytes = rows.text(1);
      if (!answer.events.empty() && size + bytes.size() > bytes_max) return answer;
      size += bytes.size();
      answer.events.push_back(std::move(bytes));
    }
    answer.covered = rows.number(0);
  }
  if (rows.failed()) return *rows.failed();
  answer.covered = wanted.last;
  return answer;
}

result<std::vector<log_state>> logs_of(const database& db) {
  std::vector<log_state> logs;
  auto rows = db.prepare(
      "SELECT site, publisher, incarnation, prefix,"
      " (SELECT coalesce(max(sequence), 0) FROM event WHERE event.log = log.id)"
      " FROM log ORDER BY site, publisher, incarnation");
  while (rows.row()) {
    logs.push_back({{rows.text(0), rows.text(1), rows.number(2)}, rows.number(3), rows.number(4)});
  }
  if (rows.failed()) return *rows.failed();
  return logs;
}

result<std::vector<log::range>> holes_of(const database& db, const log_name& name,
                                         std::size_t limit) {
  const auto log = row_of(db, name);
  if (auto failed = fault_of(log)) return *failed;
  auto rows = db.prepare(
      "SELECT before, sequence FROM (SELECT sequence,"
      "   coalesce(lag(sequence) OVER (ORDER BY sequence), log.prefix) AS before"
      "   FROM event JOIN log ON log.id = event.log WHERE log.id = ? AND sequence > log.prefix)"
      " WHERE sequence > before + 1 ORDER BY sequence LIMIT ?");
  rows.bind(std::get<std::int64_t>(log)).bind(clamped(limit));
  std::vector<log::range> holes;
  while (rows.row())
    holes.push_back({rows.number(0) + 1, rows.number(1) - 1});
  if (rows.failed()) return *rows.failed();
  return holes;
}

result<journal_view> journal_view::open(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return failure{trouble::no_place,
                   "journal '" + path + "': there is no such file; name the journal of a node"};
  }
  auto opened = database::open(path, database::access::read_only);
  if (auto failed = fault_of(opened)) return *failed;
  auto& db = std::get<database>(opened);
  if (auto failed = check_shape(db)) return *failed;
  return journal_view(std::move(db));
}

result<std::string> journal_view::owner() const {
  auto about = db_.prepare("SELECT publisher FROM about");
  const bool known = about.row();
  if (about.failed()) return *about.failed();
  return known ? about.text(0) : std::string();
}

}  // namespace holdover::store
