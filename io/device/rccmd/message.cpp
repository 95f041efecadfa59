#include "io/device/rccmd/message.hpp"

#include "core/utf8.hpp"

#include <charconv>

namespace holdover::device::rccmd {

namespace {

constexpr std::size_t datagram_bytes_max = 1024;
constexpr std::size_t text_characters_max = 200;
constexpr double minutes_max = 10000;
constexpr std::string_view greeting = "CONNECT TO RCCMD (SEND) ";
constexpr std::string_view for_people = "MSG_EXECUTE MSG_TEXT ";
constexpr std::string_view autonomy = "Autonomietime ";

std::string printable(std::string_view text) {
  return utf8::cleaned(std::string(text), text_characters_max, false);
}

std::string_view without_end(std::string_view text) {
  while (
      !text.empty()
      && (text.back() == '\r' || text.back() == '\n' || text.back() == '\0' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

std::optional<double> minutes_in(std::string_view text) {
  const auto at = text.find(autonomy);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + autonomy.size());
  double minutes = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), minutes, std::chars_format::fixed);
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  const bool sound =
      error == std::errc{} && rest.starts_with(" min") && minutes >= 0 && minutes <= minutes_max;
  return sound ? std::optional(minutes) : std::nullopt;
}

}  // namespace

std::optional<message> message_from(std::string_view datagram) {
  if (datagram.size() > datagram_bytes_max) return std::nullopt;
  datagram = without_end(datagram);
  if (!datagram.starts_with(greeting)) return std::nullopt;
  datagram.remove_prefix(greeting.size());
  message out;
  if (datagram.starts_with(for_people)) {
    const auto words = datagram.substr(for_people.size());
    const auto on = words.find(" on ");
    const auto colon = on == std::string_view::npos ? on : words.find(": ", on);
    if (colon != std::string_view::npos) {
      const auto text = words.substr(colon + 2);
      out.event = printable(words.substr(0, on));
      out.device = printable(words.substr(on + 4, colon - on - 4));
      out.text = printable(text);
      out.over = text.starts_with("restored");
      out.minutes_left = minutes_in(text);
      return out;
    }
    datagram = words;
  }
  out.text = printable(datagram);
  return out;
}

}  // namespace holdover::device::rccmd
