// A program that a test has started: it ends with the test, by its number, whatever happens.

#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace holdover::support {

class process {
public:
  process() = default;
  /// Starts a program by its absolute path with the environment and these additions ("NAME=VALUE");
  /// what it says goes into a file.
  process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          const std::string& log_file);
  ~process() { stop(); }
  process(process&& other) noexcept;
  process& operator=(process&& other) noexcept;

  bool running();
  pid_t id() const { return id_; }
  void send(int signal);  ///< SIGSTOP, SIGCONT, ...
  void stop();            ///< SIGTERM, and SIGKILL if that does not help within seconds.
  void kill();            ///< SIGKILL at once.

private:
  bool gone(int milliseconds_max);

  pid_t id_ = -1;
};

}  // namespace holdover::support
