#include "io/device/nut/resolve.hpp"

#include <cstring>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>

namespace holdover::device::nut {

namespace {

resolution look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  resolution result;
  if (int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list)) {
    result.problem = gai_strerror(error);
    return result;
  }
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
    address found;
    if (entry->ai_addrlen > sizeof found.bytes) continue;
    std::memcpy(&found.bytes, entry->ai_addr, entry->ai_addrlen);
    found.size = entry->ai_addrlen;
    result.addresses.push_back(found);
  }
  freeaddrinfo(list);
  if (result.addresses.empty()) result.problem = "no address";
  return result;
}

}  // namespace

void resolve(const std::string& host, std::uint16_t port, std::function<void(resolution)> done) {
  if (auto digits = look_up(host, port, AI_NUMERICHOST); !digits.addresses.empty())
    return done(std::move(digits));
  try {
    std::thread([host, port, done] { done(look_up(host, port, AI_ADDRCONFIG)); }).detach();
  } catch (const std::system_error& error) {
    done({{}, std::string("no thread to look it up: ") + error.what()});
  }
}

}  // namespace holdover::device::nut
