#include "io/keys/z85.hpp"

#include <gtest/gtest.h>

#include <random>

namespace holdover::keys {
namespace {

using bytes = std::vector<std::uint8_t>;

TEST(Z85, TheExampleOfItsSpecificationIsEncoded) {
  EXPECT_EQ(z85_encode(bytes{0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B}), "HelloWorld");
}

TEST(Z85, WhatIsEncodedIsDecoded) {
  std::mt19937 random{1};
  for (std::size_t size = 0; size <= 64; size += 4) {
    bytes some(size);
    for (auto& byte : some)
      byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(z85_decode(z85_encode(some)), some);
  }
}

TEST(Z85, TheExtremesOfAGroupSurvive) {
  for (const auto& some : {bytes{0, 0, 0, 0}, bytes{255, 255, 255, 255}})
    EXPECT_EQ(z85_decode(z85_encode(some)), some);
}

TEST(Z85, ATextOfWrongLengthIsRefused) {
  for (const auto* text : {"H", "Hell", "HelloW", "HelloWorl"})
    EXPECT_FALSE(z85_decode(text)) << text;
}

TEST(Z85, AForeignCharacterIsRefused) {
  for (const auto* text : {"Hell~", "Hel o", "Hell\"", "Hell\xff", "Hell\n"})
    EXPECT_FALSE(z85_decode(text)) << text;
  EXPECT_FALSE(z85_decode(std::string_view{"Hell\0", 5}));
}

TEST(Z85, AGroupBeyond32BitsIsRefused) {
  EXPECT_TRUE(z85_decode("%nSc0"));  // 0xffffffff
  EXPECT_FALSE(z85_decode("%nSc1"));
  EXPECT_FALSE(z85_decode("#####"));
}

}  // namespace
}  // namespace holdover::keys
