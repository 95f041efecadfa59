#!/usr/bin/env python3
"""A SiteSwitch 4 at the AUX ports of a Generex card, for a laboratory: on a real SNMP agent.

Put it behind Debian's snmpd with one line in snmpd.conf:

    pass_persist .1.3.6.1.2.1.33.1.11 /path/to/siteswitch_agent.py STATEFILE [OUTLETS]

It serves auxPort1 to auxPort4 (1.3.6.1.2.1.33.1.11.N.0), read and write, 1 for on and 0 for off.
STATEFILE has one line for each outlet, "1 on" or "1 off", and is the outlets' memory: a set replaces
it as a whole, and whoever else replaces it (a test, a person pressing the switch) is obeyed at once.
Lamps, hosts in the laboratory and the like watch this file. Without it, all outlets are on. For a
card that has a UPS as well, see ups_agent.py.

The user that snmpd runs as must be able to write the folder of STATEFILE.

    snmpget -v2c -c public  localhost 1.3.6.1.2.1.33.1.11.1.0
    snmpset -v2c -c private localhost 1.3.6.1.2.1.33.1.11.1.0 i 0
"""

import os
import sys

sys.dont_write_bytecode = True  # The user that snmpd runs as leaves nothing behind here.

import pass_persist  # noqa: E402

AUX = pass_persist.parse("1.3.6.1.2.1.33.1.11")


class Switch:
    def __init__(self, path: str, outlets: int):
        self.path = path
        self.outlets = outlets
        if not os.path.exists(path):
            self.write(self.read())

    def read(self) -> dict[int, bool]:
        """The states; an outlet without a line, or with one that makes no sense, is on."""
        states = {number: True for number in range(1, self.outlets + 1)}
        try:
            with open(self.path, encoding="utf-8") as lines:
                for line in lines:
                    words = line.split()
                    if len(words) == 2 and words[0].isdigit() and int(words[0]) in states:
                        states[int(words[0])] = words[1] != "off"
        except OSError:
            pass
        return states

    def write(self, states: dict[int, bool]) -> None:
        lines = (f"{number} {'on' if on else 'off'}\n" for number, on in sorted(states.items()))
        pass_persist.replace_file(self.path, "".join(lines))

    def objects(self) -> dict:
        return {AUX + (number, 0): ("integer", int(on)) for number, on in self.read().items()}

    def change(self, name: tuple[int, ...], kind: str, value: str) -> str:
        if name not in self.objects():
            return "not-writable"
        if kind != "integer":
            return "wrong-type"
        if value not in ("0", "1"):
            return "wrong-value"
        states = self.read()
        states[name[-2]] = value == "1"
        self.write(states)
        return "DONE"


def main() -> int:
    if not 2 <= len(sys.argv) <= 3:
        print(__doc__, file=sys.stderr)
        return 2
    switch = Switch(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 4)
    pass_persist.serve(switch.objects, switch.change)
    return 0


if __name__ == "__main__":
    sys.exit(main())
