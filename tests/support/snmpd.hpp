// A real SNMP agent for a test: Debian's snmpd on a free port of the loopback, with its own folder
// and nothing of the machine's. Behind it stand the laboratory's UPS and its SiteSwitch 4.
//
//   snmpd card;
//   card.start();
//   ... card.address("rfc1628") ... card.set_ups("output_source=battery\n") ... card.outlets()
//
// Communities: "reading" and "writing". Users of version 3: "watcher" (SHA, AES; reads) and
// "operator" (SHA-256, AES; writes).

#pragma once

#include "core/site.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace holdover::support {

class snmpd {
public:
  /// Whether Debian's snmpd is here; a test that needs it is skipped otherwise.
  static bool installed();
  static constexpr const char* not_installed = "snmpd is not installed; run: apt-get install snmpd";

  enum class identity { none, reader, writer, wrong };

  /// More lines for snmpd.conf.
  explicit snmpd(std::string more_configuration = {});
  ~snmpd();

  /// Returns when it answers. Throws if that takes too long.
  void start();
  void stop();   ///< start() brings it back on the same port.
  void pause();  ///< It keeps its port and says nothing.
  void resume();

  /// The state file of tools/lab/ups_agent.py; lines "key=value".
  void set_ups(const std::string& lines) const;
  /// The outlets as tools/lab/siteswitch_agent.py keeps them.
  std::map<int, bool> outlets() const;
  void set_outlets(const std::string& lines) const;

  std::uint16_t port() const { return port_; }
  /// How to reach it: profile, version, and as whom.
  device_address address(const std::string& unit, const std::string& version = "2c",
                         identity who = identity::reader) const;
  /// A credentials reference; with the given text.
  std::string credentials(const std::string& name, const std::string& text) const;

  const scratch& folder() const { return folder_; }

private:
  bool answers() const;

  scratch folder_;
  std::uint16_t port_;
  std::string more_configuration_;
  process server_;
};

}  // namespace holdover::support
