#include "actors/recorder_actor.hpp"

#include "core/overloaded.hpp"
#include "io/wire/codec.hpp"
#include "io/wire/topic.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

namespace holdover::actors {

namespace {

// Two live incarnations of each node are plenty; a flood of invented ones is cut off.
constexpr std::size_t logs_limit = 256;

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
      [this](const telemetry& what) { publish(what); },
      [this](const frame& from, const message& what) { file(from, what); },
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
}

void recorder_state::publish(const telemetry& told) {
  message m;
  m.site = setup_->about->name;
  m.publisher = setup_->node;
  m.wall_milliseconds = setup_->outside.wall_milliseconds();
  m.what = told.what;
  const auto topic = wire::encode_topic(m);
  auto bytes = wire::encode(setup_->outside.sign(domain::bus, wire::encode(m)));
  last_values_[topic + setup_->node] = bytes;
  setup_->outside.publish(topic, std::move(bytes));
}

void recorder_state::file(const frame& from, const message& what) {
  std::visit(
      [&](const auto& payload) {
        using payload_type = std::decay_t<decltype(payload)>;
        if constexpr (std::is_same_v<payload_type, event>)
          file_event(what, from.bytes);
        else if constexpr (std::is_same_v<payload_type, event_range>)
          file_range(payload);
        else if constexpr (std::is_same_v<payload_type, log_digest>)
          compare(from.from.member, payload);
        else if constexpr (std::is_same_v<payload_type, range_request>)
          answer_range(from.from, payload);
        else if constexpr (std::is_same_v<payload_type, snapshot_request>)
          answer_snapshot(from.from, payload);
        else if constexpr (std::is_same_v<
                               payload_type,
                               outlet_telemetry> || std::is_same_v<payload_type, sensor_telemetry>)
          last_values_[wire::encode_topic(what) + what.publisher] = from.bytes;
      },
      what.what);
  tick();
}

recorder_state::log_watch& recorder_state::watch(const std::string& publisher,
                                                 std::uint64_t incarnation) {
  if (logs_.size() >= logs_limit) logs_.erase(logs_.begin());
  return logs_[{publisher, incarnation}];
}

void recorder_state::file_event(const message& what, std::string bytes) {
  auto happened = std::get<event>(what.what);
  happened.id.site = what.site;
  happened.id.publisher = what.publisher;
  if (what.publisher == setup_->node) return;
  auto& log = watch(what.publisher, happened.id.incarnation);
  if (log.tracker.arrived(happened.id.sequence, now(self_)) == log::arrival::duplicate) return;
  setup_->journal.store_peer({std::move(happened), std::move(bytes)});
}

// What a peer passes on of a third one's log is believed for its own signature only.
void recorder_state::file_range(const event_range& range) {
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

void recorder_state::compare(const std::string& from, const log_digest& digest) {
  for (const auto& theirs : digest.logs) {
    if (theirs.publisher == setup_->node)
      setup_->journal.own_log_announced(theirs.incarnation, theirs.prefix);
    else if (theirs.publisher == from || logs_.count({theirs.publisher, theirs.incarnation}) != 0)
      watch(theirs.publisher, theirs.incarnation).tracker.announced(theirs.prefix, now(self_));
  }
}

void recorder_state::answer_range(const way_back& to, const range_request& asked) {
  setup_->journal.range(asked, [setup = setup_, to](event_range found) {
    if (found.events.empty()) return;
    setup->outside.answer(
        to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(found)));
  });
}

// A late joiner gets the last value of everything, then the last events, then how far logs reach.
void recorder_state::answer_snapshot(const way_back& to, const snapshot_request& asked) {
  for (const auto& [topic, bytes] : last_values_)
    setup_->outside.answer(to, bytes);
  setup_->journal.recent(asked, [setup = setup_, to](std::vector<std::string> events) {
    event_range range;
    range.publisher = setup->node;
    range.events = std::move(events);
    setup->outside.answer(
        to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(range)));
  });
  setup_->journal.digest([setup = setup_, to](log_digest digest) {
    setup->outside.answer(
        to, seal(setup->outside, domain::bus, setup->about->name, setup->node, std::move(digest)));
  });
}

void recorder_state::tick() {
  const auto at = now(self_);
  if (at >= digest_at_) {
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
      const auto& whom = log.asked % 2 == 0 || nodes.empty()
                             ? key.first
                             : nodes[log.asked / 2 % nodes.size()].name;
      ++log.asked;
      if (whom != setup_->node)
        setup_->outside.send(
            whom, envelope(range_request{key.first, key.second, hole->first, hole->last}));
    }
    wake = earliest(wake, log.tracker.next_change(at));
  }
  if (wake && *wake <= at) wake = at + 100ms;
  timer_.arm(self_, wake);
}

}  // namespace holdover::actors
