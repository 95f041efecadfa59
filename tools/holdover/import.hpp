// `holdover import`: a starting site file from what protects a machine today.
//
// upsmon and apcupsd each protect the machine they run on, so the result has one host and one node,
// does what the old file did as closely as Holdover can, and says beside each line what has no
// equivalent. Secrets are never copied: where one is needed, a reference to it is left.
//
// Nothing is guessed silently: a line that is not understood is named in the file.

#pragma once

#include "tools/holdover/exit_status.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::tool {

/// A site file in the making; both importers fill it.
struct imported {
  struct ups {
    std::string name;
    std::string driver;  ///< "nut" or "snmp".
    std::string host;
    std::string unit;  ///< NUT's name of it.
    unsigned port = 0;
    unsigned supplies = 1;  ///< Of the host, as many as its power value.
  };
  std::string source;  ///< "upsmon" or "apcupsd".
  std::vector<ups> upses;
  unsigned needed = 1;
  std::string poll;        ///< As written in a site file; empty: default.
  std::string alert_poll;  ///< Likewise.
  std::string hold;
  std::vector<std::string> triggers;  ///< "battery_low: true".
  std::vector<std::string> notes;     ///< What has no equivalent, and what to do.
  std::vector<std::string> mistakes;  ///< Why there is no site file.
};

imported import_upsmon(std::string_view text);
imported import_apcupsd(std::string_view text);

/// The site file. @param host the machine's name in it.
std::string to_yaml(const imported&, const std::string& host);

/// Words of a line of NUT's or apcupsd's: quotes and backslashes obeyed, comments left out.
std::vector<std::string> words_of(std::string_view line);

/// Prints the site file, or writes it to `out`, which must not exist.
exit_status import_file(const std::string& file, const std::string& host, const std::string& out);

}  // namespace holdover::tool
