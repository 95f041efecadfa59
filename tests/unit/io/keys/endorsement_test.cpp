#include "io/keys/endorsement.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace holdover::keys {
namespace {

membership two_members() {
  membership m;
  m.site = "hq";
  m.epoch = 3;
  m.members = {{"alpha", role::node, 0, std::string(40, 'a'), {1}},
               {"web1", role::agent, 0, std::string(40, 'b'), {2}}};
  return m;
}

struct Endorsement : testing::Test {
  std::optional<refusal> look(const membership& m) const {
    return check_endorsement(m, admin.sign.public_key);
  }
  key_pair admin = make_key_pair("anna");
};

TEST_F(Endorsement, ADocumentThatTheAdministratorSignedIsGood) {
  auto m = two_members();
  m.admin_signature = endorse(m, admin.sign);
  EXPECT_EQ(m.admin_signature.size(), 128u);
  EXPECT_FALSE(look(m));
}

TEST_F(Endorsement, AnyChangeSpoilsIt) {
  const std::vector<std::function<void(membership&)>> changes{
      [](membership& m) { m.site = "hq2"; },
      [](membership& m) { m.epoch = 4; },
      [](membership& m) { m.members.pop_back(); },
      [](membership& m) { std::swap(m.members[0], m.members[1]); },
      [](membership& m) { m.members[0].name = "alphb"; },
      [](membership& m) { m.members[1].as = role::node; },
      [](membership& m) { m.members[0].number = 1; },
      [](membership& m) { m.members[0].curve_key[5] = 'c'; },
      [](membership& m) { m.members[1].sign_key[31] = 1; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto m = two_members();
    m.admin_signature = endorse(m, admin.sign);
    changes[i](m);
    EXPECT_TRUE(look(m)) << i;
  }
}

TEST_F(Endorsement, AnotherKeysSignatureIsNotTheAdministrators) {
  auto m = two_members();
  m.admin_signature = endorse(m, make_key_pair("mallory").sign);
  EXPECT_TRUE(look(m));
}

TEST_F(Endorsement, NoneAndRubbishAreTold) {
  auto m = two_members();
  EXPECT_NE(look(m)->reason.find("carries no signature"), std::string::npos);
  m.admin_signature = "by hand";
  EXPECT_NE(look(m)->reason.find("128 hexadecimal digits"), std::string::npos);
}

TEST_F(Endorsement, TextCannotMoveFromOneFieldIntoTheNext) {
  auto m = two_members();
  m.members[0].name = "al";
  m.admin_signature = endorse(m, admin.sign);
  m.site += "al";
  m.members[0].name = "";
  EXPECT_TRUE(look(m));
}

}  // namespace
}  // namespace holdover::keys
