// The output of a UPS, told on and off as an outlet.

#include "io/device/ups_output.hpp"

#include "core/power/names.hpp"
#include "tests/support/ask.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace holdover::device {
namespace {

using power::outlet_state;
using power::ups_flag;
using verb = power::ups_command::verb;

/// What a UPS says, and what it was told; shared with the test.
struct played_ups {
  answer<power::device_reading> says;
  std::vector<power::ups_command> told;
  bool takes_delays = true;
  bool takes_anything = true;
};

class played_driver final : public driver {
public:
  explicit played_driver(std::shared_ptr<played_ups> ups) : ups_(std::move(ups)) {}
  void read(on_reading done) override { done(ups_->says); }
  void switch_outlet(std::uint32_t, bool, on_switched done) override {
    done(failure{failure_kind::unsupported, "no outlets"});
  }
  void read_interface(on_reading done) override { done(ups_->says); }
  void command(const power::ups_command& what, on_switched done) override {
    if (!ups_->takes_anything) return done(failure{failure_kind::refused, "noSuchInstance"});
    if (what.delay > 0s && !ups_->takes_delays)
      return done(failure{failure_kind::unsupported, "a setting of the device"});
    ups_->told.push_back(what);
    done(switched{"taken"});
  }

private:
  std::shared_ptr<played_ups> ups_;
};

struct UpsOutput : testing::Test {
  std::unique_ptr<driver> make(duration off_delay = 0s, bool stays_off = false) {
    outlet_unit_config about;
    about.off_delay = off_delay;
    about.stays_off = stays_off;
    return make_ups_output_driver(std::make_unique<played_driver>(ups), about);
  }
  void says(std::initializer_list<ups_flag> flags) {
    power::ups_reading reading;
    for (const auto flag : flags)
      reading.flags.set(flag, true);
    ups->says = power::device_reading{reading};
  }
  static outlet_state state(driver& output) {
    const auto came = support::read(output);
    const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
    return reading == nullptr ? outlet_state::unknown : reading->outlets.at(0).state;
  }

  std::shared_ptr<played_ups> ups = std::make_shared<played_ups>();
};

TEST_F(UpsOutput, IsOffWhenTheUpsSaysSoAndOnWhenItCarries) {
  const auto output = make();
  says({ups_flag::online});
  EXPECT_EQ(state(*output), outlet_state::on);
  says({ups_flag::on_battery, ups_flag::low_battery});
  EXPECT_EQ(state(*output), outlet_state::on);
  says({ups_flag::online, ups_flag::off});
  EXPECT_EQ(state(*output), outlet_state::off);
  says({});
  EXPECT_EQ(state(*output), outlet_state::unknown);
}

TEST_F(UpsOutput, AFailureAndOldDataStayFailures) {
  const auto output = make();
  ups->says = failure{failure_kind::unreachable, "no answer"};
  EXPECT_EQ(support::failure_in(support::read(*output))->kind, failure_kind::unreachable);
  power::ups_reading old;
  old.stale = true;
  ups->says = power::device_reading{old};
  const auto came = support::read(*output);
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::stale);
}

TEST_F(UpsOutput, OffIsAShutdownAfterTheDelayThatReturnsOrStaysOff) {
  support::switch_outlet(*make(20s), 1, false);
  support::switch_outlet(*make(0s, true), 1, false);
  ASSERT_EQ(ups->told.size(), 2u);
  EXPECT_EQ(ups->told[0], (power::ups_command{verb::shutdown, 20s}));
  EXPECT_EQ(ups->told[1], (power::ups_command{verb::stay_off, 0s}));
}

TEST_F(UpsOutput, AFamilyWithoutDelaysIsToldWithout) {
  ups->takes_delays = false;
  const auto said = support::switch_outlet(*make(20s), 1, false);
  EXPECT_EQ(support::failure_in(said), nullptr);
  ASSERT_EQ(ups->told.size(), 1u);
  EXPECT_EQ(ups->told[0].delay, 0s);
}

TEST_F(UpsOutput, OnStartsWhatIsOffAndCallsOffWhatIsOn) {
  const auto output = make();
  says({ups_flag::off});
  state(*output);
  support::switch_outlet(*output, 1, true);
  says({ups_flag::online});
  state(*output);
  support::switch_outlet(*output, 1, true);
  ASSERT_EQ(ups->told.size(), 2u);
  EXPECT_EQ(ups->told[0].what, verb::startup);
  EXPECT_EQ(ups->told[1].what, verb::cancel);
}

TEST_F(UpsOutput, ARefusalIsPassedOnAndOtherOutletsAreNone) {
  ups->takes_anything = false;
  const auto output = make(5s);
  EXPECT_EQ(support::failure_in(support::switch_outlet(*output, 1, false))->kind,
            failure_kind::refused);
  EXPECT_EQ(support::failure_in(support::switch_outlet(*output, 2, false))->kind,
            failure_kind::unsupported);
}

}  // namespace
}  // namespace holdover::device
