// What the local rule knows, as lines of words, so that it outlives its process (X18):
//
//   armed SINCE EARLIEST QUORUM
//   controller NUMBER AS_OF NEEDED SHUTDOWN BEFORE AFTER
//   view NUMBER SAYS EMPTY STALE NAME
//   supply COUNTS STATE SEEN QUORUM_LEFT EMPTY_BY_QUORUM WITNESS CLEAR NAME
//   report NUMBER EMPTY NAME
//
// Times are milliseconds of the steady clock, which is the same for all processes of a boot and
// stands still while the machine sleeps; "-" is none, and a name is the rest of its line. Names
// came in votes, so what would end a line is written as "%0A": no name can say what it did not.

#include "core/agent/fallback.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace holdover::agent {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

bool breaks_a_line(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '%';
}

std::string written(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (!breaks_a_line(c)) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

/// Nothing if the text is none that written() makes.
std::optional<std::string> read_back(std::string_view text) {
  std::string name;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      name += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const auto high = digits.find(text[at + 1]), low = digits.find(text[at + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    name += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return name;
}

/// The words of one line, each taken once; any that is missing or wrong spoils the line.
class words {
public:
  explicit words(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const auto end = std::min(rest_.find(' '), rest_.size());
    const auto taken = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    good_ = good_ && !taken.empty();
    return taken;
  }
  std::string name() {
    auto read = read_back(rest_);
    good_ = good_ && read && !read->empty();
    return read ? std::move(*read) : std::string{};
  }
  std::int64_t number(std::int64_t least, std::int64_t most) { return number(word(), least, most); }
  duration time() { return duration{number(0, time_most)}; }
  /// A moment before the boot is possible.
  std::optional<time_point> moment() {
    const auto time = maybe_time();
    return time ? std::optional(time_point{*time}) : std::nullopt;
  }
  std::optional<duration> maybe_time() {
    const auto text = word();
    if (text == "-") return std::nullopt;
    return duration{number(text, -time_most, time_most)};
  }
  bool good() const { return good_; }

private:
  static constexpr std::int64_t time_most = 100LL * 366 * 24 * 3600 * 1000;

  std::int64_t number(std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t found = 0;
    const auto* end = text.data() + text.size();
    const auto [read, problem] = std::from_chars(text.data(), end, found);
    good_ = good_ && problem == std::errc{} && read == end && found >= least && found <= most;
    return good_ ? found : least;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::string text_of(duration time) {
  return ' ' + std::to_string(time.count());
}

std::string text_of(std::optional<duration> time) {
  return time ? text_of(*time) : " -";
}

// No battery lasts so much longer than it was said to.
constexpr duration outlived_after = 10min;

}  // namespace

bool fallback::outlived(time_point now) const {
  std::optional<time_point> newest;
  for (const auto& [number, c] : controllers_)
    newest = std::max(newest.value_or(c.as_of), c.as_of);
  const auto ends = empty();
  const auto last = ends ? ends : newest;
  return last && now - *last > outlived_after;
}

bool fallback::worth_keeping() const {
  return std::any_of(supplies_.begin(), supplies_.end(), [](const auto& entry) {
    const auto& s = entry.second;
    return s.state == knowledge::on_battery || !s.reports.empty();
  });
}

std::string fallback::remember() const {
  const auto moment = [](const std::optional<time_point>& at) {
    return text_of(at ? std::optional(at->time_since_epoch()) : std::nullopt);
  };
  std::string text =
      "armed" + moment(armed_at_) + moment(earliest_yet_) + moment(quorum_since_) + '\n';
  for (const auto& [number, c] : controllers_) {
    text += "controller " + std::to_string(number) + moment(c.as_of) + ' '
            + std::to_string(c.needed_supplies) + text_of(c.shutdown_time) + text_of(c.before)
            + text_of(c.after) + '\n';
    for (const auto& [name, v] : c.views)
      text += "view " + std::to_string(number) + ' ' + std::to_string(static_cast<int>(v.says))
              + moment(v.empty) + (v.stale ? " 1 " : " 0 ") + written(name) + '\n';
  }
  for (const auto& [name, s] : supplies_) {
    text += std::string{"supply"} + (s.counts ? " 1 " : " 0 ")
            + std::to_string(static_cast<int>(s.state)) + (s.seen_on_battery ? " 1" : " 0")
            + text_of(s.quorum_left) + moment(s.empty_by_quorum) + moment(s.witness_since)
            + moment(s.clear_since) + ' ' + written(name) + '\n';
    for (const auto& [number, empty] : s.reports)
      text += "report " + std::to_string(number) + moment(empty) + ' ' + written(name) + '\n';
  }
  return text;
}

bool fallback::recall(std::string_view text) {
  fallback read{rules_, boot_};
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!read.recall_line(text.substr(0, end))) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  *this = std::move(read);
  return true;
}

bool fallback::recall_line(std::string_view line) {
  words line_of{line};
  const auto kind = line_of.word();
  const auto controller_number = [&] {
    return static_cast<node_number>(line_of.number(0, node_number_limit - 1));
  };
  if (kind == "armed") {
    armed_at_ = line_of.moment();
    earliest_yet_ = line_of.moment();
    quorum_since_ = line_of.moment();
    return line_of.good();
  }
  if (kind == "supply") {
    supply s;
    s.counts = line_of.number(0, 1) == 1;
    s.state = static_cast<knowledge>(line_of.number(0, 2));
    s.seen_on_battery = line_of.number(0, 1) == 1;
    s.quorum_left = line_of.maybe_time();
    s.empty_by_quorum = line_of.moment();
    s.witness_since = line_of.moment();
    s.clear_since = line_of.moment();
    return supplies_.emplace(line_of.name(), std::move(s)).second && line_of.good();
  }
  const auto number = controller_number();
  if (kind == "controller") {
    controller c;
    c.as_of = line_of.moment().value_or(boot_);
    c.needed_supplies = static_cast<std::uint32_t>(line_of.number(0, 1000));
    c.shutdown_time = line_of.time();
    c.before = line_of.time();
    c.after = line_of.time();
    return line_of.good() && controllers_.emplace(number, std::move(c)).second;
  }
  const auto from = controllers_.find(number);
  if (from == controllers_.end()) return false;
  if (kind == "view") {
    view v;
    v.says = static_cast<knowledge>(line_of.number(0, 2));
    v.empty = line_of.moment();
    v.stale = line_of.number(0, 1) == 1;
    return from->second.views.emplace(line_of.name(), v).second && line_of.good();
  }
  if (kind != "report") return false;
  const auto empty = line_of.moment();
  const auto about = supplies_.find(line_of.name());
  if (!line_of.good() || about == supplies_.end()) return false;
  about->second.reports[number] = empty;
  return true;
}

}  // namespace holdover::agent
