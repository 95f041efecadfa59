#include "bench/two_nodes.hpp"

#include "actors/bus_reader_actor.hpp"
#include "actors/recorder_actor.hpp"
#include "actors/time.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <stdexcept>
#include <thread>
#include <utility>

namespace holdover::bench {

namespace {

std::unique_ptr<bus::bus_endpoint> open(bus::endpoint_config with, bus::handlers to) {
  auto opened = bus::bus_endpoint::open(std::move(with), std::move(to));
  if (const auto* bad = std::get_if<bus::refusal>(&opened)) throw std::runtime_error{bad->reason};
  return std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
}

/// No event is journaled in this bench.
actors::journal_port no_journal() {
  actors::journal_port none;
  none.append = [](std::vector<event>) {};
  none.digest = [](std::function<void(log_digest)>) {};
  return none;
}

}  // namespace

std::shared_ptr<const site> site_of_two::make_site() {
  auto made = std::make_shared<site>();
  made->name = "bench";
  made->nodes = {{0, "alpha", {}, {}}, {1, "beta", {}, {}}};
  made->upses.emplace_back();
  made->upses.back().name = "main";
  return made;
}

two_nodes::two_threads::two_threads() {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", std::size_t{2});
}

two_nodes::two_nodes(const site_of_two& about, bool with_signatures)
    : about_(about), signs_(with_signatures), verifier_(about.members) {
  start_reader();
  open_buses();
  start_recorder();
  ups_telemetry knock;
  knock.device = "main";
  knock.fresh = power::freshness::fresh;
  wait_until_heard(knock);
}

two_nodes::~two_nodes() {
  beta_.reset();
  alpha_.reset();
  const auto reader = where_->find<actors::bus_reader_actor>("bus_reader");
  const auto policy = where_->find<actors::policy_actor>("policy");
  where_->clear();
  caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(policy, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(recorder_, caf::exit_reason::user_shutdown);
  recorder_ = nullptr;
}

void two_nodes::open_buses() {
  alpha_ = open({.name = "alpha",
                 .keys = about_.alpha.curve,
                 .members = about_.members,
                 .listen_control = "tcp://127.0.0.1:*",
                 .listen_events = "tcp://127.0.0.1:*",
                 .peers = {},
                 .topics = {},
                 .limits = {}},
                {});
  bus::handlers react;
  react.on_event = [where = where_](const bus::origin& from, std::string, std::string bytes) {
    if (const auto to = where->find<actors::bus_reader_actor>("bus_reader"))
      caf::anon_send(to, actors::frame{{from.member, role::node, false, {}, {}}, std::move(bytes)});
  };
  beta_ = open({.name = "beta",
                .keys = about_.beta.curve,
                .members = about_.members,
                .listen_control = {},
                .listen_events = {},
                .peers = {{"alpha", alpha_->control_address(), alpha_->events_address()}},
                .topics = {""},
                .limits = {.flood = {.of_events = {1e9, 1e9, 1e12, 1e12}}}},  // A flood is the job.
               std::move(react));
}

actors::ports two_nodes::ports_of(const keys::key_pair& self) {
  actors::ports bound;
  bound.publish = [this](std::string topic, std::string bytes) {
    if (alpha_->publish(std::move(topic), std::move(bytes)) != bus::send_result::queued)
      throw std::runtime_error{"a reading was refused by the bus"};
  };
  const auto signer = std::make_shared<const keys::signer>(self);
  bound.sign = [this, signer](domain about, std::string bytes) {
    if (signs_) return signer->sign(about, std::move(bytes));
    return signed_message{about, signer->name(), std::move(bytes), std::string(64, '\0')};
  };
  bound.verify = [this](const signed_message& what) -> std::variant<member, std::string> {
    if (!signs_) return *verifier_.members().find(what.signer);
    const auto verdict = verifier_.verify(what);
    if (const auto* bad = std::get_if<keys::refusal>(&verdict)) return bad->reason;
    return *std::get<const member*>(verdict);
  };
  bound.wall_milliseconds = [] { return std::int64_t{1'700'000'000'000}; };
  return bound;
}

void two_nodes::start_recorder() {
  auto setup = std::make_shared<actors::recorder_setup>();
  setup->about = about_.about;
  setup->node = "alpha";
  setup->outside = ports_of(about_.alpha);
  setup->journal = no_journal();
  recorder_ =
      there_.spawn(actors::recorder_behavior, std::shared_ptr<const actors::recorder_setup>{setup});
}

void two_nodes::start_reader() {
  auto setup = std::make_shared<actors::bus_reader_setup>();
  setup->about = about_.about;
  setup->self = 1;
  setup->outside = ports_of(about_.beta);
  setup->where = where_;
  const auto reader = here_.spawn(actors::bus_reader_behavior,
                                  std::shared_ptr<const actors::bus_reader_setup>{setup});
  where_->enter("bus_reader", caf::actor_cast<caf::actor>(reader));
  const auto policy = here_.spawn<caf::detached>(
      [this](actors::policy_actor::pointer) -> actors::policy_actor::behavior_type {
        return {
            [this](const actors::fact& what) { heard(what.what); },
            [](const actors::operator_request&) {},
            [](const actors::ups_order_done&) {},
            [](actors::wake_atom) {},
            [](actors::clock_atom) {},
            [](actors::alive_atom) { return actors::alive_atom::value; },
        };
      });
  where_->enter("policy", caf::actor_cast<caf::actor>(policy));
}

void two_nodes::heard(const policy::site_event& what) {
  const auto* told = std::get_if<policy::peer_observed>(&what);
  if (told == nullptr || told->peer != 0 || told->ups != 0)
    throw std::runtime_error{"a reading came that nobody sent"};
  under_way_.release();
  heard_.add();
}

void two_nodes::tell(const ups_telemetry& what) {
  const auto at = std::chrono::floor<duration>(there_.clock().now().time_since_epoch());
  caf::anon_send(recorder_, actors::telemetry{what, time_point{at}});
}

double two_nodes::readings_per_second(std::size_t count, const ups_telemetry& of) {
  heard_.reset();
  const auto start = clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    under_way_.acquire();
    tell(of);
  }
  heard_.wait_for(count, "readings over our bus");
  return static_cast<double>(count) / seconds_since(start);
}

double two_nodes::microseconds_alone(std::size_t count, const ups_telemetry& of) {
  std::vector<double> each;
  for (std::size_t i = 0; i < count; ++i) {
    heard_.reset();
    under_way_.acquire();
    const auto start = clock::now();
    tell(of);
    heard_.wait_for(1, "a lone reading");
    each.push_back(seconds_since(start) * 1e6);
  }
  return median(std::move(each));
}

// A subscriber hears nothing before its subscription has arrived.
void two_nodes::wait_until_heard(const ups_telemetry& of) {
  const auto give_up = clock::now() + patience;
  while (beta_->counters().events_in == 0) {
    if (clock::now() > give_up) throw std::runtime_error{"the two nodes do not hear each other"};
    under_way_.acquire();
    tell(of);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    // What nobody heard is not under way any more.
    if (beta_->counters().events_in == 0) under_way_.release();
  }
  heard_.wait_for(1, "the first reading");
}

}  // namespace holdover::bench
