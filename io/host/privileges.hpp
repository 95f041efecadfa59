// Giving up rights, for the part of a program that faces the network.

#pragma once

#include <optional>
#include <string>

namespace holdover::host {

/// Why drop_to() would fail, in words with the remedy; nothing if it would not.
std::optional<std::string> user_objection(const std::string& user);

/// Becomes this user for good, if we are root; forbids gaining rights by exec; asks to be killed
/// when the parent ends. @return what could not be done, in words.
std::optional<std::string> drop_to(const std::string& user, int parent);

/// Keeps all memory of this process resident, so that a dying disk cannot stop it. Stacks of
/// threads that are started later are then resident as a whole, so they are made small. @return why
/// not.
std::optional<std::string> lock_memory();

/// Makes every disk of this host read-only by the kernel's own emergency keys, whatever is still
/// open on them. Nothing can be written from then on until the host reboots. @return why not.
std::optional<std::string> make_disks_read_only();

/// The way out when everything else hung: sync, remount read-only and power off by the kernel's own
/// emergency keys. Returns only if that is not possible, with the reason.
std::string power_off_now();

}  // namespace holdover::host
