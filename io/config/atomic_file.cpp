#include "io/config/atomic_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace holdover::config {

namespace {

constexpr mode_t readable_by_all = 0644;

class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string failed(const std::string& path, const char* step) {
  return path + ": " + step + ": " + std::strerror(errno);
}

std::optional<std::string> write_durably(const std::string& beside, int fd,
                                         std::string_view content) {
  if (!write_all(fd, content)) return failed(beside, "cannot be written");
  if (::fchmod(fd, readable_by_all) != 0) return failed(beside, "cannot be made readable");
  if (::fsync(fd) != 0) return failed(beside, "cannot be made durable");
  return std::nullopt;
}

}  // namespace

std::optional<std::string> write_atomically(const std::string& path, std::string_view content) {
  auto folder = std::filesystem::path{path}.parent_path().string();
  if (folder.empty()) folder = ".";
  std::string beside = path + ".XXXXXX";
  const descriptor file{::mkstemp(beside.data())};
  if (!file.valid()) return failed(beside, "cannot be created");
  auto problem = write_durably(beside, file.get(), content);
  if (!problem && ::rename(beside.c_str(), path.c_str()) != 0)
    problem = failed(path, "cannot be replaced");
  if (problem) {
    ::unlink(beside.c_str());
    return problem;
  }
  const descriptor place{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!place.valid() || ::fsync(place.get()) != 0)
    return failed(folder, "the new file is in place, but may not survive a power failure");
  return std::nullopt;
}

}  // namespace holdover::config
