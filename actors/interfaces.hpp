// Who understands what: the whole in-process protocol of a site's node on one page.
//
//   device actors --reading--> policy --votes--> bus           bus --frames--> bus_reader
//        |   |                   ^  \--record--> recorder                        |  |  |
//        |   +--reading--> executor <---------------- votes for outlets ---------+  |  |
//        +--share--> outlet actors                    beacons, observations --------+  |
//        +--record--> recorder <---------------- peers' events, ranges, digests -------+
//                        +--what happens--> jobs --wishes--> policy
//                                 policy --orders, real trouble--> drill <--rehearsals-- bus_reader
//
// Typed handles make a misrouted message a compile error. Add a line here before writing an actor.
// Whatever is supervised answers `alive`.

#pragma once

#include "actors/messages.hpp"

#include <caf/typed_actor.hpp>

namespace holdover::actors {

/// Numbers, journals and publishes; keeps last values for late joiners; mends holes in peers' logs.
using recorder_actor = caf::typed_actor<             //
    caf::reacts_to<record>,                          // Something of ours happened.
    caf::reacts_to<telemetry>,                       // A reading, unlogged.
    caf::reacts_to<frame, message>,                  // From a peer or tap: events, ranges, digests.
    caf::reacts_to<flush_atom>,                      // INTERNAL: send the readings that wait.
    caf::reacts_to<wake_atom>,                       // INTERNAL: its timer.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// Hosts the site machine on the safety thread.
using policy_actor = caf::typed_actor<               //
    caf::reacts_to<fact>,                            // Something was seen or heard.
    caf::reacts_to<operator_request>,                // Status, hold, release, orders to a UPS.
    caf::reacts_to<ups_order_done>,                  // What became of such an order.
    caf::reacts_to<wake_atom>,                       // INTERNAL: the deadline it asked for.
    caf::reacts_to<clock_atom>,                      // INTERNAL: time to read the wall clock.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// Drives one outlet unit on k votes.
using executor_actor = caf::typed_actor<             //
    caf::reacts_to<vote::received_vote>,             // A vote for one of its outlets.
    caf::reacts_to<power::outlet_unit_reading>,      // Its unit was read.
    caf::reacts_to<switching_answered>,              // Its unit answered a switching.
    caf::reacts_to<unattended_atom>,                 // Its unit's device actor has ended.
    caf::reacts_to<wake_atom>,                       // INTERNAL.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// One UPS, outlet unit, sensor or interface: asks its driver, tells what it heard.
using device_actor = caf::typed_actor<               //
    caf::reacts_to<read_atom>,                       // Read now.
    caf::reacts_to<hint_atom>,                       // Something may be new: read soon.
    caf::reacts_to<alert_atom, bool>,                // Poll fast, or calmly again.
    caf::reacts_to<switch_request>,                  // Outlet units only.
    caf::reacts_to<ups_order_request>,               // UPSes only.
    caf::reacts_to<ups_order_taken>,                 // INTERNAL: from the driver's thread.
    caf::reacts_to<reading_arrived>,                 // INTERNAL: from the driver's thread.
    caf::reacts_to<wake_atom>,                       // INTERNAL: time to read.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// One outlet: its state and what becomes of it, as events.
using outlet_actor = caf::typed_actor<               //
    caf::reacts_to<outlet_share>,                    // From its unit.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// Does what jobs of the site file ask for.
using jobs_actor = caf::typed_actor<                 //
    caf::reacts_to<record>,                          // Something was journaled here.
    caf::reacts_to<peer_job>,                        // A peer journaled something of a job.
    caf::reacts_to<battery_told>,                    // A UPS was read.
    caf::reacts_to<job_news>,                        // A mail or program is over, or delayed.
    caf::reacts_to<job_release>,                     // An operator ends what a job wishes.
    caf::reacts_to<recalled_ptr>,                    // INTERNAL: the journal's answer.
    caf::reacts_to<wake_atom>,                       // INTERNAL.
    caf::reacts_to<clock_atom>,                      // INTERNAL: time to read the wall clock.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// A second mind that rehearses an outage; see core/drill.
using drill_actor = caf::typed_actor<                //
    caf::reacts_to<drill_request>,                   // An operator starts, stops or looks.
    caf::reacts_to<drill_heard>,                     // A beacon or call of a drill, real trouble.
    caf::reacts_to<clock_atom>,                      // INTERNAL: a cut's time is over.
    caf::reacts_to<last_drill>,                      // INTERNAL: the journal's answer.
    caf::reacts_to<flush_atom>,                      // INTERNAL: whether one is overdue.
    caf::reacts_to<wake_atom>,                       // INTERNAL.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

/// Turns frames into verified core values and hands them to whom they concern.
using bus_reader_actor = caf::typed_actor<           //
    caf::reacts_to<frame>,                           // From the bus thread.
    caf::replies_to<alive_atom>::with<alive_atom>>;  //

}  // namespace holdover::actors
