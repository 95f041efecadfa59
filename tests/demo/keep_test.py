#!/usr/bin/env python3
"""The demo as plain processes, kept up: it passes, an operator can look around, and Ctrl-C ends all of it.

    tests/demo/keep_test.py PROGRAMS_FOLDER
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAMS = sys.argv.pop(1)
RUN = pathlib.Path(__file__).resolve().parents[2] / "tools" / "demo" / "run"
STORY_LIMIT, END_LIMIT = 200, 40  # Seconds; what it takes on a busy machine.


def in_session(session: int) -> list[str]:
    """The command lines of whatever runs in a session. Nothing that the demo starts leaves its own."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            command = (process / "cmdline").read_text().replace("\0", " ").strip()
        except OSError:
            continue  # It ended while we looked.
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(command)
    return found


def eventually(holds, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Keep(unittest.TestCase):
    def test_it_stays_up_answers_and_leaves_nothing_behind(self):
        heard = tempfile.NamedTemporaryFile(mode="w+", prefix="ho-demo-")
        self.addCleanup(heard.close)
        demo = subprocess.Popen([str(RUN), "--plain", "--keep", "--bin", PROGRAMS], stdout=heard,
                                stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(self.end, demo)

        def story() -> str:
            return pathlib.Path(heard.name).read_text()

        eventually(lambda: "Ctrl-C ends it." in story() or demo.poll() is not None, STORY_LIMIT)
        said = story()
        self.assertIn("Ctrl-C ends it.", said)
        self.assertIsNone(demo.poll(), said)
        self.assertIn("plain processes on loopback", said)
        self.assertIn("DEMO PASSED", said)

        work = re.search(r"--site-file (\S+)/site\.yaml", said)[1]
        line = next(line.strip() for line in said.splitlines() if re.match(r"^  \S+/holdover status ", line))
        status = subprocess.run(line.split(), capture_output=True, text=True, timeout=30)
        self.assertEqual(status.returncode, 0, status.stdout + status.stderr)
        for name in ("alpha", "beta", "gamma", "web1", "nas1"):
            self.assertIn(name, status.stdout)
        running = in_session(demo.pid)
        for program in ("holdover-site", "holdover-agent", "upsd", "dummy-ups", "snmpd"):
            self.assertTrue(any(program in command for command in running), (program, running))

        os.killpg(demo.pid, signal.SIGINT)  # As a terminal does: to everybody.
        self.assertEqual(demo.wait(END_LIMIT), 0, story())
        self.assertTrue(eventually(lambda: not in_session(demo.pid), 5), in_session(demo.pid))
        self.assertFalse(pathlib.Path(work).exists(), "its folder")

    def end(self, demo: subprocess.Popen) -> None:
        """A demo that failed this test must not outlive it."""
        if demo.poll() is None:
            demo.terminate()
            try:
                demo.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                pass
        if in_session(demo.pid):
            os.killpg(demo.pid, signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
