#include "io/keys/key_file.hpp"

#include "io/keys/z85.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace holdover::keys {
namespace {

using testing::HasSubstr;
using testing::Not;

class KeyFile : public testing::Test {
protected:
  KeyFile() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "holdover-keys-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "node-a.key";
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }

  void write_raw(const std::string& text) {
    std::ofstream{path_, std::ios::binary} << text;
    ::chmod(path_.c_str(), 0600);
  }
  std::string raw() const {
    std::ostringstream text;
    text << std::ifstream{path_, std::ios::binary}.rdbuf();
    return text.str();
  }
  std::string why_not_read() const {
    const auto result = read_key_file(path_);
    const auto* why = std::get_if<refusal>(&result);
    return why != nullptr ? why->reason : "";
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
  key_pair keys_ = make_key_pair("node-a");
};

TEST_F(KeyFile, WhatIsWrittenIsRead) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  const auto result = read_key_file(path_);
  const auto* read = std::get_if<key_pair>(&result);
  ASSERT_NE(read, nullptr) << why_not_read();
  EXPECT_EQ(read->name, "node-a");
  EXPECT_EQ(read->curve.public_key, keys_.curve.public_key);
  EXPECT_EQ(read->sign.public_key, keys_.sign.public_key);
  EXPECT_TRUE(
      std::ranges::equal(read->curve.private_key.reveal(), keys_.curve.private_key.reveal()));
  EXPECT_TRUE(std::ranges::equal(read->sign.seed.reveal(), keys_.sign.seed.reveal()));
}

TEST_F(KeyFile, BelongsToItsOwnerAloneWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    const auto before = ::umask(mask);
    const auto problem = write_key_file(keys_, path_);
    ::umask(before);
    ASSERT_FALSE(problem) << problem->reason;
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, mode_t{0600});
    std::filesystem::remove(path_);
  }
}

TEST_F(KeyFile, IsNeverOverwritten) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  const auto before = raw();
  const auto problem = write_key_file(make_key_pair("node-a"), path_);
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->reason, HasSubstr("never overwritten"));
  EXPECT_EQ(raw(), before);
}

TEST_F(KeyFile, IsNotWrittenThroughALink) {
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_TRUE(write_key_file(keys_, path_));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

TEST_F(KeyFile, InAFolderThatDoesNotExistIsAnErrorThatNamesIt) {
  const auto problem = write_key_file(keys_, folder_ / "none" / "x.key");
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->reason, HasSubstr("none/x.key"));
}

TEST_F(KeyFile, ANameThatIsNoPlainWordIsNotWritten) {
  keys_.name = "node a\nsign-secret 00";
  EXPECT_TRUE(write_key_file(keys_, path_));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(KeyFile, OpenToOthersIsRefusedWithTheRemedy) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U, 0660U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_THAT(why_not_read(), HasSubstr("chmod 600 " + path_.string())) << mode;
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_EQ(why_not_read(), "");
}

TEST_F(KeyFile, ThatIsMissingIsRefused) {
  EXPECT_THAT(why_not_read(), HasSubstr(path_.string()));
}

TEST_F(KeyFile, ThatIsNoRegularFileIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(why_not_read(), HasSubstr("not a regular file"));
}

TEST_F(KeyFile, OfAnotherKindIsRefused) {
  for (const auto* text : {"", "\n", "holdover-key-v2\n", "-----BEGIN PRIVATE KEY-----\n"}) {
    write_raw(text);
    EXPECT_THAT(why_not_read(), HasSubstr("not a key file")) << text;
  }
}

TEST_F(KeyFile, ThatIsTooLargeIsRefused) {
  write_raw("holdover-key-v1\nname " + std::string(100'000, 'a'));
  EXPECT_THAT(why_not_read(), HasSubstr("too large"));
}

TEST_F(KeyFile, CutOffAnywhereIsRefused) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  const auto whole = raw();
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    write_raw(whole.substr(0, size));
    EXPECT_NE(why_not_read(), "") << size;
  }
}

TEST_F(KeyFile, WithOneCharacterChangedIsRefusedOrHasAnotherName) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  const auto whole = raw();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto changed = whole;
    changed[i] = changed[i] == '1' ? '2' : '1';
    if (changed == whole) continue;
    write_raw(changed);
    const auto result = read_key_file(path_);
    if (const auto* read = std::get_if<key_pair>(&result)) {
      EXPECT_NE(read->name, "node-a") << i;
    }
  }
}

TEST_F(KeyFile, WithALineTooManyIsRefused) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  write_raw(raw() + "more\n");
  EXPECT_THAT(why_not_read(), HasSubstr("follows"));
}

TEST_F(KeyFile, NoRefusalQuotesASecret) {
  ASSERT_FALSE(write_key_file(keys_, path_));
  const auto whole = raw();
  const auto z85 = z85_encode(keys_.curve.private_key.reveal());
  ASSERT_THAT(whole, HasSubstr(z85));
  for (std::size_t cut = 1; cut < 6; ++cut) {
    write_raw(whole.substr(0, whole.find("sign-secret")) + "sign-secret x\n" + whole.substr(cut));
    const auto why = why_not_read();
    EXPECT_NE(why, "");
    EXPECT_THAT(why, Not(HasSubstr(z85)));
  }
}

TEST(SignKeyText, IsHexadecimalBothWays) {
  const auto key = make_key_pair("a").sign.public_key;
  EXPECT_EQ(sign_key_text(key).size(), 64U);
  EXPECT_EQ(parse_sign_key(sign_key_text(key)), key);
}

TEST(SignKeyText, AnythingElseIsRefused) {
  const auto good = sign_key_text(make_key_pair("a").sign.public_key);
  EXPECT_FALSE(parse_sign_key(""));
  EXPECT_FALSE(parse_sign_key(good + "00"));
  EXPECT_FALSE(parse_sign_key(good.substr(2)));
  EXPECT_FALSE(parse_sign_key("x" + good.substr(1)));
  EXPECT_FALSE(parse_sign_key(good.substr(1) + " "));
}

}  // namespace
}  // namespace holdover::keys
