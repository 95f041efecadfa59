#include "io/config/scalar.hpp"

#include "core/expects.hpp"
#include "core/utf8.hpp"
#include "io/config/duration_text.hpp"
#include "io/config/suggest.hpp"

#include "holdover/config/v1/options.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace holdover::config {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t text_characters_max = 4096;

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number out{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

template <class Value, class Set, class Add>
std::string put(const FieldDescriptor& field, Value value, Set set, Add add) {
  field.is_repeated() ? add(std::move(value)) : set(std::move(value));
  return {};
}

std::string set_text(Message& out, const FieldDescriptor& field, const std::string& text) {
  if (utf8::length(text) > text_characters_max) return "is longer than 4096 characters";
  if (utf8::cleaned(text, text_characters_max, true) != text)
    return "has characters that cannot be shown";
  const auto& look = *out.GetReflection();
  return put(
      field, text, [&](std::string v) { look.SetString(&out, &field, std::move(v)); },
      [&](std::string v) { look.AddString(&out, &field, std::move(v)); });
}

std::string set_bool(Message& out, const FieldDescriptor& field, std::string_view text) {
  static constexpr std::array<std::string_view, 3> yes{"true", "yes", "on"};
  static constexpr std::array<std::string_view, 3> no{"false", "no", "off"};
  const auto word = lower(text);
  const bool is_yes = std::find(yes.begin(), yes.end(), word) != yes.end();
  if (!is_yes && std::find(no.begin(), no.end(), word) == no.end())
    return "must be true or false, not " + in_quotes(text);
  out.GetReflection()->SetBool(&out, &field, is_yes);
  return {};
}

template <class Number>
std::string whole_number(std::string_view text, Number& out) {
  const auto parsed = parse_number<Number>(text);
  if (!parsed)
    return "must be a whole number from 0 to " + std::to_string(std::numeric_limits<Number>::max())
           + ", not " + in_quotes(text);
  out = *parsed;
  return {};
}

std::string set_double(Message& out, const FieldDescriptor& field, std::string_view text) {
  const bool percent = field.options().GetExtension(v1::percent);
  auto digits = text;
  if (percent && !digits.empty() && digits.back() == '%') digits.remove_suffix(1);
  const auto number = parse_number<double>(digits);
  if (!number || !std::isfinite(*number))
    return (percent ? "must be a percentage, not " : "must be a number, not ") + in_quotes(text);
  if (percent && (*number < 0 || *number > 100))
    return "must be between 0 and 100 percent, not " + in_quotes(text);
  out.GetReflection()->SetDouble(&out, &field, *number);
  return {};
}

std::string set_enum(Message& out, const FieldDescriptor& field, std::string_view text) {
  std::vector<std::string> known;
  const auto& type = *field.enum_type();
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;  // UNSPECIFIED is for the absent key
    known.push_back(lower(type.value(i)->name()));
    if (known.back() != text) continue;
    out.GetReflection()->SetEnum(&out, &field, type.value(i));
    return {};
  }
  return "must be " + choice(known) + ", not " + in_quotes(text) + did_you_mean(text, known);
}

std::string set_duration(Message& out, const FieldDescriptor& field, std::string_view text) {
  constexpr duration longest = std::chrono::hours{24} * 36525;
  const auto time = parse_duration(text);
  if (!time) {
    const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return c >= '0' && c <= '9';
    });
    return "must be a duration such as 90s, 1m30s, 250ms or 2h, not " + in_quotes(text)
           + (bare ? "; a number needs its unit" : "");
  }
  if (*time > longest) return "is longer than 100 years";
  google::protobuf::Duration value;
  value.set_seconds(*time / 1s);
  value.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds{*time % 1s}.count()));
  out.GetReflection()->MutableMessage(&out, &field)->CopyFrom(value);
  return {};
}

}  // namespace

bool written_as_scalar(const FieldDescriptor& field) {
  return field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE
         || field.message_type()->full_name() == "google.protobuf.Duration";
}

std::string set_scalar(Message& out, const FieldDescriptor& field, const std::string& text) {
  // The schema has no lists of other scalars; whoever adds one adds its line above.
  expects(!field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING);
  const auto& look = *out.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return set_text(out, field, text);
    case FieldDescriptor::CPPTYPE_BOOL:
      return set_bool(out, field, text);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set_double(out, field, text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return set_enum(out, field, text);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return set_duration(out, field, text);
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint32_t number = 0;
      auto wrong = whole_number(text, number);
      if (wrong.empty()) look.SetUInt32(&out, &field, number);
      return wrong;
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t number = 0;
      auto wrong = whole_number(text, number);
      if (wrong.empty()) look.SetUInt64(&out, &field, number);
      return wrong;
    }
    default:
      break;
  }
  expects(false);  // a type that no schema of ours uses
  return {};
}

}  // namespace holdover::config
