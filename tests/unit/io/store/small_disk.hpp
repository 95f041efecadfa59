// A file system of a few megabytes in memory, mounted for this process alone, that can be filled
// up.

#pragma once

#include "tests/unit/io/store/fixture.hpp"

#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace holdover::store {

class small_disk {
public:
  small_disk() {
    std::filesystem::create_directory(path_);
    mounted_ = own_mounts() && mount("none", path_.c_str(), "tmpfs", 0, "size=6m") == 0;
  }
  ~small_disk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  bool mounted() const { return mounted_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  /// Leaves so many bytes free.
  void fill(off_t spare = 0) const {
    const int file = open((*this / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string block(4096, 'x');
    while (write(file, block.data(), block.size()) > 0) {
    }
    if (spare > 0) {
      const off_t size = lseek(file, 0, SEEK_END);
      EXPECT_EQ(ftruncate(file, size - spare), 0);
    }
    close(file);
  }
  void make_space() const { unlink((*this / "filler").c_str()); }
  bool make_read_only() const {
    return mount("none", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

private:
  static bool own_mounts() {
    static const bool own =
        unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    return own;
  }

  temporary_folder folder_;
  std::string path_ = folder_ / "disk";
  bool mounted_ = false;
};

}  // namespace holdover::store
