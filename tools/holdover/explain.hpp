// `holdover explain`: why a host went down, or why not, rebuilt from a journal.

#pragma once

#include "tools/holdover/client.hpp"
#include "tools/holdover/exit_status.hpp"
#include "tools/holdover/past.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::tool {

struct explain_options {
  std::string host;      ///< Empty: the outage as a whole.
  std::string incident;  ///< The beginning of a label; empty: the last outage.
  std::string database;
  std::string node;          ///< Ask this node instead.
  std::string site_file;     ///< Tells which outlets feed the host, if it is there.
  std::string members_file;  ///< Checks signatures of evidence, if it is there.
  std::string story_file;    ///< Write the outage into this file as a story.
  bool json = false;
};

/// One line of an explanation.
struct explained_step {
  std::int64_t wall_milliseconds = 0;
  std::string node;
  std::string kind;
  std::string subject;
  std::string text;
  std::vector<std::string> facts;     ///< What it rests on: value, source and age of each.
  std::vector<std::string> evidence;  ///< Signed words behind it, and who signed them.
};

struct explanation {
  std::string subject;
  outage when;
  std::string verdict;
  std::vector<explained_step> steps;
};

/// The knowledge of signatures and cabling that a site's own files add.
struct background {
  std::optional<site> about;
  std::optional<keys::verifier> signatures;
};

/// Nothing if the journal knows of no such outage or host; `why` says so.
std::optional<explanation> explain(const past&, const explain_options&, const background&,
                                   std::string& why);

/// Findings: nothing is known of such a host or incident.
exit_status explain(const explain_options&, const access&);

}  // namespace holdover::tool
