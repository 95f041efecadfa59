#include "io/store/chain.hpp"

namespace holdover::store {

namespace {

void put(std::string& into, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    into.push_back(static_cast<char>((number >> shift) & 0xff));
  }
}

void put(std::string& into, std::string_view field) {
  put(into, static_cast<std::uint64_t>(field.size()));
  into.append(field);
}

struct chained_row {
  record what;
  worth dear = worth::routine;
  std::string digest;
  std::string chain;
  bool discarded = false;
};

chained_row read(const statement& s) {
  chained_row row;
  row.what.id = {s.text(0), s.text(1), s.number(2), s.number(3)};
  row.what.how = static_cast<severity>(s.integer(4));
  row.what.kind = s.text(5);
  row.what.subject = s.text(6);
  row.what.wall_milliseconds = s.integer(7);
  row.what.text = s.text(8);
  row.dear = static_cast<worth>(s.integer(9));
  row.digest = s.text(10);
  row.chain = s.text(11);
  row.discarded = s.is_null(12);
  row.what.bytes = s.text(12);
  return row;
}

/// What is wrong with a row, or nothing.
std::string_view flaw(const chained_row& row, std::string_view previous,
                      const hash_function& hash) {
  if (row.discarded) {
    if (!discardable(row.dear)) return "its content was removed";
  } else {
    if (as_text(digest_of(row.what, hash)) != row.digest) return "its content was changed";
    if (worth_of(row.what.how, row.what.kind) != row.dear) return "its worth was changed";
  }
  if (as_text(chain_next(previous, row.dear, row.digest, hash)) != row.chain) {
    return "it does not follow the row before it: rows were changed, removed or slipped in";
  }
  return {};
}

}  // namespace

std::string_view as_text(const hash_value& value) {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

hash_value digest_of(const record& r, const hash_function& hash) {
  std::string content;
  content.reserve(128 + r.text.size() + r.bytes.size());
  put(content, r.id.site);
  put(content, r.id.publisher);
  put(content, r.id.incarnation);
  put(content, r.id.sequence);
  put(content, static_cast<std::uint64_t>(r.how));
  put(content, r.kind);
  put(content, r.subject);
  put(content, static_cast<std::uint64_t>(r.wall_milliseconds));
  put(content, r.text);
  put(content, r.bytes);
  return hash(content);
}

hash_value chain_start(std::string_view database_id, std::string_view site,
                       std::string_view publisher, const hash_function& hash) {
  std::string content = "holdover-journal-v1";
  put(content, database_id);
  put(content, site);
  put(content, publisher);
  return hash(content);
}

hash_value chain_next(std::string_view previous, worth w, std::string_view digest,
                      const hash_function& hash) {
  std::string content(previous);
  put(content, static_cast<std::uint64_t>(w));
  content.append(digest);
  return hash(content);
}

result<chain_verdict> verify_chain(const database& db, const hash_function& hash) {
  // While this statement is open, SQLite shows the file as of this moment: head and rows agree.
  auto about = db.prepare("SELECT database_id, site, publisher, chain_head FROM about");
  if (!about.row()) {
    if (about.failed()) return *about.failed();
    return chain_verdict{
        .whole = false, .broken_at = {}, .why = "the file does not say whose it is"};
  }
  std::string previous(as_text(chain_start(about.text(0), about.text(1), about.text(2), hash)));
  const std::string head = about.text(3);

  chain_verdict verdict;
  auto rows = db.prepare(
      "SELECT l.site, l.publisher, l.incarnation, e.sequence, e.severity, e.kind, e.subject,"
      " e.wall, c.text, e.worth, e.digest, e.chain, c.bytes"
      " FROM event e JOIN log l ON l.id = e.log LEFT JOIN content c ON c.position = e.position"
      " WHERE e.chain IS NOT NULL ORDER BY e.position");
  while (rows.row()) {
    const chained_row row = read(rows);
    verdict.broken_at = row.what.id;
    if (const auto found = flaw(row, previous, hash); !found.empty()) {
      verdict.whole = false;
      verdict.why = found;
      return verdict;
    }
    previous = row.chain;
    ++verdict.checked;
    if (row.discarded) ++verdict.discarded;
  }
  if (rows.failed()) return *rows.failed();
  if (previous != head) {
    verdict.whole = false;
    verdict.why = "rows after this one were removed";
  } else {
    verdict.broken_at = {};
  }
  return verdict;
}

}  // namespace holdover::store
