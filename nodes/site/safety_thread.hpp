// How the safety path runs: under SCHED_FIFO where that is asked for and allowed, or why not.
//
// On a starved processor a durable commit took 4 ms at normal priority and 0.15 ms under
// SCHED_FIFO; votes gain the same. Without the right to it the node works all the same and says so.

#pragma once

#include <string>

namespace holdover::site_node {

/// Raises the calling thread; returns how it runs now, in words. 0 asks for normal scheduling.
std::string enter_safety_thread(int realtime_priority);

}  // namespace holdover::site_node
