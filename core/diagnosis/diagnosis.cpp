#include "core/diagnosis/diagnosis.hpp"

#include "core/diagnosis/rules.hpp"

#include <algorithm>

namespace holdover::diagnosis {

std::string_view to_string(weight how) {
  switch (how) {
    case weight::note:
      return "note";
    case weight::warning:
      return "warning";
    case weight::alarm:
      return "alarm";
  }
  return "unknown";
}

std::vector<finding> diagnose(const evidence& about) {
  findings found;
  for (const auto rule :
       {alarms, protection, load, temperature, quality, battery_age, card_clock, self_tests,
        shrinking_runtime, measured_runtime, lost_contact, restarts, firmware})
    rule(about, found);
  std::ranges::stable_sort(found, [](const finding& a, const finding& b) { return a.how > b.how; });
  return found;
}

}  // namespace holdover::diagnosis
