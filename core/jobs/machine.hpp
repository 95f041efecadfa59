// From what happens, and from the calendar, to what jobs do about it.
//
// Each job is a line on the wall with a lamp at its beginning: while its event lasts the lamp is
// on, and the actions of the line fall due by its timing. When the lamp goes out, what has not
// fallen due is dropped; when it has been out for `over_after`, the event is over, and what was
// done is countered by `when_over`. An event that flickers is therefore one event, and nothing of
// it is done twice.
//
// Who does it. Every node runs this machine on its own facts. What tells (log, mail, program) is an
// *errand* of one node: the alive nodes are ranked for each job by rendezvous hashing, the first
// begins, and says so in its journal, which all nodes hear; the next ones wait their turn and begin
// if they hear nothing, hear that it failed, or that its doer died. So a mail may come twice, and
// is not lost while one node lives. What acts (hosts, outlets) has no doer: each node wishes it of
// its own policy, which votes.
//
// Decisions worth knowing:
//   - Restart: the journal tells what was done, by whom ever. What was done for an event is not
//   done
//     again if the event still lasts; an event that is not seen again within a minute, by a device
//     that answers, is over. Outlets that a job switched off stay so. A host is not stopped on the
//     journal's word: only when the event itself is seen again.
//   - A delay begins anew with a restart or a flicker; time on battery does not, it is the UPS's.
//   - A schedule believes the wall clock only while it is trusted. A leap of up to two hours runs
//     what it leaves out (summer time); what was missed longer, or while the node was down, goes by
//     the job's own word. Nothing runs twice for one minute, whatever the clock does.
//   - One action that fails stops no other: each is an errand by itself.
//
// Pure: time is an argument, steps return actions and when to be woken. Driver: actors/jobs_actor,
// rehearsal.

#pragma once

#include "core/event.hpp"
#include "core/jobs/calendar.hpp"
#include "core/jobs/signals.hpp"
#include "core/site.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::jobs {

// ---- What can happen ---------------------------------------------------------------------------

/// Something was journaled here.
struct own_fact {
  event_payload what;
};
/// Something about a job was journaled at a peer.
struct peer_fact {
  node_number by = 0;
  job_event what;
};
/// What a battery says: for jobs that go by it.
struct supply_seen {
  ups_index ups = 0;
  bool on_battery = false;
  duration confirmed{};
  std::optional<duration> left;
};
/// Which nodes are connected just now, this one among them.
struct peers_seen {
  std::vector<node_number> alive;
};
struct clock_told {
  local_seconds at = 0;
  bool trusted = false;
};
struct task_ended {
  std::uint64_t task = 0;
  bool ok = false;
  std::string detail;
};
/// It did not work, and is tried again: another node may have more luck.
struct task_delayed {
  std::uint64_t task = 0;
  std::string detail;
};
/// An operator ends what a job wishes, or acknowledges what it switched on.
struct released {
  std::uint32_t job = 0;
  std::string by;
};
/// What the journal remembers, oldest first; once, before anything else.
struct recalled {
  struct entry {
    bool own = false;
    job_event what;
  };
  std::vector<entry> entries;
  std::optional<local_seconds> last_alive;  ///< Of this node.
};
struct tick {};

using job_input = std::variant<own_fact, peer_fact, supply_seen, peers_seen, clock_told, task_ended,
                               task_delayed, released, recalled, tick>;

// ---- What is asked for -------------------------------------------------------------------------

/// To be done here and now; answered by task_ended.
struct order {
  std::uint64_t task = 0;
  action_kind kind = action_kind::mail;
  std::string text;
  std::string subject;
  std::vector<std::string> to;
  std::string program;
};
/// Another node has done it: no need any more.
struct cancel {
  std::uint64_t task = 0;
};
/// For this node's policy.
struct set_wish {
  wish_index which = 0;
  bool on = false;
  duration lasts{};  ///< Zero: until it is taken back.
  std::string by;    ///< The job, and why.
};
/// For the journal.
struct tell {
  severity how = severity::info;
  job_event what;
};
using job_output = std::variant<order, cancel, set_wish, tell>;

