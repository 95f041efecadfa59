#include "tests/support/nut_device.hpp"

#include "io/device/nut/line.hpp"

#include <array>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace holdover::support {

namespace {

void shut(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

nut_device::nut_device(std::string socket_path, variables values)
    : path_(std::move(socket_path)),
      values_(std::move(values)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // Drivers of devices that are no UPS give an empty status; without any, upsd would wait for it.
  values_.try_emplace("ups.status", "");
  listen_on_path();
  thread_ = std::thread([this] { run(); });
}

nut_device::~nut_device() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ring();
  thread_.join();
  disconnect();
  shut(wake_);
}

void nut_device::listen_on_path() {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path_.size() >= sizeof where.sun_path) throw std::runtime_error("too long: " + path_);
  std::memcpy(where.sun_path, path_.c_str(), path_.size());
  ::unlink(path_.c_str());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0
      || ::listen(listener_, 4) != 0)
    throw std::runtime_error("cannot listen on " + path_);
}

void nut_device::ring() const {
  (void)eventfd_write(wake_, 1);
}

void nut_device::run() {
  for (;;) {
    std::array<pollfd, 3> ready{};
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      ready = {pollfd{wake_, POLLIN, 0}, pollfd{listener_, POLLIN, 0}, pollfd{peer_, POLLIN, 0}};
    }
    (void)::poll(ready.data(), ready.size(), -1);
    eventfd_t times = 0;
    (void)eventfd_read(wake_, &times);
    std::lock_guard lock(mutex_);
    if (listener_ >= 0) accept_one();
    if (peer_ >= 0) receive();
  }
}

void nut_device::accept_one() {
  int fresh = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fresh < 0) return;
  shut(peer_);
  peer_ = fresh;
  incoming_.clear();
}

void nut_device::receive() {
  std::array<char, 4096> bytes;
  auto got = ::recv(peer_, bytes.data(), bytes.size(), 0);
  if (got == 0) shut(peer_);
  if (got <= 0) return;
  incoming_.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = incoming_.find('\n'); end != std::string::npos; end = incoming_.find('\n')) {
    auto line = incoming_.substr(0, end);
    incoming_.erase(0, end + 1);
    take_line(line);
  }
}

void nut_device::take_line(const std::string& line) {
  auto words = device::nut::split(line).value_or(std::vector<std::string>{});
  if (words.empty()) return;
  if (words[0] == "PING") tell("PONG");
  if (words[0] == "DUMPALL") dump();
  if (words[0] == "INSTCMD" && words.size() > 1) carry_out(words[1]);
  if (words[0] == "SET" && words.size() > 2) {
    commands_.push_back("SET " + words[1] + ' ' + words[2]);
    if (obeys_) set(words[1], words[2]);
  }
}

void nut_device::dump() {
  for (const auto& [name, value] : values_)
    tell("SETINFO " + name + ' ' + quoted(value));
  for (const auto& command : accepted_commands_)
    tell("ADDCMD " + command);
  tell(stale_ ? "DATASTALE" : "DATAOK");
  tell("DUMPDONE");
}

void nut_device::carry_out(const std::string& command) {
  commands_.push_back(command);
  auto at = command.starts_with("outlet.") ? command.find(".load.") : std::string::npos;
  if (obeys_ && at != std::string::npos)
    set(command.substr(0, at) + ".status", command.substr(at + 6));
}

void nut_device::tell(const std::string& line) {
  if (peer_ < 0) return;
  auto bytes = line + '\n';
  if (::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) shut(peer_);
}

void nut_device::set(const std::string& name, const std::string& value) {
  std::lock_guard lock(mutex_);
  values_[name] = value;
  tell("SETINFO " + name + ' ' + quoted(value));
}

void nut_device::erase(const std::string& name) {
  std::lock_guard lock(mutex_);
  values_.erase(name);
  tell("DELINFO " + name);
}

std::optional<std::string> nut_device::get(const std::string& name) const {
  std::lock_guard lock(mutex_);
  auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void nut_device::add_outlets(std::uint32_t count) {
  std::lock_guard lock(mutex_);
  for (std::uint32_t number = 1; number <= count; ++number) {
    auto outlet = "outlet." + std::to_string(number);
    set(outlet + ".status", "on");
    set(outlet + ".switchable", "yes");
    for (const auto* state : {".load.on", ".load.off"}) {
      accepted_commands_.push_back(outlet + state);
      tell("ADDCMD " + outlet + state);
    }
  }
}

void nut_device::add_commands(const std::vector<std::string>& names) {
  std::lock_guard lock(mutex_);
  for (const auto& name : names) {
    accepted_commands_.push_back(name);
    tell("ADDCMD " + name);
  }
}

void nut_device::obey(bool yes) {
  std::lock_guard lock(mutex_);
  obeys_ = yes;
}

std::vector<std::string> nut_device::commands() const {
  std::lock_guard lock(mutex_);
  return commands_;
}

void nut_device::data_stale(bool yes) {
  std::lock_guard lock(mutex_);
  stale_ = yes;
  tell(yes ? "DATASTALE" : "DATAOK");
}

void nut_device::disconnect() {
  std::lock_guard lock(mutex_);
  shut(peer_);
  shut(listener_);
  ::unlink(path_.c_str());
}

void nut_device::connect() {
  std::lock_guard lock(mutex_);
  listen_on_path();
  ring();
}

}  // namespace holdover::support
