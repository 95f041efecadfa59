// A member's own place on the bus, in a test's hands: it says what its program would never say.

#pragma once

#include "io/bus/endpoint.hpp"
#include "io/config/members_loader.hpp"
#include "io/keys/key_file.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/site_lab.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace holdover::support {

inline membership members_of(const site_lab& lab) {
  return std::get<membership>(config::load_members(lab.access("oper").members_file));
}
inline keys::key_pair keys_of(const site_lab& lab, const std::string& name) {
  return std::get<keys::key_pair>(keys::read_key_file(lab.access(name).key_file));
}

class bus_seat {
public:
  /// @param as_node listens at that node's addresses, instead of it.
  bus_seat(const site_lab& lab, const std::string& name, bool as_node, membership members) {
    bus::endpoint_config setup{.name = name,
                               .keys = keys_of(lab, name).curve,
                               .members = std::move(members),
                               .listen_control = std::nullopt,
                               .listen_events = std::nullopt,
                               .peers = {},
                               .topics = {""},
                               .limits = {}};
    if (as_node) {
      setup.listen_control = lab.control(name);
      setup.listen_events = lab.events(name);
    } else {
      for (const auto* node : {"alpha", "beta", "gamma"})
        setup.peers.push_back({node, lab.control(node), lab.events(node)});
    }
    bus::handlers react;
    react.on_control = [this](const bus::origin& from, std::string bytes) {
      const std::lock_guard lock{mutex_};
      if (const auto proof = wire::decode_evidence(bytes);
          std::holds_alternative<wire::evidence>(proof))
        if (const auto* b =
                std::get_if<agent::host_beacon>(&std::get<wire::evidence>(proof).content.what))
          beacons_[from.member] = *b;
      ++heard_;
    };
    react.on_event = [this](const bus::origin&, std::string, std::string) {
      const std::lock_guard lock{mutex_};
      ++heard_;
    };
    auto opened = bus::bus_endpoint::open(std::move(setup), std::move(react));
    if (const auto* bad = std::get_if<bus::refusal>(&opened)) throw std::runtime_error(bad->reason);
    bus_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  }

  /// The place of a node that is gone; nothing if its addresses do not become free.
  static std::unique_ptr<bus_seat> of_dead_node(const site_lab& lab, const std::string& name) {
    std::unique_ptr<bus_seat> taken;
    site_lab::eventually([&] {
      try {
        taken = std::make_unique<bus_seat>(lab, name, true, members_of(lab));
      } catch (const std::runtime_error&) {  // Still in use.
      }
      return taken != nullptr;
    });
    return taken;
  }

  /// To everybody who listens to this node's events.
  bool publishes(const std::string& topic, const std::string& bytes) {
    return bus_->publish(topic, bytes) == bus::send_result::queued;
  }
  bool says(const std::string& to, const std::string& bytes) {
    return site_lab::eventually(
        [&] { return bus_->send_to(to, bytes) == bus::send_result::queued; },
        std::chrono::seconds{5});
  }
  /// Published events, and controls to nodes, faster than anybody could check them.
  void floods(const std::string& bytes) {
    flood_ = std::jthread{[this, bytes](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (int i = 0; i < 20; ++i)
          static_cast<void>(bus_->publish("lab/event/x/", bytes));
        for (const auto* node : {"alpha", "beta"})
          for (int i = 0; i < 10; ++i)
            static_cast<void>(bus_->send_to(node, bytes));
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      }
    }};
  }
  std::optional<agent::host_beacon> beacon_of(const std::string& host) const {
    const std::lock_guard lock{mutex_};
    const auto found = beacons_.find(host);
    return found == beacons_.end() ? std::nullopt : std::optional{found->second};
  }
  int heard() const {
    const std::lock_guard lock{mutex_};
    return heard_;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, agent::host_beacon> beacons_;
  int heard_ = 0;
  std::unique_ptr<bus::bus_endpoint> bus_;
  std::jthread flood_;  ///< Ends before the bus.
};

}  // namespace holdover::support
