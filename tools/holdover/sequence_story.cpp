#include "tools/holdover/sequence_story.hpp"

#include "core/power/observation.hpp"
#include "core/words.hpp"
#include "io/device/nut/reading.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace holdover::tool {

namespace {

constexpr duration settling = 20s;
constexpr duration last_scene_most = 10min;  // It often says "and so on for an hour".
constexpr std::size_t file_bytes_max = 4u << 20;

std::map<node_number, std::string> names_of(const site& about) {
  std::map<node_number, std::string> names;
  for (const auto& node : about.nodes)
    names[node.number] = node.name;
  return names;
}

std::string in_words_of(const power::observation& what) {
  auto text = spaced(to_string(what.state));
  if (what.charge_percent) text += ", charge " + in_words(*what.charge_percent) + " %";
  if (what.runtime_left) text += ", runtime " + in_words(*what.runtime_left);
  if (what.battery_low) text += ", battery low";
  return text;
}

}  // namespace

std::variant<std::unique_ptr<sequence_story>, std::string> sequence_story::open(
    const std::string& file, const site& about, const std::string& ups) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return file + ": cannot be read";
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (text.size() > file_bytes_max) return file + ": is larger than 4 MiB; this is no sequence";
  auto parsed = device::simulated::parse_script(text);
  if (const auto* problem = std::get_if<device::simulated::script_problem>(&parsed))
    return file + ": " + problem->text;
  if (ups.empty() && about.upses.size() != 1)
    return file + ": the site has " + std::to_string(about.upses.size())
           + " UPSes; say with --ups which of them the sequence is about";
  const auto found =
      std::find_if(about.upses.begin(), about.upses.end(),
                   [&](const ups_config& one) { return ups.empty() || one.name == ups; });
  if (found == about.upses.end()) return "--ups: the site has no UPS " + ups;
  return std::unique_ptr<sequence_story>(
      new sequence_story(std::move(std::get<device::simulated::script>(parsed)), about,
                         static_cast<ups_index>(found - about.upses.begin())));
}

sequence_story::sequence_story(device::simulated::script parts, const site& about, ups_index ups)
    : script_(std::move(parts)), ups_(ups), log_(names_of(about)), site_(about, log_) {}

void sequence_story::play() {
  site_.pass(settling);
  log_.begin(site_.now());
  duration begins{};
  const auto& scenes = script_.scenes();
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    if (scenes[i].changes.empty() && scenes[i].lasts == duration::zero()) continue;
    const auto what = power::observe(device::nut::read_ups(script_.at(begins)));
    log_.line('+' + in_words(begins) + "  " + site_.about().upses[ups_].name + " shows "
              + in_words_of(what));
    site_.ups_shows(ups_, what);
    const bool last = i + 1 == scenes.size() || scenes[i].lasts > last_scene_most;
    site_.pass(last ? std::min(scenes[i].lasts, last_scene_most) : scenes[i].lasts);
    begins += scenes[i].lasts;
    if (last) break;
  }
  log_.line("end");
}

}  // namespace holdover::tool
