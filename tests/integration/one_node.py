"""One node of a site in a folder of its own, and the tools to talk to it: for tests of the programs.

Built on the demo's laboratory, but with neither servers nor hosts: what one node says and does when it
is alone is enough to see how the programs behave.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "lab"))
from lab import HOSTS, Lab, Timeline  # noqa: E402


def eventually(holds, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class FreePorts(Lab):
    """Ports that the system gives away, so that tests may run side by side."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        held = [socket.socket() for _ in range(8)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        self.ports = [one.getsockname()[1] for one in held]
        for one in held:
            one.close()

    def port(self, number: int) -> int:
        return self.ports[number]


class OneNode(unittest.TestCase):
    programs = ""  # Set by the test's main program.

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="ho-node-", dir="/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        cls.lab = FreePorts(cls.work, pathlib.Path(cls.programs), Timeline(), plain=True)
        for folder in ("logs", "keys", "nodes", "hosts"):
            (cls.work / folder).mkdir()
        cls.work.chmod(0o755)
        cls.lab.write_files()
        for host in HOSTS:
            (cls.work / "hosts" / host / "boot_id").write_text(f"{host}-boot-1\n")
        cls.addClassCleanup(cls.lab.stop)

    def log(self, name: str) -> str:
        return (self.work / "logs" / f"{name}.log").read_text(errors="replace")

    def tool(self, verb: str, *words: str, key: str = "watcher", **more) -> subprocess.CompletedProcess:
        return subprocess.run([*self.lab.tool(verb, key), *words], capture_output=True, text=True,
                              timeout=60, **more)

    def answers(self) -> bool:
        return " up " in self.tool("status", "--timeout", "1", key="oper").stdout

    @classmethod
    def environment(cls, **more: str) -> dict:
        return {**os.environ, **more}


def main(test_module: str) -> None:
    OneNode.programs = sys.argv.pop(1)
    unittest.main(module=test_module)
