#include "core/message.hpp"

#include "core/overloaded.hpp"

#include <utility>

namespace holdover {

std::string_view kind(const any_telemetry& told) {
  return std::visit(overloaded{
                        [](const ups_telemetry&) { return std::string_view{"ups"}; },
                        [](const outlet_telemetry&) { return std::string_view{"outlets"}; },
                        [](const sensor_telemetry&) { return std::string_view{"sensor"}; },
                    },
                    told);
}

const std::string& subject(const any_telemetry& told) {
  return std::visit(overloaded{
                        [](const ups_telemetry& t) -> const std::string& { return t.device; },
                        [](const outlet_telemetry& t) -> const std::string& { return t.unit; },
                        [](const sensor_telemetry& t) -> const std::string& { return t.device; },
                    },
                    told);
}

std::vector<message> unpacked(message what) {
  std::vector<message> out;
  auto* batch = std::get_if<telemetry_batch>(&what.what);
  if (batch == nullptr) {
    out.push_back(std::move(what));
    return out;
  }
  out.reserve(batch->readings.size());
  for (auto& one : batch->readings) {
    auto payload =
        std::visit([](auto& told) { return message_payload{std::move(told)}; }, one.what);
    out.push_back({what.site, what.publisher, what.age + one.waited, what.wall_milliseconds,
                   std::move(payload)});
  }
  return out;
}

std::string_view to_string(domain about) {
  switch (about) {
    case domain::vote:
      return "holdover-vote-v1";
    case domain::beacon:
      return "holdover-beacon-v1";
    case domain::bus:
      return "holdover-bus-v1";
    case domain::operator_:
      return "holdover-operator-v1";
    case domain::drill:
      return "holdover-drill-v1";
    case domain::unspecified:
      break;
  }
  return "";
}

}  // namespace holdover
