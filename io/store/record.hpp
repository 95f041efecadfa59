// An event as the journal keeps it: the signed bytes, and beside them what is searched by.

#pragma once

#include "core/event.hpp"
#include "core/log/sequence.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::store {

using hash_value = std::array<std::uint8_t, 32>;
using hash_function = std::function<hash_value(std::string_view)>;

/// How dear an event is. Retention and overflowing queues give up the lowest first. From `lasting`
/// on nothing is ever discarded from a file: decisions and what was done are kept, however small
/// the severity, because they are what people ask for afterwards.
enum class worth : std::uint8_t { routine_debug = 0, routine, lasting, warning, alarm };
constexpr bool discardable(worth w) {
  return w < worth::lasting;
}

worth worth_of(severity how, std::string_view kind);

struct record {
  event_id id;
  severity how = severity::info;
  std::string kind;
  std::string subject;
  std::int64_t wall_milliseconds = 0;
  std::string text;
  std::string bytes;  ///< Encoded signed_message as published.

  bool operator==(const record&) const = default;
};

record record_of(const event&, std::string bytes);

/// A publisher's numbering between two of its starts.
struct log_name {
  std::string site;
  std::string publisher;
  std::uint64_t incarnation = 0;

  auto operator<=>(const log_name&) const = default;
};

struct log_state {
  log_name name;
  std::uint64_t prefix = 0;   ///< Up to here nothing is missing.
  std::uint64_t highest = 0;  ///< The highest number stored.

  bool operator==(const log_state&) const = default;
};

enum class arrival : std::uint8_t {
  stored,
  duplicate,
  conflict,  ///< The number is taken by another event; the first one stays.
  refused,   ///< A number that no log can have.
};

/// Which records somebody wants; everything that is set must hold.
struct filter {
  std::optional<std::string> site{};
  std::optional<std::string> publisher{};
  std::optional<std::string> kind{};
  std::optional<std::string> subject{};
  severity at_least = severity::debug;
  std::optional<std::int64_t> since_wall_milliseconds{};
  std::int64_t after_position = 0;  ///< For reading on: position of the last record seen.
  std::size_t limit = 1000;
  bool newest = false;  ///< Over the limit keep the newest instead of the oldest.
  /// Ordered by the publishers' clocks instead of by arrival: somebody who reads on page by page,
  /// perhaps at another node, continues from the last time that he saw.
  bool by_clock = false;
};

struct found_record {
  std::int64_t position = 0;
  record what;
};

/// What a log holds between two numbers, in order.
struct range_answer {
  std::vector<std::string> events;    ///< As published.
  std::vector<log::range> discarded;  ///< Once stored, given up since.
  std::uint64_t covered = 0;          ///< Answered up to here; lower than asked if bytes ran out.
};

/// What is left of an unfinished incident, by name. Informs, never authorises (S3).
struct recalled {
  random_id incident;  ///< None: the journal knows of no open incident.
  std::vector<std::string> stopped_hosts;
  std::vector<std::string> switched_off_outlets;
};

}  // namespace holdover::store
