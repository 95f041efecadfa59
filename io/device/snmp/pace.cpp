#include "io/device/snmp/pace.hpp"

#include <algorithm>

namespace holdover::device::snmp {

namespace {

constexpr int doublings_most = 3;  // From the least patience beyond the most.

}  // namespace

pace::milliseconds pace::patience() const {
  return std::min(patience_ * (1 << std::min(silences_, doublings_most)), patience_most);
}

pace::milliseconds pace::silence() const {
  return std::clamp(patience() * 5 / 4, silence_usual, silence_most);
}

void pace::answered(milliseconds took, bool resent) {
  silences_ = 0;
  const auto wanted =
      std::clamp(resent ? took + milliseconds(1000) : took * 2, patience_least, patience_most);
  if (wanted >= patience_)
    patience_ = wanted;
  else if (!resent)
    patience_ = (patience_ + wanted) / 2;
}

void pace::fell_silent() {
  silences_ = std::min(silences_ + 1, doublings_most);
}

}  // namespace holdover::device::snmp
