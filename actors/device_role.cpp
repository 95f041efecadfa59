#include "actors/device_role.hpp"

#include "actors/interfaces.hpp"
#include "core/power/observation.hpp"

#include <caf/send.hpp>

#include <tuple>
#include <utility>

namespace holdover::actors {

namespace {

bool worse(const power::observation& now, const power::observation& before) {
  const auto out = [](const power::observation& seen) {
    return seen.state == power::belief::on_battery || seen.state == power::belief::off;
  };
  const auto low = [](const power::observation& seen) {
    return seen.battery_low || seen.forced_shutdown;
  };
  return (out(now) && !out(before)) || (low(now) && !low(before));
}

// Whether somebody who decides would decide otherwise for it; numbers that only run on are not
// news.
bool is_news(const ups_telemetry& told, const ups_telemetry& before) {
  const auto words = [](const ups_telemetry& t) {
    return std::tuple{t.what.state,           t.what.battery_low,     t.what.overload,
                      t.what.replace_battery, t.what.forced_shutdown, t.fresh};
  };
  return words(told) != words(before);
}

class ups_role final : public device_role {
public:
  ups_role(const site& about, ups_index index, time_point now, life which)
      : index_(index),
        name_(about.upses[index].name),
        changes_(name_, which == life::later),
        tracker_(about.upses[index].poll_period, about.upses[index].rated_runtime, about.observing,
                 now) {}

  void heard(const power::device_reading& what, duration age, time_point now,
             const device_voice& voice) override {
    const auto* reading = std::get_if<power::ups_reading>(&what);
    if (reading == nullptr) return;
    const auto seen = power::observe(*reading);
    // Observing before anything else is told: this is the safety path.
    if (!reading->stale) voice.fact(policy::ups_observed{index_, seen, age});
    tracker_.observe(seen, age, now);
    const bool confirms = std::exchange(second_look_, worse(seen, std::exchange(last_, seen)));
    for (auto& change : changes_.read(*reading))
      voice.record(change.how, std::move(change.what));
    ups_telemetry told;
    told.counter = ++counter_;
    told.device = name_;
    told.what = seen;
    told.observation_age = age;
    told.confirmed_on_battery = tracker_.confirmed_on_battery();
    told.fresh = tracker_.fresh(now);
    told.flags = reading->flags;
    const bool news = is_news(told, std::exchange(told_, told));
    told.values = reading->values;
    voice.telemetry(std::move(told), news || confirms);
  }

  void lost(const device::failure&, const device_voice& voice) override {
    for (auto& change : changes_.lost())
      voice.record(change.how, std::move(change.what));
  }

  bool wants_second_look() const override { return second_look_; }

private:
  ups_index index_;
  std::string name_;
  power::ups_changes changes_;
  power::ups_tracker tracker_;  ///< For what we tell peers: our own eyes only, nobody's word.
  power::observation last_;
  ups_telemetry told_;  ///< Without its values.
  bool second_look_ = false;
  std::uint64_t counter_ = 0;
};

/// That it is silent the interface in front of it tells, and the policy's alarm.
class ups_path_role final : public device_role {
public:
  ups_path_role(ups_index index, std::uint32_t path) : index_(index), path_(path) {}

  void heard(const power::device_reading& what, duration age, time_point,
             const device_voice& voice) override {
    const auto* reading = std::get_if<power::ups_reading>(&what);
    if (reading == nullptr) return;
    const auto seen = power::observe(*reading);
    if (!reading->stale) voice.fact(policy::ups_observed{index_, seen, age, path_});
    second_look_ = worse(seen, std::exchange(last_, seen));
  }

  void lost(const device::failure&, const device_voice&) override {}

  bool wants_second_look() const override { return second_look_; }

private:
  ups_index index_;
  std::uint32_t path_;
  power::observation last_;
  bool second_look_ = false;
};

class outlet_unit_role final : public device_role {
public:
  outlet_unit_role(const site& about, outlet_unit_index index)
      : index_(index), name_(about.units[index].name) {
    for (outlet_index i = 0; i < about.outlets.size(); ++i)
      if (about.outlets[i].unit == index)
        outlets_.push_back({about.outlets[i].number, i, about.outlets[i].name});
  }

  void heard(const power::device_reading& what, duration age, time_point,
             const device_voice& voice) override {
    const auto* reading = std::get_if<power::outlet_unit_reading>(&what);
    if (reading == nullptr) return;
    voice.to_executor(*reading);
    voice.fact(policy::outlets_observed{index_, *reading});
    outlet_telemetry told{++counter_, name_, {}};
    for (const auto& one : reading->outlets)
      for (const auto& known : outlets_) {
        if (known.number != one.number) continue;
        voice.to_outlet(known.index, {one, false, {}});
        auto& line = told.outlets.emplace_back();
        line.outlet = known.name;
        line.state = one.state;
        line.reading_age = age;
      }
    voice.telemetry(std::move(told), false);
  }

