// Sees to it that the machine has a ferry, for as long as the machine lives.
//
// A ferry that ends, whatever ended it, is started again: at once, and more slowly if it ends again
// and again, but never so slowly that the votes of one controller would lapse between two of its
// lives. The machine, its nonce, its ballots and its deadline live through that.
//
// A ferry can also stand still without ending: stopped by a signal, or hung by a bug. So it is
// asked twice a second, and one that has let so many questions pass without a word is killed and
// replaced. Questions are counted, not time: a machine that stood still with its ferry finds it one
// question behind, not late.
//
// Each ferry starts anew from the program file, so that nothing of the machine's memory, least of
// all its keys, is in it; it gives up root as the first thing it does.

#pragma once

#include "core/membership.hpp"
#include "io/config/agent_loader.hpp"
#include "io/host/link.hpp"
#include "io/keys/key_pair.hpp"
#include "nodes/agent/machine.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>

namespace holdover::agent_node {

class ferry_keeper {
public:
  /// All three must outlive it.
  ferry_keeper(const config::agent_settings&, const membership&, const keys::key_pair&);
  /// Ends the ferry. The machine must have gone before, as its link is what a ferry waits on.
  ~ferry_keeper();
  ferry_keeper(const ferry_keeper&) = delete;
  ferry_keeper& operator=(const ferry_keeper&) = delete;

  /// Looks and starts one if there is none. To be called many times a second, always by the same
  /// thread: the kernel ends a ferry with the thread that started it.
  void look_after(machine&);
  /// The membership has changed: a ferry that knows the new one takes over.
  void renew();

private:
  using clock = std::chrono::steady_clock;

  std::optional<std::string> start(machine&);
  void bury(int ending);
  void listen_for_life(machine&);
  void wait_longer();

  const config::agent_settings& settings_;
  const membership& members_;
  const keys::key_pair& keys_;
  pid_t ferry_ = -1;
  bool renewing_ = false;
  clock::time_point begun_;
  clock::time_point next_;
  clock::time_point next_question_;
  int unanswered_ = 0;
  std::chrono::milliseconds pause_{0};
};

/// What a ferry does first in its life: gives up root and every descriptor but its link.
/// @return what could not be done, in words; it must end then.
std::optional<std::string> become_ferry(int link, const std::string& user, int parent);

/// Options of the program by which it learns that it is a ferry.
inline constexpr const char* link_option = "--network-part";
inline constexpr const char* user_option = "--network-user";
inline constexpr const char* parent_option = "--network-parent";
inline constexpr const char* level_option = "--log-level";

}  // namespace holdover::agent_node
