#!/usr/bin/env python3
"""A UPS by RFC 1628, for a laboratory: on a real SNMP agent, its readings from a file.

Put it behind Debian's snmpd with one line in snmpd.conf:

    pass_persist .1.3.6.1.2.1.33.1 /path/to/ups_agent.py STATEFILE [OUTLETFILE]

With OUTLETFILE it has a SiteSwitch 4 at its AUX ports, too, as siteswitch_agent.py describes; a line
of its own for that script beside this one would not do, because snmpd gives sets to the outer tree.

STATEFILE has lines "key=value"; what it does not say is as below, and without the file everything is.
It is read for each question, so replace it as a whole (write another, rename it). The value "absent"
takes an object away, as cards that lack one do.

    output_source=normal      other none normal bypass battery booster reducer
    battery_status=normal     unknown normal low depleted
    seconds_on_battery=0      minutes_remaining=30      charge=100          battery_voltage=54.0
    battery_temperature=25    input_voltage=230         input_frequency=50  output_voltage=230
    output_frequency=50       load=25                   power=750           output_current=3.3
    alarms=                   numbers of well-known alarms: "2,6"
    test=none                 passed warning error aborted running none
    shutdown_in=-1            startup_in=-1             reboot_in=-1        seconds; -1: no countdown
    shutdown_type=output      output system             auto_restart=on     on off
    control=open              open; locked: what can be set is not writable
    manufacturer=Laboratory   model=UPS 3000            firmware=1.0        low_minutes=5
    line_bads=0

The objects of upsControl (the countdowns, shutdown_type, auto_restart) can be set over SNMP: a set
becomes a line of STATEFILE, and nothing counts down by itself. The user that snmpd runs as must be
able to write the folder of STATEFILE for that.
"""

import sys

sys.dont_write_bytecode = True  # The user that snmpd runs as leaves nothing behind here.

import pass_persist  # noqa: E402
import siteswitch_agent  # noqa: E402

UPS = pass_persist.parse("1.3.6.1.2.1.33.1")
WELL_KNOWN_ALARMS = UPS + (6, 3)

SOURCES = ("other", "none", "normal", "bypass", "battery", "booster", "reducer")
BATTERIES = ("unknown", "normal", "low", "depleted")
SHUTDOWN_TYPES = ("output", "system")
RESTARTS = ("on", "off")
TESTS = ("passed", "warning", "error", "aborted", "running", "none")


def words(*names: str):
    """An enumeration from 1; numbers are taken as they are, also ones that it does not have."""
    return lambda text: names.index(text) + 1 if text in names else int(text)


def units(per_unit: int):
    return lambda text: round(float(text) * per_unit)


# key -> (object below UPS, type, default, from text to value)
OBJECTS = {
    "manufacturer": ((1, 1, 0), "string", "Laboratory", str),
    "model": ((1, 2, 0), "string", "UPS 3000", str),
    "firmware": ((1, 3, 0), "string", "1.0", str),
    "agent": ((1, 4, 0), "string", "ups_agent", str),
    "battery_status": ((2, 1, 0), "integer", "normal", words(*BATTERIES)),
    "seconds_on_battery": ((2, 2, 0), "integer", "0", units(1)),
    "minutes_remaining": ((2, 3, 0), "integer", "30", units(1)),
    "charge": ((2, 4, 0), "integer", "100", units(1)),
    "battery_voltage": ((2, 5, 0), "integer", "54.0", units(10)),
    "battery_temperature": ((2, 7, 0), "integer", "25", units(1)),
    "line_bads": ((3, 1, 0), "counter", "0", units(1)),
    "input_lines": ((3, 2, 0), "integer", "1", units(1)),
    "input_frequency": ((3, 3, 1, 2, 1), "integer", "50", units(10)),
    "input_voltage": ((3, 3, 1, 3, 1), "integer", "230", units(1)),
    "output_source": ((4, 1, 0), "integer", "normal", words(*SOURCES)),
    "output_frequency": ((4, 2, 0), "integer", "50", units(10)),
    "output_lines": ((4, 3, 0), "integer", "1", units(1)),
    "output_voltage": ((4, 4, 1, 2, 1), "integer", "230", units(1)),
    "output_current": ((4, 4, 1, 3, 1), "integer", "3.3", units(10)),
    "power": ((4, 4, 1, 4, 1), "integer", "750", units(1)),
    "load": ((4, 4, 1, 5, 1), "integer", "25", units(1)),
    "test": ((7, 3, 0), "integer", "none", words(*TESTS)),
    "shutdown_type": ((8, 1, 0), "integer", "output", words(*SHUTDOWN_TYPES)),
    "shutdown_in": ((8, 2, 0), "integer", "-1", units(1)),
    "startup_in": ((8, 3, 0), "integer", "-1", units(1)),
    "reboot_in": ((8, 4, 0), "integer", "-1", units(1)),
    "auto_restart": ((8, 5, 0), "integer", "on", words(*RESTARTS)),
    "low_minutes": ((9, 7, 0), "integer", "5", units(1)),
}

