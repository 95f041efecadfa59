#include "tests/support/modbus_server.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

namespace holdover::support {

namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* socat = "/usr/bin/socat";
constexpr auto start_limit = std::chrono::seconds(30);

std::string content(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

bool modbus_server::installed(wire how) {
  const bool library = ::access("/usr/lib/python3/dist-packages/pymodbus", R_OK) == 0;
  return library && (how != wire::rtu || ::access(socat, X_OK) == 0);
}

modbus_server::modbus_server(wire how, const std::string& state) : how_(how) {
  set(state);
  start();
}

void modbus_server::start() {
  const std::string program = HOLDOVER_ROOT "/tools/lab/modbus_device.py";
  std::filesystem::remove(folder_ / "ready");
  if (how_ != wire::rtu) {
    const std::vector<std::string> command{python,
                                           program,
                                           folder_ / "state",
                                           "tcp",
                                           folder_ / "ready",
                                           std::to_string(port_),
                                           how_ == wire::tcp ? "127.0.0.1" : "::1"};
    server_ = process(command, {}, folder_ / "log");
    await(folder_ / "ready");
    port_ = static_cast<std::uint16_t>(std::stoi(content(folder_ / "ready")));
    return;
  }
  const auto terminal = [&](const char* end) { return "pty,raw,echo=0,link=" + (folder_ / end); };
  cable_ = process({socat, terminal("ours"), terminal("theirs")}, {}, folder_ / "socat.log");
  await(folder_ / "ours");
  await(folder_ / "theirs");
  server_ =
      process({python, program, folder_ / "state", "rtu", folder_ / "theirs", folder_ / "ready"},
              {}, folder_ / "log");
  await(folder_ / "ready");
}

void modbus_server::stop() {
  server_.kill();
  cable_.stop();
}

std::string modbus_server::state() const {
  return content(folder_ / "state");
}

device_address modbus_server::address(const std::string& settings) const {
  return {.driver = "modbus",
          .host = how_ == wire::tcp               ? "127.0.0.1"
                  : how_ == wire::tcp_version_six ? "::1"
                                                  : folder_ / "ours",
          .port = port_,
          .unit = {},
          .credentials = {},
          .version = {},
          .settings = settings};
}

void modbus_server::await(const std::string& file) {
  const auto end = std::chrono::steady_clock::now() + start_limit;
  while (!std::filesystem::exists(file)) {
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error(file + " did not appear: " + content(folder_ / "log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace holdover::support
