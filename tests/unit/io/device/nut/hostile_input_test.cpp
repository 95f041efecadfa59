// Bytes that nobody meant: whatever arrives, the codec and the table answer, within their limits.

#include "core/utf8.hpp"
#include "io/device/nut/answer.hpp"
#include "io/device/nut/line.hpp"
#include "io/device/nut/reading.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace holdover::device::nut {
namespace {

constexpr unsigned seed = 20240611;
constexpr int rounds = 20000;

class chance {
public:
  std::size_t below(std::size_t limit) { return engine_() % limit; }

  std::string bytes(std::size_t length_max) {
    std::string text(below(length_max + 1), '\0');
    for (auto& c : text)
      c = static_cast<char>(below(256));
    return text;
  }

  /// A text with a few of its bytes changed, taken out, doubled or put elsewhere.
  std::string mutated(std::string text) {
    for (auto times = 1 + below(4); times > 0 && !text.empty(); --times) {
      auto at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, 1 + below(8));
          break;
        case 2:
          text.insert(at, text.substr(below(text.size()), below(40)));
          break;
        default:
          text.insert(at, 1, "\"\\ \n\r\t\0."[below(8)]);
      }
    }
    return text;
  }

private:
  std::mt19937 engine_{seed};
};

const std::string answer_text =
    "BEGIN LIST VAR rack\n"
    "VAR rack ambient.contacts.1.status \"closed\"\n"
    "VAR rack ambient.temperature \"21.5\"\n"
    "VAR rack battery.charge \"100\"\n"
    "VAR rack battery.runtime \"65535\"\n"
    "VAR rack outlet.12.status \"on/closed\"\n"
    "VAR rack ups.alarm \"[Replace battery!] Shutdown imminent!\"\n"
    "VAR rack ups.model \"Smart-UPS \\\"750\\\"\"\n"
    "VAR rack ups.status \"ALARM OL CHRG\"\n"
    "END LIST VAR rack\n";

void expect_sound(const power::identity& who) {
  for (const auto* text : {&who.manufacturer, &who.model, &who.serial, &who.firmware}) {
    EXPECT_TRUE(utf8::printable(*text));
    EXPECT_LE(utf8::length(*text), 128u);
  }
}

void expect_sound(const variables& list) {
  auto ups = read_ups(list);
  expect_sound(ups.who);
  for (const auto& value : ups.values) {
    EXPECT_TRUE(std::isfinite(value.number));
    EXPECT_TRUE(value.how == power::quality::good || value.number == 0);
  }
  EXPECT_LE(ups.alarms.size(), 32u);
  for (const auto& alarm : ups.alarms)
    EXPECT_TRUE(utf8::printable(alarm));
  std::uint32_t last = 0;
  for (const auto& outlet : read_outlets(list).outlets) {
    EXPECT_GT(outlet.number, last);
    last = outlet.number;
  }
  for (const auto& v : list) {
    auto came = read_sensor(list, {device_kind::sensor, v.name, "rack"});
    const auto* why = std::get_if<failure>(&came);
    EXPECT_TRUE(why == nullptr || utf8::printable(why->text));
  }
}

void feed(const std::string& stream) {
  line_buffer lines;
  auto reader = answer_reader::list_of_variables("rack");
  if (!lines.take(stream)) return;
  while (auto line = lines.next()) {
    auto answer = reader.feed(*line);
    if (!answer) continue;
    if (const auto* list = std::get_if<variables>(&*answer)) expect_sound(*list);
    return;
  }
}

TEST(NutHostileInput, RandomLinesAreSplitOrRefused) {
  chance any;
  for (int i = 0; i < rounds; ++i) {
    auto words = split(any.bytes(80));
    EXPECT_TRUE(!words || words->size() <= words_max);
  }
}

TEST(NutHostileInput, ARandomWordTravelsUnchangedOrNotAtAll) {
  chance any;
  for (int i = 0; i < rounds; ++i) {
    auto word = any.bytes(12);
    auto line = request_line({"X", word});
    if (!line) continue;
    EXPECT_EQ(line->find('\n'), line->size() - 1);
    auto back = split(line->substr(0, line->size() - 1));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 2u);
    EXPECT_EQ((*back)[1], word);
  }
}

TEST(NutHostileInput, ARandomStreamIsReadOrGivenUp) {
  chance any;
  for (int i = 0; i < rounds; ++i)
    feed(any.bytes(400));
}

TEST(NutHostileInput, ADamagedAnswerIsReadOrGivenUp) {
  chance any;
  for (int i = 0; i < rounds; ++i)
    feed(any.mutated(answer_text));
}

TEST(NutHostileInput, RandomVariablesGiveASoundReading) {
  chance any;
  const std::vector<std::string> names{
      "ups.status",    "ups.alarm",          "battery.charge", "outlet.1.status",
      "outlet.2.load", "input.L1-N.voltage", "ups.model",      "ambient.1.contacts.2.status"};
  for (int i = 0; i < rounds / 4; ++i) {
    variables list;
    for (auto count = any.below(6); count > 0; --count)
      list.push_back({any.mutated(names[any.below(names.size())]), any.bytes(60)});
    expect_sound(list);
  }
}

}  // namespace
}  // namespace holdover::device::nut
