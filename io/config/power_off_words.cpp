#include "io/config/power_off_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdover::config {

namespace {

using words = std::vector<std::string>;

constexpr std::array<std::string_view, 7> requests{"poweroff", "shutdown", "halt", "reboot",
                                                   "telinit",  "kexec",    "init"};
/// They take one of the words above, or a unit of that name, as an argument.
constexpr std::array<std::string_view, 4> askers{"systemctl", "loginctl", "busctl", "dbus-send"};
constexpr std::array<std::string_view, 13> wrappers{
    "sh",   "bash",   "dash", "sudo",    "doas",        "env",   "nohup",
    "nice", "setsid", "ssh",  "timeout", "systemd-run", "ionice"};
constexpr std::array<std::string_view, 4> system_folders{"/bin", "/sbin", "/usr/bin", "/usr/sbin"};

template <std::size_t n>
bool among(const std::array<std::string_view, n>& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

/// The program's name if it is the system's; an owner's script of the same name is another program.
std::string_view program_in(std::string_view word) {
  const auto slash = word.rfind('/');
  if (slash == std::string_view::npos) return word;
  return among(system_folders, word.substr(0, slash)) ? word.substr(slash + 1) : "";
}

bool asks_for_power_off(std::string_view argument) {
  std::string lower{argument};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower.find("poweroff") != std::string::npos || lower.find("halt") != std::string::npos
         || lower.find("reboot") != std::string::npos || lower.find("shutdown") != std::string::npos
         || lower.find("kexec") != std::string::npos;
}

/// Shells take whole command lines as one argument.
words split(const words& command) {
  words all;
  for (const auto& argument : command) {
    std::string word;
    for (const char c : argument + ' ') {
      if (std::string_view{" \t\n;&|()'\""}.find(c) == std::string_view::npos) {
        word += c;
      } else if (!word.empty()) {
        all.push_back(std::move(word));
        word.clear();
      }
    }
  }
  return all;
}

}  // namespace

std::optional<std::string> power_off_request_in(const std::vector<std::string>& command) {
  const auto all = split(command);
  if (all.empty()) return std::nullopt;
  const bool behind_wrapper = among(wrappers, program_in(all.front()));
  for (std::size_t i = 0; i < (behind_wrapper ? all.size() : 1); ++i) {
    const auto program = program_in(all[i]);
    if (among(requests, program)) return all[i];
    if (!among(askers, program)) continue;
    for (std::size_t k = i + 1; k < all.size(); ++k)
      if (asks_for_power_off(all[k])) return all[i] + " " + all[k];
  }
  return std::nullopt;
}

}  // namespace holdover::config
