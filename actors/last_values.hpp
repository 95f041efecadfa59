// The newest reading of every device, for those who join late.
//
// Our own are kept as values and told with their age of that moment. Peers' are kept as the signed
// messages in which they came, because only their own signature makes anybody believe them; a
// message that brought several is kept and told once.

#pragma once

#include "core/message.hpp"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace holdover::actors {

class last_values {
public:
  /// Ours, once it was sent.
  void keep(any_telemetry, time_point told_at);
  /// A peer's message: a reading or a batch of them.
  void keep(const message&, const std::string& signed_bytes);

  /// Ours in batches that are small enough to send.
  std::vector<telemetry_batch> own(time_point now) const;
  /// Peers', each message once.
  std::vector<std::shared_ptr<const std::string>> of_peers() const;

private:
  struct kept {
    any_telemetry what;
    time_point told_at{};
  };
  /// Publisher, kind, subject.
  using origin = std::tuple<std::string, std::size_t, std::string>;

  std::array<std::map<std::string, kept>, std::variant_size_v<any_telemetry>> own_;
  std::map<origin, std::shared_ptr<const std::string>> of_peers_;
};

}  // namespace holdover::actors
