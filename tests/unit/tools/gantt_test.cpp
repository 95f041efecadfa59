#include "tools/holdover/gantt.hpp"

#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

gantt_chart chart() {
  using kind = gantt_bar::kind;
  return {
      "Site <office>",
      {{"web1", {{0s, 100s, kind::waits}, {100s, 120s, kind::holds}, {120s, 200s, kind::stops}}},
       {"nas1", {{0s, 400s, kind::waits}}}},
      400s,
      400s};
}

TEST(Gantt, DrawsARowForEachHostInPlainCharacters) {
  EXPECT_EQ(to_text(chart(), 49, false),
            "web1  ..........--========                    |\n"
            "nas1  ........................................|\n"
            "      |0 s        |2 min      |4 min      |6 min\n"
            ". runs on battery  - hold  = goes down  | batteries empty\n");
}

TEST(Gantt, UsesBlocksWhereTheyCanBeShown) {
  const auto text = to_text(chart(), 80, true);
  EXPECT_NE(text.find("░▒▒"), text.npos);
  EXPECT_NE(text.find("█"), text.npos);
}

TEST(Gantt, NeverLosesABarThatIsTooShortToSee) {
  auto made = chart();
  made.rows[0].bars[1] = {100s, 100s + 1ms, gantt_bar::kind::holds};
  EXPECT_NE(to_text(made, 49, false).find('-'), std::string::npos);
}

TEST(Gantt, IsASvgWithEscapedNames) {
  const auto svg = to_svg(chart());
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_NE(svg.find("Site &lt;office>"), svg.npos);
  EXPECT_NE(svg.find("<title>2 min to 3 min 20 s</title>"), svg.npos);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace holdover::tool
