// Damaged messages: whatever arrives is refused or is a message that can be sent on; it never ends
// the process. The seed is printed with every failure.

#include "io/wire/codec.hpp"
#include "tests/unit/io/wire/samples.hpp"

#include <gtest/gtest.h>

#include <random>

namespace holdover::wire {
namespace {

using generator = std::mt19937_64;

std::size_t below(generator& random, std::size_t limit) {
  return static_cast<std::size_t>(random() % limit);
}

void damage(std::string& bytes, generator& random) {
  const auto at = bytes.empty() ? 0 : below(random, bytes.size());
  switch (random() % 5) {
    case 0:
      if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      bytes.insert(at, 1 + below(random, 4), static_cast<char>(random()));
      break;
    case 3:
      bytes.erase(at, 1 + below(random, 8));
      break;
    default:
      bytes.insert(at, bytes.substr(below(random, bytes.size() + 1), 24));
      break;
  }
}

TEST(Mutation, DamagedMessagesAreRefusedOrCanBeSentOn) {
  const auto samples = every_message();
  int accepted = 0;
  constexpr int rounds = 20'000;
  for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
    generator random{seed};
    auto bytes = encode(samples[below(random, samples.size())]);
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      damage(bytes, random);
    const auto got = decode(bytes);
    if (const auto* no = std::get_if<refusal>(&got)) {
      ASSERT_FALSE(no->reason.empty()) << "seed " << seed;
      continue;
    }
    ++accepted;
    const auto again = decode(encode(std::get<message>(got)));
    ASSERT_TRUE(std::holds_alternative<message>(again))
        << "seed " << seed << ": " << std::get<refusal>(again).reason;
  }
  EXPECT_GT(accepted, 0) << "no damage was harmless: the test has lost its teeth";
  EXPECT_LT(accepted, rounds);
}

TEST(Mutation, DamagedSignedMessagesAreRefusedOrWhole) {
  const auto original = encode(sample_signed(encode(wrap(sample_host_vote()))));
  for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
    generator random{seed};
    auto bytes = original;
    damage(bytes, random);
    const auto got = decode_signed(bytes);
    if (const auto* whole = std::get_if<signed_message>(&got)) {
      ASSERT_EQ(whole->signature.size(), signature_bytes) << "seed " << seed;
      static_cast<void>(decode_evidence(bytes));
    }
  }
}

}  // namespace
}  // namespace holdover::wire
