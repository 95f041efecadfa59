// `holdover drill list`: needs no node, as files say it all.

#include "core/drill/node_drill.hpp"
#include "io/config/site_loader.hpp"
#include "io/config/story_loader.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/drill.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

namespace holdover::tool {

namespace {

namespace fs = std::filesystem;

struct listed_story {
  std::string file;
  std::string about;
  duration lasts{};
  std::string last;     ///< When it was last done, "2026-03-01"; empty: not by the reports kept.
  std::string trouble;  ///< Why it cannot be drilled here.
};

/// Reports are named after time and story; see drill_name() of drill.cpp.
std::string last_done(const std::string& folder, const std::string& stem) {
  constexpr std::size_t day = 10, moment = 18;
  std::string last;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{folder, none}) {
    const auto name = entry.path().stem().string();
    if (entry.path().extension() != ".json" || name.size() <= moment || name.substr(moment) != stem)
      continue;
    std::ifstream in{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.find("\"state\":\"done\"") != std::string::npos)
      last = std::max(last, name.substr(0, day));
  }
  return last;
}

listed_story look_into(const fs::path& path, const site& about, const std::string& kept) {
  listed_story made{.file = path.filename().string(), .about = {}, .last = {}, .trouble = {}};
  const auto told = config::load_story(path.string(), about);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&told)) {
    made.trouble = config::to_string({bad->front()});
    made.trouble.resize(std::min(made.trouble.find('\n'), made.trouble.size()));  // No excerpt.
    return made;
  }
  const auto& story = std::get<drill::story>(told);
  made.about = story.about;
  made.lasts = story.lasts;
  made.last = last_done(kept, path.stem().string());
  drill::order wish;
  wish.drill = "drill";
  made.trouble = drill::objection(wish, story, about).value_or("");
  return made;
}

}  // namespace

exit_status list_drills(const access& how, const drill_options& wish) {
  auto site_or = config::load_site(how.site_file, keys::sha256);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&site_or)) {
    std::cerr << config::to_string(*bad);
    return exit_status::usage;
  }
  const auto& about = std::get<site>(site_or);
  std::set<fs::path> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator{wish.stories, problem})
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml")
      files.insert(entry.path());
  if (problem) {
    std::cerr << wish.stories << ": " << problem.message() << '\n';
    return exit_status::usage;
  }
  std::vector<listed_story> found;
  for (const auto& file : files)
    found.push_back(look_into(file, about, wish.folder));
  if (wish.format == "json") {
    json_stream out;
    out.object([&] {
      out.list("stories", [&] {
        for (const auto& one : found)
          out.object([&] {
            out.field("file", one.file);
            out.field("about", one.about);
            out.field("lasts", one.lasts);
            out.field("last_done", one.last);
            out.field("trouble", one.trouble);
          });
      });
    });
    std::cout << out.text() << '\n';
  } else {
    std::vector<std::vector<std::string>> rows{{"STORY", "LASTS", "LAST DONE", "ABOUT"}};
    for (const auto& one : found)
      rows.push_back({one.file, one.trouble.empty() ? duration_text(one.lasts) : "-",
                      one.last.empty() ? "-" : one.last,
                      one.trouble.empty() ? one.about : "not here: " + one.trouble});
    print_table(std::cout, rows);
  }
  const bool all_fit =
      std::all_of(found.begin(), found.end(), [](const auto& one) { return one.trouble.empty(); });
  return all_fit ? exit_status::fine : exit_status::failed;
}

}  // namespace holdover::tool
