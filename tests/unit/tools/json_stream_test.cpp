#include "tools/holdover/json_stream.hpp"

#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

TEST(JsonStream, NestsListsAndObjects) {
  json_stream out;
  out.object([&] {
    out.field("name", std::string{"a"});
    out.list("rows", [&] {
      out.object([&] { out.field("n", 1); });
      out.object([&] {});
      out.item("last");
    });
    out.object("more", [&] { out.field("yes", true); });
    out.list("none", [&] {});
  });
  EXPECT_EQ(out.text(), R"({"name":"a","rows":[{"n":1},{},"last"],"more":{"yes":true},"none":[]})");
}

TEST(JsonStream, EscapesWhatWouldEndAText) {
  json_stream out;
  out.object([&] { out.field("t", "a\"b\\c\nd"); });
  EXPECT_EQ(out.text(), "{\"t\":\"a\\\"b\\\\c\\nd\"}");
}

TEST(JsonStream, LeavesAbsentValuesOutAndGivesTimesInSeconds) {
  json_stream out;
  out.object([&] {
    out.field("absent", std::optional<duration>{});
    out.field("there", std::optional<duration>{1500ms});
  });
  EXPECT_EQ(out.text(), R"({"there":1.5})");
}

}  // namespace
}  // namespace holdover::tool
