// A real mail server on the loopback that keeps what it gets: see tools/lab/smtp_server.py.

#pragma once

#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace holdover::support {

class mail_server {
public:
  struct options {
    bool tls = false;
    std::string login;
    std::string refuse;
  };

  /// Whether aiosmtpd and openssl are here; a test that needs them is skipped otherwise.
  static bool installed();
  static constexpr const char* not_installed =
      "aiosmtpd or openssl is missing; run: apt-get install python3-aiosmtpd openssl";

  /// Returns when it listens. Throws if that takes too long.
  explicit mail_server(options);
  mail_server() : mail_server(options{}) {}

  std::uint16_t port() const { return port_; }
  /// Of the authority behind its certificate.
  std::string ca_file() const { return folder_ / "certificate.pem"; }
  std::string write(std::string_view name, std::string_view text) const {
    return folder_.write(name, text, 0600);
  }

  void stop();   ///< It is gone;
  void start();  ///< and back on its port.

  /// All mails so far; waits until there are so many, for half a minute.
  std::vector<std::string> mails(std::size_t at_least);

private:
  void make_certificate();
  void await(const std::string& file);

  options options_;
  scratch folder_;
  process server_;
  std::uint16_t port_ = 0;
};

}  // namespace holdover::support
