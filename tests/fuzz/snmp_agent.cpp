// Whatever an agent says ends in a reading: the input is a recording as text, and is read by every
// table. The words that operators write, channels and object names, are tried on the same bytes.

#include "io/device/snmp/sensor_channel.hpp"
#include "tests/support/snmp_expected.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream in(text);
  const auto reading = holdover::support::read_recording(holdover::support::parse_recording(in));
  for (const auto& value : reading.power.values)
    if (value.name.empty() || !std::isfinite(value.number)) std::abort();
  (void)holdover::device::snmp::parse_channel(text.substr(0, text.find('\n')));
  (void)holdover::device::snmp::object_id::parse(text.substr(0, text.find('|')));
  return 0;
}
