#include "io/store/retention.hpp"

#include <algorithm>

namespace holdover::store {

namespace {

constexpr std::uint64_t step_max = 5000;

// What a batch of events with evidence may need.
constexpr std::uint64_t spare_pages = 64;

result<std::uint64_t> unsigned_integer(const database& db, std::string_view sql) {
  const auto value = db.integer(sql);
  if (auto failed = fault_of(value)) return *failed;
  return static_cast<std::uint64_t>(std::get<std::int64_t>(value));
}

result<std::uint64_t> routine_events(const database& db) {
  return unsigned_integer(db, "SELECT count(*) FROM event WHERE worth < 2 AND kept = 1");
}

result<std::uint64_t> used_bytes(const database& db) {
  return unsigned_integer(db,
                          "SELECT (p.page_count - f.freelist_count) * s.page_size"
                          " FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s");
}

}  // namespace

result<std::uint64_t> discard_routine(const database& db, std::uint64_t how_many) {
  const std::string chosen =
      " WHERE position IN (SELECT position FROM event WHERE worth < 2 AND kept = 1"
      " ORDER BY worth, position LIMIT ?)";
  transaction whole(db);
  if (whole.failed()) return *whole.failed();
  auto content = db.prepare("DELETE FROM content" + chosen);
  if (auto failed = content.bind(how_many).run()) return *failed;
  auto marks = db.prepare("UPDATE event SET kept = 0" + chosen);
  if (auto failed = marks.bind(how_many).run()) return *failed;
  const auto gone = unsigned_integer(db, "SELECT changes()");
  if (auto failed = whole.commit()) return *failed;
  return gone;
}

result<std::uint64_t> beyond(const database& db, const retention& keep) {
  const auto events = routine_events(db);
  if (auto failed = fault_of(events)) return *failed;
  const auto bytes = used_bytes(db);
  if (auto failed = fault_of(bytes)) return *failed;
  const auto kept = std::get<std::uint64_t>(events);
  std::uint64_t excess = kept > keep.routine_events ? kept - keep.routine_events : 0;
  if (std::get<std::uint64_t>(bytes) > keep.bytes) excess = std::max(excess, kept / 8 + 1);
  return std::min({excess, kept, step_max});
}

result<bool> cramped(const database& db) {
  const auto pages = unsigned_integer(db, "SELECT freelist_count FROM pragma_freelist_count");
  if (auto failed = fault_of(pages)) return *failed;
  return std::get<std::uint64_t>(pages) < spare_pages;
}

}  // namespace holdover::store
