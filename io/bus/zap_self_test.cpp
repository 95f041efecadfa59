#include "io/bus/socket_options.hpp"
#include "io/bus/zap.hpp"
#include "io/keys/random.hpp"

#include <chrono>
#include <string>

namespace holdover::bus {

namespace {

using std::chrono::milliseconds;
using test_clock = std::chrono::steady_clock;

constexpr std::string_view unsafe =
    "; every key might be let in, so nothing listens. Is this the libzmq of Debian 12?";

/// A listening socket as the real ones are. The abstract UNIX name needs neither network nor disk.
class test_listener {
public:
  test_listener(zmq::context_t& context, const keys::curve_keys& keys)
      : socket_{context, zmq::socket_type::router},
        endpoint_{"ipc://@holdover-" + to_string(keys::make_random_id())} {
    set_link_options(socket_, endpoint_);
    set_curve_server(socket_, keys);
    socket_.bind(endpoint_);
  }

  const std::string& endpoint() const { return endpoint_; }

  /// The name under which the next message arrives; "" for one without a name, or if none comes.
  std::optional<std::string> next_sender(test_clock::time_point until) {
    while (test_clock::now() < until) {
      socket_.set(zmq::sockopt::rcvtimeo, 5);
      zmq::message_t frame;
      if (!socket_.recv(frame)) continue;
      while (frame.more())
        (void)socket_.recv(frame);
      const auto* name = zmq_msg_gets(frame.handle(), user_id_property);
      return name != nullptr ? name : "";
    }
    return std::nullopt;
  }

private:
  zmq::socket_t socket_;
  std::string endpoint_;
};

zmq::socket_t knock(zmq::context_t& context, const test_listener& at, const keys::curve_keys& with,
                    const keys::curve_keys& server) {
  zmq::socket_t client{context, zmq::socket_type::dealer};
  set_link_options(client, at.endpoint());
  set_curve_client(client, with, server.public_key);
  client.connect(at.endpoint());
  client.send(zmq::str_buffer("knock"), zmq::send_flags::dontwait);
  return client;
}

enum class stranger_outcome { refused, let_in, nobody_asked };

stranger_outcome try_stranger(zmq::context_t& context, test_listener& listener,
                              const keys::curve_keys& own, const admission& list,
                              test_clock::time_point until) {
  const auto before = list.counted().refused;
  const auto stranger = knock(context, listener, keys::make_key_pair("stranger").curve, own);
  while (test_clock::now() < until) {
    if (listener.next_sender(test_clock::now() + milliseconds{5})) return stranger_outcome::let_in;
    if (list.counted().refused > before) return stranger_outcome::refused;
  }
  return stranger_outcome::nobody_asked;
}

}  // namespace

std::optional<refusal> zap_self_test(zmq::context_t& context, const keys::curve_keys& own,
                                     const admission& list, milliseconds patience) {
  test_listener listener{context, own};
  const auto until = test_clock::now() + patience;

  switch (try_stranger(context, listener, own, list, until)) {
    case stranger_outcome::refused:
      break;
    case stranger_outcome::let_in:
      return refusal{"self-test: an unknown key was let in" + std::string{unsafe}};
    case stranger_outcome::nobody_asked:
      return refusal{"self-test: nobody was asked about an unknown key" + std::string{unsafe}};
  }

  const auto friendly = knock(context, listener, own, own);
  const auto sender = listener.next_sender(until);
  if (!sender) return refusal{"self-test: our own key was not let in" + std::string{unsafe}};
  if (!list.standing(*sender, own.public_key))
    return refusal{"self-test: our own key came in without its name" + std::string{unsafe}};
  return std::nullopt;
}

std::optional<refusal> listen_if_guarded(zmq::context_t& context, const keys::curve_keys& own,
                                         admission& list,
                                         const std::function<std::optional<refusal>()>& listen,
                                         milliseconds patience) {
  if (auto why = zap_self_test(context, own, list, patience)) return why;
  list.start_counting_anew();
  return listen();
}

}  // namespace holdover::bus
