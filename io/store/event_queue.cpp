#include "io/store/event_queue.hpp"

#include <algorithm>
#include <iterator>

namespace holdover::store {

std::size_t event_queue::rank(const waiting_event& e) {
  return static_cast<std::size_t>(worth_of(e.what.how, kind(e.what)));
}

void event_queue::add(waiting_event e) {
  ++count_[rank(e)];
  events_.push_back(std::move(e));
  trim();
}

std::vector<waiting_event> event_queue::take(std::size_t how_many) {
  const auto end =
      events_.begin() + static_cast<std::ptrdiff_t>(std::min(how_many, events_.size()));
  std::vector<waiting_event> taken(std::make_move_iterator(events_.begin()),
                                   std::make_move_iterator(end));
  events_.erase(events_.begin(), end);
  for (const auto& e : taken)
    --count_[rank(e)];
  return taken;
}

void event_queue::give_back(std::vector<waiting_event> events) {
  for (const auto& e : events)
    ++count_[rank(e)];
  events_.insert(events_.begin(), std::make_move_iterator(events.begin()),
                 std::make_move_iterator(events.end()));
  trim();
}

void event_queue::trim() {
  while (events_.size() > events_max_) {
    const auto least = static_cast<std::size_t>(
        std::find_if(count_.begin(), count_.end(), [](std::size_t n) { return n > 0; })
        - count_.begin());
    events_.erase(std::find_if(events_.begin(), events_.end(),
                               [least](const waiting_event& e) { return rank(e) == least; }));
    --count_[least];
    ++dropped_;
  }
}

}  // namespace holdover::store
