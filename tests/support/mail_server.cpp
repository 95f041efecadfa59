#include "tests/support/mail_server.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace holdover::support {

namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* openssl = "/usr/bin/openssl";
constexpr auto patience = std::chrono::seconds(30);

std::string content(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

bool mail_server::installed() {
  return ::access("/usr/lib/python3/dist-packages/aiosmtpd", R_OK) == 0
         && ::access(openssl, X_OK) == 0;
}

mail_server::mail_server(options how) : options_(std::move(how)) {
  if (options_.tls) make_certificate();
  start();
}

void mail_server::make_certificate() {
  const auto key = folder_ / "key.pem", request = folder_ / "certificate.new";
  process make({openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", key, "-out", request, "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"},
               {}, folder_ / "openssl.log");
  const auto end = std::chrono::steady_clock::now() + patience;
  while (make.running() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (!std::filesystem::exists(request)) throw std::runtime_error(content(folder_ / "openssl.log"));
  std::filesystem::rename(request, ca_file());
}

void mail_server::start() {
  std::filesystem::remove(folder_ / "port");
  std::vector<std::string> command{python, HOLDOVER_ROOT "/tools/lab/smtp_server.py",
                                   folder_.path().string(), "--port", std::to_string(port_)};
  if (options_.tls) command.insert(command.end(), {"--tls", ca_file(), folder_ / "key.pem"});
  if (!options_.login.empty()) command.insert(command.end(), {"--login", options_.login});
  if (!options_.refuse.empty()) command.insert(command.end(), {"--refuse", options_.refuse});
  server_ = process(command, {}, folder_ / "log");
  await(folder_ / "port");
  port_ = static_cast<std::uint16_t>(std::stoi(content(folder_ / "port")));
}

void mail_server::stop() {
  server_.kill();
}

void mail_server::await(const std::string& file) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!std::filesystem::exists(file)) {
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error(file + " did not appear: " + content(folder_ / "log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::vector<std::string> mail_server::mails(std::size_t at_least) {
  std::vector<std::string> found;
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    found.clear();
    for (std::size_t i = 1;; ++i) {
      const auto file = folder_ / (std::to_string(i) + ".eml");
      if (!std::filesystem::exists(file)) break;
      found.push_back(content(file));
    }
    if (found.size() >= at_least || std::chrono::steady_clock::now() >= end) return found;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace holdover::support
