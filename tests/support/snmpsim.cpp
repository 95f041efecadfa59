#include "tests/support/snmpsim.hpp"

#include "tests/support/udp_port.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <pwd.h>
#include <stdexcept>
#include <sys/time.h>

namespace holdover::support {

namespace {

namespace fs = std::filesystem;

constexpr const char* program = "/usr/bin/snmpsimd";
constexpr auto start_limit = std::chrono::seconds(90);

/// Copies a recording. The name "0" cannot be encoded, and the player would keep silent for it.
void copy_playable(const fs::path& from, const fs::path& to) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.ends_with("|6|0") || line.ends_with("|6|.0"))
      line = line.substr(0, line.rfind('|')) + "|0.0";
    out << line << '\n';
  }
}

/// A version 1 request for the first object there is. Its length fits in one byte.
std::string first_question(const std::string& community) {
  const std::string body(
      "\xa1\x17\x02\x01\x01\x02\x01\x00\x02\x01\x00\x30\x0c\x30\x0a\x06\x06"
      "\x2b\x06\x01\x02\x01\x01\x05\x00",
      25);
  const auto size = static_cast<char>(3 + 2 + community.size() + body.size());
  const auto name_size = static_cast<char>(community.size());
  return std::string("\x30") + size + std::string("\x02\x01\x00\x04", 4) + name_size + community
         + body;
}

bool answers(std::uint16_t port, const std::string& community) {
  const int peer = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const timeval patience{0, 300'000};
  (void)::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto where = udp_loopback(port);
  const auto question = first_question(community);
  std::array<char, 2048> reply;
  const bool heard = ::connect(peer, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0
                     && ::send(peer, question.data(), question.size(), 0) > 0
                     && ::recv(peer, reply.data(), reply.size(), 0) > 0;
  ::close(peer);
  if (!heard) ::usleep(100'000);  // A closed port refuses at once.
  return heard;
}

}  // namespace

bool snmpsim::installed() {
  return ::access(program, X_OK) == 0;
}

snmpsim::snmpsim(const std::vector<fs::path>& recordings) : port_(free_udp_port()) {
  for (const auto* name : {"data", "cache", "log"})
    fs::create_directory(folder_ / name);
  for (const auto& recording : recordings)
    copy_playable(recording, folder_.path() / "data" / recording.filename());
  std::vector<std::string> command{program, "--data-dir=" + (folder_ / "data"),
                                   "--cache-dir=" + (folder_ / "cache"), "--logging-method=null",
                                   "--agent-udpv4-endpoint=127.0.0.1:" + std::to_string(port_)};
  if (::geteuid() == 0) {
    // The player does not work as root, and becomes somebody who must get at the files.
    const auto* nobody = ::getpwnam("nobody");
    if (nobody == nullptr) throw std::runtime_error("there is no user nobody");
    fs::permissions(folder_.path(), fs::perms(0755));
    for (const auto* name : {"cache", "log"})
      if (::chown((folder_ / name).c_str(), nobody->pw_uid, nobody->pw_gid) != 0)
        throw std::runtime_error("cannot hand a folder to nobody");
    command.insert(command.end(), {"--process-user=nobody", "--process-group=nogroup"});
  }
  player_ = process(command, {}, folder_ / "output");
  const auto end = std::chrono::steady_clock::now() + start_limit;
  for (const auto& recording : recordings)
    while (!answers(port_, recording.stem().string())) {
      if (!player_.running()) throw std::runtime_error("snmpsimd ended; see its output");
      if (std::chrono::steady_clock::now() >= end) throw std::runtime_error("snmpsimd is silent");
    }
}

device_address snmpsim::address(const std::string& name, const std::string& unit,
                                const std::string& version) const {
  return {.driver = "snmp",
          .host = "127.0.0.1",
          .port = port_,
          .unit = unit,
          .credentials = "file:" + folder_.write("community-" + name, name + '\n', 0600),
          .version = version};
}

}  // namespace holdover::support
