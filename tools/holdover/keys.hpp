// `holdover keys`: makes keys where they are used, and keeps the list of who may take part.
//
// A private key never leaves the machine on which it was made: what is enrolled is the public half,
// as `keys show` prints it, one line that a person can carry.

#pragma once

#include "core/membership.hpp"
#include "tools/holdover/exit_status.hpp"

#include <optional>
#include <string>

namespace holdover::tool {

exit_status make_keys(const std::string& name, const std::string& key_file);
/// Prints "NAME CURVE-KEY SIGN-KEY".
exit_status show_keys(const std::string& key_file);

struct enrolment {
  std::string members_file;
  std::string site;  ///< Needed for a new members file.
  role as = role::unspecified;
  std::optional<node_number> number;  ///< Nodes.
  std::string key_file;               ///< Either a key file on this machine,
  std::string public_line;            ///< or what `keys show` printed on another.
};
/// Adds a member, or gives a known one other keys. The file changes as a whole or not at all.
exit_status enrol(const enrolment&);
/// Signs the document by the administrator's key, in the next epoch if `raise`.
exit_status sign_members(const std::string& members_file, const std::string& key_file, bool raise);
exit_status revoke(const std::string& members_file, const std::string& name);
exit_status list_members(const std::string& members_file);

std::optional<role> role_named(const std::string&);

}  // namespace holdover::tool
