#include "io/bus/bus_loop.hpp"

#include "io/bus/socket_options.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace holdover::bus {

namespace {

// How many messages one socket may bring before the others have their turn.
constexpr int messages_per_turn = 256;

// While there is always more to send, sockets are looked after by the poll this often.
constexpr int rounds_in_a_row = 16;

constexpr std::chrono::minutes strangers_quiet{1};

// Signals are for the threads that expect them.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

// Reads one message, keeps its first two frames and returns how many it had; 0 for none. The others
// are dropped one by one, so that a long message takes no memory of ours.
std::size_t receive_frames(zmq::socket_t& socket, zmq::message_t& first, zmq::message_t& second) {
  if (!socket.recv(first, zmq::recv_flags::dontwait)) return 0;
  std::size_t frames = 1;
  bool more = first.more();
  for (zmq::message_t rest; more; ++frames) {
    auto& frame = frames == 1 ? second : rest;
    (void)socket.recv(frame, zmq::recv_flags::none);  // Never waits: messages arrive whole.
    more = frame.more();
  }
  return frames;
}

std::string_view property(zmq::message_t& message, const char* name) {
  const char* value = zmq_msg_gets(message.handle(), name);
  return value != nullptr ? value : std::string_view{};
}

}  // namespace

bus_loop::bus_loop(zmq::context_t& context, const endpoint_config& config, bus_state& state,
                   handlers given)
    : context_{context},
      config_{config},
      state_{state},
      handlers_{std::move(given)},
      guard_{config.limits.flood} {
  const auto& limits = config_.limits;
  if (config_.listen_control)
    clients_ = std::make_unique<listener>(
        context_, config_.keys,
        listener::shape{zmq::socket_type::router, *config_.listen_control, limits.to_each_client,
                        limits.from_each_client});
  if (config_.listen_events)
    subscribers_ =
        std::make_unique<listener>(context_, config_.keys,
                                   listener::shape{zmq::socket_type::pub, *config_.listen_events,
                                                   limits.events_to_each, limits.events_to_each});
  for (const auto& peer : config_.peers)
    links_.emplace_back(context_, config_, peer);
}

std::optional<refusal> bus_loop::listen() {
  for (const auto& one : {clients_.get(), subscribers_.get()}) {
    if (one == nullptr) continue;
    if (auto why = one->open()) return why;
  }
  return std::nullopt;
}

std::string bus_loop::control_address() const {
  return clients_ ? clients_->address() : "";
}
std::string bus_loop::events_address() const {
  return subscribers_ ? subscribers_->address() : "";
}

void bus_loop::run() {
  block_signals();
  state_.members_changed = true;  // The first round opens what connects.
  for (int in_a_row = 1; !state_.stop; ++in_a_row) {
    round();
    ++state_.rounds;
    const bool rest = state_.out.may_sleep();
    if (!rest && in_a_row < rounds_in_a_row) continue;
    wait(rest);
    in_a_row = 0;
  }
}

void bus_loop::round() {
  const auto batch = state_.out.take();
  follow_membership();
  for (const auto& what : batch.controls)
    send(what);
  for (const auto& what : batch.events)
    send(what);
  if (state_.fined) impose_fines();
  // In turns, or whoever comes first would have all the credit there is while it is short.
  peers_first_ = !peers_first_;
  if (peers_first_) receive_from_peers();
  receive_from_clients();
  if (!peers_first_) receive_from_peers();
  watch_connections();
  open_what_is_due();
  tell_of_strangers();
}

// Sockets without credit are left out: what they hold waits in their queues, then at the sender.
// The publisher is polled although it has nothing to read, because only then, or when something is
// published, does ZeroMQ let subscribers in and let go of those who left.
void bus_loop::wait(bool rest) {
  std::vector<zmq::pollitem_t> watched{{nullptr, state_.wake->descriptor(), ZMQ_POLLIN, 0}};
  const auto add = [&](zmq::socket_t& socket) {
    watched.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
  };
  const bool controls = !state_.controls->exhausted();
  if (clients_ && clients_->is_open() && controls) add(clients_->socket());
  if (subscribers_ && subscribers_->is_open()) add(subscribers_->socket());
  for (auto& one : links_)
    one.each_channel([&](channel& way) {
      if (!way.is_open()) return;
      add(way.monitor());
      if (&way == &one.control() ? controls : may_read_events(one)) add(way.socket());
    });
  auto patience = std::chrono::milliseconds{rest ? -1 : 0};
  if (const auto due = rest ? next_due() : std::nullopt)
    patience = std::max(std::chrono::milliseconds{0},
                        std::chrono::ceil<std::chrono::milliseconds>(*due - clock::now()));
  if (zmq_poll(watched.data(), static_cast<int>(watched.size()),
               static_cast<long>(patience.count()))
          < 0
      && zmq_errno() != EINTR)
    throw zmq::error_t{};
  if (watched.front().revents != 0) state_.wake->clear();
}

