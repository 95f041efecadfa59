#include "io/keys/key_file.hpp"

#include "io/keys/sodium_ready.hpp"
#include "io/keys/z85.hpp"

#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace holdover::keys {

namespace {

constexpr std::string_view key_file_heading = "holdover-key-v1";
constexpr std::size_t key_file_size_max = 1024;

/// Text that holds private keys on their way to or from the file. Fixed in size, so that growing
/// never leaves a copy behind; zeroed at the end.
class secret_text {
public:
  secret_text() = default;
  ~secret_text() { wipe(text_.data(), text_.size()); }
  secret_text(const secret_text&) = delete;
  secret_text& operator=(const secret_text&) = delete;

  void add(std::string_view more) {
    more.copy(text_.data() + size_, text_.size() - size_);
    size_ += std::min(more.size(), text_.size() - size_);
  }
  char* room() { return text_.data() + size_; }
  std::size_t room_size() const { return text_.size() - size_; }
  void added(std::size_t more) { size_ += more; }
  std::string_view view() const { return {text_.data(), size_}; }

private:
  std::array<char, key_file_size_max> text_{};
  std::size_t size_ = 0;
};

class open_file {
public:
  explicit open_file(int descriptor) : descriptor_{descriptor} {}
  ~open_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

private:
  int descriptor_;
};

std::string system_text(int number) {
  return std::generic_category().message(number);
}

void add_hex(secret_text& text, std::span<const std::uint8_t> bytes) {
  std::array<char, 2 * key_bytes + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  text.add(hex.data());
  wipe(hex.data(), hex.size());
}

void add_z85(secret_text& text, std::span<const std::uint8_t> bytes) {
  auto z85 = z85_encode(bytes);
  text.add(z85);
  wipe(z85.data(), z85.size());
}

void compose(secret_text& text, const key_pair& keys) {
  text.add(key_file_heading);
  text.add("\nname ");
  text.add(keys.name);
  text.add("\ncurve-public ");
  text.add(keys.curve.public_key);
  text.add("\ncurve-secret ");
  add_z85(text, keys.curve.private_key.reveal());
  text.add("\nsign-public ");
  add_hex(text, keys.sign.public_key);
  text.add("\nsign-secret ");
  add_hex(text, keys.sign.seed.reveal());
  text.add("\n");
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A new name is on disk only when its directory is.
bool sync_directory_of(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const open_file directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return directory && ::fsync(directory.get()) == 0;
}

std::optional<refusal> why_not_private(int descriptor, const std::string& name) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0)
    return refusal{"cannot examine key file " + name + ": " + system_text(errno)};
  if (!S_ISREG(status.st_mode))
    return refusal{name + " is not a regular file; a key file must be one"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return refusal{"key file " + name
                   + " is open to others than its owner; if nobody can have read it: chmod 600 "
                   + name + "; otherwise make new keys and replace the old ones everywhere"};
  return std::nullopt;
}

std::optional<refusal> read_all(int descriptor, const std::string& name, secret_text& text) {
  while (text.room_size() > 0) {
    const auto got = ::read(descriptor, text.room(), text.room_size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refusal{"cannot read key file " + name + ": " + system_text(errno)};
    if (got == 0) return std::nullopt;
    text.added(static_cast<std::size_t>(got));
  }
  return refusal{name + " is too large for a key file; was another file meant?"};
}

/// Takes the lines off a key file one by one and remembers the first thing that is wrong.
class key_lines {
public:
  explicit key_lines(std::string_view text) : rest_{text} {}

  std::string_view next() {
    ++line_;
    const auto end = rest_.find('\n');
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }
  /// The value of the next line, which must be called `label`.
  std::string_view value(std::string_view label) {
    auto line = next();
    if (!line.starts_with(label) || !line.substr(label.size()).starts_with(' ')) {
      fail("line " + std::to_string(line_) + " should be '" + std::string{label} + " ...'");
      return {};
    }
    line.remove_prefix(label.size() + 1);
    return line;
  }
  void fail(std::string why) {
    if (!problem_) problem_ = std::move(why);
  }
  void fail_here(std::string_view why) {
    fail("line " + std::to_string(line_) + " " + std::string{why});
  }
  void end() {
    if (!rest_.empty()) fail("something follows the last line");
  }
  const std::optional<std::string>& problem() const { return problem_; }

private:
  std::string_view rest_;
  int line_ = 0;
  std::optional<std::string> problem_;
};

std::optional<curve_keys> read_curve(key_lines& lines) {
  const auto public_key = lines.value("curve-public");
  auto private_key = z85_decode(lines.value("curve-secret"));
  auto keys = private_key ? curve_keys_from(*private_key) : std::nullopt;
  if (private_key) wipe(private_key->data(), private_key->size());
  if (!keys) lines.fail_here("is not 40 characters of Z85");
  if (keys && keys->public_key != public_key)
    lines.fail("curve-public does not belong to curve-secret");
  return keys;
}

std::optional<sign_keys> read_sign(key_lines& lines) {
  const auto public_key = lines.value("sign-public");
  auto seed = parse_sign_key(lines.value("sign-secret"));
  auto keys = seed ? sign_keys_from(*seed) : std::nullopt;
  if (seed) wipe(seed->data(), seed->size());
  if (!keys) lines.fail_here("is not 64 hexadecimal digits");
  if (keys && sign_key_text(keys->public_key) != public_key)
    lines.fail("sign-public does not belong to sign-secret");
  return keys;
}

std::variant<key_pair, refusal> parse(std::string_view text, const std::string& name) {
  key_lines lines{text};
  if (lines.next() != key_file_heading)
    return refusal{name + " is not a key file: its first line is not '"
                   + std::string{key_file_heading} + "'"};
  const std::string principal{lines.value("name")};
  if (!is_principal_name(principal)) lines.fail_here("holds no name");
  auto curve = read_curve(lines);
  auto sign = read_sign(lines);
  lines.end();
  if (lines.problem())
    return refusal{"key file " + name + " is damaged: " + *lines.problem()
                   + "; restore it from where it was made, or make and enrol new keys"};
  return key_pair{principal, *std::move(curve), *std::move(sign)};
}

}  // namespace

std::optional<refusal> write_key_file(const key_pair& keys, const std::filesystem::path& path) {
  sodium_ready();
  const auto name = path.string();
  if (!is_principal_name(keys.name))
    return refusal{"'" + keys.name + "' cannot be a name: use 1 to 64 letters, digits, . - _"};
  const open_file file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                              S_IRUSR | S_IWUSR)};
  if (!file && errno == EEXIST)
    return refusal{name + " exists, and keys are never overwritten; move it away first"};
  if (!file) return refusal{"cannot create key file " + name + ": " + system_text(errno)};
  secret_text text;
  compose(text, keys);
  // The mode again, because a umask may have taken the owner's own rights.
  if (::fchmod(file.get(), S_IRUSR | S_IWUSR) == 0 && write_all(file.get(), text.view())
      && ::fsync(file.get()) == 0 && sync_directory_of(path))
    return std::nullopt;
  const auto why = system_text(errno);
  ::unlink(path.c_str());
  return refusal{"cannot write key file " + name + ": " + why};
}

std::variant<key_pair, refusal> read_key_file(const std::filesystem::path& path) {
  sodium_ready();
  const auto name = path.string();
  // Not waiting on a pipe that somebody put there.
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file) return refusal{"cannot open key file " + name + ": " + system_text(errno)};
  if (auto why = why_not_private(file.get(), name)) return *std::move(why);
  secret_text text;
  if (auto why = read_all(file.get(), name, text)) return *std::move(why);
  return parse(text.view(), name);
}

std::string sign_key_text(const std::array<std::uint8_t, key_bytes>& key) {
  std::string hex(2 * key_bytes + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
  hex.pop_back();
  return hex;
}

std::optional<std::array<std::uint8_t, key_bytes>> parse_sign_key(std::string_view hex) {
  std::array<std::uint8_t, key_bytes> key{};
  std::size_t length = 0;
  if (hex.size() != 2 * key_bytes
      || sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &length, nullptr)
             != 0
      || length != key.size())
    return std::nullopt;
  return key;
}

}  // namespace holdover::keys
