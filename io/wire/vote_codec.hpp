// Votes on the wire.

#pragma once

#include "core/vote/vote.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/vote.pb.h"

namespace holdover::wire {

void encode(const vote::vote&, v1::Vote& out);
vote::vote decode(const v1::Vote&, reader&);

}  // namespace holdover::wire
