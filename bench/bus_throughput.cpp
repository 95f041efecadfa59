// Readings per second from one node to another: our bus against bare ZeroMQ.
//
//     bus_throughput [readings [rounds]]
//
// Ours: a reading is encoded, signed and published by one bus_endpoint; another one hears it, and a
// reader takes the envelope apart, checks the signature against the members, decodes, and checks
// site, publisher and role: what recorder_actor and bus_reader_actor do.
// Bare: the same bytes, made beforehand, through a PUB and a SUB over CURVE, and parsed by
// protobuf. A third run is ours with the signing and checking left out, which shows what signatures
// cost.
//
// All three keep a window of readings under way, so that nothing is lost and nobody waits idle.

#include "bench/bench.hpp"
#include "core/message.hpp"
#include "io/bus/endpoint.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"
#include "io/wire/topic.hpp"

#include "holdover/v1/envelope.pb.h"

#include <atomic>
#include <functional>
#include <memory>
#include <semaphore>
#include <thread>

namespace {

using namespace holdover;
using namespace holdover::bench;

constexpr std::ptrdiff_t window = 1024;
constexpr double aim = 0.7;

ups_telemetry reading_of(std::uint64_t counter) {
  ups_telemetry told;
  told.counter = counter;
  told.device = "main";
  told.what.state = power::belief::on_battery;
  told.what.charge_percent = 81;
  told.what.runtime_left = 900s;
  told.observation_age = 3ms;
  told.confirmed_on_battery = 12s;
  told.fresh = power::freshness::fresh;
  told.flags.set(power::ups_flag::on_battery);
  const std::pair<const char*, double> values[] = {
      {"battery.charge", 81},   {"battery.runtime", 900}, {"battery.voltage", 54.2},
      {"input.voltage", 0},     {"input.frequency", 0},   {"output.voltage", 230.4},
      {"output.frequency", 50}, {"output.current", 2.1},  {"ups.load", 31},
      {"ups.realpower", 480},   {"ups.temperature", 29},  {"battery.seconds_on_battery", 12}};
  for (const auto& [name, number] : values)
    told.values.push_back({name, number, power::quality::good, name});
  return told;
}

struct site_of_two {
  keys::key_pair alpha = keys::make_key_pair("alpha");
  keys::key_pair beta = keys::make_key_pair("beta");
  membership members{"bench", 1, {as_member(alpha, role::node, 0), as_member(beta, role::node, 1)}};
};

class ours {
public:
  ours(const site_of_two& about, bool with_signatures)
      : signs_(with_signatures), signer_(about.alpha), verifier_(about.members) {
    bus::endpoint_config sending{.name = "alpha",
                                 .keys = about.alpha.curve,
                                 .members = about.members,
                                 .listen_control = "tcp://127.0.0.1:*",
                                 .listen_events = "tcp://127.0.0.1:*",
                                 .peers = {},
                                 .topics = {},
                                 .limits = {}};
    alpha_ = open(std::move(sending), {});
    bus::endpoint_config hearing{
        .name = "beta",
        .keys = about.beta.curve,
        .members = about.members,
        .listen_control = {},
        .listen_events = {},
        .peers = {{"alpha", alpha_->control_address(), alpha_->events_address()}},
        .topics = {""},
        .limits = {}};
    bus::handlers react;
    react.on_event = [this](std::string_view, std::string, std::string bytes) {
      heard_.put(std::move(bytes));
    };
    beta_ = open(std::move(hearing), std::move(react));
    reader_ = std::thread{[this] {
      for (auto some = heard_.take(); !some.empty(); some = heard_.take())
        for (const auto& bytes : some)
          read(bytes);
    }};
    wait_until_heard();
  }
  ~ours() {
    beta_.reset();
    heard_.close();
    reader_.join();
  }
  ours(const ours&) = delete;
  ours& operator=(const ours&) = delete;

