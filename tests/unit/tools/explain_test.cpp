#include "tools/holdover/explain.hpp"

#include "io/config/story_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/store/journal.hpp"
#include "io/wire/codec.hpp"
#include "tools/holdover/story_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace holdover::tool {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr random_id label{{0xab, 1}};
constexpr std::int64_t noon = 1'772'366'400'000;

/// The bytes of a message as somebody sent it; nobody checks the signature here.
std::string letter(const std::string& signer, message_payload what, domain about = domain::bus) {
  message m;
  m.site = "demo";
  m.publisher = signer;
  m.what = std::move(what);
  return wire::encode(signed_message{about, signer, wire::encode(m), std::string(64, 's')});
}

event happened(int second, event_payload what, severity how = severity::info) {
  event e;
  e.id.site = "demo";
  e.id.publisher = "alpha";
  e.how = how;
  e.wall_milliseconds = noon + 1000 * second;
  e.what = std::move(what);
  return e;
}

vote_event wants(const std::string& host, vote::level level, vote::reason why) {
  return {{target_kind::host, host, 0},
          level,
          vote::outlet_wish::keep,
          why,
          std::string{to_string(why)}
              + ": needs 1 of 1 supplies; main on_battery (fresh, seen 1 s ago, 340 s left)",
          label};
}

std::string beacon_of(const std::string& host, agent::host_state state) {
  agent::host_beacon b;
  b.site = "demo";
  b.host = host;
  b.nonce = {{1}};
  b.tick = 7;
  b.boot_id = "boot";
  b.state = state;
  b.effective = vote::level::shutdown;
  b.echoes = {{0, {{2}}, 3}, {1, {{3}}, 4}};
  return letter(host, b, domain::beacon);
}

/// A journal of alpha's in a folder that goes away, written as a node writes it.
class Explain : public testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path{testing::TempDir()} / ("explain-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write();
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write() {
    store::journal_options options;
    options.path = (folder_ / "alpha.db").string();
    options.site = "demo";
    options.publisher = "alpha";
    options.hash = keys::sha256;
    options.ballast_bytes = 0;
    options.seal = [](const event& e) {
      message m;
      m.site = e.id.site;
      m.publisher = e.id.publisher;
      m.wall_milliseconds = e.wall_milliseconds;
      m.what = e;
      return wire::encode(
          signed_message{domain::bus, e.id.publisher, wire::encode(m), std::string(64, 's')});
    };
    auto opened = store::journal::open(options);
    ASSERT_TRUE(std::holds_alternative<store::journal>(opened));
    auto& journal = std::get<store::journal>(opened);
    std::vector<event> events{
        happened(0, incident_event{label, "calm", "open", "on battery"}),
        happened(0, wants("web1", vote::level::warn, vote::reason::on_battery)),
        happened(0, wants("nas1", vote::level::warn, vote::reason::on_battery)),
        happened(60, wants("web1", vote::level::shutdown, vote::reason::time_on_battery)),
        happened(66, host_event{"web1", "committed", "armed", "",
                                beacon_of("web1", agent::host_state::committed)}),
        happened(90, host_event{"web1", "down", "committed", "",
                                beacon_of("web1", agent::host_state::down)}),
        happened(300, incident_event{label, "committed", "restoring", "mains is back"}),
        happened(400, incident_event{label, "restoring", "calm", "all up again"}),
    };
    ASSERT_TRUE(std::holds_alternative<std::vector<std::string>>(journal.append(events)));
    write_peer(journal);
  }

  static void write_peer(store::journal& journal) {
    auto e = happened(61, wants("web1", vote::level::shutdown, vote::reason::time_on_battery));
    e.id = {"demo", "beta", 1, 2};  // Number 1 never came.
    message m;
    m.site = "demo";
    m.publisher = "beta";
    m.wall_milliseconds = e.wall_milliseconds;
    m.what = e;
    const auto bytes =
        wire::encode(signed_message{domain::bus, "beta", wire::encode(m), std::string(64, 's')});
    ASSERT_TRUE(std::holds_alternative<std::vector<store::arrival>>(
        journal.store_peers({store::record_of(e, bytes)})));
  }

  past read(const std::string& name = "alpha.db") {
    auto got = read_journal((folder_ / name).string());
    if (const auto* why = std::get_if<std::string>(&got)) ADD_FAILURE() << *why;
    return std::get<past>(std::move(got));
  }

  std::optional<explanation> explain_host(const std::string& host) {
    explain_options asked;
    asked.host = host;
    return explain(read(), asked, {}, why_);
  }

  fs::path folder_;
  std::string why_;
};

