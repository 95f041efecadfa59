// One try to hand one mail to its server.

#pragma once

#include "core/jobs/job.hpp"
#include "io/mail/letter.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace holdover::mail {

struct transfer_result {
  std::optional<std::string> problem;  ///< In words, never with the secret.
  bool permanent = false;              ///< The server will not change its mind.
};

/// Blocks; breaks off soon after `stop` is set.
transfer_result transfer(const jobs::mail_config&, const letter&, std::chrono::milliseconds connect,
                         std::chrono::milliseconds whole, const std::atomic<bool>& stop);

}  // namespace holdover::mail
