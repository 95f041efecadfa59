// Bounds what one member can make us do: messages beyond its share are dropped before anybody
// parses them or checks a signature, which is the expensive part.
//
// Two buckets for each member and each kind of socket, one of messages and one of bytes: they fill
// at a steady rate up to a burst, and each message takes its part of both. Whoever finds one empty
// is refused for a second, whole, and then begins anew. A member that floods us loses its own
// messages and nobody else's; one that floods us with events can still cast its votes.
//
// What was worth nobody's work costs more: a bad signature, which no honest member sends, takes as
// much of its sender's share as a hundred messages. So a flood of those is cut short at a hundredth
// of the share, long before it costs a core.
//
// The shares are far above what an honest member sends, and above what anybody could check for
// long, as their purpose is to bound a flood and not to shape what is legitimate; that is the work
// of the credits (credit.hpp), which make the sender wait and lose nothing.
// - Events of a node: 10,000 devices polled each second on battery are 10,000 readings of about
//   300 bytes, 3 MB, in batches of up to 128 as soon as they queue up. The moment when mains fail
//   brings each twice, alone and at once: 20,000 messages. A node that starts hears no history
//   here.
// - Controls of a node: votes for and beacons of each host that it carries for others, one of each
// a
//   second, so 5,000 serve a site of 1,500 hosts of which no other node hears any. Pages of the
//   past are of 256 KiB and come as answers to questions, some tens a second at the pace of a disk.
// - Everybody else speaks for itself, with a beacon of at most 32 KiB a second, or asks.

#pragma once

#include "core/membership.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::bus {

enum class lane : std::uint8_t { controls, events };
std::string_view to_string(lane);

class flood_guard {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds refused_for{1};
  static constexpr std::chrono::minutes told_again_after{1};
  static constexpr double messages_of_a_fine = 100;

  struct rate {
    double per_second = 0;
    double burst = 0;
    double bytes_per_second = 32 << 20;
    double bytes_burst = 128 << 20;
  };
  /// Nodes relay what many others say; everybody else speaks for itself.
  struct rates {
    rate of_nodes{5000, 20'000};
    rate of_others{50, 500, 2 << 20, 16 << 20};
    rate of_events{10'000, 40'000};
  };

  struct verdict {
    bool allowed = true;
    /// It has just begun to be refused, and nobody was told lately: how many were, so far.
    std::optional<std::uint64_t> news = {};
  };

  explicit flood_guard(rates allowed) : rates_{allowed} {}

  verdict judge(std::string_view member, role as, lane by, std::size_t bytes, time_point now);
  /// It sent a bad signature.
  void fine(std::string_view member, lane by);

private:
  struct bucket {
    double left = 0;
    double bytes_left = 0;
    time_point filled;
    std::optional<time_point> refused_until;
    std::optional<time_point> told;
    std::uint64_t refused = 0;
  };

  const rate& rate_of(role as, lane by) const;

  rates rates_;
  std::array<std::map<std::string, bucket, std::less<>>, 2> buckets_;  ///< By lane.
};

}  // namespace holdover::bus
