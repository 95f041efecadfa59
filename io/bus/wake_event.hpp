// Ends the wait of a thread that polls sockets: an eventfd among them.

#pragma once

namespace holdover::bus {

class wake_event {
public:
  wake_event();
  ~wake_event();
  wake_event(const wake_event&) = delete;
  wake_event& operator=(const wake_event&) = delete;

  void wake();   ///< Any thread.
  void clear();  ///< The woken thread, before it looks at what there is to do.
  int descriptor() const { return descriptor_; }

private:
  int descriptor_;
};

}  // namespace holdover::bus
