#include "io/device/snmp/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::snmp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

object_id at(std::string_view dotted) {
  return object_id::known(dotted);
}

TEST(Pattern, FindsWhatStandsInItsHoles) {
  const pattern column("1.3.6.1.4.1.9.*.2.@.#");
  EXPECT_FALSE(column.fixed());
  EXPECT_EQ(column.before(), at("1.3.6.1.4.1.9"));
  const auto arcs = column.match(at("1.3.6.1.4.1.9.38.2.1.7"));
  ASSERT_TRUE(arcs);
  EXPECT_THAT(*arcs, ElementsAre(38u, 1u, 7u));
  EXPECT_THAT(column.only('#', *arcs), ElementsAre(7u));
  EXPECT_THAT(column.only('@', *arcs), ElementsAre(1u));
  EXPECT_EQ(column.with({5, 6, 7}), at("1.3.6.1.4.1.9.5.2.6.7"));
}

TEST(Pattern, DoesNotTakeOtherNames) {
  const pattern column("1.3.6.1.4.1.9.#");
  EXPECT_FALSE(column.match(at("1.3.6.1.4.1.8.1")));
  EXPECT_FALSE(column.match(at("1.3.6.1.4.1.9")));
  EXPECT_FALSE(column.match(at("1.3.6.1.4.1.9.1.1")));
  EXPECT_FALSE(column.with({}));
}

TEST(Pattern, ForgivesAZeroTooManyOrTooFew) {
  EXPECT_TRUE(pattern("1.3.6.1.4.1.9.#").match(at("1.3.6.1.4.1.9.4.0")));
  EXPECT_TRUE(pattern("1.3.6.1.4.1.9.#.0").match(at("1.3.6.1.4.1.9.4")));
  EXPECT_TRUE(pattern("1.3.6.1.4.1.9.1.0").match(at("1.3.6.1.4.1.9.1")));
  EXPECT_FALSE(pattern("1.3.6.1.4.1.9.#.0").match(at("1.3.6.1.4.1.9.4.3")));
}

TEST(Pattern, TakesAZeroInAHoleAsARow) {
  EXPECT_THAT(pattern("1.3.6.1.4.1.9.@.#").match(at("1.3.6.1.4.1.9.0.4")),
              Optional(ElementsAre(0u, 4u)));
}

TEST(Pattern, WithoutHolesIsOneName) {
  const pattern scalar("1.3.6.1.4.1.9.1.0");
  EXPECT_TRUE(scalar.fixed());
  EXPECT_THAT(scalar.match(at("1.3.6.1.4.1.9.1.0")), Optional(IsEmpty()));
}

}  // namespace
}  // namespace holdover::device::snmp
