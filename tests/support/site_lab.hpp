// A whole site for a test, with nothing played but the devices: three holdover-site processes, an
// agent process for each host, a real upsd and a real snmpd, all on free ports of the loopback.
//
//   site_lab lab;                        // printer, web1 and db1 on outlets, nas1 on the UPS
//   lab.start();                         // returns when every node knows everything and is calm
//   lab.ups().set("ups.status", "OB");
//   EXPECT_TRUE(lab.tap().hears({"host web1", "-> down"})) << lab.story();
//
// A host is an agent process whose power is the state of its outlet at the switch and nothing else:
// power gone kills it at once (and that is counted, if it had not gone down by itself), power back
// boots it. Its shutdown program waits for the test's leave, if the test wants that, and then ends
// the agent, as a service manager does last of all.

#pragma once

#include "core/message.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/site_tap.hpp"
#include "tests/support/snmpd.hpp"
#include "tests/support/upsd.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace holdover::support {

struct site_layout {
  bool redundant = false;           ///< One host on two UPSes, and no outlets.
  std::string hold = "500ms";       ///< Of web1.
  std::string clients = "3s";       ///< On battery until web1 must go.
  std::string alpha_database = {};  ///< Elsewhere than in the lab's folder.
  bool one_way = false;             ///< web1 reaches alpha alone.
  bool shutdown_waits = false;      ///< Shutdown programs wait for let_go().
};

class site_lab {
public:
  static constexpr std::array<const char*, 3> node_names{"alpha", "beta", "gamma"};

  /// Empty, or what this machine lacks: a test is then skipped.
  static std::string missing();

  explicit site_lab(site_layout = {});
  ~site_lab();
  site_lab(const site_lab&) = delete;
  site_lab& operator=(const site_lab&) = delete;

  /// Everything. Throws if it is not calm within half a minute.
  void start();
  /// The servers, and these nodes and hosts only; waits for nothing.
  void start_only(const std::vector<std::string>& nodes, const std::vector<std::string>& hosts);

  /// Where a host has its power from, if not from the switch; before it is started.
  void feed(const std::string& host, std::function<bool()> has_power);

  void start_node(const std::string& name);
  void kill_node(const std::string& name);  ///< kill -9
  bool node_runs(const std::string& name);
  void tell_node(const std::string& name, int signal) { nodes_.at(name).send(signal); }

  upsd& nut() { return nut_; }
  nut_device& ups(const std::string& name = "main") { return *upses_.at(name); }
  snmpd& outlets() { return switch_; }

  const site_tap& tap() const { return *tap_; }
  site_tap& tap() { return *tap_; }
  /// What a node says of itself, asked as an operator; nothing if it does not answer.
  std::optional<node_status> status(const std::string& node) const;
  std::optional<policy::host_status> host_seen_by(const std::string& node,
                                                  const std::string& host) const;
  /// Asks again and again.
  template <class Condition>
  static bool eventually(Condition holds,
                         std::chrono::milliseconds bound = std::chrono::seconds{20}) {
    const auto end = std::chrono::steady_clock::now() + bound;
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return true;
  }

  void let_go(const std::string& host);  ///< Its shutdown program may end.
  /// How often a host has booted, and how often it lost power while it ran.
  int boots(const std::string& host) const;
  int crashes(const std::string& host) const;
  bool agent_runs(const std::string& host);
  /// What its actions wrote, and its log of commands.
  std::string wrote(const std::string& host, const std::string& file) const;
  std::string commands(const std::string& host) const { return wrote(host, "state/commands.log"); }

  tool::access access(const std::string& key) const;
  std::string control(const std::string& node) const;
  std::string events(const std::string& node) const;
  const scratch& folder() const { return folder_; }
  std::string database(const std::string& node) const;
  std::string log(const std::string& node) const;
  /// Everything heard, for a failing test.
  std::string story() const;

  /// Keys of a name, made and written. Enrolled only if a role is given.
  void make_member(const std::string& name, role, node_number = 0);

private:
  struct machine {
    std::string name;
    int outlet = 0;               ///< 0: straight on a UPS.
    std::function<bool()> fed{};  ///< Instead.
    process agent;
    int boots = 0;
    int crashes = 0;
    bool powered = false;
  };

  void write_files();
  std::string site_text() const;
  void write_node(const std::string& name);
  void write_host(const std::string& name);
  void boot(machine&);
  void watch_power();
  static bool has_power(const machine&, const std::map<int, bool>& outlets);
  bool calm() const;
  std::string file(const std::string& name) const { return folder_ / name; }

  site_layout layout_;
  scratch folder_;
  membership members_;
  upsd nut_;
  std::map<std::string, nut_device*> upses_;
  snmpd switch_;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, process> nodes_;
  std::unique_ptr<site_tap> tap_;
  mutable std::mutex hosts_mutex_;
  std::map<std::string, machine> hosts_;
  std::atomic<bool> stopping_{false};
  std::thread power_;
};

/// A program that is to end by itself: its exit status (or -1) and all it said.
struct program_end {
  int status = -1;
  std::string said;
};
program_end run_to_end(const std::string& command_line);
std::string read_file(const std::string& path);

}  // namespace holdover::support
