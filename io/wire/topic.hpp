// What a subscriber filters by: the first frame of a published message.
//
// A topic is a path whose beginning can be matched, which is all that ZeroMQ offers:
//
//   SITE/event/ups/main/       SITE/telemetry/outlets/ss4/     SITE/beacon/host/web1/
//   SITE/vote/host/web1/       SITE/log/digest/                SITE/status/alpha/
//
// Every part ends in a slash, so that "…/ups/main/" never matches a device called "main2"; a slash
// or percent sign within a name is written as %2F or %25. A topic only routes: nobody believes it.

#pragma once

#include "core/message.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace holdover::wire {

std::string encode_topic(const message&);

/// The beginning of topics: topic_prefix({"hq", "event", "ups"}) is "hq/event/ups/".
std::string topic_prefix(std::initializer_list<std::string_view> parts);

}  // namespace holdover::wire
