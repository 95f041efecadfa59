#include "io/keys/key_pair.hpp"

#include "io/keys/z85.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdover::keys {
namespace {

TEST(KeyPair, EveryPairIsAnother) {
  const auto one = make_key_pair("a");
  const auto two = make_key_pair("a");
  EXPECT_NE(one.curve.public_key, two.curve.public_key);
  EXPECT_NE(one.sign.public_key, two.sign.public_key);
}

TEST(KeyPair, ThePublicHalvesFollowFromThePrivateOnes) {
  const auto keys = make_key_pair("a");
  const auto curve = curve_keys_from(keys.curve.private_key.reveal());
  const auto sign = sign_keys_from(keys.sign.seed.reveal());
  ASSERT_TRUE(curve && sign);
  EXPECT_EQ(curve->public_key, keys.curve.public_key);
  EXPECT_EQ(sign->public_key, keys.sign.public_key);
}

TEST(KeyPair, APrivateHalfOfWrongSizeIsRefused) {
  const std::array<std::uint8_t, 31> shorter{};
  const std::array<std::uint8_t, 33> longer{};
  EXPECT_FALSE(curve_keys_from(shorter));
  EXPECT_FALSE(curve_keys_from(longer));
  EXPECT_FALSE(sign_keys_from(shorter));
  EXPECT_FALSE(sign_keys_from(longer));
}

TEST(KeyPair, APublicKeyHasTheFormOfTheMembershipDocument) {
  const auto keys = make_key_pair("a");
  EXPECT_EQ(keys.curve.public_key.size(), 40U);
  EXPECT_TRUE(z85_decode(keys.curve.public_key));
}

TEST(KeyPair, NamesArePlainWords) {
  for (const auto* name : {"a", "node-1", "web1.example.org", "A_b"})
    EXPECT_TRUE(is_principal_name(name)) << name;
  for (const auto* name : {"", "two words", "a\n", "a/b", "\xc3\xa4"})
    EXPECT_FALSE(is_principal_name(name)) << name;
  EXPECT_TRUE(is_principal_name(std::string(64, 'a')));
  EXPECT_FALSE(is_principal_name(std::string(65, 'a')));
}

TEST(Secret, ACopyOfAHandleIsTheSameSecret) {
  const auto one = make_key_pair("a").curve.private_key;
  const auto two = one;
  EXPECT_EQ(one.reveal().data(), two.reveal().data());
}

TEST(Secret, CannotBeWrittenAfterItWasMade) {
  const auto one = make_key_pair("a").curve.private_key;
  auto* const byte = const_cast<std::uint8_t*>(one.reveal().data());
  EXPECT_DEATH(*byte = 1, "");
}

TEST(Secret, WipedMemoryIsZero) {
  std::array<char, 8> some{"1234567"};
  wipe(some.data(), some.size());
  EXPECT_TRUE(std::all_of(some.begin(), some.end(), [](char c) { return c == 0; }));
}

}  // namespace
}  // namespace holdover::keys