  double readings_per_second(std::size_t count) {
    read_.reset();
    const auto start = clock::now();
    for (std::size_t i = 0; i < count; ++i) {
      under_way_.acquire();
      publish(i);
    }
    read_.wait_for(count, "readings over our bus");
    return static_cast<double>(count) / seconds_since(start);
  }

  std::string sample() const {
    message m = wrap(1);
    return wire::encode(signer_.sign(domain::bus, wire::encode(m)));
  }

private:
  static std::unique_ptr<bus::bus_endpoint> open(bus::endpoint_config with, bus::handlers to) {
    auto opened = bus::bus_endpoint::open(std::move(with), std::move(to));
    if (const auto* bad = std::get_if<bus::refusal>(&opened)) throw std::runtime_error{bad->reason};
    return std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  }

  static message wrap(std::uint64_t number) {
    message m;
    m.site = "bench";
    m.publisher = "alpha";
    m.wall_milliseconds = 1'700'000'000'000;
    m.what = reading_of(number);
    return m;
  }

  void publish(std::uint64_t number) {
    const auto m = wrap(number);
    auto bytes = wire::encode(m);
    auto envelope =
        signs_ ? signer_.sign(domain::bus, std::move(bytes))
               : signed_message{domain::bus, "alpha", std::move(bytes), std::string(64, '\0')};
    if (alpha_->publish(wire::encode_topic(m), wire::encode(envelope)) != bus::send_result::queued)
      throw std::runtime_error{"a reading was refused by the bus"};
  }

  void read(const std::string& bytes) {
    const auto outer = wire::decode_signed(bytes);
    const auto& envelope = std::get<signed_message>(outer);
    const member* who = verifier_.members().find(envelope.signer);
    if (signs_) {
      const auto verdict = verifier_.verify(envelope);
      who = std::get<const member*>(verdict);
    }
    const auto inner = wire::decode(envelope.bytes);
    const auto& content = std::get<message>(inner);
    const auto* told = std::get_if<ups_telemetry>(&content.what);
    if (told == nullptr || content.site != "bench" || content.publisher != who->name
        || who->as != role::node || told->fresh != power::freshness::fresh)
      throw std::runtime_error{"a reading came that nobody sent"};
    under_way_.release();
    read_.add();
  }

  // A subscriber hears nothing before its subscription has arrived.
  void wait_until_heard() {
    const auto give_up = clock::now() + patience;
    std::size_t sent = 0;
    for (; beta_->counters().events_in == 0 && clock::now() < give_up; ++sent) {
      publish(0);
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    // What came of these was released without having been acquired.
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    for (auto extra = beta_->counters().events_in; extra > 0; --extra)
      under_way_.acquire();
    if (sent == 0) throw std::runtime_error{"the two nodes do not hear each other"};
  }

  bool signs_;
  keys::signer signer_;
  keys::verifier verifier_;
  std::counting_semaphore<2 * window> under_way_{window};
  counter read_;
  mailbox<std::string> heard_;
  std::unique_ptr<bus::bus_endpoint> alpha_;
  std::unique_ptr<bus::bus_endpoint> beta_;
  std::thread reader_;
};

class bare {
public:
  bare(const site_of_two& about, std::string bytes) : bytes_(std::move(bytes)) {
    pub_.set(zmq::sockopt::curve_server, true);
    pub_.set(zmq::sockopt::curve_secretkey, private_half(about.alpha.curve));
    pub_.set(zmq::sockopt::linger, 0);
    pub_.set(zmq::sockopt::sndhwm, 4096);
    pub_.bind("tcp://127.0.0.1:*");
    sub_.set(zmq::sockopt::curve_serverkey, about.alpha.curve.public_key);
    sub_.set(zmq::sockopt::curve_publickey, about.beta.curve.public_key);
    sub_.set(zmq::sockopt::curve_secretkey, private_half(about.beta.curve));
    sub_.set(zmq::sockopt::linger, 0);
    sub_.set(zmq::sockopt::rcvhwm, 4096);
    sub_.set(zmq::sockopt::subscribe, "");
    sub_.connect(pub_.get(zmq::sockopt::last_endpoint));
    sub_.set(zmq::sockopt::rcvtimeo, 20);
    zmq::message_t topic;
    for (const auto give_up = clock::now() + patience;;) {
      send();
      if (sub_.recv(topic)) break;
      if (clock::now() > give_up) throw std::runtime_error{"the bare pair does not connect"};
    }
    while (sub_.recv(topic)) {
    }
    sub_.set(zmq::sockopt::rcvtimeo, -1);
  }

