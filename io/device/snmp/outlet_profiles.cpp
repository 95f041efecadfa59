#include "io/device/snmp/outlet_profiles.hpp"

#include <array>

namespace holdover::device::snmp {

namespace {

constexpr std::array rows{
    // SiteSwitch 4 and other boxes at the AUX ports of a Generex card: auxPort1 to auxPort4 of the
    // makers' UPS-MIB, four scalars and so with ".0".
    outlet_profile{
        .name = "generex-aux",
        .title = "Generex AUX ports (SiteSwitch 4)",
        .state = "1.3.6.1.2.1.33.1.11.#.0",
        .state_on = 1,
        .state_off = 0,
        .command_on = "1.3.6.1.2.1.33.1.11.#.0",
        .command_on_value = 1,
        .command_off = "1.3.6.1.2.1.33.1.11.#.0",
        .command_off_value = 0,
        .manufacturer = "Generex",
        .model = "1.3.6.1.2.1.33.1.1.4.0",
    },
    // PowerNet-MIB, rPDU: rPDUOutletStatusOutletState, rPDUOutletControlOutletCommand.
    outlet_profile{
        .name = "apc-rpdu",
        .title = "APC Switched Rack PDU (rPDU)",
        .state = "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4.#",
        .command_on = "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.#",
        .command_off = "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.#",
        .manufacturer = "APC",
        .model = "1.3.6.1.4.1.318.1.1.12.1.5.0",
    },
    // PowerNet-MIB, MasterSwitch: sPDUOutletCtl, read and written.
    outlet_profile{
        .name = "apc-spdu",
        .title = "APC MasterSwitch (sPDU)",
        .state = "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#",
        .command_on = "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#",
        .command_off = "1.3.6.1.4.1.318.1.1.4.4.2.1.3.#",
        .manufacturer = "APC",
        .model = "1.3.6.1.4.1.318.1.1.4.1.4.0",
    },
    // PDU2-MIB: outletSwitchingState, switchingOperation; 7 is on, 8 is off.
    outlet_profile{
        .name = "raritan-px2",
        .title = "Raritan PX2 and later",
        .state = "1.3.6.1.4.1.13742.6.4.1.2.1.3.1.#",
        .state_on = 7,
        .state_off = 8,
        .command_on = "1.3.6.1.4.1.13742.6.4.1.2.1.2.1.#",
        .command_on_value = 1,
        .command_off = "1.3.6.1.4.1.13742.6.4.1.2.1.2.1.#",
        .command_off_value = 0,
        .manufacturer = "Raritan",
    },
    // EATON-EPDU-MIB, first strip: outletControlStatus; a command is a delay in seconds.
    outlet_profile{
        .name = "eaton-epdu",
        .title = "Eaton ePDU G2 and later",
        .state = "1.3.6.1.4.1.534.6.6.7.6.6.1.2.0.#",
        .state_on = 1,
        .state_off = 0,
        .command_on = "1.3.6.1.4.1.534.6.6.7.6.6.1.4.0.#",
        .command_on_value = 0,
        .command_off = "1.3.6.1.4.1.534.6.6.7.6.6.1.3.0.#",
        .command_off_value = 0,
        .load = "1.3.6.1.4.1.534.6.6.7.6.5.1.3.0.#",
        .manufacturer = "Eaton",
    },
};

}  // namespace

constinit const std::span<const outlet_profile> outlet_profiles{rows};

}  // namespace holdover::device::snmp
