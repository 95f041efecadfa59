// The shape of a journal file, and how older shapes become the newest one.
//
//   about    one row: whose file this is, the incarnation of its own log, the head of its chain and
//            the label of the open incident
//   log      one row per log (site, publisher, incarnation), with its prefix: the number up to
//            which nothing is missing
//   event    one row per event, own or a peer's, in order of arrival: what is searched by
//   content  the signed message of an event exactly as published, and its line for people. Apart,
//            because only deleted rows give their pages back: when retention discards an event its
//            content goes, and the row above stays, so that numbers and chain stay whole
//   stopped  hosts and outlets that the open incident has stopped
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
