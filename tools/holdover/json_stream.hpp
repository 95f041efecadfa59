// JSON as nested calls, for large documents of tools: written front to back, with no copies.
//
//   json_stream out;
//   out.object([&] { out.field("host", name); out.list("times", [&] { out.item(3); }); });
//
// Absent values are left out, so that null never needs a meaning.

#pragma once

#include "core/time.hpp"
#include "tools/holdover/json_text.hpp"

#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace holdover::tool {

class json_stream {
public:
  template <class Body>
  void object(Body body) {
    group('{', '}', body);
  }
  template <class Body>
  void object(std::string_view key, Body body) {
    name(key);
    group('{', '}', body);
  }
  template <class Body>
  void list(std::string_view key, Body body) {
    name(key);
    group('[', ']', body);
  }
  template <class T>
  void item(const T& value) {
    separate();
    write(value);
  }
  template <class T>
  void field(std::string_view key, const T& value) {
    name(key);
    write(value);
  }
  template <class T>
  void field(std::string_view key, const std::optional<T>& value) {
    if (value) field(key, *value);
  }

  const std::string& text() const { return text_; }

private:
  template <class Body>
  void group(char open, char close, Body body) {
    if (!named_) separate();
    named_ = false;
    text_ += open;
    first_ = true;
    body();
    text_ += close;
    first_ = false;
  }
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void name(std::string_view key) {
    separate();
    text_ += json_string(key);
    text_ += ':';
    named_ = true;
  }
  void write(std::string_view value) {
    named_ = false;
    text_ += json_string(value);
  }
  void write(const std::string& value) { write(std::string_view{value}); }
  void write(const char* value) { write(std::string_view{value}); }
  void write(bool value) {
    named_ = false;
    text_ += value ? "true" : "false";
  }
  void write(std::integral auto value) {
    named_ = false;
    text_ += std::to_string(value);
  }
  void write(double value) {
    named_ = false;
    char digits[40];
    if (std::isfinite(value))
      text_.append(digits,
                   static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%.10g", value)));
    else
      text_ += "null";
  }
  /// In seconds.
  void write(duration value) { write(std::chrono::duration<double>(value).count()); }

  std::string text_;
  bool first_ = true;
  bool named_ = false;
};

}  // namespace holdover::tool
