#include "actors/device_actor.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace holdover::actors {

namespace {

// Late enough to be a sample of its own for whoever counts samples by their milliseconds.
constexpr duration second_look_after = 5ms;
constexpr duration hint_pause = 200ms;  // Between two readings that hints ask for.
constexpr duration effect_limit = 10s;  // For a command to show in what the device says.

}  // namespace

device_actor::behavior_type device_behavior(device_actor::stateful_pointer<device_state> self,
                                            std::shared_ptr<const device_setup> setup) {
  return self->state.start(std::move(setup));
}

device_actor::behavior_type device_state::start(std::shared_ptr<const device_setup> setup) {
  guard(self_, setup->name);
  setup_ = std::move(setup);
  role_ = setup_->make_role(now(self_));
  voice_ = speak();
  // Up to a twentieth of the period, the same at every start.
  const auto span = setup_->poll_period / 20;
  if (span > 0ms)
    jitter_ = duration{static_cast<duration::rep>(std::hash<std::string>{}(setup_->name)
                                                  % static_cast<std::size_t>(span.count()))};
  ask();
  return {
      [this](read_atom) { ask(); },
      [this](hint_atom) { hinted(); },
      [this](alert_atom, bool alert) { pace(alert); },
      [this](const switch_request& what) { switch_outlet(what); },
      [this](const ups_order_request& what) { command(what); },
      [this](const ups_order_taken& what) { taken(what); },
      [this](const reading_arrived& what) { heard(what); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        if (now(self_) >= next_at_)
          ask(next_at_);
        else
          timer_.arm(self_, next_at_);
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

// A role speaks by name, as whoever listens may have been restarted meanwhile.
device_voice device_state::speak() {
  const auto where = setup_->where;
  auto* self = self_;
  device_voice voice;
  voice.record = [self, where](severity how, event_payload what) {
    if (const auto to = where->find<recorder_actor>("recorder"))
      self->send(to, record{how, std::move(what)});
  };
  voice.telemetry = [self, where](any_telemetry what, bool urgent) {
    if (const auto to = where->find<recorder_actor>("recorder"))
      self->send(to, telemetry{std::move(what), now(self), urgent});
  };
  voice.fact = [self, where](policy::site_event what) {
    if (const auto to = where->find<policy_actor>("policy"))
      self->send(to, fact{std::move(what), now(self)});
  };
  voice.to_executor = [self, where,
                       executor = setup_->executor](const power::outlet_unit_reading& what) {
    if (const auto to = where->find<executor_actor>(executor)) self->send(to, what);
  };
  voice.to_outlet = [self, where, setup = setup_](outlet_index index, outlet_share what) {
    if (const auto to = where->find<outlet_actor>(setup->outlets[index]))
      self->send(to, std::move(what));
  };
  return voice;
}

void device_state::ask() {
  ask(now(self_));
}

void device_state::ask(time_point due) {
  if (asked_at_) {
    again_ = true;
    return;
  }
  due_ = due;
  last_asked_ = now(self_);
  asked_at_ = last_asked_;
  hinted_ = false;
  auto mail = [to = device_actor{self_}](device::answer<power::device_reading> what) {
    caf::anon_send(to, reading_arrived{std::move(what)});
  };
  if (setup_->interface)
    setup_->driver->read_interface(std::move(mail));
  else
    setup_->driver->read(std::move(mail));
}

void device_state::hinted() {
  if (asked_at_) {
    hinted_ = true;
    return;
  }
  next_at_ = std::min(next_at_, last_asked_ + hint_pause);
  if (now(self_) >= next_at_) return ask();
  timer_.arm(self_, next_at_);
}

void device_state::heard(const reading_arrived& arrived) {
  const auto at = now(self_);
  const auto asked = std::exchange(asked_at_, std::nullopt).value_or(at);
  const auto* reading = std::get_if<power::device_reading>(&arrived.what);
  if (reading != nullptr)
    role_->heard(*reading, at - asked, at, voice_);
  else
    role_->lost(std::get<device::failure>(arrived.what), voice_);
  if (!orders_.empty()) {
    look_for_effects(reading != nullptr ? std::get_if<power::ups_reading>(reading) : nullptr);
  }
  const bool look_again = reading != nullptr && role_->wants_second_look();
  const bool wanted_newer = std::exchange(again_, false);
  if (wanted_newer && !look_again) return ask();
  const auto period = alert_ ? setup_->alert_poll_period
                             : setup_->poll_period + jitter_ + std::exchange(step_aside_, 0ms);
  next_at_ = look_again ? at + second_look_after : std::max(at, due_ + period);
  if (std::exchange(hinted_, false))
    next_at_ = std::min(next_at_, std::max(at, asked + hint_pause));
  if (!orders_.empty()) next_at_ = std::min(next_at_, std::max(at, asked + hint_pause));
  timer_.arm(self_, next_at_);
}

// Getting alarmed asks at once; getting calm only stretches the next interval.
void device_state::pace(bool alert) {
  if (std::exchange(alert_, alert) == alert) return;
  if (!alert)
    step_aside_ = setup_->step_aside;
  else if (!asked_at_)
    ask();
}

void device_state::switch_outlet(const switch_request& what) {
  auto mail = [where = setup_->where, executor = setup_->executor,
               number = what.number](device::answer<device::switched> outcome) {
    const auto* refused = std::get_if<device::failure>(&outcome);
    if (const auto to = where->find<executor_actor>(executor))
      caf::anon_send(to, switching_answered{number, refused == nullptr,
                                            refused != nullptr ? refused->text : ""});
  };
  setup_->driver->switch_outlet(what.number, what.on, std::move(mail));
}

void device_state::command(const ups_order_request& what) {
  auto mail = [to = device_actor{self_}, what](device::answer<device::switched> said) {
    caf::anon_send(to, ups_order_taken{what, std::move(said)});
  };
  setup_->driver->command({what.what.what, {}}, std::move(mail));
}

// That a device took a command proves nothing: it is read until the effect shows.
void device_state::taken(const ups_order_taken& what) {
  if (const auto* no = std::get_if<device::failure>(&what.said))
    return finish(what.order, false, no->text);
  orders_.push_back({what.order, now(self_) + effect_limit});
  hinted();
}

// Without a reading there is nothing to see yet.
void device_state::look_for_effects(const power::ups_reading* reading) {
  const auto at = now(self_);
  std::erase_if(orders_, [&](const open_order& order) {
    const auto verb = order.what.what.what;
    const bool tells = reading != nullptr && !reading->stale;
    const auto seen = tells ? shows_effect(*reading, verb) : std::optional<bool>{false};
    if (!seen) {
      finish(order.what, true, "the UPS has taken it; it does not tell more");
    } else if (*seen) {
      finish(order.what, true, "the UPS has taken it, and shows it");
    } else if (at >= order.until) {
      finish(order.what, false, "the UPS has taken it, but does not show it");
    } else {
      return false;
    }
    return true;
  });
}

void device_state::finish(const ups_order_request& what, bool ok, std::string text) {
  const auto word = std::string{to_string(what.what.what)} + (ok ? "_done" : "_failed");
  voice_.record(ok ? severity::info : severity::warning,
                operator_event{what.by, word, what.what.ups, text});
  if (const auto to = setup_->where->find<policy_actor>("policy"))
    self_->send(to, ups_order_done{what.from, what.request, ok, std::move(text)});
}

}  // namespace holdover::actors
