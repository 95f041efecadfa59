// Runs a program that the host's owner has put down for an action: no shell, no surprise.
//
// The program and its arguments come from the agent's own configuration, never from the wire; text
// for people goes to its standard input, as data. It runs in a process group of its own with a bare
// environment, and the whole group is killed when its limit is over.
//
// Safe for the load: a program that cannot be started or overruns is reported at once, so that the
// agent can climb to the next rung instead of waiting for it. Where the system only lacks memory,
// processes or descriptors at the moment, it is tried again until its limit is over: what comes
// next would lack them, too. It is started without a copy of our memory (posix_spawn).

#pragma once

#include "core/time.hpp"
#include "io/host/crew.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace holdover::host {

struct program_result {
  bool ok = false;
  std::string detail;  ///< Why not, and the last line that it wrote.
};

struct program {
  std::vector<std::string> argv;  ///< argv[0] is an absolute path.
  std::string input;              ///< For its standard input.
  duration limit{};
};

/// Why this program must not be run, in words with the remedy; nothing if it may. It must be an
/// absolute path to an executable file, owned by root or by us and writable by nobody else.
std::optional<std::string> objection(const std::string& path);

/// Each program has a thread of its own that waits for it; there are few. So many threads are ready
/// from the beginning; while all are busy, more are tried.
class program_runner {
public:
  /// Throws std::system_error if the threads cannot be started.
  explicit program_runner(std::size_t ready = 1);
  program_runner(const program_runner&) = delete;
  program_runner& operator=(const program_runner&) = delete;
  /// Waits for nothing: programs go on, their threads are detached from us.
  ~program_runner();

  using on_started = std::function<void()>;
  using on_ended = std::function<void(program_result)>;

  /// Both handlers are called on another thread; on_ended exactly once, on_started before it if the
  /// program could be started. If too many wait already, on_ended is called before this returns.
  void run(program, on_started, on_ended);
  /// Likewise for something of our own that may hang: its result is that of a program.
  void call(std::function<program_result()>, on_ended);

private:
  struct shared {
    std::mutex mutex;
    bool closed = false;
  };
  void post(crew::errand, const on_ended& if_dropped);

  std::shared_ptr<shared> shared_ = std::make_shared<shared>();
  crew threads_;
};

}  // namespace holdover::host
