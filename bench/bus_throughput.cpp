// Readings per second from an actor on one node to an actor on another: our bus against bare
// ZeroMQ.
//
//     bus_throughput [readings [rounds]]
//
// Ours: the product's recorder publishes, its bus_reader checks signature, signer, site, publisher,
// role and every field, and a policy actor hears of each reading (bench/two_nodes.hpp). Readings
// that come faster than they can be signed travel in batches.
// Bare: one message for each reading, its bytes made and signed beforehand, through a PUB and a SUB
// over CURVE, and parsed by protobuf. A third run is ours with the signing and checking of
// signatures left out, which shows what they cost.
//
// All three keep a window of readings under way, so that nothing is lost and nobody waits idle.
// Then single readings are sent, each after the last has arrived: what waiting for company would
// cost.

#include "bench/bench.hpp"
#include "bench/two_nodes.hpp"
#include "core/message.hpp"
#include "io/keys/signing.hpp"
#include "io/wire/codec.hpp"

#include "holdover/v1/envelope.pb.h"

#include <semaphore>
#include <thread>

namespace {

using namespace holdover;
using namespace holdover::bench;

constexpr double aim = 0.7;
constexpr std::size_t lone_readings = 500;

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

/// A reading as it travels alone: what the bare run moves.
std::string sample(const site_of_two& about) {
  message m;
  m.site = "bench";
  m.publisher = "alpha";
  m.wall_milliseconds = 1'700'000'000'000;
  m.what = reading_of(1);
  return wire::encode(keys::signer{about.alpha}.sign(domain::bus, wire::encode(m)));
}

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

  double microseconds_alone(std::size_t count) {
    std::vector<double> each;
    v1::SignedMessage outer;
    v1::Message inner;
    zmq::message_t topic, body;
    for (std::size_t i = 0; i < count; ++i) {
      const auto start = clock::now();
      send();
      if (!sub_.recv(topic) || !sub_.recv(body)
          || !outer.ParseFromArray(body.data(), static_cast<int>(body.size()))
          || !inner.ParseFromString(outer.message()))
        throw std::runtime_error{"the bare pair lost a reading"};
      each.push_back(seconds_since(start) * 1e6);
    }
    return median(std::move(each));
  }

private:
  void send() {
    static const std::string topic = "bench/telemetry/ups/main/";
    pub_.send(zmq::buffer(topic), zmq::send_flags::sndmore);
    pub_.send(zmq::buffer(bytes_));
  }

  std::string bytes_;
  std::counting_semaphore<readings_under_way> under_way_{readings_under_way};
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
  const auto reading = reading_of(1);
  const auto bytes = sample(about);
  two_nodes ours{about, true};
  two_nodes unsigned_ours{about, false};
  bare minimum{about, bytes};
  std::printf("bus throughput: %zu readings of %zu bytes a round, %zu rounds in turns\n", count,
              bytes.size(), rounds);
  tell_steps(about, bytes);
  std::vector<double> with, without, least;
  const auto sent_before = ours.messages_published();
  for (std::size_t i = 0; i < rounds; ++i) {
    least.push_back(minimum.readings_per_second(count));
    with.push_back(ours.readings_per_second(count, reading));
    without.push_back(unsigned_ours.readings_per_second(count, reading));
    std::printf("  %2zu  bare %8.0f   ours %8.0f   ours unsigned %8.0f readings/s\n", i + 1,
                least.back(), with.back(), without.back());
    std::fflush(stdout);
  }
  std::printf("  %.1f readings in a message of ours\n",
              static_cast<double>(count * rounds)
                  / static_cast<double>(ours.messages_published() - sent_before));
  std::printf("  a lone reading: bare %.0f, ours %.0f, ours unsigned %.0f microseconds\n",
              minimum.microseconds_alone(lone_readings),
              ours.microseconds_alone(lone_readings, reading),
              unsigned_ours.microseconds_alone(lone_readings, reading));
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
