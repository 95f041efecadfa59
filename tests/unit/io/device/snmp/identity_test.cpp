// Our SNMP engine's identity, kept from start to start.

#include "io/device/snmp/identity.hpp"

#include "tests/support/scratch.hpp"

#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

struct EngineIdentity : testing::Test {
  support::scratch folder;
  std::string file = folder / "engine";
};

TEST_F(EngineIdentity, IsMadeOnceAndItsStartsAreCounted) {
  const auto first = take_identity(file);
  const auto second = take_identity(file);
  const auto third = take_identity(file);
  EXPECT_EQ(first.problem + second.problem + third.problem, "");
  EXPECT_EQ(first.boots, 1u);
  EXPECT_EQ(third.boots, 3u);
  EXPECT_EQ(second.bytes, first.bytes);
  EXPECT_EQ(third.bytes, first.bytes);
}

TEST_F(EngineIdentity, HasTheFormOfTheStandardAndIsNobodyElses) {
  const auto bytes = take_identity(file).bytes;
  EXPECT_EQ(bytes.size(), 17u);
  EXPECT_NE(static_cast<unsigned char>(bytes[0]) & 0x80, 0);
  EXPECT_NE(take_identity(folder / "other").bytes, bytes);
}

TEST_F(EngineIdentity, AFileThatSaysSomethingElseGivesANewOneAndIsSaid) {
  for (const auto* text : {"", "engine", "engine zz started 3", "engine 8000 started 3",
                           "engine 80001f8880aa started x", "motor 80001f8880aa started 3",
                           "engine 80001f8880aa started 2147483647"}) {
    folder.write("engine", text);
    const auto made = take_identity(file);
    EXPECT_EQ(made.boots, 1u) << text;
    EXPECT_NE(made.problem.find("a new one was made"), std::string::npos) << text;
    EXPECT_EQ(take_identity(file).bytes, made.bytes) << text;
  }
}

TEST_F(EngineIdentity, WhatCannotBeKeptIsSaidAndUsedAllTheSame) {
  const auto made = take_identity(folder / "nowhere/engine");
  EXPECT_FALSE(made.bytes.empty());
  EXPECT_NE(made.problem.find("after each start"), std::string::npos);
}

}  // namespace
}  // namespace holdover::device::snmp
