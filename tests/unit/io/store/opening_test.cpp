// What a journal says about a file that it cannot use: one sentence, with the way out.

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>

namespace holdover::store {
namespace {

using testing::HasSubstr;

class Opening : public testing::Test {
protected:
  temporary_folder folder;
  std::string path = folder / "journal.db";
};

TEST_F(Opening, RefusesAFolderInPlaceOfTheFile) {
  std::filesystem::create_directory(path);
  const auto refusal = refusal_of(options_at(path));
  EXPECT_EQ(refusal.kind, trouble::no_place);
  EXPECT_EQ(refusal.text, "journal '" + path + "': this is a folder; name a file in it");
}

TEST_F(Opening, RefusesAMissingFolder) {
  const auto refusal = refusal_of(options_at(folder / "missing/journal.db"));
  EXPECT_EQ(refusal.kind, trouble::no_place);
  EXPECT_THAT(refusal.text, HasSubstr("make '" + (folder / "missing") + "'"));
}

TEST_F(Opening, RefusesAFileInPlaceOfTheFolder) {
  std::ofstream(folder / "file") << "x";
  EXPECT_EQ(refusal_of(options_at(folder / "file/journal.db")).kind, trouble::no_place);
}

TEST_F(Opening, RefusesATextFileAndLeavesItAlone) {
  const std::string text = "site: demo\n" + std::string(5000, 'x');
  std::ofstream(path) << text;
  const auto refusal = refusal_of(options_at(path));
  EXPECT_EQ(refusal.kind, trouble::not_ours);
  EXPECT_EQ(
      refusal.text,
      "journal '" + path + "': file is not a database; move the file away or name another one");
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST_F(Opening, RefusesADatabaseOfAnotherProgram) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  sqlite3_exec(raw, "CREATE TABLE recipes(name)", nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  const auto refusal = refusal_of(options_at(path));
  EXPECT_EQ(refusal.kind, trouble::not_ours);
  EXPECT_THAT(refusal.text, HasSubstr("database of another program; move the file away"));
}

TEST_F(Opening, RefusesAFileOfANewerVersion) {
  { open_journal(path); }
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  EXPECT_THAT(refusal_of(options_at(path)).text, HasSubstr("newer version of holdover"));
}

TEST_F(Opening, RefusesTheJournalOfAnotherNode) {
  { open_journal(path); }
  EXPECT_THAT(refusal_of(options_at(path, "beta")).text,
              HasSubstr("belongs to alpha of site demo, not to beta"));
}

TEST_F(Opening, RefusesAFileThatAnotherProcessHolds) {
  auto first = open_journal(path);
  const auto refusal = refusal_of(options_at(path));
  EXPECT_EQ(refusal.kind, trouble::in_use);
  EXPECT_THAT(refusal.text, HasSubstr("another process holds it"));
}

TEST_F(Opening, RefusesADamagedFile) {
  { open_journal(path); }
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file << std::string(3000, '\xff');
  file.close();
  const auto refusal = refusal_of(options_at(path));
  EXPECT_EQ(refusal.kind, trouble::damaged);
  EXPECT_THAT(refusal.text, HasSubstr("move the file away and start again"));
}

TEST_F(Opening, IsNotForEverybodysEyes) {
  { open_journal(path); }
  struct stat there {};
  ASSERT_EQ(stat(path.c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 07, 0u);
}

TEST_F(Opening, AReaderSaysThatThereIsNoFile) {
  const auto opened = journal_view::open(path);
  const auto failed = fault_of(opened);
  ASSERT_TRUE(failed);
  EXPECT_THAT(failed->text, HasSubstr("there is no such file"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Opening, AReaderSeesWhatARunningNodeWrites) {
  auto j = open_journal(path);
  append(j, {node_says("started")});
  const auto view = must(journal_view::open(path));
  EXPECT_EQ(must(view.query({})).size(), 1u);
  append(j, {node_says("stopping")});
  EXPECT_EQ(must(view.query({})).size(), 2u);
}

}  // namespace
}  // namespace holdover::store
