// Sends mails by one server, from a thread of its own: whoever posts one goes on at once.
//
// Like a letter box that is emptied in order. A server that does not answer makes the box wait, a
// little longer each time, and everything in it; a mail that has waited for half an hour fails. The
// box is bounded, and so is what leaves it in an hour: a site that goes mad tells so once and does
// not fill anybody's mailbox.
//
// Decisions worth knowing:
//   - What the server refuses for good (5xx) is not tried again: a wrong address would block the
//     others.
//   - The login is read from its reference at each try, so that a changed secret counts. It is
//   never
//     sent before the connection is encrypted.
//   - The first failure of a mail is told at once: another node may reach its server.
//
// Thread-safe. The handler is called on the sender's thread, exactly once with sent or failed for
// each mail that was posted, unless it is withdrawn or the sender ends first; it must not block.

#pragma once

#include "core/jobs/job.hpp"
#include "io/mail/letter.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace holdover::mail {

enum class outcome : std::uint8_t { sent, delayed, failed };

struct limits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds transfer{60'000};
  std::chrono::milliseconds retry_first{5'000};
  std::chrono::milliseconds retry_last{120'000};
  std::chrono::milliseconds give_up{30 * 60'000};
  std::size_t waiting = 200;
};

class sender {
public:
  using on_outcome = std::function<void(std::uint64_t id, outcome, std::string detail)>;

  sender(jobs::mail_config server, on_outcome, limits = {});
  ~sender();  ///< Breaks off what is under way.
  sender(const sender&) = delete;
  sender& operator=(const sender&) = delete;

  void post(std::uint64_t id, letter);
  /// Nobody wants it any more; one that is under way may arrive all the same.
  void withdraw(std::uint64_t id);

private:
  struct box;
  std::unique_ptr<box> box_;
};

}  // namespace holdover::mail
