#include "io/device/snmp/exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace holdover::device::snmp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t too_big = 1;
constexpr std::int64_t no_such_name = 2;
constexpr std::int64_t general_error = 5;

object_id at(std::uint32_t last) {
  return object_id::known("1.3.6.1.4.1.9").with(last);
}

std::vector<object_id> names(std::uint32_t count) {
  std::vector<object_id> list;
  for (std::uint32_t i = 1; i <= count; ++i)
    list.push_back(at(i));
  return list;
}

std::vector<binding> got(const exchange& talk) {
  const auto outcome = talk.outcome();
  const auto* bindings = std::get_if<std::vector<binding>>(&outcome);
  return bindings == nullptr ? std::vector<binding>{} : *bindings;
}

failure refusal(const exchange& talk) {
  const auto outcome = talk.outcome();
  const auto* no = std::get_if<failure>(&outcome);
  return no == nullptr ? failure{} : *no;
}

/// Answers every name with its last arc.
reply echo(const request& asked) {
  reply answer;
  for (const auto& [name, what] : asked.bindings)
    answer.bindings.push_back({name, static_cast<std::int64_t>(name.arcs().back())});
  return answer;
}

TEST(GetExchange, AsksForAFewNamesAtATime) {
  get_exchange talk(names(5), 2);
  std::vector<std::size_t> sizes;
  while (!talk.done()) {
    sizes.push_back(talk.next().bindings.size());
    talk.learn(echo(talk.next()));
  }
  EXPECT_THAT(sizes, ElementsAre(2u, 2u, 1u));
  EXPECT_EQ(got(talk)[4], (binding{at(5), std::int64_t{5}}));
}

TEST(GetExchange, KeepsAbsentObjectsInTheirPlaces) {
  get_exchange talk(names(3), 40);
  talk.learn(
      {0,
       0,
       {{at(1), std::int64_t{1}}, {at(2), absence::no_such_instance}, {at(3), std::int64_t{3}}}});
  ASSERT_TRUE(talk.done());
  EXPECT_EQ(got(talk)[1].what, value(absence::no_such_instance));
  EXPECT_EQ(got(talk)[2].what, value(std::int64_t{3}));
}

TEST(GetExchange, LeavesOutTheNameThatVersion1Complains) {
  get_exchange talk(names(3), 40);
  talk.learn({no_such_name, 2, talk.next().bindings});
  ASSERT_THAT(talk.next().bindings, SizeIs(2));
  talk.learn(echo(talk.next()));
  EXPECT_FALSE(present(got(talk)[1].what));
  EXPECT_TRUE(present(got(talk)[2].what));
}

TEST(GetExchange, HalvesWhatIsTooBig) {
  get_exchange talk(names(8), 40);
  talk.learn({too_big, 0, {}});
  EXPECT_THAT(talk.next().bindings, SizeIs(4));
  talk.learn({too_big, 0, {}});
  EXPECT_THAT(talk.next().bindings, SizeIs(2));
  while (!talk.done())
    talk.learn(echo(talk.next()));
  for (const auto& [name, what] : got(talk))
    EXPECT_TRUE(present(what));
}

TEST(GetExchange, FindsTheObjectThatFailsTheAgentByItself) {
  get_exchange talk(names(8), 40);
  while (!talk.done()) {
    const auto asked = talk.next();
    bool bad = false;
    for (const auto& [name, what] : asked.bindings)
      bad = bad || name == at(6);
    talk.learn(bad ? reply{general_error, 0, {}} : echo(asked));
  }
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(present(got(talk)[i].what), i != 5);
}

TEST(GetExchange, AsksAgainForWhatACutReplyLacks) {
  get_exchange talk(names(4), 40);
  auto cut = echo(talk.next());
  cut.bindings.resize(3);
  talk.learn(cut);
  EXPECT_THAT(talk.next().bindings, SizeIs(1));
}

