// Events with an end: what begins and what is over when a fact of the journal is told.
//
// Facts are told once, as they happen; a job wants to know how long they last. The table of words
// here says which fact begins an event and which ends it:
//
//   UPS     on_battery, bypass, off, testing: one of them at a time, ended by the next state
//           battery_low, replace_battery, overload, forced_shutdown, communication_lost
//   sensor  alarm_low, pre_alarm_low, pre_alarm_high, alarm_high, active, inactive,
//           communication_lost; an alarm is a pre-alarm, too
//   outlet  on, off, communication_lost      host  armed, committed, down, gone, booting, silent,
//                                                  redundancy_lost, redundancy_unknown
//   alarm   the kinds of site_alarm           node  started, storage_failing, peer_lost, …
//   incident open
//
// Names, not numbers: those of the devices differ by their firmware.

#pragma once

#include "core/event.hpp"
#include "core/jobs/job.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdover::jobs {

struct signal {
  origin from = origin::ups;
  std::string subject;
  std::string_view what;
  bool raised = true;
};

/// What a fact begins and ends; most of them nothing that a job could hang on.
std::vector<signal> signals_of(const event_payload&, const std::string& node);

/// The words that a job may ask for.
const std::vector<std::string_view>& words_of(origin);

/// Whether an event is about the power: what it wishes of hosts counts only while too little
/// carries them.
bool is_about_power(const event_source&);

}  // namespace holdover::jobs
