// Findings of an experienced installer who reads a site file: it may run, but should it?
//
// validate() says what a site cannot be; this says what it will do on a bad day: which stage never
// comes, who falls on a blip, which switch makes whom unreachable, which UPS takes the quorum with
// it, which card is switched off by the outage that it should watch. Each finding names the place
// to mend and the remedy. One mistake is one finding: what many hosts share is said once.
//
// Decisions worth knowing:
//   - Nothing is guessed. A finding about switches needs switches in the file, one about runtime
//     needs a runtime. Silence about what was not said is no verdict.
//   - Errors are few: a quorum that a plan ends before its last stage, and parts that cannot be put
//     together. Everything else runs, so it is a warning; what is merely worth knowing is a note.
//   - A lab may do what it likes with time: rules about blips and reserves are left out there.

#pragma once

#include "core/site.hpp"
#include "core/site_assets.hpp"

#include <vector>

namespace holdover {

/// Also of a site that validate() refuses: what points nowhere is left out of the picture. Lists of
/// the assets that are short count as empty.
std::vector<site_problem> review(const site&, const site_assets&);

}  // namespace holdover
