// One complete message of every kind, every field set and all values different.

#pragma once

#include "core/message.hpp"

#include <string>
#include <vector>

namespace holdover::wire {

random_id sample_id(std::uint8_t first);
vote::vote sample_host_vote();
vote::vote sample_outlet_vote();
agent::host_beacon sample_host_beacon();
event sample_event(event_payload what);

/// A message of site "hq" by "alpha" around a payload.
message wrap(message_payload what);

/// Every alternative of event_payload, then every other alternative of message_payload.
std::vector<message> every_message();

signed_message sample_signed(std::string bytes);

}  // namespace holdover::wire
