#include "io/wire/codec.hpp"

#include "io/wire/message_codec.hpp"
#include "io/wire/writer.hpp"

#include <google/protobuf/stubs/logging.h>

namespace holdover::wire {

namespace {

/// The library prints a line of its own for every text that is not UTF-8, so a peer could flood our
/// log. What it would say, the refusal says.
void keep_library_silent() {
  [[maybe_unused]] static const auto previous = google::protobuf::SetLogHandler(nullptr);
}

/// The protobuf message in some bytes, or why there is none.
template <class Message>
std::variant<Message, refusal> parse(std::string_view bytes, std::string_view what) {
  if (bytes.size() > message_bytes_max)
    return refusal{std::string{what} + ": " + std::to_string(bytes.size())
                   + " bytes are more than the limit of 1 MiB"};
  keep_library_silent();
  Message out;
  if (!out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return refusal{std::string{what} + ": not a protobuf message of this kind, or damaged"};
  return out;
}

}  // namespace

std::string encode(const message& in) {
  v1::Message out;
  encode(in, out);
  return out.SerializeAsString();
}

std::variant<message, refusal> decode(std::string_view bytes) {
  auto parsed = parse<v1::Message>(bytes, "message");
  if (auto* no = std::get_if<refusal>(&parsed)) return std::move(*no);
  reader read;
  auto out = decode(std::get<v1::Message>(parsed), read);
  if (!read.problem().empty()) return refusal{read.problem()};
  return out;
}

std::string encode(const signed_message& in) {
  v1::SignedMessage out;
  out.set_domain(to_wire(domains, in.about));
  out.set_signer(name_of(in.signer));
  out.set_message(in.bytes);
  out.set_signature(in.signature);
  return out.SerializeAsString();
}

std::variant<signed_message, refusal> decode_signed(std::string_view bytes) {
  auto parsed = parse<v1::SignedMessage>(bytes, "signed message");
  if (auto* no = std::get_if<refusal>(&parsed)) return std::move(*no);
  const auto& in = std::get<v1::SignedMessage>(parsed);
  reader read;
  signed_message out{.about = read.word(domains, in.domain(), "domain"),
                     .signer = read.name(in.signer(), "signer"),
                     .bytes = read.bytes(in.message(), message_bytes_max, "message"),
                     .signature = in.signature()};
  if (out.signature.size() != signature_bytes)
    read.refuse("signature",
                "has " + std::to_string(out.signature.size()) + " bytes instead of 64");
  if (!read.problem().empty()) return refusal{read.problem()};
  return out;
}

std::variant<evidence, refusal> decode_evidence(std::string_view bytes) {
  auto envelope = decode_signed(bytes);
  if (auto* no = std::get_if<refusal>(&envelope)) return std::move(*no);
  evidence out{std::get<signed_message>(std::move(envelope)), {}};
  auto content = decode(std::string_view{out.envelope.bytes});
  if (auto* no = std::get_if<refusal>(&content)) return std::move(*no);
  out.content = std::get<message>(std::move(content));
  return out;
}

}  // namespace holdover::wire
