#include "io/bus/address.hpp"

#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace holdover::bus {

namespace {

// As much as the system takes for the name of a UNIX socket.
constexpr std::size_t ipc_path_max = 107;

bool is_port(std::string_view text, address_use use) {
  if (text == "*") return use == address_use::listen;
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text, address_use use) {
  if (text == "*") return use == address_use::listen;
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto allowed = [&](char c) {
    return is_alphanumeric(c) || std::string_view{".-_:[]%"}.find(c) != std::string_view::npos;
  };
  return !text.empty() && (text.front() == '[' || is_alphanumeric(text.front()))
         && std::all_of(text.begin(), text.end(), allowed);
}

std::string_view after_last_colon(std::string_view address) {
  return address.substr(address.rfind(':') + 1);
}

}  // namespace

std::optional<refusal> why_not_an_address(std::string_view address, address_use use) {
  const std::string quoted = "'" + std::string{address} + "'";
  if (address.starts_with("ipc://")) {
    const auto length = address.size() - 6;
    if (length >= 1 && length <= ipc_path_max) return std::nullopt;
    return refusal{quoted + " needs a path of 1 to 107 characters after ipc://"};
  }
  if (!address.starts_with("tcp://"))
    return refusal{quoted + " is no address for us: write tcp://HOST:PORT (or ipc://PATH)"};
  const auto colon = address.rfind(':');
  if (colon < 6 || !is_host(address.substr(6, colon - 6), use))
    return refusal{quoted + " has no proper host: write tcp://HOST:PORT"};
  if (!is_port(address.substr(colon + 1), use))
    return refusal{quoted + " has no proper port: write tcp://HOST:PORT, PORT from 1 to 65535"};
  return std::nullopt;
}

refusal why_not_listening(const std::string& address, int error) {
  std::string why = "cannot listen on " + address + ": " + zmq_strerror(error);
  if (error == EADDRINUSE && address.starts_with("tcp://")) {
    const std::string port{after_last_colon(address)};
    why += "; see who has the port with: ss -ltnp 'sport = :" + port
           + "', then stop that program or change the address";
  } else if (error == EADDRINUSE) {
    why += "; another program listens there: stop it or change the address";
  } else if (error == EADDRNOTAVAIL || error == ENODEV) {
    why += "; this machine has no such address: see ip address";
  } else if (error == EACCES) {
    why += "; ports below 1024 need a privilege: choose a higher one";
  }
  return {why};
}

}  // namespace holdover::bus
