#include "io/store/event_queue.hpp"

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>

namespace holdover::store {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const std::vector<waiting_event>& events) {
  std::vector<std::string> found;
  for (const auto& e : events) {
    const auto* node = std::get_if<node_event>(&e.what.what);
    found.push_back(node != nullptr ? node->what : subject(e.what));
  }
  return found;
}

TEST(EventQueue, IsFirstInFirstOut) {
  event_queue q(10);
  for (const auto* name : {"a", "b", "c"})
    q.add({node_says(name), {}});
  EXPECT_THAT(names(q.take(2)), ElementsAre("a", "b"));
  EXPECT_THAT(names(q.take(2)), ElementsAre("c"));
  EXPECT_TRUE(q.empty());
}

TEST(EventQueue, TakesBackToTheFront) {
  event_queue q(10);
  for (const auto* name : {"a", "b", "c"})
    q.add({node_says(name), {}});
  q.give_back(q.take(2));
  EXPECT_THAT(names(q.take(3)), ElementsAre("a", "b", "c"));
}

TEST(EventQueue, GivesUpTheLeastDearFirstAndCountsThem) {
  event_queue q(3);
  q.add({make_event(alarm_event{"ups_blind", "main", true, ""}, severity::alarm), {}});
  q.add({node_says("info"), {}});
  q.add({make_event(node_event{"debug", ""}, severity::debug), {}});
  q.add({host_is("web1", "down"), {}});
  q.add({make_event(node_event{"warning", ""}, severity::warning), {}});
  EXPECT_THAT(names(q.take(9)), ElementsAre("main", "web1", "warning"));
  EXPECT_EQ(q.take_dropped(), 2u);
  EXPECT_EQ(q.take_dropped(), 0u);
}

TEST(EventQueue, GivesUpTheOldestAmongEquals) {
  event_queue q(2);
  for (const auto* name : {"a", "b", "c"})
    q.add({node_says(name), {}});
  EXPECT_THAT(names(q.take(3)), ElementsAre("b", "c"));
}

TEST(EventQueue, ForgetsWhatWasTaken) {
  event_queue q(1);
  q.add({node_says("a"), {}});
  q.take(1);
  q.add({host_is("web1", "down"), {}});
  q.add({host_is("web2", "down"), {}});
  EXPECT_THAT(names(q.take(3)), ElementsAre("web2"));
}

TEST(EventQueue, DoesNotLetInWhatIsLessDearThanAllThatWait) {
  event_queue q(1);
  q.add({host_is("web1", "down"), {}});
  q.add({node_says("a"), {}});
  EXPECT_THAT(names(q.take(3)), ElementsAre("web1"));
}

}  // namespace
}  // namespace holdover::store
