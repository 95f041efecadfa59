// Votes for tests: a voter that numbers them, and supplies in a few words.
//
//   voter c0{.number = 0};
//   machine.step(vote_received{c0.cast(target, nonce, tick, level::shutdown, {on_battery("u1",
//   10min)})}, now);
//
// A voter is honest and signs well; a test that wants a lie changes the result before using it.

#pragma once

#include "core/identity.hpp"
#include "core/power/observation.hpp"
#include "core/time.hpp"
#include "core/vote/vote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdover::test {

/// A random id as tests like it: all sixteen bytes the same.
inline random_id id(std::uint8_t byte) {
  random_id made;
  made.bytes.fill(byte);
  return made;
}

inline target host(std::string name) {
  return {target_kind::host, std::move(name), 0};
}
inline target outlet(std::string name, node_number executor) {
  return {target_kind::outlet, std::move(name), executor};
}

inline vote::supply_view supply(std::string ups, power::belief state,
                                std::optional<duration> left = {}) {
  vote::supply_view view;
  view.ups = std::move(ups);
  view.state = state;
  view.blind = false;
  view.left = left;
  return view;
}
inline vote::supply_view online(std::string ups, std::optional<duration> left = {}) {
  return supply(std::move(ups), power::belief::online, left);
}
inline vote::supply_view on_battery(std::string ups, std::optional<duration> left = {}) {
  return supply(std::move(ups), power::belief::on_battery, left);
}
inline vote::supply_view blind(std::string ups) {
  vote::supply_view view;
  view.ups = std::move(ups);
  return view;
}

/// One controller and its life: counts the sequence, keeps what does not change between its votes.
struct voter {
  node_number number = 0;
  std::string site = "lab";
  std::uint64_t epoch = 1;
  random_id incarnation = {};  ///< Default: made from the number.
  std::uint64_t sequence = 0;
  std::uint64_t challenge_tick = 0;
  std::uint32_t needed_supplies = 1;
  duration shutdown_time = 120s;
  duration before = 0s;
  duration after = 0s;

  /// A vote without a wish; the content may be changed before use.
  vote::received_vote ballot(const target& to, const random_id& nonce, std::uint64_t tick) {
    vote::vote v;
    v.site = site;
    v.epoch = epoch;
    v.controller = number;
    v.incarnation = incarnation ? incarnation : id(static_cast<std::uint8_t>(0xc0 + number));
    v.sequence = ++sequence;
    v.challenge_tick = ++challenge_tick;
    v.to = to;
    v.nonce = nonce;
    v.tick = tick;
    v.needed_supplies = needed_supplies;
    v.shutdown_time = shutdown_time;
    v.before = before;
    v.after = after;
    const auto bytes = "signed by " + std::to_string(number) + " #" + std::to_string(sequence);
    return {std::move(v), true, bytes};
  }

  vote::received_vote cast(const target& to, const random_id& nonce, std::uint64_t tick,
                           vote::level level, std::vector<vote::supply_view> supplies = {}) {
    auto made = ballot(to, nonce, tick);
    made.content.host_level = level;
    made.content.supplies = std::move(supplies);
    return made;
  }

  vote::received_vote cast(const target& to, const random_id& nonce, std::uint64_t tick,
                           vote::outlet_wish wish) {
    auto made = ballot(to, nonce, tick);
    made.content.outlet = wish;
    return made;
  }
};

}  // namespace holdover::test
