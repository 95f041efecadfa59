// The bus thread: owns every socket, moves messages between them, the outbox and the handlers.
//
// One round is: wait for anything; take what is to be sent; follow changes of the membership; send;
// receive a bounded number from each socket; see which connections came and went. Taking before
// following is what makes update_membership() exact: what is sent after it meets the new document.

#pragma once

#include "io/bus/bus_state.hpp"
#include "io/bus/listener.hpp"
#include "io/bus/peer_link.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdover::bus {

class bus_loop {
public:
  /// `config` and `state` must outlive it.
  bus_loop(zmq::context_t&, const endpoint_config& config, bus_state& state, handlers);

  /// Before the thread starts: opens what listens.
  [[nodiscard]] std::optional<refusal> listen();
  std::string control_address() const;
  std::string events_address() const;

  /// The thread's whole life; returns when the state says stop.
  void run();

private:
  using clock = std::chrono::steady_clock;

  /// @param rest until something happens; else it only looks.
  void wait(bool rest);
  std::optional<clock::time_point> next_due() const;
  void round();

  void follow_membership();
  void follow_key(peer_link&, const std::string& key);
  void throw_clients_out();

  void send(const outbox::control&);
  bool send_to_client(const std::string& member, const paths::route&, const std::string& bytes);
  void send(const outbox::event&);

  void receive_from_clients();
  void take_from_client(const zmq::message_t& route, zmq::message_t& body, std::size_t frames);
  void receive_from_peers();
  void receive_controls(peer_link&);
  void receive_events(peer_link&);
  void deliver(origin, const zmq::message_t& body);
  bool may_read_events(const peer_link&) const;
  void impose_fines();
  bool within_share(const std::string& member, role, lane, std::size_t bytes);

  void watch_connections();
  void watch(peer_link&, channel&);
  void tell_connected(const peer_link&, bool connected);
  void complain(const peer_link&, channel::change) const;
  void open_what_is_due();
  void tell_of_strangers();
  void trouble(const std::string& what) const;

  zmq::context_t& context_;
  const endpoint_config& config_;
  bus_state& state_;
  handlers handlers_;
  flood_guard guard_;
  std::unique_ptr<listener> clients_;
  std::unique_ptr<listener> subscribers_;
  std::vector<peer_link> links_;
  bool peers_first_ = false;
  std::uint64_t strangers_told_ = 0;
  std::optional<clock::time_point> strangers_told_at_;
};

}  // namespace holdover::bus
