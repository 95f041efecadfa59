#!/usr/bin/env python3
"""Any part of an agent's tree, for a laboratory: on a real SNMP agent, its objects from a file.

Put it behind Debian's snmpd with one line in snmpd.conf, and one for each other part of the tree:

    pass_persist .1.3.6.1.4.1.318 /path/to/table_agent.py STATEFILE

STATEFILE has a line for each object, read anew for each question:

    NAME TYPE VALUE             the types of snmpd.conf(5): integer, gauge, timeticks, string, objectid
    NAME TYPE VALUE set         the same, and it can be set
    NAME TYPE VALUE set A..B    to numbers from A to B; any other is a wrong value
    when NAME = VALUE: NAME = VALUE; NAME = VALUE
                                what becomes of others when the first is set to that; "*" is any value
    only while NAME = VALUE: NAME
                                setting the last is a wrong value unless the first reads so
    forget NAME                 it reads as before after it was set: such objects are commands

What was set is written to STATEFILE.told, "NAME = VALUE" a line. The user that snmpd runs as must be
able to write the folder of STATEFILE.
"""

import sys

sys.dont_write_bytecode = True  # The user that snmpd runs as leaves nothing behind here.

import pass_persist  # noqa: E402


class Table:
    def __init__(self, path: str):
        self.path = path
        self.lines: list[str] = []
        self.objects: dict = {}
        self.limits: dict = {}
        self.rules: list = []
        self.states: list = []
        self.commands: set = set()
        with open(path, encoding="utf-8") as text:
            for line in text:
                self.take(line.rstrip("\n"))

    def take(self, line: str) -> None:
        self.lines.append(line)
        words = line.split()
        if not words or words[0].startswith("#"):
            return
        if words[0] == "when":
            condition, _, effects = line[5:].partition(":")
            self.rules.append((self.pair(condition), [self.pair(one) for one in effects.split(";")]))
        elif words[0] == "only":
            condition, _, subject = line[len("only while "):].partition(":")
            self.states.append((self.pair(condition), pass_persist.parse(subject)))
        elif words[0] == "forget":
            self.commands.add(pass_persist.parse(words[1]))
        else:
            name = pass_persist.parse(words[0])
            self.objects[name] = (words[1], words[2] if len(words) > 2 else "")
            if len(words) > 3 and words[3] == "set":
                bounds = words[4].split("..") if len(words) > 4 else ["-2147483648", "2147483647"]
                self.limits[name] = int(bounds[0]), int(bounds[1])

    @staticmethod
    def pair(text: str) -> tuple:
        name, _, value = text.partition("=")
        return pass_persist.parse(name), value.strip()

    def put(self, name: tuple[int, ...], value: str) -> None:
        kind = self.objects[name][0]
        self.objects[name] = (kind, value)
        for i, line in enumerate(self.lines):
            words = line.split()
            if words and words[0][0].isdigit() and pass_persist.parse(words[0]) == name:
                self.lines[i] = " ".join([words[0], kind, value, *words[3:]])

    def change(self, name: tuple[int, ...], kind: str, value: str) -> str:
        if name not in self.limits:
            return "not-writable"
        if kind != self.objects[name][0]:
            return "wrong-type"
        least, most = self.limits[name]
        if kind == "integer" and not least <= int(value) <= most:
            return "wrong-value"
        for (state, wanted), subject in self.states:
            if subject == name and self.objects[state][1] != wanted:
                return "wrong-value"
        with open(self.path + ".told", "a", encoding="utf-8") as told:
            told.write(f"{pass_persist.dotted(name)[1:]} = {value}\n")
        if name not in self.commands:
            self.put(name, value)
        for (cause, at), effects in self.rules:
            if cause == name and at in ("*", value):
                for other, becomes in effects:
                    self.put(other, becomes)
        pass_persist.replace_file(self.path, "\n".join(self.lines) + "\n")
        return "DONE"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path = sys.argv[1]
    pass_persist.serve(lambda: Table(path).objects, lambda *what: Table(path).change(*what))
    return 0


if __name__ == "__main__":
    sys.exit(main())
