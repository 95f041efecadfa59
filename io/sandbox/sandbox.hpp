// Takes away from a process what it does not need to carry bytes between sockets.
//
// Like a clerk behind a counter without a door: letters go through the slot, the clerk does not.
// From the call on, the kernel lets every thread of this process talk over sockets that it has or
// connects, wait, and manage its memory; anything else (starting a program, opening a file, making
// a thread, listening) ends the whole process at once. So whoever takes it over by a hole in a
// library finds nothing to do next.
//
// Decisions worth knowing:
//   - It is called when everything runs: the lists of what starting up needs would be longer than
//     what they keep out.
//   - Host names must be looked up anew at each connection, and that reads files. With names among
//     the addresses the filter therefore allows reading (never writing) files; addresses as numbers
//     are better here, too.
//   - The safe side: a process that dies is started anew and noticed; a kernel that knows no
//   filters
//     leaves the process as it was, because votes that arrive matter more than this wall.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::sandbox {

enum class names { by_number, looked_up };

/// Whether connecting to these endpoints ("tcp://10.0.0.1:7400") needs to look up a name.
names names_in(const std::vector<std::string>& endpoints);

/// For all threads and for good. Nothing, or why this kernel does not do it.
[[nodiscard]] std::optional<std::string> confine_to_carrying(names);

}  // namespace holdover::sandbox
