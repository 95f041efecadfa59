#include "nodes/site/outside.hpp"

#include "actors/interfaces.hpp"
#include "io/host/wall_clock.hpp"
#include "io/keys/digest.hpp"
#include "io/wire/codec.hpp"
#include "io/wire/topic.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace holdover::site_node {

namespace {

constexpr std::uint64_t ballast_bytes = 32ull << 20;
constexpr std::uint64_t lab_ballast_bytes = 1ull << 20;
constexpr std::size_t range_bytes_max = 256 * 1024;
// How many events one question about the past brings: a page, or what is asked for by number.
constexpr std::size_t recent_page = 1000;
constexpr std::size_t recent_max = 20'000;
constexpr std::size_t jobs_remembered = 1000;

// A restart of the jobs alone takes no longer.
constexpr std::int64_t short_break_milliseconds = 60'000;

std::int64_t wall_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

message wrap(const std::string& site, const std::string& name, message_payload what) {
  message m;
  m.site = site;
  m.publisher = name;
  m.wall_milliseconds = wall_milliseconds();
  m.what = std::move(what);
  return m;
}

// What a person mends in a file or by a command; a full or broken disk is not of that kind.
bool is_configuration(store::trouble kind) {
  switch (kind) {
    case store::trouble::no_place:
    case store::trouble::read_only:
    case store::trouble::not_ours:
    case store::trouble::in_use:
      return true;
    case store::trouble::full:
    case store::trouble::damaged:
    case store::trouble::io:
    case store::trouble::unavailable:
      return false;
  }
  return false;
}

template <class Payload>
std::optional<Payload> event_of(const std::string& bytes) {
  const auto outer = wire::decode_signed(bytes);
  const auto* envelope = std::get_if<signed_message>(&outer);
  if (envelope == nullptr) return std::nullopt;
  const auto inner = wire::decode(envelope->bytes);
  const auto* content = std::get_if<message>(&inner);
  const auto* happened = content != nullptr ? std::get_if<event>(&content->what) : nullptr;
  const auto* found = happened != nullptr ? std::get_if<Payload>(&happened->what) : nullptr;
  return found != nullptr ? std::optional{*found} : std::nullopt;
}

bool is_done_drill(const std::string& bytes) {
  const auto what = event_of<operator_event>(bytes);
  return what && what->command == "drill_done";
}

// A bad signature takes some 130 microseconds to find, 512 of them less than a tenth of a second:
// that is how long a vote waits behind what was read before it, whoever sent that. Each peer's
// events have as much of their own. What is honest and more than this waits, and is not lost.
constexpr std::int64_t in_flight_max = 512;

bus::endpoint_limits limits_of_node() {
  bus::endpoint_limits limits;
  limits.controls_in_flight = in_flight_max;
  limits.events_in_flight = in_flight_max;
  return limits;
}

void hand_over(const actors::directory& where, const char* reader, const bus::origin& from,
               std::string bytes) {
  if (const auto to = where.find<actors::bus_reader_actor>(reader))
    caf::anon_send(
        to, actors::frame{{from.member, from.as, from.from_client, from.route, from.curve_key},
                          std::move(bytes),
                          from.held});
}

}  // namespace

outside::outside(const loaded& files, std::shared_ptr<actors::directory> where)
    : site_(files.about.name),
      name_(files.self->name),
      database_(files.settings.database),
      lab_(files.about.lab),
      where_(std::move(where)),
      signer_(files.keys),
      verifier_(std::make_shared<const keys::verifier>(files.members)) {}

std::shared_ptr<const keys::verifier> outside::verifier() const {
  const std::lock_guard lock{verifier_mutex_};
  return verifier_;
}

void outside::adopt_members(const membership& members) {
  {
    const std::lock_guard lock{verifier_mutex_};
    verifier_ = std::make_shared<const keys::verifier>(members);
  }
  const std::lock_guard lock{bus_mutex_};
  if (bus_) bus_->update_membership(members);
}

std::variant<std::unique_ptr<outside>, start_problem> outside::open(
    const loaded& files, std::shared_ptr<actors::directory> where) {
  std::unique_ptr<outside> made{new outside{files, std::move(where)}};
  // The bus first: a node that cannot listen leaves no journal behind. What arrives before the
  // actors are there is dropped, as it would be a moment earlier.
  if (auto problem = made->open_bus(files)) return std::move(*problem);
  if (auto problem = made->open_journal()) return std::move(*problem);
  return made;
}

