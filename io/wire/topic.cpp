#include "io/wire/topic.hpp"

#include "core/overloaded.hpp"

#include <utility>

namespace holdover::wire {

namespace {

void append(std::string& topic, std::string_view part) {
  for (const char c : part) {
    if (c == '/')
      topic += "%2F";
    else if (c == '%')
      topic += "%25";
    else
      topic += c;
  }
  topic += '/';
}

}  // namespace

std::string topic_prefix(std::initializer_list<std::string_view> parts) {
  std::string topic;
  for (const auto part : parts)
    append(topic, part);
  return topic;
}

std::vector<std::string> telemetry_topics(std::string_view site, std::string_view kind,
                                          std::string_view subject) {
  auto alone = topic_prefix({site, "telemetry", kind});
  if (!subject.empty()) append(alone, subject);
  return {std::move(alone), topic_prefix({site, "telemetry", "batch", kind})};
}

std::string encode_topic(const message& in) {
  const auto topic = [&](std::string_view about, std::string_view kind, std::string_view subject) {
    return topic_prefix({in.site, about, kind, subject});
  };
  return std::visit(
      overloaded{
          [&](const vote::vote& v) {
            return topic("vote", v.to.kind == target_kind::host ? "host" : "outlet", v.to.name);
          },
          [&](const agent::host_beacon& b) { return topic("beacon", "host", b.host); },
          [&](const agent::executor_beacon& b) { return topic("beacon", "outlets", b.unit); },
          [&](const event& e) { return topic("event", kind(e), subject(e)); },
          [&](const ups_telemetry& t) { return topic("telemetry", "ups", t.device); },
          [&](const outlet_telemetry& t) { return topic("telemetry", "outlets", t.unit); },
          [&](const sensor_telemetry& t) { return topic("telemetry", "sensor", t.device); },
          [&](const telemetry_batch& b) {
            const auto of = b.readings.empty() ? "none" : kind(b.readings.front().what);
            return topic_prefix({in.site, "telemetry", "batch", of});
          },
          [&](const log_digest&) {
            return topic_prefix({in.site, "log", "digest"});
          },
          [&](const range_request&) {
            return topic_prefix({in.site, "log", "request"});
          },
          [&](const event_range&) {
            return topic_prefix({in.site, "log", "range"});
          },
          [&](const snapshot_request&) {
            return topic_prefix({in.site, "log", "snapshot"});
          },
          [&](const node_status& s) {
            return topic_prefix({in.site, "status", s.name});
          },
          [&](const policy::node_word&) {
            return topic_prefix({in.site, "word"});
          },
          [&](const drill::call&) {
            return topic_prefix({in.site, "drill"});
          },
          [&](const operator_command& c) {
            return topic_prefix({in.site, "operator", c.by});
          },
          [&](const operator_answer&) {
            return topic_prefix({in.site, "answer"});
          },
      },
      in.what);
}

}  // namespace holdover::wire