std::optional<bus_loop::clock::time_point> bus_loop::next_due() const {
  std::optional<clock::time_point> next;
  const auto consider = [&](std::optional<clock::time_point> due) {
    if (due && (!next || *due < *next)) next = due;
  };
  for (const auto* one : {clients_.get(), subscribers_.get()})
    if (one != nullptr) consider(one->due());
  for (const auto& one : links_)
    one.each_channel([&](const channel& way) { consider(way.due()); });
  return next;
}

void bus_loop::follow_membership() {
  if (state_.throw_out.exchange(false)) throw_clients_out();
  if (!state_.members_changed.exchange(false)) return;
  for (auto& one : links_) {
    const auto key = state_.who.key_of(one.name()).value_or("");
    if (one.is_news(key)) follow_key(one, key);
  }
}

void bus_loop::follow_key(peer_link& one, const std::string& key) {
  const bool was_connected = one.control().connected();
  one.pin(key);
  if (was_connected) tell_connected(one, false);
  if (key.empty())
    trouble(one.name() + " is not in the membership document, so we do not connect to it");
}

void bus_loop::throw_clients_out() {
  ++state_.times_thrown_out;
  state_.ways.forget_routes();
  for (auto* const one : {clients_.get(), subscribers_.get()})
    if (one != nullptr) one->throw_all_out(clock::now());
  open_what_is_due();
}

// Our own connection first, because ZeroMQ tells us when that one breaks. A member that lost its
// place after the message was queued gets nothing any more.
void bus_loop::send(const outbox::control& what) {
  const auto sent = [&] {
    if (!what.route.empty())
      return send_to_client(what.to, {what.route, what.route_key}, what.bytes);
    const auto peer = std::find_if(links_.begin(), links_.end(),
                                   [&](const peer_link& one) { return one.name() == what.to; });
    if (peer != links_.end() && peer->control().connected()
        && state_.who.standing(what.to, peer->key()))
      return peer->control()
          .socket()
          .send(zmq::buffer(what.bytes), zmq::send_flags::dontwait)
          .has_value();
    const auto route = state_.ways.route_to(what.to);
    return route && send_to_client(what.to, *route, what.bytes);
  }();
  ++(sent ? state_.controls_out : state_.controls_unsent);
}

