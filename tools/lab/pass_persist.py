"""The conversation between snmpd and a program that serves a part of its tree (pass_persist).

snmpd starts the program once and asks it by lines: PING, get NAME, getnext NAME, set NAME "TYPE
VALUE". A program gives serve() its objects anew for each question, so that they can come from a
file that somebody else edits, and a function that carries out a set.

Names are tuples of numbers. Values are (type, value) with the types of snmpd.conf(5): integer,
gauge, counter, timeticks, string, objectid.
"""

import os
import sys
import tempfile


def parse(dotted: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in dotted.strip().strip(".").split("."))


def dotted(name: tuple[int, ...]) -> str:
    return "." + ".".join(str(arc) for arc in name)


def replace_file(path: str, text: str) -> None:
    """Writes a file so that whoever reads it sees the old or the new content, never a part."""
    handle, fresh = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(fresh, 0o644)
    os.replace(fresh, path)


def serve(objects, change=None) -> None:
    """Answers until snmpd goes away.

    objects()                   -> {name: (type, value)}
    change(name, type, value)   -> what snmpd expects: "DONE", "not-writable", "wrong-type",
                                   "wrong-value"; None for `change`: nothing can be set
    """

    def say(*lines: object) -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    def give(name: tuple[int, ...] | None, known: dict) -> None:
        if name not in known:
            say("NONE")
            return
        kind, value = known[name]
        say(dotted(name), kind, value)

    while line := sys.stdin.readline():
        verb = line.strip().lower()
        if not verb:
            continue  # snmpd sends one behind each set; an answer would be taken for the next one's.
        if verb == "ping":
            say("PONG")
        elif verb in ("get", "getnext"):
            name, known = parse(sys.stdin.readline()), objects()
            if verb == "getnext":
                name = min((other for other in known if other > name), default=None)
            give(name, known)
        elif verb == "set":
            name = parse(sys.stdin.readline())
            kind, _, value = sys.stdin.readline().strip().partition(" ")
            say(change(name, kind.lower(), value.strip()) if change else "not-writable")
        else:
            say("NONE")