TEST(GetExchange, TakesAnObjectUnderAnotherNameForAbsent) {
  get_exchange talk(names(2), 40);
  talk.learn({0, 0, {{at(1), std::int64_t{1}}, {at(77), std::int64_t{2}}}});
  ASSERT_TRUE(talk.done());
  EXPECT_FALSE(present(got(talk)[1].what));
}

TEST(GetExchange, IsRefusedAsAWhole) {
  get_exchange talk(names(2), 40);
  talk.learn({16, 0, {}});
  ASSERT_TRUE(talk.done());
  EXPECT_EQ(refusal(talk).kind, failure_kind::refused);
}

/// An agent with rows 1 to `rows` in each column 1.3.6.1.4.1.9.C.
reply table(const request& asked, std::uint32_t columns, std::uint32_t rows) {
  reply answer;
  const auto repetitions = asked.how == request::verb::get_bulk ? asked.repetitions : 1;
  auto cursors = asked.bindings;
  for (std::uint32_t r = 0; r < repetitions; ++r)
    for (auto& [name, what] : cursors) {
      const auto column = name.arcs()[7];
      const auto row = name.size() > 8 ? name.arcs()[8] : 0;
      if (row < rows)
        name = at(column).with(row + 1);
      else
        name = at(column + 1).with(1);
      what =
          column < columns || row < rows ? value(std::int64_t{row}) : value(absence::end_of_view);
      answer.bindings.push_back({name, what});
    }
  return answer;
}

TEST(WalkExchange, GathersColumnsSideBySide) {
  for (bool bulk : {false, true}) {
    walk_exchange talk({at(1), at(2)}, 64, bulk);
    int requests = 0;
    while (!talk.done()) {
      talk.learn(table(talk.next(), 2, 3));
      ++requests;
    }
    EXPECT_THAT(got(talk), SizeIs(6)) << bulk;
    EXPECT_EQ(got(talk).front().name, at(1).with(1));
    EXPECT_EQ(got(talk).back().name, at(2).with(3));
    EXPECT_EQ(requests, bulk ? 1 : 4);
  }
}

TEST(WalkExchange, StopsAfterEnoughRows) {
  walk_exchange talk({at(1)}, 5, true);
  while (!talk.done())
    talk.learn(table(talk.next(), 1, 1000000));
  EXPECT_THAT(got(talk), SizeIs(5));
}

TEST(WalkExchange, EndsAtVersion1EndOfView) {
  walk_exchange talk({at(1), at(2)}, 64, false);
  talk.learn({no_such_name, 2, {}});
  EXPECT_THAT(talk.next().bindings, SizeIs(1));
  talk.learn({no_such_name, 1, {}});
  EXPECT_TRUE(talk.done());
}

TEST(WalkExchange, AsksForFewerColumnsWhereRepliesAreCut) {
  walk_exchange talk({at(1), at(2), at(3)}, 64, false);
  EXPECT_THAT(talk.next().bindings, SizeIs(3));
  talk.learn({0, 0, {{at(1).with(1), std::int64_t{7}}}});
  EXPECT_THAT(talk.next().bindings, SizeIs(1));
  for (int i = 0; i < 20 && !talk.done(); ++i)
    talk.learn({0, 0, {{object_id::known("1.3.9"), std::int64_t{0}}}});
  EXPECT_TRUE(talk.done());
}

TEST(WalkExchange, AsksForFewerColumnsWhereTheyAreTooBig) {
  walk_exchange talk({at(1), at(2), at(3), at(4)}, 64, false);
  talk.learn({1, 0, {}});
  EXPECT_THAT(talk.next().bindings, SizeIs(2));
}

TEST(WalkExchange, IsNotLedInCircles) {
  walk_exchange talk({at(1)}, 64, false);
  talk.learn({0, 0, {{at(1).with(5), std::int64_t{1}}}});
  talk.learn({0, 0, {{at(1).with(3), std::int64_t{1}}}});
  ASSERT_TRUE(talk.done());
  EXPECT_THAT(got(talk), SizeIs(1));
}

