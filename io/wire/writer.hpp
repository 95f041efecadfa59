// Puts core values into protobuf fields so that a peer's reader accepts them.
//
// Core values come from devices and programs as well as from us: a model name in Latin-1, an error
// text with escape sequences, a number that is not one. Such a value must not cost the message that
// carries it, least of all a vote or a beacon, so it is cleaned here rather than refused there.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"

#include <google/protobuf/duration.pb.h>

#include <optional>
#include <string>
#include <string_view>

namespace holdover::wire {

std::string name_of(std::string_view);
std::string text_of(std::string_view);
/// Like text_of, but short: in a report of an action.
std::string report_of(std::string_view);

/// 16 bytes, or none for "none".
std::string bytes_of(const random_id&);

/// A time that may be negative; limited to what a reader accepts.
google::protobuf::Duration span_of(duration);
/// A time that cannot be negative: below zero is zero.
google::protobuf::Duration age_of(duration);

/// The number, if it is one.
std::optional<double> finite(std::optional<double>);

}  // namespace holdover::wire
