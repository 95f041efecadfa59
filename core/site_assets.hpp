// What stands around a site: network switches, cards in front of UPSes, models and cables.
//
// Nothing here is needed to protect anybody and no vote depends on it. It is what an installer
// knows and a checker can reason about: who goes blind with a switch, which box is switched off by
// the very outage it should watch, which sensor does not fit on which card. All of it is optional;
// a finding needs what it speaks of to be said.

#pragma once

#include "core/site.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdover {

using switch_index = std::uint32_t;
using interface_index = std::uint32_t;

struct switch_asset {
  std::string name;
  std::string segment = "lan";  ///< Switches of one segment hear each other's broadcasts.
  std::vector<switch_index> links;
  std::vector<supply_config> supplies;
};

/// A digital output of a Sensor Manager.
struct manager_output {
  std::uint32_t number = 0;
  std::string name;
  std::string model;
};

/// The card or box in front of a UPS.
struct interface_asset {
  std::string name;
  std::string model;
  std::optional<ups_index> ups;
  std::vector<switch_index> switches;
  std::vector<supply_config> supplies;
  std::optional<double> cable_metres;  ///< Of the serial line to the UPS.
  std::string modbus;                  ///< "ip", "rs232", "rs485" or nothing.
  bool sensor_manager = false;
  std::vector<manager_output> outputs;
};

struct node_asset {
  std::vector<switch_index> switches;
};

struct ups_asset {
  std::optional<duration> full_load_runtime;
  std::vector<switch_index> switches;
};

struct unit_asset {
  std::string model;
  std::optional<interface_index> attached_to;
  std::optional<double> cable_metres;
};

struct sensor_asset {
  std::string model;
  std::optional<interface_index> attached_to;
  std::optional<outlet_unit_index> attached_unit;  ///< An SS4 has a port of its own.
  std::uint32_t input = 0;                         ///< Of a Sensor Manager, from 1; 0: not said.
};

/// The lists of nodes, UPSes and so on run beside those of the site.
struct site_assets {
  std::vector<switch_asset> switches;
  std::vector<interface_asset> interfaces;
  std::vector<node_asset> nodes;
  std::vector<ups_asset> upses;
  std::vector<unit_asset> units;
  std::vector<sensor_asset> sensors;
  std::vector<std::vector<switch_index>> host_switches;
};

}  // namespace holdover
