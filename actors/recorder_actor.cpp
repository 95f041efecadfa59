#include "actors/recorder_actor.hpp"

#include "core/overloaded.hpp"
#include "io/wire/codec.hpp"
#include "io/wire/topic.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace holdover::actors {

namespace {

// Every start of a node begins a log, and a forgotten one would be asked for from its beginning:
// room for years of restarts. A flood that one node invents displaces its own logs only.
constexpr std::size_t logs_limit = 4096;

// A page of the past: well below what one message may carry, and quick to check.
constexpr std::size_t page_bytes_max = 256 * 1024;

constexpr duration refused_wait_first = 1s;
constexpr duration refused_wait_last = 60s;

/// Events in as many messages as they need, at least one: an empty past is an answer, too.
std::vector<event_range> pages_of(const std::string& node, std::vector<std::string> events) {
  std::vector<event_range> pages;
  std::size_t bytes = 0;
  for (auto& one : events) {
    if (pages.empty() || bytes + one.size() > page_bytes_max) {
      pages.emplace_back().publisher = node;
      bytes = 0;
    }
    bytes += one.size();
    pages.back().events.push_back(std::move(one));
  }
  if (pages.empty()) pages.emplace_back().publisher = node;
  for (std::size_t i = 0; i + 1 < pages.size(); ++i)
    pages[i].more = true;
  return pages;
}

spdlog::level::level_enum log_level(severity how) {
  switch (how) {
    case severity::debug:
      return spdlog::level::debug;
    case severity::info:
      return spdlog::level::info;
    case severity::warning:
      return spdlog::level::warn;
    case severity::alarm:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

recorder_actor::behavior_type recorder_behavior(
    recorder_actor::stateful_pointer<recorder_state> self,
    std::shared_ptr<const recorder_setup> setup) {
  return self->state.start(std::move(setup));
}

recorder_actor::behavior_type recorder_state::start(std::shared_ptr<const recorder_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  digest_at_ = now(self_);
  for (const auto& known : setup_->known.logs)
    if (known.publisher != setup_->node)
      logs_[{known.publisher, known.incarnation}].tracker = log::sequence_tracker{known.prefix};
  tick();
  return {
      [this](const record& what) { note(what); },
      [this](telemetry& what) { publish(what); },
      [this](const frame& from, const message& what) { file(from, what); },
      [this](flush_atom) { flush_unless_more_came(); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        tick();
      },
      [](alive_atom) { return alive_atom::value; },
  };
}

std::string recorder_state::envelope(message_payload what) {
  return seal(setup_->outside, domain::bus, setup_->about->name, setup_->node, std::move(what));
}

void recorder_state::note(const record& what) {
  event happened;
  happened.id.site = setup_->about->name;
  happened.id.publisher = setup_->node;
  happened.how = what.how;
  happened.wall_milliseconds = setup_->outside.wall_milliseconds();
  happened.what = what.what;
  spdlog::log(log_level(what.how), "{}", to_string(happened));
  setup_->journal.append({std::move(happened)});
  if (setup_->listeners.noted) setup_->listeners.noted(what);
}

void recorder_state::publish(telemetry& told) {
  if (const auto* ups = std::get_if<ups_telemetry>(&told.what);
      ups != nullptr && setup_->listeners.battery)
    setup_->listeners.battery(*ups);
  if (told.urgent) {
    queue_.overtaken_by(told.what);
    auto payload = std::visit([](auto& one) { return message_payload{std::move(one)}; }, told.what);
    publish(std::move(payload), now(self_) - told.told_at);
  } else if (queue_.add(std::move(told.what), told.told_at)) {
    flush();
  } else if (!std::exchange(flush_asked_, true)) {
    ask_for_flush();
  }
}

void recorder_state::ask_for_flush() {
  waiting_when_asked_ = queue_.size();
  self_->send(recorder_actor{self_}, flush_atom::value);
}

// Readings that stood before the request stand for more behind it: a signature is worth a pass.
void recorder_state::flush_unless_more_came() {
  if (queue_.size() > waiting_when_asked_ && ++rounds_ < rounds_max)
    ask_for_flush();
  else
    flush();
}

// A request that is still under way then finds nothing, or what came since.
void recorder_state::flush() {
  flush_asked_ = false;
  rounds_ = 0;
  for (auto& parcel : queue_.take(now(self_)))
    publish(std::move(parcel.what), parcel.age);
}

void recorder_state::publish(message_payload what, duration age) {
  message m;
  m.site = setup_->about->name;
  m.publisher = setup_->node;
  m.age = age;
  m.wall_milliseconds = setup_->outside.wall_milliseconds();
  m.what = std::move(what);
  setup_->outside.publish(wire::encode_topic(m),
                          wire::encode(setup_->outside.sign(domain::bus, wire::encode(m))));
  const auto at = now(self_);
  std::visit(
      [&](auto& sent) {
        using payload_type = std::decay_t<decltype(sent)>;
        if constexpr (std::is_same_v<payload_type, telemetry_batch>) {
          for (auto& one : sent.readings)
            last_values_.keep(std::move(one.what), at - one.waited);
        } else if constexpr (std::is_constructible_v<any_telemetry, payload_type>) {
          last_values_.keep(std::move(sent), at - age);
        }
      },
      m.what);
}

void recorder_state::file(const frame& from, const message& what) {
  std::visit(
      [&](const auto& payload) {
        using payload_type = std::decay_t<decltype(payload)>;
        if constexpr (std::is_same_v<payload_type, event>)
          file_event(what, from.bytes);
        else if constexpr (std::is_same_v<payload_type, event_range>)
          file_range(what.publisher, payload);
        else if constexpr (std::is_same_v<payload_type, log_digest>)
          compare(from.from.member, payload);
        else if constexpr (std::is_same_v<payload_type, range_request>)
          answer_range(from.from, payload);
        else if constexpr (std::is_same_v<payload_type, snapshot_request>)
          answer_snapshot(from.from, payload);
        else if constexpr (
            std::is_same_v<payload_type,
                           telemetry_batch> || std::is_constructible_v<any_telemetry, payload_type>)
          last_values_.keep(what, from.bytes);
      },
      what.what);
  tick();
}

recorder_state::log_watch& recorder_state::watch(const std::string& publisher,
                                                 std::uint64_t incarnation) {
  const log_key key{publisher, incarnation};
  if (logs_.size() >= logs_limit && logs_.count(key) == 0) {
    const auto own = logs_.lower_bound({publisher, 0});
    const bool has_own = own != logs_.end() && own->first.first == publisher;
    logs_.erase(has_own ? own : logs_.begin());
  }
  return logs_[key];
}

void recorder_state::file_event(const message& what, std::string bytes) {
  auto happened = std::get<event>(what.what);
  happened.id.site = what.site;
  happened.id.publisher = what.publisher;
  if (what.publisher == setup_->node) return;
  const auto number = happened.id.sequence;
  const auto at = now(self_);
  auto& log = watch(what.publisher, happened.id.incarnation);
  if (log.tracker.arrived(number, at) == log::arrival::duplicate) return;
  if (const auto* job = std::get_if<job_event>(&happened.what);
      job != nullptr && setup_->listeners.peer_job)
    setup_->listeners.peer_job(what.publisher, *job);
  if (!setup_->journal.store_peer({std::move(happened), std::move(bytes)}))
    log.tracker.lost(number, at, wait_after_refusal(at));
  else if (refused_until_ && at >= *refused_until_)
    refused_until_.reset();
}

// Twice as long whenever it still has no room after the last wait.
duration recorder_state::wait_after_refusal(time_point at) {
  if (!refused_until_) {
    refused_wait_ = refused_wait_first;
    refused_until_ = at + refused_wait_;
  } else if (at >= *refused_until_) {
    refused_wait_ = std::min(2 * refused_wait_, refused_wait_last);
    refused_until_ = at + refused_wait_;
  }
  return *refused_until_ - at;
}

// What a peer passes on of a third one's log is believed for its own signature only.
void recorder_state::file_range(const std::string& from, const event_range& range) {
  if (from == range.publisher && from != setup_->node) skip(range);
  for (const auto& bytes : range.events) {
    const auto outer = wire::decode_signed(bytes);
    const auto* envelope = std::get_if<signed_message>(&outer);
    if (envelope == nullptr || envelope->about != domain::bus) continue;
    const auto verdict = setup_->outside.verify(*envelope);
    const auto* signer = std::get_if<member>(&verdict);
    if (signer == nullptr || signer->as != role::node) continue;
    const auto inner = wire::decode(envelope->bytes);
    const auto* content = std::get_if<message>(&inner);
    if (content == nullptr || content->publisher != signer->name
        || content->site != setup_->about->name || !std::holds_alternative<event>(content->what))
      continue;
    file_event(*content, bytes);
  }
}

// Only the publisher knows that nobody can have it from him: what another one lacks, a third may
// have.
void recorder_state::skip(const event_range& range) {
  const auto found = logs_.find({range.publisher, range.incarnation});
  if (found == logs_.end()) return;
  for (const auto& gone : range.discarded)
    for (const auto& closed : found->second.tracker.skipped(gone)) {
      setup_->journal.write_off(range.publisher, range.incarnation, closed);
      found->second.discarded += closed.last - closed.first + 1;
    }
}

// Once a log is complete, or now and then: a long absence is told in few lines.
void recorder_state::tell_discarded(const log_key& whose, log_watch& log, bool due) {
  if (log.discarded == 0 || !(due || log.tracker.complete())) return;
  note(
      {severity::warning, node_event{"events_discarded_at_source",
                                     std::to_string(std::exchange(log.discarded, 0)) + " events of "
                                         + whose.first + " (its log " + std::to_string(whose.second)
                                         + ") were given up there before they came here"}});
}

void recorder_state::compare(const std::string& from, const log_digest& digest) {
  for (const auto& theirs : digest.logs) {
    if (theirs.publisher == setup_->node)
      setup_->journal.own_log_announced(theirs.incarnation, theirs.prefix);
    else if (logs_.count({theirs.publisher, theirs.incarnation}) != 0
             || (theirs.publisher == from && logs_.size() < logs_limit))
      watch(theirs.publisher, theirs.incarnation).tracker.announced(theirs.prefix, now(self_));
  }
}

void recorder_state::answer_range(const way_back& to, const range_request& asked) {
  setup_->journal.range(asked, [setup = setup_, to](event_range found) {
    if (found.events.empty() && found.discarded.empty()) return;
    setup->outside.answer(
        to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(found)));
  });
}

// A late joiner gets the last value of everything, then the last events, then how far logs reach.
void recorder_state::answer_snapshot(const way_back& to, const snapshot_request& asked) {
  flush();
  for (auto& batch : last_values_.own(now(self_)))
    setup_->outside.answer(to, envelope(std::move(batch)));
  for (const auto& bytes : last_values_.of_peers())
    setup_->outside.answer(to, *bytes);
  setup_->journal.recent(asked, [setup = setup_, to](std::vector<std::string> events) {
    for (auto& page : pages_of(setup->node, std::move(events)))
      setup->outside.answer(
          to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(page)));
  });
  setup_->journal.digest([setup = setup_, to](log_digest digest) {
    setup->outside.answer(
        to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(digest)));
  });
}

