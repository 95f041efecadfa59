// What happened in a story, in lines that an operator can read.
//
// Nodes mostly agree, and then one line speaks for all of them and for every target that they say
// the same of; who differs is named:
//
//   [1:00.0] web1, web2: vote shutdown, time on battery
//   [1:07.0] by beta: main: stale
//
// So a line is written only when its moment (a tenth of a second) is over.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace holdover::rehearsal {

class transcript {
public:
  explicit transcript(std::map<node_number, std::string> nodes) : names_(std::move(nodes)) {}

  /// Nothing is written before: a site settles first.
  void begin(time_point zero);

  /// Who may speak from now on: agreement of these is agreement of all.
  void alive(std::set<node_number> nodes) { alive_ = std::move(nodes); }

  /// A fact that everybody could see.
  void fact(time_point, const std::string& subject, const std::string& text);
  /// What one node holds. `why` is told by explain() and kept in records(): of those who hold the
  /// same, the first one's.
  void opinion(time_point, node_number, const std::string& subject, const std::string& text,
               const std::string& why = {});

  /// Writes below each opinion what it rests on.
  void explain() { explains_ = true; }

  /// Everything that was told, in order, each subject by itself.
  struct record {
    duration at{};  ///< Since the beginning.
    std::set<node_number> by;
    std::string subject;
    std::string text;
    std::string why;
  };
  const std::vector<record>& records();

  /// Writes what is pending; then this line as it is.
  void line(const std::string& text);
  std::string text();

private:
  struct entry {
    std::string subject;
    std::string text;
    std::set<node_number> by;  ///< Empty: a fact.
    std::string why;
  };

  void turn_to(time_point);
  void flush();
  std::string speakers(const std::set<node_number>&) const;

  std::map<node_number, std::string> names_;
  std::set<node_number> alive_;
  bool begun_ = false;
  time_point zero_{};
  long moment_ = 0;  ///< In tenths of a second since the beginning.
  std::vector<entry> pending_;
  std::string written_;
  bool explains_ = false;
  std::vector<record> records_;
};

}  // namespace holdover::rehearsal
