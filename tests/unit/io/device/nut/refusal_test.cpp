#include "io/device/nut/refusal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::nut {
namespace {

using testing::HasSubstr;
using testing::Not;

const asked question{.server = "10.0.0.5:3493", .ups = "rack", .what = "outlet.1.load.off"};

TEST(NutRefusal, EachWordOfUpsdHasItsKind) {
  const std::vector<std::pair<std::string, failure_kind>> words{
      {"ACCESS-DENIED", failure_kind::refused},
      {"USERNAME-REQUIRED", failure_kind::refused},
      {"INSTCMD-FAILED", failure_kind::refused},
      {"UNKNOWN-UPS", failure_kind::unknown_unit},
      {"DATA-STALE", failure_kind::stale},
      {"DRIVER-NOT-CONNECTED", failure_kind::unreachable},
      {"CMD-NOT-SUPPORTED", failure_kind::unsupported},
      {"READONLY", failure_kind::unsupported},
      {"UNKNOWN-COMMAND", failure_kind::nonsense}};
  for (const auto& [word, kind] : words)
    EXPECT_EQ(explain(word, question).kind, kind) << word;
}

TEST(NutRefusal, TheTextNamesWhatWasAskedAndWhatToDo) {
  EXPECT_EQ(
      explain("UNKNOWN-UPS", question).text,
      "upsd on 10.0.0.5:3493 has no UPS \"rack\"; `upsc -l 10.0.0.5:3493` lists those it has");
  EXPECT_EQ(explain("CMD-NOT-SUPPORTED", question).text,
            "\"rack\" on 10.0.0.5:3493 has no command outlet.1.load.off; "
            "`upscmd -l rack@10.0.0.5:3493` lists those it has");
}

TEST(NutRefusal, NoTextKeepsABlankToFillIn) {
  for (const auto* word : {"ACCESS-DENIED",
                           "UNKNOWN-UPS",
                           "DATA-STALE",
                           "DRIVER-NOT-CONNECTED",
                           "CMD-NOT-SUPPORTED",
                           "VAR-NOT-SUPPORTED",
                           "READONLY",
                           "INSTCMD-FAILED",
                           "SET-FAILED",
                           "USERNAME-REQUIRED",
                           "PASSWORD-REQUIRED",
                           "INVALID-USERNAME",
                           "INVALID-PASSWORD",
                           "TLS-NOT-ENABLED",
                           "FEATURE-NOT-SUPPORTED",
                           "FEATURE-NOT-CONFIGURED",
                           "INVALID-VALUE",
                           "TOO-LONG",
                           "INVALID-ARGUMENT",
                           "UNKNOWN-COMMAND"})
    EXPECT_THAT(explain(word, question).text, Not(HasSubstr("{"))) << word;
}

TEST(NutRefusal, AnUnknownWordIsShownMadeHarmless) {
  auto why = explain("STRANGE\x1b[2J", question);
  EXPECT_EQ(why.kind, failure_kind::refused);
  EXPECT_THAT(why.text, HasSubstr("STRANGE"));
  EXPECT_THAT(why.text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace holdover::device::nut
