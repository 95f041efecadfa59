// The shape of a journal file, and how older shapes become the newest one.
//
//   about        one row: whose file this is, the incarnation of its own log, the head of the
//   chain,
//                the label of the open incident
//   log          one row per log (site, publisher, incarnation), with its prefix: the number up to
//                which nothing is missing
//   event        one row per event, own or a peer's, in order of arrival. `bytes` is the signed
//                message exactly as published; the columns beside it exist to be searched. NULL
//                bytes: an event that retention discarded; the row stays, so that the chain and the
//                numbers stay whole
//   stopped      hosts and outlets that the open incident has stopped
//
// The text of each migration is fixed once it is released: a change is a new one at the end. PRAGMA
// user_version counts those that a file has had; application_id tells our files from others'.

#pragma once

#include "io/store/database.hpp"

namespace holdover::store {

/// Brings a new or older file to the newest shape; refuses files of others and of the future.
fault migrate(const database&);
/// The same check for somebody who only reads.
fault check_shape(const database&);

}  // namespace holdover::store
