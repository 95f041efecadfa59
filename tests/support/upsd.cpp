#include "tests/support/upsd.hpp"

#include <arpa/inet.h>
#include <array>
#include <ctime>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace holdover::support {

namespace {

constexpr const char* server_program = "/lib/nut/upsd";
constexpr const char* driver_program = "/lib/nut/dummy-ups";
constexpr auto start_limit = std::chrono::seconds(30);

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  return where;
}

std::uint16_t free_port() {
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto where = loopback(0);
  socklen_t size = sizeof where;
  bool bound = ::bind(listener, reinterpret_cast<sockaddr*>(&where), size) == 0
               && ::getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(where.sin_port);
}

std::string own_user() {
  const auto* who = getpwuid(geteuid());
  return who == nullptr ? "root" : who->pw_name;
}

/// Tries something again and again until it holds.
template <class Holds>
bool eventually(std::chrono::milliseconds limit, Holds holds) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// Replaces "NAME: ..." in a .dev text, or adds it.
std::string with_value(std::string text, const std::string& name, const std::string& value) {
  auto line = name + ": " + value + '\n';
  auto at = text.starts_with(name + ':') ? 0 : text.find('\n' + name + ':');
  if (at == std::string::npos) return text + (text.ends_with('\n') ? "" : "\n") + line;
  if (at != 0) ++at;
  auto end = text.find('\n', at);
  return text.replace(at, end == std::string::npos ? end : end - at + 1, line);
}

}  // namespace

bool upsd::installed() {
  return ::access(server_program, X_OK) == 0 && ::access(driver_program, X_OK) == 0;
}

upsd::upsd(std::chrono::seconds data_age_max) : port_(free_port()), data_age_max_(data_age_max) {}

upsd::~upsd() {
  server_.stop();
  for (auto& [name, device] : played_)
    device.driver.stop();
}

nut_device& upsd::attach(const std::string& ups, nut_device::variables values) {
  auto socket_path = folder_ / ("attached-" + ups);
  auto& slot = attached_[ups];
  slot = std::make_unique<nut_device>(socket_path, std::move(values));
  return *slot;
}

void upsd::play(const std::string& ups, const std::string& dev_text) {
  played_[ups].text = dev_text;
  write_played(ups, played_[ups]);
}

void upsd::write_configuration() {
  std::string devices = "maxstartdelay = 15\npollinterval = 1\n";
  for (const auto& [name, device] : attached_)
    devices += '[' + name + "]\n  driver = attached\n  port = none\n";
  for (const auto& [name, device] : played_)
    devices += '[' + name + "]\n  driver = dummy-ups\n  mode = dummy-once\n  port = "
               + (folder_ / (name + ".dev")) + '\n';
  folder_.write("ups.conf", devices);
  const auto port = std::to_string(port_);
  const auto also = version_six_ ? "LISTEN ::1 " + port + '\n' : std::string{};
  folder_.write("upsd.conf", "LISTEN 127.0.0.1 " + port + '\n' + also + "MAXAGE "
                                 + std::to_string(data_age_max_.count()) + '\n');
  folder_.write("upsd.users",
                "[admin]\n  password = secret\n  actions = SET\n  instcmds = ALL\n"
                "[guest]\n  password = guest\n");
  folder_.write("nut.conf", "MODE=netserver\n");
  folder_.write("credentials", "admin:secret\n", 0600);
}

std::vector<std::string> upsd::environment() const {
  std::vector<std::string> result;
  for (const auto* name : {"NUT_CONFPATH=", "NUT_STATEPATH=", "NUT_ALTPIDPATH="})
    result.push_back(name + folder_.path().string());
  return result;
}

void upsd::start() {
  write_configuration();
  for (auto& [name, device] : played_)
    if (!device.driver.running()) start_driver(name);
  server_ = process({server_program, "-F", "-u", own_user()}, environment(), folder_ / "upsd.log");
  bool up = eventually(start_limit, [&] {
    if (!server_.running()) throw std::runtime_error("upsd ended; see " + (folder_ / "upsd.log"));
    return !ask("VER").empty();
  });
  auto has_data = [&](const std::string& ups) {
    return eventually(start_limit, [&] {
      auto status = ask("GET VAR " + ups + " ups.status");
      auto list = ask("LIST VAR " + ups);
      bool failed = status.starts_with("ERR D") || list.starts_with("ERR");
      return !failed && status.find("WAIT") == std::string::npos;
    });
  };
  for (const auto& [name, device] : attached_)
    up = up && has_data(name);
  for (const auto& [name, device] : played_)
    up = up && has_data(name);
  if (!up) throw std::runtime_error("upsd has no data after half a minute");
}

void upsd::stop() {
  server_.stop();
}
void upsd::kill() {
  server_.kill();
}
void upsd::pause() {
  server_.send(SIGSTOP);
}
void upsd::resume() {
  server_.send(SIGCONT);
}

void upsd::write_played(const std::string& ups, played& device) {
  auto file = folder_.write(ups + ".dev", device.text);
  device.edition = std::max<std::int64_t>(device.edition + 1, std::time(nullptr));
  std::array<timeval, 2> times{timeval{device.edition, 0}, timeval{device.edition, 0}};
  ::utimes(file.c_str(), times.data());
}

void upsd::rewrite(const std::string& ups, const std::string& dev_text) {
  auto& device = played_.at(ups);
  device.text = dev_text;
  write_played(ups, device);
}

void upsd::set(const std::string& ups, const std::string& variable, const std::string& value) {
  rewrite(ups, with_value(played_.at(ups).text, variable, value));
}

void upsd::pause_driver(const std::string& ups) {
  played_.at(ups).driver.send(SIGSTOP);
}
void upsd::resume_driver(const std::string& ups) {
  played_.at(ups).driver.send(SIGCONT);
}
void upsd::kill_driver(const std::string& ups) {
  played_.at(ups).driver.kill();
}

void upsd::start_driver(const std::string& ups) {
  played_.at(ups).driver = process({driver_program, "-a", ups, "-u", own_user(), "-F"},
                                   environment(), folder_ / ("driver-" + ups + ".log"));
}

std::string upsd::credentials() const {
  return "file:" + (folder_ / "credentials");
}

device_address upsd::address(const std::string& ups, bool with_credentials) const {
  return {.driver = "nut",
          .host = "127.0.0.1",
          .port = port_,
          .unit = ups,
          .credentials = with_credentials ? credentials() : "",
          .version = {}};
}

std::string upsd::ask(const std::string& line) const {
  int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval limit{2, 0};
  (void)::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  auto where = loopback(port_);
  std::string text;
  auto bytes = line + '\n';
  if (::connect(peer, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0
      && ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
    char c = 0;
    while (::recv(peer, &c, 1, 0) == 1 && c != '\n')
      text += c;
  }
  ::close(peer);
  return text;
}

bool upsd::shows(const std::string& ups, const std::string& variable, const std::string& value,
                 std::chrono::milliseconds limit) const {
  auto wanted = "VAR " + ups + ' ' + variable + " \"" + value + '"';
  return eventually(limit, [&] { return ask("GET VAR " + ups + ' ' + variable) == wanted; });
}

}  // namespace holdover::support
