// docs/policy.md is the manual that people copy from: each of its examples loads within its frame.

#include "io/config/site_loader.hpp"
#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace holdover::config {
namespace {

struct example {
  std::size_t line = 0;
  bool is_frame = false;
  std::string yaml;
};

std::vector<example> examples_of(const std::string& path) {
  std::ifstream file{path};
  std::vector<example> found;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!inside && line.starts_with("```yaml")) {
      found.push_back({number, line == "```yaml frame", {}});
      inside = true;
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      found.back().yaml += line + '\n';
    }
  }
  return found;
}

/// The top-level parts of a YAML text, by their keys.
std::map<std::string, std::string> parts_of(const std::string& yaml) {
  std::map<std::string, std::string> parts;
  std::istringstream lines{yaml};
  std::string key;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') key = line.substr(0, line.find(':'));
    parts[key] += line + '\n';
  }
  return parts;
}

/// The frame with the parts of an example in place of its own.
std::string within(const std::string& frame, const std::string& yaml) {
  auto parts = parts_of(frame);
  for (const auto& [key, text] : parts_of(yaml))
    parts[key] = text;
  if (!parts.contains("stages"))
    parts["stages"] = "stages: [{ name: all, when: { runtime_below: 9m }, hosts: [web, db1] }]\n";
  std::string whole;
  for (const auto& [key, text] : parts)
    whole += text;
  return whole;
}

TEST(PolicyManual, EveryExampleLoads) {
  const auto all = examples_of(std::string{HOLDOVER_ROOT} + "/docs/policy.md");
  ASSERT_GT(all.size(), 10u);
  ASSERT_TRUE(all.front().is_frame);
  folder here;
  std::filesystem::create_directory(here.path("racks"));
  here.write("racks/a.yaml", "hosts: [{ name: a1, supplies: [{ ups: main }] }]\n");
  here.write("racks/b.yaml", "hosts: [{ name: b1, supplies: [{ ups: main }] }]\n");
  for (const auto& one : all) {
    const auto path = here.write("site.yaml", within(all.front().yaml, one.yaml));
    const auto got =
        load_site(path, [](std::string_view) { return std::array<std::uint8_t, 32>{}; });
    if (const auto* bad = std::get_if<std::vector<problem>>(&got))
      ADD_FAILURE() << "docs/policy.md:" << one.line << '\n' << to_string(*bad);
  }
}

}  // namespace
}  // namespace holdover::config
