#include "io/device/modbus/debouncer.hpp"

#include <algorithm>

namespace holdover::device::modbus {

std::optional<bool> debouncer::look(bool now_is, time_point now) {
  if (!believed_ || believed_ == now_is || time_ <= duration::zero()) {
    candidate_.reset();
    believed_ = now_is;
    return now_is;
  }
  if (candidate_ != now_is) {
    candidate_ = now_is;
    since_ = now;
  }
  if (now - since_ < time_) return std::nullopt;
  candidate_.reset();
  believed_ = now_is;
  return now_is;
}

duration debouncer::again_after() const {
  return std::max<duration>(time_ / 2, 1ms);
}

void debouncer::forget() {
  believed_.reset();
  candidate_.reset();
}

}  // namespace holdover::device::modbus
