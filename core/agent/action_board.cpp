#include "core/agent/action_board.hpp"

#include <algorithm>

namespace holdover::agent {
namespace {

constexpr std::size_t reports_limit = 32;

bool same(const vote::named_action& a, const vote::named_action& b) {
  return a.id == b.id && (a.id != message_action || a.text == b.text);
}

}  // namespace

void action_board::observe(const std::vector<vote::named_action>& named, time_point now) {
  for (auto& d : done_) {
    const bool present =
        std::any_of(named.begin(), named.end(), [&](const auto& n) { return same(n, d.what); });
    if (present) {
      d.absent_since.reset();
    } else if (!d.absent_since) {
      d.absent_since = now;
    }
  }
  std::erase_if(done_, [&](const auto& d) {
    return d.absent_since && now - *d.absent_since >= forget_after_;
  });
}

bool action_board::claim(const vote::named_action& what) {
  const bool done =
      std::any_of(done_.begin(), done_.end(), [&](const auto& d) { return same(d.what, what); });
  if (!done) done_.push_back({what, std::nullopt});
  return !done;
}

void action_board::report(const std::string& id, action_state state, const std::string& detail) {
  std::erase_if(reports_, [&](const auto& r) { return r.id == id; });
  if (reports_.size() == reports_limit) reports_.erase(reports_.begin());
  reports_.push_back({id, state, detail});
}

bool action_board::reported(const std::string& id) const {
  return std::any_of(reports_.begin(), reports_.end(), [&](const auto& r) { return r.id == id; });
}

}  // namespace holdover::agent
