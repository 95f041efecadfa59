// Traps and informs as net-snmp's own tools send them, in every version, and whatever else may come
// to that port.

#include "io/device/snmp/driver.hpp"
#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/trap_listener.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/snmpd.hpp"
#include "tests/support/udp_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

namespace holdover::device::snmp {
namespace {

using namespace std::chrono_literals;
using support::snmpd;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* engine_of_card = "0x80001f8804686f6c646f766572";
using words = std::vector<std::string>;

/// upsTrapOnBattery in version 2c.
const std::string trap(
    "\x30\x3c\x02\x01\x01\x04\x03\x61\x6e\x79\xa7\x32\x02\x01\x11\x02\x01\x00\x02\x01"
    "\x00\x30\x27\x30\x0d\x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00\x43\x01\x37\x30\x16"
    "\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x04\x01\x00\x06\x08\x2b\x06\x01\x02\x01\x21"
    "\x02\x01",
    62);

/// What the listener told, by its thread.
class log_book {
public:
  void write(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    news_.notify_all();
  }
  bool reads(const std::string& part, std::chrono::milliseconds bound = 10s) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, bound, [&] { return count(part) > 0; });
  }
  std::size_t times(const std::string& part) {
    const std::lock_guard lock(mutex_);
    return count(part);
  }
  words all() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

private:
  std::size_t count(const std::string& part) const {
    std::size_t found = 0;
    for (const auto& line : lines_)
      found += line.find(part) != std::string::npos ? 1 : 0;
    return found;
  }
  std::mutex mutex_;
  std::condition_variable news_;
  words lines_;
};

class SnmpTraps : public testing::Test {
protected:
  void SetUp() override {
    if (::access("/usr/bin/snmpinform", X_OK) != 0)
      GTEST_SKIP() << "snmpinform is not installed; run: apt-get install snmp";
  }

  void listen(const std::vector<device_address>& devices,
              const std::string& endpoint = "127.0.0.1:0") {
    auto opened = trap_listener::open(
        endpoint, devices,
        {[this](const notification& said, const std::vector<std::size_t>& sources) {
           std::string line = to_string(said) + " by";
           for (const auto source : sources)
             line += ' ' + std::to_string(source);
           told_.write(line);
         },
         [this](const std::string& sender, const std::string& why, bool first) {
           told_.write((first ? "refused " : "counted ") + sender + ": " + why);
         }});
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<trap_listener>>(opened))
        << std::get<std::string>(opened);
    ear_ = std::get<std::unique_ptr<trap_listener>>(std::move(opened));
  }

  device_address here(const std::string& version = "2c") const {
    return card_.address("rfc1628", version);
  }

  /// One of net-snmp's tools; true if it says that all is well.
  bool send(const std::string& tool, const words& options, const words& what) {
    std::string line =
        "MIBS= SNMP_PERSISTENT_DIR=" + (card_.folder() / "tool") + " /usr/bin/" + tool;
    const auto add = [&](const words& more) {
      for (const auto& word : more)
        line += " '" + word + '\'';
    };
    add(options);
    add({to_ + std::to_string(ear_->port())});
    add(what);
    return std::system((line + " >> " + (card_.folder() / "said") + " 2>&1").c_str()) == 0;
  }

  static words user(const std::string& name, const std::string& phrase, const std::string& level) {
    return {"-v3",
            "-l",
            level,
            "-u",
            name,
            "-a",
            "SHA",
            "-A",
            phrase + "-authentication",
            "-x",
            "AES",
            "-X",
            phrase + "-privacy"};
  }
  static words with(words one, const words& two) {
    one.insert(one.end(), two.begin(), two.end());
    return one;
  }

  static inline const words on_battery{"", "1.3.6.1.2.1.33.2.1"};

  snmpd card_{std::string("exactEngineID ") + engine_of_card + '\n'};
  log_book told_;
  std::unique_ptr<trap_listener> ear_;
  std::string to_ = "127.0.0.1:";
};

TEST_F(SnmpTraps, TrapsOfVersionOneAreHeard) {
  listen({here()});
  EXPECT_TRUE(
      send("snmptrap", {"-v1", "-c", "any"}, {"1.3.6.1.2.1.33.2", "127.0.0.1", "6", "3", "55"}));
  EXPECT_TRUE(told_.reads("SNMP trap (1) from 127.0.0.1: upsTrapAlarmEntryAdded by 0"));
  EXPECT_TRUE(send("snmptrap", {"-v1", "-c", "any"}, {"", "", "0", "0", ""}));
  EXPECT_TRUE(told_.reads("SNMP trap (1) from 127.0.0.1: coldStart by 0"));
}

