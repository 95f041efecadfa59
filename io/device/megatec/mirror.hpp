// A second end of a serial line: a pseudo terminal on which another program reads the UPS, too.
//
// Like a clerk at the counter who answers out of the book and never goes to the archive: what the
// other program asks is answered by what we read last. So nothing that it does waits for the line,
// delays our own questions, or reaches the UPS.
//
// Decisions worth knowing:
//   - Q1, F and I are answered as the UPS has answered them. A status older than a few seconds is
//     no answer: the other program then sees what we see, a UPS that is silent.
//   - Commands are for votes and operators to give. They come back as they were sent, which is what
//     such a UPS answers to what it does not know.
//   - The path is a symbolic link to the terminal. One that is there is replaced; a file that is no
//     link is left alone, and said.
//
// Thread-safe; one thread of its own.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

namespace holdover::device::megatec {

class mirror {
public:
  /// Offers the terminal under a path, or says why it cannot.
  static std::variant<std::unique_ptr<mirror>, std::string> open(const std::string& path);
  ~mirror();
  mirror(const mirror&) = delete;
  mirror& operator=(const mirror&) = delete;

  /// What the UPS has just answered; without its carriage return.
  void note(const std::string& question, const std::string& line);

private:
  using clock = std::chrono::steady_clock;
  struct answered {
    std::string line;
    clock::time_point at;
  };

  mirror(std::string path, int terminal, int other_end, int bell);
  void run();
  void take(char);
  std::string reply_to(const std::string& question);

  const std::string path_;
  const int terminal_;
  const int other_end_;  ///< Kept open, or the terminal hangs up when the other program leaves.
  const int bell_;
  std::mutex mutex_;
  std::map<std::string, answered> known_;
  std::string said_;
  std::thread thread_;
};

}  // namespace holdover::device::megatec
