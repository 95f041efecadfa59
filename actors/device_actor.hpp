// One device: asks its driver at its own pace and lets its role tell what it heard.
//
// The pace is calm or alert (D2); a question is never asked while one is open, so a slow card is
// asked as often as it can answer. A small jitter, fixed per device, keeps a thousand devices from
// being asked in the same millisecond. The driver answers on its own thread, by message.
//
// An alarm makes all nodes ask at the same moment. Calm again, each steps aside by its own part of
// the period, so that the next change is met by whoever asks first, and alarms the others. They
// stay apart, as each counts from when it should have asked and not from when it was woken. Worse
// news is asked for again at once, as a decision does not believe it on one sample.
//
// A hint is cheap to send: a storm of them gets one reading every 200 ms, and the last of them one
// that began after it.

#pragma once

#include "actors/device_role.hpp"
#include "actors/directory.hpp"
#include "actors/guard.hpp"
#include "actors/interfaces.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdover::actors {

struct device_setup {
  std::string name;  ///< In the directory: "ups main", "sensor rack".
  duration poll_period = 2s;
  duration alert_poll_period = 1s;
  duration step_aside{};   ///< Once, on getting calm: this node's part of the period.
  bool interface = false;  ///< Ask for the interface, not for the device behind it.
  std::shared_ptr<device::driver> driver;
  std::function<std::unique_ptr<device_role>(time_point now)> make_role;
  std::shared_ptr<directory> where;
  std::string executor;              ///< Outlet units: name of their executor.
  std::vector<std::string> outlets;  ///< Names in the directory by outlet index.
};

class device_state {
public:
  static inline const char* name = "device";

  explicit device_state(device_actor::pointer self) : self_(self) {}

  device_actor::behavior_type start(std::shared_ptr<const device_setup> setup);

private:
  void ask();
  void ask(time_point due);
  void hinted();
  void heard(const reading_arrived&);
  void pace(bool alert);
  void switch_outlet(const switch_request&);
  void command(const ups_order_request&);
  void taken(const ups_order_taken&);
  void look_for_effects(const power::ups_reading*);
  void finish(const ups_order_request&, bool ok, std::string text);
  device_voice speak();

  device_actor::pointer self_;
  std::shared_ptr<const device_setup> setup_;
  std::unique_ptr<device_role> role_;
  device_voice voice_;
  timer timer_;
  bool alert_ = false;
  std::optional<time_point> asked_at_;  ///< While a question is open.
  bool again_ = false;                  ///< Somebody wants a reading newer than the open question.
  bool hinted_ = false;                 ///< The same, for a hint.
  time_point due_{};  ///< When the last question should have been asked: what the next counts from.
  time_point last_asked_{};
  time_point next_at_{};
  /// An order that the device took, until its effect is seen.
  struct open_order {
    ups_order_request what;
    time_point until{};
  };
  std::vector<open_order> orders_;
  duration jitter_{};
  duration step_aside_{};
};

device_actor::behavior_type device_behavior(device_actor::stateful_pointer<device_state> self,
                                            std::shared_ptr<const device_setup> setup);

}  // namespace holdover::actors