bool bus_loop::send_to_client(const std::string& member, const paths::route& way,
                              const std::string& bytes) {
  if (!clients_ || !clients_->is_open() || !state_.who.standing(member, way.curve_key))
    return false;
  auto* const socket = clients_->socket().handle();
  if (zmq_send(socket, way.id.data(), way.id.size(), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
    if (zmq_errno() == EHOSTUNREACH) state_.ways.forget(member, way.id);
    return false;
  }
  return zmq_send(socket, bytes.data(), bytes.size(), ZMQ_DONTWAIT) >= 0;
}

void bus_loop::send(const outbox::event& what) {
  if (!subscribers_ || !subscribers_->is_open()) {
    ++state_.events_unsent;
    return;
  }
  auto& socket = subscribers_->socket();
  socket.send(zmq::buffer(what.topic), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
  socket.send(zmq::buffer(what.bytes), zmq::send_flags::dontwait);
  ++state_.events_out;
}

void bus_loop::receive_from_clients() {
  if (!clients_ || !clients_->is_open()) return;
  zmq::message_t route;
  zmq::message_t body;
  for (int n = 0; n < messages_per_turn && !state_.controls->exhausted(); ++n) {
    const auto frames = receive_frames(clients_->socket(), route, body);
    if (frames == 0) return;
    take_from_client(route, body, frames);
  }
}

void bus_loop::take_from_client(const zmq::message_t& route, zmq::message_t& body,
                                std::size_t frames) {
  if (frames != 2) {
    ++state_.malformed;
    return;
  }
  const auto name = property(body, user_id_property);
  const auto key = property(body, curve_key_property);
  const auto as = state_.who.standing(name, key);
  if (!as) {
    ++state_.without_standing;
    return;
  }
  const auto id = route.to_string_view();
  state_.ways.learn(name, id, key);
  deliver({std::string{name}, *as, true, std::string{id}, std::string{key}}, body);
}

void bus_loop::receive_from_peers() {
  for (auto& one : links_) {
    receive_controls(one);
    receive_events(one);
  }
}

void bus_loop::receive_controls(peer_link& one) {
  zmq::message_t body;
  zmq::message_t rest;
  for (int n = 0; n < messages_per_turn && one.control().is_open(); ++n) {
    if (state_.controls->exhausted()) return;
    const auto frames = receive_frames(one.control().socket(), body, rest);
    if (frames == 0) return;
    const auto as = state_.who.standing(one.name(), one.key());
    if (frames != 1)
      ++state_.malformed;
    else if (!as)
      ++state_.without_standing;
    else
      deliver({one.name(), *as, false, {}, one.key()}, body);
  }
}

// An empty message is a client's knock, by which we learned the way to it.
void bus_loop::deliver(origin from, const zmq::message_t& body) {
  if (body.size() == 0 || !within_share(from.member, from.as, lane::controls, body.size())) return;
  ++state_.controls_in;
  if (!handlers_.on_control) return;
  from.held = credit::lend(state_.controls, state_.wake, body.size());
  handlers_.on_control(from, body.to_string());
}

bool bus_loop::may_read_events(const peer_link& one) const {
  return !state_.events_paused && !one.events_credit()->exhausted();
}

void bus_loop::receive_events(peer_link& one) {
  zmq::message_t topic;
  zmq::message_t body;
  for (int n = 0; n < messages_per_turn && one.events() != nullptr && one.events()->is_open();
       ++n) {
    if (!may_read_events(one)) return;
    const auto frames = receive_frames(one.events()->socket(), topic, body);
    if (frames == 0) return;
    const auto as = state_.who.standing(one.name(), one.key());
    const auto bytes = topic.size() + body.size();
    if (frames != 2) {
      ++state_.malformed;
    } else if (!as) {
      ++state_.without_standing;
    } else if (within_share(one.name(), *as, lane::events, bytes)) {
      ++state_.events_in;
      if (!handlers_.on_event) continue;
      handlers_.on_event({one.name(),
                          *as,
                          false,
                          {},
                          one.key(),
                          credit::lend(one.events_credit(), state_.wake, bytes)},
                         topic.to_string(), body.to_string());
    }
  }
}

void bus_loop::impose_fines() {
  const std::lock_guard held{state_.fines_lock};
  state_.fined = false;
  for (const auto& [member, by] : state_.fines)
    guard_.fine(member, by);
  state_.fines.clear();
}

bool bus_loop::within_share(const std::string& member, role as, lane by, std::size_t bytes) {
  const auto verdict = guard_.judge(member, as, by, bytes, clock::now());
  if (verdict.allowed) return true;
  ++state_.flooding;
  if (!verdict.news) return false;
  const auto what = member + " sends more than its share of " + std::string{to_string(by)}
                    + ", which are refused unread until it sends fewer ("
                    + std::to_string(*verdict.news) + " so far); is its key still its own?";
  if (handlers_.on_flood)
    handlers_.on_flood(member, what);
  else
    trouble(what);
  return false;
}

void bus_loop::watch_connections() {
  for (auto& one : links_)
    one.each_channel([&](channel& way) { watch(one, way); });
}

void bus_loop::watch(peer_link& one, channel& way) {
  const bool is_control = &way == &one.control();
  for (;;) {
    switch (const auto change = way.next_change()) {
      case channel::change::none:
        return;
      case channel::change::connected:
      case channel::change::disconnected:
        if (is_control) tell_connected(one, change == channel::change::connected);
        break;
      default:
        complain(one, change);
    }
  }
}

void bus_loop::tell_connected(const peer_link& one, bool connected) {
  state_.ways.set_connected(one.name(), connected);
  if (handlers_.on_peer) handlers_.on_peer(one.name(), connected);
}

void bus_loop::complain(const peer_link& one, channel::change why) const {
  if (why == channel::change::refused)
    trouble(one.name() + " does not let us in: enrol the key of " + config_.name + " there");
  if (why == channel::change::not_our_protocol)
    trouble(one.name() + "'s address is answered by something else: check address and port");
  if (why == channel::change::key_mismatch)
    trouble(one.name() + " ends every handshake: is its key in the membership document right?");
}

void bus_loop::open_what_is_due() {
  const auto now = clock::now();
  for (auto* const one : {clients_.get(), subscribers_.get()}) {
    if (one == nullptr) continue;
    if (const auto why = one->open_if_due(now)) trouble(why->reason);
  }
  for (auto& one : links_)
    one.each_channel([&](channel& way) { way.open_if_due(now); });
}

// At most once a minute: whoever knocks must not be able to fill the log.
void bus_loop::tell_of_strangers() {
  if (state_.who.refused() <= strangers_told_) return;
  if (strangers_told_at_ && clock::now() - *strangers_told_at_ < strangers_quiet) return;
  const auto seen = state_.who.counted();
  trouble("turned away " + seen.last_refused + ", which is not enrolled here ("
          + std::to_string(seen.refused) + " connections since the start)");
  strangers_told_ = seen.refused;
  strangers_told_at_ = clock::now();
}

void bus_loop::trouble(const std::string& what) const {
  if (handlers_.on_trouble) handlers_.on_trouble(what);
}

}  // namespace holdover::bus
