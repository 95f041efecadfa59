#include "tools/holdover/json_text.hpp"

#include "core/utf8.hpp"

#include <array>

namespace holdover::tool {

std::string json_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const auto c = utf8::first(text);
    if (!c.valid) {
      out += "\\ufffd";
    } else if (c.code == '"' || c.code == '\\') {
      out += '\\';
      out += static_cast<char>(c.code);
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (c.code < 0x20) {
      out += "\\u00";
      out += digits[c.code >> 4];
      out += digits[c.code & 15];
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out + '"';
}

json_object& json_object::raw(std::string_view key, std::string_view json) {
  if (!fields_.empty()) fields_ += ", ";
  fields_ += json_string(key) + ": ";
  fields_ += json;
  return *this;
}

json_object& json_object::text(std::string_view key, std::string_view value) {
  return raw(key, json_string(value));
}

json_object& json_object::number(std::string_view key, std::size_t value) {
  return raw(key, std::to_string(value));
}

json_object& json_object::flag(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

std::string json_list(const std::vector<std::string>& values) {
  if (values.empty()) return "[]";
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i)
    out += (i == 0 ? "\n  " : ",\n  ") + values[i];
  return out + "\n]";
}

}  // namespace holdover::tool
