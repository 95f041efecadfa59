#!/usr/bin/env python3
"""What `cmake --install` leaves in a system: every file where it belongs, and examples that work there.

    tests/deploy/install_test.py BUILD_FOLDER

Installs into a scratch folder by DESTDIR. Nothing of the real system is touched.
"""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

BUILD = sys.argv.pop(1)

# Every file outside of the documentation, by component, and its mode.
PROGRAM, FILE = 0o755, 0o644
EXPECTED = {
    "holdover-site": {
        "usr/bin/holdover-site": PROGRAM,
        "usr/lib/systemd/system/holdover-site.service": FILE,
        "usr/lib/sysusers.d/holdover-site.conf": FILE,
        "usr/lib/tmpfiles.d/holdover-site.conf": FILE,
        "etc/holdover/examples/example-three-nodes.yaml": FILE,
        "etc/holdover/examples/node-a.yaml": FILE,
        "etc/holdover/examples/node-b.yaml": FILE,
        "etc/holdover/examples/node-c.yaml": FILE,
    },
    "holdover-agent": {
        "usr/bin/holdover-agent": PROGRAM,
        "usr/lib/systemd/system/holdover-agent.service": FILE,
        "usr/lib/sysusers.d/holdover-agent.conf": FILE,
        "usr/lib/tmpfiles.d/holdover-agent.conf": FILE,
        "etc/holdover/examples/agent-web1.yaml": FILE,
        "etc/holdover/examples/holdover-agent-strict.conf": FILE,
    },
    "holdover": {
        "usr/bin/holdover": PROGRAM,
        "usr/share/doc/holdover/README.md": FILE,
        "usr/share/doc/holdover/LICENSE": FILE,
        "usr/share/doc/holdover/ARCHITECTURE.md": FILE,
    },
}
DOCUMENTATION = "usr/share/doc/holdover/"


