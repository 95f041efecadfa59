#include "core/drill/two_persons.hpp"

#include "core/words.hpp"

#include <algorithm>

namespace holdover::drill {

two_persons::verdict two_persons::ask(const std::string& what, const std::string& by,
                                      duration lasts, time_point now) {
  std::erase_if(waiting_, [&](const auto& one) { return one.second.until <= now; });
  const auto first = waiting_.find(what);
  if (first == waiting_.end() || first->second.by == by) {
    waiting_[what] = {by, lasts, now + patience};
    return {false,
            {},
            what + " waits for a second person to confirm it, other than " + by + ", within "
                + in_words(patience)};
  }
  const auto shorter = std::min(lasts, first->second.lasts);
  waiting_.erase(first);
  return {true, shorter, {}};
}

}  // namespace holdover::drill
