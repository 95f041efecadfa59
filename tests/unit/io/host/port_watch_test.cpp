#include "io/host/port_watch.hpp"

#include "tests/support/scratch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <vector>

namespace holdover::host {
namespace {

using namespace std::chrono_literals;

/// Ports as the kernel shows them.
struct PortWatch : ::testing::Test {
  void port(const std::string& name, const std::string& carrier) {
    std::filesystem::create_directories(folder() + "/" + name);
    std::ofstream{folder() + "/" + name + "/carrier"} << carrier << '\n';
  }
  void sensor(const std::string& says) { std::ofstream{mains()} << says; }
  std::string folder() const { return scratch / "net"; }
  std::string mains() const { return scratch / "mains"; }
  ports_to_watch watched(std::vector<std::string> names) const {
    return {.names = std::move(names), .mains_file = {}, .folder = folder(), .period = 5ms};
  }
  support::scratch scratch;
};

TEST_F(PortWatch, OneCarrierOfSeveralIsEnough) {
  port("eno1", "0");
  port("eno2", "1");
  EXPECT_TRUE(look_at_ports(watched({"eno1", "eno2"})).carrier);
  EXPECT_FALSE(look_at_ports(watched({"eno1"})).carrier);
}

TEST_F(PortWatch, APortThatIsNotThereHasNoCarrier) {
  EXPECT_FALSE(look_at_ports(watched({"eno9"})).carrier);
}

TEST_F(PortWatch, OnlyAFileThatBeginsWithOneSaysThatMainsAreGood) {
  auto what = watched({"eno1"});
  EXPECT_FALSE(look_at_ports(what).mains_good) << "there is no sensor";
  what.mains_file = mains();
  EXPECT_FALSE(look_at_ports(what).mains_good) << "it cannot be read";
  sensor("0\n");
  EXPECT_FALSE(look_at_ports(what).mains_good);
  sensor("1\n");
  EXPECT_TRUE(look_at_ports(what).mains_good);
}

TEST_F(PortWatch, ItTellsAtOnceAndAgainUntilItEnds) {
  port("eno1", "1");
  std::promise<void> twice;
  std::mutex mutex;
  std::vector<bool> told;
  {
    const port_watch watch{watched({"eno1"}), [&](const agent::ports_seen& seen) {
                             const std::lock_guard lock{mutex};
                             told.push_back(seen.carrier);
                             if (told.size() == 2) twice.set_value();
                           }};
    ASSERT_EQ(twice.get_future().wait_for(20s), std::future_status::ready);
  }
  const std::lock_guard lock{mutex};
  EXPECT_TRUE(told[0] && told[1]);
}

}  // namespace
}  // namespace holdover::host
