// A tool's place on the bus: connects to every node of a site, asks, and listens.

#pragma once

#include "core/membership.hpp"
#include "core/message.hpp"
#include "core/site.hpp"
#include "io/bus/endpoint.hpp"
#include "io/keys/signing.hpp"
#include "tools/holdover/exit_status.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <variant>

namespace holdover::tool {

/// Where to find a site and who we are.
struct access {
  std::string site_file;
  std::string members_file;
  std::string key_file;
};

/// A message whose signature was checked.
struct heard {
  std::string from;  ///< The node that sent it to us.
  std::string signer;
  message what;
};

class client;

/// A client for commands. Tells on stderr what is wrong, also if the key is no operator's, who
/// alone `can` do it: "hold or release".
std::variant<std::unique_ptr<client>, exit_status> open_as_operator(const access&,
                                                                    const std::string& can);
/// A command to a node that has just answered: it echoes that answer, so that nobody can replay it.
operator_command command_after(const operator_answer&, const client&,
                               decltype(operator_command::what));

class client {
public:
  /// Connects in the background. @param listen whether to subscribe to events.
  static std::variant<std::unique_ptr<client>, std::string> open(const access&, bool listen);
  ~client();

  /// Signs and sends to one node. False: it is not connected (yet).
  bool ask(const std::string& node, domain, message_payload);
  /// The next message, or nothing by the deadline.
  std::optional<heard> next(std::chrono::steady_clock::time_point deadline);
  /// Checks and reads a signed event out of an event_range.
  std::optional<heard> open_letter(const std::string& from, const std::string& bytes) const;

  /// Whether any node is connected.
  bool heard_anybody() const;

  const holdover::site& about() const { return site_; }
  const std::string& name() const { return name_; }
  role as() const { return role_; }

private:
  client(holdover::site, membership, const keys::key_pair&);

  void take(const std::string& from, const std::string& bytes);
  void note(const std::string& trouble);

  holdover::site site_;
  std::string name_;
  role role_ = role::unspecified;
  keys::signer signer_;
  keys::verifier verifier_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<heard> inbox_;
  std::set<std::string> troubles_;
  std::unique_ptr<bus::bus_endpoint> bus_;
};

}  // namespace holdover::tool