struct decision {
  std::vector<job_output> actions;
  std::optional<time_point> wake_at;
};

class machine {
public:
  /// @pre validate(about) has no error.
  machine(const site& about, node_number self, time_point now);

  decision step(const job_input&, time_point now);

private:
  enum class phase : std::uint8_t { lasting, over };
  struct line {
    std::uint32_t runs = 0;
    time_point last{};
  };
  struct occurrence {
    bool raised = false;
    bool confirmed = true;  ///< Not only known from the journal.
    time_point since{};
    time_point over_at{};  ///< If it is not raised again before.
    std::vector<line> lines;
    bool acted = false;
    std::string facts;
  };
  struct errand {
    std::uint64_t task = 0;
    job_event what;  ///< As it is told of, without its result.
    std::uint32_t job = 0;
    const action_config* action = nullptr;
    std::string facts;
    bool mine = false;
    std::optional<time_point> act_at;  ///< Others': if nothing is heard until then.
    std::optional<node_number> doer;
  };
  struct credit {
    node_number by = 0;
    job_event what;
    time_point at{};
  };
  using occurrence_key = std::pair<std::uint32_t, std::string>;

  void take(const own_fact&);
  void take(const peer_fact&);
  void take(const supply_seen&);
  void take(const peers_seen&);
  void take(const clock_told&);
  void take(const task_ended&);
  void take(const task_delayed&);
  void take(const released&);
  void take(const recalled&);
  void take(const tick&) {}

  // Events: machine.cpp
  void raise(std::uint32_t job, const std::string& subject, const std::string& facts);
  void clear(std::uint32_t job, const std::string& subject);
  void follow_events();
  std::optional<time_point> due(const job_config&, const std::string& subject, const occurrence&,
                                const line&);
  std::optional<ups_index> battery_of(const job_config&, const std::string& subject) const;
  bool out_of_sight(const job_config&, const std::string& subject) const;
  void end(std::uint32_t job, const std::string& subject, const occurrence&);
  void remember(const recalled::entry&);

  // Calendar: machine_calendar.cpp
  void follow_calendar();
  void follow_schedule(std::uint32_t job, local_seconds at, bool leapt);

  // What is done: machine_errands.cpp
  void fire(std::uint32_t job, phase, std::size_t action, const job_event& about,
            const std::string& facts);
  void set_wishes(const action_config&, const job_event& about, const std::string& facts);
  bool wants_on(const action_config&, wish_index) const;
  void add_errand(std::uint32_t job, const action_config&, const job_event& about,
                  const std::string& facts);
  void begin(errand&);
  void follow_errands();
  std::uint32_t rank(const errand&) const;
  std::string expanded(const std::string& text, const errand&) const;
  void say(severity, job_event about, std::string_view what, std::string detail);

  std::optional<std::uint32_t> job_named(const std::string&) const;
  bool reached(time_point at);

  const site site_;
  const node_number self_;
  std::string node_;
  time_point started_;
  time_point now_;
  decision out_;
  std::map<occurrence_key, occurrence> occurrences_;
  std::vector<errand> errands_;
  std::deque<credit> credits_;
  std::vector<supply_seen> supplies_;
  std::set<std::pair<origin, std::string>> lost_;
  std::vector<std::optional<std::uint32_t>> wished_by_;  ///< By wish: the job.
  std::vector<node_number> alive_;
  std::uint64_t tasks_;  ///< Never those of an earlier machine.

  struct clock_memory {
    local_seconds at = 0;
    time_point taken{};
    bool trusted = false;
  };
  std::optional<clock_memory> clock_;
  std::optional<local_seconds> looked_until_;
  std::optional<local_seconds> last_alive_;
  std::map<std::uint32_t, std::int64_t> ran_;  ///< By job: the latest minute that was served.
};

/// How an action is called in the journal: "mail-1", "over-mail-1".
std::string label(const action_config&, std::size_t index, bool when_over);

/// Names that may stand in braces in texts.
const std::vector<std::string_view>& placeholders();
/// The first name in braces that nobody knows.
std::optional<std::string> unknown_placeholder(std::string_view text);

}  // namespace holdover::jobs
