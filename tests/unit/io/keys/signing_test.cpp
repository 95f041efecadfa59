#include "io/keys/signing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace holdover::keys {
namespace {

using testing::HasSubstr;

constexpr std::array domains{domain::vote, domain::beacon, domain::bus, domain::operator_,
                             domain::drill};

member as_member(const key_pair& keys, role as) {
  return {keys.name, as, 0, keys.curve.public_key, keys.sign.public_key};
}

struct Signing : testing::Test {
  key_pair node = make_key_pair("node-a");
  key_pair agent = make_key_pair("web1");
  signer node_signer{node};
  signer agent_signer{agent};
  verifier check{{"hq", 1, {as_member(node, role::node), as_member(agent, role::agent)}}};

  std::string why(const verdict& given) {
    const auto* no = std::get_if<refusal>(&given);
    return no != nullptr ? no->reason : "";
  }
};

TEST_F(Signing, WhatAMemberSignsIsItsOwn) {
  const auto what = node_signer.sign(domain::vote, "shut down");
  EXPECT_EQ(what.signer, "node-a");
  EXPECT_EQ(what.bytes, "shut down");
  EXPECT_EQ(what.signature.size(), 64U);
  const auto given = check.verify(what);
  ASSERT_TRUE(std::holds_alternative<const member*>(given)) << why(given);
  EXPECT_EQ(std::get<const member*>(given)->name, "node-a");
}

TEST_F(Signing, NothingAtAllCanBeSigned) {
  EXPECT_EQ(why(check.verify(node_signer.sign(domain::bus, ""))), "");
}

TEST_F(Signing, NoDomainPassesForAnother) {
  for (const auto made_as : domains)
    for (const auto shown_as : domains) {
      auto what = node_signer.sign(made_as, "x");
      what.about = shown_as;
      EXPECT_EQ(why(check.verify(what)).empty(), made_as == shown_as)
          << to_string(made_as) << " as " << to_string(shown_as);
    }
}

TEST_F(Signing, NoDomainIsTheBeginningOfAnother) {
  for (const auto one : domains)
    for (const auto other : domains)
      EXPECT_EQ(to_string(one).starts_with(to_string(other)), one == other);
}

TEST_F(Signing, AMessageWithoutADomainIsRefused) {
  auto what = node_signer.sign(domain::vote, "x");
  what.about = domain::unspecified;
  EXPECT_THAT(why(check.verify(what)), HasSubstr("domain"));
  what.about = static_cast<domain>(77);
  EXPECT_THAT(why(check.verify(what)), HasSubstr("domain"));
}

TEST_F(Signing, OneChangedBitAnywhereIsNoticed) {
  const auto what = node_signer.sign(domain::vote, "shut down web1");
  for (std::size_t i = 0; i < what.bytes.size(); ++i) {
    auto changed = what;
    changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
    EXPECT_THAT(why(check.verify(changed)), HasSubstr("node-a")) << i;
  }
  for (std::size_t i = 0; i < what.signature.size(); ++i) {
    auto changed = what;
    changed.signature[i] = static_cast<char>(changed.signature[i] ^ 1);
    EXPECT_NE(why(check.verify(changed)), "") << i;
  }
}

TEST_F(Signing, BytesThatWereCutOrExtendedAreNoticed) {
  const auto what = node_signer.sign(domain::vote, "shut down web1");
  auto cut = what;
  cut.bytes.pop_back();
  auto extended = what;
  extended.bytes += '0';
  EXPECT_NE(why(check.verify(cut)), "");
  EXPECT_NE(why(check.verify(extended)), "");
}

TEST_F(Signing, ASignerWhoIsNoMemberIsRefused) {
  const signer stranger{make_key_pair("stranger")};
  EXPECT_THAT(why(check.verify(stranger.sign(domain::vote, "x"))),
              HasSubstr("not in the membership"));
}

TEST_F(Signing, OneMemberCannotSpeakForAnother) {
  auto what = agent_signer.sign(domain::vote, "x");
  what.signer = "node-a";
  EXPECT_THAT(why(check.verify(what)), HasSubstr("node-a"));
}

TEST_F(Signing, AStrangerWithAMembersNameIsRefused) {
  const signer impostor{make_key_pair("node-a")};
  EXPECT_NE(why(check.verify(impostor.sign(domain::vote, "x"))), "");
}

TEST_F(Signing, ASignatureOfAnotherSizeIsRefused) {
  for (const std::size_t size : {0U, 1U, 63U, 65U, 1000U}) {
    auto what = node_signer.sign(domain::vote, "x");
    what.signature.resize(size);
    EXPECT_THAT(why(check.verify(what)), HasSubstr(std::to_string(size) + " bytes"));
  }
}

TEST_F(Signing, AMemberWithoutASigningKeySignsNothing) {
  auto without = as_member(node, role::tap);
  without.sign_key = {};
  const verifier none{{"hq", 1, {without}}};
  const signed_message zeros{domain::bus, "node-a", "x", std::string(64, '\0')};
  EXPECT_THAT(why(none.verify(zeros)), HasSubstr("no signing key"));
  EXPECT_THAT(why(none.verify(node_signer.sign(domain::bus, "x"))), HasSubstr("no signing key"));
}

TEST_F(Signing, TheRoleIsAskedSeparately) {
  const auto by_agent = agent_signer.sign(domain::vote, "x");
  EXPECT_EQ(why(require(check.verify(by_agent), {role::agent, role::node})), "");
  EXPECT_THAT(why(require(check.verify(by_agent), {role::node})),
              HasSubstr("web1 may not say this as agent"));
}

TEST_F(Signing, ARefusalStaysTheSameWhateverRoleIsAsked) {
  auto what = agent_signer.sign(domain::vote, "x");
  what.bytes = "y";
  EXPECT_EQ(why(require(check.verify(what), {role::agent})), why(check.verify(what)));
}

TEST_F(Signing, AVerifierCanBeMoved) {
  const auto moved = std::move(check);
  EXPECT_EQ(why(moved.verify(node_signer.sign(domain::vote, "x"))), "");
}

TEST_F(Signing, ASignerNeedsOnlyTheSigningHalf) {
  const signer half{"node-a", node.sign};
  EXPECT_EQ(half.sign(domain::vote, "x").signature, node_signer.sign(domain::vote, "x").signature);
}

TEST_F(Signing, GarbageIsRefusedNotHarmful) {
  for (std::size_t size = 0; size < 300; size += 7) {
    const std::string some(size, '\xff');
    EXPECT_NE(why(check.verify({domain::vote, "node-a", some, some})), "");
    EXPECT_NE(why(check.verify({domain::vote, some, some, std::string(64, '\xff')})), "");
  }
}

}  // namespace
}  // namespace holdover::keys
