// Jobs of three real nodes: mails to a real server, programs, commands on hosts, outlets by votes.

#include "tests/support/mail_server.hpp"
#include "tests/support/site_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace holdover {
namespace {

using support::mail_server;
using support::site_lab;
using ::testing::HasSubstr;

class SiteJobs : public ::testing::Test {
protected:
  void SetUp() override {
    if (const auto what = site_lab::missing(); !what.empty()) GTEST_SKIP() << what;
    if (!mail_server::installed()) GTEST_SKIP() << mail_server::not_installed;
    server = std::make_unique<mail_server>();
    lab = std::make_unique<site_lab>();
    const auto& folder = lab->folder();
    const auto program =
        folder.write("note", "#!/bin/sh\ncat >> " + (folder / "notes") + '\n', 0755);
    for (const std::string node : site_lab::node_names)
      folder.write(node + ".yaml", support::read_file(folder / (node + ".yaml"))
                                       + "programs: [{name: note, run: [" + program + "]}]\n");
    folder.write(
        "site.yaml",
        support::read_file(folder / "site.yaml") + "mail: {host: 127.0.0.1, port: "
            + std::to_string(server->port())
            + ", tls: none, from: lab@example.org, to: [ops@example.org]}\n"
              "jobs:\n"
              "  - name: powerfail\n"
              "    on: {ups: main, event: on_battery}\n"
              "    over_after: 1s\n"
              "    do:\n"
              "      - mail: {subject: \"{job} of {subject}\"}\n"
              "      - program: {name: note, text: \"{job}\"}\n"
              "      - program: {name: nobodys}\n"
              "      - command: {host: nas1, action: message, text: a job says so}\n"
              "      - switch_off: [ss4.3]\n"
              "    when_over:\n"
              "      - mail: {subject: \"{job} is over\"}\n"
              "      - switch_on: [ss4.3]\n");
    lab->start();
  }
  std::string notes() const { return support::read_file(lab->folder() / "notes"); }

  std::unique_ptr<mail_server> server;
  std::unique_ptr<site_lab> lab;
};

TEST_F(SiteJobs, AreDoneOnceByThreeNodesAndCountered) {
  lab->ups().set("ups.status", "OB");
  EXPECT_EQ(server->mails(1).size(), 1u) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"job powerfail for main: mail-1 done", "accepted by 127.0.0.1"}))
      << lab->story();
  EXPECT_TRUE(lab->tap().hears({"job powerfail for main: program-2 done"})) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"job powerfail for main: program-3 failed",
                                "nobodys is none of the `programs` in the file of this node"}))
      << lab->story();
  EXPECT_TRUE(site_lab::eventually([&] {
    return lab->wrote("nas1", "messages").find("a job says so") != std::string::npos;
  })) << lab->story();
  EXPECT_TRUE(lab->tap().hears({"outlet ss4.3: off"})) << lab->story();
  lab->ups().set("ups.status", "OL");
  const auto mails = server->mails(2);
  ASSERT_EQ(mails.size(), 2u) << lab->story();
  EXPECT_THAT(mails[0], HasSubstr("Subject: powerfail of main"));
  EXPECT_THAT(mails[1], HasSubstr("Subject: powerfail is over"));
  EXPECT_TRUE(lab->tap().hears({"outlet ss4.3: on"})) << lab->story();
  EXPECT_EQ(notes(), "powerfail\n");
}

TEST_F(SiteJobs, OfANodeThatIsKilledAreDoneByTheOthers) {
  for (const std::string node : {"alpha", "beta"}) {
    lab->kill_node(node);
    ASSERT_TRUE(lab->tap().hears({"node gamma: peer lost: " + node})) << lab->story();
  }
  lab->ups().set("ups.status", "OB");
  EXPECT_EQ(server->mails(1).size(), 1u) << lab->story();
}

TEST_F(SiteJobs, AreNotDoneAgainByANodeThatRestartsInTheOutage) {
  lab->ups().set("ups.status", "OB");
  ASSERT_TRUE(lab->tap().hears({"job powerfail for main: mail-1 done"})) << lab->story();
  ASSERT_TRUE(lab->tap().hears({"job powerfail for main: program-2 done"})) << lab->story();
  for (const std::string node : {"alpha", "beta", "gamma"}) {
    lab->kill_node(node);
    lab->start_node(node);
    ASSERT_TRUE(site_lab::eventually([&] { return lab->status(node).has_value(); }))
        << lab->story();
  }
  lab->ups().set("ups.status", "OL");
  const auto mails = server->mails(2);
  ASSERT_GE(mails.size(), 2u) << lab->story();
  EXPECT_THAT(mails[1], HasSubstr("Subject: powerfail is over")) << lab->story();
  EXPECT_EQ(notes(), "powerfail\n");
}

}  // namespace
}  // namespace holdover
