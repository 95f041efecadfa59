// How our sockets behave, and how they hold keys: every number of ZeroMQ's in one place.
//
// Measured on Debian 12: without heartbeats a silently dropped link is never noticed; with these it
// is within 4 s, and it is back half a second after the network is.

#pragma once

#include "io/keys/key_pair.hpp"

#include <zmq.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace holdover::bus {

constexpr std::size_t message_bytes_max = 1024 * 1024;
constexpr std::chrono::milliseconds reconnect_first{100};
constexpr std::chrono::milliseconds reconnect_last{2000};

/// Name of the one set of rules by which connections are admitted, see zap_handler.
inline constexpr const char* zap_domain = "holdover";
/// Beside the name of the member, each message tells the key with which its sender connected.
inline constexpr const char* user_id_property = "User-Id";
inline constexpr const char* curve_key_property = "Holdover-Key";

/// Reconnection, sizes; nothing lingers: a vote that could not be sent in time must
/// die rather than arrive late.
void set_link_options(zmq::socket_t&, const std::string& endpoint);
/// Asks the other end for a sign of life and gives the link up after three seconds without one. The
/// end that connects asks each second, because it can connect again. The end that listens only has
/// to get rid of what is dead, and with a thousand clients every question costs: it keeps timers in
/// a list that ZeroMQ searches from its beginning. (A time to live told with each question would
/// spare the listener its own, but in this version every message that follows switches it off.)
enum class link_end : std::uint8_t { connecting, listening };
void set_heartbeats(zmq::socket_t&, link_end);
void set_queues(zmq::socket_t&, int outgoing, int incoming);

/// Asks every connection for a key, and turns all away while nobody answers for the allow-list.
void set_curve_server(zmq::socket_t&, const keys::curve_keys&);
/// Connects only to whoever holds the private half of `server_key`.
void set_curve_client(zmq::socket_t&, const keys::curve_keys&, const std::string& server_key);

}  // namespace holdover::bus
