// What a journal tells of the past: events in the order of their clocks, grouped into outages.
//
// Each node opens an incident of its own under a label of its own. Those that overlap are one
// outage to people, so they are joined here.

#pragma once

#include "core/event.hpp"
#include "tools/holdover/client.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::tool {

struct told {
  event what;
  std::string signer;  ///< Of the event as it was published.
};

struct outage {
  std::int64_t from_milliseconds = 0;
  std::optional<std::int64_t> to_milliseconds;             ///< Absent: not over in this journal.
  std::map<std::string, std::vector<std::string>> labels;  ///< By node.
};

struct past {
  std::string source;        ///< Where it was read.
  std::vector<told> events;  ///< By wall clock, then publisher and number.
  std::vector<outage> outages;
  std::vector<std::string> gaps;  ///< What is missing, in words.
};

/// From a journal's file: of a running node, or a copy. Opened for reading only.
std::variant<past, std::string> read_journal(const std::string& file);

/// From a running node, as far back as it tells.
std::variant<past, std::string> ask_node(const access&, const std::string& node);

/// Joins incidents; for tests.
std::vector<outage> join_incidents(const std::vector<told>&);

}  // namespace holdover::tool