# key -> the least and the most that it takes
SETTABLE = {
    "shutdown_type": (1, len(SHUTDOWN_TYPES)),
    "shutdown_in": (-1, 2**31 - 1),
    "startup_in": (-1, 2**31 - 1),
    "reboot_in": (-1, 300),
    "auto_restart": (1, len(RESTARTS)),
}


def read_state(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8") as lines:
            pairs = (line.strip().partition("=") for line in lines if "=" in line)
            return {key.strip(): value.strip() for key, _, value in pairs}
    except OSError:
        return {}


def alarm_objects(listed: str) -> dict:
    numbers = [int(word) for word in listed.replace(",", " ").split()]
    objects = {UPS + (6, 1, 0): ("gauge", len(numbers))}
    for row, number in enumerate(numbers, start=1):
        name = pass_persist.dotted(WELL_KNOWN_ALARMS + (number,))
        objects[UPS + (6, 2, 1, 2, row)] = ("objectid", name)
    return objects


def objects(state: dict[str, str]) -> dict:
    known = {}
    for key, (place, kind, default, convert) in OBJECTS.items():
        text = state.get(key, default)
        if text == "absent":
            continue
        try:
            known[UPS + place] = (kind, convert(text))
        except ValueError:
            print(f"ups_agent: {key}={text} makes no sense; left out", file=sys.stderr)
    if state.get("alarms") != "absent":
        known |= alarm_objects(state.get("alarms", ""))
    return known


def change(path: str, name: tuple[int, ...], kind: str, value: str) -> str:
    state = read_state(path)
    key = next((key for key in SETTABLE if UPS + OBJECTS[key][0] == name), None)
    if key is None or state.get("control") == "locked" or state.get(key) == "absent":
        return "not-writable"
    if kind != "integer":
        return "wrong-type"
    least, most = SETTABLE[key]
    try:
        if not least <= int(value) <= most:
            return "wrong-value"
    except ValueError:
        return "wrong-value"
    state[key] = value
    pass_persist.replace_file(path, "".join(f"{key}={text}\n" for key, text in state.items()))
    return "DONE"


def main() -> int:
    if not 2 <= len(sys.argv) <= 3:
        print(__doc__, file=sys.stderr)
        return 2
    path = sys.argv[1]
    if len(sys.argv) == 2:
        pass_persist.serve(lambda: objects(read_state(path)), lambda *what: change(path, *what))
        return 0
    switch = siteswitch_agent.Switch(sys.argv[2], 4)
    pass_persist.serve(
        lambda: objects(read_state(path)) | switch.objects(),
        lambda name, *what: (
            switch.change(name, *what)
            if name in switch.objects()
            else change(path, name, *what)
        ),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
