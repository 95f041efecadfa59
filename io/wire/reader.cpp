#include "io/wire/reader.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <cmath>

namespace holdover::wire {

void reader::refuse(std::string_view field, std::string_view why) {
  if (!problem_.empty()) return;
  for (const auto& into : path_) {
    if (!problem_.empty()) problem_ += '.';
    problem_ += into.field;
    if (into.entry) problem_ += '[' + std::to_string(*into.entry) + ']';
  }
  if (!problem_.empty() && !field.empty()) problem_ += '.';
  problem_ += field;
  problem_ += ": ";
  problem_ += why;
}

std::string reader::name(const std::string& in, std::string_view field) {
  if (in.empty()) refuse(field, "is empty");
  return name_or_none(in, field);
}

std::string reader::name_or_none(const std::string& in, std::string_view field) {
  if (!utf8::printable(in))
    refuse(field, "has characters that cannot be shown");
  else if (utf8::length(in) > name_characters_max)
    refuse(field, "is longer than 128 characters");
  return in;
}

std::string reader::text(const std::string& in, std::string_view field) {
  if (utf8::length(in) > text_characters_max)
    refuse(field, "is longer than 4096 characters");
  else if (!utf8::printable(in) && utf8::cleaned(in, text_characters_max, true) != in)
    refuse(field, "has characters that cannot be shown");
  return in;
}

std::string reader::report(const std::string& in, std::string_view field) {
  if (utf8::length(in) > report_characters_max) refuse(field, "is longer than 256 characters");
  return text(in, field);
}

random_id reader::id(const std::string& in, std::string_view field) {
  const auto out = id_or_none(in, field);
  if (!out) refuse(field, "is missing");
  return out;
}

random_id reader::id_or_none(const std::string& in, std::string_view field) {
  random_id out;
  if (in.empty()) return out;
  if (in.size() != out.bytes.size()) {
    refuse(field, "has " + std::to_string(in.size()) + " bytes instead of 16");
    return out;
  }
  std::transform(in.begin(), in.end(), out.bytes.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  if (!out) refuse(field, "is all zero");
  return out;
}

std::array<std::uint8_t, 32> reader::hash(const std::string& in, std::string_view field) {
  std::array<std::uint8_t, 32> out{};
  if (in.size() != out.size()) {
    refuse(field, "has " + std::to_string(in.size()) + " bytes instead of 32");
    return out;
  }
  std::transform(in.begin(), in.end(), out.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return out;
}

node_number reader::node(std::uint32_t in, std::string_view field) {
  if (in < node_number_limit) return in;
  refuse(field, std::to_string(in) + " is no node's number (0 to 31)");
  return 0;
}

std::string reader::bytes(const std::string& in, std::size_t bytes_max, std::string_view field) {
  if (in.empty())
    refuse(field, "is empty");
  else if (in.size() > bytes_max)
    refuse(field, "has " + std::to_string(in.size()) + " bytes, at most "
                      + std::to_string(bytes_max) + " are allowed");
  return in;
}

std::optional<duration> reader::time(const google::protobuf::Duration& in, std::string_view field) {
  constexpr auto seconds_max = std::chrono::duration_cast<std::chrono::seconds>(duration_max);
  const bool signs_differ =
      (in.seconds() < 0 && in.nanos() > 0) || (in.seconds() > 0 && in.nanos() < 0);
  if (signs_differ || in.nanos() <= -1'000'000'000 || in.nanos() >= 1'000'000'000) {
    refuse(field, "is not a duration");
    return std::nullopt;
  }
  if (in.seconds() > seconds_max.count() || in.seconds() < -seconds_max.count()) {
    refuse(field, "is longer than 100 years");
    return std::nullopt;
  }
  return std::chrono::seconds{in.seconds()}
         + std::chrono::duration_cast<duration>(std::chrono::nanoseconds{in.nanos()});
}

duration reader::age(const google::protobuf::Duration& in, std::string_view field) {
  const auto out = time(in, field).value_or(duration::zero());
  if (in.seconds() < 0 || in.nanos() < 0) refuse(field, "is negative");
  return out;
}

std::optional<duration> reader::age(bool given, const google::protobuf::Duration& in,
                                    std::string_view field) {
  if (!given) return std::nullopt;
  return age(in, field);
}

std::optional<duration> reader::span(bool given, const google::protobuf::Duration& in,
                                     std::string_view field) {
  if (!given) return std::nullopt;
  return time(in, field);
}

const reader::spelling& reader::spell_out(std::uint32_t number, std::string_view field) {
  static const spelling none;
  if (number == 0 || number > labels_.size()) {
    refuse(field, std::to_string(number) + " is not in the list of labels");
    return none;
  }
  const auto& found = labels_[number - 1];
  spelled_out_bytes_ += found.name.size() + found.source.size();
  if (spelled_out_bytes_ <= labels_bytes_max) return found;
  refuse(field, "with those before it stands for more than 1 MiB");
  return none;
}

double reader::number(double in, std::string_view field) {
  if (std::isfinite(in)) return in;
  refuse(field, "is not a number");
  return 0;
}

std::optional<double> reader::percent(bool given, double in, std::string_view field) {
  if (!given) return std::nullopt;
  const auto out = number(in, field);
  if (out < 0 || out > 1000) refuse(field, "is not a percentage");
  return out;
}

}  // namespace holdover::wire
