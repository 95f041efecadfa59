#include "core/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdover::catalogue {
namespace {

TEST(Catalogue, SixInterfacesInThreeFamiliesAsCardAndAsBox) {
  std::set<std::pair<family, form>> kinds;
  for (const auto& model : interfaces())
    kinds.insert({model.kind, model.shape});
  EXPECT_EQ(interfaces().size(), 6u);
  EXPECT_EQ(kinds.size(), 6u);
}

TEST(Catalogue, OnlyAProfessionalInterfaceTakesSensors) {
  for (const auto& model : interfaces())
    EXPECT_EQ(model.can.sensors, model.kind == family::professional) << model.name;
}

TEST(Catalogue, AStandardInterfaceHasNoContactsAndDrivesNoOutlets) {
  for (const auto& model : interfaces()) {
    EXPECT_EQ(model.can.contacts, model.kind != family::standard) << model.name;
    EXPECT_EQ(model.can.drives_aux, model.kind != family::standard) << model.name;
  }
}

TEST(Catalogue, OnALineAnIndustrialInterfaceSpeaksModbusOverRs485Alone) {
  for (const auto& model : interfaces()) {
    EXPECT_EQ(model.can.modbus_rs485, model.kind != family::standard) << model.name;
    EXPECT_EQ(model.can.modbus_rs232, model.kind == family::professional) << model.name;
  }
}

TEST(Catalogue, ASiteSwitchHasFourOutletsOfEightAmperesOnSixteen) {
  for (const auto& model : units()) {
    EXPECT_EQ(model.outlets, 4u) << model.name;
    EXPECT_EQ(model.outlet_amperes, 8) << model.name;
    EXPECT_EQ(model.feed_amperes, 16) << model.name;
  }
  EXPECT_TRUE(find_unit("SS4")->has_interface);
  EXPECT_FALSE(find_unit("SS4 AUX")->has_interface);
}

TEST(Catalogue, EachSensorFitsWhereItsLeafletSays) {
  EXPECT_EQ(find_sensor("SM_T_COM")->fits, std::vector{port::com2});
  EXPECT_EQ(find_sensor("SM_T_H_COM")->fits, std::vector{port::com2});
  EXPECT_EQ(find_sensor("SM_T")->fits, std::vector{port::manager_analog});
  EXPECT_EQ(find_sensor("SM_T_H")->fits, std::vector{port::manager_analog});
  EXPECT_EQ(find_sensor("SM_door")->fits, (std::vector{port::contact, port::manager_digital}));
  EXPECT_EQ(find_sensor("SM_unheard"), nullptr);
}

// The four questions of the product guide, asked in every combination. Sensors decide before the
// line, the line before times, times before systems.
TEST(Advice, EveryCombinationOfAnswersLeadsToTheLeafOfTheDiagram) {
  std::set<solution> reached;
  for (int answers = 0; answers < 16; ++answers) {
    const needs wish{.sensors_or_contacts = (answers & 8) != 0,
                     .serial_line_possible = (answers & 4) != 0,
                     .several_hosts_at_different_times = (answers & 2) != 0,
                     .other_systems = (answers & 1) != 0};
    constexpr auto professional = solution::professional_interface;
    constexpr auto standard = solution::standard_interface;
    constexpr auto management = solution::management_software;
    constexpr auto communicator = solution::communicator;
    constexpr solution leaves[16] = {standard,     standard,     standard,     standard,
                                     communicator, management,   management,   management,
                                     professional, professional, professional, professional,
                                     professional, professional, professional, professional};
    EXPECT_EQ(advise(wish).what, leaves[answers]) << answers;
    reached.insert(advise(wish).what);
  }
  EXPECT_EQ(reached.size(), 4u);
}

TEST(Advice, ASerialLineOfTwelveMetresIsTooLong) {
  EXPECT_EQ(advise({.serial_metres = 11.9}).what, solution::communicator);
  EXPECT_EQ(advise({.serial_metres = 12}).what, solution::standard_interface);
}

}  // namespace
}  // namespace holdover::catalogue
