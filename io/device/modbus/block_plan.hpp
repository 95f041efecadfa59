// Which registers to ask for together: as few questions as the device allows.
//
// Neighbours go into one question. A device that refuses an address refuses the whole question, so
// a refused block is halved until only what the device does not have is left out. What was learned
// holds until the plan is made anew.
//
// Pure.

#pragma once

#include "io/device/modbus/point.hpp"

#include <cstdint>
#include <vector>

namespace holdover::device::modbus {

struct block {
  space where = space::holding;
  std::uint16_t first = 0;
  std::uint16_t count = 0;

  bool operator==(const block&) const = default;
};

class block_plan {
public:
  explicit block_plan(const std::vector<point>&);

  std::vector<block> blocks() const;
  bool empty() const { return groups_.empty(); }

  /// The device has no such address, somewhere in the block. Returns what to ask instead: two
  /// halves, or nothing.
  std::vector<block> refused(const block&);

private:
  /// Pieces that may not be cut, in order.
  using group = std::vector<block>;
  static block whole(const group&);

  std::vector<group> groups_;
};

}  // namespace holdover::device::modbus
