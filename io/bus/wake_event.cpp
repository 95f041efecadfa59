#include "io/bus/wake_event.hpp"

#include "core/expects.hpp"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdover::bus {

// Without a descriptor there is no bus; the supervisor starts us again with a free one.
wake_event::wake_event() : descriptor_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
  expects(descriptor_ >= 0);
}

wake_event::~wake_event() {
  ::close(descriptor_);
}

// Fails only when the counter is full, and then the thread is being woken already.
void wake_event::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void wake_event::clear() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(descriptor_, &count, sizeof count);
}

}  // namespace holdover::bus
