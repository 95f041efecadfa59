// What lies around the database file: the place itself, the claim on it, and the ballast.
//
// The ballast is like the sandbags of a balloon: a file that holds nothing but room. When the disk
// is full it is thrown off, so that what matters in an outage can still be written (S4).

#pragma once

#include "io/store/failure.hpp"

#include <cstdint>
#include <string>

namespace holdover::store {

/// Whether a database can live at this path, told more plainly than SQLite does.
fault check_place(const std::string& path);

/// Makes an empty file that only this user and its group may read, unless there is one already.
fault make_file(const std::string& path);

/// The claim of one process on a journal; ends with the process, however that ends.
class claim {
public:
  static result<claim> take(const std::string& path);

  claim(claim&&) noexcept;
  claim& operator=(claim&&) = delete;
  ~claim();

private:
  explicit claim(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

class ballast {
public:
  /// @param bytes 0: none is wanted.
  ballast(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

  /// Makes the file, if there is room for it and as much again.
  void take();
  /// @return whether room was given back.
  bool drop();

  /// Nothing to be done: it is there, or none is wanted.
  bool held() const { return held_ || bytes_ == 0; }
  std::uint64_t bytes() const { return bytes_; }

private:
  bool ample() const;

  std::string path_;
  std::uint64_t bytes_;
  bool held_ = false;
};

}  // namespace holdover::store
