#include "io/device/nut/line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::nut {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(NutLine, WordsStandBetweenBlanks) {
  EXPECT_THAT(split("VAR rack  ups.status\tOL"),
              Optional(ElementsAre("VAR", "rack", "ups.status", "OL")));
}

TEST(NutLine, AQuotedWordKeepsItsBlanksAndEscapes) {
  EXPECT_THAT(split(R"(VAR rack ups.model "Smart-UPS \"750\" \\ x")"),
              Optional(ElementsAre("VAR", "rack", "ups.model", R"(Smart-UPS "750" \ x)")));
}

TEST(NutLine, AnEmptyQuotedWordIsAWord) {
  EXPECT_THAT(split(R"(VAR rack ups.id "")"), Optional(ElementsAre("VAR", "rack", "ups.id", "")));
}

TEST(NutLine, ALineWithoutWordsIsEmptyAndNoError) {
  EXPECT_THAT(split(""), Optional(ElementsAre()));
  EXPECT_THAT(split("   "), Optional(ElementsAre()));
}

TEST(NutLine, AnOpenQuoteIsRefused) {
  EXPECT_EQ(split(R"(VAR rack ups.model "Smart)"), std::nullopt);
  EXPECT_EQ(split(R"(VAR "Smart\)"), std::nullopt);
  EXPECT_EQ(split(R"(VAR \)"), std::nullopt);
}

TEST(NutLine, AQuoteThatTouchesAnotherWordIsRefused) {
  EXPECT_EQ(split(R"(VAR "a"b)"), std::nullopt);
  EXPECT_EQ(split(R"(VAR a"b")"), std::nullopt);
}

TEST(NutLine, TooManyWordsOrBytesAreRefused) {
  std::string many;
  for (std::size_t i = 0; i <= words_max; ++i)
    many += "w ";
  EXPECT_EQ(split(many), std::nullopt);
  EXPECT_EQ(split(std::string(line_bytes_max + 1, 'x')), std::nullopt);
}

TEST(NutLine, WhatWasQuotedSplitsBackToItself) {
  for (const std::string word : {"plain", "", "two words", R"(a "b" \c\)", "a=b", "# no comment"}) {
    auto line = request_line({"SET", "VAR", word});
    ASSERT_TRUE(line);
    EXPECT_TRUE(line->ends_with('\n'));
    EXPECT_THAT(split(line->substr(0, line->size() - 1)),
                Optional(ElementsAre("SET", "VAR", word)));
  }
}

TEST(NutLine, AWordThatCouldBeginAnotherCommandIsRefused) {
  EXPECT_EQ(quote("rack\nINSTCMD rack load.off"), std::nullopt);
  EXPECT_EQ(quote(std::string_view("a\0b", 3)), std::nullopt);
  EXPECT_EQ(request_line({"LIST", "VAR", "rack\r"}), std::nullopt);
}

TEST(NutLine, ARequestWithoutWordsOrWithTooManyBytesIsRefused) {
  EXPECT_EQ(request_line({}), std::nullopt);
  EXPECT_EQ(request_line({std::string(line_bytes_max, 'x')}), std::nullopt);
}

TEST(NutLineBuffer, LinesComeOutWhole) {
  line_buffer lines;
  EXPECT_TRUE(lines.take("BEGIN LI"));
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_TRUE(lines.take("ST VAR rack\r\nVAR rack a \"1\"\nEND"));
  EXPECT_EQ(lines.next(), "BEGIN LIST VAR rack");
  EXPECT_EQ(lines.next(), "VAR rack a \"1\"");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_TRUE(lines.take("\n"));
  EXPECT_EQ(lines.next(), "END");
}

TEST(NutLineBuffer, ALineWithoutAnEndIsGivenUp) {
  line_buffer lines;
  EXPECT_TRUE(lines.take(std::string(line_bytes_max, 'x')));
  EXPECT_FALSE(lines.take("x"));
}

}  // namespace
}  // namespace holdover::device::nut
