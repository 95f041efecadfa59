// Events on the wire. Site, publisher and age of an event are those of the message around it; the
// message codec puts them there and back.

#pragma once

#include "core/event.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/event.pb.h"

namespace holdover::wire {

void encode(const event&, v1::Event& out);
event decode(const v1::Event&, reader&);

}  // namespace holdover::wire
