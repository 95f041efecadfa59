#include "io/device/megatec/serial_line.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::megatec {

namespace {

constexpr std::size_t line_bytes_max = 256;

speed_t speed_of(std::uint32_t baud) {
  switch (baud) {
    case 1200:
      return B1200;
    case 4800:
      return B4800;
    case 9600:
      return B9600;
    case 19200:
      return B19200;
    default:
      return B2400;
  }
}

std::string remedy_for(int error) {
  if (error == ENOENT || error == ENODEV || error == ENXIO)
    return "; check the cable and the path of the line";
  if (error == EACCES) return "; put the program's user into the group dialout";
  if (error == EWOULDBLOCK || error == EBUSY) return "; another program has the line";
  return "; check the cable";
}

}  // namespace

std::variant<std::string, failure> serial_line::ask(const std::string& question,
                                                    std::chrono::milliseconds patience) {
  if (!is_open())
    if (auto why = open(); !why.text.empty()) return why;
  ::tcflush(descriptor_, TCIFLUSH);
  const auto words = question + '\r';
  // A few bytes always fit, unless the other end has stopped to take any.
  const auto sent = ::write(descriptor_, words.data(), words.size());
  if (sent != static_cast<ssize_t>(words.size())) return gone(sent < 0 ? errno : EIO);
  return listen(patience);
}

std::variant<std::string, failure> serial_line::listen(std::chrono::milliseconds patience) {
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + patience;
  std::string said;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    if (left <= 0) return std::string{};
    pollfd waiting{descriptor_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return gone(errno);
    if (ready == 0) return std::string{};
    std::array<char, line_bytes_max> bytes;
    const auto got = ::read(descriptor_, bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return gone(got < 0 ? errno : EIO);
    said.append(bytes.data(), static_cast<std::size_t>(got));
    if (const auto at = said.find('\r'); at != std::string::npos) return said.substr(0, at);
    if (said.size() > line_bytes_max) return std::string{};
  }
}

void serial_line::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

/// No text: it is open.
failure serial_line::open() {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) return gone(errno);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return gone(errno);
  if (!configure()) return gone(errno);
  return {};
}

bool serial_line::configure() const {
  termios how{};
  if (::tcgetattr(descriptor_, &how) != 0) return false;
  ::cfmakeraw(&how);
  how.c_cflag |= CLOCAL | CREAD;
  how.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  how.c_cc[VMIN] = 0;
  how.c_cc[VTIME] = 0;
  const auto speed = speed_of(baud_);
  if (::cfsetispeed(&how, speed) != 0 || ::cfsetospeed(&how, speed) != 0
      || ::tcsetattr(descriptor_, TCSANOW, &how) != 0)
    return false;
  // Many of these UPSes feed their side of the line from these two. A pseudo terminal has none.
  int on = TIOCM_DTR;
  int off = TIOCM_RTS;
  ::ioctl(descriptor_, TIOCMBIS, &on);
  ::ioctl(descriptor_, TIOCMBIC, &off);
  ::ioctl(descriptor_, TIOCEXCL);
  return true;
}

failure serial_line::gone(int error) {
  close();
  return {failure_kind::unreachable,
          "the serial line " + path_ + ": " + std::strerror(error) + remedy_for(error)};
}

}  // namespace holdover::device::megatec
