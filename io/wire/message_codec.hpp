// The outer message as protobuf, for the two that turn it into text: bytes and JSON.

#pragma once

#include "core/message.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/envelope.pb.h"

namespace holdover::wire {

void encode(const message&, v1::Message& out);
message decode(const v1::Message&, reader&);

}  // namespace holdover::wire
