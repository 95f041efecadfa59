// The files under config/ are the manual that people copy from: each loads, and those that belong
// together fit together.

#include "io/config/agent_loader.hpp"
#include "io/config/node_loader.hpp"
#include "io/config/site_loader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace holdover::config {
namespace {

namespace files = std::filesystem;

const files::path shipped = files::path{HOLDOVER_ROOT} / "config";

template <class Settings>
Settings settings_of(std::variant<Settings, std::vector<problem>> loaded) {
  if (const auto* no = std::get_if<std::vector<problem>>(&loaded)) {
    ADD_FAILURE() << to_string(*no);
    return {};
  }
  return std::get<Settings>(std::move(loaded));
}

site example_site() {
  return settings_of(load_site(shipped / "sites" / "example-three-nodes.yaml",
                               [](std::string_view) { return std::array<std::uint8_t, 32>{}; }));
}

agent_settings example_agent() {
  return settings_of(load_agent(shipped / "example" / "agent-web1.yaml"));
}

std::vector<files::path> examples(std::string_view kind) {
  std::vector<files::path> found;
  for (const auto& entry : files::directory_iterator{shipped / "example"})
    if (entry.path().filename().string().starts_with(kind)) found.push_back(entry.path());
  return found;
}

TEST(Examples, EveryNodeOfTheSiteHasAFileThatLoads) {
  std::vector<node_number> numbers;
  for (const auto& path : examples("node-")) {
    const auto node = settings_of(load_node(path));
    EXPECT_GT(node.realtime_priority, 0) << path;
    numbers.push_back(node.number);
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<node_number> wanted;
  for (const auto& node : example_site().nodes)
    wanted.push_back(node.number);
  EXPECT_EQ(numbers, wanted);
}

TEST(Examples, TheAgentListensToTheNodesOfTheSite) {
  const auto about = example_site();
  const auto agent = example_agent();
  EXPECT_EQ(agent.machine.site, about.name);
  EXPECT_EQ(agent.machine.threshold, threshold(about));
  ASSERT_EQ(agent.nodes.size(), about.nodes.size());
  for (std::size_t i = 0; i < agent.nodes.size(); ++i) {
    EXPECT_EQ(agent.nodes[i].number, about.nodes[i].number);
    EXPECT_EQ(agent.nodes[i].control, about.nodes[i].control_endpoint);
  }
}

TEST(Examples, TheAgentAndTheSiteSayTheSameOfTheHost) {
  const auto about = example_site();
  const auto agent = example_agent();
  const auto host = std::find_if(about.hosts.begin(), about.hosts.end(),
                                 [&](const auto& h) { return h.name == agent.machine.host; });
  ASSERT_NE(host, about.hosts.end());
  EXPECT_EQ(agent.machine.hold, host->hold);
  EXPECT_EQ(agent.machine.shutdown_limit, host->shutdown_time);
  EXPECT_EQ(agent.machine.time_to_live, about.votes.time_to_live);
  const auto& fallback = agent.machine.fallback;
  EXPECT_EQ(fallback.able_within, about.votes.able_within);
  EXPECT_EQ(fallback.single_witness, about.votes.single_witness);
  EXPECT_EQ(fallback.clear_after, about.votes.clear_after);
  EXPECT_EQ(fallback.reserve, about.votes.fallback_reserve);
  EXPECT_EQ(fallback.floor_low, about.votes.fallback_floor_low);
  EXPECT_EQ(fallback.floor_high, about.votes.fallback_floor_high);
}

TEST(Examples, TheAgentDoesWhatTheStagesAskOfItsHost) {
  const auto about = example_site();
  const auto agent = example_agent();
  std::size_t asked = 0;
  for (const auto& stage : about.stages) {
    for (const auto& command : stage.commands) {
      if (about.hosts.at(command.host).name != agent.machine.host) continue;
      if (command.action == "message") continue;
      EXPECT_TRUE(agent.actions.contains(command.action)) << command.action;
      ++asked;
    }
  }
  EXPECT_GT(asked, 0u);
}

TEST(Examples, NoFileUnderConfigIsLoadedByNoTest) {
  for (const auto& entry : files::recursive_directory_iterator{shipped}) {
    if (!entry.is_regular_file()) continue;
    const auto folder = entry.path().parent_path().filename();
    const auto name = entry.path().filename().string();
    const bool loaded =
        folder == "sites"
        || (folder == "example" && (name.starts_with("node-") || name == "agent-web1.yaml"));
    EXPECT_TRUE(loaded) << entry.path() << ": load it in a test, or move it elsewhere";
  }
}

}  // namespace
}  // namespace holdover::config
