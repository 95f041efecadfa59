// What a subscriber filters by: the first frame of a published message.
//
// A topic is a path whose beginning can be matched, which is all that ZeroMQ offers:
//
//   SITE/event/ups/main/       SITE/telemetry/outlets/ss4/     SITE/beacon/host/web1/
//   SITE/vote/host/web1/       SITE/log/digest/                SITE/status/alpha/
//
// A reading that travels alone has a topic of its own. Readings that travel together, which happens
// only when more are told than can be signed one by one, share SITE/telemetry/batch/KIND/: whoever
// wants one device subscribes to both (telemetry_topics) and leaves aside what else is in a batch.
//
// Every part ends in a slash, so that "…/ups/main/" never matches a device called "main2"; a slash
// or percent sign within a name is written as %2F or %25. A topic only routes: nobody believes it.

#pragma once

#include "core/message.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::wire {

std::string encode_topic(const message&);

/// The beginning of topics: topic_prefix({"hq", "event", "ups"}) is "hq/event/ups/".
std::string topic_prefix(std::initializer_list<std::string_view> parts);

/// What to subscribe to for the readings of one device, or of all of a kind ("ups", "outlets",
/// "sensor") if no subject is given.
std::vector<std::string> telemetry_topics(std::string_view site, std::string_view kind,
                                          std::string_view subject = {});

}  // namespace holdover::wire
