#include "io/device/secret.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdover::device {

namespace {

constexpr std::string_view file_prefix = "file:";
constexpr std::string_view env_prefix = "env:";
constexpr std::size_t secret_bytes_max = 4096;

failure refused(std::string text) {
  return {failure_kind::refused, std::move(text)};
}

std::string trimmed(std::string text) {
  constexpr std::string_view blank = " \t\r\n";
  auto last = text.find_last_not_of(blank);
  text.erase(last == std::string::npos ? 0 : last + 1);
  text.erase(0, text.find_first_not_of(blank));
  return text;
}

answer<std::string> content(int file, const std::string& path) {
  struct stat about {};
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
    return refused("credentials: " + path + " is not a file; give the path of one");
  if ((about.st_mode & S_IROTH) != 0)
    return refused("credentials: everybody may read " + path + "; run: chmod o= " + path);
  std::array<char, secret_bytes_max + 1> bytes;
  std::size_t size = 0;
  while (size < bytes.size()) {
    auto got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused("credentials: cannot read " + path + ": " + std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > secret_bytes_max)
    return refused("credentials: " + path + " is too long; it should hold one secret only");
  return trimmed({bytes.data(), size});
}

answer<std::string> from_file(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return refused("credentials: cannot open " + path + ": " + std::strerror(errno)
                   + "; create it, readable by this service alone");
  auto result = content(file, path);
  ::close(file);
  return result;
}

}  // namespace

bool is_secret_reference(std::string_view reference) {
  return (reference.starts_with(file_prefix) && reference.size() > file_prefix.size())
         || (reference.starts_with(env_prefix) && reference.size() > env_prefix.size());
}

answer<std::string> fetch_secret(std::string_view reference) {
  // The reference is not repeated: it may be a secret that somebody wrote in its place.
  if (!is_secret_reference(reference))
    return refused("credentials: write \"file:PATH\" or \"env:NAME\", not the secret itself");
  if (reference.starts_with(file_prefix))
    return from_file(std::string(reference.substr(file_prefix.size())));
  std::string name(reference.substr(env_prefix.size()));
  const char* value = std::getenv(name.c_str());
  if (value == nullptr)
    return refused("credentials: the environment has no " + name + "; set it for this service");
  return trimmed(value);
}

}  // namespace holdover::device
