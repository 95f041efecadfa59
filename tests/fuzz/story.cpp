// A story's way from bytes to what happens: whatever the bytes, it ends with events in order that
// name things of the site, or with problems that each have a text.

#include "io/config/story_loader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

holdover::site small_site() {
  holdover::site about;
  about.upses.resize(2);
  about.upses[0].name = "ups-a";
  about.upses[1].name = "ups-b";
  about.nodes.resize(1);
  about.nodes[0].name = "node-b";
  about.hosts.resize(2);
  about.hosts[0].name = "web1";
  about.hosts[1].name = "database";
  return about;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdover;
  static const auto about = small_site();
  const auto loaded = config::load_story_text(
      "fuzzed.yaml", std::string{reinterpret_cast<const char*>(data), size}, about);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded)) {
    if (!config::has_error(*problems)) std::abort();
    for (const auto& one : *problems)
      if (one.text.empty() || config::to_string(one).empty()) std::abort();
    return 0;
  }
  const auto& told = std::get<config::story>(loaded);
  duration last{};
  for (const auto& event : told.events) {
    if (event.at < last || event.subjects.empty() || event.at > told.lasts) std::abort();
    last = event.at;
    for (const auto subject : event.subjects)
      if (subject >= about.upses.size()) std::abort();
  }
  return 0;
}
