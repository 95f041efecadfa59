#include "core/catalogue.hpp"

#include <algorithm>
#include <array>

namespace holdover::catalogue {

namespace {

constexpr capabilities standard{.modbus_ip = true};
constexpr capabilities professional{.sensors = true,
                                    .contacts = true,
                                    .drives_aux = true,
                                    .modbus_ip = true,
                                    .modbus_rs232 = true,
                                    .modbus_rs485 = true};
// Its second port is an RS485 line: no sensor and no Sensor Manager there.
constexpr capabilities industrial{
    .contacts = true, .drives_aux = true, .modbus_ip = true, .modbus_rs485 = true};

constexpr std::array<interface_model, 6> interface_table{{
    {"CS121B SK", family::standard, form::card, "3 108 82", standard},
    {"CS121B", family::standard, form::box, "3 108 84", standard},
    {"CS121 SK", family::professional, form::card, "3 108 81", professional},
    {"CS121", family::professional, form::box, "3 108 83", professional},
    {"CS121M SK", family::industrial, form::card, "3 109 07", industrial},
    {"CS121M", family::industrial, form::box, "3 109 06", industrial},
}};

constexpr std::array<unit_model, 2> unit_table{{
    {"SS4", "3 109 04", true, 4, 8, 16},
    {"SS4 AUX", "3 109 05", false, 4, 8, 16},
}};

const std::array<sensor_model, 8>& sensor_table() {
  static const std::array<sensor_model, 8> table{{
      {"SM_T_COM", "3 108 97", {port::com2}, -25, 100, false},
      {"SM_T_H_COM", "3 108 98", {port::com2}, -25, 100, true},
      {"SM_T", "3 109 00", {port::manager_analog}, 0, 100, false},
      {"SM_T_H", "3 109 01", {port::manager_analog}, 0, 100, true},
      {"SM_door", "3 109 02", {port::contact, port::manager_digital}, {}, {}, false},
      {"analog", "", {port::manager_analog}, {}, {}, true},
      {"digital", "", {port::manager_digital}, {}, {}, false},
      {"contact", "", {port::contact}, {}, {}, false},
  }};
  return table;
}

template <class Table>
auto* find_in(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& model) { return model.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(family kind) {
  switch (kind) {
    case family::standard:
      return "Standard";
    case family::professional:
      return "Professional";
    case family::industrial:
      return "Industrial";
  }
  return "unknown";
}

std::span<const interface_model> interfaces() {
  return interface_table;
}
const interface_model* find_interface(std::string_view name) {
  return find_in(interface_table, name);
}

std::span<const unit_model> units() {
  return unit_table;
}
const unit_model* find_unit(std::string_view name) {
  return find_in(unit_table, name);
}

std::span<const sensor_model> sensors() {
  return sensor_table();
}
const sensor_model* find_sensor(std::string_view name) {
  return find_in(sensor_table(), name);
}

std::string_view to_string(solution what) {
  switch (what) {
    case solution::professional_interface:
      return "a Professional interface (CS121, CS121 SK)";
    case solution::standard_interface:
      return "a Standard interface (CS121B, CS121B SK)";
    case solution::management_software:
      return "UPS Management Software";
    case solution::communicator:
      return "UPS Communicator";
  }
  return "unknown";
}

advice advise(const needs& wish) {
  if (wish.sensors_or_contacts)
    return {solution::professional_interface,
            "sensors and contacts need the second port and the inputs of a Professional one"};
  if (!wish.serial_line_possible)
    return {solution::standard_interface,
            "the UPS cannot be connected to a host, so it must be reached over the network"};
  if (wish.serial_metres >= serial_metres_below)
    return {solution::standard_interface,
            "a serial line must be shorter than 12 m, so the UPS must be reached over the network"};
  if (wish.several_hosts_at_different_times)
    return {solution::management_software, "several hosts go down at different times"};
  if (wish.other_systems)
    return {solution::management_software, "a host runs neither Windows nor Linux"};
  return {solution::communicator, "one time for all hosts, and Windows or Linux on each"};
}

}  // namespace holdover::catalogue
