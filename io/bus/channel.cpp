#include "io/bus/channel.hpp"

#include "io/bus/socket_options.hpp"
#include "io/keys/random.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

namespace holdover::bus {

namespace {

constexpr std::chrono::seconds refused_pause{2};
constexpr int handshakes_ended_max = 3;
constexpr int watched_events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
                               | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
                               | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_DISCONNECTED
                               | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_CONNECT_DELAYED
                               | ZMQ_EVENT_CONNECTED;

}  // namespace

channel::channel(zmq::context_t& context, const keys::curve_keys& keys, shape what)
    : context_{context}, keys_{keys}, shape_{std::move(what)} {}

channel::~channel() {
  close();
}

void channel::open(const std::string& server_key) {
  close();
  server_key_ = server_key;
  handshakes_ended_ = 0;
  complained_ = false;
  open_socket();
}

// A routing id of our own lets the server replace a connection that died unnoticed by the one that
// follows it. It is random and new for each socket, because whoever guessed it could take the
// connection over. "Immediate" means that nothing is queued while there is no connection; the probe
// lets the server know of us before we have anything to say.
void channel::open_socket() {
  open_at_.reset();
  socket_ = zmq::socket_t{context_, shape_.type};
  set_link_options(socket_, shape_.endpoint);
  set_heartbeats(socket_, link_end::connecting);
  set_queues(socket_, shape_.outgoing, shape_.incoming);
  set_curve_client(socket_, keys_, server_key_);
  if (shape_.type == zmq::socket_type::dealer) {
    socket_.set(zmq::sockopt::routing_id, to_string(keys::make_random_id()));
    socket_.set(zmq::sockopt::immediate, true);
    socket_.set(zmq::sockopt::probe_router, true);
  }
  for (const auto& topic : shape_.topics)
    socket_.set(zmq::sockopt::subscribe, topic);

  const auto monitored_as = "inproc://channel-" + to_string(keys::make_random_id());
  if (zmq_socket_monitor(socket_.handle(), monitored_as.c_str(), watched_events) != 0)
    throw zmq::error_t{};
  monitor_ = zmq::socket_t{context_, zmq::socket_type::pair};
  monitor_.set(zmq::sockopt::linger, 0);
  monitor_.set(zmq::sockopt::rcvhwm, 0);  // A full monitor would block ZeroMQ's own threads.
  monitor_.connect(monitored_as);
  socket_.connect(shape_.endpoint);
}

// The order matters: a monitor whose reader is gone blocks ZeroMQ's reaper, and with it the closing
// of every other socket, for ever.
void channel::close() {
  open_at_.reset();
  connected_ = false;
  if (!is_open()) return;
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
  socket_.close();
  monitor_.close();
}

void channel::open_if_due(clock::time_point now) {
  if (!open_at_ || now < *open_at_) return;
  close();
  open_socket();
}

channel::change channel::next_change() {
  while (is_open()) {
    zmq::message_t event;
    zmq::message_t address;
    if (!monitor_.recv(event, zmq::recv_flags::dontwait)) break;
    (void)monitor_.recv(address, zmq::recv_flags::dontwait);
    std::uint16_t number = 0;
    std::memcpy(&number, event.data(), sizeof number);
    if (const auto changed = after(number); changed != change::none) return changed;
  }
  return change::none;
}

channel::change channel::after(std::uint16_t event) {
  switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      handshakes_ended_ = 0;
      complained_ = false;
      open_at_.reset();
      return std::exchange(connected_, true) ? change::none : change::connected;
    case ZMQ_EVENT_CONNECT_RETRIED:
    case ZMQ_EVENT_CONNECT_DELAYED:
    case ZMQ_EVENT_CONNECTED:
      open_at_.reset();
      return change::none;
    case ZMQ_EVENT_DISCONNECTED:
      open_at_ = clock::now() + refused_pause;  // Unless ZeroMQ says now that it will try again.
      return std::exchange(connected_, false) ? change::disconnected : change::none;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return give_up_for_now(change::refused);
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      return give_up_for_now(change::not_our_protocol);
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      if (++handshakes_ended_ < handshakes_ended_max) return change::none;
      return give_up_for_now(change::key_mismatch);
    default:
      return change::none;
  }
}

channel::change channel::give_up_for_now(change why) {
  const bool worked = connected_;
  close();
  handshakes_ended_ = 0;
  open_at_ = clock::now() + refused_pause;
  if (worked) return change::disconnected;  // Who spoke well until now is who he was.
  return std::exchange(complained_, true) ? change::none : why;
}

}  // namespace holdover::bus
