// A story: a text that an operator can read, and that a site can live through.
//
//   # Two lines of prose say what happens
//   # and what is to be seen.
//   site office
//
//   +10s ups main battery runtime=20m charge=97
//     [0:10.0] main: on battery, fresh
//   +3s ups main online
//
// Lines that begin with + are what happens, each so long after the one before; the indented ones
// below are what follows from it, written by play(). The words:
//
//   ups NAME online|battery|test|bypass [runtime=20m] [charge=97] [low]
//            [forced] [countdown=3m]
//   ups NAME silent|answers
//   node NAME killed|started
//   host NAME program hangs|ends
//   operator holds NAME for 5m
//   operator releases NAME
//   operator sets SWITCH for 5m
//   operator clears SWITCH
//   operator tests UPS            (what it then shows is said by its own lines)
//   sensor NAME 41.5|active|inactive|silent
//   clock monday 22:00 [doubtful]      from then on it goes by itself
//   end

#pragma once

#include <string>

namespace holdover::test {

/// The story with what followed written anew. Throws std::invalid_argument with the line and what
/// is wrong with it.
std::string play(const std::string& story);

}  // namespace holdover::test
