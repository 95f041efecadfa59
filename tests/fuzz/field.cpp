// What field devices send, and the settings that say how to read them: whatever the bytes, each
// parser takes them within its limits or refuses them, and no state is made of noise.

#include "core/utf8.hpp"
#include "io/device/megatec/reading.hpp"
#include "io/device/megatec/settings.hpp"
#include "io/device/modbus/cs141.hpp"
#include "io/device/modbus/reading.hpp"
#include "io/device/modbus/settings.hpp"
#include "io/device/rccmd/message.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace holdover;
namespace modbus = device::modbus;
namespace megatec = device::megatec;

void must(bool holds) {
  if (!holds) std::abort();
}

void sound(const power::ups_reading& reading) {
  for (const auto& value : reading.values)
    must(std::isfinite(value.number) && (value.how == power::quality::good || value.number == 0));
}

void as_datagram(std::string_view text) {
  const auto said = device::rccmd::message_from(text);
  if (!said) return;
  for (const auto* part : {&said->event, &said->device, &said->text})
    must(utf8::printable(*part) && utf8::length(*part) <= 200);
  must(!said->minutes_left || std::isfinite(*said->minutes_left));
}

void as_line(std::string_view text) {
  const auto status = megatec::status_from(text);
  const auto rating = megatec::rating_from(text);
  const auto maker = megatec::maker_from(text);
  if (maker) must(utf8::printable(maker->company) && utf8::printable(maker->version));
  if (status) sound(megatec::reading_of(*status, rating, maker));
}

void as_registers(std::string_view bytes) {
  modbus::image read;
  for (std::size_t i = 0; i + 1 < bytes.size() && i < 108; i += 2)
    read[{modbus::space::holding, static_cast<std::uint16_t>(97 + i / 2)}] =
        static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[i]) << 8
                                   | static_cast<unsigned char>(bytes[i + 1]));
  sound(modbus::read_ups(read, {.kind = device::device_kind::ups,
                                .channel = {},
                                .means = {},
                                .name = {},
                                .map = std::string(modbus::map_cs141),
                                .points = modbus::cs141_points()}));
}

void as_settings(std::string_view text) {
  const auto [found, problem] = modbus::settings_from(text);
  if (problem.empty()) must(modbus::problem_with(found).empty());
  if (problem.empty()) must(modbus::settings_from(modbus::to_text(found)).second.empty());
  (void)megatec::settings_from(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  as_datagram(bytes);
  as_line(bytes);
  as_registers(bytes);
  as_settings(bytes);
  return 0;
}
