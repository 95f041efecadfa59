// One node of a site as a value that can be started and stopped: the whole of holdover-site but its
// command line. Tests start three of them in one process.
//
// What runs where is in docs/ARCHITECTURE.md. start() either has everything running (journal open,
// sockets bound, actors up) or nothing, with one sentence that says why and what to do.

#pragma once

#include "io/config/node_loader.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace holdover::site_node {

struct start_problem {
  std::string text;            ///< May have several lines, as compilers write them.
  bool configuration = false;  ///< Exit status 2; otherwise 1.
};

class node {
public:
  struct parts;

  static std::variant<std::unique_ptr<node>, start_problem> start(
      const config::node_settings& settings, std::function<void()> on_vital_loss);

  /// Says that it goes, lets the journal flush for a bounded time, and ends.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Takes over a changed site file without losing what is known: time on battery, holds, levels,
  /// the incident. Returns what changed, in words, or why the old file goes on. A file with an
  /// error is refused whole; so is one that changes the nodes or the site's name, which takes a
  /// restart. Ends the process by on_vital_loss if it cannot go back any more.
  std::variant<std::string, start_problem> reload();

  /// Whether the safety thread answers: the watchdog's question, asked through the mailbox that
  /// facts and votes take.
  bool alive() const;
  /// One line for `systemctl status`.
  std::string summary() const;

private:
  explicit node(std::unique_ptr<parts>);

  std::unique_ptr<parts> parts_;
};

}  // namespace holdover::site_node
