#include "tests/support/snmpd.hpp"

#include "tests/support/udp_port.hpp"

#include <arpa/inet.h>
#include <array>
#include <fstream>
#include <netinet/in.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace holdover::support {

namespace {

constexpr const char* program = "/usr/sbin/snmpd";
constexpr auto start_limit = std::chrono::seconds(20);

/// A version 2c request, in bytes, for upsIdentManufacturer.0 and with the community "reading". Its
/// answer needs the program behind snmpd, which snmpd starts with the first such question.
constexpr std::array<unsigned char, 44> question{
    0x30, 0x2a, 0x02, 0x01, 0x01, 0x04, 0x07, 'r',  'e',  'a',  'd',  'i',  'n',  'g',  0xa0,
    0x1c, 0x02, 0x02, 0x12, 0x34, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x10, 0x30, 0x0e,
    0x06, 0x0a, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x21, 0x01, 0x01, 0x01, 0x00, 0x05, 0x00};

}  // namespace

bool snmpd::installed() {
  return ::access(program, X_OK) == 0;
}

snmpd::snmpd(std::string more_configuration)
    : port_(free_udp_port()), more_configuration_(std::move(more_configuration)) {
  const std::string lab = HOLDOVER_ROOT "/tools/lab/";
  std::string text = "agentAddress udp:127.0.0.1:" + std::to_string(port_)
                     + "\n"
                       "rocommunity reading 127.0.0.1\n"
                       "rwcommunity writing 127.0.0.1\n"
                       "createUser watcher SHA \"watcher-authentication\" AES \"watcher-privacy\"\n"
                       "createUser operator SHA-256 \"operator-authentication\""
                       " AES \"operator-privacy\"\n"
                       "rouser watcher authpriv\n"
                       "rwuser operator authpriv\n"
                       "sysDescr Laboratory card\n";
  text += "pass_persist .1.3.6.1.2.1.33.1 /usr/bin/python3 " + lab + "ups_agent.py "
          + (folder_ / "ups") + ' ' + (folder_ / "outlets") + '\n' + more_configuration_;
  folder_.write("snmpd.conf", text);
  set_outlets("1 on\n2 on\n3 on\n4 on\n");
}

snmpd::~snmpd() {
  stop();
}

void snmpd::start() {
  server_ = process({program, "-f", "-C", "-c", folder_ / "snmpd.conf", "-Lf", folder_ / "log"},
                    {"SNMP_PERSISTENT_DIR=" + (folder_ / "state"), "MIBS="}, folder_ / "output");
  const auto end = std::chrono::steady_clock::now() + start_limit;
  while (!answers()) {
    if (!server_.running()) throw std::runtime_error("snmpd ended; see " + (folder_ / "log"));
    if (std::chrono::steady_clock::now() >= end) throw std::runtime_error("snmpd says nothing");
  }
}

void snmpd::stop() {
  server_.stop();
}
void snmpd::pause() {
  server_.send(SIGSTOP);
}
void snmpd::resume() {
  server_.send(SIGCONT);
}

bool snmpd::answers() const {
  const int peer = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const timeval patience{1, 0};
  (void)::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto where = udp_loopback(port_);
  std::array<char, 512> reply;
  const bool heard = ::connect(peer, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0
                     && ::send(peer, question.data(), question.size(), 0) > 0
                     && ::recv(peer, reply.data(), reply.size(), 0) > 0;
  ::close(peer);
  // A closed port is refused at once.
  if (!heard) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return heard;
}

void snmpd::set_ups(const std::string& lines) const {
  folder_.write("ups", lines, 0644);
}
void snmpd::set_outlets(const std::string& lines) const {
  folder_.write("outlets", lines, 0644);
}

std::map<int, bool> snmpd::outlets() const {
  std::map<int, bool> states;
  std::ifstream file(folder_ / "outlets");
  int number = 0;
  std::string state;
  while (file >> number >> state)
    states[number] = state == "on";
  return states;
}

std::string snmpd::credentials(const std::string& name, const std::string& text) const {
  return "file:" + folder_.write("credentials-" + name, text, 0600);
}

device_address snmpd::address(const std::string& unit, const std::string& version,
                              identity who) const {
  device_address where{.driver = "snmp",
                       .host = "127.0.0.1",
                       .port = port_,
                       .unit = unit,
                       .credentials = {},
                       .version = version};
  const bool users = version == "3";
  switch (who) {
    case identity::none:
      break;
    case identity::reader:
      where.credentials =
          users ? credentials("reader-3", "watcher\nwatcher-authentication\nwatcher-privacy\n")
                : credentials("reader", "reading\n");
      break;
    case identity::writer:
      where.credentials =
          users ? credentials("writer-3",
                              "operator operator-authentication operator-privacy SHA-256 AES\n")
                : credentials("writer", "reading\nwriting\n");
      break;
    case identity::wrong:
      where.credentials = users ? credentials("wrong-3", "watcher not-the-phrase watcher-privacy\n")
                                : credentials("wrong", "guessed\n");
      break;
  }
  return where;
}

}  // namespace holdover::support
