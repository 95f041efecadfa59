#include "io/device/simulated/driver.hpp"

#include "core/power/names.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/scratch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

namespace holdover::device {
namespace {

using testing::HasSubstr;

/// A clock that a test moves; read from the device's thread.
class moved_clock {
public:
  void pass(duration time) { *since_start_ += time.count(); }
  simulated::play_clock clock() const {
    return [now = since_start_] { return time_point(duration(now->load())); };
  }

private:
  std::shared_ptr<std::atomic<duration::rep>> since_start_ =
      std::make_shared<std::atomic<duration::rep>>(1000);
};

class SimulatedDriver : public testing::Test {
protected:
  std::unique_ptr<driver> make(const std::string& file, device_kind kind,
                               const std::string& channel = {}) const {
    device_address where;
    where.driver = "simulated";
    where.host = file;
    return make_simulated_driver(where, kind, channel, time_.clock());
  }

  static std::string status(driver& device) {
    auto came = support::read(device);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    return reading == nullptr ? support::text_of(came) : to_string(reading->flags);
  }

  static power::outlet_state outlet(driver& device, std::size_t index) {
    auto came = support::read(device);
    const auto* reading = support::reading_in<power::outlet_unit_reading>(came);
    return reading == nullptr ? power::outlet_state::unknown : reading->outlets.at(index).state;
  }

  support::scratch folder_;
  moved_clock time_;
};

TEST_F(SimulatedDriver, AStoryIsPlayedByTheGivenClock) {
  auto file = folder_.write("rack.seq", "ups.status: OL\nTIMER 15\nups.status: OB\nTIMER 60\n");
  auto ups = make(file, device_kind::ups);
  EXPECT_EQ(status(*ups), "OL");
  time_.pass(14s);
  EXPECT_EQ(status(*ups), "OL");
  time_.pass(1s);
  EXPECT_EQ(status(*ups), "OB");
  time_.pass(60s);
  EXPECT_EQ(status(*ups), "OL");
}

TEST_F(SimulatedDriver, AReplacedFileIsPlayedFromItsBeginning) {
  auto file = folder_.write("rack.dev", "ups.status: OL\n");
  auto ups = make(file, device_kind::ups);
  EXPECT_EQ(status(*ups), "OL");
  time_.pass(100s);
  folder_.write("rack.dev", "ups.status: OB\nTIMER 10\nups.status: OB LB\nTIMER 100\n");
  EXPECT_EQ(status(*ups), "OB");
  time_.pass(10s);
  EXPECT_EQ(status(*ups), "OB LB");
}

TEST_F(SimulatedDriver, AFileThatIsGoneIsADeviceThatDoesNotAnswer) {
  auto file = folder_.write("rack.dev", "ups.status: OL\n");
  auto ups = make(file, device_kind::ups);
  EXPECT_EQ(status(*ups), "OL");
  std::filesystem::remove(file);
  EXPECT_THAT(status(*ups), HasSubstr("unreachable: cannot read the simulated device"));
  folder_.write("rack.dev", "ups.status: OB\n");
  EXPECT_EQ(status(*ups), "OB");
}

TEST_F(SimulatedDriver, AFileWithAMistakeIsNonsenseAtItsLine) {
  auto file = folder_.write("rack.dev", "ups.status: OL\nTIMER x\n");
  auto ups = make(file, device_kind::ups);
  EXPECT_THAT(status(*ups), testing::AllOf(HasSubstr("nonsense"), HasSubstr("line 2")));
  EXPECT_THAT(status(*ups), HasSubstr("line 2"));
}

TEST_F(SimulatedDriver, AFolderIsNoDevice) {
  auto ups = make(folder_.path().string(), device_kind::ups);
  EXPECT_THAT(status(*ups), HasSubstr("unreachable"));
}

TEST_F(SimulatedDriver, AnOutletSwitchedThroughOneDriverIsSeenByAnother) {
  auto file = folder_.write("rack.dev", "outlet.1.status: on\noutlet.2.status: on\n");
  auto unit = make(file, device_kind::outlet_unit);
  auto other = make(file, device_kind::outlet_unit);
  auto came = support::switch_outlet(*unit, 2, false);
  EXPECT_TRUE(std::holds_alternative<switched>(came)) << support::text_of(came);
  EXPECT_EQ(outlet(*other, 0), power::outlet_state::on);
  EXPECT_EQ(outlet(*other, 1), power::outlet_state::off);
  support::switch_outlet(*other, 2, true);
  EXPECT_EQ(outlet(*unit, 1), power::outlet_state::on);
}

TEST_F(SimulatedDriver, AReplacedFileHasTheLastWordOnItsOutlets) {
  auto file = folder_.write("rack.dev", "outlet.1.status: on\n");
  auto unit = make(file, device_kind::outlet_unit);
  support::switch_outlet(*unit, 1, false);
  EXPECT_EQ(outlet(*unit, 0), power::outlet_state::off);
  folder_.write("rack.dev", "outlet.1.status: on\nups.load: 1\n");
  EXPECT_EQ(outlet(*unit, 0), power::outlet_state::on);
}

TEST_F(SimulatedDriver, AnOutletThatIsNotThereOrNotSwitchableIsUnsupported) {
  auto file = folder_.write("rack.dev", "outlet.1.status: on\noutlet.1.switchable: no\n");
  auto unit = make(file, device_kind::outlet_unit);
  for (std::uint32_t number : {0u, 1u, 2u}) {
    auto came = support::switch_outlet(*unit, number, false);
    ASSERT_TRUE(support::failure_in(came)) << number;
    EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported) << number;
  }
}

TEST_F(SimulatedDriver, ASensorIsReadByItsChannel) {
  auto file = folder_.write("rack.dev", "ambient.temperature: 21.5\n");
  auto sensor = make(file, device_kind::sensor, "ambient.temperature");
  auto came = support::read(*sensor);
  const auto* reading = support::reading_in<power::sensor_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->value.number, 21.5);
}

TEST_F(SimulatedDriver, TheInterfaceSaysHowLongThePlayHasRun) {
  auto file = folder_.write("rack.dev", "ups.status: OL\n");
  auto ups = make(file, device_kind::ups);
  EXPECT_EQ(status(*ups), "OL");
  time_.pass(90s);
  auto came = support::read_interface(*ups);
  const auto* reading = support::reading_in<power::interface_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->up_since, duration(90s));
}

TEST_F(SimulatedDriver, EveryQuestionIsAnsweredOnceEvenAtTheEnd) {
  auto file = folder_.write("rack.dev", "ups.status: OL\n");
  std::atomic<int> answers = 0;
  for (int life = 0; life < 50; ++life) {
    auto ups = make(file, device_kind::ups);
    for (int i = 0; i < 10; ++i)
      ups->read([&](const auto&) { ++answers; });
  }
  EXPECT_EQ(answers, 500);
}

TEST_F(SimulatedDriver, ADriverMayEndWithinItsOwnAnswer) {
  auto file = folder_.write("rack.dev", "ups.status: OL\n");
  auto owner = std::make_shared<std::unique_ptr<driver>>(make(file, device_kind::ups));
  std::promise<void> gone;
  (*owner)->read([owner, &gone](const auto&) {
    owner->reset();
    gone.set_value();
  });
  EXPECT_EQ(gone.get_future().wait_for(support::answer_limit), std::future_status::ready);
}

}  // namespace
}  // namespace holdover::device
