// The rule that two people must want the same thing before it is done.
//
// The first wish waits; a second one of somebody else, within ten minutes, makes it good. What two
// people want for different times holds for the shorter. Nothing of it outlives the process.
//
// Pure. For switches that stand for the real stop of a host in a drill.

#pragma once

#include "core/time.hpp"

#include <map>
#include <string>
#include <string_view>

namespace holdover::drill {

/// What a host's real stop is called among the operators' switches: "web1.drill".
constexpr std::string_view execution_suffix = ".drill";
constexpr bool is_execution(std::string_view name) {
  return name.size() > execution_suffix.size() && name.ends_with(execution_suffix);
}

class two_persons {
public:
  static constexpr duration patience = 10min;

  struct verdict {
    bool good = false;
    duration lasts{};   ///< Good: for so long.
    std::string words;  ///< Not good: what is missing.
  };
  verdict ask(const std::string& what, const std::string& by, duration lasts, time_point now);
  void forget(const std::string& what) { waiting_.erase(what); }

private:
  struct wish {
    std::string by;
    duration lasts{};
    time_point until{};
  };
  std::map<std::string, wish> waiting_;
};

}  // namespace holdover::drill
