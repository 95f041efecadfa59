#include "io/device/factory.hpp"

#include "core/utf8.hpp"
#include "io/device/megatec/driver.hpp"
#include "io/device/modbus/driver.hpp"
#include "io/device/nut/driver.hpp"
#include "io/device/secret.hpp"
#include "io/device/simulated/driver.hpp"
#include "io/device/snmp/driver.hpp"
#include "io/device/snmp/engine.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace holdover::device {

namespace {

using maker = std::unique_ptr<driver> (*)(const device_address&, device_kind, const std::string&);

struct family {
  std::string_view name;
  maker make;
};

constexpr std::array families{family{"nut", make_nut_driver}, family{"snmp", make_snmp_driver},
                              family{"simulated", make_simulated_driver},
                              family{"modbus", make_modbus_driver},
                              family{"megatec", make_megatec_driver}};

std::string names_of_families() {
  std::string names;
  for (const auto& f : families)
    names += (names.empty() ? "" : ", ") + std::string(f.name);
  return names;
}

/// What is wrong with the address as it stands; empty if nothing is.
std::string problem_with(const device_address& where, device_kind kind,
                         const std::string& channel) {
  if (where.host.empty())
    return where.driver == "simulated" ? "a simulated device needs a file; give its path"
                                       : "the address has no host; give a name or an address";
  bool needs_unit = where.driver == "nut" && kind != device_kind::interface;
  if (needs_unit && where.unit.empty())
    return "a NUT device needs the name that upsd has for it; `upsc -l " + where.host
           + "` lists them";
  if (kind == device_kind::sensor && channel.empty())
    return "a sensor needs a channel; give the variable or object to read";
  if (!where.credentials.empty() && !is_secret_reference(where.credentials))
    return "credentials are given as \"file:PATH\" or \"env:NAME\", not the secret itself";
  if (where.driver == "megatec") return problem_with_megatec(where, kind);
  if (where.driver == "modbus") return problem_with_modbus(where, kind, channel);
  return {};
}

}  // namespace

std::string start_families(const std::string& snmp_identity) {
  std::string problem;
  if (!snmp_identity.empty()) problem = snmp::engine::identify(snmp_identity);
  static_cast<void>(snmp::engine::shared());
  return problem;
}

std::variant<std::unique_ptr<driver>, std::string> make_driver(const device_address& where,
                                                               device_kind kind,
                                                               const std::string& channel) {
  auto found = std::ranges::find(families, where.driver, &family::name);
  if (found == families.end())
    return "there is no driver \"" + utf8::cleaned(where.driver, 40, false) + "\"; use one of "
           + names_of_families();
  if (auto problem = problem_with(where, kind, channel); !problem.empty()) return problem;
  try {
    return found->make(where, kind, channel);
  } catch (const std::system_error& error) {
    return std::string("the system has no room for another driver: ") + error.what();
  }
}

}  // namespace holdover::device
