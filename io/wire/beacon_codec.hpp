// Beacons of agents and outlet executors on the wire.

#pragma once

#include "core/agent/beacon.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/beacon.pb.h"

namespace holdover::wire {

void encode(const agent::host_beacon&, v1::HostBeacon& out);
agent::host_beacon decode(const v1::HostBeacon&, reader&);

void encode(const agent::executor_beacon&, v1::ExecutorBeacon& out);
agent::executor_beacon decode(const v1::ExecutorBeacon&, reader&);

}  // namespace holdover::wire
