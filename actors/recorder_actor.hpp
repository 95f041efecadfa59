// Remembers: numbers and journals what happens here, files what peers tell, mends holes, and keeps
// the last reading of everything for those who join late.
//
// Readings are published as they come, those that queue up in batches: see telemetry_queue.
//
// Nothing waits for it. Its own events go to the journal's thread, which numbers, signs and stores
// them and only then publishes. Peers' events are filed as they come; a missing number is asked for
// after 200 ms, first from its publisher, then from any other node, and digests every 10 s reveal
// what was lost in silence (L2). What the publisher itself has given up is not asked for again: its
// place is marked, and an event tells how much is missing. What the journal has no room for is
// missing again, and asked for later and later.

#pragma once

#include "actors/guard.hpp"
#include "actors/interfaces.hpp"
#include "actors/last_values.hpp"
#include "actors/ports.hpp"
#include "actors/telemetry_queue.hpp"
#include "core/log/sequence.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdover::actors {

/// A peer's event as it came, for filing.
struct peer_event {
  event what;
  std::string bytes;  ///< Signed, as published.
};

/// The journal, as plain functions. Each returns at once; answers come on the journal's thread.
struct journal_port {
  std::function<void(std::vector<event>)> append;
  /// False: not now, too much waits already.
  std::function<bool(peer_event)> store_peer;
  /// Numbers of a peer's log that never come: marked, so that nobody asks for them again.
  std::function<void(const std::string& publisher, std::uint64_t incarnation, log::range)>
      write_off;
  std::function<void(range_request, std::function<void(event_range)> answer)> range;
  std::function<void(std::function<void(log_digest)> answer)> digest;
  /// A peer knows our own log up to here (L5).
  std::function<void(std::uint64_t incarnation, std::uint64_t highest)> own_log_announced;
  /// The last events of the site, oldest first, signed bytes.
  std::function<void(snapshot_request, std::function<void(std::vector<std::string>)> answer)>
      recent;
};

/// Who wants to hear of what passes through; each may be empty. They return at once.
struct recorder_listeners {
  std::function<void(const record&)> noted;
  std::function<void(const std::string& by, const job_event&)> peer_job;
  std::function<void(const ups_telemetry&)> battery;
};

struct recorder_setup {
  std::shared_ptr<const site> about;
  std::string node;  ///< This node's name.
  ports outside;
  journal_port journal;
  log_digest known;  ///< What the journal holds already: holes are asked for from there on.
  duration digest_period = 10s;
  recorder_listeners listeners{};
};

class recorder_state {
public:
  static inline const char* name = "recorder";

  explicit recorder_state(recorder_actor::pointer self) : self_(self) {}

  recorder_actor::behavior_type start(std::shared_ptr<const recorder_setup> setup);

private:
  struct log_watch {
    log::sequence_tracker tracker;
    std::uint32_t asked = 0;
    std::uint64_t discarded = 0;  ///< Given up at the source; not told yet.
  };
  using log_key = std::pair<std::string, std::uint64_t>;

  void note(const record&);
  void publish(telemetry&);
  void publish(message_payload, duration age);
  void ask_for_flush();
  void flush_unless_more_came();
  void flush();
  void file(const frame&, const message&);
  void file_event(const message&, std::string bytes);
  void file_range(const std::string& from, const event_range&);
  void skip(const event_range&);
  void tell_discarded(const log_key&, log_watch&, bool now);
  duration wait_after_refusal(time_point at);
  void compare(const std::string& from, const log_digest&);
  void answer_range(const way_back& to, const range_request&);
  void answer_snapshot(const way_back& to, const snapshot_request&);
  log_watch& watch(const std::string& publisher, std::uint64_t incarnation);
  void tick();
  std::string envelope(message_payload);

  recorder_actor::pointer self_;
  std::shared_ptr<const recorder_setup> setup_;
  std::map<log_key, log_watch> logs_;
  last_values last_values_;
  telemetry_queue queue_;
  bool flush_asked_ = false;
  std::size_t waiting_when_asked_ = 0;  ///< Readings, when the request was sent (again).
  int rounds_ = 0;                      ///< Passes that it has let others go first.
  timer timer_;
  time_point digest_at_{};
  duration refused_wait_{};                    ///< How long we last gave the journal.
  std::optional<time_point> refused_until_{};  ///< It had no room; until then it is left alone.
};

recorder_actor::behavior_type recorder_behavior(
    recorder_actor::stateful_pointer<recorder_state> self,
    std::shared_ptr<const recorder_setup> setup);

}  // namespace holdover::actors
