#include "io/store/ledger.hpp"

#include "tests/unit/io/store/fixture.hpp"

#include <gmock/gmock.h>

namespace holdover::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Ledger : public testing::Test {
protected:
  /// What a node remembers that wrote these and was started again.
  recalled after(std::vector<event> events) {
    {
      auto j = open_journal(path);
      append(j, std::move(events));
    }
    return must(open_journal(path).recall());
  }

  temporary_folder folder;
  std::string path = folder / "journal.db";
};

TEST_F(Ledger, RecallsWhatAnOpenIncidentHasStopped) {
  const auto left = after({incident_goes("calm", "open"), host_is("web1", "armed"),
                           host_is("web1", "committed"), incident_goes("open", "committed"),
                           host_is("web1", "down"), host_is("db1", "committed"),
                           outlet_is("ss4.2", "intent_off"), outlet_is("ss4.2", "off")});
  EXPECT_EQ(left.incident, label);
  EXPECT_THAT(left.stopped_hosts, ElementsAre("db1", "web1"));
  EXPECT_THAT(left.switched_off_outlets, ElementsAre("ss4.2"));
}

TEST_F(Ledger, RecallsNothingInCalm) {
  const auto left = after({node_says("started"), host_is("web1", "running")});
  EXPECT_FALSE(left.incident);
  EXPECT_THAT(left.stopped_hosts, IsEmpty());
}

TEST_F(Ledger, ForgetsEverythingWhenTheIncidentEnds) {
  const auto left = after({incident_goes("calm", "open"), host_is("web1", "committed"),
                           outlet_is("ss4.2", "off"), incident_goes("restoring", "calm")});
  EXPECT_FALSE(left.incident);
  EXPECT_THAT(left.stopped_hosts, IsEmpty());
  EXPECT_THAT(left.switched_off_outlets, IsEmpty());
}

TEST_F(Ledger, ForgetsAHostThatIsBackAndAnOutletThatIsOn) {
  const auto left =
      after({incident_goes("calm", "open"), host_is("web1", "committed"), host_is("web2", "gone"),
             outlet_is("ss4.2", "off"), outlet_is("ss4.3", "off"), host_is("web1", "back"),
             outlet_is("ss4.2", "on")});
  EXPECT_THAT(left.stopped_hosts, ElementsAre("web2"));
  EXPECT_THAT(left.switched_off_outlets, ElementsAre("ss4.3"));
}

TEST_F(Ledger, AssumesThatAnIntentWasCarriedOut) {
  const auto left = after({incident_goes("calm", "open"), outlet_is("ss4.2", "intent_off")});
  EXPECT_THAT(left.switched_off_outlets, ElementsAre("ss4.2"));
}

TEST_F(Ledger, DoesNotClaimAnOutletThatSomebodySwitchedOffInCalm) {
  const auto left = after({outlet_is("ss4.1", "off"), incident_goes("calm", "open")});
  EXPECT_THAT(left.switched_off_outlets, IsEmpty());
}

TEST_F(Ledger, RemembersAHostThatCommittedBeforeTheIncidentWasOpenedHere) {
  const auto left = after({host_is("web1", "committed"), incident_goes("calm", "committed")});
  EXPECT_THAT(left.stopped_hosts, ElementsAre("web1"));
}

TEST_F(Ledger, TakesTheLabelThatIncidentsMergeTo) {
  const random_id merged{{1}};
  const auto left = after({incident_goes("calm", "open"), host_is("web1", "committed"),
                           incident_goes("open", "open", merged)});
  EXPECT_EQ(left.incident, merged);
  EXPECT_THAT(left.stopped_hosts, ElementsAre("web1"));
}

}  // namespace
}  // namespace holdover::store
