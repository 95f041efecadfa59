// Mails to a real server: aiosmtpd, with STARTTLS, login, refusals, and while it is gone.

#include "io/mail/sender.hpp"
#include "tests/support/mail_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace holdover::mail {
namespace {

using support::mail_server;
using testing::HasSubstr;

/// What became of mails.
class outcomes {
public:
  struct one {
    std::uint64_t id;
    outcome how;
    std::string detail;
  };

  sender::on_outcome listener() {
    return [this](std::uint64_t id, outcome how, std::string detail) {
      const std::lock_guard lock{mutex_};
      all_.push_back({id, how, std::move(detail)});
      news_.notify_all();
    };
  }

  /// The next one; waits for half a minute.
  std::optional<one> next() {
    std::unique_lock lock{mutex_};
    if (!news_.wait_for(lock, std::chrono::seconds{30}, [this] { return seen_ < all_.size(); }))
      return std::nullopt;
    return all_[seen_++];
  }

private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<one> all_;
  std::size_t seen_ = 0;
};

jobs::mail_config to(const mail_server& server, const std::string& tls = "none") {
  jobs::mail_config config;
  config.host = "127.0.0.1";
  config.port = server.port();
  config.tls = tls;
  config.from = "ups@example.org";
  if (tls != "none") config.ca_file = server.ca_file();
  return config;
}

const letter note{"power failure", "main is on battery", {"ops@example.org"}};

limits quick() {
  limits rules;
  rules.retry_first = rules.retry_last = std::chrono::milliseconds{20};
  return rules;
}

class Mail : public testing::Test {
protected:
  void SetUp() override {
    if (!mail_server::installed()) GTEST_SKIP() << mail_server::not_installed;
  }
  outcomes told;
};

TEST_F(Mail, ArrivesAsItWasWritten) {
  mail_server server;
  sender box{to(server), told.listener()};
  box.post(7, {"Überlast: rack 1", "42 °C\n.\nline", {"a@example.org", "b@example.org"}});
  const auto sent = told.next();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->id, 7u);
  EXPECT_EQ(sent->how, outcome::sent) << sent->detail;
  const auto mails = server.mails(1);
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_THAT(mails[0], HasSubstr("ups@example.org -> a@example.org, b@example.org\n"));
  EXPECT_THAT(mails[0], HasSubstr("Subject: =?UTF-8?B?w5xiZXJsYXN0OiByYWNrIDE=?="));
  EXPECT_THAT(mails[0], HasSubstr("NDIgwrBDDQouDQpsaW5lDQo="));
}

TEST_F(Mail, LogsInOverStarttlsWithASecretThatIsOnlyReferredTo) {
  mail_server server{{.tls = true, .login = "ups:pass word", .refuse = {}}};
  auto config = to(server, "starttls");
  config.credentials = "file:" + server.write("secret", "ups:pass word\n");
  sender box{config, told.listener()};
  box.post(1, note);
  const auto sent = told.next();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->how, outcome::sent) << sent->detail;
  EXPECT_EQ(server.mails(1).size(), 1u);
}

TEST_F(Mail, WithAWrongPasswordFailsAndKeepsIt) {
  mail_server server{{.tls = true, .login = "ups:right", .refuse = {}}};
  auto config = to(server, "starttls");
  config.credentials = "file:" + server.write("secret", "ups:hunter2");
  sender box{config, told.listener(), quick()};
  box.post(1, note);
  const auto failed = told.next();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->how, outcome::failed) << failed->detail;
  EXPECT_THAT(failed->detail, testing::Not(HasSubstr("hunter2")));
}

TEST_F(Mail, IsNotGivenToAServerThatNobodyVouchesFor) {
  mail_server server{{.tls = true, .login = {}, .refuse = {}}};
  auto config = to(server, "starttls");
  config.ca_file.clear();
  sender box{config, told.listener(), quick()};
  box.post(1, note);
  const auto delayed = told.next();
  ASSERT_TRUE(delayed);
  EXPECT_EQ(delayed->how, outcome::delayed);
  EXPECT_THAT(delayed->detail, HasSubstr("certificate"));
}

