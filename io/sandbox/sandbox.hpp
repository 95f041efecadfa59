// Takes away from a process what it does not need to carry bytes between sockets.
//
// Like a clerk behind a counter without a door: letters go through the slot, the clerk does not.
// From the call on, the kernel lets every thread of this process talk over sockets that it has or
// connects, wait, and manage its memory. What libraries try on a bad day (opening a file, asking
// after one or after a limit) is refused, and they go on without. Anything else (starting a
// program, making a thread, listening, becoming somebody) ends the whole process at once. So
// whoever takes it over by a hole in a library finds nothing to do next.
//
// Decisions worth knowing:
//   - It is called when everything runs: the lists of what starting up needs would be longer than
//     what they keep out.
//   - Host names must be looked up anew at each connection, and that reads files. With names among
//     the addresses the filter therefore allows reading (never writing) files; addresses as numbers
//     are better here, too.
//   - Refused and not deadly is whatever harms nobody when it fails. The C library opens files in
//     rare moments: to give much memory back from one thread's heap it reads a setting of the
//     kernel first. A process that could be ended by a burst of messages would be a way to silence
//     it.
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

/// Before there is a second thread: one heap for all of them, which grows and shrinks in ways that
/// the filter knows.
void calm_memory();

/// For all threads and for good. Nothing, or why this kernel does not do it.
[[nodiscard]] std::optional<std::string> confine_to_carrying(names);

}  // namespace holdover::sandbox
