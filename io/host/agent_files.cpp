#include "io/host/agent_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace holdover::host {

namespace {

constexpr std::string_view heading = "holdover-commit-v1";
constexpr std::string_view evidence_heading = "holdover-evidence-v1";
constexpr std::size_t probe_bytes = 4096;  // As long as evidence: a full disk takes an empty file.
constexpr std::size_t record_room = 8192;  // Some ten votes with their evidence.

std::string because(const std::string& path) {
  return path + ": " + std::strerror(errno);
}

std::string hexadecimal(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::optional<std::string> flush_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return because(folder);
  const bool flushed = ::fsync(fd) == 0;
  const auto problem = because(folder);
  ::close(fd);
  return flushed ? std::nullopt : std::optional{problem};
}

/// What fits into the room that is there is padded with line ends to its size: nothing of an older
/// record is left, and the file keeps its blocks, so that flushing it flushes data alone.
std::optional<std::string> overwrite(const std::string& path, std::string text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return because(path);
  struct stat facts {};
  bool written = ::fstat(fd, &facts) == 0;
  text.resize(std::max(text.size(), static_cast<std::size_t>(facts.st_size)), '\n');
  written = written && write_all(fd, text) && ::fdatasync(fd) == 0;
  const auto problem = because(path);
  ::close(fd);
  return written ? std::nullopt : std::optional{problem};
}

std::string first_line(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

/// The 22nd field of a process' stat; its second one, the name, may have blanks and brackets in it.
std::string start_of(const std::string& stat) {
  const auto name_ends = stat.rfind(')');
  if (name_ends == std::string::npos) return {};
  std::istringstream rest{stat.substr(name_ends + 1)};
  std::string field;
  for (int i = 3; i <= 22; ++i)
    if (!(rest >> field)) return {};
  const bool number =
      std::all_of(field.begin(), field.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
  return number ? field : std::string{};
}

}  // namespace

std::optional<std::string> agent_files::objection() const {
  struct stat facts {};
  if (::stat(directory_.c_str(), &facts) != 0)
    return because(directory_) + "; make it: install -d -m 0700 " + directory_;
  if (!S_ISDIR(facts.st_mode)) return directory_ + " is not a directory";
  if (facts.st_uid != ::geteuid() || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return directory_ + " can be changed by others; chown it to the agent and chmod 0700 it";
  return std::nullopt;
}

std::optional<std::string> agent_files::reserve_commit() const {
  const auto path = directory_ + "/commit";
  struct stat facts {};
  const bool there = ::stat(path.c_str(), &facts) == 0;
  if (there && static_cast<std::size_t>(facts.st_size) >= record_room) return std::nullopt;
  std::string text;
  if (there) {
    std::ifstream file{path};
    text.assign(std::istreambuf_iterator<char>{file}, {});
  }
  text.resize(record_room, '\n');
  if (auto problem = overwrite(path, std::move(text))) return problem;
  return flush_folder(directory_);
}

std::optional<std::string> agent_files::write_commit(
    const std::string& boot_id, const std::string& cause,
    const std::vector<std::string>& evidence) const {
  std::string text{heading};
  text += "\nboot " + boot_id + "\ncause " + cause + '\n';
  for (const auto& bytes : evidence)
    text += "evidence " + hexadecimal(bytes) + '\n';
  const auto path = directory_ + "/commit";
  const bool reserved = ::access(path.c_str(), F_OK) == 0;
  if (auto problem = overwrite(path, std::move(text))) return problem;
  return reserved ? std::nullopt : flush_folder(directory_);
}

bool agent_files::committed(const std::string& boot_id) const {
  std::ifstream file{directory_ + "/commit"};
  std::string first, second;
  return std::getline(file, first) && std::getline(file, second) && first == heading
         && second == "boot " + boot_id;
}

std::optional<std::string> agent_files::unwritable() const {
  const auto path = directory_ + "/probe";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return because(path);
  const bool written = write_all(fd, std::string(probe_bytes, '\n'));
  const auto problem = because(path);
  ::close(fd);
  const bool removed = ::unlink(path.c_str()) == 0;
  if (!written) return problem;
  return removed ? std::nullopt : std::optional{because(path)};
}

std::optional<std::string> agent_files::keep_evidence(const std::string& boot_id,
                                                      const std::string& text) const {
  const auto path = directory_ + "/evidence";
  if (text.empty()) {
    const bool gone = ::unlink(path.c_str()) == 0 || errno == ENOENT;
    return gone ? std::nullopt : std::optional{because(path)};
  }
  const auto aside = path + ".new";
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return because(aside);
  const bool written =
      write_all(fd, std::string{evidence_heading} + "\nboot " + boot_id + '\n' + text);
  const auto problem = because(aside);
  ::close(fd);
  if (!written) return problem;
  return ::rename(aside.c_str(), path.c_str()) == 0 ? std::nullopt : std::optional{because(path)};
}

std::string agent_files::evidence(const std::string& boot_id) const {
  std::ifstream file{directory_ + "/evidence"};
  std::string first, second;
  const bool ours = std::getline(file, first) && std::getline(file, second)
                    && first == evidence_heading && second == "boot " + boot_id;
  if (!ours) return {};
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

std::optional<std::string> agent_files::log_command(const std::string& line, std::time_t at) const {
  const auto path = directory_ + "/commands.log";
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && facts.st_size >= command_log_bytes_max)
    static_cast<void>(::rename(path.c_str(), (path + ".1").c_str()));  // Else it grows on.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return because(path);
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  char stamp[32];
  const auto length = std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ ", &parts);
  const bool written = write_all(fd, std::string{stamp, length} + line + '\n');
  const auto why = because(path);
  ::close(fd);
  return written ? std::nullopt : std::optional{why};
}

boot read_boot(const std::string& instead, const std::string& kernel_id,
               const std::string& first_process) {
  const auto& source = instead.empty() ? kernel_id : instead;
  auto id = first_line(source);
  if (id.empty()) return {{}, source + " is empty or cannot be read"};
  if (!instead.empty()) return {std::move(id), {}};
  const auto began = start_of(first_line(first_process));
  if (began.empty()) return {{}, first_process + " does not tell when the first process began"};
  return {id + "." + began, {}};
}

double read_uptime_seconds(const std::string& instead) {
  if (instead.empty()) {
    std::ifstream file{"/proc/uptime"};
    double seconds = 0;
    file >> seconds;
    const auto began = start_of(first_line("/proc/1/stat"));
    if (began.empty()) return seconds;
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const auto life = static_cast<double>(since_boot.tv_sec)
                      - std::stod(began) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return std::clamp(life, 0.0, seconds);
  }
  struct stat facts {};
  if (::stat(instead.c_str(), &facts) != 0) return 0;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto made =
      static_cast<double>(facts.st_mtim.tv_sec) + static_cast<double>(facts.st_mtim.tv_nsec) / 1e9;
  return std::max(0.0,
                  static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - made);
}

}  // namespace holdover::host
