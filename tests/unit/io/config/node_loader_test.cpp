#include "io/config/node_loader.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

class NodeLoader : public testing::Test {
protected:
  std::variant<node_settings, std::vector<problem>> load(std::string_view yaml) {
    return load_node(here_.write("node.yaml", yaml));
  }

  std::string mistakes(std::string_view yaml) {
    const auto got = load(yaml);
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : here_.without_path(to_string(*no));
  }

  folder here_;
};

constexpr std::string_view complete =
    "number: 0\nsite_file: site.yaml\nmembers_file: ../members.yaml\nkey_file: /etc/keys/n0\n"
    "database: journal.db\n";

TEST_F(NodeLoader, PathsAreMeantFromTheFolderOfTheFile) {
  const auto got = load(complete);
  ASSERT_TRUE(std::holds_alternative<node_settings>(got)) << mistakes(complete);
  const auto& node = std::get<node_settings>(got);
  EXPECT_EQ(node.number, 0u);
  EXPECT_EQ(node.site_file, here_.path("site.yaml"));
  EXPECT_EQ(node.key_file, "/etc/keys/n0");
  EXPECT_EQ(std::filesystem::path{node.members_file}.filename(), "members.yaml");
  EXPECT_EQ(node.members_file.find(".."), std::string::npos);
  EXPECT_EQ(node.realtime_priority, 0);
  EXPECT_EQ(node.log_level, "info");
}

TEST_F(NodeLoader, SchedulingAndLogLevelAreTaken) {
  const auto got =
      load(std::string{complete} + "scheduling: { realtime_priority: 10 }\nlog_level: debug\n");
  ASSERT_TRUE(std::holds_alternative<node_settings>(got));
  EXPECT_EQ(std::get<node_settings>(got).realtime_priority, 10);
  EXPECT_EQ(std::get<node_settings>(got).log_level, "debug");
}

TEST_F(NodeLoader, EverythingThatIsMissingIsNamedAtOnce) {
  EXPECT_EQ(mistakes("log_level: loud\n"),
            "node.yaml: error: \"number\" is missing [number]\n"
            "node.yaml: error: \"site_file\" is missing [site_file]\n"
            "node.yaml: error: \"members_file\" is missing [members_file]\n"
            "node.yaml: error: \"key_file\" is missing [key_file]\n"
            "node.yaml: error: \"database\" is missing [database]\n"
            "node.yaml:1:12: error: must be debug, info or warning, not \"loud\" [log_level]\n"
            "    log_level: loud\n"
            "               ^\n");
}

TEST_F(NodeLoader, NumbersAndPrioritiesStayInTheirRange) {
  const auto text = mistakes(
      "number: 32\nsite_file: a\nmembers_file: b\nkey_file: c\ndatabase: d\n"
      "scheduling: { realtime_priority: 100 }\n");
  EXPECT_NE(text.find("32 is no node's number; give 0 to 31 [number]"), std::string::npos) << text;
  EXPECT_NE(text.find("100 is too high"), std::string::npos) << text;
}

}  // namespace
}  // namespace holdover::config
