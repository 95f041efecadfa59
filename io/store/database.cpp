#include "io/store/database.hpp"

#include "core/expects.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <limits>

namespace holdover::store {

namespace {

// A reader or a checkpoint of another process may hold a lock for a moment.
constexpr int busy_milliseconds = 2000;

trouble kind_of(int code, int system_error) {
  const bool disk_full = system_error == ENOSPC || system_error == EDQUOT;
  switch (code & 0xff) {
    case SQLITE_FULL:
      return trouble::full;
    case SQLITE_CORRUPT:
      return trouble::damaged;
    case SQLITE_NOTADB:
      return trouble::not_ours;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return trouble::read_only;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return trouble::in_use;
    case SQLITE_CANTOPEN:
      return disk_full ? trouble::full : trouble::no_place;
    // SQLite calls a disk full only when write() does. Enlarging the shared index, quotas and late
    // allocation show otherwise.
    default:
      return disk_full || code == SQLITE_IOERR_SHMSIZE ? trouble::full : trouble::io;
  }
}

std::string_view remedy(trouble kind) {
  switch (kind) {
    case trouble::no_place:
      return "make its folder and give this user access";
    case trouble::read_only:
      return "make the file and its folder writable for this user";
    case trouble::full:
      return "free space on its file system";
    case trouble::damaged:
      return "check the disk, move the file away and start again; the peers hold copies of what "
             "was "
             "published";
    case trouble::not_ours:
      return "move the file away or name another one";
    case trouble::in_use:
      return "stop the other program that uses it";
    case trouble::unavailable:
      return "ask again later";
    case trouble::io:
      return "check the disk and the kernel's log";
  }
  return "";
}

failure failure_of(sqlite3* on, int code) {
  const char* name = on != nullptr ? sqlite3_db_filename(on, "main") : nullptr;
  const trouble kind = kind_of(code, on != nullptr ? sqlite3_system_errno(on) : 0);
  std::string text = "journal '" + std::string(name != nullptr ? name : "?") + "': ";
  text += on != nullptr ? sqlite3_errmsg(on) : sqlite3_errstr(code);
  return {kind, text + "; " + std::string(remedy(kind))};
}

}  // namespace

// ---- statement ---------------------------------------------------------------------------------

void statement::finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

statement::statement(sqlite3* on, std::string_view sql) : on_(on) {
  sqlite3_stmt* made = nullptr;
  note(sqlite3_prepare_v2(on, sql.data(), static_cast<int>(sql.size()), &made, nullptr));
  handle_.reset(made);
}

void statement::note(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || failed_) return;
  failed_ = failure_of(on_, code);
}

statement& statement::bind(std::int64_t value) {
  if (!failed_) note(sqlite3_bind_int64(handle_.get(), ++bound_, value));
  return *this;
}

statement& statement::bind(std::uint64_t value) {
  expects(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  return bind(static_cast<std::int64_t>(value));
}

statement& statement::bind(std::string_view text) {
  if (!failed_) {
    note(sqlite3_bind_text64(handle_.get(), ++bound_, text.data() != nullptr ? text.data() : "",
                             text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  return *this;
}

statement& statement::bind_blob(std::string_view bytes) {
  if (!failed_) {
    note(sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.data() != nullptr ? bytes.data() : "",
                             bytes.size(), SQLITE_TRANSIENT));
  }
  return *this;
}

statement& statement::bind_null() {
  if (!failed_) note(sqlite3_bind_null(handle_.get(), ++bound_));
  return *this;
}

bool statement::row() {
  if (failed_) return false;
  const int code = sqlite3_step(handle_.get());
  note(code);
  return code == SQLITE_ROW;
}

fault statement::run() {
  while (row()) {
  }
  again();
  return failed_;
}

void statement::again() {
  if (handle_) sqlite3_reset(handle_.get());
  bound_ = 0;
}

std::int64_t statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::uint64_t statement::number(int column) const {
  return static_cast<std::uint64_t>(integer(column));
}

std::string statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return bytes != nullptr ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

bool statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

// ---- database ----------------------------------------------------------------------------------

void database::close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

result<database> database::open(const std::string& path, access how) {
  const int flags =
      SQLITE_OPEN_NOMUTEX
      | (how == access::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  database opened(raw);
  if (code != SQLITE_OK) return failure_of(raw, code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, busy_milliseconds);
  // SQLite opens lazily: only the first look at the file tells whether it is a database at all.
  if (auto failed =
          opened.run("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
                     "PRAGMA cell_size_check = ON; SELECT count(*) FROM sqlite_schema;")) {
    return *failed;
  }
  if (how == access::create) {
    if (auto failed = opened.prepare_for_writing()) return *failed;
  }
  return opened;
}

std::string database::path() const {
  return sqlite3_db_filename(handle_.get(), "main");
}

fault database::prepare_for_writing() const {
  // Where writing is not allowed SQLite falls back to reading without a word.
  if (sqlite3_db_readonly(handle_.get(), "main") == 1) {
    return failure_of(handle_.get(), SQLITE_READONLY);
  }
  auto mode = prepare("PRAGMA journal_mode = WAL");
  if (!mode.row()) return mode.failed();
  if (mode.text(0) != "wal") {
    return failure{trouble::io, "journal '" + path()
                                    + "': its file system cannot keep a write-ahead log; put it on "
                                      "a local disk"};
  }
  // The log is cut back after a burst, so that it does not keep space that the ballast could have.
  return run("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304;");
}

fault database::run(const std::string& sql) const {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return std::nullopt;
  return failure_of(handle_.get(), code);
}

result<std::int64_t> database::integer(std::string_view sql) const {
  auto asked = prepare(sql);
  const bool found = asked.row();
  if (asked.failed()) return *asked.failed();
  return found ? asked.integer(0) : 0;
}

// ---- transaction -------------------------------------------------------------------------------

transaction::transaction(const database& on) : on_(on), failed_(on.run("BEGIN IMMEDIATE")) {}

transaction::~transaction() {
  // After a full disk SQLite may have rolled back by itself; a commit leaves nothing to undo.
  if (sqlite3_get_autocommit(on_.handle_.get()) == 0) on_.run("ROLLBACK");
}

fault transaction::commit() {
  expects(!failed_);
  return on_.run("COMMIT");
}

}  // namespace holdover::store
