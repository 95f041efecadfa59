// Loads a story for `holdover simulate` and `holdover drill`: what happens to a site, and when.
//
// Everything wrong with it is found at once, each with its place; names are those of the site that
// it is told about.

#pragma once

#include "core/drill/story.hpp"
#include "core/site.hpp"
#include "io/config/problem.hpp"

#include <string>
#include <variant>
#include <vector>

namespace holdover::config {

using drill::story;
using drill::story_event;
using drill::story_values;
using drill::story_verb;

std::variant<story, std::vector<problem>> load_story(const std::string& path, const site&);

/// The same for a text that is at hand; `name` only names it.
std::variant<story, std::vector<problem>> load_story_text(const std::string& name, std::string text,
                                                          const site&);

}  // namespace holdover::config
