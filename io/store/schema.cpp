#include "io/store/schema.hpp"

#include <array>

namespace holdover::store {

namespace {

constexpr std::int64_t application_id = 0x484F4C44;  // "HOLD"

constexpr const char* first_shape = R"sql(
CREATE TABLE about(
  one           INTEGER PRIMARY KEY CHECK(one = 1),
  database_id   BLOB    NOT NULL,     -- 16 random bytes, made with the file
  site          TEXT    NOT NULL,
  publisher     TEXT    NOT NULL,     -- of the own log
  incarnation   INTEGER NOT NULL,     -- of the own log: +1 per start, and after a rollback
  chain_head    BLOB    NOT NULL,     -- chain value of the last own row
  open_incident BLOB                  -- 16 bytes; NULL: calm
);
CREATE TABLE log(
  id            INTEGER PRIMARY KEY,
  site          TEXT    NOT NULL,
  publisher     TEXT    NOT NULL,
  incarnation   INTEGER NOT NULL,
  prefix        INTEGER NOT NULL DEFAULT 0,
  UNIQUE(site, publisher, incarnation)
);
CREATE TABLE event(
  position      INTEGER PRIMARY KEY,  -- order of arrival here; a cursor for readers
  log           INTEGER NOT NULL REFERENCES log(id),
  sequence      INTEGER NOT NULL,
  severity      INTEGER NOT NULL,     -- 0 debug, 1 info, 2 warning, 3 alarm
  worth         INTEGER NOT NULL,     -- lower is discarded first; see record.hpp
  kind          TEXT    NOT NULL,
  subject       TEXT    NOT NULL,
  wall          INTEGER NOT NULL,     -- Unix milliseconds at the publisher, for people
  kept          INTEGER NOT NULL,     -- 1: it has a row in content; 0: discarded
  digest        BLOB,                 -- own rows: hash of the row's content
  chain         BLOB,                 -- own rows: hash of previous chain value, worth and digest
  UNIQUE(log, sequence)
);
CREATE INDEX event_by_subject ON event(subject);
CREATE INDEX event_by_wall ON event(wall);
CREATE INDEX event_discardable ON event(worth, position) WHERE worth < 2 AND kept = 1;
CREATE TABLE content(
  position      INTEGER PRIMARY KEY REFERENCES event(position),
  text          TEXT    NOT NULL,     -- one line for people
  bytes         BLOB    NOT NULL      -- signed message as published
);
CREATE TABLE stopped(
  kind          TEXT    NOT NULL CHECK(kind IN ('host', 'outlet')),
  name          TEXT    NOT NULL,
  PRIMARY KEY(kind, name)
) WITHOUT ROWID;
)sql";

constexpr std::array migrations{first_shape};

failure refused(const database& db, const std::string& why) {
  return {trouble::not_ours, "journal '" + db.path() + "': " + why};
}

struct shape {
  std::int64_t program = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;
};

result<shape> look_at(const database& db) {
  shape seen;
  const auto read = [&db](const char* sql, std::int64_t& into) -> fault {
    const auto value = db.integer(sql);
    if (const auto* number = std::get_if<std::int64_t>(&value)) into = *number;
    return fault_of(value);
  };
  if (auto failed = read("PRAGMA application_id", seen.program)) return *failed;
  if (auto failed = read("PRAGMA user_version", seen.version)) return *failed;
  if (auto failed = read("SELECT count(*) FROM sqlite_schema", seen.tables)) return *failed;
  return seen;
}

fault refuse_strange(const database& db, const shape& seen) {
  if (seen.tables > 0 && seen.program != application_id) {
    return refused(db,
                   "this is a database of another program; move the file away or name another one");
  }
  if (seen.version > static_cast<std::int64_t>(migrations.size())) {
    return refused(db, "this file was made by a newer version of holdover; update this one");
  }
  return std::nullopt;
}

}  // namespace

fault migrate(const database& db) {
  transaction whole(db);
  if (whole.failed()) return whole.failed();
  const auto seen = look_at(db);
  if (auto failed = fault_of(seen)) return failed;
  const auto& [program, version, tables] = std::get<shape>(seen);
  if (auto failed = refuse_strange(db, std::get<shape>(seen))) return failed;
  if (version == static_cast<std::int64_t>(migrations.size())) return std::nullopt;
  for (auto i = static_cast<std::size_t>(version); i < migrations.size(); ++i) {
    if (auto failed = db.run(migrations[i])) return failed;
  }
  if (auto failed = db.run("PRAGMA application_id = " + std::to_string(application_id)
                           + "; PRAGMA user_version = " + std::to_string(migrations.size()))) {
    return failed;
  }
  return whole.commit();
}

fault check_shape(const database& db) {
  const auto seen = look_at(db);
  if (auto failed = fault_of(seen)) return failed;
  if (auto failed = refuse_strange(db, std::get<shape>(seen))) return failed;
  if (std::get<shape>(seen).version != static_cast<std::int64_t>(migrations.size())) {
    return refused(db, "this is no journal yet, or an older one; start the node once");
  }
  return std::nullopt;
}

}  // namespace holdover::store
