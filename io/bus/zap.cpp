#include "io/bus/zap.hpp"

#include "io/bus/socket_options.hpp"
#include "io/keys/z85.hpp"

#include <zmq_addon.hpp>

#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace holdover::bus {

namespace {

// The frames of a ZAP request; a CURVE client's credentials are its public key.
struct zap_frame {
  static constexpr std::size_t version = 0;
  static constexpr std::size_t request_id = 1;
  static constexpr std::size_t domain = 2;
  static constexpr std::size_t address = 3;
  static constexpr std::size_t mechanism = 5;
  static constexpr std::size_t key = 6;
  static constexpr std::size_t count = 7;
};

// Metadata as ZMTP writes it: name and value, each after its length.
void add_property(std::string& metadata, std::string_view name, std::string_view value) {
  metadata += static_cast<char>(name.size());
  metadata += name;
  const auto size = static_cast<std::uint32_t>(value.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    metadata += static_cast<char>(size >> shift & 0xffU);
  metadata += value;
}

struct zap_answer {
  std::optional<std::string> member;
  std::string curve_key;
};

zap_answer judge(admission& list, const std::vector<zmq::message_t>& request) {
  if (request.size() <= zap_frame::address) {
    list.turn_away("an incomplete request", "nowhere");
    return {};
  }
  const auto from = request[zap_frame::address].to_string();
  if (request.size() != zap_frame::count || request[zap_frame::version].to_string() != "1.0"
      || request[zap_frame::domain].to_string() != zap_domain
      || request[zap_frame::mechanism].to_string() != "CURVE"
      || request[zap_frame::key].size() != keys::key_bytes) {
    list.turn_away("somebody without a key", from);
    return {};
  }
  auto z85 = keys::z85_encode(
      {request[zap_frame::key].data<std::uint8_t>(), request[zap_frame::key].size()});
  auto member = list.admit(z85, from);
  return {std::move(member), std::move(z85)};
}

void reply(zmq::socket_t& requests, const zmq::message_t& id, const zap_answer& answer) {
  const bool yes = answer.member.has_value();
  std::string metadata;
  if (yes) add_property(metadata, curve_key_property, answer.curve_key);
  const std::array<zmq::const_buffer, 6> frames{
      zmq::str_buffer("1.0"),
      zmq::buffer(id.data(), id.size()),
      yes ? zmq::str_buffer("200") : zmq::str_buffer("400"),
      yes ? zmq::str_buffer("welcome") : zmq::str_buffer("not enrolled"),
      yes ? zmq::buffer(*answer.member) : zmq::const_buffer{},
      zmq::buffer(metadata),
  };
  zmq::send_multipart(requests, frames);
}

}  // namespace

zap_handler::zap_handler(zmq::context_t& context, admission& list) : admission_{list} {
  zmq::socket_t requests{context, zmq::socket_type::rep};
  requests.set(zmq::sockopt::linger, 0);
  requests.bind("inproc://zeromq.zap.01");
  thread_ = std::thread{
      [this, requests = std::move(requests)]() mutable { answer_until_stopped(requests); }};
}

zap_handler::~zap_handler() {
  stop_ = true;
  wake_.wake();
  thread_.join();
}

void zap_handler::answer_until_stopped(zmq::socket_t& requests) {
  std::array<zmq::pollitem_t, 2> watched{
      {{nullptr, wake_.descriptor(), ZMQ_POLLIN, 0}, {requests, 0, ZMQ_POLLIN, 0}}};
  while (!stop_) {
    zmq::poll(watched, std::chrono::milliseconds{-1});
    if (watched[1].revents == 0) continue;
    std::vector<zmq::message_t> request;
    if (!zmq::recv_multipart(requests, std::back_inserter(request), zmq::recv_flags::dontwait))
      continue;
    const zmq::message_t none;
    reply(requests, request.size() > zap_frame::request_id ? request[zap_frame::request_id] : none,
          judge(admission_, request));
  }
}

}  // namespace holdover::bus
