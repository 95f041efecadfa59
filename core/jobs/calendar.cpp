#include "core/jobs/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace holdover::jobs {

namespace {

constexpr std::int64_t days_looked_at = 367;

std::int64_t day_of(local_seconds at) {
  return at >= 0 ? at / day_seconds : (at - day_seconds + 1) / day_seconds;
}

std::chrono::sys_days as_date(std::int64_t day) {
  return std::chrono::sys_days{std::chrono::days{day}};
}

std::size_t weekday(std::int64_t day) {
  return std::chrono::weekday{as_date(day)}.iso_encoding() - 1;  // From Monday.
}

bool goes_on(const schedule& s, const std::vector<std::int64_t>& special, std::int64_t day) {
  if (s.date) return *s.date == day;
  if (std::binary_search(special.begin(), special.end(), day)) return s.special_days;
  return s.days[weekday(day)];
}

local_seconds moment(const schedule& s, std::int64_t day) {
  return day * day_seconds + std::int64_t{s.minute} * 60;
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
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::string date_and_time(local_seconds at) {
  const auto day = day_of(at);
  const std::chrono::year_month_day date{as_date(day)};
  const auto minute = (at - day * day_seconds) / 60;
  return padded(static_cast<int>(date.year()), 4) + '-'
         + padded(static_cast<unsigned>(date.month()), 2) + '-'
         + padded(static_cast<unsigned>(date.day()), 2) + ' ' + padded(minute / 60, 2) + ':'
         + padded(minute % 60, 2);
}

}  // namespace holdover::jobs
