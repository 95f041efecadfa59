#include "io/wire/codec.hpp"

#include "io/wire/message_codec.hpp"
#include "io/wire/writer.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/stubs/logging.h>

#include <array>
#include <cstddef>
#include <utility>

namespace holdover::wire {

namespace {

/// The library prints a line of its own for every text that is not UTF-8, so a peer could flood our
/// log. What it would say, the refusal says.
void keep_library_silent() {
  [[maybe_unused]] static const auto previous = google::protobuf::SetLogHandler(nullptr);
}

/// Parses into a message, which may live in an arena. Empty if it went well, else the reason.
std::string parse(std::string_view bytes, std::string_view what, google::protobuf::Message& out) {
  if (bytes.size() > message_bytes_max)
    return std::string{what} + ": " + std::to_string(bytes.size())
           + " bytes are more than the limit of 1 MiB";
  keep_library_silent();
  if (!out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return std::string{what} + ": not a protobuf message of this kind, or damaged";
  return {};
}

/// Where the parts of one protobuf message live: taken and given back in one go instead of one by
/// one. Sized for a vote or a reading; a batch takes further blocks.
class parts_arena {
public:
  v1::Message& make() { return *google::protobuf::Arena::CreateMessage<v1::Message>(&arena_); }

private:
  static google::protobuf::ArenaOptions options(char* block) {
    google::protobuf::ArenaOptions made;
    made.initial_block = block;
    made.initial_block_size = first_block;
    made.start_block_size = first_block;
    made.max_block_size = 16 * first_block;
    return made;
  }

  static constexpr std::size_t first_block = 4096;
  alignas(std::max_align_t) std::array<char, first_block> block_;
  google::protobuf::Arena arena_{options(block_.data())};
};

}  // namespace

std::string encode(const message& in) {
  parts_arena parts;
  auto& out = parts.make();
  encode(in, out);
  return out.SerializeAsString();
}

std::variant<message, refusal> decode(std::string_view bytes) {
  parts_arena parts;
  auto& parsed = parts.make();
  if (auto why = parse(bytes, "message", parsed); !why.empty()) return refusal{std::move(why)};
  reader read;
  auto out = decode(parsed, read);
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
  v1::SignedMessage in;
  if (auto why = parse(bytes, "signed message", in); !why.empty()) return refusal{std::move(why)};
  reader read;
  signed_message out{.about = read.word(domains, in.domain(), "domain"),
                     .signer = read.name(in.signer(), "signer"),
                     .bytes = std::move(*in.mutable_message()),
                     .signature = std::move(*in.mutable_signature())};
  if (out.bytes.empty()) read.refuse("message", "is empty");
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
