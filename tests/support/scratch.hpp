// A folder of a test's own, with a short path because unix socket names are limited; gone
// afterwards.

#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace holdover::support {

class scratch {
public:
  scratch() {
    std::string name = "/tmp/ho-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder in /tmp");
    path_ = name;
  }
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  /// Writes a file so that whoever reads it sees the old or the new one, never a part.
  std::string write(std::string_view name, std::string_view text, int mode = 0640) const {
    auto file = *this / name;
    auto fresh = file + ".new";
    std::ofstream(fresh, std::ios::binary) << text;
    std::filesystem::permissions(fresh, static_cast<std::filesystem::perms>(mode));
    std::filesystem::rename(fresh, file);
    return file;
  }

private:
  std::filesystem::path path_;
};

}  // namespace holdover::support
