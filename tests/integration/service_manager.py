#!/usr/bin/env python3
"""What the programs tell the service manager: ready when they are, alive while they decide, stopping
when they stop.

    tests/integration/service_manager.py PROGRAMS_FOLDER

The manager is a datagram socket. A program that hangs is one whose deciding thread a debugger holds
while all its others go on.
"""

import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import time

from one_node import OneNode, eventually, main

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000
ALIVE, READY, STOPPING = "WATCHDOG=1", "READY=1", "STOPPING=1"
FED_SECONDS = 0.2  # To be fed more often than that.


class Manager:
    """The place that NOTIFY_SOCKET names."""

    def __init__(self, path: pathlib.Path):
        self.path, self.told = path, []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))

    def environment(self) -> dict:
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": str(int(FED_SECONDS * 1e6))}

    def next(self, seconds: float) -> str:
        self.socket.settimeout(max(seconds, 0.001))
        try:
            self.told.append(self.socket.recv(4096).decode())
        except TimeoutError:
            return ""
        return self.told[-1]

    def is_told(self, what: str, seconds: float = 60) -> bool:
        """Everything that was said until then is kept in `told`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if what in self.next(left):
                return True
        return False

    def forget(self) -> None:
        while self.next(0):
            pass
        self.told.clear()


class Held:
    """One thread of a program, held still."""

    def __init__(self, program: int, name: str):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.thread = next(int(task.name) for task in pathlib.Path(f"/proc/{program}/task").iterdir()
                           if (task / "comm").read_text().strip() == name)
        self.holds = self.libc.ptrace(PTRACE_SEIZE, self.thread, None, None) == 0
        if self.holds:
            self.libc.ptrace(PTRACE_INTERRUPT, self.thread, None, None)
            os.waitpid(self.thread, WALL)

    def release(self) -> None:
        """Lets it run on; or takes note of its end, which its program's end waits for."""
        if self.holds and self.libc.ptrace(PTRACE_DETACH, self.thread, None, None) != 0:
            os.waitpid(self.thread, WALL)
        self.holds = False


class ServiceManager(OneNode):
    def setUp(self):
        self.manager = Manager(self.work / "notify")
        self.addCleanup(self.manager.path.unlink)
        self.addCleanup(self.manager.socket.close)

    def start(self, name: str, command: list[str], manager: Manager | None = None) -> subprocess.Popen:
        program = self.lab.spawn(name, [str(self.lab.bin / command[0]), *command[1:]],
                                 environment=(manager or self.manager).environment())
        self.addCleanup(self.end, program)
        return program

    def end(self, program: subprocess.Popen) -> None:
        if program.poll() is None:
            program.kill()
            program.wait()

    def node(self, name: str = "node", manager: Manager | None = None) -> subprocess.Popen:
        return self.start(name, ["holdover-site", "--config", str(self.work / "nodes/alpha.yaml")], manager)

    def agent(self) -> subprocess.Popen:
        return self.start("agent", ["holdover-agent", "--config", str(self.work / "hosts/web1/agent.yaml")])

    def listens(self, port: int) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.lab.port(port))) == 0

    def expect_a_life(self, program: subprocess.Popen) -> None:
        self.assertTrue(self.manager.is_told(READY))
        self.assertIn("STATUS=", self.manager.told[-1])
        self.assertFalse([one for one in self.manager.told if ALIVE in one], "alive before it is ready")
        for _ in range(10):
            self.assertTrue(self.manager.is_told(ALIVE))
        program.send_signal(signal.SIGTERM)
        self.assertTrue(self.manager.is_told(STOPPING))
        self.assertEqual(program.wait(30), 0)
        self.manager.told.clear()
        self.assertFalse(self.manager.is_told(ALIVE, 0.5), "alive when it has stopped")

    def hold(self, program: subprocess.Popen, thread: str) -> Held:
        self.assertTrue(self.manager.is_told(READY))
        self.assertTrue(self.manager.is_told(ALIVE))
        held = Held(program.pid, thread)
        if not held.holds:
            self.skipTest("a debugger's rights are missing here")
        self.addCleanup(held.release)
        return held

    def test_a_node_is_ready_then_alive_then_stopping(self):
        self.expect_a_life(self.node())

    def test_a_node_that_is_ready_listens(self):
        self.assertFalse(self.listens(0))
        self.node()
        self.assertTrue(self.manager.is_told(READY))
        self.assertTrue(self.listens(0), "control")
        self.assertTrue(self.listens(1), "events")

    def test_a_node_that_cannot_start_is_never_ready(self):
        self.node()
        self.assertTrue(self.manager.is_told(READY))
        other = Manager(self.work / "other")
        second = self.node("second", other)  # The first one has its ports.
        self.assertEqual(second.wait(60), 2, self.log("second"))
        self.assertFalse(other.next(0))
        other.socket.close()

    def test_a_node_whose_safety_thread_hangs_is_not_alive_and_ends_to_be_started_anew(self):
        node = self.node("hanging")
        held = self.hold(node, "safety")
        self.assertTrue(eventually(lambda: "alive but does not answer" in self.log("hanging")))
        held.release()
        self.assertEqual(node.wait(30), 1)
        late = [one for one in iter(lambda: self.manager.next(0), "") if ALIVE in one]
        # Two seconds of silence are what tells a hang; they hold two of what was fed before at most.
        self.assertLessEqual(len(late), 2, "it was fed while it hung")
        self.assertIn("is to be started anew", self.log("hanging"))

    def test_an_agent_is_ready_then_alive_then_stopping(self):
        self.expect_a_life(self.agent())

    def test_an_agent_whose_machine_hangs_is_not_alive(self):
        held = self.hold(self.agent(), "caf.multiplexer")
        word = "the agent's machine does not answer"
        self.assertTrue(eventually(lambda: self.log("agent").count(word) > 0))
        self.manager.forget()
        self.assertFalse(self.manager.is_told(ALIVE, 25 * FED_SECONDS))
        held.release()
        self.assertTrue(self.manager.is_told(ALIVE), "it is well again")


if __name__ == "__main__":
    main("__main__")
