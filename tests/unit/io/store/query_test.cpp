#include "io/store/query.hpp"

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>

namespace holdover::store {
namespace {

using testing::ElementsAre;

class Query : public testing::Test {
protected:
  void SetUp() override {
    auto at = [](event e, std::int64_t wall) {
      e.wall_milliseconds = wall;
      return e;
    };
    auto alarm =
        make_event(alarm_event{"ups_stale", "main", true, "main is stale"}, severity::alarm);
    append(j, {at(node_says("started"), 100), at(host_is("web1", "armed"), 200),
               at(host_is("web2", "armed"), 300), at(alarm, 400)});
    auto peers = peer_record(1);
    peers.wall_milliseconds = 250;
    must(j.store_peers({peers}));
  }

  std::vector<std::string> found(const filter& f) {
    std::vector<std::string> keys;
    for (const auto& r : must(j.query(f))) {
      keys.push_back(r.what.id.publisher + std::to_string(r.what.id.sequence));
    }
    return keys;
  }

  temporary_folder folder;
  journal j = open_journal(folder / "journal.db");
};

TEST_F(Query, FindsEverythingInTheOrderOfArrival) {
  EXPECT_THAT(found({}), ElementsAre("alpha1", "alpha2", "alpha3", "alpha4", "beta1"));
}

TEST_F(Query, GivesBackWhatWasStored) {
  const auto one = must(j.query({.kind = "alarm"})).at(0).what;
  EXPECT_EQ(one.id, (event_id{"demo", "alpha", 1, 4}));
  EXPECT_EQ(one.how, severity::alarm);
  EXPECT_EQ(one.subject, "main");
  EXPECT_EQ(one.wall_milliseconds, 400);
  EXPECT_FALSE(one.text.empty());
  EXPECT_EQ(one.bytes, "alpha/1/4 " + one.text);
}

TEST_F(Query, AsksForEachColumn) {
  EXPECT_THAT(found({.site = "other"}), ElementsAre());
  EXPECT_THAT(found({.site = "demo", .publisher = "beta"}), ElementsAre("beta1"));
  EXPECT_THAT(found({.kind = "host"}), ElementsAre("alpha2", "alpha3"));
  EXPECT_THAT(found({.subject = "web2"}), ElementsAre("alpha3"));
  EXPECT_THAT(found({.at_least = severity::warning}), ElementsAre("alpha4"));
  EXPECT_THAT(found({.since_wall_milliseconds = 250}), ElementsAre("alpha3", "alpha4", "beta1"));
}

TEST_F(Query, ReadsOnFromTheLastPosition) {
  filter f{.limit = 2};
  const auto page = must(j.query(f));
  ASSERT_EQ(page.size(), 2u);
  f.after_position = page.back().position;
  EXPECT_THAT(found(f), ElementsAre("alpha3", "alpha4"));
}

TEST_F(Query, KeepsTheNewestOverTheLimitIfAsked) {
  EXPECT_THAT(found({.limit = 2, .newest = true}), ElementsAre("alpha4", "beta1"));
}

TEST_F(Query, OrdersByTheClockIfAskedAndReadsOnFromATime) {
  EXPECT_THAT(found({.limit = 3, .by_clock = true}), ElementsAre("alpha1", "alpha2", "beta1"));
  EXPECT_THAT(found({.since_wall_milliseconds = 250, .limit = 3, .by_clock = true}),
              ElementsAre("beta1", "alpha3", "alpha4"));
  EXPECT_THAT(found({.limit = 3, .newest = true, .by_clock = true}),
              ElementsAre("beta1", "alpha3", "alpha4"));
}

TEST_F(Query, TakesQuotesForWhatTheyAre) {
  EXPECT_THAT(found({.subject = "' OR 1=1 --"}), ElementsAre());
}

}  // namespace
}  // namespace holdover::store
