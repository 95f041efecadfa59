#include "io/host/agent_files.hpp"

#include "tests/support/scratch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>

namespace holdover::host {
namespace {

class AgentFiles : public ::testing::Test {
protected:
  agent_files files() const { return agent_files{folder}; }
  std::string content() const {
    std::ifstream file{folder + "/commit"};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  const support::scratch scratch;
  const std::string folder = scratch.path().string();
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

// Root is stopped by no mode, but by a file where a folder should be: every way in fails.
TEST_F(AgentFiles, AFolderThatTakesNothingNewSaysSo) {
  EXPECT_EQ(files().unwritable(), std::nullopt);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_TRUE(agent_files{"/proc/self"}.unwritable()) << "a file system that takes no files";
  const auto file = folder + "/file";
  std::ofstream{file} << "x";
  EXPECT_TRUE(agent_files{file}.unwritable());
}

TEST_F(AgentFiles, AFullDiskTakesNothingUntilThereIsRoom) {
  if (::unshare(CLONE_NEWNS) != 0
      || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
      || ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "mode=0700,size=64k") != 0)
    GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(files().unwritable(), std::nullopt);
  const auto ballast = folder + "/ballast";
  std::ofstream{ballast} << std::string(1 << 20, 'x') << std::flush;
  EXPECT_TRUE(files().unwritable());
  EXPECT_TRUE(files().keep_evidence("boot-1", "first\n"));
  std::filesystem::remove(ballast);
  EXPECT_EQ(files().unwritable(), std::nullopt);
  EXPECT_EQ(::umount(folder.c_str()), 0);
}

TEST_F(AgentFiles, OnAReadOnlyFileSystemNothingIsKeptAndNothingIsLost) {
  if (::unshare(CLONE_NEWNS) != 0
      || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
      || ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "mode=0700") != 0)
    GTEST_SKIP() << "needs the right to mount";
  ASSERT_EQ(files().write_commit("boot-1", "votes", {}), std::nullopt);
  ASSERT_EQ(files().keep_evidence("boot-1", "first\n"), std::nullopt);
  ASSERT_EQ(::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_TRUE(files().unwritable());
  EXPECT_TRUE(files().keep_evidence("boot-1", "second\n"));
  EXPECT_TRUE(files().keep_evidence("boot-1", "")) << "it cannot be taken back either";
  EXPECT_EQ(files().evidence("boot-1"), "first\n")
      << "out of date: why unwritable() is asked first";
  EXPECT_TRUE(files().committed("boot-1"));
  EXPECT_TRUE(files().write_commit("boot-2", "votes", {}));
  EXPECT_EQ(::umount(folder.c_str()), 0);
}

// ---- Which life of the host this is ------------------------------------------------------------

class Boot : public AgentFiles {
protected:
  std::string made(const std::string& name, const std::string& text) const {
    std::ofstream{folder + "/" + name} << text;
    return folder + "/" + name;
  }
  static std::string stat(const std::string& name, const std::string& start) {
    return "1 (" + name + ") S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + start + " 100 200\n";
  }
};

TEST_F(Boot, IsTheKernelsAndTheStartOfTheFirstProcess) {
  const auto kernel = made("kernel", "abc-def\n");
  EXPECT_EQ(read_boot("", kernel, made("stat", stat("systemd", "24"))).id, "abc-def.24");
  EXPECT_EQ(read_boot("", kernel, made("stat", stat("odd) (name", "77"))).id, "abc-def.77");
}

TEST_F(Boot, AContainerThatIsStartedAgainIsANewOneOnTheSameKernel) {
  const auto kernel = made("kernel", "abc-def\n");
  const auto first = read_boot("", kernel, made("stat", stat("init", "5000")));
  ASSERT_EQ(files().write_commit(first.id, "votes", {}), std::nullopt);
  EXPECT_TRUE(files().committed(read_boot("", kernel, folder + "/stat").id));
  const auto second = read_boot("", kernel, made("stat", stat("init", "9000")));
  EXPECT_FALSE(files().committed(second.id));
}

TEST_F(Boot, AnEmptyOrUnreadableIdIsAProblemAndNoId) {
  const auto process = made("stat", stat("init", "5000"));
  for (const auto& kernel : {made("kernel", ""), folder + "/none"}) {
    const auto found = read_boot("", kernel, process);
    EXPECT_EQ(found.id, "");
    EXPECT_NE(found.problem.find(kernel), std::string::npos);
  }
}

TEST_F(Boot, AFirstProcessThatDoesNotTellItsStartIsAProblem) {
  const auto kernel = made("kernel", "abc-def\n");
  for (const auto& process : {made("stat", "1 (init) S 0 1\n"), made("no_name", "1 init\n"),
                              made("word", stat("init", "soon")), folder + "/none"})
    EXPECT_FALSE(read_boot("", kernel, process).problem.empty()) << process;
}

TEST_F(Boot, OfALabIsItsFileAlone) {
  EXPECT_EQ(read_boot(made("lab", "lab-1\n"), "", "").id, "lab-1");
  EXPECT_FALSE(read_boot(made("lab", ""), "", "").problem.empty());
}

TEST_F(Boot, OfThisMachineStaysTheSame) {
  const auto found = read_boot("");
  EXPECT_EQ(found.problem, "");
  EXPECT_EQ(read_boot("").id, found.id);
}

TEST_F(AgentFiles, TheLogOfCommandsHasALimit) {
  const auto log = folder + "/commands.log";
  const std::string line(1 << 16, 'x');
  for (int i = 0; i < 40; ++i)
    ASSERT_EQ(files().log_command(line), std::nullopt);
  const auto most = agent_files::command_log_bytes_max + (1 << 17);
  EXPECT_LT(std::filesystem::file_size(log), static_cast<std::uintmax_t>(most));
  EXPECT_LT(std::filesystem::file_size(log + ".1"), static_cast<std::uintmax_t>(most));
  EXPECT_GE(std::filesystem::file_size(log + ".1"),
            static_cast<std::uintmax_t>(agent_files::command_log_bytes_max));
}

}  // namespace
}  // namespace holdover::host