std::optional<start_problem> outside::open_journal() {
  store::journal_options options;
  options.path = database_;
  options.site = site_;
  options.publisher = name_;
  options.hash = keys::sha256;
  options.seal = [this](const event& what) {
    return wire::encode(signer_.sign(domain::bus, wire::encode(wrap(site_, name_, what))));
  };
  options.ballast_bytes = lab_ ? lab_ballast_bytes : ballast_bytes;
  store::writer_hooks hooks;
  hooks.on_committed = [this](std::vector<store::committed> events) {
    publish_committed(std::move(events));
  };
  hooks.on_storage = [state = condition_, this](bool ok, const std::string& text) {
    state->storage(ok, text);
    tell(ok ? severity::info : severity::alarm,
         node_event{ok ? "storage_restored" : "storage_failing", text});
  };
  auto started = store::journal_writer::start(std::move(options), std::move(hooks));
  if (const auto* failed = std::get_if<store::failure>(&started))
    return start_problem{failed->text, is_configuration(failed->kind)};
  journal_ = std::move(std::get<std::unique_ptr<store::journal_writer>>(started));
  // Asked before anything of this life is written.
  store::filter last;
  last.publisher = name_;
  last.newest = true;
  last.limit = 1;
  journal_->query(last, [before = before_](store::result<std::vector<store::found_record>> found) {
    const auto* good = std::get_if<std::vector<store::found_record>>(&found);
    const std::lock_guard lock{before->mutex};
    if (good != nullptr && !good->empty())
      before->wall_milliseconds = good->front().what.wall_milliseconds;
  });
  return std::nullopt;
}

// Durable first, told second (L1).
void outside::publish_committed(std::vector<store::committed> events) {
  const std::lock_guard lock{bus_mutex_};
  if (!bus_) return;
  for (auto& one : events) {
    const auto topic = wire::encode_topic(wrap(site_, name_, std::move(one.what)));
    const auto sent = bus_->publish(topic, std::move(one.bytes));
    if (sent != bus::send_result::queued) spdlog::warn("{}: {}", topic, to_string(sent));
  }
}

void outside::tell(severity how, event_payload what) const {
  if (const auto to = where_->find<actors::recorder_actor>("recorder"))
    caf::anon_send(to, actors::record{how, std::move(what)});
}

std::optional<start_problem> outside::open_bus(const loaded& files) {
  bus::endpoint_config setup{.name = name_,
                             .keys = files.keys.curve,
                             .members = files.members,
                             .listen_control = files.self->control_endpoint,
                             .listen_events = files.self->events_endpoint,
                             .peers = {},
                             .topics = {""},
                             .limits = limits_of_node()};
  for (const auto& node : files.about.nodes)
    if (node.name != name_)
      setup.peers.push_back({node.name, node.control_endpoint, node.events_endpoint});
  bus::handlers react;
  react.on_control = [where = where_, state = condition_, apart = cuts_](const bus::origin& from,
                                                                         std::string bytes) {
    if (apart->apart(from.member)) return;
    if (from.as == role::node) state->heard(from.member);
    hand_over(*where, "bus_reader", from, std::move(bytes));
  };
  react.on_event = [where = where_, state = condition_, apart = cuts_](
                       const bus::origin& from, std::string, std::string bytes) {
    if (apart->apart(from.member)) return;
    state->heard(from.member);
    hand_over(*where, "event_reader", from, std::move(bytes));
  };
  react.on_peer = [this, state = condition_](const std::string& peer, bool connected) {
    state->peer(peer, connected);
    tell(connected ? severity::info : severity::warning,
         node_event{connected ? "peer_back" : "peer_lost", peer});
  };
  react.on_trouble = [](const std::string& what) { spdlog::warn("bus: {}", what); };
  react.on_flood = [this](const std::string&, const std::string& what) {
    tell(severity::alarm, node_event{"flooded", what});
  };
  auto opened = bus::bus_endpoint::open(std::move(setup), std::move(react));
  if (const auto* bad = std::get_if<bus::refusal>(&opened)) return start_problem{bad->reason, true};
  const std::lock_guard lock{bus_mutex_};
  bus_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  return std::nullopt;
}

void outside::close_bus() {
  std::unique_ptr<bus::bus_endpoint> closing;
  {
    const std::lock_guard lock{bus_mutex_};
    closing = std::move(bus_);
  }
}

std::uint64_t outside::refused_unread() const {
  const std::lock_guard lock{bus_mutex_};
  return bus_ ? bus_->counters().flooding : 0;
}

void outside::fine(const std::string& member, bool for_events) {
  const std::lock_guard lock{bus_mutex_};
  if (bus_) bus_->fine(member, for_events ? bus::lane::events : bus::lane::controls);
}

// What is not connected is not told: a vote that waits for a link would be worse than none.
actors::ports outside::ports() {
  actors::ports bound;
  bound.send = [this](const std::string& to, std::string bytes) {
    if (cuts_->apart(to)) return;
    const std::lock_guard lock{bus_mutex_};
    if (bus_) static_cast<void>(bus_->send_to(to, std::move(bytes)));
  };
  bound.answer = [this](const actors::way_back& to, std::string bytes) {
    const std::lock_guard lock{bus_mutex_};
    if (bus_)
      static_cast<void>(bus_->answer({to.member, to.as, to.from_client, to.route, to.curve_key},
                                     std::move(bytes)));
  };
  bound.send_to_nodes = [this](std::string bytes) {
    const std::lock_guard lock{bus_mutex_};
    if (bus_) bus_->send_to_all_peers(bytes);
  };
  bound.publish = [this](std::string topic, std::string bytes) {
    const std::lock_guard lock{bus_mutex_};
    if (bus_) static_cast<void>(bus_->publish(std::move(topic), std::move(bytes)));
  };
  bound.sign = [this](domain about, std::string bytes) {
    return signer_.sign(about, std::move(bytes));
  };
  bound.verify = [this](const signed_message& what) -> std::variant<member, std::string> {
    const auto by = verifier();
    const auto verdict = by->verify(what);
    if (const auto* bad = std::get_if<keys::refusal>(&verdict)) return bad->reason;
    return *std::get<const member*>(verdict);
  };
  bound.wall_milliseconds = wall_milliseconds;
  return bound;
}

