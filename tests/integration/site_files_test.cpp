// What keeps a program from starting: one message with place, reason and remedy, the exit status of
// a wrong configuration where it is one, and nothing half done.

#include "tests/support/site_lab.hpp"
#include "tests/unit/io/store/small_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace holdover {
namespace {

using support::run_to_end;
using support::site_lab;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class SiteFiles : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    lab = std::make_unique<site_lab>();
  }
  support::program_end node(const std::string& file = "alpha.yaml") const {
    return run_to_end(HOLDOVER_BIN "/holdover-site --config " + (lab->folder() / file));
  }
  void change_site(const std::string& what, const std::string& to) const {
    auto text = support::read_file(lab->folder() / "site.yaml");
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << text;
    lab->folder().write("site.yaml", text.replace(at, what.size(), to));
  }
  void journal_at(const std::string& database) const {
    lab->folder().write("alpha.yaml",
                        "number: 0\nsite_file: site.yaml\nmembers_file: members.yaml\n"
                        "key_file: alpha.key\ndatabase: "
                            + database + '\n');
  }
  support::program_end agent(const std::string& file = "web1/agent.yaml") const {
    return run_to_end(HOLDOVER_BIN "/holdover-agent --config " + (lab->folder() / file));
  }

  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteFiles, ABrokenSiteFileIsOneMessageWithItsPlace) {
  lab->folder().write("site.yaml", "site: lab\nlab: true\nnodes:\n  - {numbr: 0, name: alpha}\n");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, ContainsRegex("site.yaml:4:[0-9]+: "));
  EXPECT_THAT(end.said, HasSubstr("numbr"));
}

TEST_F(SiteFiles, AMissingFileIsNamed) {
  const auto end = node("nothing.yaml");
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("nothing.yaml"));
  EXPECT_EQ(lines(end.said), 1u);
}

TEST_F(SiteFiles, AnothersKeyIsRefused) {
  lab->folder().write("alpha.yaml",
                      "number: 0\nsite_file: site.yaml\nmembers_file: members.yaml\n"
                      "key_file: beta.key\ndatabase: alpha.db\n");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("holds the keys of 'beta'"));
  EXPECT_EQ(lines(end.said), 1u);
}

TEST_F(SiteFiles, AKeyThatIsNotEnrolledIsRefused) {
  lab->make_member("web9", role::unspecified);
  lab->folder().write("web1.key", support::read_file(lab->folder() / "web9.key"), 0600);
  const auto end = agent();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("does not hold the keys that are enrolled for 'web1'"));
  EXPECT_EQ(lines(end.said), 1u);
}

TEST_F(SiteFiles, AKeyThatOthersMayReadIsRefused) {
  std::filesystem::permissions(lab->folder() / "alpha.key", std::filesystem::perms::all);
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("alpha.key"));
  EXPECT_EQ(lines(end.said), 1u);
}

