// What a node tells people of itself, and what operators ask of it.

#pragma once

#include "core/message.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/status.pb.h"

namespace holdover::wire {

void encode(const node_status&, v1::NodeStatus& out);
node_status decode(const v1::NodeStatus&, reader&);

void encode(const operator_command&, v1::OperatorCommand& out);
operator_command decode(const v1::OperatorCommand&, reader&);

void encode(const operator_answer&, v1::OperatorAnswer& out);
operator_answer decode(const v1::OperatorAnswer&, reader&);

}  // namespace holdover::wire
