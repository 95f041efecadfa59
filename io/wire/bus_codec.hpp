// Telemetry, and how logs are compared and repaired.

#pragma once

#include "core/message.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/envelope.pb.h"

namespace holdover::wire {

void encode(const ups_telemetry&, v1::UpsTelemetry& out);
ups_telemetry decode(const v1::UpsTelemetry&, reader&);

void encode(const outlet_telemetry&, v1::OutletTelemetry& out);
outlet_telemetry decode(const v1::OutletTelemetry&, reader&);

void encode(const sensor_telemetry&, v1::SensorTelemetry& out);
sensor_telemetry decode(const v1::SensorTelemetry&, reader&);

void encode(const telemetry_batch&, v1::TelemetryBatch& out);
telemetry_batch decode(const v1::TelemetryBatch&, reader&);

void encode(const policy::node_word&, v1::NodeWord& out);
policy::node_word decode(const v1::NodeWord&, reader&);
void encode(const log_digest&, v1::LogDigest& out);
log_digest decode(const v1::LogDigest&, reader&);

void encode(const range_request&, v1::RangeRequest& out);
range_request decode(const v1::RangeRequest&, reader&);

/// The events stay the very bytes that were signed.
void encode(const event_range&, v1::EventRange& out);
event_range decode(const v1::EventRange&, reader&);

void encode(const snapshot_request&, v1::SnapshotRequest& out);
snapshot_request decode(const v1::SnapshotRequest&, reader&);

}  // namespace holdover::wire
