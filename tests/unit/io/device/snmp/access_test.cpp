#include "io/device/snmp/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

using testing::HasSubstr;
using testing::Not;

device_address agent(const std::string& speaks) {
  return {.driver = "snmp",
          .host = "192.0.2.7",
          .port = 0,
          .unit = {},
          .credentials = {},
          .version = speaks};
}

session_parameters parsed(const std::string& speaks, std::string_view credentials) {
  auto result = parse_access(agent(speaks), credentials);
  EXPECT_TRUE(std::holds_alternative<session_parameters>(result)) << credentials;
  auto* parameters = std::get_if<session_parameters>(&result);
  return parameters == nullptr ? session_parameters{} : *parameters;
}

std::string refusal(const std::string& speaks, std::string_view credentials) {
  auto result = parse_access(agent(speaks), credentials);
  const auto* no = std::get_if<failure>(&result);
  return no == nullptr ? "" : no->text;
}

TEST(SnmpAccess, WithoutCredentialsReadsAsPublicAndWritesAsNobody) {
  const auto access = parsed("", "");
  EXPECT_EQ(access.speaks, version::v2c);
  EXPECT_EQ(access.port, 161);
  EXPECT_EQ(access.communities.read, "public");
  EXPECT_FALSE(access.can_write());
}

TEST(SnmpAccess, TakesTheSecondCommunityForWriting) {
  for (const auto* text : {"look touch", "look\ntouch", "look\r\ntouch\r\n"}) {
    const auto access = parsed("1", text);
    EXPECT_EQ(access.communities.read, "look") << text;
    EXPECT_EQ(access.communities.write, "touch") << text;
    EXPECT_TRUE(access.can_write());
  }
  EXPECT_FALSE(parsed("2c", "look").can_write());
  EXPECT_NE(refusal("2c", "a\nb\nc"), "");
}

TEST(SnmpAccess, AllowsBlanksInWordsOnLinesOfTheirOwn) {
  const auto user = parsed("3", "watcher\na long passphrase\nanother long one\n").user;
  EXPECT_EQ(user.name, "watcher");
  EXPECT_EQ(user.authentication, "a long passphrase");
  EXPECT_EQ(user.privacy, "another long one");
}

TEST(SnmpAccess, ReadsAUserWithItsProtocols) {
  const auto usual = parsed("3", "watcher authphrase privphrase").user;
  EXPECT_EQ(usual.authentication_protocol, "SHA");
  EXPECT_EQ(usual.privacy_protocol, "AES");
  const auto strong = parsed("3", "watcher authphrase privphrase SHA-256 AES-256").user;
  EXPECT_EQ(strong.authentication_protocol, "SHA-256");
  EXPECT_EQ(strong.privacy_protocol, "AES-256");
  EXPECT_TRUE(parsed("3", "watcher").user.authentication.empty());
}

TEST(SnmpAccess, RefusesWhatCannotWorkAndNeverRepeatsIt) {
  EXPECT_THAT(refusal("3", ""), HasSubstr("needs a user"));
  EXPECT_THAT(refusal("3", "watcher hunter2"), HasSubstr("at least 8"));
  EXPECT_THAT(refusal("3", "watcher hunter2"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(refusal("3", "w authphrase privphrase ROT13"), HasSubstr("SHA-256"));
  EXPECT_THAT(refusal("3", "w authphrase privphrase SHA 3DES"), HasSubstr("AES-192"));
  EXPECT_THAT(refusal("4", ""), HasSubstr("\"2c\""));
}

TEST(SnmpAccess, RefusesASecretInPlaceOfAReference) {
  auto address = agent("2c");
  address.credentials = "private";
  const auto result = fetch_access(address);
  const auto* no = std::get_if<failure>(&result);
  ASSERT_NE(no, nullptr);
  EXPECT_EQ(no->kind, failure_kind::refused);
  EXPECT_THAT(no->text, Not(HasSubstr("private")));
}

}  // namespace
}  // namespace holdover::device::snmp
