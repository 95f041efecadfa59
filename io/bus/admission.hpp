// Who may talk to us right now: the membership document as the bus uses it, shared by its threads.
//
// The key decides, not the name that somebody claims. It is asked twice: once by ZeroMQ for each
// new connection (admit), and once by us for each message (standing), because ZeroMQ never asks
// again and a connection outlives the document that let it in. The answer to admit() and the note
// that it was given are one step under one lock, so that update() knows of every connection that
// may exist: it tells whether one of them has to be cut.

#pragma once

#include "core/membership.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace holdover::bus {

class admission {
public:
  struct count {
    std::uint64_t admitted = 0;  ///< Connections let in.
    std::uint64_t refused = 0;   ///< Connections turned away.
    std::string last_refused;    ///< The key of the last one, and where it came from.
  };

  explicit admission(const membership&);

  /// The name of the member with this key, if it may connect.
  std::optional<std::string> admit(std::string_view curve_key, std::string_view address);
  /// A connection that did not even present a key.
  void turn_away(std::string_view why, std::string_view address);

  /// The role of a member, if it still is one and still has the key with which it connected.
  std::optional<role> standing(std::string_view name, std::string_view curve_key) const;
  bool knows(std::string_view name) const;
  std::optional<std::string> key_of(std::string_view name) const;

  /// From its return on nobody has standing by the old document. True if somebody whom we let in
  /// has lost its place, so that connections must be closed.
  [[nodiscard]] bool update(const membership&);

  count counted() const;
  /// The refused ones alone, cheap enough to ask in every round of a loop.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  void start_counting_anew();

private:
  struct place {
    std::string curve_key;
    role as = role::unspecified;
  };
  using places = std::map<std::string, place, std::less<>>;
  using names = std::map<std::string, std::string, std::less<>>;

  void read(const membership&);
  void note_refused(std::string whom);

  mutable std::mutex lock_;
  places by_name_;
  names name_by_key_;
  std::set<std::string, std::less<>> inside_;  ///< Keys let in since they were last cut off.
  count count_;
  std::atomic<std::uint64_t> refused_{0};  ///< As count_.refused, which is written with it.
};

}  // namespace holdover::bus
