// Drills: calls, orders and reports.

#pragma once

#include "core/drill/drill.hpp"
#include "io/wire/reader.hpp"

#include "holdover/v1/drill.pb.h"

namespace holdover::wire {

void encode(const drill::call&, v1::DrillCall& out);
drill::call decode(const v1::DrillCall&, reader&);

void encode(const drill::order&, v1::DrillOrder& out);
drill::order decode(const v1::DrillOrder&, reader&);

void encode(const drill::report&, v1::DrillReport& out);
drill::report decode(const v1::DrillReport&, reader&);

}  // namespace holdover::wire