// The journal answers in the order in which it is asked, so the last life is known by then.
std::function<void(std::function<void(jobs::recalled)>)> outside::recall_jobs() {
  return [this](std::function<void(jobs::recalled)> answer) {
    store::filter wanted;
    wanted.site = site_;
    wanted.kind = "job";
    wanted.newest = true;
    wanted.limit = jobs_remembered;
    journal_->query(wanted, [name = name_, before = before_, answer = std::move(answer)](
                                store::result<std::vector<store::found_record>> found) {
      jobs::recalled remembered;
      if (const auto* good = std::get_if<std::vector<store::found_record>>(&found))
        for (const auto& one : *good)
          if (auto what = event_of<job_event>(one.what.bytes))
            remembered.entries.push_back({one.what.id.publisher == name, std::move(*what)});
      const std::lock_guard lock{before->mutex};
      if (before->wall_milliseconds)
        remembered.last_alive = host::local_seconds(std::chrono::system_clock::time_point{
            std::chrono::milliseconds{*before->wall_milliseconds}});
      before->wall_milliseconds = wall_milliseconds() - short_break_milliseconds;
      answer(std::move(remembered));
    });
  };
}

std::function<void(std::function<void(std::optional<std::int64_t>)>)> outside::last_drill() {
  return [this](std::function<void(std::optional<std::int64_t>)> answer) {
    store::filter wanted;
    wanted.site = site_;
    wanted.kind = "operator";
    wanted.subject = "drills";
    wanted.newest = true;
    journal_->query(wanted, [answer = std::move(answer)](
                                store::result<std::vector<store::found_record>> found) {
      std::optional<std::int64_t> last;
      if (const auto* good = std::get_if<std::vector<store::found_record>>(&found))
        for (const auto& one : *good)
          if (is_done_drill(one.what.bytes))
            last = std::max(last.value_or(0), one.what.wall_milliseconds);
      answer(last);
    });
  };
}

actors::journal_port outside::journal() {
  actors::journal_port bound;
  bound.append = [this](std::vector<event> events) { journal_->append(std::move(events)); };
  bound.store_peer = [this](actors::peer_event one) {
    return journal_->store_peer({store::record_of(one.what, std::move(one.bytes))});
  };
  bound.write_off = [this](const std::string& publisher, std::uint64_t incarnation,
                           log::range gone) {
    journal_->write_off({site_, publisher, incarnation}, gone);
  };
  bound.range = [this](range_request asked, std::function<void(event_range)> answer) {
    journal_->range({site_, asked.publisher, asked.incarnation}, {asked.first, asked.last},
                    range_bytes_max,
                    [asked, answer = std::move(answer)](store::result<store::range_answer> found) {
                      event_range range;
                      range.publisher = asked.publisher;
                      range.incarnation = asked.incarnation;
                      if (auto* good = std::get_if<store::range_answer>(&found)) {
                        range.events = std::move(good->events);
                        range.discarded = std::move(good->discarded);
                      }
                      answer(std::move(range));
                    });
  };
  bound.digest = [this](std::function<void(log_digest)> answer) {
    journal_->digest([answer = std::move(answer)](store::result<log_digest> found) {
      if (auto* good = std::get_if<log_digest>(&found)) answer(std::move(*good));
    });
  };
  bound.own_log_announced = [this](std::uint64_t incarnation, std::uint64_t highest) {
    journal_->own_log_announced(incarnation, highest);
  };
  bound.recent = [this](snapshot_request asked,
                        std::function<void(std::vector<std::string>)> answer) {
    if (asked.events_back == 0 && asked.since_wall_milliseconds == 0) return answer({});
    store::filter wanted;
    wanted.site = site_;
    wanted.limit = recent_page;
    if (asked.events_back != 0) {
      wanted.newest = true;
      wanted.limit = std::min<std::size_t>(asked.events_back, recent_max);
    }
    if (asked.since_wall_milliseconds != 0) {
      // Whoever wants more asks again from the last of these on.
      wanted.by_clock = true;
      wanted.since_wall_milliseconds = asked.since_wall_milliseconds;
    }
    journal_->query(wanted, [answer = std::move(answer)](
                                store::result<std::vector<store::found_record>> found) {
      std::vector<std::string> events;
      if (auto* good = std::get_if<std::vector<store::found_record>>(&found))
        for (auto& one : *good)
          events.push_back(std::move(one.what.bytes));
      answer(std::move(events));
    });
  };
  return bound;
}

}  // namespace holdover::site_node
