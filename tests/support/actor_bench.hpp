// One actor of a node on a bench: everything around it is played, in no time and without threads.
//
//   actor_bench b;                        // the site "office", seen from node alpha
//   b.play_recorder(); b.play_policy();   // actors that only remember what they were told
//   ... spawn the subject with b.outside() and b.where ...
//   b.world.pass(2s);
//   EXPECT_THAT(b.facts, ...);
//
// Signatures are words here: a letter is signed well if its signature says so. That real ones hold
// is the business of io/keys.

#pragma once

#include "actors/directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/ports.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/deterministic_system.hpp"
#include "tests/support/sites.hpp"
#include "tests/support/votes.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace holdover::test {

inline membership members_of(const site& about) {
  membership made{about.name, about.epoch, {}};
  for (const auto& node : about.nodes)
    made.members.push_back({node.name, role::node, node.number, {}, {}});
  for (const auto& host : about.hosts)
    made.members.push_back({host.name, role::agent, 0, {}, {}});
  made.members.push_back({"oper", role::operator_, 0, {}, {}});
  made.members.push_back({"watcher", role::tap, 0, {}, {}});
  made.members.push_back({"museum", role::hub, 0, {}, {}});
  return made;
}

class actor_bench {
public:
  static constexpr node_number self = 1;
  static constexpr const char* name = "alpha";

  struct parcel {
    std::string to;
    std::string bytes;
  };

  explicit actor_bench(site of = office())
      : about(std::make_shared<const site>(std::move(of))), members(members_of(*about)) {
    spdlog::set_level(spdlog::level::off);  // What actors log is for operators.
  }
  ~actor_bench() { where->clear(); }  // No handle may outlive the system.
  actor_bench(const actor_bench&) = delete;
  actor_bench& operator=(const actor_bench&) = delete;

  // ---- What it may say, and to whom it said it --------------------------------------------------

  actors::ports outside(const std::string& me = name) {
    actors::ports bound;
    bound.send = [this](const std::string& to, std::string bytes) {
      sent.push_back({to, std::move(bytes)});
    };
    bound.answer = [this](const actors::way_back& to, std::string bytes) {
      answered.push_back({to.member, std::move(bytes)});
    };
    bound.send_to_nodes = [this](std::string bytes) { to_nodes.push_back(std::move(bytes)); };
    bound.publish = [this](std::string topic, std::string bytes) {
      published.push_back({std::move(topic), std::move(bytes)});
    };
    bound.sign = [me](domain about_what, std::string bytes) {
      return signed_message{about_what, me, std::move(bytes), good_signature()};
    };
    bound.verify = [this](const signed_message& what) -> std::variant<member, std::string> {
      const auto* known = members.find(what.signer);
      if (known == nullptr) return "signer is not a member";
      if (what.signature != good_signature()) return "signature is wrong";
      return *known;
    };
    bound.wall_milliseconds = [] { return std::int64_t{1'700'000'000'000}; };
    return bound;
  }

  /// A signed letter as it comes from the bus.
  std::string letter(const std::string& signer, domain about_what, message_payload what,
                     duration age = 0ms) {
    return actors::seal(outside(signer), about_what, about->name, signer, std::move(what), age);
  }
  static std::string badly_signed(const std::string& bytes) {
    auto envelope = std::get<signed_message>(wire::decode_signed(bytes));
    envelope.signature = std::string(64, 'x');
    return wire::encode(envelope);
  }
  actors::frame from(const std::string& sender, std::string bytes) const {
    const auto* known = members.find(sender);
    const auto as = known == nullptr ? role::unspecified : known->as;
    return {{sender, as, as != role::node, "route", "key"}, std::move(bytes)};
  }
  static message read(const std::string& bytes) {
    return std::get<wire::evidence>(wire::decode_evidence(bytes)).content;
  }
  template <class Payload>
  static Payload read_as(const std::string& bytes) {
    return std::get<Payload>(read(bytes).what);
  }

  // ---- Colleagues that only remember ------------------------------------------------------------

