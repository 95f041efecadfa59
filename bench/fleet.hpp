// A thousand agents' connections in one process: three DEALERs each, over CURVE, on a few threads.
//
// Real agents are processes on machines of their own; here only what they share is left away. Both
// sides of the bench use this same fleet, so what it costs is in both figures. Sockets are watched
// by epoll on ZeroMQ's own descriptors, as zmq_poll over three thousand would measure zmq_poll.

#pragma once

#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace holdover::bench {

inline constexpr std::size_t node_count = 3;

/// Where a node listens and what its key is.
struct node_address {
  std::string control;
  std::string key;
};

class fleet {
public:
  /// What an agent says to all nodes, if anything, on hearing something; called on the agent's
  /// thread. Heard nothing (empty): what it says first.
  using reaction = std::function<std::vector<std::string>(std::size_t agent, std::string heard)>;

  fleet(const std::vector<keys::key_pair>& agents, std::array<node_address, node_count> nodes,
        reaction);
  ~fleet();
  fleet(const fleet&) = delete;
  fleet& operator=(const fleet&) = delete;

private:
  class crew;

  void work(std::size_t first, std::size_t last);

  const std::vector<keys::key_pair>& agents_;
  std::array<node_address, node_count> nodes_;
  reaction reaction_;
  zmq::context_t context_;
  std::atomic<bool> ending_{false};
  std::vector<std::thread> threads_;
};

}  // namespace holdover::bench
