#include "io/bus/outbox.hpp"

#include <utility>

namespace holdover::bus {

namespace {

template <class Message>
void put_newest(std::deque<Message>& queue, Message what, std::size_t most,
                std::uint64_t& dropped) {
  if (queue.size() >= most) {
    queue.pop_front();
    ++dropped;
  }
  queue.push_back(std::move(what));
}

}  // namespace

outbox::outbox(std::size_t controls_max, std::size_t events_max)
    : controls_max_{controls_max}, events_max_{events_max} {}

bool outbox::put(control what) {
  const std::lock_guard guard{lock_};
  put_newest(waiting_.controls, std::move(what), controls_max_, dropped_.controls_dropped);
  return std::exchange(asleep_, false);
}

bool outbox::put(event what) {
  const std::lock_guard guard{lock_};
  put_newest(waiting_.events, std::move(what), events_max_, dropped_.events_dropped);
  return std::exchange(asleep_, false);
}

outbox::batch outbox::take() {
  const std::lock_guard guard{lock_};
  asleep_ = false;
  return std::exchange(waiting_, {});
}

bool outbox::may_sleep() {
  const std::lock_guard guard{lock_};
  return asleep_ = waiting_.controls.empty() && waiting_.events.empty();
}

outbox::count outbox::dropped() const {
  const std::lock_guard guard{lock_};
  return dropped_;
}

}  // namespace holdover::bus
