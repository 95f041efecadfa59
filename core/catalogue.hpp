// What the product family can do, as a table: interfaces, switched-outlet units, sensors, and which
// of them fit together.
//
// An installer knows this from leaflets and finds out on a ladder what he misread. Here it is data,
// so that a site file is held against it at a desk. Numbers are catalogue numbers; ranges and
// lengths are the makers'.
//
//   UPS --slot or serial line, < 12 m-- CS121 --COM2-- SM_T_COM or SM_T_H_COM, or a Sensor Manager
//                                         |               Sensor Manager --8 analog, 4 in, 4 out--
//                                         +--RJ11, <= 15 m-- SS4 AUX      SM_T, SM_T_H, SM_flash

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace holdover::catalogue {

enum class family : std::uint8_t { standard, professional, industrial };
enum class form : std::uint8_t { card, box };
std::string_view to_string(family);

/// What an interface can be asked to do beside reading its UPS.
struct capabilities {
  bool sensors = false;     ///< SM_T_COM, SM_T_H_COM or a Sensor Manager on COM2.
  bool contacts = false;    ///< Digital contacts of its own; a door sensor.
  bool drives_aux = false;  ///< SS4 AUX on the control cable.
  bool modbus_ip = false;
  bool modbus_rs232 = false;
  bool modbus_rs485 = false;
};

struct interface_model {
  std::string_view name;
  family kind;
  form shape;
  std::string_view number;
  capabilities can;
};
std::span<const interface_model> interfaces();
const interface_model* find_interface(std::string_view name);

struct unit_model {
  std::string_view name;
  std::string_view number;
  bool has_interface;  ///< An SS4 contains one, of the Professional kind.
  std::uint32_t outlets;
  double outlet_amperes;
  double feed_amperes;
};
std::span<const unit_model> units();
const unit_model* find_unit(std::string_view name);

enum class port : std::uint8_t { com2, manager_analog, manager_digital, contact };
struct sensor_model {
  std::string_view name;
  std::string_view number;
  std::vector<port> fits;
  std::optional<double> lowest;  ///< Of what it measures: degrees Celsius.
  std::optional<double> highest;
  bool humidity = false;  ///< Measures that, too.
};
std::span<const sensor_model> sensors();
const sensor_model* find_sensor(std::string_view name);

inline constexpr std::string_view flash = "SM_flash";  ///< 3 109 03, on a Sensor Manager alone.

inline constexpr std::uint32_t manager_analog_inputs = 8;
inline constexpr std::uint32_t manager_digital_inputs = 4;
inline constexpr std::uint32_t manager_outputs = 4;
inline constexpr double serial_metres_below = 12;
inline constexpr double aux_metres_max = 15;
inline constexpr double humidity_error_percent = 5;

/// For messages: every name of a list.
template <class Models>
std::vector<std::string_view> names(const Models& models) {
  std::vector<std::string_view> all;
  for (const auto& model : models)
    all.push_back(model.name);
  return all;
}

// ---- Which solution for whom
// ---------------------------------------------------------------------

struct needs {
  bool sensors_or_contacts = false;
  bool serial_line_possible = true;  ///< The UPS can be connected to the host's serial port.
  double serial_metres = 0;
  bool several_hosts_at_different_times = false;
  bool other_systems = false;  ///< Than Windows and Linux.
};

enum class solution : std::uint8_t {
  professional_interface,
  standard_interface,
  management_software,  ///< UPS Management Software beside the UPS.
  communicator,         ///< UPS Communicator beside the UPS.
};
std::string_view to_string(solution);

struct advice {
  solution what;
  std::string_view why;
};

/// The selection diagram of the product guide, first match from the top.
advice advise(const needs&);

}  // namespace holdover::catalogue