void recorder_state::tick() {
  const auto at = now(self_);
  const bool digest_due = at >= digest_at_;
  if (digest_due) {
    digest_at_ = at + setup_->digest_period;
    setup_->journal.digest([setup = setup_](log_digest digest) {
      message m;
      m.site = setup->about->name;
      m.publisher = setup->node;
      m.wall_milliseconds = setup->outside.wall_milliseconds();
      m.what = std::move(digest);
      const auto topic = wire::encode_topic(m);
      setup->outside.publish(topic,
                             wire::encode(setup->outside.sign(domain::bus, wire::encode(m))));
    });
  }
  std::optional<time_point> wake = digest_at_;
  for (auto& [key, log] : logs_) {
    while (const auto hole = log.tracker.ask(at)) {
      // First its publisher, who has it for certain; then the others in turn, who may.
      const auto& nodes = setup_->about->nodes;
      const auto& other = nodes[log.asked / 2 % nodes.size()].name;
      const auto& whom = log.asked % 2 == 0 || other == setup_->node ? key.first : other;
      ++log.asked;
      setup_->outside.send(whom,
                           envelope(range_request{key.first, key.second, hole->first, hole->last}));
    }
    tell_discarded(key, log, digest_due);
    wake = earliest(wake, log.tracker.next_change(at));
  }
  if (wake && *wake <= at) wake = at + 100ms;
  timer_.arm(self_, wake);
}

}  // namespace holdover::actors
