// The chain that shows whether somebody changed, removed or slipped in a row of our own log.
//
// Each own row holds a digest of its content and a chain value made of the previous chain value,
// the row's worth and that digest: like numbered pages where each carries a fingerprint of all
// before it. A discarded row keeps digest and worth, so the chain runs on over it, and a dear row
// cannot pass for a discarded one.
//
// What it does not do: somebody who can write the file and knows this code can compute a new chain.
// Against that stand the signatures in the rows and the copies at the peers.

#pragma once

#include "io/store/database.hpp"
#include "io/store/record.hpp"

namespace holdover::store {

/// Of a row's content; every field with its length, so that no two contents look alike.
hash_value digest_of(const record&, const hash_function&);

/// The value before the first row.
hash_value chain_start(std::string_view database_id, std::string_view site,
                       std::string_view publisher, const hash_function&);

hash_value chain_next(std::string_view previous, worth, std::string_view digest,
                      const hash_function&);

std::string_view as_text(const hash_value&);

struct chain_verdict {
  std::uint64_t checked = 0;
  std::uint64_t discarded = 0;  ///< Of them without content.
  bool whole = true;
  event_id broken_at;  ///< The first row that does not fit.
  std::string why;
};

result<chain_verdict> verify_chain(const database&, const hash_function&);

}  // namespace holdover::store
