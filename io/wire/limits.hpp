// How much one message may carry. Generous for an honest sender, finite for a hostile one.

#pragma once

#include "core/time.hpp"

#include <cstddef>

namespace holdover::wire {

/// Of an encoded message or signed message. Senders of ranges and status must stay below it.
inline constexpr std::size_t message_bytes_max = 1u << 20;

inline constexpr std::size_t name_characters_max = 128;
inline constexpr std::size_t text_characters_max = 4096;
/// What a program says of itself in a report. Beacons repeat their reports each second, and each
/// receipt keeps its beacon: one host must not be able to fill a node's memory with them.
inline constexpr std::size_t report_characters_max = 256;
inline constexpr std::size_t reports_max = 32;
inline constexpr std::size_t host_beacon_bytes_max = 32u << 10;
inline constexpr std::size_t evidence_bytes_max = 64u << 10;
inline constexpr std::size_t signature_bytes = 64;

/// Entries of lists about nodes (echoes, evidence), about one target, and about a whole site.
inline constexpr std::size_t node_entries_max = 32;
inline constexpr std::size_t target_entries_max = 256;
inline constexpr std::size_t site_entries_max = 8192;
/// Text of a story for a drill.
inline constexpr std::size_t story_bytes_max = 64u << 10;
/// Readings under one signature.
inline constexpr std::size_t batch_entries_max = 256;
/// What the labels of one batch may amount to, spelled out: no more than if they had been.
inline constexpr std::size_t labels_bytes_max = message_bytes_max;

/// Nothing that concerns a battery takes a century; a longer time is an attack on arithmetic.
inline constexpr duration duration_max = std::chrono::hours{24} * 36525;

}  // namespace holdover::wire
