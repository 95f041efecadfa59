// Recordings of SNMP agents played on the loopback by snmpsimd, one community for each.
//
//   snmpsim player({"/recordings/a.snmprec", "/recordings/b.snmprec"});
//   ... player.address("a", "rfc1628") ...

#pragma once

#include "core/site.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdover::support {

class snmpsim {
public:
  static bool installed();
  static constexpr const char* not_installed =
      "snmpsim is not installed; run: apt-get install snmpsim";

  /// Returns when all are played. Throws if that takes too long.
  explicit snmpsim(const std::vector<std::filesystem::path>& recordings);

  /// The device recorded in NAME.snmprec.
  device_address address(const std::string& name, const std::string& unit,
                         const std::string& version = "2c") const;

private:
  scratch folder_;
  std::uint16_t port_;
  process player_;
};

}  // namespace holdover::support