  void lost(const device::failure& why, const device_voice& voice) override {
    for (const auto& known : outlets_)
      voice.to_outlet(known.index,
                      {{known.number, power::outlet_state::unknown, {}}, true, why.text});
  }

private:
  struct known_outlet {
    std::uint32_t number = 0;
    outlet_index index = 0;
    std::string name;
  };
  outlet_unit_index index_;
  std::string name_;
  std::vector<known_outlet> outlets_;
  std::uint64_t counter_ = 0;
};

class sensor_role final : public device_role {
public:
  sensor_role(const site& about, sensor_index index, life which)
      : index_(index),
        name_(about.sensors[index].name),
        watch_(about.sensors[index], which == life::later) {}

  void heard(const power::device_reading& what, duration age, time_point,
             const device_voice& voice) override {
    const auto* reading = std::get_if<power::sensor_reading>(&what);
    if (reading == nullptr) return;
    voice.fact(policy::sensor_observed{index_, *reading, age});
    for (auto& change : watch_.read(*reading))
      voice.record(change.how, std::move(change.what));
    voice.telemetry(sensor_telemetry{++counter_, name_, *reading, age}, false);
  }

  void lost(const device::failure&, const device_voice& voice) override {
    for (auto& change : watch_.lost())
      voice.record(change.how, std::move(change.what));
  }

private:
  sensor_index index_;
  std::string name_;
  power::sensor_watch watch_;
  std::uint64_t counter_ = 0;
};

class interface_role final : public device_role {
public:
  interface_role(std::string behind, life which) : behind_(std::move(behind)) {
    if (which == life::first) reachable_ = true;
  }

  void heard(const power::device_reading& what, duration, time_point,
             const device_voice& voice) override {
    const auto* reading = std::get_if<power::interface_reading>(&what);
    if (reading == nullptr) return;
    const auto tell = [&](std::string_view word, std::string detail) {
      voice.record(severity::info,
                   interface_event{behind_, std::string{word}, reading->who, std::move(detail)});
    };
    if (std::exchange(reachable_, true) != true) tell("reachable", reading->description);
    if (who_ != reading->who || description_ != reading->description)
      tell("identified", reading->description);
    if (up_since_ && reading->up_since && *reading->up_since < *up_since_)
      tell("restarted", "its own clock of running began anew");
    who_ = reading->who;
    description_ = reading->description;
    up_since_ = reading->up_since;
  }

  void lost(const device::failure& why, const device_voice& voice) override {
    // A device that cannot describe its interface has not lost contact.
    if (why.kind == device::failure_kind::unsupported) return;
    if (std::exchange(reachable_, false) == false) return;
    voice.record(severity::warning, interface_event{behind_, "unreachable", who_, why.text});
  }

private:
  std::string behind_;
  std::optional<bool> reachable_;  ///< As was told; nothing: by a predecessor.
  power::identity who_;
  std::string description_;
  std::optional<duration> up_since_;
};

}  // namespace

std::unique_ptr<device_role> make_ups_role(const site& about, ups_index index, time_point now,
                                           life which) {
  return std::make_unique<ups_role>(about, index, now, which);
}
std::unique_ptr<device_role> make_ups_path_role(ups_index index, std::uint32_t path) {
  return std::make_unique<ups_path_role>(index, path);
}
std::unique_ptr<device_role> make_outlet_unit_role(const site& about, outlet_unit_index index) {
  return std::make_unique<outlet_unit_role>(about, index);
}
std::unique_ptr<device_role> make_sensor_role(const site& about, sensor_index index, life which) {
  return std::make_unique<sensor_role>(about, index, which);
}
std::unique_ptr<device_role> make_interface_role(std::string behind, life which) {
  return std::make_unique<interface_role>(std::move(behind), which);
}

void tell_unattended(const directory& where, const site& about, policy::device_unattended device) {
  if (device.kind == policy::device_kind::outlet_unit) {
    const auto& unit = about.units[device.index].name;
    if (const auto to = where.find<executor_actor>("executor " + unit))
      caf::anon_send(to, unattended_atom::value);
    for (const auto& outlet : about.outlets)
      if (outlet.unit == device.index)
        if (const auto to = where.find<outlet_actor>("outlet " + outlet.name))
          caf::anon_send(to, outlet_share{{outlet.number, power::outlet_state::unknown, {}},
                                          true,
                                          "the actor of its unit has ended: " + device.why});
  }
  if (const auto to = where.find<policy_actor>("policy"))
    caf::anon_send(to, fact{std::move(device), {}});
}

}  // namespace holdover::actors
