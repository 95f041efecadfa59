// A folder that goes away with the test, a journal in it, and events to write.

#pragma once

#include "io/store/journal.hpp"
#include "tests/support/scratch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

namespace holdover::store {

using temporary_folder = support::scratch;

/// Good enough to notice a changed byte; what ships is given by io/keys.
inline hash_value plain_hash(std::string_view text) {
  hash_value value{};
  std::uint64_t state = 0xcbf29ce484222325;
  for (std::size_t lane = 0; lane < value.size(); lane += 8) {
    state += lane;
    for (const char c : text)
      state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    for (std::size_t i = 0; i < 8; ++i)
      value[lane + i] = static_cast<std::uint8_t>(state >> (8 * i));
  }
  return value;
}

inline std::string plain_seal(const event& e) {
  const auto* host = std::get_if<host_event>(&e.what);
  return (host != nullptr ? host->evidence : "") + e.id.publisher + "/"
         + std::to_string(e.id.incarnation) + "/" + std::to_string(e.id.sequence) + " "
         + to_string(e);
}

inline journal_options options_at(const std::string& path, std::string publisher = "alpha") {
  return {.path = path,
          .site = "demo",
          .publisher = std::move(publisher),
          .hash = plain_hash,
          .seal = plain_seal,
          .ballast_bytes = 0,
          .keep = {},
          .database_id = {}};
}

inline event make_event(event_payload what, severity how = severity::info) {
  event e;
  e.how = how;
  e.wall_milliseconds = 1'700'000'000'000;
  e.what = std::move(what);
  return e;
}

inline event node_says(const std::string& what) {
  return make_event(node_event{what, ""});
}
inline event host_is(const std::string& host, const std::string& what) {
  return make_event(
      host_event{.host = host, .what = what, .from = "", .detail = "", .evidence = ""});
}
/// Dear, so that retention cannot help, and large.
inline event large_event(std::size_t bytes) {
  auto e = host_is("web1", "down");
  std::get<host_event>(e.what).evidence = std::string(bytes, 'x');
  return e;
}
inline event outlet_is(const std::string& outlet, const std::string& what) {
  return make_event(outlet_event{.outlet = outlet, .what = what, .detail = "", .evidence = {}});
}

constexpr random_id label{{7, 7, 7}};
inline event incident_goes(const std::string& from, const std::string& to, random_id id = label) {
  return make_event(incident_event{id, from, to, "test"});
}

template <class T>
T must(result<T> r) {
  if (const auto* failed = std::get_if<failure>(&r)) {
    ADD_FAILURE() << failed->text;
    std::abort();
  }
  return std::move(std::get<T>(r));
}

inline journal open_journal(const std::string& path) {
  return must(journal::open(options_at(path)));
}

/// What open() says about a path that it must refuse.
inline failure refusal_of(journal_options options) {
  auto opened = journal::open(std::move(options));
  if (const auto* failed = std::get_if<failure>(&opened)) return *failed;
  ADD_FAILURE() << "opened although it must not";
  return {};
}

inline std::vector<std::string> append(journal& to, std::vector<event> events) {
  return must(to.append(events));
}

/// An event of a peer's log.
inline record peer_record(std::uint64_t sequence, std::uint64_t incarnation = 1,
                          const std::string& publisher = "beta") {
  event e = node_says("restarted");
  e.id = {"demo", publisher, incarnation, sequence};
  return record_of(e, plain_seal(e));
}

inline const log_name beta_log{"demo", "beta", 1};

}  // namespace holdover::store
