// The families that the SNMP driver knows, each a table in a file of its own (families_*.cpp).

#pragma once

#include "io/device/snmp/profile.hpp"

namespace holdover::device::snmp {

extern const family rfc1628;
extern const family upsman;
extern const family apc_ups;
extern const family apc_pdu;
extern const family apc_ats;
extern const family apc_environment;
extern const family enlogic;
extern const family xups;
extern const family eaton_sensors;
extern const family eaton_epdu;
extern const family eaton_ats;
extern const family mge;
extern const family raritan_px;
extern const family raritan_px2;
extern const family sentry3;
extern const family sentry4;
extern const family cyberpower;
extern const family tripp_lite;
extern const family tripp_lite_ups;
extern const family liebert;
extern const family socomec_ups;
extern const family socomec_pdu;
extern const family delta;
extern const family akcp;
extern const family avtech;
extern const family hwg;
extern const family gude;
extern const family vertiv;
extern const family geist;
extern const family netagent;
extern const family hpe_pdu;
extern const family hpe_ups;
extern const family huawei;
extern const family schleifenbauer;
extern const family serverscheck;
extern const family netbotz;

}  // namespace holdover::device::snmp
