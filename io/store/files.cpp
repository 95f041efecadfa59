#include "io/store/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace holdover::store {

namespace {

// The operator's group may read a journal, nobody else.
constexpr mode_t file_mode = 0640;

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

failure at(const std::string& path, trouble kind, const std::string& why) {
  return {kind, "journal '" + path + "': " + why};
}

std::string reason() {
  return std::strerror(errno);
}

}  // namespace

fault check_place(const std::string& path) {
  const std::string folder = folder_of(path);
  struct stat there {};
  if (stat(folder.c_str(), &there) != 0) {
    return at(path, trouble::no_place,
              "its folder cannot be entered (" + reason() + "); make '" + folder
                  + "' and give this user access");
  }
  if (!S_ISDIR(there.st_mode)) {
    return at(path, trouble::no_place, "'" + folder + "' is no folder; name another path");
  }
  if (stat(path.c_str(), &there) == 0) {
    if (!S_ISREG(there.st_mode)) {
      return at(path, trouble::no_place,
                S_ISDIR(there.st_mode) ? "this is a folder; name a file in it"
                                       : "this is no plain file; name another path");
    }
    if (access(path.c_str(), R_OK | W_OK) != 0) {
      return at(path, trouble::read_only,
                "cannot be written (" + reason() + "); make it writable for this user");
    }
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return at(path, trouble::read_only,
              "its folder cannot be written (" + reason() + "); make '" + folder
                  + "' writable for this user");
  }
  return std::nullopt;
}

fault make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A file survives the loss of power only if its folder knows of it.
  const bool made = file >= 0 && folder >= 0 && fsync(folder) == 0;
  const std::string why = made ? "" : reason();
  if (file >= 0) ::close(file);
  if (folder >= 0) ::close(folder);
  if (made) return std::nullopt;
  return at(path, trouble::io,
            "cannot be made (" + why + "); check the disk and the access rights");
}

result<claim> claim::take(const std::string& path) {
  const std::string lock = path + ".lock";
  const int descriptor = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  if (descriptor < 0) {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return at(
        path, full ? trouble::full : trouble::no_place,
        "cannot be claimed through '" + lock + "' (" + reason() + "); give this user access to it");
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(descriptor);
    if (why == EWOULDBLOCK) {
      return at(path, trouble::in_use,
                "another process holds it; stop that one or give this one a path of its own");
    }
    return at(
        path, trouble::io,
        std::string("cannot be claimed (") + std::strerror(why) + "); put it on a local disk");
  }
  return claim(descriptor);
}

claim::claim(claim&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

claim::~claim() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool ballast::ample() const {
  struct statvfs disk {};
  if (statvfs(folder_of(path_).c_str(), &disk) != 0) return false;
  const auto free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  return free_bytes / 2 >= bytes_;
}

void ballast::take() {
  if (held()) return;
  struct stat there {};
  const bool left_over = stat(path_.c_str(), &there) == 0
                         && static_cast<std::uint64_t>(there.st_size) == bytes_
                         && static_cast<std::uint64_t>(there.st_blocks) * 512 >= bytes_;
  if (left_over) {
    held_ = true;
    return;
  }
  unlink(path_.c_str());
  if (!ample()) return;
  const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, file_mode);
  if (descriptor < 0) return;
  // Allocated, not written: it must hold room, not content.
  held_ = posix_fallocate(descriptor, 0, static_cast<off_t>(bytes_)) == 0;
  ::close(descriptor);
  if (!held_) unlink(path_.c_str());
}

bool ballast::drop() {
  held_ = false;
  return unlink(path_.c_str()) == 0;
}

}  // namespace holdover::store
