// The Megatec driver against a UPS on a pseudo terminal: what it says, commands, and a lost cable.

#include "core/power/names.hpp"
#include "core/power/observation.hpp"
#include "io/device/megatec/driver.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/megatec_ups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace holdover::device {
namespace {

using support::megatec_ups;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* on_battery = "(000.0 000.0 230.1 012 50.0 25.1 25.0 10001000";
constexpr const char* online = "(229.7 000.0 230.1 012 50.0 27.4 25.0 00001000";

class MegatecDriver : public testing::Test {
protected:
  power::belief believed() {
    const auto came = support::read(*driver_);
    const auto* reading = support::reading_in<power::ups_reading>(came);
    EXPECT_TRUE(reading) << support::text_of(came);
    return reading == nullptr ? power::belief::unknown : power::observe(*reading).state;
  }

  answer<switched> tell(power::ups_command::verb what, duration delay = {}) {
    return support::answer_of<switched>([&](auto done) { driver_->command({what, delay}, done); });
  }

  megatec_ups ups_;
  std::unique_ptr<driver> driver_ = make_megatec_driver(ups_.address(), device_kind::ups);
};

TEST_F(MegatecDriver, AUpsIsReadWithItsRatingsAndName) {
  const auto came = support::read(*driver_);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(to_string(reading->flags), "OL");
  EXPECT_EQ(power::number(*reading, "input.voltage"), 229.7);
  EXPECT_EQ(power::number(*reading, "input.voltage.nominal"), 230);
  EXPECT_EQ(power::number(*reading, "battery.voltage"), 27.4);
  EXPECT_EQ(power::number(*reading, "battery.charge"), std::nullopt);
  EXPECT_EQ(reading->who.manufacturer, "LAB");
  EXPECT_EQ(reading->who.model, "PTY-UPS");
  EXPECT_EQ(reading->who.firmware, "V1.2");
}

TEST_F(MegatecDriver, NamesAreAskedForOnce) {
  (void)support::read(*driver_);
  (void)ups_.heard();
  (void)support::read(*driver_);
  EXPECT_THAT(ups_.heard(), testing::ElementsAre("Q1"));
}

TEST_F(MegatecDriver, AUpsThatKnowsOnlyQ1IsRead) {
  ups_.answers("F", "F");
  ups_.answers("I", "");
  const auto came = support::read(*driver_);
  const auto* reading = support::reading_in<power::ups_reading>(came);
  ASSERT_TRUE(reading) << support::text_of(came);
  EXPECT_EQ(reading->who, power::identity{});
}

TEST_F(MegatecDriver, AnOutageAndItsEndAreSeen) {
  EXPECT_EQ(believed(), power::belief::online);
  ups_.answers("Q1", on_battery);
  EXPECT_EQ(believed(), power::belief::on_battery);
  ups_.answers("Q1", online);
  EXPECT_EQ(believed(), power::belief::online);
}

TEST_F(MegatecDriver, APulledCableIsAFailureAndNoOutageAndHealsByItself) {
  EXPECT_EQ(believed(), power::belief::online);
  ups_.pull();
  for (int i = 0; i < 2; ++i) {
    const auto came = support::read(*driver_);
    const auto* why = support::failure_in(came);
    ASSERT_TRUE(why);
    EXPECT_EQ(why->kind, failure_kind::unreachable);
    EXPECT_THAT(why->text, HasSubstr("check the cable"));
  }
  ups_.plug();
  EXPECT_EQ(believed(), power::belief::online);
}

TEST_F(MegatecDriver, ASilentUpsIsUnreachableWithinTheLimit) {
  ups_.answers("Q1", "");
  const auto began = std::chrono::steady_clock::now();
  const auto came = support::read(*driver_);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(MegatecDriver, NoiseIsNonsenseAndNoOutage) {
  for (const char* noise : {"(000.0 000.0 230.1 012 50.0 25.1 25.0 1000100", "\xff\xfe\x80", "("}) {
    ups_.answers("Q1", noise);
    const auto came = support::read(*driver_);
    ASSERT_TRUE(support::failure_in(came));
    EXPECT_EQ(support::failure_in(came)->kind, failure_kind::nonsense);
  }
}

TEST_F(MegatecDriver, TestsAndShutdownsAreToldInItsWords) {
  ups_.answers("S03R0003", "");
  for (const auto& came :
       {tell(power::ups_command::verb::test_quick), tell(power::ups_command::verb::test_deep),
        tell(power::ups_command::verb::test_abort), tell(power::ups_command::verb::shutdown, 150s),
        tell(power::ups_command::verb::cancel)})
    EXPECT_FALSE(support::failure_in(came)) << support::text_of(came);
  const auto heard = ups_.heard();
  for (const char* words : {"T", "TL", "CT", "S03R0003", "C"})
    EXPECT_THAT(heard, Contains(words));
}

TEST_F(MegatecDriver, TheBeeperIsToggledOnlyIfItIsNotAsWished) {
  EXPECT_FALSE(support::failure_in(tell(power::ups_command::verb::buzzer_off)));
  EXPECT_THAT(ups_.heard(), Not(Contains("Q")));
  EXPECT_FALSE(support::failure_in(tell(power::ups_command::verb::buzzer_on)));
  EXPECT_THAT(ups_.heard(), Contains("Q"));
}

TEST_F(MegatecDriver, ACommandThatIsRepeatedIsNotKnownToTheUps) {
  ups_.answers("TL", "TL");
  const auto came = tell(power::ups_command::verb::test_deep);
  ASSERT_TRUE(support::failure_in(came));
  EXPECT_EQ(support::failure_in(came)->kind, failure_kind::unsupported);
}

TEST_F(MegatecDriver, ALineThatAnotherProgramHasIsLeftToIt) {
  const int other = ::open(ups_.address().host.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(support::text_of(support::read(*driver_)), HasSubstr("another program has the line"));
  ::close(other);
  EXPECT_EQ(believed(), power::belief::online);
}

TEST_F(MegatecDriver, TwoDriversOfALineShareIt) {
  const auto second = make_megatec_driver(ups_.address(), device_kind::whole);
  EXPECT_EQ(believed(), power::belief::online);
  const auto came = support::read(*second);
  EXPECT_TRUE(support::reading_in<power::whole_reading>(came)) << support::text_of(came);
  EXPECT_EQ(believed(), power::belief::online);
}

// ---- Another program on the same line ----------------------------------------------------------

class MegatecPassThrough : public MegatecDriver {
protected:
  MegatecPassThrough() {
    auto where = ups_.address();
    where.settings = "baud=2400 pass_through=" + path_;
    driver_.reset();
    driver_ = make_megatec_driver(where, device_kind::ups);
    (void)support::read(*driver_);
    (void)ups_.heard();
  }
  ~MegatecPassThrough() override {
    if (end_ >= 0) ::close(end_);
  }

  /// What the other program gets; empty after a moment of silence.
  std::string ask(const std::string& question) {
    if (end_ < 0) end_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    EXPECT_GE(end_, 0);
    const auto words = question + '\r';
    EXPECT_EQ(::write(end_, words.data(), words.size()), static_cast<ssize_t>(words.size()));
    std::string said;
    pollfd waiting{end_, POLLIN, 0};
    while (said.find('\r') == std::string::npos && ::poll(&waiting, 1, 1500) > 0) {
      char bytes[128];
      const auto got = ::read(end_, bytes, sizeof bytes);
      if (got > 0) said.append(bytes, static_cast<std::size_t>(got));
    }
    return said.substr(0, said.find('\r'));
  }

  support::scratch folder_;
  std::string path_ = folder_ / "through";
  int end_ = -1;
};

TEST_F(MegatecPassThrough, ReadsWhatWeHaveReadAndTheLineHearsNothingOfIt) {
  EXPECT_EQ(ask("Q1"), online);
  EXPECT_EQ(ask("F"), "#230.0 004 24.00 50.0");
  EXPECT_THAT(ask("I"), HasSubstr("PTY-UPS"));
  EXPECT_TRUE(ups_.heard().empty());
  ups_.answers("Q1", on_battery);
  EXPECT_EQ(ask("Q1"), online);
  EXPECT_EQ(believed(), power::belief::on_battery);
  EXPECT_EQ(ask("Q1"), on_battery);
}

TEST_F(MegatecPassThrough, ItsCommandsReachNobody) {
  for (const auto* command : {"S01R0002", "T", "C", "Q", "S.2"})
    EXPECT_EQ(ask(command), command);
  EXPECT_TRUE(ups_.heard().empty());
}

TEST_F(MegatecPassThrough, ASecondReadingAfterTheOtherProgramLeftGoesOn) {
  EXPECT_EQ(ask("Q1"), online);
  ::close(std::exchange(end_, -1));
  (void)support::read(*driver_);
  EXPECT_EQ(ask("Q1"), online);
}

TEST_F(MegatecPassThrough, TheNameIsGoneWithTheDriver) {
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  driver_.reset();
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path_)));
}

TEST_F(MegatecPassThrough, AFileThatIsNoLinkIsLeftAloneAndSaid) {
  driver_.reset();
  folder_.write("through", "somebody's");
  auto where = ups_.address();
  where.settings = "baud=2400 pass_through=" + path_;
  driver_ = make_megatec_driver(where, device_kind::ups);
  const auto came = support::read_interface(*driver_);
  const auto* card = support::reading_in<power::interface_reading>(came);
  ASSERT_TRUE(card) << support::text_of(came);
  EXPECT_THAT(card->description, HasSubstr("no link"));
  EXPECT_EQ(believed(), power::belief::online);
}

}  // namespace
}  // namespace holdover::device