TEST_F(Explain, NamesTheVotersAndTheRuleBehindAShutdown) {
  const auto made = explain_host("web1");
  ASSERT_TRUE(made) << why_;
  EXPECT_THAT(made->verdict, HasSubstr("it went down because these nodes voted for it"));
  EXPECT_THAT(made->verdict, HasSubstr("alpha at "));
  EXPECT_THAT(made->verdict, HasSubstr("beta at "));
  EXPECT_THAT(made->verdict, HasSubstr("(time on battery)"));
  EXPECT_THAT(made->verdict, HasSubstr("last word at"));
}

TEST_F(Explain, ListsTheFactsOfADecisionOneByOne) {
  const auto made = explain_host("web1");
  ASSERT_TRUE(made) << why_;
  EXPECT_THAT(made->steps,
              Contains(Field(&explained_step::facts,
                             Contains("main on_battery (fresh, seen 1 s ago, 340 s left)"))));
}

TEST_F(Explain, ShowsWhoSignedTheEvidence) {
  const auto made = explain_host("web1");
  ASSERT_TRUE(made) << why_;
  EXPECT_THAT(made->steps,
              Contains(Field(&explained_step::evidence, Contains(HasSubstr("signed by web1")))));
  EXPECT_THAT(made->steps,
              Contains(Field(&explained_step::evidence,
                             Contains(HasSubstr("signature not checked: no membership")))));
  EXPECT_THAT(made->steps,
              Contains(Field(&explained_step::evidence, Contains(HasSubstr("had heard 2 nodes")))));
}

TEST_F(Explain, SaysWhyAHostStayedUp) {
  const auto made = explain_host("nas1");
  ASSERT_TRUE(made) << why_;
  EXPECT_THAT(made->verdict, HasSubstr("it stayed up"));
  EXPECT_THAT(made->verdict, HasSubstr("no condition for its shutdown was met"));
}