TEST_F(SnmpTraps, TrapsAndInformsOfVersionTwoAreHeardAndInformsAnswered) {
  listen({here(), here()});
  EXPECT_TRUE(send("snmptrap", {"-v2c", "-c", "any"}, on_battery));
  EXPECT_TRUE(told_.reads("SNMP trap (2c) from 127.0.0.1: upsTrapOnBattery by 0 1"));
  EXPECT_TRUE(send("snmpinform", {"-v2c", "-c", "any", "-r0", "-t2"}, on_battery)) << "no answer";
  EXPECT_TRUE(told_.reads("SNMP inform (2c) from 127.0.0.1: upsTrapOnBattery by 0 1"));
}

TEST_F(SnmpTraps, InformsOfVersionThreeAreAnsweredToTheUserOfTheDevice) {
  listen({here("3")});
  const auto right = user("watcher", "watcher", "authPriv");
  EXPECT_TRUE(send("snmpinform", with(right, {"-r1", "-t2"}), on_battery));
  EXPECT_TRUE(told_.reads("SNMP inform (3) from 127.0.0.1: upsTrapOnBattery by 0"));
  EXPECT_EQ(told_.times("refused"), 0u) << "getting to know each other is no refusal";
}

TEST_F(SnmpTraps, InformsForAnIdentityThatWasKeptAreAnsweredToWhoLearnedItBefore) {
  card_.folder().write("engine", "engine 80001f8880686f6c646f766572 started 7\n");
  EXPECT_EQ(engine::identify(card_.folder() / "engine"), "");
  listen({here("3")});
  // As a card does that asked an earlier life of ours: nothing is asked any more.
  const auto known = with(user("watcher", "watcher", "authPriv"),
                          {"-e", "0x80001f8880686f6c646f766572", "-Z", "8,1", "-r0", "-t2"});
  EXPECT_TRUE(send("snmpinform", known, on_battery));
  EXPECT_TRUE(told_.reads("SNMP inform (3) from 127.0.0.1: upsTrapOnBattery by 0"))
      << testing::PrintToString(told_.all());
}

TEST_F(SnmpTraps, TrapsAndInformsComeByTheSixthVersionOfIpToo) {
  auto device = here();
  device.host = "::1";
  listen({device}, "[::1]:0");
  to_ = "udp6:[::1]:";
  EXPECT_TRUE(send("snmptrap", {"-v2c", "-c", "any"}, on_battery));
  EXPECT_TRUE(told_.reads("SNMP trap (2c) from ::1: upsTrapOnBattery by 0"))
      << testing::PrintToString(told_.all());
  EXPECT_TRUE(send("snmpinform", {"-v2c", "-c", "any", "-r0", "-t2"}, on_battery));
}

TEST_F(SnmpTraps, InformsOfAnotherUserOrPassphraseAreRefusedAndToldOnce) {
  listen({here("3")});
  for (int again = 0; again < 2; ++again)
    EXPECT_FALSE(send("snmpinform", with(user("stranger", "watcher", "authPriv"), {"-r0", "-t1"}),
                      on_battery));
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: its user is not known"));
  EXPECT_FALSE(send("snmpinform", with(user("watcher", "something", "authPriv"), {"-r0", "-t1"}),
                    on_battery));
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: its authentication is wrong"));
  EXPECT_EQ(told_.times("refused"), 2u);
  EXPECT_GE(told_.times("counted"), 1u);
  EXPECT_EQ(told_.times("upsTrapOnBattery"), 0u);
}

TEST_F(SnmpTraps, InformsWithLessProtectionThanTheUserHasAreNotBelieved) {
  listen({here("3")});
  EXPECT_FALSE(send("snmpinform", with(user("watcher", "watcher", "authNoPriv"), {"-r0", "-t1"}),
                    on_battery));
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: no device at this address is read by this user"));
  EXPECT_EQ(told_.times("upsTrapOnBattery"), 0u);
}

