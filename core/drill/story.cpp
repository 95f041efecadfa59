#include "core/drill/story.hpp"

namespace holdover::drill {

std::string_view to_string(story_verb verb) {
  switch (verb) {
    case story_verb::mains_off:
      return "mains off";
    case story_verb::mains_on:
      return "mains on";
    case story_verb::card_silent:
      return "card silent";
    case story_verb::card_answers:
      return "card answers";
    case story_verb::set:
      return "set";
    case story_verb::node_killed:
      return "node killed";
    case story_verb::node_started:
      return "node started";
    case story_verb::program_hangs:
      return "program hangs";
    case story_verb::program_ends:
      return "program ends";
    case story_verb::hold:
      return "hold";
    case story_verb::release:
      return "release";
    case story_verb::sensor:
      return "sensor";
    case story_verb::clock:
      return "clock";
    case story_verb::switch_on:
      return "switch on";
    case story_verb::switch_off:
      return "switch off";
    case story_verb::acknowledge:
      return "acknowledge";
    case story_verb::mail:
      return "mail";
    case story_verb::program:
      return "program";
    case story_verb::outlet:
      return "outlet";
  }
  return "set";
}

}  // namespace holdover::drill
