#include "io/store/journal.hpp"

#include "io/store/chain.hpp"
#include "io/store/ledger.hpp"
#include "io/store/peers.hpp"
#include "io/store/schema.hpp"

#include <algorithm>
#include <utility>

namespace holdover::store {

namespace {

std::string_view as_text(const random_id& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

template <std::size_t n>
void copy_bytes(const std::string& from, std::array<std::uint8_t, n>& to) {
  std::copy_n(from.begin(), std::min(from.size(), n), to.begin());
}

result<database> open_database(const std::string& path) {
  auto opened = database::open(path, database::access::create);
  if (auto failed = fault_of(opened)) return *failed;
  if (auto failed = migrate(std::get<database>(opened))) return *failed;
  return opened;
}

// A backup may be many starts old, but a peer that lies must not use up all numbers at once.
constexpr std::uint64_t starts_max = 1'000'000;

}  // namespace

// ---- opening -----------------------------------------------------------------------------------

result<journal> journal::open(journal_options options) {
  if (auto failed = check_place(options.path)) return *failed;
  auto claimed = claim::take(options.path);
  if (auto failed = fault_of(claimed)) return *failed;
  if (auto failed = make_file(options.path)) return *failed;

  ballast reserve(options.path + ".ballast", options.ballast_bytes);
  auto db = open_database(options.path);
  if (is_full(fault_of(db)) && reserve.drop()) db = open_database(options.path);
  if (auto failed = fault_of(db)) return *failed;

  journal opened(std::move(options), std::move(std::get<claim>(claimed)), std::move(reserve),
                 std::move(std::get<database>(db)));
  if (auto failed = opened.with_reserve([&opened] { return opened.start(); })) return *failed;
  opened.ballast_.take();
  return opened;
}

journal::journal(journal_options options, claim claimed, ballast reserve, database db)
    : options_(std::move(options)),
      claim_(std::move(claimed)),
      ballast_(std::move(reserve)),
      db_(std::move(db)) {}

fault journal::start() {
  if (auto failed = begin_own_file()) return failed;
  auto about =
      db_.prepare("SELECT database_id, site, publisher, incarnation, chain_head FROM about");
  if (!about.row()) return about.failed();
  if (about.text(1) != options_.site || about.text(2) != options_.publisher) {
    return failure{trouble::not_ours, "journal '" + options_.path + "': belongs to " + about.text(2)
                                          + " of site " + about.text(1) + ", not to "
                                          + options_.publisher + " of site " + options_.site
                                          + "; move the file away or name another one"};
  }
  copy_bytes(about.text(0), database_id_.bytes);
  copy_bytes(about.text(4), head_);
  const auto last = about.number(3);
  about.again();
  return begin_incarnation(last);
}

fault journal::begin_own_file() {
  transaction whole(db_);
  if (whole.failed()) return whole.failed();
  const auto known = db_.integer("SELECT count(*) FROM about");
  if (auto failed = fault_of(known)) return failed;
  if (std::get<std::int64_t>(known) > 0) return std::nullopt;

  auto random = db_.prepare("SELECT randomblob(16)");
  if (!random.row()) return random.failed();
  const std::string id =
      options_.database_id ? std::string(as_text(*options_.database_id)) : random.text(0);
  random.again();
  const auto head = chain_start(id, options_.site, options_.publisher, options_.hash);
  auto about = db_.prepare(
      "INSERT INTO about(one, database_id, site, publisher, incarnation, chain_head)"
      " VALUES(1, ?, ?, ?, 0, ?)");
  about.bind_blob(id).bind(options_.site).bind(options_.publisher).bind_blob(store::as_text(head));
  if (auto failed = about.run()) return failed;
  return whole.commit();
}

fault journal::begin_incarnation(std::uint64_t above) {
  transaction whole(db_);
  if (whole.failed()) return whole.failed();
  // Peers may have given back later logs of ours than this file knew of.
  const auto floor = std::max(above, incarnation_);
  auto known = db_.prepare(
      "SELECT coalesce(max(incarnation), 0) FROM log"
      " WHERE site = ? AND publisher = ? AND incarnation < ?");
  known.bind(options_.site).bind(options_.publisher).bind(floor + starts_max);
  if (!known.row()) return known.failed();
  const auto next = std::max(floor, known.number(0)) + 1;
  known.again();

  if (auto failed = db_.prepare("UPDATE about SET incarnation = ?").bind(next).run()) return failed;
  const auto row = row_for(db_, {options_.site, options_.publisher, next});
  if (auto failed = fault_of(row)) return failed;
  if (auto failed = whole.commit()) return failed;
  incarnation_ = next;
  own_row_ = std::get<std::int64_t>(row);
  next_ = 1;
  return std::nullopt;
}

// ---- own log -----------------------------------------------------------------------------------

result<std::vector<std::string>> journal::append(std::vector<event>& events) {
  auto records = seal(events);
  hash_value head = head_;
  const auto write = [&] {
    head = head_;
    return write_own(events, records, head);
  };
  if (auto failed = with_reserve(write)) return *failed;
  head_ = head;
  next_ += records.size();

  std::vector<std::string> sealed;
  sealed.reserve(records.size());
  for (auto& r : records)
    sealed.push_back(std::move(r.bytes));
  return sealed;
}

std::vector<record> journal::seal(std::vector<event>& events) {
  std::vector<record> records;
  records.reserve(events.size());
  std::vector<event> kept;
  kept.reserve(events.size());
  for (auto& e : events) {
    e.id = {options_.site, options_.publisher, incarnation_, next_ + records.size()};
    std::string bytes = options_.seal(e);
    if (bytes.empty()) {
      ++unsealed_;
      continue;
    }
    records.push_back(record_of(e, std::move(bytes)));
    kept.push_back(std::move(e));
  }
  events = std::move(kept);
  return records;
}

fault journal::write_own(const std::vector<event>& events, const std::vector<record>& records,
                         hash_value& head) const {
  transaction whole(db_);
  if (whole.failed()) return whole.failed();
  inserter insert(db_);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& r = records[i];
    const auto digest = digest_of(r, options_.hash);
    head = chain_next(store::as_text(head), worth_of(r.how, r.kind), store::as_text(digest),
                      options_.hash);
    if (auto failed = insert.insert(own_row_, r, inserter::link{digest, head})) return failed;
    if (auto failed = note_in_ledger(db_, events[i])) return failed;
  }
  auto log = db_.prepare("UPDATE log SET prefix = ? WHERE id = ?");
  if (auto failed = log.bind(next_ - 1 + records.size()).bind(own_row_).run()) return failed;
  auto about = db_.prepare("UPDATE about SET chain_head = ?");
  if (auto failed = about.bind_blob(store::as_text(head)).run()) return failed;
  return whole.commit();
}

result<bool> journal::own_log_announced(std::uint64_t incarnation, std::uint64_t highest) {
  const bool more_than_ours =
      incarnation > incarnation_ || (incarnation == incarnation_ && highest >= next_);
  if (!more_than_ours || !believable(incarnation)) return false;
  if (auto failed = with_reserve([&] { return begin_incarnation(incarnation); })) return *failed;
  return true;
}

result<recalled> journal::recall() const {
  return store::recall(db_);
}

// ---- peers' logs -------------------------------------------------------------------------------

result<std::vector<arrival>> journal::store_peers(const std::vector<record>& records) {
  // Before anything is filed, so that our new log lies beyond all that comes back.
  for (const auto& r : records) {
    const auto betrayed = betrays_rollback(r);
    if (auto failed = fault_of(betrayed)) return *failed;
    if (!std::get<bool>(betrayed)) continue;
    const auto above = r.id.incarnation;
    if (auto failed = with_reserve([&] { return begin_incarnation(above); })) return *failed;
  }
  std::vector<arrival> arrivals;
  const auto write = [&] { return write_peers(records, arrivals); };
  if (auto failed = with_reserve(write)) return *failed;
  return arrivals;
}

bool journal::believable(std::uint64_t incarnation) const {
  return is_possible(incarnation) && incarnation < incarnation_ + starts_max;
}

/// Somebody holds an event of our current log that we have not written: the file was set back.
result<bool> journal::betrays_rollback(const record& r) const {
  if (r.id.site != options_.site || r.id.publisher != options_.publisher) return false;
  if (r.id.incarnation < incarnation_ || !believable(r.id.incarnation)) return false;
  if (r.id.incarnation > incarnation_ || r.id.sequence >= next_) return true;
  const auto seen = arrival_of(db_, own_row_, r);
  if (auto failed = fault_of(seen)) return *failed;
  return std::get<arrival>(seen) == arrival::conflict;
}

fault journal::write_peers(const std::vector<record>& records,
                           std::vector<arrival>& arrivals) const {
  arrivals.clear();
  transaction whole(db_);
  if (whole.failed()) return whole.failed();
  auto stored = file_records(db_, records);
  if (auto failed = fault_of(stored)) return failed;
  arrivals = std::move(std::get<std::vector<arrival>>(stored));
  return whole.commit();
}

fault journal::write_off(const log_name& name, log::range gone) {
  return with_reserve([&]() -> fault {
    transaction whole(db_);
    if (whole.failed()) return whole.failed();
    if (auto failed = file_marks(db_, name, gone)) return failed;
    return whole.commit();
  });
}

result<log_digest> journal::digest() const {
  return digest_of_site(db_, own_log());
}

}  // namespace holdover::store
