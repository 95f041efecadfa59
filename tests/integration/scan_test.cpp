// `holdover scan` for Modbus: who answers in a range of the loopback.

#include "tests/support/modbus_server.hpp"
#include "tools/holdover/device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace holdover::tool {
namespace {

using support::modbus_server;
using testing::HasSubstr;
using testing::Not;
using wire = modbus_server::wire;

/// A CS141 on mains.
std::string card() {
  std::string text;
  for (int address = 97; address <= 138; ++address) {
    const int value = address == 97 || address == 104 ? 2300 : address == 103 ? 88 : 0;
    text += "holding " + std::to_string(address) + ' ' + std::to_string(value) + '\n';
  }
  return text;
}

class ScanModbus : public testing::Test {
protected:
  void SetUp() override {
    if (!modbus_server::installed(wire::tcp)) GTEST_SKIP() << modbus_server::not_installed;
  }

  exit_status look(const modbus_server& server, const std::string& range, std::uint32_t unit = 3) {
    scan_wish wish;
    wish.range = range;
    wish.port = server.address("unit=3").port;
    wish.per_second = 50;
    wish.modbus_unit = unit;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto status = scan(wish);
    said_ = testing::internal::GetCapturedStdout();
    told_ = testing::internal::GetCapturedStderr();
    return status;
  }

  std::string said_, told_;
};

TEST_F(ScanModbus, FindsADeviceInARangeAndWritesWhatASiteFileWouldSay) {
  const modbus_server server(wire::tcp, card());
  EXPECT_EQ(look(server, "127.0.0.1-127.0.0.3"), exit_status::fine) << told_;
  const auto port = std::to_string(server.address("unit=3").port);
  EXPECT_THAT(said_, HasSubstr("ups:\n  - { name: ups-127-0-0-1, modbus: { host: 127.0.0.1, port: "
                               + port + ", unit: 3 } }"));
  EXPECT_THAT(said_, Not(HasSubstr("127.0.0.2")));
  EXPECT_THAT(told_, HasSubstr("1 of 3 addresses answer"));
}

TEST_F(ScanModbus, NobodyInTheRangeIsNotReachable) {
  const modbus_server server(wire::tcp, card());
  EXPECT_EQ(look(server, "127.0.0.2"), exit_status::not_reachable);
  EXPECT_EQ(said_, "");
}

TEST_F(ScanModbus, AsksNoFasterThanItIsTold) {
  const modbus_server server(wire::tcp, card());
  const auto began = std::chrono::steady_clock::now();
  (void)look(server, "127.0.0.1-127.0.0.11");
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{200});
}

TEST_F(ScanModbus, ARangeThatIsNoneIsAMistakeOfUse) {
  const modbus_server server(wire::tcp, card());
  EXPECT_EQ(look(server, "127.0.0.0/8"), exit_status::usage);
}

}  // namespace
}  // namespace holdover::tool
