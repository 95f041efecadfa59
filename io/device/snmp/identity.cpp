#include "io/device/snmp/identity.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <string_view>
#include <sys/random.h>
#include <unistd.h>

namespace holdover::device::snmp {

namespace {

// RFC 3411: the enterprise whose form it is (net-snmp's), a form of its own (128), and the rest.
constexpr std::array<unsigned char, 5> beginning{0x80, 0x00, 0x1f, 0x88, 0x80};
constexpr std::size_t random_bytes = 12;
constexpr std::size_t bytes_least = 5;
constexpr std::size_t bytes_most = 32;
constexpr std::uint32_t boots_most = 2147483646;  // One more means: for ever out of order.

std::string new_bytes() {
  std::array<char, random_bytes> rest{};
  static_cast<void>(!::getrandom(rest.data(), rest.size(), 0));
  return std::string(beginning.begin(), beginning.end()) + std::string(rest.begin(), rest.end());
}

std::string in_hexadecimal(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::optional<std::string> from_hexadecimal(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const char* end = text.data() + i + 2;
    if (std::from_chars(text.data() + i, end, byte, 16).ptr != end) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  if (bytes.size() < bytes_least || bytes.size() > bytes_most) return std::nullopt;
  return bytes;
}

/// "engine 80001f88…, started 7 times"; nothing if it says anything else.
std::optional<engine_identity> identity_in(std::istream& file) {
  std::string engine, hexadecimal, started;
  engine_identity known;
  if (!(file >> engine >> hexadecimal >> started >> known.boots)) return std::nullopt;
  const auto bytes = from_hexadecimal(hexadecimal);
  if (engine != "engine" || started != "started" || !bytes || known.boots >= boots_most)
    return std::nullopt;
  known.bytes = *bytes;
  return known;
}

std::string kept(const std::string& file, const engine_identity& what) {
  const auto text =
      "engine " + in_hexadecimal(what.bytes) + " started " + std::to_string(what.boots) + '\n';
  const auto beside = file + ".new";
  const int to = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool well = to >= 0 && ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size())
              && ::fsync(to) == 0;
  const int error = errno;
  if (to >= 0) ::close(to);
  if (!well) return file + ": " + std::strerror(error);
  well = std::rename(beside.c_str(), file.c_str()) == 0;
  return well ? "" : file + ": " + std::strerror(errno);
}

}  // namespace

engine_identity take_identity(const std::string& file) {
  engine_identity now;
  std::ifstream stored(file);
  const bool there = stored.is_open();
  if (const auto known = there ? identity_in(stored) : std::nullopt) {
    now = *known;
    ++now.boots;
  } else {
    now.bytes = new_bytes();
    if (there) now.problem = file + " is no identity of an SNMP engine; a new one was made";
  }
  if (const auto why = kept(file, now); !why.empty())
    now.problem = why + ": senders of informs must learn a new identity after each start";
  return now;
}

}  // namespace holdover::device::snmp