TEST_F(SiteFiles, APortInUseIsOneMessage) {
  lab->start_only({"alpha"}, {});
  ASSERT_TRUE(site_lab::eventually([&] { return lab->status("alpha").has_value(); }))
      << lab->log("alpha");
  lab->folder().write("second.yaml",
                      "number: 0\nsite_file: site.yaml\nmembers_file: members.yaml\n"
                      "key_file: alpha.key\ndatabase: second.db\n");
  const auto end = node("second.yaml");
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("in use"));
  EXPECT_THAT(end.said, HasSubstr(lab->control("alpha")));
  EXPECT_THAT(end.said, HasSubstr("stop that program or change the address"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
  EXPECT_FALSE(std::filesystem::exists(lab->folder() / "second.db")) << "half of a node was left";
  EXPECT_TRUE(lab->node_runs("alpha"));
}

TEST_F(SiteFiles, ADatabaseFolderThatIsNotThereIsOneMessage) {
  lab->folder().write("alpha.yaml",
                      "number: 0\nsite_file: site.yaml\nmembers_file: members.yaml\n"
                      "key_file: alpha.key\ndatabase: nowhere/alpha.db\n");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("nowhere"));
  EXPECT_THAT(end.said, HasSubstr("give this user access"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
}

TEST_F(SiteFiles, ADiskThatIsReadOnlyIsOneMessage) {
  store::small_disk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  journal_at(disk / "alpha.db");
  ASSERT_TRUE(disk.make_read_only());
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr(disk / "alpha.db"));
  EXPECT_THAT(end.said, HasSubstr("Read-only file system"));
  EXPECT_THAT(end.said, HasSubstr("writable for this user"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
}

TEST_F(SiteFiles, AJournalThatIsNoneIsOneMessageAndIsLeftAsItIs) {
  const std::string bytes(8192, 'x');
  lab->folder().write("alpha.db", bytes);
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("alpha.db"));
  EXPECT_THAT(end.said, HasSubstr("move the file away"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
  EXPECT_EQ(support::read_file(lab->folder() / "alpha.db"), bytes);
}

// No fault of the configuration: space may come back, and the service manager tries again.
TEST_F(SiteFiles, ANodeDoesNotStartHalfOnAFullDisk) {
  store::small_disk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small disk needs root";
  journal_at(disk / "alpha.db");
  disk.fill();
  const auto end = node();
  EXPECT_EQ(end.status, 1);
  EXPECT_THAT(end.said, HasSubstr(disk / "alpha.db"));
  EXPECT_THAT(end.said, HasSubstr("free space on its file system"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
  disk.make_space();
  lab->start_only({"alpha"}, {});
  EXPECT_TRUE(site_lab::eventually([&] { return lab->status("alpha").has_value(); }))
      << lab->log("alpha");
}

TEST_F(SiteFiles, AHostOnAnUnknownDeviceIsOneMessageWithItsPlace) {
  change_site("supplies: [{ups: main}]", "supplies: [{ups: mian}]");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, ContainsRegex("site.yaml:[0-9]+:[0-9]+: "));
  EXPECT_THAT(end.said, HasSubstr("mian"));
  EXPECT_THAT(end.said, HasSubstr("main")) << "the name that was meant is offered";
  EXPECT_EQ(end.said.find("error: "), end.said.rfind("error: ")) << end.said;
}

TEST_F(SiteFiles, AMissingSecretIsOneMessageWithItsDevice) {
  std::filesystem::remove(lab->folder() / "community");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("site.yaml: outlet unit 'ss4': credentials: "));
  EXPECT_THAT(end.said, HasSubstr("community"));
  EXPECT_THAT(end.said, HasSubstr("readable by this service alone"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
  EXPECT_FALSE(std::filesystem::exists(lab->database("alpha")));
}

TEST_F(SiteFiles, ASecretThatTheEnvironmentLacksIsOneMessage) {
  change_site("file:community", "env:HOLDOVER_TEST_NOWHERE_SET");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("the environment has no HOLDOVER_TEST_NOWHERE_SET"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
}

TEST_F(SiteFiles, AMissingFileOfASimulatedDeviceIsOneMessage) {
  change_site("ups:\n", "ups:\n  - {name: played, simulated: {file: played.dev}}\n");
  const auto end = node();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("site.yaml: ups 'played': "));
  EXPECT_THAT(end.said, HasSubstr("played.dev"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
}

TEST_F(SiteFiles, AnAgentWithoutAFolderForItsRecordsIsOneMessage) {
  std::filesystem::remove(lab->folder() / "web1/state");
  const auto end = agent();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("make it: install -d -m 0700"));
  EXPECT_EQ(lines(end.said), 1u) << end.said;
}

TEST_F(SiteFiles, AProgramThatOthersMayChangeIsNoAction) {
  std::filesystem::permissions(lab->folder() / "web1/shutdown", std::filesystem::perms::all);
  const auto end = agent();
  EXPECT_EQ(end.status, 2);
  EXPECT_THAT(end.said, HasSubstr("can be changed by others"));
  EXPECT_EQ(lines(end.said), 1u);
}

}  // namespace
}  // namespace holdover
