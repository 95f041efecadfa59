#include "core/jobs/calendar.hpp"

#include <algorithm>
#include <charconv>

namespace holdover::jobs {

namespace {

constexpr std::int64_t days_looked_at = 367;

std::int64_t day_of(local_seconds at) {
  return at >= 0 ? at / day_seconds : (at - day_seconds + 1) / day_seconds;
}

// 1970-01-01 was a Thursday.
std::size_t weekday(std::int64_t day) {
  return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
}

bool goes_on(const schedule& s, const std::vector<std::int64_t>& special, std::int64_t day) {
  if (s.date) return *s.date == day;
  if (std::binary_search(special.begin(), special.end(), day)) return s.special_days;
  return s.days[weekday(day)];
}

local_seconds moment(const schedule& s, std::int64_t day) {
  return day * day_seconds + std::int64_t{s.minute} * 60;
}

// Days to civil dates and back: each era of 400 years has 146097 days, each year begins in March.
struct civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

std::int64_t days_from(civil date) {
  const auto year = date.month <= 2 ? date.year - 1 : date.year;
  const auto era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const auto shifted = date.month > 2 ? date.month - 3 : date.month + 9;
  const auto of_year = (153 * shifted + 2) / 5 + date.day - 1;
  return era * 146097
         + static_cast<std::int64_t>(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

civil civil_from(std::int64_t days) {
  days += 719468;
  const auto era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const auto year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const auto of_year = of_era - (365 * year + year / 4 - year / 100);
  const auto shifted = (5 * of_year + 2) / 153;
  const auto month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {era * 400 + year + (month <= 2 ? 1 : 0), month, of_year - (153 * shifted + 2) / 5 + 1};
}

std::string padded(std::int64_t number, std::size_t width) {
  auto text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

}  // namespace

std::optional<local_seconds> next_time(const schedule& s, const std::vector<std::int64_t>& special,
                                       local_seconds after) {
  if (s.date) {
    const auto at = moment(s, *s.date);
    return at > after ? std::optional{at} : std::nullopt;
  }
  const auto first = day_of(after);
  for (auto day = first; day < first + days_looked_at; ++day)
    if (goes_on(s, special, day) && moment(s, day) > after) return moment(s, day);
  return std::nullopt;
}

std::optional<local_seconds> last_time(const schedule& s, const std::vector<std::int64_t>& special,
                                       local_seconds after, local_seconds until) {
  if (s.date) {
    const auto at = moment(s, *s.date);
    return at > after && at <= until ? std::optional{at} : std::nullopt;
  }
  const auto last = day_of(until);
  for (auto day = last; day > last - days_looked_at && moment(s, day) > after; --day)
    if (goes_on(s, special, day) && moment(s, day) <= until) return moment(s, day);
  return std::nullopt;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) -> std::optional<unsigned> {
    unsigned value = 0;
    const auto* const begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc{} && end == begin + length ? std::optional{value} : std::nullopt;
  };
  const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31)
    return std::nullopt;
  const auto days = days_from({*year, *month, *day});
  const auto back = civil_from(days);
  return back.month == *month && back.day == *day ? std::optional{days} : std::nullopt;
}

std::string date_and_time(local_seconds at) {
  const auto day = day_of(at);
  const auto date = civil_from(day);
  const auto minute = (at - day * day_seconds) / 60;
  return padded(date.year, 4) + '-' + padded(date.month, 2) + '-' + padded(date.day, 2) + ' '
         + padded(minute / 60, 2) + ':' + padded(minute % 60, 2);
}

}  // namespace holdover::jobs
