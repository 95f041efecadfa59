// Talks to one upsd for all devices behind it: one thread, one connection, questions in order.
//
// A counter with a queue. Questions are sent as they come, up to a few at a time, and upsd answers
// in the same order. If the line goes dead, whoever may safely ask again does so once on a new
// line; the others are told. Nobody waits longer than the limits below, whatever the server does.
//
// Decisions worth knowing:
//   - A command that was sent is never repeated: whether it was carried out is found by reading
//   back.
//     One that nobody waits for any more is not sent at all.
//   - After a connection that brought nothing the next one waits, longer each time, up to
//     back_off_max; questions in between are told at once what the last attempt met.
//   - Reading needs no login, so none is made for it: a password travels only when it is needed,
//   and
//     wrong credentials cost the hands but not the eyes.
//
// Thread-safe. Answers come from the client's thread; a handler may let go of the last reference.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/nut/answer.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace holdover::device::nut {

struct server_address {
  std::string host;
  std::uint16_t port = 3493;
  std::string credentials;  ///< Reference to "user:password"; empty: no login.

  auto operator<=>(const server_address&) const = default;
};

struct client_limits {
  std::chrono::milliseconds connect{2000};
  std::chrono::milliseconds answer{3000};
  std::chrono::milliseconds question{4500};  ///< From asking to answering, in all cases.
  std::chrono::milliseconds back_off_min{200};
  std::chrono::milliseconds back_off_max{2000};
};

/// What came of a request: the list, upsd's line, upsd's own "ERR WORD", or why there is no answer.
using outcome = std::variant<variables, std::string, refusal, failure>;

struct request {
  enum class kind : std::uint8_t {
    list_variables,  ///< LIST VAR of `ups`.
    query,           ///< Any question that is answered by one line.
    command,         ///< As a query, but it changes something: sent once at most.
  };

  kind what = kind::query;
  std::vector<std::string> words;  ///< "INSTCMD", "rack", "outlet.1.load.off"
  std::string ups;
  bool login = false;            ///< Log in first, if there are credentials.
  std::function<bool()> wanted;  ///< Asked just before sending; none: always.
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< To be sooner than the limits.
  std::function<void(outcome)> done;
};

class client {
public:
  /// The client of a server, shared by all who ask for the same address while it is in use.
  static std::shared_ptr<client> of(const server_address&);

  explicit client(server_address, client_limits = {});
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void ask(request);

  /// "HOST:PORT", for texts.
  const std::string& name() const;

private:
  class worker;
  std::shared_ptr<worker> worker_;
};

}  // namespace holdover::device::nut
