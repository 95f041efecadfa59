#include "io/bus/listener.hpp"

#include "io/bus/address.hpp"
#include "io/bus/socket_options.hpp"

#include <utility>

namespace holdover::bus {

namespace {

// ZeroMQ closes in the background, which takes it a millisecond or two.
constexpr std::chrono::milliseconds reopen_pause{5};
constexpr std::chrono::seconds reopen_patience{2};

}  // namespace

listener::listener(zmq::context_t& context, const keys::curve_keys& keys, shape what)
    : context_{context}, keys_{keys}, shape_{std::move(what)} {}

int listener::try_open() {
  zmq::socket_t socket{context_, shape_.type};
  set_link_options(socket, shape_.address);
  set_heartbeats(socket, link_end::listening);
  set_queues(socket, shape_.outgoing, shape_.incoming);
  set_curve_server(socket, keys_);
  if (shape_.type == zmq::socket_type::router) {
    socket.set(zmq::sockopt::router_mandatory, true);  // An unreachable client is an error.
    socket.set(zmq::sockopt::router_handover, true);   // A client that came back is itself.
  }
  if (zmq_bind(socket.handle(), shape_.address.c_str()) != 0) return zmq_errno();
  shape_.address = socket.get(zmq::sockopt::last_endpoint);
  socket_ = std::move(socket);
  return 0;
}

std::optional<refusal> listener::open() {
  const int error = try_open();
  if (error == 0) return std::nullopt;
  return why_not_listening(shape_.address, error);
}

void listener::throw_all_out(clock::time_point now) {
  socket_.close();
  open_at_ = now;
  complain_at_ = now + reopen_patience;
}

std::optional<refusal> listener::open_if_due(clock::time_point now) {
  if (!open_at_ || now < *open_at_) return std::nullopt;
  const int error = try_open();
  if (error == 0) {
    open_at_.reset();
    return std::nullopt;
  }
  open_at_ = now + reopen_pause;
  if (!complain_at_ || now < *complain_at_) return std::nullopt;
  complain_at_.reset();
  return why_not_listening(shape_.address, error);
}

}  // namespace holdover::bus