TEST_F(Mail, IsNotSentInClearWhereEncryptionIsAskedFor) {
  mail_server server;
  sender box{[&] {
               auto config = to(server);
               config.tls = "starttls";
               return config;
             }(),
             told.listener(), quick()};
  box.post(1, note);
  const auto delayed = told.next();
  ASSERT_TRUE(delayed);
  EXPECT_NE(delayed->how, outcome::sent);
  EXPECT_TRUE(server.mails(0).empty());
}

TEST_F(Mail, WaitsForAServerThatIsGoneAndBlocksNobody) {
  mail_server server;
  server.stop();
  sender box{to(server), told.listener(), quick()};
  for (std::uint64_t id = 1; id <= 3; ++id)
    box.post(id, note);
  const auto delayed = told.next();
  ASSERT_TRUE(delayed);
  EXPECT_EQ(delayed->how, outcome::delayed);
  server.start();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    auto sent = told.next();
    while (sent && sent->how == outcome::delayed)
      sent = told.next();
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->id, id);
    EXPECT_EQ(sent->how, outcome::sent) << sent->detail;
  }
  EXPECT_EQ(server.mails(3).size(), 3u);
}

TEST_F(Mail, FailsAfterItsTimeAndTellsOnce) {
  mail_server server;
  server.stop();
  auto rules = quick();
  rules.give_up = std::chrono::milliseconds{100};
  sender box{to(server), told.listener(), rules};
  box.post(1, note);
  EXPECT_EQ(told.next()->how, outcome::delayed);
  EXPECT_EQ(told.next()->how, outcome::failed);
}

TEST_F(Mail, ToAnAddressThatTheServerRefusesHoldsUpNoOther) {
  mail_server server{{.tls = false, .login = {}, .refuse = "nobody@example.org"}};
  sender box{to(server), told.listener(), quick()};
  box.post(1, {"x", "y", {"nobody@example.org"}});
  box.post(2, note);
  const auto refused = told.next();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->how, outcome::failed);
  EXPECT_THAT(refused->detail, HasSubstr("550"));
  const auto sent = told.next();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->id, 2u);
  EXPECT_EQ(sent->how, outcome::sent) << sent->detail;
}

TEST_F(Mail, IsLeftOutBeyondTheLimitOfAnHourAndSaysSo) {
  mail_server server;
  auto config = to(server);
  config.per_hour = 2;
  sender box{config, told.listener()};
  for (std::uint64_t id = 1; id <= 3; ++id)
    box.post(id, note);
  EXPECT_EQ(told.next()->how, outcome::sent);
  EXPECT_EQ(told.next()->how, outcome::sent);
  const auto left = told.next();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->how, outcome::failed);
  EXPECT_THAT(left->detail, HasSubstr("more than 2 mails in an hour"));
}

TEST_F(Mail, ThatIsWithdrawnIsNotSent) {
  mail_server server;
  server.stop();
  sender box{to(server), told.listener(), quick()};
  box.post(1, note);
  box.post(2, note);
  EXPECT_EQ(told.next()->how, outcome::delayed);
  box.withdraw(1);
  server.start();
  auto sent = told.next();
  while (sent && sent->how == outcome::delayed)
    sent = told.next();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->id, 2u);
  EXPECT_EQ(server.mails(1).size(), 1u);
}

TEST_F(Mail, InTheBoxDoesNotHoldUpTheEnd) {
  mail_server server;
  server.stop();
  limits rules;
  const auto begun = std::chrono::steady_clock::now();
  {
    sender box{to(server), told.listener(), rules};
    box.post(1, note);
    told.next();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

}  // namespace
}  // namespace holdover::mail
