// The conversation behind one question: what to send next, and what to make of each reply.
//
// A question such as "these thirty objects" may take several requests, because agents say tooBig,
// fail on one bad object, or (version 1) answer nothing at all when a single name is missing. An
// exchange is that conversation as a pure machine:
//
//      next() --request--> agent --reply--> learn() --> done(), or next() again
//
// Every reply either settles an object or makes the requests smaller, so each exchange ends after a
// bounded number of replies, whatever the agent says. Time limits and retries are not its business:
// a request that gets no reply ends the exchange from outside.

#pragma once

#include "io/device/driver.hpp"
#include "io/device/snmp/value.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdover::device::snmp {

/// One protocol data unit to send.
struct request {
  enum class verb : std::uint8_t { get, get_next, get_bulk, set };
  verb how = verb::get;
  std::vector<binding> bindings;  ///< Values count for set only.
  std::uint32_t repetitions = 0;  ///< For get_bulk.
};

/// What came back: errorStatus and errorIndex of RFC 3416, and the variable bindings.
struct reply {
  std::int64_t status = 0;
  std::int64_t index = 0;
  std::vector<binding> bindings;
};

using bindings_answer = answer<std::vector<binding>>;

class exchange {
public:
  virtual ~exchange() = default;

  /// What to send; only while not done.
  virtual request next() const = 0;
  virtual void learn(const reply&) = 0;
  virtual bool done() const = 0;
  /// The outcome, once done.
  virtual bindings_answer outcome() const = 0;
  /// Whether it changes the device.
  virtual bool writes() const { return false; }
};

/// Values by exact name: one binding for each name, in order, absent ones included.
class get_exchange final : public exchange {
public:
  /// At most `chunk` names in one request.
  get_exchange(std::vector<object_id> names, std::size_t chunk);

  request next() const override;
  void learn(const reply&) override;
  bool done() const override { return refusal_.has_value() || open_.empty(); }
  bindings_answer outcome() const override;

private:
  void settle(std::size_t place, value);
  bool settle_all(const reply&);
  void settle_failed(const reply&);
  std::size_t batch() const;

  std::vector<binding> results_;
  std::vector<std::size_t> open_;  ///< Places in results_ without an answer yet.
  std::size_t chunk_;
  std::optional<failure> refusal_;
};

/// Whole columns of tables, side by side: every instance below the given names, sorted.
class walk_exchange final : public exchange {
public:
  /// Stops after `rows_max` instances of a column. `bulk`: GETBULK, which version 1 does not have.
  /// At most `chunk` columns in one request.
  walk_exchange(std::vector<object_id> columns, std::size_t rows_max, bool bulk,
                std::size_t chunk = 20);

  request next() const override;
  void learn(const reply&) override;
  bool done() const override;
  bindings_answer outcome() const override;

private:
  struct column {
    object_id prefix;
    object_id cursor;
    std::vector<binding> found;
    bool finished = false;
  };

  std::vector<std::size_t> unfinished() const;  ///< As many as go into the next request.
  void advance(column&, const binding&);

  std::vector<column> columns_;
  std::size_t rows_max_;
  bool bulk_;
  std::size_t chunk_;
};

/// Sets objects, all or none; done when the agent confirmed every one.
class set_exchange final : public exchange {
public:
  explicit set_exchange(std::vector<binding> wanted) : wanted_(std::move(wanted)) {}

  request next() const override { return {request::verb::set, wanted_, 0}; }
  void learn(const reply&) override;
  bool done() const override { return outcome_.has_value(); }
  bindings_answer outcome() const override { return *outcome_; }
  bool writes() const override { return true; }

private:
  std::vector<binding> wanted_;
  std::optional<bindings_answer> outcome_;
};

}  // namespace holdover::device::snmp
