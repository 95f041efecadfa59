// The rules behind diagnose(): each looks at one thing and adds what it finds.

#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <vector>

namespace holdover::diagnosis {

using findings = std::vector<finding>;

/// A number that may be relied on.
std::optional<double> good(const std::vector<power::measurement>&, std::string_view name);
/// "59 days", or hours if there are few.
std::string coarse(duration);

// What it says now: look_now.cpp
void alarms(const evidence&, findings&);
void load(const evidence&, findings&);
void temperature(const evidence&, findings&);
void quality(const evidence&, findings&);
void card_clock(const evidence&, findings&);
void battery_age(const evidence&, findings&);
void protection(const evidence&, findings&);

// What the journal tells: look_back.cpp
void self_tests(const evidence&, findings&);
void lost_contact(const evidence&, findings&);
void restarts(const evidence&, findings&);
void firmware(const evidence&, findings&);
void shrinking_runtime(const evidence&, findings&);
void measured_runtime(const evidence&, findings&);

}  // namespace holdover::diagnosis