def run(*words: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run(words, capture_output=True, text=True, timeout=120, **more)


def settings_of(unit: pathlib.Path) -> dict[str, list[str]]:
    """Every setting of a unit with all its values, as systemd adds them up."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        if match := re.match(r"^([A-Za-z]+)=(.*)$", line):
            found.setdefault(match[1], []).append(match[2])
    return found


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="ho-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.roots = {}
        for component in EXPECTED:
            root = cls.folder / component
            # Stripped, as a package is: debug information is larger than all the rest.
            end = run("cmake", "--install", BUILD, "--prefix", "/usr", "--component", component,
                      "--strip", env={**os.environ, "DESTDIR": str(root)})
            if end.returncode != 0:
                raise RuntimeError(end.stdout + end.stderr)
            cls.roots[component] = root
        cls.whole = cls.folder / "whole"
        for root in cls.roots.values():
            shutil.copytree(root, cls.whole, symlinks=True, dirs_exist_ok=True)

    def test_each_component_has_its_files_with_their_modes_and_no_others(self):
        for component, expected in EXPECTED.items():
            root, found = self.roots[component], {}
            for path in root.rglob("*"):
                name = path.relative_to(root).as_posix()
                if path.is_file() and (not name.startswith(DOCUMENTATION) or name in expected):
                    found[name] = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual({n: oct(m) for n, m in found.items()},
                             {n: oct(m) for n, m in expected.items()}, component)

    def test_the_installed_programs_run(self):
        for program in ("holdover-site", "holdover-agent", "holdover"):
            end = run(str(self.whole / "usr/bin" / program), "--version")
            self.assertEqual((end.returncode, bool(re.match(r"^\d+\.\d+\.\d+$", end.stdout.strip()))),
                             (0, True), program + end.stdout + end.stderr)

    def test_the_units_name_what_is_installed(self):
        for program in ("holdover-site", "holdover-agent"):
            unit = settings_of(self.whole / f"usr/lib/systemd/system/{program}.service")
            words = unit["ExecStart"][0].split()
            self.assertEqual(words[0], f"/usr/bin/{program}")
            self.assertEqual(unit["Type"], ["notify"])
            self.assertEqual(unit["Restart"], ["always"])
            self.assertGreater(int(unit["WatchdogSec"][0]), 0)
            book = unit["Documentation"][0].removeprefix("file://")
            self.assertTrue((self.whole / book.lstrip("/")).is_file(), book)
            text = (self.whole / f"usr/lib/systemd/system/{program}.service").read_text()
            self.assertNotRegex(text, r"@[A-Z_]+@")

    def test_users_and_folders_are_made_for_whom_the_units_run_as(self):
        unit = settings_of(self.whole / "usr/lib/systemd/system/holdover-site.service")
        lines = self.lines("sysusers.d", "holdover-site")
        self.assertIn(["u", unit["User"][0], "-"], [line[:3] for line in lines])
        agent = (self.whole / "etc/holdover/examples/agent-web1.yaml").read_text()
        user = re.search(r"^network_user: (\S+)$", agent, re.M)[1]
        self.assertIn(["u", user, "-"], [line[:3] for line in self.lines("sysusers.d", "holdover-agent")])

    def test_whoever_holds_no_secret_may_not_read_them(self):
        for program in ("holdover-site", "holdover-agent"):
            self.assertIn(["d", "/etc/holdover", "0755", "root", "root"],
                          [line[:5] for line in self.lines("tmpfiles.d", program)])
        self.assertIn(["d", "/etc/holdover/secrets", "0750", "root", "holdover"],
                      [line[:5] for line in self.lines("tmpfiles.d", "holdover-site")])
        for program in ("holdover-site", "holdover-agent"):
            unit = settings_of(self.whole / f"usr/lib/systemd/system/{program}.service")
            self.assertEqual(unit["StateDirectoryMode"], ["0700"])

    def test_systemd_would_make_users_and_folders(self):
        if shutil.which("systemd-sysusers") is None or os.geteuid() != 0:
            self.skipTest("systemd-sysusers is not installed, or this is not root")
        root = self.folder / "made"
        shutil.copytree(self.whole, root, symlinks=True)
        files = [f"{p}.conf" for p in ("holdover-site", "holdover-agent")]
        end = run("systemd-sysusers", f"--root={root}", *files)
        self.assertEqual(end.returncode, 0, end.stderr)
        users = (root / "etc/passwd").read_text()
        self.assertRegex(users, r"(?m)^holdover:.*:/var/lib/holdover:/usr/sbin/nologin$")
        self.assertRegex(users, r"(?m)^holdover-net:.*:/usr/sbin/nologin$")
        end = run("systemd-tmpfiles", f"--root={root}", "--create", *files)
        self.assertEqual(end.returncode, 0, end.stderr)
        facts = (root / "etc/holdover/secrets").stat()
        group = int(re.search(r"(?m)^holdover:[^:]*:(\d+)", (root / "etc/group").read_text())[1])
        self.assertEqual((stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid), (0o750, 0, group))
        self.assertEqual(stat.S_IMODE((root / "etc/holdover").stat().st_mode), 0o755)

    def test_systemd_accepts_the_units(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not installed")
        units = self.folder / "units"
        units.mkdir()
        for program in ("holdover-site", "holdover-agent"):
            text = (self.whole / f"usr/lib/systemd/system/{program}.service").read_text()
            # It looks for the program on this machine.
            (units / f"{program}.service").write_text(
                text.replace(f"/usr/bin/{program}", str(self.whole / "usr/bin" / program)))
        drop_in = units / "holdover-agent.service.d"
        drop_in.mkdir()
        shutil.copy(self.whole / "etc/holdover/examples/holdover-agent-strict.conf", drop_in / "strict.conf")
        end = run("systemd-analyze", "verify", "--man=no",
                  *(str(units / f"{p}.service") for p in ("holdover-site", "holdover-agent")))
        ours = [line for line in end.stderr.splitlines() if "holdover" in line]
        if end.returncode != 0 and not ours:
            self.skipTest("systemd-analyze cannot verify units here: " + end.stderr.strip())
        self.assertEqual((end.returncode, ours), (0, []))

    def test_the_example_site_is_checked_without_an_error(self):
        end = self.tool("check", str(self.examples() / "example-three-nodes.yaml"))
        self.assertEqual(end.returncode, 0, end.stdout + end.stderr)

    def test_the_example_nodes_and_the_agent_get_as_far_as_their_keys(self):
        """With the members and keys that the manual has people make, they start, each in its place."""
        place = self.folder / "place"
        shutil.copytree(self.examples(), place)
        shutil.copy(place / "example-three-nodes.yaml", place / "site.yaml")
        for name, role, number in (("node-a", "node", 0), ("node-b", "node", 1), ("node-c", "node", 2),
                                   ("web1", "agent", None)):
            key = str(place / f"{name}.key")
            self.assertEqual(self.tool("keys", "make", name, "--out", key).returncode, 0)
            words = ["keys", "enrol", "--members", str(place / "members.yaml"), "--site", "headquarters",
                     "--role", role, "--key", key]
            end = self.tool(*words, *(("--number", str(number)) if number is not None else ()))
            self.assertEqual(end.returncode, 0, end.stderr)
        for name in ("node-a", "node-b", "node-c"):
            self.edit(place / f"{name}.yaml", "node.key", f"{name}.key")
            end = run("timeout", "20", str(self.whole / "usr/bin/holdover-site"), "--config",
                      str(place / f"{name}.yaml"))
            # The first thing that this machine lacks for good: the secrets of the devices, or the
            # address of the node. Everything before that was read and fitted together.
            self.assertEqual(end.returncode, 2, end.stdout + end.stderr)
            self.assertRegex(end.stderr, r"secrets/|10\.0\.0\.1[123]")
        self.edit(place / "agent-web1.yaml", "agent.key", "web1.key")
        self.edit(place / "agent-web1.yaml", "/var/lib/holdover-agent", str(place / "missing"))
        end = run("timeout", "20", str(self.whole / "usr/bin/holdover-agent"), "--config",
                  str(place / "agent-web1.yaml"))
        self.assertEqual(end.returncode, 2, end.stdout + end.stderr)
        self.assertIn(str(place / "missing"), end.stderr)

    # ---- Helpers --------------------------------------------------------------------------------

    def examples(self) -> pathlib.Path:
        return self.whole / "etc/holdover/examples"

    def tool(self, *words: str) -> subprocess.CompletedProcess:
        return run(str(self.whole / "usr/bin/holdover"), *words)

    def edit(self, file: pathlib.Path, old: str, new: str) -> None:
        text = file.read_text()
        self.assertIn(old, text, file)
        file.write_text(text.replace(old, new))

    def lines(self, folder: str, program: str) -> list[list[str]]:
        text = (self.whole / "usr/lib" / folder / f"{program}.conf").read_text()
        return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


if __name__ == "__main__":
    unittest.main()