TEST_F(Explain, SumsUpAnOutage) {
  const auto made = explain_host("");
  ASSERT_TRUE(made) << why_;
  EXPECT_EQ(made->verdict, "went down: web1; stayed up: nas1");
  EXPECT_EQ(made->when.from_milliseconds, noon);
  EXPECT_EQ(made->when.to_milliseconds, noon + 400'000);
}

TEST_F(Explain, TellsWhatIsMissingFromAPeersLog) {
  EXPECT_THAT(read().gaps, Contains(HasSubstr("of beta's log 1 events between 0 and 2")));
}

TEST_F(Explain, ReadsACopyInAFolderThatCannotBeWritten) {
  const auto elsewhere = folder_ / "copy";
  fs::create_directories(elsewhere);
  for (const auto& entry : fs::directory_iterator{folder_})
    if (entry.path().filename().string().starts_with("alpha.db") && entry.is_regular_file())
      fs::copy(entry.path(), elsewhere / entry.path().filename());
  fs::permissions(elsewhere, fs::perms::owner_read | fs::perms::owner_exec);
  const auto before = fs::last_write_time(elsewhere / "alpha.db");
  EXPECT_EQ(read("copy/alpha.db").events.size(), 9u);
  EXPECT_EQ(fs::last_write_time(elsewhere / "alpha.db"), before);
  fs::permissions(elsewhere, fs::perms::owner_all);
}

TEST_F(Explain, KnowsNothingOfAStrangeHostOrIncident) {
  EXPECT_FALSE(explain_host("mail1"));
  EXPECT_THAT(why_, HasSubstr("wanted of host mail1"));
  explain_options asked;
  asked.incident = "ffff";
  EXPECT_FALSE(explain(read(), asked, {}, why_));
  EXPECT_THAT(why_, HasSubstr("knows of no incident ffff"));
}

TEST_F(Explain, RefusesAFileThatIsNoJournal) {
  const auto got = read_journal((folder_ / "nothing.db").string());
  ASSERT_TRUE(std::holds_alternative<std::string>(got));
  EXPECT_THAT(std::get<std::string>(got), HasSubstr("there is no such file"));
}

told incident_step(int second, const std::string& node, const std::string& from,
                   const std::string& to) {
  told one{happened(second, incident_event{label, from, to, ""}), node};
  one.what.id.publisher = node;
  return one;
}

TEST(Incidents, ThatOverlapAreOneOutage) {
  const auto joined = join_incidents(
      {incident_step(0, "alpha", "calm", "open"), incident_step(1, "beta", "calm", "open"),
       incident_step(50, "alpha", "open", "calm"), incident_step(52, "beta", "open", "calm"),
       incident_step(500, "alpha", "calm", "open")});
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_EQ(joined[0].labels.size(), 2u);
  EXPECT_EQ(joined[0].to_milliseconds, noon + 52'000);
  EXPECT_FALSE(joined[1].to_milliseconds);
}

// ---- As a story
// ---------------------------------------------------------------------------------

ups_event ups_says(const std::string& what) {
  ups_event e;
  e.device = "main";
  e.what = what;
  e.values = {{"battery.charge", 97, power::quality::good, "battery.charge"},
              {"battery.runtime", 540, power::quality::good, "battery.runtime"}};
  return e;
}

told ups_told(int second, const std::string& node, const std::string& what) {
  told one{happened(second, ups_says(what)), node};
  one.what.id.publisher = node;
  return one;
}

TEST(StoryExport, WritesWhatDevicesAndOperatorsDidForTheSimulator) {
  past of;
  of.source = "journal alpha.db";
  of.events = {incident_step(0, "alpha", "calm", "open"),
               ups_told(0, "alpha", "on_battery"),
               ups_told(1, "beta", "on_battery"),
               ups_told(30, "alpha", "communication_lost"),
               {happened(40, operator_event{"joe", "hold", "web1", "backup"}), "alpha"},
               ups_told(50, "alpha", "communication_restored"),
               ups_told(90, "alpha", "online"),
               incident_step(100, "alpha", "open", "calm")};
  of.outages = join_incidents(of.events);
  ASSERT_EQ(of.outages.size(), 1u);
  const auto text = story_of(of, of.outages[0]);
  EXPECT_THAT(text, HasSubstr("events:\n"
                              "  - { at: 10s, mains_off: \"main\" }\n"
                              "  - { at: 10s, set: { ups: \"main\", charge: 97, runtime: 540s } }\n"
                              "  - { at: 40s, card_silent: \"main\" }\n"
                              "  - { at: 50s, hold: { host: \"web1\", for: 60s } }\n"
                              "  - { at: 60s, card_answers: \"main\" }\n"
                              "  - { at: 100s, mains_on: \"main\" }\n"
                              "lasts: 170s\n"));

  const auto path = fs::path{testing::TempDir()} / "exported_story.yaml";
  std::ofstream{path} << text;
  site about;
  about.upses.resize(1);
  about.upses[0].name = "main";
  about.hosts.resize(1);
  about.hosts[0].name = "web1";
  const auto loaded = config::load_story(path.string(), about);
  fs::remove(path);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded))
    FAIL() << config::to_string(*problems);
  EXPECT_EQ(std::get<config::story>(loaded).events.size(), 6u);
}

}  // namespace
}  // namespace holdover::tool
