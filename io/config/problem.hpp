// What is wrong with a file, where, and what to do about it: printable as compilers do, so that
// editors jump to the place.
//
//   /etc/holdover/site.yaml:12:9: error: unknown key "nmae"; did you mean "name"? [hosts[0]]
//       - nmae: web1
//         ^

#pragma once

#include "core/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace holdover::config {

/// A place in a file, counted from 1; 0 stands for the file as a whole.
struct place {
  int line = 0;
  int column = 0;

  auto operator<=>(const place&) const = default;
};

struct problem {
  std::string file;
  place where;
  site_problem::weight how = site_problem::weight::error;
  std::string text;    ///< What is wrong, and the remedy.
  std::string path;    ///< Of the value: "stages[1].when".
  std::string source;  ///< The line of the file, for the excerpt.
};

/// "error", "warning" or "note".
std::string_view word_for(site_problem::weight);

/// One or three lines, each ended by a newline.
std::string to_string(const problem&);
/// All of them, in order.
std::string to_string(const std::vector<problem>&);

bool has_error(const std::vector<problem>&);

}  // namespace holdover::config
