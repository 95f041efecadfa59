// A small site on loopback for tests of the bus: principals with keys, endpoints that write down
// what they hear, and plain ZeroMQ sockets for those who do not play by the rules.

#pragma once

#include "io/bus/endpoint.hpp"
#include "io/bus/socket_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::bus {

using namespace std::chrono_literals;

constexpr auto patience = 15s;

/// Waits for an outcome, not for a time.
inline bool eventually(const std::function<bool()>& outcome) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::mutex lock;
  std::condition_variable never;
  while (!outcome()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::unique_lock held{lock};
    never.wait_for(held, 2ms);
  }
  return true;
}

inline member as_member(const keys::key_pair& keys, role as, node_number number = 0) {
  return {keys.name, as, number, keys.curve.public_key, keys.sign.public_key};
}

/// What an endpoint's handlers were told.
class listener_log {
public:
  struct control {
    origin from;
    std::string bytes;
  };
  struct event {
    std::string from;
    std::string topic;
    std::string bytes;
  };

  handlers writes() {
    return {
        [this](const origin& from, std::string bytes) {
          add([&] {
            controls_.push_back({from, std::move(bytes)});
            if (keeps_slips)
              slips_.push_back(std::exchange(controls_.back().from.held, {}));
            else
              controls_.back().from.held = {};
          });
        },
        [this](const origin& from, std::string topic, std::string bytes) {
          add([&] {
            events_.push_back({from.member, std::move(topic), std::move(bytes)});
            if (keeps_slips) slips_.push_back(from.held);
          });
        },
        [this](const std::string& peer, bool up) { add([&] { peers_.emplace_back(peer, up); }); },
        [this](const std::string& what) { add([&] { troubles_.push_back(what); }); },
        [this](const std::string& member, const std::string&) {
          add([&] { floods_.push_back(member); });
        },
    };
  }

  std::vector<control> controls() const { return copy(controls_); }
  std::vector<event> events() const { return copy(events_); }
  std::vector<std::pair<std::string, bool>> peers() const { return copy(peers_); }
  std::vector<std::string> troubles() const { return copy(troubles_); }
  std::vector<std::string> floods() const { return copy(floods_); }

  /// While it is set, whatever comes is still being dealt with.
  std::atomic<bool> keeps_slips{false};
  std::size_t held() const { return copy(slips_).size(); }
  /// All that came until now has been dealt with. @return how many those were.
  std::size_t let_go() {
    std::vector<slip> gone;
    add([&] { gone.swap(slips_); });
    return gone.size();
  }

  bool heard(const std::string& bytes) const {
    return eventually([&] { return count(bytes) > 0; });
  }
  std::size_t count(const std::string& bytes) const {
    std::size_t n = 0;
    for (const auto& c : controls())
      n += c.bytes == bytes ? 1U : 0U;
    for (const auto& e : events())
      n += e.bytes == bytes ? 1U : 0U;
    return n;
  }
  origin origin_of(const std::string& bytes) const {
    for (const auto& c : controls())
      if (c.bytes == bytes) return c.from;
    return {};
  }

private:
  template <class Change>
  void add(Change change) {
    const std::lock_guard guard{lock_};
    change();
  }
  template <class T>
  std::vector<T> copy(const std::vector<T>& from) const {
    const std::lock_guard guard{lock_};
    return from;
  }

  mutable std::mutex lock_;
  std::vector<control> controls_;
  std::vector<event> events_;
  std::vector<std::pair<std::string, bool>> peers_;
  std::vector<std::string> troubles_;
  std::vector<std::string> floods_;
  std::vector<slip> slips_;
};

class Bus : public testing::Test {
protected:
  keys::key_pair node_a = keys::make_key_pair("node-a");
  keys::key_pair node_b = keys::make_key_pair("node-b");
  keys::key_pair web = keys::make_key_pair("web1");
  keys::key_pair stranger = keys::make_key_pair("web1");
  membership site{"hq",
                  1,
                  {as_member(node_a, role::node, 0), as_member(node_b, role::node, 1),
                   as_member(web, role::agent)}};

  membership site_without(const std::string& name) const {
    auto changed = site;
    std::erase_if(changed.members, [&](const member& m) { return m.name == name; });
    ++changed.epoch;
    return changed;
  }

  endpoint_config config_of(const keys::key_pair& keys) const {
    endpoint_config config{keys.name, keys.curve, site, {}, {}, {}, {}, {}};
    return config;
  }
  /// A node that listens on free ports.
  endpoint_config node(const keys::key_pair& keys) const {
    auto config = config_of(keys);
    config.listen_control = "tcp://127.0.0.1:*";
    config.listen_events = "tcp://127.0.0.1:*";
    return config;
  }
  /// Somebody who connects to it.
  endpoint_config client(const keys::key_pair& keys, const bus_endpoint& of,
                         const std::string& name = "node-a") const {
    auto config = config_of(keys);
    config.peers = {{name, of.control_address(), of.events_address()}};
    config.topics = {""};
    return config;
  }

  static std::unique_ptr<bus_endpoint> open(endpoint_config config, listener_log& log) {
    auto result = bus_endpoint::open(std::move(config), log.writes());
    if (auto* why = std::get_if<refusal>(&result)) {
      ADD_FAILURE() << why->reason;
      return nullptr;
    }
    return std::get<std::unique_ptr<bus_endpoint>>(std::move(result));
  }
  static std::string why_not_open(endpoint_config config) {
    auto result = bus_endpoint::open(std::move(config), {});
    const auto* why = std::get_if<refusal>(&result);
    return why != nullptr ? why->reason : "";
  }

  static bool connected(const bus_endpoint& from, const std::string& to) {
    return eventually([&] { return from.reachable(to); });
  }
  /// Publishes until it is heard: a subscription takes a moment to arrive.
  static bool publish_until_heard(bus_endpoint& from, const listener_log& by,
                                  const std::string& bytes) {
    return eventually([&] {
      EXPECT_EQ(from.publish("t", bytes), send_result::queued);
      return by.count(bytes) > 0;
    });
  }

  /// A plain socket with a key, outside of any endpoint.
  zmq::socket_t raw(zmq::socket_type type, const keys::key_pair& with,
                    const std::string& server_key, const std::string& address) {
    zmq::socket_t socket{context_, type};
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvtimeo, 5000);
    set_curve_client(socket, with.curve, server_key);
    if (type == zmq::socket_type::sub) socket.set(zmq::sockopt::subscribe, "");
    socket.connect(address);
    return socket;
  }

  zmq::context_t context_{2};
};

}  // namespace holdover::bus
