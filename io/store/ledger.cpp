#include "io/store/ledger.hpp"

#include <algorithm>
#include <array>

namespace holdover::store {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

fault remember(const database& db, std::string_view kind, std::string_view name) {
  return db.prepare("INSERT OR IGNORE INTO stopped(kind, name) VALUES(?, ?)")
      .bind(kind)
      .bind(name)
      .run();
}

fault forget(const database& db, std::string_view kind, std::string_view name) {
  return db.prepare("DELETE FROM stopped WHERE kind = ? AND name = ?").bind(kind).bind(name).run();
}

fault note(const database& db, const incident_event& e) {
  if (e.to == "calm") {
    return db.run("UPDATE about SET open_incident = NULL; DELETE FROM stopped;");
  }
  const auto& label = e.incident.bytes;
  return db.prepare("UPDATE about SET open_incident = ?")
      .bind_blob({reinterpret_cast<const char*>(label.data()), label.size()})
      .run();
}

fault note(const database& db, const host_event& e) {
  if (is_one_of(e.what, {"committed", "down", "gone"})) return remember(db, "host", e.host);
  if (is_one_of(e.what, {"running", "back"})) return forget(db, "host", e.host);
  return std::nullopt;
}

fault note(const database& db, const outlet_event& e) {
  if (e.what == "intent_off") return remember(db, "outlet", e.outlet);
  if (e.what == "on") return forget(db, "outlet", e.outlet);
  if (e.what != "off") return std::nullopt;
  // Somebody who pulls an outlet in calm is none of our business.
  return db
      .prepare(
          "INSERT OR IGNORE INTO stopped(kind, name)"
          " SELECT 'outlet', ? FROM about WHERE open_incident IS NOT NULL")
      .bind(e.outlet)
      .run();
}

}  // namespace

fault note_in_ledger(const database& db, const event& e) {
  if (const auto* incident = std::get_if<incident_event>(&e.what)) return note(db, *incident);
  if (const auto* host = std::get_if<host_event>(&e.what)) return note(db, *host);
  if (const auto* outlet = std::get_if<outlet_event>(&e.what)) return note(db, *outlet);
  return std::nullopt;
}

result<recalled> recall(const database& db) {
  recalled left;
  auto label = db.prepare("SELECT open_incident FROM about WHERE open_incident IS NOT NULL");
  if (label.row()) {
    const std::string bytes = label.text(0);
    std::copy_n(bytes.begin(), std::min(bytes.size(), left.incident.bytes.size()),
                left.incident.bytes.begin());
  }
  if (label.failed()) return *label.failed();
  auto names = db.prepare("SELECT kind, name FROM stopped ORDER BY kind, name");
  while (names.row()) {
    auto& list = names.text(0) == "host" ? left.stopped_hosts : left.switched_off_outlets;
    list.push_back(names.text(1));
  }
  if (names.failed()) return *names.failed();
  return left;
}

}  // namespace holdover::store
