#include "tools/holdover/device.hpp"

#include "io/config/site_loader.hpp"
#include "io/device/factory.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/device_question.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

namespace holdover::tool {

namespace {

using described = described_device;

std::optional<described> found_in(const site& all, const std::string& name) {
  for (const auto& ups : all.upses)
    if (ups.name == name) return described{ups.address, device::device_kind::whole, {}, ups};
  for (const auto& unit : all.units) {
    if (unit.name != name) continue;
    // A profile of outlets is none of a whole device, which finds its own.
    auto where = unit.address;
    if (where.driver == "snmp") where.unit.clear();
    return described{std::move(where), device::device_kind::whole, {}};
  }
  for (const auto& sensor : all.sensors)
    if (sensor.name == name)
      return described{sensor.address, device::device_kind::sensor, sensor.channel};
  return std::nullopt;
}

std::optional<described> described_in_site(const device_test& wish) {
  std::vector<config::problem> problems;
  const auto loaded = config::load_site(wish.site_file, keys::sha256, problems);
  if (const auto* all = std::get_if<site>(&loaded)) {
    if (auto found = found_in(*all, wish.name)) return found;
    std::cerr << wish.site_file << " has no device \"" << wish.name
              << "\"; give the name of a UPS, outlet unit or sensor\n";
    return std::nullopt;
  }
  std::cerr << config::to_string(std::get<std::vector<config::problem>>(loaded));
  return std::nullopt;
}

std::optional<described> described_by_hand(const device_test& wish) {
  device_address where{.driver = "snmp",
                       .host = wish.target,
                       .port = 161,
                       .unit = wish.profile,
                       .credentials = wish.credentials,
                       .version = wish.version};
  auto colon = wish.target.rfind(':');
  const auto bracket = wish.target.find(']');
  if (wish.target.starts_with('[') && bracket != std::string::npos) {
    where.host = wish.target.substr(1, bracket - 1);
    if (bracket + 1 == wish.target.size()) return described{where};
    colon = bracket + 1;
  } else if (colon == std::string::npos || wish.target.find(':') != colon) {
    return described{where};  // A name, or an address of version 6.
  } else {
    where.host = wish.target.substr(0, colon);
  }
  const auto port = wish.target.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5
                      && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::stoul(port) == 0 || std::stoul(port) > 65535) {
    std::cerr << '"' << port << "\" is no port; write HOST:PORT\n";
    return std::nullopt;
  }
  where.port = static_cast<std::uint16_t>(std::stoul(port));
  return described{where};
}

power::whole_reading as_whole(const power::device_reading& reading) {
  if (const auto* whole = std::get_if<power::whole_reading>(&reading)) return *whole;
  power::whole_reading all;
  if (const auto* one = std::get_if<power::sensor_reading>(&reading)) all.sensors.push_back(*one);
  return all;
}

exit_status told(const device::failure& why) {
  std::cerr << to_string(why.kind) << ": " << why.text << '\n';
  return why.kind == device::failure_kind::unreachable ? exit_status::not_reachable
         : why.kind == device::failure_kind::refused   ? exit_status::refused
                                                       : exit_status::failed;
}

}  // namespace

std::optional<described_device> find_device(const device_test& wish) {
  if (wish.name.empty() == wish.target.empty()) {
    std::cerr << "give either the name of a device in the site file, or --snmp HOST\n";
    return std::nullopt;
  }
  return wish.target.empty() ? described_in_site(wish) : described_by_hand(wish);
}

std::variant<power::whole_reading, exit_status> read_whole(const described_device& what) {
  auto made = device::make_driver(what.where, what.kind, what.channel);
  if (const auto* problem = std::get_if<std::string>(&made)) {
    std::cerr << *problem << '\n';
    return exit_status::usage;
  }
  const auto came = read_until_known(*std::get<std::unique_ptr<device::driver>>(made));
  if (const auto* why = std::get_if<device::failure>(&came)) return told(*why);
  return as_whole(std::get<power::device_reading>(came));
}

exit_status test_device(const device_test& wish) {
  const auto what = find_device(wish);
  if (!what) return exit_status::usage;
  const auto came = read_whole(*what);
  if (const auto* failed = std::get_if<exit_status>(&came)) return *failed;
  const auto& reading = std::get<power::whole_reading>(came);
  std::cout << (wish.json ? reading_json(reading) : reading_text(reading));
  return exit_status::fine;
}

void add_address_options(CLI::App& verb, device_test& wish) {
  verb.add_option("--snmp", wish.target, "instead of NAME: HOST or HOST:PORT of an SNMP agent");
  verb.add_option("--version", wish.version, "1, 2c or 3")
      ->check(CLI::IsMember({"1", "2c", "3"}))
      ->capture_default_str();
  verb.add_option("--credentials", wish.credentials, "file:PATH or env:NAME");
  verb.add_option("--profile", wish.profile, "the family, where it is not to be found out");
  verb.add_flag("--json", wish.json, "as JSON");
}

void add_device_verbs(CLI::App& app, std::function<exit_status()>& chosen) {
  auto* device = app.add_subcommand("device", "look at one device");
  device->require_subcommand(1);
  auto* test = device->add_subcommand("test", "read it once and show every value and its source");
  auto wish = std::make_shared<device_test>();
  test->add_option("NAME", wish->name, "a UPS, outlet unit or sensor of the site file");
  test->add_option("--site-file", wish->site_file, "the site file")
      ->envname("HOLDOVER_SITE")
      ->default_val("/etc/holdover/site.yaml");
  add_address_options(*test, *wish);
  test->callback([wish, &chosen] { chosen = [wish] { return test_device(*wish); }; });

  auto* find = app.add_subcommand("scan", "find devices in a range of addresses");
  auto range = std::make_shared<scan_wish>();
  find->add_option("RANGE", range->range, "10.0.0.0/28, 10.0.0.1-10.0.0.9 or one address")
      ->required();
  find->add_option("--port", range->port, "default 161, for Modbus 502");
  find->add_option("--modbus", range->modbus_unit,
                   "ask by Modbus TCP for this unit, usually 1, instead of by SNMP")
      ->check(CLI::Range(1, 247));
  find->add_option("--version", range->version, "1, 2c or 3")
      ->check(CLI::IsMember({"1", "2c", "3"}))
      ->capture_default_str();
  find->add_option("--credentials", range->credentials, "file:PATH or env:NAME");
  find->add_option("--rate", range->per_second, "addresses a second")
      ->check(CLI::Range(0.1, 200.0))
      ->capture_default_str();
  find->callback([range, &chosen] { chosen = [range] { return scan(*range); }; });
}

}  // namespace holdover::tool
