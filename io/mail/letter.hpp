// One mail as it crosses the wire: RFC 5322, plain text.
//
// Everything in it may come from a device or a config file, so nothing of it is trusted to keep
// within its line: control characters never reach a header, and the text travels in base64, where
// no line is too long and no dot stands alone.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::mail {

struct letter {
  std::string subject;
  std::string text;
  std::vector<std::string> to;
};

/// @param id of the message, without brackets.
std::string compose(const letter&, const std::string& from, std::string_view id,
                    std::chrono::system_clock::time_point date);

}  // namespace holdover::mail
