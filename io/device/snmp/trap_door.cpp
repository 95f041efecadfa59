#include "io/device/snmp/trap_door.hpp"

#include <algorithm>
#include <utility>

namespace holdover::device::snmp {

void trap_door::know(const std::string& address, std::size_t source) {
  auto& sources = known_[address].sources;
  if (std::ranges::find(sources, source) == sources.end()) sources.push_back(source);
}

trap_door::verdict trap_door::knock(const std::string& address, time_point now) {
  const auto found = known_.find(address);
  if (found == known_.end()) {
    if (strangers_.size() >= strangers_told || !strangers_.insert(address).second)
      return verdict::stranger;
    return verdict::new_stranger;
  }
  auto& who = found->second;
  const auto grown = std::max<std::int64_t>((now - who.filled_at) / refill, 0);
  if (grown >= burst - who.left) {
    who.left = burst;
    who.filled_at = now;
    who.storming = false;
  } else {
    who.left += grown;
    who.filled_at += grown * refill;
  }
  if (who.left > 0) {
    --who.left;
    return verdict::come_in;
  }
  return std::exchange(who.storming, true) ? verdict::storm : verdict::new_storm;
}

const std::vector<std::size_t>& trap_door::sources_at(const std::string& address) const {
  static const std::vector<std::size_t> none;
  const auto found = known_.find(address);
  return found == known_.end() ? none : found->second.sources;
}

}  // namespace holdover::device::snmp
