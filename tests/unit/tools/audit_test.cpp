#include "tools/holdover/audit.hpp"

#include "io/config/members_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/keys/signing.hpp"
#include "io/store/journal.hpp"
#include "io/wire/codec.hpp"
#include "tests/support/scratch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace holdover::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Audit : public ::testing::Test {
protected:
  Audit() {
    members.site = "demo";
    members.members = {{"alpha", role::node, 0, alpha.curve.public_key, alpha.sign.public_key},
                       {"beta", role::node, 1, beta.curve.public_key, beta.sign.public_key}};
    EXPECT_FALSE(config::save_members(folder / "members.yaml", members));
    asked.database = folder / "alpha.db";
    asked.members_file = folder / "members.yaml";
  }

  store::journal open(const std::string& file, const std::string& publisher,
                      const keys::key_pair& keys) const {
    store::journal_options options;
    options.path = folder / file;
    options.site = "demo";
    options.publisher = publisher;
    options.hash = keys::sha256;
    options.ballast_bytes = 0;
    options.seal = [publisher, signer = std::make_shared<keys::signer>(keys)](const event& what) {
      message letter;
      letter.site = "demo";
      letter.publisher = publisher;
      letter.what = what;
      return wire::encode(signer->sign(domain::bus, wire::encode(letter)));
    };
    auto opened = store::journal::open(std::move(options));
    if (const auto* failed = std::get_if<store::failure>(&opened)) ADD_FAILURE() << failed->text;
    return std::move(std::get<store::journal>(opened));
  }

  /// Writes and returns what a peer gets to file.
  static std::vector<store::record> write(store::journal& to, const std::string& publisher,
                                          const std::vector<std::string>& said) {
    std::vector<event> events;
    for (const auto& text : said) {
      event one;
      one.id.site = "demo";
      one.id.publisher = publisher;
      one.how = severity::warning;
      one.wall_milliseconds = 1'700'000'000'000;
      one.what = host_event{"web1", text, "", "", ""};
      events.push_back(one);
    }
    auto sealed = to.append(events);
    auto& bytes = std::get<std::vector<std::string>>(sealed);
    std::vector<store::record> filed;
    for (std::size_t i = 0; i < events.size(); ++i)
      filed.push_back(store::record_of(events[i], bytes[i]));
    return filed;
  }

  void expect(exit_status status) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto got = audit_verify(asked);
    said = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    EXPECT_EQ(got, status) << said;
  }

  support::scratch folder;
  keys::key_pair alpha = keys::make_key_pair("alpha");
  keys::key_pair beta = keys::make_key_pair("beta");
  membership members;
  audit_options asked;
  std::string said;
};

TEST_F(Audit, AHealthyJournalIsWholeByAllThreeProofs) {
  {
    auto ours = open("alpha.db", "alpha", alpha);
    auto theirs = open("beta.db", "beta", beta);
    theirs.store_peers(write(ours, "alpha", {"armed", "committed", "down"}));
    ours.store_peers(write(theirs, "beta", {"armed"}));
  }
  asked.against = folder / "beta.db";
  expect(exit_status::fine);
  EXPECT_THAT(said, HasSubstr("is whole: 3 rows of its own log in the chain; 4 signatures checked; "
                              "4 events compared"));
  asked.json = true;
  expect(exit_status::fine);
  EXPECT_THAT(said, HasSubstr("\"whole\": true"));
}

TEST_F(Audit, AChangedWordBreaksTheChainAtItsRow) {
  {
    auto ours = open("alpha.db", "alpha", alpha);
    write(ours, "alpha", {"armed", "committed", "down"});
  }
  std::string bytes;
  {
    std::ifstream in{asked.database, std::ios::binary};
    bytes.assign(std::istreambuf_iterator<char>{in}, {});
  }
  const std::string was = "committed";
  const auto at = bytes.find(was);
  ASSERT_NE(at, std::string::npos);
  std::ofstream{asked.database, std::ios::binary} << bytes.replace(at, was.size(), "cancelled");
  expect(exit_status::failed);
  EXPECT_THAT(said, HasSubstr("alpha's event 2 (log 1): its content was changed"));
  EXPECT_THAT(said, HasSubstr("IS NOT AS IT WAS WRITTEN"));
}

TEST_F(Audit, AFileThatWasWrittenAnewLacksTheSignatures) {
  {
    auto forged = open("alpha.db", "alpha", keys::make_key_pair("alpha"));
    write(forged, "alpha", {"nothing ever happened"});
  }
  expect(exit_status::failed);
  EXPECT_THAT(said, HasSubstr("alpha's event 1 (log 1) carries no signature of a node"));
  asked.members_file.clear();
  expect(exit_status::fine);
  EXPECT_THAT(said, HasSubstr("signatures were not checked: name the membership document"));
}

TEST_F(Audit, AnOlderFileShowsBesideWhatAPeerHolds) {
  {
    auto ours = open("alpha.db", "alpha", alpha);
    auto theirs = open("beta.db", "beta", beta);
    theirs.store_peers(write(ours, "alpha", {"armed", "committed"}));
  }
  std::filesystem::copy_file(folder / "alpha.db", folder / "older.db");
  {
    auto ours = open("alpha.db", "alpha", alpha);
    auto theirs = open("beta.db", "beta", beta);
    theirs.store_peers(write(ours, "alpha", {"down"}));
  }
  asked.against = folder / "beta.db";
  expect(exit_status::fine);
  asked.database = folder / "older.db";
  expect(exit_status::failed);
  EXPECT_THAT(said, HasSubstr("alpha's own log 2 the copy holds events up to 1, the journal up to "
                              "0: its end was cut off, or the file is an older one"));
}

TEST_F(Audit, AnEventThatItsOwnNodeWroteTwiceShowsBesideThePeersCopy) {
  {
    auto first = open("first.db", "alpha", alpha);
    auto theirs = open("beta.db", "beta", beta);
    theirs.store_peers(write(first, "alpha", {"down"}));
    auto again = open("alpha.db", "alpha", alpha);
    write(again, "alpha", {"running"});
  }
  expect(exit_status::fine);
  asked.against = folder / "beta.db";
  expect(exit_status::failed);
  EXPECT_THAT(said, HasSubstr("alpha's event 1 (log 1) is another one in the copy"));
}

TEST_F(Audit, WhatIsNoJournalIsSaid) {
  asked.database = folder / "nothing.db";
  expect(exit_status::usage);
  EXPECT_THAT(said, HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace holdover::tool
