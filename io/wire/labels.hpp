// What the measurements of a batch are called, each name and source spelled out once.
//
// Names take most of a reading's bytes, and all of them are hashed for the signature, sealed,
// copied and checked. In a batch the same ones come again and again, for they are those of a kind
// of device, not of one device. They come in the same order, too, so the label after the last one
// used is tried before the map.

#pragma once

#include "core/power/reading.hpp"

#include "holdover/v1/envelope.pb.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace holdover::wire {

class label_list {
public:
  explicit label_list(v1::TelemetryBatch& of) : of_(of) {}

  /// Its place in the list, counted from 1. The measurement must outlive the list.
  std::uint32_t number_of(const power::measurement&);

private:
  using label = std::pair<std::string_view, std::string_view>;  ///< Name and source.

  void add(const label&);

  v1::TelemetryBatch& of_;
  std::vector<label> labels_;
  std::map<label, std::size_t> places_;
  std::size_t next_ = 0;
};

}  // namespace holdover::wire
