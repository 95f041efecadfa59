#include "core/agent/isolation.hpp"

#include <charconv>

namespace holdover::agent {

namespace {

// Ten looks missed: whoever looks was standing still.
constexpr duration longest_gap = 10s;

constexpr std::string_view cut_off = "cut_off ";

/// A number and the space or the end behind it.
std::optional<time_point> take(std::string_view& text) {
  duration::rep at = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), at);
  if (problem != std::errc{} || at < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return time_point{duration{at}};
}

}  // namespace

void isolation::look(const ports_seen& seen, time_point now) {
  const bool gap = looked_at_ && now - *looked_at_ > longest_gap;
  looked_at_ = now;
  mains_good_ = seen.mains_good;
  was_connected_ = was_connected_ || seen.carrier;
  if (seen.carrier || !was_connected_)
    lost_since_.reset();
  else if (!lost_since_ || gap)
    lost_since_ = now;
}

std::optional<time_point> isolation::deadline() const {
  if (!after_ || !lost_since_ || mains_good_) return std::nullopt;
  return *lost_since_ + *after_;
}

// A look after the deadline decides: before it the carrier may have come back.
bool isolation::due(time_point now) const {
  const auto at = deadline();
  return at && *looked_at_ >= *at && now - *looked_at_ <= longest_gap;
}

std::string isolation::remember() const {
  if (!lost_since_) return {};
  return std::string{cut_off} + std::to_string(lost_since_->time_since_epoch().count()) + ' '
         + std::to_string(looked_at_->time_since_epoch().count());
}

bool isolation::recall(std::string_view line) {
  if (!line.starts_with(cut_off)) return false;
  line.remove_prefix(cut_off.size());
  const auto since = take(line);
  const auto looked = since ? take(line) : std::nullopt;
  if (!looked || !line.empty() || *looked < *since) return false;
  was_connected_ = true;
  lost_since_ = since;
  looked_at_ = looked;
  return true;
}

}  // namespace holdover::agent
