#include "io/device/megatec/settings.hpp"

#include "io/device/words.hpp"

#include <algorithm>
#include <array>

namespace holdover::device::megatec {

namespace {

constexpr std::array<std::uint32_t, 5> bauds{1200, 2400, 4800, 9600, 19200};

}  // namespace

std::string problem_with(const settings& s) {
  if (std::ranges::find(bauds, s.baud) == bauds.end())
    return "baud must be 1200, 2400 (usual), 4800, 9600 or 19200";
  const auto& path = s.pass_through;
  if (!path.empty() && (path[0] != '/' || path.find_first_of(" \t=") != std::string::npos))
    return "pass_through must be an absolute path without blanks, such as /run/holdover/ups";
  return {};
}

std::string to_text(const settings& s) {
  return word("baud", s.baud).substr(1)
         + (s.pass_through.empty() ? "" : word("pass_through", s.pass_through));
}

std::pair<settings, std::string> settings_from(std::string_view text) {
  words given(text);
  settings out;
  out.baud = given.whole("baud", 1, 1'000'000).value_or(out.baud);
  out.pass_through = given.text("pass_through").value_or("");
  auto problem = given.problem();
  if (problem.empty()) problem = problem_with(out);
  return {out, std::move(problem)};
}

}  // namespace holdover::device::megatec
