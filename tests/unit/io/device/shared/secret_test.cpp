#include "io/device/secret.hpp"

#include "tests/support/scratch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace holdover::device {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string fetched(const std::string& reference) {
  auto came = fetch_secret(reference);
  const auto* why = std::get_if<failure>(&came);
  if (why == nullptr) return std::get<std::string>(came);
  EXPECT_EQ(why->kind, failure_kind::refused);
  return "failure: " + why->text;
}

TEST(DeviceSecret, AFileGivesItsContentWithoutBlanksAround) {
  support::scratch folder;
  EXPECT_EQ(fetched("file:" + folder.write("secret", " admin:pass word\n\n", 0600)),
            "admin:pass word");
  EXPECT_EQ(fetched("file:" + folder.write("empty", "\n", 0640)), "");
}

TEST(DeviceSecret, AFileIsReadAnewEachTime) {
  support::scratch folder;
  auto file = folder.write("secret", "old", 0600);
  EXPECT_EQ(fetched("file:" + file), "old");
  folder.write("secret", "new", 0600);
  EXPECT_EQ(fetched("file:" + file), "new");
}

TEST(DeviceSecret, AFileThatEverybodyMayReadIsRefusedWithARemedy) {
  support::scratch folder;
  auto text = fetched("file:" + folder.write("secret", "hunter2", 0644));
  EXPECT_THAT(text, HasSubstr("chmod o= "));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(DeviceSecret, WhatIsNoFileOrTooLongIsRefused) {
  support::scratch folder;
  EXPECT_THAT(fetched("file:" + (folder / "missing")), HasSubstr("cannot open"));
  EXPECT_THAT(fetched("file:" + folder.path().string()), HasSubstr("failure"));
  EXPECT_THAT(fetched("file:" + folder.write("long", std::string(10000, 'x'), 0600)),
              HasSubstr("too long"));
}

TEST(DeviceSecret, AVariableOfTheEnvironmentGivesItsValue) {
  ::setenv("HOLDOVER_TEST_SECRET", "admin:secret", 1);
  EXPECT_EQ(fetched("env:HOLDOVER_TEST_SECRET"), "admin:secret");
  ::unsetenv("HOLDOVER_TEST_SECRET");
  EXPECT_THAT(fetched("env:HOLDOVER_TEST_SECRET"), HasSubstr("HOLDOVER_TEST_SECRET"));
}

TEST(DeviceSecret, ASecretInPlaceOfAReferenceIsRefusedAndNotShown) {
  for (const std::string text : {"hunter2", "file:", "env:", ""}) {
    EXPECT_FALSE(is_secret_reference(text));
    EXPECT_THAT(fetched(text), HasSubstr("not the secret itself"));
  }
  EXPECT_THAT(fetched("hunter2"), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace holdover::device
