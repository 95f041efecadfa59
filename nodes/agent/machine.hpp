// The agent's privileged part: holds the keys, decides, and runs the host's own actions.
//
// It lives on without a network part: what it knows of an outage, and the deadline that follows
// from that, must not go with a process that faces the network. Whoever looks after it gives it
// another one (ferry_keeper).
//
// Whatever may hang (a disk, a program, the kernel) is done by threads that are there from the
// beginning, so neither a hung disk nor a host without memory can hold up the one that decides.

#pragma once

#include "core/membership.hpp"
#include "io/config/agent_loader.hpp"
#include "io/host/link.hpp"
#include "io/keys/key_pair.hpp"

#include <future>
#include <memory>
#include <optional>
#include <string>

namespace holdover::agent_node {

/// Why this agent must not run, in words with the remedy; nothing if it may: programs and folder
/// are root's own, keys are the enrolled ones, nodes are members.
std::optional<std::string> objection(const config::agent_settings&, const membership&,
                                     const keys::key_pair&);

class machine {
public:
  /// Throws std::system_error if its threads cannot be started.
  machine(const config::agent_settings&, const membership&, const keys::key_pair&);
  ~machine();
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  /// Talks through this link from now on.
  void connect(host::link);
  /// False from the moment at which the other end of the link is gone.
  bool connected() const;

  /// Asks the other end for a sign of life.
  void ask_ferry() const;
  /// Whether anything has come from there since this was asked last.
  bool ferry_was_heard();

  /// Tries whether the state directory takes anything; the nodes hear of it when that turns.
  void check_disk();

  /// A newer membership document, found good, is in force from now on (E2).
  void adopt(const membership&);

  void stop();
  bool alive() const;
  /// Ready when the last word has been handed to the ferry, or when a bug has ended the actor.
  enum class end { said_last_word, actor_lost };
  std::future<end>& ended();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace holdover::agent_node
