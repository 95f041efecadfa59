// What a changed site file changes: not its text, but what the site would do.
//
// Two files may differ in every line and mean the same; one digit may bring a storage down before
// its clients. So the difference is taken where the machine takes its decisions: at each host (when
// it goes, for whom it waits, how late it may start), each outlet (when it is shed, who is behind
// it), and the rules of vote, sight and return. Stages and names of stages appear only through what
// they do to hosts and outlets: splitting or renaming one changes nothing by itself.

#pragma once

#include "core/site.hpp"

#include <map>
#include <string>
#include <vector>

namespace holdover::policy {

/// One thing that will be otherwise. Several subjects that change alike are one difference.
struct difference {
  std::string kind;                   ///< "host", "outlet", "ups", "node", "vote", …
  std::vector<std::string> subjects;  ///< Names; empty for the site as a whole.
  std::string what;                   ///< "goes", "waits for", "supplies"…
  std::string before;                 ///< Empty: there was none.
  std::string after;                  ///< Empty: there is none any more.
};

/// @pre both are sites that may run. Nothing: the behaviour is the same.
std::vector<difference> differences(const site& before, const site& after);

/// How the plan treats each host, and each outlet, in words by name. Equal words, equal treatment.
std::map<std::string, std::string> treatment_of_hosts(const site&);
std::map<std::string, std::string> treatment_of_outlets(const site&);

/// "hosts "web1" and "web2": goes: when on battery for 5 min -> when on battery for 2 min"
std::string to_string(const difference&);

}  // namespace holdover::policy
