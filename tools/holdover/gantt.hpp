// A chart of who is up until when: one row for each, time from left to right.
//
//   web1    ......--===
//   db1     ............--=======
//           |0s         |5m        |10m

#pragma once

#include "core/time.hpp"

#include <string>
#include <vector>

namespace holdover::tool {

struct gantt_bar {
  enum class kind { waits, holds, stops, remains };
  duration from{};
  duration to{};
  kind how = kind::waits;
};

struct gantt_row {
  std::string label;
  std::vector<gantt_bar> bars;  ///< In order, not overlapping.
};

struct gantt_chart {
  std::string title;
  std::vector<gantt_row> rows;
  duration ends{};  ///< Where the batteries are empty: a line down all rows.
  duration spans{};
};

/// @param columns of the terminal. @param unicode block characters, otherwise ASCII.
std::string to_text(const gantt_chart&, std::size_t columns, bool unicode);
/// A drawing of its own, readable on light and dark.
std::string to_svg(const gantt_chart&);

}  // namespace holdover::tool
