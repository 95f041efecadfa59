#include "io/device/nut/answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::nut {
namespace {

using testing::ElementsAre;

/// Feeds lines; the answer must be complete with the last one and not before.
complete answer_to(answer_reader reader, const std::vector<std::string>& lines) {
  std::optional<complete> answer;
  for (const auto& line : lines) {
    EXPECT_FALSE(answer) << "complete before: " << line;
    answer = reader.feed(line);
  }
  EXPECT_TRUE(answer);
  return answer.value_or(out_of_step{"nothing"});
}

answer_reader list() {
  return answer_reader::list_of_variables("rack");
}

TEST(NutAnswer, AListIsItsVariablesInOrder) {
  auto answer = answer_to(list(), {"BEGIN LIST VAR rack", R"(VAR rack ups.status "OL CHRG")",
                                   R"(VAR rack battery.charge "100")", "END LIST VAR rack"});
  ASSERT_TRUE(std::holds_alternative<variables>(answer));
  EXPECT_THAT(std::get<variables>(answer),
              ElementsAre(variable{"ups.status", "OL CHRG"}, variable{"battery.charge", "100"}));
}

TEST(NutAnswer, AListMayBeEmpty) {
  auto answer = answer_to(list(), {"BEGIN LIST VAR rack", "END LIST VAR rack"});
  EXPECT_TRUE(std::get<variables>(answer).empty());
}

TEST(NutAnswer, ARefusalStandsInPlaceOfEitherAnswer) {
  EXPECT_EQ(std::get<refusal>(answer_to(list(), {"ERR DATA-STALE"})), refusal{"DATA-STALE"});
  EXPECT_EQ(std::get<refusal>(answer_to(answer_reader::line(), {"ERR ACCESS-DENIED more"})),
            refusal{"ACCESS-DENIED"});
}

TEST(NutAnswer, OneLineIsTakenAsItIs) {
  auto answer = answer_to(answer_reader::line(), {R"(Network "UPS Tools upsd 2.8.0)"});
  EXPECT_EQ(std::get<one_line>(answer).text, R"(Network "UPS Tools upsd 2.8.0)");
}

TEST(NutAnswer, TheListOfAnotherUpsIsOutOfStep) {
  EXPECT_TRUE(std::holds_alternative<out_of_step>(answer_to(list(), {"BEGIN LIST VAR tower"})));
  EXPECT_TRUE(std::holds_alternative<out_of_step>(
      answer_to(list(), {"BEGIN LIST VAR rack", R"(VAR tower ups.status "OL")"})));
}

TEST(NutAnswer, AnythingElseWithinAListIsOutOfStep) {
  for (const auto* line : {"OK", "VAR rack ups.status", R"(VAR rack a "b" c)", R"(VAR rack a "b)",
                           "", "BEGIN LIST VAR rack", "ERR"})
    EXPECT_TRUE(
        std::holds_alternative<out_of_step>(answer_to(list(), {"BEGIN LIST VAR rack", line})))
        << line;
}

TEST(NutAnswer, AListWithoutAnEndIsGivenUp) {
  auto reader = list();
  EXPECT_FALSE(reader.feed("BEGIN LIST VAR rack"));
  std::optional<complete> answer;
  std::size_t lines = 0;
  while (!answer && lines++ <= variables_max)
    answer = reader.feed(R"(VAR rack a "b")");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<out_of_step>(*answer));
}

TEST(NutAnswer, AListOfTooManyBytesIsGivenUp) {
  auto reader = list();
  EXPECT_FALSE(reader.feed("BEGIN LIST VAR rack"));
  auto line = "VAR rack a \"" + std::string(4000, 'x') + '"';
  std::optional<complete> answer;
  for (std::size_t bytes = 0; !answer && bytes <= answer_bytes_max; bytes += line.size())
    answer = reader.feed(line);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<out_of_step>(*answer));
}

}  // namespace
}  // namespace holdover::device::nut
