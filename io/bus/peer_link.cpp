#include "io/bus/peer_link.hpp"

namespace holdover::bus {

peer_link::peer_link(zmq::context_t& context, const endpoint_config& config,
                     const peer_address& peer)
    : name_{peer.name}, events_credit_{std::make_shared<credit>(config.limits.events_in_flight)} {
  const auto& limits = config.limits;
  control_ = std::make_unique<channel>(
      context, config.keys,
      channel::shape{
          zmq::socket_type::dealer, peer.control, {}, limits.to_each_peer, limits.from_each_peer});
  if (peer.events.empty() || config.topics.empty()) return;
  events_ = std::make_unique<channel>(
      context, config.keys,
      channel::shape{zmq::socket_type::sub, peer.events, config.topics, limits.events_to_each,
                     limits.events_from_each_peer});
}

void peer_link::pin(const std::string& key) {
  key_ = key;
  each_channel([&](channel& one) {
    one.close();
    if (!key.empty()) one.open(key);
  });
}

}  // namespace holdover::bus
