// Messages as JSON for people and scripts: protobuf's own mapping, with the field names of the
// schema, one line. Ids and evidence are base64, durations are "1.5s", counters are strings.

#pragma once

#include "core/message.hpp"

#include <string>

namespace holdover::wire {

std::string to_json(const message&);

}  // namespace holdover::wire