  void play_recorder() {
    enter("recorder",
          world.system().spawn([this](actors::recorder_actor::pointer) -> recorder_behavior_type {
            return {
                [this](const actors::record& what) { records.push_back(what); },
                [this](const actors::telemetry& what) { told.push_back(what); },
                [this](const actors::frame& where_from, const message& what) {
                  filed.emplace_back(where_from, what);
                },
                [](actors::flush_atom) {},
                [](actors::wake_atom) {},
                [](actors::alive_atom) { return actors::alive_atom::value; },
            };
          }));
  }
  void play_policy() {
    enter("policy",
          world.system().spawn([this](actors::policy_actor::pointer) -> policy_behavior_type {
            return {
                [this](const actors::fact& what) { facts.push_back(what.what); },
                [this](const actors::operator_request& what) { requests.push_back(what); },
                [this](const actors::ups_order_done& what) { orders_done.push_back(what); },
                [](actors::wake_atom) {},
                [](actors::clock_atom) {},
                [](actors::alive_atom) { return actors::alive_atom::value; },
            };
          }));
  }
  void play_executor(const std::string& unit) {
    enter("executor " + unit,
          world.system().spawn([this](actors::executor_actor::pointer) -> executor_behavior_type {
            return {
                [this](const vote::received_vote& what) { votes.push_back(what); },
                [this](const power::outlet_unit_reading& what) { readings.push_back(what); },
                [this](const actors::switching_answered& what) { answers.push_back(what); },
                [this](actors::unattended_atom) { ++times_unattended; },
                [](actors::wake_atom) {},
                [](actors::alive_atom) { return actors::alive_atom::value; },
            };
          }));
  }
  void play_device(const std::string& in_directory) {
    enter(in_directory,
          world.system().spawn([this](actors::device_actor::pointer) -> device_behavior_type {
            return {
                [this](actors::read_atom) { ++reads_asked; },
                [this](actors::alert_atom, bool alert) { paces.push_back(alert); },
                [](actors::hint_atom) {},
                [this](const actors::switch_request& what) { switchings.push_back(what); },
                [this](const actors::ups_order_request& what) { orders.push_back(what); },
                [](const actors::ups_order_taken&) {},
                [](const actors::reading_arrived&) {},
                [](actors::wake_atom) {},
                [](actors::alive_atom) { return actors::alive_atom::value; },
            };
          }));
  }
  void play_outlet(const std::string& outlet) {
    enter("outlet " + outlet,
          world.system().spawn([this](actors::outlet_actor::pointer) -> outlet_behavior_type {
            return {
                [this](const actors::outlet_share& what) { shares.push_back(what); },
                [](actors::alive_atom) { return actors::alive_atom::value; },
            };
          }));
  }
  void play_bus_reader() {
    enter("bus_reader", world.system().spawn(
                            [this](actors::bus_reader_actor::pointer) -> bus_reader_behavior_type {
                              return {
                                  [this](const actors::frame& what) { frames.push_back(what); },
                                  [](actors::alive_atom) { return actors::alive_atom::value; },
                              };
                            }));
  }

  template <class Handle>
  Handle enter(const std::string& in_directory, Handle who) {
    where->enter(in_directory, caf::actor_cast<caf::actor>(who));
    return world.adopt(who);
  }

  /// Sends as nobody in particular and lets everybody act on it.
  template <class Handle, class... What>
  void tell(const Handle& whom, What&&... what) {
    caf::anon_send(whom, std::forward<What>(what)...);
    world.settle();
  }

  // ---- Looking at what came ---------------------------------------------------------------------

  template <class Payload>
  std::vector<Payload> recorded() const {
    std::vector<Payload> found;
    for (const auto& one : records)
      if (const auto* match = std::get_if<Payload>(&one.what)) found.push_back(*match);
    return found;
  }
  template <class Fact>
  std::vector<Fact> heard() const {
    std::vector<Fact> found;
    for (const auto& one : facts)
      if (const auto* match = std::get_if<Fact>(&one)) found.push_back(*match);
    return found;
  }
  /// Payloads of a kind among what was sent to one member.
  template <class Payload>
  std::vector<Payload> sent_to(const std::string& whom) const {
    std::vector<Payload> found;
    for (const auto& one : sent)
      if (one.to == whom) {
        const auto content = read(one.bytes);
        if (const auto* match = std::get_if<Payload>(&content.what)) found.push_back(*match);
      }
    return found;
  }

  const std::shared_ptr<const site> about;
  const membership members;
  std::shared_ptr<actors::directory> where = std::make_shared<actors::directory>();

  std::vector<parcel> sent;
  std::vector<parcel> answered;
  std::vector<std::string> to_nodes;
  std::vector<parcel> published;

  std::vector<actors::record> records;
  std::vector<actors::telemetry> told;
  std::vector<std::pair<actors::frame, message>> filed;
  std::vector<policy::site_event> facts;
  std::vector<actors::operator_request> requests;
  std::vector<actors::ups_order_request> orders;
  std::vector<actors::ups_order_done> orders_done;
  std::vector<vote::received_vote> votes;
  std::vector<power::outlet_unit_reading> readings;
  std::vector<actors::switching_answered> answers;
  int times_unattended = 0;
  std::vector<actors::switch_request> switchings;
  std::vector<bool> paces;
  int reads_asked = 0;
  std::vector<actors::outlet_share> shares;
  std::vector<actors::frame> frames;

  deterministic_system world;  ///< Last: its actors use everything above.

private:
  using recorder_behavior_type = actors::recorder_actor::behavior_type;
  using policy_behavior_type = actors::policy_actor::behavior_type;
  using executor_behavior_type = actors::executor_actor::behavior_type;
  using device_behavior_type = actors::device_actor::behavior_type;
  using outlet_behavior_type = actors::outlet_actor::behavior_type;
  using bus_reader_behavior_type = actors::bus_reader_actor::behavior_type;

  static std::string good_signature() { return std::string(64, 's'); }
};

}  // namespace holdover::test
