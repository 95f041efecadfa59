#include "core/utf8.hpp"

#include <gtest/gtest.h>

namespace holdover::utf8 {
namespace {

TEST(Utf8, EveryFormOfUpToFourBytesIsRead) {
  EXPECT_EQ(first("A").code, U'A');
  EXPECT_EQ(first("\xC3\xA9").code, U'\u00E9');
  EXPECT_EQ(first("\xE2\x82\xAC").code, U'\u20AC');
  EXPECT_EQ(first("\xF0\x9F\x94\x8B").code, U'\U0001F50B');
}

TEST(Utf8, OverlongFormsSurrogatesAndStrayBytesAreInvalid) {
  for (const auto* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                          "\xC3", "\xE2\x82", "\xFF"})
    EXPECT_FALSE(valid(bad)) << testing::PrintToString(std::string{bad});
}

TEST(Utf8, ControlsAndDirectionMarksAreNotPrintable) {
  EXPECT_TRUE(
      printable(std::string_view{"Rack 1, \xC3\x9C"
                                 "berwachung \xE2\x82\xAC"}));
  for (const auto* bad :
       {"a\nb", "\x1B[31m", "\x7F", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xEF\xBB\xBF"})
    EXPECT_FALSE(printable(std::string_view{bad})) << testing::PrintToString(std::string{bad});
}

TEST(Utf8, CleaningReplacesWhatCannotBeShownAndCutsBetweenCharacters) {
  EXPECT_EQ(cleaned("a\x1B"
                    "b\xFF"
                    "c",
                    100, false),
            "a b\xEF\xBF\xBD"
            "c");
  EXPECT_EQ(cleaned("one\ntwo", 100, true), "one\ntwo");
  EXPECT_EQ(cleaned("one\ntwo", 100, false), "one two");
  EXPECT_EQ(cleaned("\xC3\xA9\xC3\xA9\xC3\xA9", 2, false), "\xC3\xA9\xC3\xA9");
}

TEST(Utf8, LengthCountsCharactersNotBytes) {
  EXPECT_EQ(length(""), 0u);
  EXPECT_EQ(length("\xC3\xA9\xE2\x82\xAC"
                   "a"),
            3u);
}

}  // namespace
}  // namespace holdover::utf8
