// Words shared by several messages: targets, echoes, reports, measurements, observations.
//
// All codecs have the same two shapes: encode(core value, message to fill) and
// decode(message, reader) -> core value.

#pragma once

#include "core/agent/beacon.hpp"
#include "core/identity.hpp"
#include "core/power/observation.hpp"
#include "core/power/reading.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/beacon.pb.h"
#include "holdover/v1/common.pb.h"

namespace holdover::wire {

void encode(const target&, v1::Target& out);
target decode(const v1::Target&, reader&);

void encode(const agent::echo&, v1::Echo& out);
agent::echo decode(const v1::Echo&, reader&);

void encode(const agent::action_report&, v1::ActionReport& out);
agent::action_report decode(const v1::ActionReport&, reader&);

void encode(const power::measurement&, v1::Measurement& out);
/// Without its name and source, for which its label is to stand.
void encode_unnamed(const power::measurement&, v1::Measurement& out);
power::measurement decode(const v1::Measurement&, reader&);

void encode(const power::identity&, v1::DeviceIdentity& out);
power::identity decode(const v1::DeviceIdentity&, reader&);

void encode(const power::observation&, v1::Observation& out);
power::observation decode(const v1::Observation&, reader&);

void encode(const agent::outlet_status&, v1::OutletStatus& out);
agent::outlet_status decode(const v1::OutletStatus&, reader&);

/// Encodes each value of a list into a repeated field.
template <class Values, class Messages>
void encode_list(const Values& values, Messages& out) {
  out.Reserve(static_cast<int>(values.size()));
  for (const auto& value : values)
    encode(value, *out.Add());
}

}  // namespace holdover::wire
