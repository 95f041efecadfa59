#include "actors/last_values.hpp"

#include "actors/telemetry_queue.hpp"

#include <set>
#include <utility>

namespace holdover::actors {

namespace {

// A site's devices on a site's nodes are fewer; a peer that invents names fills no more than this.
constexpr std::size_t of_peers_max = 4096;

}  // namespace

void last_values::keep(any_telemetry told, time_point told_at) {
  auto& of_kind = own_[told.index()];
  if (const auto known = of_kind.find(subject(told)); known != of_kind.end()) {
    known->second = {std::move(told), told_at};
    return;
  }
  auto name = subject(told);
  of_kind.emplace(std::move(name), kept{std::move(told), told_at});
}

void last_values::keep(const message& heard, const std::string& signed_bytes) {
  const auto bytes = std::make_shared<const std::string>(signed_bytes);
  const auto keep_one = [&](const any_telemetry& told) {
    origin whose{heard.publisher, told.index(), subject(told)};
    if (of_peers_.size() < of_peers_max || of_peers_.count(whose) != 0)
      of_peers_[std::move(whose)] = bytes;
  };
  std::visit(
      [&](const auto& payload) {
        using payload_type = std::decay_t<decltype(payload)>;
        if constexpr (std::is_same_v<payload_type, telemetry_batch>) {
          for (const auto& one : payload.readings)
            keep_one(one.what);
        } else if constexpr (std::is_constructible_v<any_telemetry, payload_type>) {
          keep_one(payload);
        }
      },
      heard.what);
}

std::vector<telemetry_batch> last_values::own(time_point now) const {
  std::vector<telemetry_batch> batches;
  for (const auto& of_kind : own_) {
    std::size_t bytes = 0;
    bool fits = false;
    for (const auto& [name, one] : of_kind) {
      const auto more = weight(one.what);
      fits = fits && bytes + more <= batch_bytes_max
             && batches.back().readings.size() < batch_readings_max;
      if (!fits) {
        batches.emplace_back();
        bytes = 0;
        fits = true;
      }
      bytes += more;
      batches.back().readings.push_back({now - one.told_at, one.what});
    }
  }
  return batches;
}

std::vector<std::shared_ptr<const std::string>> last_values::of_peers() const {
  std::set<std::shared_ptr<const std::string>> each;
  std::vector<std::shared_ptr<const std::string>> in_order;
  for (const auto& [whose, bytes] : of_peers_)
    if (each.insert(bytes).second) in_order.push_back(bytes);
  return in_order;
}

}  // namespace holdover::actors