TEST(WalkExchange, GivesUpGetBulkWhereTheAgentFailsOnIt) {
  walk_exchange talk({at(1)}, 64, true);
  EXPECT_EQ(talk.next().how, request::verb::get_bulk);
  talk.learn({general_error, 0, {}});
  ASSERT_FALSE(talk.done());
  EXPECT_EQ(talk.next().how, request::verb::get_next);
}

TEST(SetExchange, IsDoneWhenTheAgentConfirms) {
  set_exchange talk({{at(1), std::int64_t{0}}});
  EXPECT_EQ(talk.next().how, request::verb::set);
  talk.learn({0, 0, {{at(1), std::int64_t{0}}}});
  EXPECT_THAT(got(talk), SizeIs(1));
}

TEST(SetExchange, FailsIfNoErrorComesWithNoSuchInstance) {
  set_exchange talk({{at(1), std::int64_t{0}}});
  talk.learn({0, 0, {{at(1), absence::no_such_instance}}});
  EXPECT_EQ(refusal(talk).kind, failure_kind::unsupported);
}

TEST(SetExchange, SaysWhatTheAgentHasAgainstIt) {
  const auto refused = [](std::int64_t status) {
    set_exchange talk({{at(1), std::int64_t{0}}});
    talk.learn({status, 1, {}});
    return refusal(talk);
  };
  for (std::int64_t status : {2, 4, 6, 16, 17})
    EXPECT_EQ(refused(status).kind, failure_kind::refused) << status;
  EXPECT_EQ(refused(11).kind, failure_kind::unsupported);
  EXPECT_THAT(refused(6).text, HasSubstr("write access"));
  EXPECT_THAT(refused(99).text, HasSubstr("99"));
}

TEST(SetExchange, DoesNotTakeAnEmptyReplyForAConfirmation) {
  set_exchange talk({{at(1), std::int64_t{0}}});
  talk.learn({0, 0, {}});
  EXPECT_EQ(refusal(talk).kind, failure_kind::nonsense);
}

// Whatever an agent answers, a conversation ends after a bounded number of requests.
class Mumbling : public testing::TestWithParam<unsigned> {};

reply mumbled(const request& asked, std::mt19937& random) {
  const auto dice = [&](int sides) { return static_cast<int>(random() % unsigned(sides)); };
  reply answer;
  answer.status = dice(3) == 0 ? dice(20) - 1 : 0;
  answer.index = dice(60) - 5;
  for (const auto& [name, what] : asked.bindings) {
    if (dice(4) == 0) continue;
    auto said = dice(3) == 0 ? at(static_cast<std::uint32_t>(dice(5))) : name;
    if (dice(2) == 0) said = said.with(static_cast<std::uint32_t>(dice(9)));
    answer.bindings.push_back({said, dice(3) == 0 ? value(static_cast<absence>(dice(4)))
                                                  : value(std::int64_t{dice(300)})});
  }
  return answer;
}

TEST_P(Mumbling, AgentsAreListenedToForALimitedTime) {
  std::mt19937 random(GetParam());
  get_exchange get(names(30), 1 + random() % 40);
  int requests = 0;
  while (!get.done() && ++requests < 1000)
    get.learn(mumbled(get.next(), random));
  EXPECT_LT(requests, 200) << "seed " << GetParam();
  EXPECT_TRUE(std::holds_alternative<failure>(get.outcome()) || got(get).size() == 30);

  walk_exchange walk(names(5), 64, random() % 2 == 0);
  requests = 0;
  while (!walk.done() && ++requests < 10000)
    walk.learn(mumbled(walk.next(), random));
  EXPECT_LT(requests, 1000) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, Mumbling, testing::Range(1u, 301u));

}  // namespace
}  // namespace holdover::device::snmp
