// `holdover device test` reads one device once and shows every value with where it came from;
// `holdover scan` finds devices in a range of addresses that the operator names, and nowhere else.
//
// Both use the nodes' own drivers and need no node, no key and no site: what they show is what a
// node would see.

#pragma once

#include "core/power/reading.hpp"
#include "core/site.hpp"
#include "io/device/driver.hpp"
#include "tools/holdover/exit_status.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
}

namespace holdover::tool {

struct device_test {
  std::string site_file;
  std::string name;    ///< Of a device in the site file, or
  std::string target;  ///< HOST or HOST:PORT of an SNMP agent.
  std::string version = "2c";
  std::string credentials;
  std::string profile;
  bool json = false;
};
exit_status test_device(const device_test&);

/// A device that was named on the command line, found in the site file or described by hand.
struct described_device {
  device_address where;
  device::device_kind kind = device::device_kind::whole;
  std::string channel{};
  std::optional<ups_config> ups{};  ///< As the site file has it.
};
/// Nothing: what is wrong was said.
std::optional<described_device> find_device(const device_test&);

/// Everything that it says, or how the program ends: what went wrong was said.
std::variant<power::whole_reading, exit_status> read_whole(const described_device&);

struct scan_wish {
  std::string range;       ///< "10.0.0.0/28", "10.0.0.1-10.0.0.9" or one address.
  std::uint16_t port = 0;  ///< 0: the usual one, 161 or 502.
  std::string version = "2c";
  std::string credentials;
  double per_second = 20;
  std::optional<std::uint32_t> modbus_unit{};  ///< Modbus TCP instead of SNMP.
};
exit_status scan(const scan_wish&);

/// The addresses of a range; nothing if it is not one, or has more than 4096.
std::optional<std::vector<std::string>> addresses_in(const std::string& range);

/// A reading as text: one line a value.
std::string reading_text(const power::whole_reading&);
std::string reading_json(const power::whole_reading&);
/// What a site file would say about devices, by its lists.
struct site_fragment {
  std::vector<std::string> ups, outlet_units, sensors;

  void add(const device_address&, const power::whole_reading&);
  std::string text() const;
};

/// How a device is described that stands in no site file, and how the answer is to look.
void add_address_options(CLI::App&, device_test&);
/// Adds both to the command line; `chosen` is set when one was given.
void add_device_verbs(CLI::App&, std::function<exit_status()>& chosen);

}  // namespace holdover::tool
