// How much a journal keeps, and what it gives up.
//
// Only routine events (see worth) are ever given up, the least dear and oldest first, and what goes
// is their content: the row stays as a mark of some hundred bytes, so that numbers, prefixes and
// the chain stay whole and a late copy is not taken for news. Decisions, effects, evidence,
// warnings and alarms stay for good; a site makes a few megabytes of them in a year.

#pragma once

#include "io/store/database.hpp"

#include <cstdint>

namespace holdover::store {

struct retention {
  std::uint64_t bytes = 256ull << 20;        ///< Of the file.
  std::uint64_t routine_events = 1'000'000;  ///< With content.
};

/// Gives up the content of so many routine events. @return how many there were.
result<std::uint64_t> discard_routine(const database&, std::uint64_t how_many);

/// How many have to go now; a bounded number, so that nobody waits long for it.
result<std::uint64_t> beyond(const database&, const retention&);

/// The file has hardly a free page inside: what is written next will make it grow.
result<bool> cramped(const database&);

}  // namespace holdover::store
