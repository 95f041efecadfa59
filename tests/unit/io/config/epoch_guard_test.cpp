#include "io/config/epoch_guard.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::config {
namespace {

using ::testing::HasSubstr;

struct EpochGuard : testing::Test, folder {
  epoch_verdict starts_with(std::uint64_t epoch) const {
    return guard_epoch(path("epoch"), epoch, "members.yaml");
  }
};

TEST_F(EpochGuard, AnyEpochMayBeTheFirst) {
  const auto found = starts_with(7);
  EXPECT_FALSE(found.objection);
  EXPECT_FALSE(found.trouble);
  EXPECT_EQ(read("epoch"), "7\n");
}

TEST_F(EpochGuard, TheSameOrAHigherEpochIsTakenAndKept) {
  starts_with(7);
  EXPECT_FALSE(starts_with(7).objection);
  EXPECT_FALSE(starts_with(8).objection);
  EXPECT_EQ(read("epoch"), "8\n");
}

TEST_F(EpochGuard, AnEarlierEpochIsRefusedWithTheRemedyAndChangesNothing) {
  starts_with(8);
  const auto found = starts_with(7);
  ASSERT_TRUE(found.objection);
  EXPECT_THAT(*found.objection, HasSubstr("members.yaml is of epoch 7"));
  EXPECT_THAT(*found.objection, HasSubstr("install the newest document"));
  EXPECT_EQ(read("epoch"), "8\n");
}

TEST_F(EpochGuard, AMemoryThatHoldsNoNumberIsToldAndReplaced) {
  for (const auto* content : {"", "eight\n", "8 9\n", "-1\n"}) {
    write("epoch", content);
    const auto found = starts_with(7);
    EXPECT_FALSE(found.objection) << content;
    EXPECT_TRUE(found.trouble) << content;
    EXPECT_EQ(read("epoch"), "7\n") << content;
  }
}

TEST_F(EpochGuard, AMemoryThatCannotBeKeptIsToldAndTheHostStaysProtected) {
  const auto found = guard_epoch(path("no/such/folder/epoch"), 1, "members.yaml");
  EXPECT_FALSE(found.objection);
  ASSERT_TRUE(found.trouble);
  EXPECT_THAT(*found.trouble, HasSubstr("could not be kept"));
}

}  // namespace
}  // namespace holdover::config
