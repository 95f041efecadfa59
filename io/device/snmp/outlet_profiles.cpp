#include "io/device/snmp/outlet_profiles.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

/// What one object takes for each command; -1: it does not know it.
struct control_words {
  std::int64_t on = 1;
  std::int64_t off = 2;
  std::int64_t cycle = -1;
  std::int64_t on_delayed = -1;
  std::int64_t off_delayed = -1;
  std::int64_t cycle_delayed = -1;
};

/// A profile whose outlets have one object for all commands. Their delays are settings of the unit.
constexpr outlet_profile told_by(std::string_view object, const control_words& words,
                                 outlet_profile profile) {
  const auto order = [&](std::int64_t word) {
    return word < 0 ? outlet_order{} : outlet_order{object, word};
  };
  profile.command_on = profile.command_off = object;
  profile.command_on_value = words.on;
  profile.command_off_value = words.off;
  profile.cycle = order(words.cycle);
  profile.on_delayed = order(words.on_delayed);
  profile.off_delayed = order(words.off_delayed);
  profile.cycle_delayed = order(words.cycle_delayed);
  return profile;
}

constexpr std::array rows{
    // SiteSwitch 4 and other boxes at the AUX ports of a Generex card: auxPort1 to auxPort4 of the
    // makers' UPS-MIB, four scalars and so with ".0".
    told_by("1.3.6.1.2.1.33.1.11.#.0", {.off = 0},
            {
                .name = "generex-aux",
                .title = "Generex AUX ports (SiteSwitch 4)",
                .state = "1.3.6.1.2.1.33.1.11.#.0",
                .state_on = 1,
                .state_off = 0,
                .manufacturer = "Generex",
                .model = "1.3.6.1.2.1.33.1.1.4.0",
            }),
    // PowerNet-MIB, rPDU: rPDUOutletStatusOutletState, rPDUOutletControlOutletCommand. The delays
    // are settings of the unit.
    told_by("1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.#",
            {.cycle = 3, .on_delayed = 4, .off_delayed = 5, .cycle_delayed = 6},
            {
                .name = "apc-rpdu",
                .title = "APC Switched Rack PDU (rPDU)",
                .state = "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4.#",
                .label = "1.3.6.1.4.1.318.1.1.12.3.5.1.1.2.#",
                .manufacturer = "APC",
                .model = "1.3.6.1.4.1.318.1.1.12.1.5.0",
            }),
    // PowerNet-MIB, rPDU2: rPDU2OutletSwitchedStatusState (off 1, on 2) and
    // rPDU2OutletSwitchedControlCommand (immediateOn 1, immediateOff 2).
    told_by("1.3.6.1.4.1.318.1.1.26.9.2.4.1.5.#",
            {.cycle = 3, .on_delayed = 5, .off_delayed = 6, .cycle_delayed = 7},
            {
                .name = "apc-rpdu2",
                .title = "APC Rack PDU 2G (rPDU2)",
                .state = "1.3.6.1.4.1.318.1.1.26.9.2.3.1.5.#",
                .state_on = 2,
                .state_off = 1,
                .load = "1.3.6.1.4.1.318.1.1.26.9.4.3.1.7.#",
                .current = "1.3.6.1.4.1.318.1.1.26.9.4.3.1.6.#",
                .current_factor = 0.1,
                .label = "1.3.6.1.4.1.318.1.1.26.9.2.3.1.3.#",
                .manufacturer = "APC",
            }),
    // PowerNet-MIB, MasterSwitch: sPDUOutletCtl, read and written.
    told_by("1.3.6.1.4.1.318.1.1.4.4.2.1.3.#",
            {.cycle = 3, .on_delayed = 5, .off_delayed = 6, .cycle_delayed = 7},
            {
                .name = "apc-spdu",
                .title = "APC MasterSwitch (sPDU)",
                .state = "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#",
                .label = "1.3.6.1.4.1.318.1.1.4.4.2.1.4.#",
                .manufacturer = "APC",
                .model = "1.3.6.1.4.1.318.1.1.4.1.4.0",
            }),
    // PowerNet-MIB: upsOutletGroupStatusGroupState (on 1, off 2), upsOutletGroupControlCommand.
    told_by("1.3.6.1.4.1.318.1.1.1.12.3.2.1.3.#", {.cycle = 3},
            {
                .name = "apc-outlet-groups",
                .title = "APC UPS outlet groups",
                .state = "1.3.6.1.4.1.318.1.1.1.12.1.2.1.3.#",
                .label = "1.3.6.1.4.1.318.1.1.1.12.1.2.1.2.#",
                .manufacturer = "APC",
            }),
    // PowerNet-MIB: emsOutletStatusOutletState.
    outlet_profile{
        .name = "apc-ems",
        .title = "APC Environmental Monitoring Unit",
        .state = "1.3.6.1.4.1.318.1.1.10.3.3.1.1.3.#",
        .label = "1.3.6.1.4.1.318.1.1.10.3.3.1.1.2.#",
        .manufacturer = "APC",
    },
    // PDU2-MIB: outletSwitchingState, switchingOperation; 7 is on, 8 is off.
    told_by("1.3.6.1.4.1.13742.6.4.1.2.1.2.@.#", {.off = 0, .cycle = 2},
            {
                .name = "raritan-px2",
                .title = "Raritan PX2 and later",
                .state = "1.3.6.1.4.1.13742.6.4.1.2.1.3.@.#",
                .state_on = 7,
                .state_off = 8,
                .load = "1.3.6.1.4.1.13742.6.5.4.3.1.4.@.#.5",
                .current = "1.3.6.1.4.1.13742.6.5.4.3.1.4.@.#.1",
                .digits = "1.3.6.1.4.1.13742.6.3.5.4.1.7.@.#.1",
                .label = "1.3.6.1.4.1.13742.6.3.5.3.1.3.@.#",
                .manufacturer = "Raritan",
            }),
    // PDU-MIB: outletOperationalState (off 0, on 1, cycling 2), read and written; its two roots.
    told_by("1.3.6.1.4.1.13742.4.1.2.2.1.3.#", {.off = 0, .cycle = 2},
            {
                .name = "raritan-px",
                .title = "Raritan PX",
                .state = "1.3.6.1.4.1.13742.4.1.2.2.1.3.#",
                .state_on = 1,
                .state_off = 0,
                .load = "1.3.6.1.4.1.13742.4.1.2.2.1.7.#",
                .current = "1.3.6.1.4.1.13742.4.1.2.2.1.4.#",
                .current_factor = 0.001,
                .label = "1.3.6.1.4.1.13742.4.1.2.2.1.2.#",
                .manufacturer = "Raritan",
            }),
    told_by("1.3.6.1.4.1.13742.1.2.2.1.3.#", {.off = 0, .cycle = 2},
            {
                .name = "raritan-dpx",
                .title = "Raritan Dominion PX, first firmware",
                .state = "1.3.6.1.4.1.13742.1.2.2.1.3.#",
                .state_on = 1,
                .state_off = 0,
                .load = "1.3.6.1.4.1.13742.1.2.2.1.7.#",
                .label = "1.3.6.1.4.1.13742.1.2.2.1.2.#",
                .manufacturer = "Raritan",
            }),
    // EATON-EPDU-MIB: outletControlStatus; a command is a delay in seconds.
    outlet_profile{
        .name = "eaton-epdu",
        .title = "Eaton ePDU G2 and later",
        .state = "1.3.6.1.4.1.534.6.6.7.6.6.1.2.@.#",
        .state_on = 1,
        .state_off = 0,
        .command_on = "1.3.6.1.4.1.534.6.6.7.6.6.1.4.@.#",
        .command_on_value = 0,
        .command_off = "1.3.6.1.4.1.534.6.6.7.6.6.1.3.@.#",
        .command_off_value = 0,
        .first_unit = 0,
        .load = "1.3.6.1.4.1.534.6.6.7.6.5.1.3.@.#",
        .current = "1.3.6.1.4.1.534.6.6.7.6.4.1.3.@.#",
        .current_factor = 0.001,
        .label = "1.3.6.1.4.1.534.6.6.7.6.1.1.3.@.#",
        .manufacturer = "Eaton",
        .cycle = {"1.3.6.1.4.1.534.6.6.7.6.6.1.5.@.#", 0},
        .on_delayed = {"1.3.6.1.4.1.534.6.6.7.6.6.1.4.@.#", 0, true},
        .off_delayed = {"1.3.6.1.4.1.534.6.6.7.6.6.1.3.@.#", 0, true},
        .cycle_delayed = {"1.3.6.1.4.1.534.6.6.7.6.6.1.5.@.#", 0, true},
    },
    // XUPS-MIB: xupsRecepStatus; the controls are delays in seconds.
    outlet_profile{
        .name = "xups",
        .title = "Eaton UPS load segments",
        .state = "1.3.6.1.4.1.534.1.12.2.1.2.#",
        .state_on = 1,
        .state_off = 2,
        .command_on = "1.3.6.1.4.1.534.1.12.2.1.4.#",
        .command_on_value = 0,
        .command_off = "1.3.6.1.4.1.534.1.12.2.1.3.#",
        .command_off_value = 0,
        .manufacturer = "Eaton",
        .on_delayed = {"1.3.6.1.4.1.534.1.12.2.1.4.#", 0, true},
        .off_delayed = {"1.3.6.1.4.1.534.1.12.2.1.3.#", 0, true},
    },
    // Sentry4-MIB: st4OutletState (on 1, off 2), st4OutletControlAction.
    told_by("1.3.6.1.4.1.1718.4.1.8.5.1.2.@.@.#", {.cycle = 3},
            {
                .name = "sentry4",
                .title = "ServerTech Sentry4",
                .state = "1.3.6.1.4.1.1718.4.1.8.3.1.1.@.@.#",
                .current = "1.3.6.1.4.1.1718.4.1.8.3.1.3.@.@.#",
                .current_factor = 0.01,
                .label = "1.3.6.1.4.1.1718.4.1.8.2.1.3.@.@.#",
                .manufacturer = "ServerTech",
            }),
    // Sentry3-MIB: outletStatus (off 0, on 1), outletControlAction.
    told_by("1.3.6.1.4.1.1718.3.2.3.1.11.@.@.#", {.cycle = 3},
            {
                .name = "sentry3",
                .title = "ServerTech Sentry3",
                .state = "1.3.6.1.4.1.1718.3.2.3.1.5.@.@.#",
                .state_on = 1,
                .state_off = 0,
                .load = "1.3.6.1.4.1.1718.3.2.3.1.14.@.@.#",
                .current = "1.3.6.1.4.1.1718.3.2.3.1.7.@.@.#",
                .current_factor = 0.01,
                .label = "1.3.6.1.4.1.1718.3.2.3.1.3.@.@.#",
                .manufacturer = "ServerTech",
            }),
    // TRIPPLITE-PRODUCTS: tlpPduOutletState (off 1, on 2), tlpPduOutletCommand.
    told_by("1.3.6.1.4.1.850.1.1.3.2.3.3.1.1.6.@.#", {.on = 2, .off = 1, .cycle = 3},
            {
                .name = "tripp-lite",
                .title = "Tripp Lite PDU",
                .state = "1.3.6.1.4.1.850.1.1.3.2.3.3.1.1.4.@.#",
                .state_on = 2,
                .state_off = 1,
                .label = "1.3.6.1.4.1.850.1.1.3.2.3.3.1.1.2.@.#",
            }),
    // CPS-MIB: ePDUOutletStatusOutletState, ePDUOutletControlOutletCommand.
    told_by("1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4.#",
            {.cycle = 3, .on_delayed = 4, .off_delayed = 5, .cycle_delayed = 6},
            {
                .name = "cyberpower",
                .title = "CyberPower PDU",
                .state = "1.3.6.1.4.1.3808.1.1.3.3.5.1.1.4.#",
                .label = "1.3.6.1.4.1.3808.1.1.3.3.5.1.1.2.#",
                .manufacturer = "CyberPower",
            }),
    // ENLOGIC-PDU-MIB below APC's number; what switches is not documented for that one.
    outlet_profile{
        .name = "enlogic",
        .title = "Enlogic PDU",
        .state = "1.3.6.1.4.1.318.1.1.32.5.4.1.4.@.#",
        .state_on = 1,
        .state_off = 0,
        .label = "1.3.6.1.4.1.318.1.1.32.5.4.1.3.@.#",
    },
    // Gude: PortState (off 0, on 1), read and written.
    told_by("1.3.6.1.4.1.28507.*.1.3.1.2.1.3.#", {.off = 0},
            {
                .name = "gude",
                .title = "Gude",
                .state = "1.3.6.1.4.1.28507.*.1.3.1.2.1.3.#",
                .state_on = 1,
                .state_off = 0,
                .label = "1.3.6.1.4.1.28507.*.1.3.1.2.1.2.#",
                .manufacturer = "Gude",
            }),
};

}  // namespace

constinit const std::span<const outlet_profile> outlet_profiles{rows};

}  // namespace holdover::device::snmp
