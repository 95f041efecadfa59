// `holdover explain` and `audit verify` after a real outage: the journal of a node that died,
// carried elsewhere.

#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace holdover {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using support::run_to_end;
using support::site_lab;
using ::testing::HasSubstr;
using ::testing::Not;

/// An outage in which web1 goes down and the others stay; then alpha is killed and its journal
/// copied, as somebody would take it from a dead machine.
class DeadNode : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    lab = std::make_unique<site_lab>();
    lab->start();
    lab->ups().set("battery.charge", "90");
    lab->ups().set("battery.runtime", "400");
    lab->ups().set("ups.status", "OB DISCHRG");
    ASSERT_TRUE(lab->tap().hears({"alpha: host web1", "-> down"}, 30s)) << lab->story();
    ASSERT_TRUE(lab->tap().hears({"alpha: outlet ss4.2: off"}, 30s)) << lab->story();
    lab->kill_node("alpha");
    const fs::path from = lab->database("alpha");
    elsewhere = fs::path{lab->folder() / "elsewhere"};
    fs::create_directories(elsewhere);
    for (const auto* part : {"", "-wal"})
      if (fs::exists(from.string() + part))
        fs::copy(from.string() + part, (elsewhere / "journal.db").string() + part);
  }

  support::program_end explain(const std::string& more, bool with_site = true) const {
    const auto how = lab->access("oper");
    std::string line =
        HOLDOVER_BIN "/holdover explain --database " + (elsewhere / "journal.db").string();
    line += with_site ? " --site-file " + how.site_file + " --members " + how.members_file
                      : " --site-file /nowhere --members /nowhere";
    return run_to_end(line + ' ' + more);
  }

  std::unique_ptr<site_lab> lab;
  fs::path elsewhere;
};

TEST_F(DeadNode, TellsFromItsJournalWhyAHostWentDown) {
  const auto told = explain("--host web1");
  EXPECT_EQ(told.status, 0) << told.said;
  EXPECT_THAT(told.said, HasSubstr("it went down because these nodes voted for it: alpha at "));
  EXPECT_THAT(told.said, HasSubstr("time on battery"));
  EXPECT_THAT(told.said, HasSubstr("last word at"));
  EXPECT_THAT(told.said, HasSubstr("signed by web1 (signature good): down"));
  EXPECT_THAT(told.said, HasSubstr("outlet ss4.2: off"));
  EXPECT_THAT(told.said, Not(HasSubstr("SIGNATURE BAD")));
}

TEST_F(DeadNode, TellsWithoutTheSitesFilesToo) {
  const auto told = explain("--host web1", false);
  EXPECT_EQ(told.status, 0) << told.said;
  EXPECT_THAT(told.said, HasSubstr("it went down because"));
  EXPECT_THAT(told.said, HasSubstr("signature not checked"));
  const auto stayed = explain("--host nas1", false);
  EXPECT_EQ(stayed.status, 0) << stayed.said;
  EXPECT_THAT(stayed.said, HasSubstr("it stayed up"));
  const auto json = explain("--host web1 --json", false);
  EXPECT_THAT(json.said, HasSubstr("\"verdict\":\"it went down because"));
  EXPECT_EQ(explain("--host nobody", false).status, 1);
}

// Of a node that was killed in the middle, against one that still writes.
TEST_F(DeadNode, ItsJournalIsWholeByChainSignaturesAndAPeersCopy) {
  const auto end = run_to_end(
      HOLDOVER_BIN "/holdover audit verify --database " + (elsewhere / "journal.db").string()
      + " --members " + lab->access("oper").members_file + " --against " + lab->database("beta"));
  EXPECT_EQ(end.status, 0) << end.said;
  EXPECT_THAT(end.said, HasSubstr("is whole: "));
  EXPECT_THAT(end.said, Not(HasSubstr(" 0 events compared"))) << end.said;
}

}  // namespace
}  // namespace holdover
