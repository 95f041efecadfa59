// What may come to the port for traps: whatever the bytes, the library takes or refuses them, says
// something to nobody but a sender of an inform, and what is heard can be shown.

#include "core/utf8.hpp"
#include "io/device/snmp/notification_reader.hpp"
#include "io/device/snmp/wire.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace holdover;
namespace snmp = device::snmp;

void must(bool holds) {
  if (!holds) std::abort();
}

struct post_office {
  std::size_t sent = 0;
  snmp::notification_reader reader{0, [this](std::string_view) { ++sent; },
                                   [](const snmp::notification&) { return true; }};
};

post_office& office() {
  static auto& opened = []() -> post_office& {
    snmp::wire::start_library();
    static post_office one;
    snmp::notification_reader::admit(
        {"watcher", "watcher-authentication", "watcher-privacy", "SHA", "AES"});
    return one;
  }();
  return opened;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto& at = office();
  at.sent = 0;
  const auto came = at.reader.read({reinterpret_cast<const char*>(data), size}, "10.0.0.5");
  must(at.sent <= 1);
  if (const auto* said = std::get_if<snmp::notification>(&came)) {
    must(said->wants_answer == (at.sent == 1));
    must(utf8::printable(to_string(*said)));
  }
  return 0;
}
