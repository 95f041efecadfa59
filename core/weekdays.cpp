#include "core/weekdays.hpp"

#include <string_view>

namespace holdover {

namespace {

constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

}  // namespace

std::string weekdays_in_words(const std::array<bool, 7>& days) {
  std::string text;
  for (std::size_t day = 0; day < names.size(); ++day)
    if (days[day]) text += std::string{text.empty() ? "" : " "} + std::string{names[day]};
  return text;
}

}  // namespace holdover
