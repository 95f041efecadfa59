// A node that we connect to: a control channel and, if its events are wanted, a second for those.
//
// Both are pinned to the key that the membership document has for the node, and follow it: a new
// key means new connections, no key means none.

#pragma once

#include "io/bus/channel.hpp"
#include "io/bus/credit.hpp"
#include "io/bus/endpoint.hpp"

#include <memory>
#include <optional>
#include <string>

namespace holdover::bus {

/// Of the bus thread.
class peer_link {
public:
  peer_link(zmq::context_t&, const endpoint_config&, const peer_address&);

  const std::string& name() const { return name_; }
  /// Of the channels, if they are open.
  const std::string& key() const { return key_.value(); }

  /// Whether this key (empty: none) is another than before, so that there is something to do.
  bool is_news(const std::string& key) const { return key_ != key; }
  /// Opens both channels anew, or closes them.
  void pin(const std::string& key);

  channel& control() { return *control_; }
  const channel& control() const { return *control_; }
  /// None if nothing is to be heard.
  channel* events() { return events_.get(); }

  /// Of its events.
  const std::shared_ptr<credit>& events_credit() const { return events_credit_; }

  template <class Action>
  void each_channel(Action act) const {
    act(*control_);
    if (events_) act(*events_);
  }

private:
  std::string name_;
  std::optional<std::string> key_;
  std::unique_ptr<channel> control_;
  std::unique_ptr<channel> events_;
  std::shared_ptr<credit> events_credit_;
};

}  // namespace holdover::bus
