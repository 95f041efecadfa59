#!/usr/bin/env python3
"""How `holdover tap` shows things: severities, formats, colours, recording, and the past.

    tests/integration/tap_output.py PROGRAMS_FOLDER

One node that is alone has enough to say: that it started, that its peers are lost, that it is blind.
"""

import json
import os
import pty
import select
import subprocess
import time

from one_node import OneNode, eventually, main

LEVELS = ["debug", "info", "warning", "alarm"]
PAST = ("--since", "3600", "--for", "1")
PAINT = b"\033["


class TapOutput(OneNode):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lab.start_node("alpha")
        self = cls()
        # Until it has spoken of everything that these tests look for.
        def has_spoken() -> bool:
            return self.answers() and {"info", "warning", "alarm"} <= set(self.severities())

        if not eventually(has_spoken, 60):
            raise RuntimeError(self.log("node-alpha"))

    def runTest(self):
        """For the instance that prepares the class."""

    def lines(self, *words: str) -> list[dict]:
        end = self.tool("tap", *PAST, "-o", "jsonl", *words)
        self.assertEqual(end.returncode, 0, end.stderr)
        return [json.loads(line) for line in end.stdout.splitlines()]

    def severities(self, *words: str) -> list[str]:
        return [one["event"].get("severity", "debug").rpartition("_")[2].lower()
                for one in self.lines(*words)]

    def on_terminal(self, *words: str, **more: str) -> bytes:
        """What it writes when its standard output is a terminal."""
        ours, theirs = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        tap = subprocess.Popen([*self.lab.tool("tap"), *PAST, *words], stdout=theirs,
                               stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                               env={**environment, **more})
        os.close(theirs)
        said, deadline = b"", time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                said += os.read(ours, 65536)
            except OSError:
                break  # The other end is closed.
        os.close(ours)
        self.assertEqual(tap.wait(30), 0, said)
        return said

    def test_a_severity_is_shown_with_what_is_more_severe(self):
        for level in LEVELS:
            shown = set(self.severities("--severity", level))
            self.assertLessEqual(shown, set(LEVELS[LEVELS.index(level):]), level)
            self.assertIn("alarm", shown, level)
        self.assertIn("warning", self.severities("--severity", "warning"))
        self.assertEqual(set(self.severities()), set(self.severities("--severity", "info")) - {"debug"})
        self.assertEqual(self.tool("tap", "--severity", "loud").returncode, 2)

    def test_json_is_one_document_of_what_jsonl_has_on_each_line(self):
        what = ("--severity", "warning", "--count", "2")
        end = self.tool("tap", *PAST, *what, "-o", "json")
        self.assertEqual((end.returncode, json.loads(end.stdout)), (0, self.lines(*what)))
        for one in self.lines(*what):
            self.assertEqual((one["site"], one["publisher"]), ("demo", "alpha"))

    def test_json_of_nothing_is_a_document_too(self):
        self.assertEqual(json.loads(self.tool("tap", *PAST, "--kind", "operator", "-o", "json").stdout), [])

    def test_the_table_has_a_line_for_each(self):
        what = ("--kind", "node", "--severity", "info", "--count", "1")
        end = self.tool("tap", *PAST, *what)
        self.assertEqual(len(end.stdout.splitlines()), 1)
        self.assertRegex(end.stdout, r"^\d\d:\d\d:\d\d\.\d{3}  alpha +node +node alpha: ")

    def test_it_paints_on_a_terminal_alone(self):
        what = ("--severity", "alarm", "--count", "1")
        self.assertIn(PAINT + b"1;31m", self.on_terminal(*what))
        self.assertNotIn(PAINT, self.on_terminal(*what, NO_COLOR="1"))
        self.assertNotIn(PAINT, self.on_terminal(*what, "-o", "jsonl"), "for programs")
        self.assertNotIn("\033", self.tool("tap", *PAST, *what).stdout, "a pipe")

    def test_what_it_records_can_be_read_back_and_is_added_to(self):
        record = self.work / "record.jsonl"
        what = ("--severity", "warning", "--count", "2")
        end = self.tool("tap", *PAST, *what, "-o", "jsonl", "--record", str(record))
        self.assertEqual(record.read_text(), end.stdout)
        shown = self.tool("tap", *PAST, *what, "--record", str(record)).stdout
        self.assertEqual(len(shown.splitlines()), 2, "it also shows what it records")
        recorded = [json.loads(line) for line in record.read_text().splitlines()]
        self.assertEqual(recorded, 2 * self.lines(*what))
        end = self.tool("tap", "--record", "/nowhere/file", "--for", "1")
        self.assertEqual((end.returncode, end.stderr), (2, "/nowhere/file cannot be written\n"))

    def test_since_reaches_back_and_no_further(self):
        beginnings = ("--kind", "node", "-o", "jsonl")
        self.assertIn("started", self.tool("tap", "--since", "3600", "--for", "1", *beginnings).stdout)
        eventually(lambda: time.monotonic() - self.begun > 3, 10)
        self.assertNotIn("started", self.tool("tap", "--since", "1", "--for", "1", *beginnings).stdout)
        self.assertNotIn("started", self.tool("tap", "--for", "1", *beginnings).stdout)

    begun = time.monotonic()


if __name__ == "__main__":
    main("__main__")
