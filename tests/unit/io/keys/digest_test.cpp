#include "io/keys/digest.hpp"

#include "io/keys/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <unistd.h>

namespace holdover::keys {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Digest, TheExampleOfItsSpecificationIsMet) {
  const auto d = sha256("abc");
  EXPECT_EQ(d[0], 0xba);
  EXPECT_EQ(d[1], 0x78);
  EXPECT_EQ(d[31], 0xad);
}

TEST(Digest, OfAFileIsThatOfItsContent) {
  std::string path = (std::filesystem::temp_directory_path() / "holdover-digest-XXXXXX").string();
  const int descriptor = ::mkstemp(path.data());
  ASSERT_GE(descriptor, 0);
  ::close(descriptor);
  for (const std::size_t size : {0U, 1U, 16384U, 16385U, 100'000U}) {
    const std::string content(size, 'x');
    std::ofstream{path, std::ios::binary} << content;
    const auto result = sha256_of_file(path);
    ASSERT_TRUE(std::holds_alternative<digest>(result));
    EXPECT_EQ(std::get<digest>(result), sha256(content)) << size;
  }
  std::filesystem::remove(path);
}

TEST(Digest, OfAFileThatIsNotThereIsRefusedByName) {
  const auto result = sha256_of_file("/nowhere/site.yaml");
  ASSERT_TRUE(std::holds_alternative<refusal>(result));
  EXPECT_THAT(std::get<refusal>(result).reason, testing::HasSubstr("/nowhere/site.yaml"));
}

TEST(Digest, OfADirectoryIsRefused) {
  EXPECT_TRUE(std::holds_alternative<refusal>(sha256_of_file("/")));
}

TEST(RandomId, IsNeverTheSameAndNeverNone) {
  std::set<random_id> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = make_random_id();
    EXPECT_TRUE(id);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace holdover::keys