  double readings_per_second(std::size_t count) {
    const auto start = clock::now();
    std::thread reader{[&] {
      zmq::message_t topic, body;
      v1::SignedMessage outer;
      v1::Message inner;
      for (std::size_t i = 0; i < count; ++i) {
        if (!sub_.recv(topic) || !sub_.recv(body)
            || !outer.ParseFromArray(body.data(), static_cast<int>(body.size()))
            || !inner.ParseFromString(outer.message()))
          std::abort();
        under_way_.release();
      }
    }};
    for (std::size_t i = 0; i < count; ++i) {
      under_way_.acquire();
      send();
    }
    reader.join();
    return static_cast<double>(count) / seconds_since(start);
  }

private:
  void send() {
    static const std::string topic = "bench/telemetry/ups/main/";
    pub_.send(zmq::buffer(topic), zmq::send_flags::sndmore);
    pub_.send(zmq::buffer(bytes_));
  }

  std::string bytes_;
  std::counting_semaphore<window> under_way_{window};
  zmq::context_t publishing_{1};
  zmq::context_t hearing_{1};
  zmq::socket_t pub_{publishing_, ZMQ_PUB};
  zmq::socket_t sub_{hearing_, ZMQ_SUB};
};

template <class Work>
double microseconds_of(Work work) {
  constexpr int times = 2000;
  const auto start = clock::now();
  for (int i = 0; i < times; ++i)
    work();
  return seconds_since(start) / times * 1e6;
}

/// Where the time goes: each step alone, on one thread.
void tell_steps(const site_of_two& about, const std::string& sample) {
  const keys::signer signer{about.alpha};
  const keys::verifier verifier{about.members};
  const auto envelope = std::get<signed_message>(wire::decode_signed(sample));
  const auto content = std::get<message>(wire::decode(envelope.bytes));
  std::printf("  one reading: encode %.1f, sign %.1f, verify %.1f, decode %.1f microseconds\n",
              microseconds_of([&] { static_cast<void>(wire::encode(content)); }),
              microseconds_of([&] { static_cast<void>(signer.sign(domain::bus, envelope.bytes)); }),
              microseconds_of([&] { static_cast<void>(verifier.verify(envelope)); }),
              microseconds_of([&] { static_cast<void>(wire::decode(envelope.bytes)); }));
}

int run(std::size_t count, std::size_t rounds) {
  const site_of_two about;
  ours complete{about, true};
  ours unsigned_one{about, false};
  const auto bytes = complete.sample();
  bare minimum{about, bytes};
  std::printf("bus throughput: %zu readings of %zu bytes a round, %zu rounds in turns\n", count,
              bytes.size(), rounds);
  tell_steps(about, bytes);
  std::vector<double> with, without, least;
  for (std::size_t i = 0; i < rounds; ++i) {
    least.push_back(minimum.readings_per_second(count));
    with.push_back(complete.readings_per_second(count));
    without.push_back(unsigned_one.readings_per_second(count));
    std::printf("  %2zu  bare %8.0f   ours %8.0f   ours unsigned %8.0f readings/s\n", i + 1,
                least.back(), with.back(), without.back());
    std::fflush(stdout);
  }
  const double ratio = median(with) / median(least);
  std::printf("  ours / bare: %.2f (aim %.1f: %s); without signatures %.2f\n", ratio, aim,
              ratio >= aim ? "met" : "MISSED", median(without) / median(least));
  return ratio >= aim ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** values) {
  try {
    return run(argument(count, values, 1, 20'000), argument(count, values, 2, 7));
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bus_throughput: %s\n", problem.what());
    return 2;
  }
}
