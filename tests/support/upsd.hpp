// A real NUT server for a test, on a free port, with its own folder and nothing of the machine's.
//
//   upsd server;
//   auto& rack = server.attach("rack", {{"ups.status", "OL"}, {"battery.charge", "100"}});
//   server.play("tower", "ups.status: OL\n");      // through NUT's dummy-ups, a process of its own
//   server.start();
//   ... server.address("rack") ... rack.set("ups.status", "OB DISCHRG");
//
// Devices that a test attaches change at once; those played by dummy-ups are slower (it looks at
// its file every second) but have nothing of ours in them.

#pragma once

#include "core/site.hpp"
#include "tests/support/nut_device.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace holdover::support {

class upsd {
public:
  /// Whether Debian's nut-server is here; a test that needs it is skipped otherwise.
  static bool installed();
  static constexpr const char* not_installed =
      "nut-server is not installed; run: apt-get install nut-server";

  /// How long upsd lets a silent driver be before its data is stale; NUT's default is 15 s.
  explicit upsd(std::chrono::seconds data_age_max = std::chrono::seconds(15));
  ~upsd();

  /// Before start().
  nut_device& attach(const std::string& ups, nut_device::variables values);
  void play(const std::string& ups, const std::string& dev_text);
  void listen_on_version_six() { version_six_ = true; }  ///< As well.

  /// Returns when every device has given its first data. Throws if that takes too long.
  void start();
  void stop();   ///< The server only; start() brings it back on the same port.
  void kill();   ///< As stop(), but without a farewell.
  void pause();  ///< It keeps its connections and says nothing.
  void resume();

  // Of a device that dummy-ups plays:
  void rewrite(const std::string& ups, const std::string& dev_text);
  void set(const std::string& ups, const std::string& variable, const std::string& value);
  void pause_driver(const std::string& ups);
  void resume_driver(const std::string& ups);
  void kill_driver(const std::string& ups);
  void start_driver(const std::string& ups);

  std::uint16_t port() const { return port_; }
  /// How to reach one of its devices; with the credentials of a user who may switch, if wanted.
  device_address address(const std::string& ups, bool with_credentials = false) const;
  std::string credentials() const;  ///< "file:PATH"

  /// upsd's answer to one line, without going through our own client; empty if there is none.
  std::string ask(const std::string& line) const;
  /// Waits until a variable has a value, as upsd shows it.
  bool shows(const std::string& ups, const std::string& variable, const std::string& value,
             std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

  const scratch& folder() const { return folder_; }

private:
  struct played {
    std::string text;
    process driver;
    std::int64_t edition = 0;  ///< dummy-ups compares whole seconds.
  };

  void write_configuration();
  void write_played(const std::string& ups, played&);
  std::vector<std::string> environment() const;

  scratch folder_;
  bool version_six_ = false;
  std::uint16_t port_;
  std::chrono::seconds data_age_max_;
  std::map<std::string, std::unique_ptr<nut_device>> attached_;
  std::map<std::string, played> played_;
  process server_;
};

}  // namespace holdover::support
