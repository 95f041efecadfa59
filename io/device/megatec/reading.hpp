// From Megatec's answers to a reading, and from commands to Megatec's words.
//
// Decisions worth knowing:
//   - The protocol tells no charge and no runtime, so none is given: a guess from the voltage would
//     be a number where nothing is known. What it does tell is "battery low".
//   - Bit 5 is "on bypass" for a UPS of online type and "raising or lowering the voltage" for one
//   of
//     standby type; which of the two then shows in the voltages.
//   - A UPS of online type gives the voltage of one cell; with the rated voltage it becomes that of
//     the battery, without it is suspect.
//   - A shutdown always asks for the return ("R"), as some makers' plain S stays off.
//
// Pure.

#pragma once

#include "core/power/command.hpp"
#include "core/power/reading.hpp"
#include "io/device/driver.hpp"
#include "io/device/megatec/answer.hpp"

#include <optional>
#include <string>

namespace holdover::device::megatec {

power::ups_reading reading_of(const status&, const std::optional<rating>&,
                              const std::optional<maker>&);

/// The words for a command, without the carriage return; or why there are none. Empty words: there
/// is nothing to say, the device is as wished. The beeper is a toggle, so it needs the status.
answer<std::string> words_for(const power::ups_command&, const std::optional<status>&);

/// What came after a command: nothing or ACK is yes; NAK, or the command's own words, is no.
std::optional<failure> refusal_in(const std::string& said, const std::string& command);

}  // namespace holdover::device::megatec
