#include "io/config/suggest.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

TEST(Suggest, SwappedNeighboursAreOneMistake) {
  EXPECT_EQ(edit_distance("nmae", "name"), 1u);
  EXPECT_EQ(edit_distance("nam", "name"), 1u);
  EXPECT_EQ(edit_distance("name", "name"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggest, ANearWordIsSuggestedAndAFarOneListed) {
  EXPECT_EQ(suggestion("hosst", {"hosts", "stages"}), "; did you mean \"hosts\"?");
  EXPECT_EQ(suggestion("computers", {"hosts", "stages"}), "; known here: hosts, stages");
  EXPECT_EQ(suggestion("anything", {}), "");
}

TEST(Suggest, AShortWordIsNotAnyOtherShortWord) {
  EXPECT_EQ(suggestion("ab", {"xy"}), "; known here: xy");
}

TEST(Suggest, ChoicesReadLikeASentence) {
  EXPECT_EQ(choice({"a"}), "a");
  EXPECT_EQ(choice({"a", "b", "c"}), "a, b or c");
}

TEST(Suggest, QuotedTextIsShortAndHarmless) {
  EXPECT_EQ(in_quotes("a\x1B[31mb"), "\"a [31mb\"");
  EXPECT_EQ(in_quotes(std::string(200, 'x')), '"' + std::string(64, 'x') + "…\"");
}

}  // namespace
}  // namespace holdover::config
