// SQLite behind three small owners: a connection, a statement, a transaction.
//
// Errors are values. A statement that could not be prepared, bound or stepped remembers why and
// does nothing more, so that code may bind and run in one line and look once at the end. Every
// failure carries the file's path, SQLite's reason and a remedy.
//
// Durability: write-ahead log with synchronous=FULL, so a commit that was answered survives the
// loss of power. Readers in other processes do not block the writer.
//
// Not thread-safe: one thread at a time uses a connection and everything made from it.

#pragma once

#include "io/store/failure.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace holdover::store {

class statement {
public:
  /// Parameters in the order of their question marks.
  statement& bind(std::int64_t);
  statement& bind(std::uint64_t);  ///< @pre fits into 63 bits.
  statement& bind(std::string_view text);
  statement& bind_blob(std::string_view bytes);
  statement& bind_null();

  /// The next row of the answer; false at the end and after a failure.
  bool row();
  /// Runs to the end and makes ready for the next parameters.
  fault run();
  /// Makes ready for the next parameters after reading rows.
  void again();
  const fault& failed() const { return failed_; }

  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const;
  std::string text(int column) const;  ///< Blobs too, byte for byte.
  bool is_null(int column) const;

private:
  friend class database;
  struct finalize {
    void operator()(sqlite3_stmt*) const;
  };

  statement(sqlite3* on, std::string_view sql);
  void note(int code);

  std::unique_ptr<sqlite3_stmt, finalize> handle_;
  sqlite3* on_;
  int bound_ = 0;
  fault failed_;
};

class database {
public:
  enum class access : std::uint8_t { create, read_only };

  static result<database> open(const std::string& path, access how);

  std::string path() const;
  fault run(const std::string& sql) const;
  statement prepare(std::string_view sql) const { return {handle_.get(), sql}; }
  /// The single value of a query or pragma; 0 if there is none.
  result<std::int64_t> integer(std::string_view sql) const;

private:
  friend class transaction;
  struct close {
    void operator()(sqlite3*) const;
  };

  explicit database(sqlite3* handle) : handle_(handle) {}
  fault prepare_for_writing() const;

  std::unique_ptr<sqlite3, close> handle_;
};

/// Begins at once as a writer; rolls back unless committed.
class transaction {
public:
  explicit transaction(const database& on);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  const fault& failed() const { return failed_; }
  fault commit();

private:
  const database& on_;
  fault failed_;
};

}  // namespace holdover::store
