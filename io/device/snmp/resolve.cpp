#include "io/device/snmp/resolve.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <optional>
#include <pthread.h>
#include <signal.h>
#include <system_error>
#include <thread>
#include <utility>

namespace holdover::device::snmp {

namespace {

using address_list = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string described(const addrinfo& entry, std::uint16_t port) {
  std::array<char, NI_MAXHOST> host{};
  if (getnameinfo(entry.ai_addr, entry.ai_addrlen, host.data(), host.size(), nullptr, 0,
                  NI_NUMERICHOST)
      != 0)
    return "?:" + std::to_string(port);
  std::string text(host.data());
  if (entry.ai_family == AF_INET6) text = '[' + text + ']';
  return text + ':' + std::to_string(port);
}

std::optional<endpoint> look_up(const std::string& host, std::uint16_t port, int flags,
                                int& error) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
  if (error != 0) return std::nullopt;
  const address_list owner(list, &freeaddrinfo);
  // Cards that have both speak IPv4 more reliably.
  const addrinfo* chosen = list;
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next)
    if (entry->ai_family == AF_INET) {
      chosen = entry;
      break;
    }
  endpoint found;
  std::memcpy(&found.address, chosen->ai_addr, chosen->ai_addrlen);
  found.size = chosen->ai_addrlen;
  found.text = described(*chosen, port);
  return found;
}

failure unknown_name(const std::string& host, int error) {
  return {failure_kind::unreachable, "the name " + host + " cannot be looked up ("
                                         + gai_strerror(error)
                                         + "); check it, or give the address"};
}

/// Signals belong to the main thread.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

void resolve(const std::string& host, std::uint16_t port,
             std::function<void(answer<endpoint>)> found) {
  if (host.empty()) {
    found(failure{failure_kind::unreachable, "the device has no host; give its name or address"});
    return;
  }
  int error = 0;
  if (auto known = look_up(host, port, AI_NUMERICHOST, error)) {
    found(*std::move(known));
    return;
  }
  const auto handler = std::make_shared<std::function<void(answer<endpoint>)>>(std::move(found));
  try {
    std::thread([host, port, handler] {
      block_signals();
      int why = 0;
      auto address = look_up(host, port, 0, why);
      if (address)
        (*handler)(*std::move(address));
      else
        (*handler)(unknown_name(host, why));
    }).detach();
  } catch (const std::system_error&) {
    (*handler)(failure{failure_kind::unreachable, "no thread left to look up the name " + host});
  }
}

}  // namespace holdover::device::snmp
