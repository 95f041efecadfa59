#include "io/device/modbus/point.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdover::device::modbus {
namespace {

using testing::HasSubstr;

point at(std::uint16_t address, shape as = shape::u16) {
  return {.name = "battery.charge", .address = address, .as = as};
}

image holding(std::initializer_list<std::uint16_t> words) {
  image read;
  std::uint16_t address = 10;
  for (const auto w : words)
    read[{space::holding, address++}] = w;
  return read;
}

std::string problem(std::string_view line) {
  return point_from(line).second;
}

TEST(ModbusPoint, EveryShapeIsReadAsItIsWritten) {
  EXPECT_EQ(raw_number(at(10), holding({65535})), 65535);
  EXPECT_EQ(raw_number(at(10, shape::s16), holding({65535})), -1);
  EXPECT_EQ(raw_number(at(10, shape::u32), holding({1, 2})), 65538);
  EXPECT_EQ(raw_number(at(10, shape::u32_low), holding({2, 1})), 65538);
  EXPECT_EQ(raw_number(at(10, shape::s32), holding({0xffff, 0xfffe})), -2);
  EXPECT_EQ(raw_number(at(10, shape::f32), holding({0x4248, 0})), 50);
  EXPECT_EQ(raw_number(at(10, shape::f32_low), holding({0, 0x4248})), 50);
}

TEST(ModbusPoint, HalfANumberAndNoNumberAreNone) {
  EXPECT_EQ(raw_number(at(10, shape::u32), holding({1})), std::nullopt);
  EXPECT_EQ(raw_number(at(10, shape::f32), holding({0x7fc0, 0})), std::nullopt);
  EXPECT_EQ(raw_number(at(65535, shape::u32), holding({1})), std::nullopt);
}

TEST(ModbusPoint, ANumberIsScaledAndWhatCannotBeIsSuspect) {
  auto p = at(10, shape::s16);
  p.divisor = 10;
  p.offset = -4;
  p.result = limits{0, 100};
  EXPECT_EQ(measure(p, holding({545})).number, 50.5);
  EXPECT_EQ(measure(p, holding({2000})).how, power::quality::suspect);
  EXPECT_EQ(measure(p, holding({2000})).number, 0);
  EXPECT_EQ(measure(p, {}).how, power::quality::absent);
  EXPECT_EQ(measure(p, holding({545})).source, "holding 10");
}

TEST(ModbusPoint, AFlagHoldsWhenItsBitsAre) {
  auto p = at(10);
  p.mask = 0x48;
  p.equals = 0x08;
  EXPECT_EQ(holds(p, holding({0x0c})), true);
  EXPECT_EQ(holds(p, holding({0x4c})), false);
  EXPECT_EQ(holds(p, {}), std::nullopt);
}

TEST(ModbusPoint, ALineSaysWhatAPointIs) {
  auto p = at(7, shape::s32_low);
  p.where = space::input;
  p.divisor = -0.5;
  p.offset = 3;
  p.raw = limits{-5, 5};
  p.result = limits{0, 1e6};
  const auto [again, wrong] = point_from(to_text(p));
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(again, p);
}

TEST(ModbusPoint, AMistakeIsNamed) {
  EXPECT_THAT(problem("address=1"), HasSubstr("needs one name"));
  EXPECT_THAT(problem("value=a flag=OB address=1"), HasSubstr("needs one name"));
  EXPECT_THAT(problem("value=a"), HasSubstr("address"));
  EXPECT_THAT(problem("value=a address=65536"), HasSubstr("address"));
  EXPECT_THAT(problem("value=a address=1 divisor=0"), HasSubstr("must not be zero"));
  EXPECT_THAT(problem("value=a address=1 table=hodling"), HasSubstr("table must be one of"));
  EXPECT_THAT(problem("value=a address=1 colour=red"), HasSubstr("no setting \"colour\""));
  EXPECT_THAT(problem("value=a address=1 least=2 most=1"), HasSubstr("exchange"));
  EXPECT_THAT(problem("flag=OB address=1 mask=8 equals=3"), HasSubstr("never hold"));
  EXPECT_THAT(problem("value=a address=1 table=coil shape=u32"), HasSubstr("one bit"));
}

}  // namespace
}  // namespace holdover::device::modbus
