// Small conversions that all loaders share.

#pragma once

#include "core/time.hpp"
#include "io/config/document.hpp"

#include <google/protobuf/duration.pb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::config {

inline duration to_duration(const google::protobuf::Duration& in) {
  return std::chrono::seconds{in.seconds()}
         + std::chrono::duration_cast<duration>(std::chrono::nanoseconds{in.nanos()});
}

/// Replaces a default if the file has a value.
inline void take(duration& out, bool given, const google::protobuf::Duration& in) {
  if (given) out = to_duration(in);
}

/// Checks "tcp://HOST:PORT", as nodes bind to and agents connect to.
void check_endpoint(const std::string& endpoint, const std::string& path, document& file);

/// Checks the level of a log: debug, info, warning. Empty means info.
std::string log_level(const std::string& in, const std::string& path, document& file);

/// The public half of a signing key from its 64 hexadecimal digits; never all zero.
using sign_key = std::array<std::uint8_t, 32>;
std::optional<sign_key> to_sign_key(std::string_view text);

/// The administrator's public key, if the file pins one.
std::optional<sign_key> admin_key(const std::string& in, const std::string& path, document& file);

/// "hosts[3]"
std::string at(std::string_view list, int index);

}  // namespace holdover::config
