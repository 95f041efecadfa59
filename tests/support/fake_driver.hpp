// A driver whose device is the test: questions wait here until the test answers them.

#pragma once

#include "io/device/driver.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace holdover::test {

class fake_driver final : public device::driver {
public:
  void read(device::on_reading done) override {
    ++asked;
    open_.push_back(std::move(done));
  }
  void read_interface(device::on_reading done) override {
    ++asked_for_interface;
    open_.push_back(std::move(done));
  }
  void switch_outlet(std::uint32_t number, bool on, device::on_switched done) override {
    switched.emplace_back(number, on);
    done(switching);
  }

  void command(const power::ups_command& what, device::on_switched done) override {
    commanded.push_back(what);
    done(switching);
  }

  std::size_t open() const { return open_.size(); }
  /// Answers the oldest open question.
  void answer(device::answer<power::device_reading> what) {
    auto done = std::move(open_.front());
    open_.pop_front();
    done(std::move(what));
  }
  void fail(std::string text, device::failure_kind kind = device::failure_kind::unreachable) {
    answer(device::failure{kind, std::move(text)});
  }

  int asked = 0;
  int asked_for_interface = 0;
  std::vector<std::pair<std::uint32_t, bool>> switched;
  std::vector<power::ups_command> commanded;
  device::answer<device::switched> switching = device::switched{"ok"};

private:
  std::deque<device::on_reading> open_;
};

/// What a UPS says, in NUT's flags.
inline power::ups_reading ups_says(std::initializer_list<power::ups_flag> flags,
                                   double charge_percent = 100) {
  power::ups_reading made;
  for (const auto flag : flags)
    made.flags.set(flag);
  made.values = {{"battery.charge", charge_percent, power::quality::good, "battery.charge"}};
  return made;
}
inline power::ups_reading ups_on_mains() {
  return ups_says({power::ups_flag::online});
}
inline power::ups_reading ups_on_its_battery() {
  return ups_says({power::ups_flag::on_battery, power::ups_flag::discharging}, 90);
}
inline power::outlet_unit_reading unit_says(std::vector<power::outlet_state> states) {
  power::outlet_unit_reading made;
  for (std::uint32_t i = 0; i < states.size(); ++i)
    made.outlets.push_back({i + 1, states[i], {}});
  return made;
}

}  // namespace holdover::test
