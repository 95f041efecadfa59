#include "io/device/nut/refusal.hpp"

#include "io/device/nut/text.hpp"

#include <algorithm>
#include <array>

namespace holdover::device::nut {

namespace {

struct row {
  std::string_view word;
  failure_kind kind;
  /// {server}, {ups} and {what} stand for what was asked.
  std::string_view text;
};

constexpr std::array rows{
    row{"ACCESS-DENIED", failure_kind::refused,
        "upsd on {server} denies access; in its upsd.users give this user \"actions = SET\" and "
        "\"instcmds = ALL\", and check the password"},
    row{"UNKNOWN-UPS", failure_kind::unknown_unit,
        "upsd on {server} has no UPS \"{ups}\"; `upsc -l {server}` lists those it has"},
    row{"DATA-STALE", failure_kind::stale,
        "upsd on {server} has only old data of \"{ups}\"; look at the UPS' cable and at its NUT "
        "driver"},
    row{"DRIVER-NOT-CONNECTED", failure_kind::unreachable,
        "upsd on {server} has lost the driver of \"{ups}\"; restart the NUT driver there"},
    row{"CMD-NOT-SUPPORTED", failure_kind::unsupported,
        "\"{ups}\" on {server} has no command {what}; `upscmd -l {ups}@{server}` lists those it "
        "has"},
    row{"VAR-NOT-SUPPORTED", failure_kind::unsupported,
        "\"{ups}\" on {server} has no variable {what}; `upsc {ups}@{server}` lists those it has"},
    row{"READONLY", failure_kind::unsupported,
        "{what} of \"{ups}\" on {server} can only be read; `upsrw {ups}@{server}` lists what can "
        "be set"},
    row{"INSTCMD-FAILED", failure_kind::refused,
        "the driver of \"{ups}\" on {server} could not carry out {what}; its log says why"},
    row{"SET-FAILED", failure_kind::refused,
        "the driver of \"{ups}\" on {server} could not set {what}; its log says why"},
    row{"USERNAME-REQUIRED", failure_kind::refused,
        "upsd on {server} wants a user for {what}; give this device credentials in the site file"},
    row{"PASSWORD-REQUIRED", failure_kind::refused,
        "upsd on {server} wants a password for {what}; give this device credentials in the site "
        "file"},
    row{"INVALID-USERNAME", failure_kind::refused,
        "upsd on {server} does not know the user; compare the credentials with its upsd.users"},
    row{"INVALID-PASSWORD", failure_kind::refused,
        "upsd on {server} refuses the password; compare the credentials with its upsd.users"},
    row{"TLS-NOT-ENABLED", failure_kind::refused,
        "upsd on {server} asks for TLS, which this driver does not speak; allow plain connections "
        "from this address, or reach it through a local upsd"},
    row{"FEATURE-NOT-SUPPORTED", failure_kind::unsupported,
        "upsd on {server} was built without what this needs; update its NUT"},
    row{"FEATURE-NOT-CONFIGURED", failure_kind::unsupported,
        "upsd on {server} is not set up for this; see its upsd.conf"},
    row{"INVALID-VALUE", failure_kind::unsupported,
        "\"{ups}\" on {server} does not take this value for {what}; `upsrw {ups}@{server}` lists "
        "what it takes"},
    row{"TOO-LONG", failure_kind::unsupported,
        "\"{ups}\" on {server} does not take this value for {what}; `upsrw {ups}@{server}` lists "
        "what it takes"},
    row{"INVALID-ARGUMENT", failure_kind::nonsense,
        "upsd on {server} did not understand the question about \"{ups}\"; check the UPS' name"},
    row{"UNKNOWN-COMMAND", failure_kind::nonsense,
        "what answers on {server} is no upsd, or a very old one; check host and port"},
};

std::string_view meaning(std::string_view blank, const asked& question) {
  if (blank == "server") return question.server;
  return blank == "ups" ? question.ups : question.what;
}

std::string filled(std::string_view text, const asked& question) {
  std::string result;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    auto close = text.find('}', open);
    result += text.substr(0, open);
    result += meaning(text.substr(open + 1, close - open - 1), question);
    text.remove_prefix(close + 1);
  }
  return result += text;
}

}  // namespace

failure explain(std::string_view error_word, const asked& question) {
  auto found = std::ranges::find(rows, error_word, &row::word);
  if (found != rows.end()) return {found->kind, filled(found->text, question)};
  return {failure_kind::refused, "upsd on " + question.server + " refuses with "
                                     + printable(error_word, 40) + "; its log may say why"};
}

}  // namespace holdover::device::nut
