// What a poll remembers about the ways of one device.

#pragma once

#include "io/device/snmp/value.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <vector>

namespace holdover::device::snmp {

/// What one request may look like. Agents that cannot take many names, or no GETBULK, say so, or
/// say nothing: as long as no way has worked, each silent reading tries the next. What has worked
/// is kept, because a silence then means that the device is gone.
class manners {
public:
  std::size_t names() const { return sizes[size_]; }
  void get_worked() { size_proven_ = true; }
  void get_stayed_silent() {
    if (!size_proven_) size_ = (size_ + 1) % sizes.size();
  }

  bool bulk() const { return bulk_; }
  void walk_worked() { bulk_proven_ = true; }
  void walk_stayed_silent() {
    if (!bulk_proven_) bulk_ = !bulk_;
  }

private:
  static constexpr std::array<std::size_t, 3> sizes{40, 10, 1};
  std::size_t size_ = 0;
  bool size_proven_ = false;
  bool bulk_ = true;
  bool bulk_proven_ = false;
};

/// What was found on the device, for a while.
class survey {
public:
  /// To be asked before each reading: whether the device has to be explored first.
  bool due() {
    if (readings_left_ == 0) return true;
    --readings_left_;
    return false;
  }
  void found(std::vector<object_id> rows) {
    rows_ = std::move(rows);
    missing_.clear();
    readings_left_ = readings_max;
  }
  void forget() { readings_left_ = 0; }

  const std::vector<object_id>& rows() const { return rows_; }
  bool lacks(const object_id& name) const { return missing_.contains(name); }
  void note_missing(const object_id& name) { missing_.insert(name); }

private:
  static constexpr unsigned readings_max = 150;
  std::vector<object_id> rows_;
  std::set<object_id> missing_;
  unsigned readings_left_ = 0;
};

}  // namespace holdover::device::snmp
