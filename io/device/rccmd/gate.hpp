// How often a sender is listened to: a hint is cheap to send and must be cheap to get.
//
// Reads that a sender asks for come at most once per `read_pause`; the same text again within
// `repeat_after` is no news, as senders repeat themselves every few seconds. Only configured
// senders get here, so what is remembered is bounded. Pure.

#pragma once

#include "core/time.hpp"

#include <map>
#include <string>

namespace holdover::device::rccmd {

inline constexpr duration read_pause = 100ms;
inline constexpr duration repeat_after = 60s;
inline constexpr duration news_pause = 1s;  ///< Between two events of one sender, whatever it says.

class gate {
public:
  struct verdict {
    bool read = false;  ///< Look at the device.
    bool news = false;  ///< Worth an event.
  };
  verdict heard(const std::string& sender, const std::string& text, time_point now);

private:
  struct memory {
    std::string text;
    time_point read_at{};
    time_point told_at{};
  };
  std::map<std::string, memory> senders_;
};

}  // namespace holdover::device::rccmd
