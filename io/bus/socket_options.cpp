#include "io/bus/socket_options.hpp"

#include <cstdint>

namespace holdover::bus {

namespace {

// ZMQ_ZAP_ENFORCE_DOMAIN: in libzmq 4.3 but, as a draft, not in Debian's header.
constexpr int zap_enforce_domain_option = 93;

// ZeroMQ measures a message as it travels, sealed.
constexpr std::int64_t sealed_bytes_max = message_bytes_max + 64;

// Connections to us and by us have an I/O thread each: a host name of a peer is looked up on the
// latter, and while the name server does not answer, those who connected to us are still served.
constexpr std::uint64_t io_thread_of_servers = 1;
constexpr std::uint64_t io_thread_of_clients = 2;

zmq::const_buffer private_half(const keys::curve_keys& keys) {
  const auto bytes = keys.private_key.reveal();
  return zmq::buffer(bytes.data(), bytes.size());
}

}  // namespace

void set_link_options(zmq::socket_t& socket, const std::string& endpoint) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::maxmsgsize, sealed_bytes_max);
  socket.set(zmq::sockopt::handshake_ivl, 5000);
  socket.set(zmq::sockopt::connect_timeout, 1000);
  socket.set(zmq::sockopt::reconnect_ivl, static_cast<int>(reconnect_first.count()));
  socket.set(zmq::sockopt::reconnect_ivl_max, static_cast<int>(reconnect_last.count()));
  socket.set(zmq::sockopt::backlog, 1024);  // All agents come back at once after a restart.
  // Only where it is asked for: with it, IPv4 addresses turn up in their mapped form.
  socket.set(zmq::sockopt::ipv6, endpoint.find('[') != std::string::npos);
}

void set_heartbeats(zmq::socket_t& socket, link_end end) {
  const int period = end == link_end::connecting ? 1000 : 5000;
  socket.set(zmq::sockopt::heartbeat_ivl, period);
  socket.set(zmq::sockopt::heartbeat_timeout, 3000);
}

void set_queues(zmq::socket_t& socket, int outgoing, int incoming) {
  socket.set(zmq::sockopt::sndhwm, outgoing);
  socket.set(zmq::sockopt::rcvhwm, incoming);
}

void set_curve_server(zmq::socket_t& socket, const keys::curve_keys& keys) {
  socket.set(zmq::sockopt::affinity, io_thread_of_servers);
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, private_half(keys));
  socket.set(zmq::sockopt::zap_domain, zap_domain);
  const int yes = 1;
  if (zmq_setsockopt(socket.handle(), zap_enforce_domain_option, &yes, sizeof yes) != 0)
    throw zmq::error_t{};
}

void set_curve_client(zmq::socket_t& socket, const keys::curve_keys& keys,
                      const std::string& server_key) {
  socket.set(zmq::sockopt::affinity, io_thread_of_clients);
  socket.set(zmq::sockopt::curve_serverkey, server_key);
  socket.set(zmq::sockopt::curve_publickey, keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, private_half(keys));
}

}  // namespace holdover::bus
