#include "io/config/epoch_guard.hpp"

#include "io/config/atomic_file.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace holdover::config {

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  while (!text.empty() && text.back() == '\n')
    text.remove_suffix(1);
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

epoch_verdict guard_epoch(const std::string& file, std::uint64_t epoch,
                          const std::string& members_file) {
  epoch_verdict found;
  std::uint64_t highest = 0;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    if (const auto known = number_in(line))
      highest = *known;
    else
      found.trouble =
          file + " holds no epoch: an earlier membership could not be told from this one";
  }
  if (epoch < highest) {
    found.objection = members_file + " is of epoch " + std::to_string(epoch)
                      + ", but this machine has already run with epoch " + std::to_string(highest)
                      + ": keys that were taken out since would be believed again; install the "
                        "newest document, or, if this is wanted, remove "
                      + file;
    return found;
  }
  if (epoch == highest) return found;
  if (const auto why = write_atomically(file, std::to_string(epoch) + "\n"))
    found.trouble = "the epoch of the membership could not be kept: " + *why;
  return found;
}

}  // namespace holdover::config
