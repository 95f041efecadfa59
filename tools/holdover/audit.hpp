// `holdover audit verify`: whether a journal is as it was written.
//
// Three proofs, each for what the one before cannot see:
//   chain       a row of the node's own log was changed, removed or slipped in
//   signatures  somebody who can write the file computed the chain anew: each event carries its
//               node's signature over content and number (with the membership document)
//   copy        the end was cut off, or the thief had the node's key, too: what a peer, or a
//   backup,
//               holds of the same logs must be the same (with --against)

#pragma once

#include "tools/holdover/exit_status.hpp"

#include <string>

namespace holdover::tool {

struct audit_options {
  std::string database = "/var/lib/holdover/journal.db";
  std::string members_file;  ///< Empty: signatures are not checked.
  std::string against;       ///< Another journal; empty: none.
  bool json = false;
};

/// fine: whole. failed: it is not, or cannot be read to its end.
exit_status audit_verify(const audit_options&);

}  // namespace holdover::tool
