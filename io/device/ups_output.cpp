#include "io/device/ups_output.hpp"

#include "core/power/names.hpp"
#include "core/power/observation.hpp"

#include <atomic>
#include <string>
#include <utility>

namespace holdover::device {

namespace {

using power::outlet_state;
using verb = power::ups_command::verb;

answer<power::device_reading> as_outlets(answer<power::device_reading> got) {
  if (std::holds_alternative<failure>(got)) return got;
  const auto* reading = std::get_if<power::ups_reading>(&std::get<power::device_reading>(got));
  if (reading == nullptr) return failure{failure_kind::nonsense, "it answered as no UPS does"};
  if (reading->stale)
    return failure{failure_kind::stale, "its server says that what it knows of the UPS is old"};
  return power::outlet_unit_reading{{output_of(*reading)}, reading->who};
}

class ups_output_driver final : public driver {
public:
  ups_output_driver(std::shared_ptr<driver> ups, const outlet_unit_config& about)
      : ups_(std::move(ups)),
        off_(about.stays_off ? verb::stay_off : verb::shutdown),
        delay_(about.off_delay) {}

  void read(on_reading done) override {
    ups_->read([seen = seen_, done = std::move(done)](answer<power::device_reading> got) {
      auto outlets = as_outlets(std::move(got));
      if (const auto* reading = std::get_if<power::device_reading>(&outlets))
        *seen = std::get<power::outlet_unit_reading>(*reading).outlets.front().state;
      done(std::move(outlets));
    });
  }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    if (number != 1)
      return done(failure{failure_kind::unsupported,
                          "the output of a UPS is outlet 1; groups are a unit of their own"});
    if (on)
      return ups_->command({*seen_ == outlet_state::off ? verb::startup : verb::cancel, {}},
                           std::move(done));
    if (delay_ <= duration::zero()) return ups_->command({off_, {}}, std::move(done));
    ups_->command({off_, delay_}, [to = std::weak_ptr(ups_), what = off_,
                                   done = std::move(done)](answer<switched> said) {
      const auto* no = std::get_if<failure>(&said);
      const auto open = to.lock();
      if (no != nullptr && no->kind == failure_kind::unsupported && open)
        return open->command({what, {}}, done);
      done(std::move(said));
    });
  }

  void read_interface(on_reading done) override { ups_->read_interface(std::move(done)); }

private:
  const std::shared_ptr<driver> ups_;
  const verb off_;
  const duration delay_;
  /// As last read; shared with a reading on its way.
  const std::shared_ptr<std::atomic<outlet_state>> seen_ =
      std::make_shared<std::atomic<outlet_state>>(outlet_state::unknown);
};

}  // namespace

power::outlet_reading output_of(const power::ups_reading& reading) {
  using power::ups_flag;
  power::outlet_reading output;
  output.number = 1;
  output.source = "ups.status";
  output.load_watts = power::number(reading, power::names::ups_realpower);
  const auto& flags = reading.flags;
  if (flags.has(ups_flag::off))
    output.state = outlet_state::off;
  else if (flags.has(ups_flag::online) || flags.has(ups_flag::on_battery)
           || flags.has(ups_flag::bypass))
    output.state = outlet_state::on;
  return output;
}

std::unique_ptr<driver> make_ups_output_driver(std::unique_ptr<driver> ups,
                                               const outlet_unit_config& about) {
  return std::make_unique<ups_output_driver>(std::move(ups), about);
}

}  // namespace holdover::device
