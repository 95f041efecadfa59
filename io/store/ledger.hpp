// What the open incident has stopped, kept in step with the events in the same transaction, so that
// a restarted node starts those hosts and outlets again (S3, S6).
//
// Read from events alone this would need a search through the whole journal, and retention would
// have to spare what it needs. The ledger is a few rows.
//
//   incident    to anything but calm: opens, or takes the new label; to calm: everything is
//   forgotten host        committed, down, gone: stopped; running, back: forgotten outlet      off
//   while an incident is open: switched off; on: forgotten; intent_off: switched off,
//               for a node that dies between the intent and the result must assume that it happened
//
// A host may commit before this node opens its own incident, so hosts are noted in calm, too.

#pragma once

#include "io/store/database.hpp"
#include "io/store/record.hpp"

namespace holdover::store {

/// Inside the transaction that stores the event.
fault note_in_ledger(const database&, const event&);

result<recalled> recall(const database&);

}  // namespace holdover::store
