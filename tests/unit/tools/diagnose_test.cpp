// What `holdover diagnose` takes from a journal, and how it shows its findings.

#include "tools/holdover/diagnose.hpp"

#include <gtest/gtest.h>

namespace holdover::tool {
namespace {

told at(std::int64_t wall, std::string publisher, event_payload what) {
  told one;
  one.what.id.publisher = std::move(publisher);
  one.what.wall_milliseconds = wall;
  one.what.what = std::move(what);
  return one;
}

ups_event lost(std::string device) {
  ups_event event;
  event.device = std::move(device);
  event.what = "communication_lost";
  return event;
}

TEST(Diagnose, TakesWhatOneNodeTellsOfTheDeviceAndEveryOrder) {
  past all;
  all.events = {at(1000, "alpha", lost("main")),
                at(1001, "beta", lost("main")),
                at(2000, "alpha", lost("other")),
                at(3000, "alpha", lost("main")),
                at(4000, "beta", operator_event{"anna", "test_quick_failed", "main", "no"}),
                at(5000, "alpha", node_event{"started", ""})};
  const auto found = events_about(all, "main", 10'000);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].ago, 9000ms);
  EXPECT_EQ(found[1].ago, 7000ms);
  EXPECT_TRUE(std::holds_alternative<operator_event>(found[2].what));
}

TEST(Diagnose, AnEmptyJournalTellsNothing) {
  EXPECT_TRUE(events_about({}, "main", 0).empty());
}

TEST(Diagnose, AnEventOfTheFutureHappenedNow) {
  past all;
  all.events = {at(9000, "alpha", lost("main"))};
  EXPECT_EQ(events_about(all, "main", 5000).at(0).ago, 0ms);
}

TEST(Diagnose, FindingsAreShownWithWhatToDo) {
  const std::vector<diagnosis::finding> found{
      {"battery_due", diagnosis::weight::alarm, "it asks for a new battery", "replace it"}};
  EXPECT_EQ(findings_text("main", found),
            "alarm: main: it asks for a new battery\n    replace it  [battery_due]\n");
  EXPECT_EQ(findings_text("main", {}), "main: nothing to do\n");
  EXPECT_EQ(
      findings_json("main", found),
      "{\"device\": \"main\", \"findings\": [\n  {\"code\": \"battery_due\", \"weight\": "
      "\"alarm\", \"text\": \"it asks for a new battery\", \"remedy\": \"replace it\"}\n]}\n");
  EXPECT_EQ(findings_json("main", {}), "{\"device\": \"main\", \"findings\": []}\n");
}

TEST(Diagnose, TwoJournalsAtOnceAreAMistakeOfUse) {
  diagnosis_wish wish;
  wish.journal = "a";
  wish.node = "alpha";
  EXPECT_EQ(diagnose_device(wish, {}), exit_status::usage);
}

}  // namespace
}  // namespace holdover::tool
