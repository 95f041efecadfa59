// One agent as the engine sees it: its questions in line, and the way from a name to an answer.
//
//   closed --question--> looking up --address--> open --(version 3: introduction)--> asking
//     ^                                                                                |
//     +------------------------ silence, or the line is broken ------------------------+
//
// Lives on the loop's thread. Handlers are called from here; what they ask for comes back through
// the loop's inbox and so never disturbs what is going on.

#pragma once

#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/pace.hpp"
#include "io/device/snmp/wire.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace holdover::device::snmp {

struct open_question {
  std::unique_ptr<exchange> talk;
  on_bindings done;
  clock::time_point deadline;  ///< Whatever the agent says meanwhile.
  clock::time_point asked_at = clock::now();
};

class connection {
public:
  connection(loop&, std::uint64_t number, const session_parameters&);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void ask(open_question);

  // Called by the loop.
  void looked_up(answer<endpoint>);
  void start();
  void readable();
  void timer();

private:
  enum class state : std::uint8_t { closed, looking_up, open };

  void proceed();
  bool open_wire(const endpoint&);
  void handle_outcome();
  void learn(const reply&);
  void let_write_pass();
  clock::time_point end_of(const open_question&) const;
  void give_up_late(clock::time_point now);
  void free_line();
  void fail_first(const failure&);
  void fail_all(const failure&);
  void close_wire();
  void set_timer();
  failure silent(const open_question&) const;

  loop& loop_;
  std::uint64_t number_;
  session_parameters access_;
  user_keys keys_;
  state state_ = state::closed;
  std::unique_ptr<wire> wire_;
  std::deque<open_question> questions_;  ///< The first is being asked.
  bool in_line_ = false;                 ///< Waiting for room in the window.
  bool under_way_ = false;               ///< A request of the first question is with the agent.
  bool holds_line_ = false;              ///< It counts for the window.
  clock::time_point sent_at_{};          ///< The request under way.
  clock::time_point heard_at_{};         ///< The last reply.
  pace pace_;
  bool answers_ = false;  ///< The agent has answered since the socket was opened.
};

}  // namespace holdover::device::snmp
