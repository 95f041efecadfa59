// The io of a node, bound to the plain functions that actors know: bus, keys, journal.
//
// Owns them in the order in which they must end: the bus first (no handler is called after that),
// then the journal, which flushes.

#pragma once

#include "actors/directory.hpp"
#include "actors/ports.hpp"
#include "actors/recorder_actor.hpp"
#include "core/identity.hpp"
#include "core/jobs/machine.hpp"
#include "io/bus/endpoint.hpp"
#include "io/keys/signing.hpp"
#include "io/store/writer.hpp"
#include "nodes/site/condition.hpp"
#include "nodes/site/cuts.hpp"
#include "nodes/site/load.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

namespace holdover::site_node {

class outside {
public:
  /// Opens the journal and binds the sockets. Frames go to the "bus_reader" of the directory,
  /// what is published to its "event_reader".
  static std::variant<std::unique_ptr<outside>, start_problem> open(
      const loaded&, std::shared_ptr<actors::directory>);

  /// Stops listening; no frame arrives after this.
  void close_bus();

  actors::ports ports();
  actors::journal_port journal();
  /// What the journal knows of jobs; the first time also when this node was last alive.
  std::function<void(std::function<void(jobs::recalled)>)> recall_jobs();
  /// When a drill was last done at this site, by what the journal has of any node.
  std::function<void(std::function<void(std::optional<std::int64_t>)>)> last_drill();
  const store::found_at_start& found() const { return journal_->found(); }
  bool flush(std::chrono::milliseconds bound) { return journal_->flush(bound); }
  std::shared_ptr<condition> state() { return condition_; }
  std::shared_ptr<cuts> drilled() { return cuts_; }
  const bus::bus_endpoint& endpoint() const { return *bus_; }
  /// Messages of members who flooded us.
  std::uint64_t refused_unread() const;
  void fine(const std::string& member, bool for_events);
  /// A newer membership: who is not in it is heard no more, from the return of this call on (SEC4).
  void adopt_members(const membership&);
  membership members() const { return verifier()->members(); }

private:
  outside(const loaded&, std::shared_ptr<actors::directory>);

  std::optional<start_problem> open_journal();
  std::optional<start_problem> open_bus(const loaded&);
  void publish_committed(std::vector<store::committed>);
  void tell(severity, event_payload) const;

  std::string site_;
  std::string name_;
  std::string database_;
  bool lab_;
  std::shared_ptr<actors::directory> where_;
  std::shared_ptr<condition> condition_ = std::make_shared<condition>();
  std::shared_ptr<cuts> cuts_ = std::make_shared<cuts>();
  struct last_life {
    std::mutex mutex;
    std::optional<std::int64_t> wall_milliseconds;  ///< Of the last event before this start.
  };
  std::shared_ptr<last_life> before_ = std::make_shared<last_life>();
  keys::signer signer_;
  std::shared_ptr<const keys::verifier> verifier() const;
  mutable std::mutex verifier_mutex_;
  std::shared_ptr<const keys::verifier> verifier_;  ///< Of the membership in force.
  std::unique_ptr<store::journal_writer> journal_;
  mutable std::mutex bus_mutex_;  ///< Guards against publishing on a bus that has closed.
  std::unique_ptr<bus::bus_endpoint> bus_;
};

}  // namespace holdover::site_node
