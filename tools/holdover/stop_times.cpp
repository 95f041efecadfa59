#include "tools/holdover/stop_times.hpp"

#include "core/expects.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace holdover::tool {

namespace {

constexpr double seconds_max = 24 * 3600;
constexpr duration always = 30s;

}  // namespace

std::variant<stop_times, std::string> read_stop_times(const std::string& path) {
  std::ifstream in{path};
  if (!in) return path + ": cannot be read; `holdover drill run --execute` writes it";
  stop_times found;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words{line};
    std::string host;
    double seconds = 0;
    if (!(words >> host)) continue;
    if (!(words >> seconds) || !(seconds >= 0) || seconds > seconds_max)
      return path + ':' + std::to_string(number)
             + ": is not \"HOST SECONDS WHEN\" with 0 to 86400 seconds";
    found[host].push_back(duration{static_cast<duration::rep>(seconds * 1000)});
  }
  return found;
}

std::optional<std::string> add_stop_time(const std::string& path, const std::string& host,
                                         duration took, const std::string& when) {
  std::ofstream out{path, std::ios::app};
  out << host << ' ' << static_cast<double>(took.count()) / 1000 << ' ' << when << '\n';
  if (!out.flush()) return path + ": could not be written";
  return std::nullopt;
}

duration advised_shutdown_time(std::vector<duration> took) {
  expects(!took.empty());
  std::sort(took.begin(), took.end());
  const auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(took.size())));
  const auto slowest_usual = took[rank - 1];
  return ceil<std::chrono::seconds>(slowest_usual * 3 / 2 + always);
}

std::vector<std::string> apply(const stop_times& measured, site& about) {
  std::vector<std::string> changed;
  for (auto& host : about.hosts) {
    const auto known = measured.find(host.name);
    if (known == measured.end()) continue;
    const auto advised = advised_shutdown_time(known->second);
    const auto slowest = *std::max_element(known->second.begin(), known->second.end());
    auto text = host.name + " stopped within " + in_words(slowest) + " ("
                + std::to_string(known->second.size())
                + (known->second.size() == 1 ? " time" : " times") + "): planned with "
                + in_words(advised) + " instead of " + in_words(host.shutdown_time);
    if (slowest > host.shutdown_time) text += ", which is TOO SHORT: change shutdown_time";
    changed.push_back(std::move(text));
    host.shutdown_time = advised;
  }
  return changed;
}

}  // namespace holdover::tool
