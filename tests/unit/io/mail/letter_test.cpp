#include "io/mail/letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string composed(const std::string& subject, const std::string& text = "text") {
  return compose({subject, text, {"a@example.org", "b@example.org"}}, "ups@example.org",
                 "1@example.org", std::chrono::system_clock::time_point{});
}

TEST(Letter, HasTheHeadersThatServersAskFor) {
  const auto mail = composed("power failure");
  EXPECT_THAT(mail, HasSubstr("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"));
  EXPECT_THAT(mail, HasSubstr("From: ups@example.org\r\n"));
  EXPECT_THAT(mail, HasSubstr("To: a@example.org,\r\n b@example.org\r\n"));
  EXPECT_THAT(mail, HasSubstr("Subject: power failure\r\n"));
  EXPECT_THAT(mail, HasSubstr("Message-ID: <1@example.org>\r\n"));
}

TEST(Letter, LetsNoSubjectBecomeAHeader) {
  const auto mail = composed("hot\r\nBcc: all@example.org");
  EXPECT_THAT(mail, Not(HasSubstr("\r\nBcc")));
  EXPECT_THAT(mail, HasSubstr("Subject: hot  Bcc: all@example.org\r\n"));
}

TEST(Letter, EncodesALongSubjectInWordsOfWholeCharacters) {
  std::string subject;
  for (int i = 0; i < 60; ++i)
    subject += "ä";
  const auto mail = composed(subject);
  std::size_t at = mail.find("Subject: "), end = mail.find("\r\nMessage-ID");
  ASSERT_NE(end, mail.npos);
  for (auto line = mail.substr(at, end - at); !line.empty();) {
    const auto stop = line.find("\r\n");
    EXPECT_LE(std::min(stop, line.size()), 90u);
    line.erase(0, stop == line.npos ? stop : stop + 2);
  }
  EXPECT_THAT(mail, HasSubstr("?=\r\n =?UTF-8?B?"));
}

TEST(Letter, KeepsEveryLineShortWhateverTheTextIs) {
  const auto mail = composed("x", std::string(5000, 'y') + "\n.\n");
  for (std::size_t at = 0; at < mail.size();) {
    const auto end = mail.find("\r\n", at);
    ASSERT_NE(end, mail.npos);
    EXPECT_LE(end - at, 78u);
    at = end + 2;
  }
}

}  // namespace
}  // namespace holdover::mail
