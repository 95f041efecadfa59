#include "io/host/agent_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>

namespace holdover::host {
namespace {

class AgentFiles : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "agent-files-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    ::chmod(folder.c_str(), 0700);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  agent_files files() const { return agent_files{folder}; }
  std::string content() const {
    std::ifstream file{folder + "/commit"};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  std::string folder;
};

TEST_F(AgentFiles, NoBootIsCommittedInAnEmptyFolder) {
  EXPECT_EQ(files().objection(), std::nullopt);
  EXPECT_FALSE(files().committed("boot-1"));
}

TEST_F(AgentFiles, ReservedRoomIsNoCommit) {
  EXPECT_EQ(files().reserve_commit(), std::nullopt);
  EXPECT_FALSE(files().committed("boot-1"));
  EXPECT_FALSE(files().committed(""));
}

TEST_F(AgentFiles, ACommitIsFoundForItsOwnBootOnly) {
  ASSERT_EQ(files().reserve_commit(), std::nullopt);
  ASSERT_EQ(files().write_commit("boot-1", "votes", {"\x01\xff"}), std::nullopt);
  EXPECT_TRUE(files().committed("boot-1"));
  EXPECT_FALSE(files().committed("boot-2"));
  EXPECT_NE(content().find("cause votes\nevidence 01ff\n"), std::string::npos);
}

TEST_F(AgentFiles, ACommitWithoutReservedRoomIsKeptAlike) {
  ASSERT_EQ(files().write_commit("boot-1", "votes", {}), std::nullopt);
  EXPECT_TRUE(files().committed("boot-1"));
}

TEST_F(AgentFiles, ACommitTakesNoRoomBeyondWhatWasReserved) {
  ASSERT_EQ(files().reserve_commit(), std::nullopt);
  const auto room = std::filesystem::file_size(folder + "/commit");
  ASSERT_EQ(files().write_commit("boot-1", "votes", {std::string(500, 'x')}), std::nullopt);
  EXPECT_EQ(std::filesystem::file_size(folder + "/commit"), room);
}

TEST_F(AgentFiles, NothingOfAnOlderLongerRecordIsLeft) {
  ASSERT_EQ(files().write_commit("boot-1", "votes", {std::string(20000, 'x')}), std::nullopt);
  ASSERT_EQ(files().write_commit("boot-2", "fallback", {}), std::nullopt);
  EXPECT_TRUE(files().committed("boot-2"));
  EXPECT_EQ(content().find("evidence"), std::string::npos);
}

TEST_F(AgentFiles, ReservingKeepsTheRecordThatIsThere) {
  ASSERT_EQ(files().write_commit("boot-1", "votes", {"a"}), std::nullopt);
  ASSERT_EQ(files().reserve_commit(), std::nullopt);
  EXPECT_TRUE(files().committed("boot-1"));
  EXPECT_NE(content().find("evidence 61\n"), std::string::npos);
}

TEST_F(AgentFiles, AFolderThatIsGoneIsNamedWithItsRemedy) {
  std::filesystem::remove_all(folder);
  const auto why = files().objection();
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("install -d -m 0700 " + folder), std::string::npos);
  EXPECT_TRUE(files().write_commit("boot-1", "votes", {}));
  EXPECT_TRUE(files().reserve_commit());
}

TEST_F(AgentFiles, AFolderThatOthersMayWriteToIsRefused) {
  ::chmod(folder.c_str(), 0777);
  const auto why = files().objection();
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("chmod 0700"), std::string::npos);
}

TEST_F(AgentFiles, CommandsAreLoggedOneLineEach) {
  ASSERT_EQ(files().log_command("received from node 1: shutdown"), std::nullopt);
  ASSERT_EQ(files().log_command("refused from node 2: shutdown"), std::nullopt);
  std::ifstream file{folder + "/commands.log"};
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_NE(line.find("Z received from node 1: shutdown"), std::string::npos);
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_NE(line.find("Z refused from node 2: shutdown"), std::string::npos);
}

TEST_F(AgentFiles, EvidenceIsReplacedAndIsOfOneBootOnly) {
  EXPECT_EQ(files().evidence("boot-1"), "");
  ASSERT_EQ(files().keep_evidence("boot-1", "a long first one\nwith lines\n"), std::nullopt);
  ASSERT_EQ(files().keep_evidence("boot-1", "second\n"), std::nullopt);
  EXPECT_EQ(files().evidence("boot-1"), "second\n");
  EXPECT_EQ(files().evidence("boot-2"), "");
}

TEST_F(AgentFiles, EmptyEvidenceIsRemoved) {
  ASSERT_EQ(files().keep_evidence("boot-1", "first\n"), std::nullopt);
  ASSERT_EQ(files().keep_evidence("boot-1", ""), std::nullopt);
  ASSERT_EQ(files().keep_evidence("boot-1", ""), std::nullopt) << "twice is no problem";
  EXPECT_FALSE(std::filesystem::exists(folder + "/evidence"));
}

TEST_F(AgentFiles, EvidenceThatCannotBeKeptIsAProblemInWords) {
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(files().keep_evidence("boot-1", "first\n"));
}

}  // namespace
}  // namespace holdover::host
