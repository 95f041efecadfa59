// The agent's privileged part: holds the keys, decides, and runs the host's own actions.

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
  machine(const config::agent_settings&, const membership&, const keys::key_pair&, host::link);
  ~machine();
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  void stop();
  bool alive() const;
  /// Ready when the last word has been handed to the ferry, or the ferry is gone.
  enum class end { said_last_word, ferry_lost };
  std::future<end>& ended();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace holdover::agent_node