TEST_F(SnmpTraps, TrapsOfVersionThreeAreBelievedOnceTheirEngineHasBeenRead) {
  if (!snmpd::installed()) GTEST_SKIP() << snmpd::not_installed;
  card_.start();
  listen({here("3")});
  const auto signed_trap =
      with(user("watcher", "watcher", "authPriv"), {"-e", engine_of_card, "-Z", "1,5"});
  EXPECT_TRUE(send("snmptrap", signed_trap, on_battery));
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: ")) << "nobody can tell yet whose it is";
  auto device = make_snmp_driver(here("3"), device_kind::ups, {});
  ASSERT_NE(support::reading_in<power::ups_reading>(support::read(*device)), nullptr);
  EXPECT_TRUE(send("snmptrap", signed_trap, on_battery));
  EXPECT_TRUE(told_.reads("SNMP trap (3) from 127.0.0.1: upsTrapOnBattery by 0"))
      << testing::PrintToString(told_.all());
  EXPECT_TRUE(
      send("snmptrap",
           with(user("watcher", "something", "authPriv"), {"-e", engine_of_card, "-Z", "1,5"}),
           on_battery));
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: its authentication is wrong"))
      << testing::PrintToString(told_.all());
  EXPECT_NE(support::reading_in<power::ups_reading>(support::read(*device)), nullptr)
      << "the device is read as before";
}

TEST_F(SnmpTraps, StrangersAreToldOnceAndOtherwiseCounted) {
  auto elsewhere = here();
  elsewhere.host = "192.0.2.1";
  listen({elsewhere});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(send("snmptrap", {"-v2c", "-c", "any"}, on_battery));
  EXPECT_FALSE(send("snmpinform", {"-v2c", "-c", "any", "-r0", "-t1"}, on_battery))
      << "nothing is said to strangers";
  EXPECT_THAT(told_.all(), ElementsAre("refused 127.0.0.1: not a device of this site",
                                       "counted 127.0.0.1: not a device of this site",
                                       "counted 127.0.0.1: not a device of this site",
                                       "counted 127.0.0.1: not a device of this site"));
}

TEST_F(SnmpTraps, QuestionsToTheListenerAreNotAnswered) {
  listen({here()});
  EXPECT_FALSE(send("snmpget", {"-v2c", "-c", "any", "-r0", "-t1"}, {"1.3.6.1.2.1.1.1.0"}));
  EXPECT_TRUE(told_.all().empty()) << testing::PrintToString(told_.all());
}

TEST_F(SnmpTraps, AStormIsHeardInPartAndTheNextTrapAfterIt) {
  listen({here()});
  const auto datagram = [&](const std::string& bytes, int socket) {
    const auto to = support::udp_loopback(ear_->port());
    (void)::sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof to);
  };
  const int from = support::bound_udp_socket();
  for (int i = 0; i < 400; ++i)
    datagram(trap, from);
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: too many at once"));
  EXPECT_LT(told_.times("SNMP trap"), 120u);
  ::close(from);
  const auto before = told_.times("upsTrapOnBattery");
  while (told_.times("upsTrapOnBattery") == before)
    ASSERT_TRUE(send("snmptrap", {"-v2c", "-c", "any"}, on_battery));
}

TEST_F(SnmpTraps, NoiseAndTruncatedPacketsAreRefusedAndHarmNobody) {
  listen({here("3"), here()});
  std::minstd_rand dice(7);  // NOLINT: the same noise each time
  const int from = support::bound_udp_socket();
  const auto to = support::udp_loopback(ear_->port());
  const auto throw_it = [&](const std::string& bytes) {
    (void)::sendto(from, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof to);
    std::this_thread::sleep_for(2ms);
  };
  for (std::size_t size = 0; size < trap.size(); ++size)
    throw_it(trap.substr(0, size));
  for (int i = 0; i < 300; ++i) {
    auto spoilt = trap;
    for (int changes = 0; changes < 3; ++changes)
      spoilt[dice() % spoilt.size()] = static_cast<char>(dice());
    throw_it(spoilt);
  }
  ::close(from);
  EXPECT_TRUE(told_.reads("refused 127.0.0.1: it is not understood"));
  const auto right = user("watcher", "watcher", "authPriv");
  while (told_.times("SNMP inform (3)") == 0)
    send("snmpinform", with(right, {"-r1", "-t1"}), on_battery);
}

TEST_F(SnmpTraps, APortThatIsTakenIsToldWithItsReason) {
  listen({});
  const auto second = trap_listener::open("127.0.0.1:" + std::to_string(ear_->port()), {}, {});
  ASSERT_TRUE(std::holds_alternative<std::string>(second));
  EXPECT_THAT(std::get<std::string>(second), HasSubstr("another program"));
}

TEST_F(SnmpTraps, TwoPassphrasesForOneUserAreNoted) {
  auto other = here("3");
  other.host = "127.0.0.2";
  other.credentials = card_.credentials("other", "watcher another-phrase another-phrase");
  listen({here("3"), other});
  EXPECT_THAT(ear_->notes(), Contains(HasSubstr("another device has a user \"watcher\"")));
}

}  // namespace
}  // namespace holdover::device::snmp
