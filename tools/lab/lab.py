"""A whole site in a laboratory: real servers, real nodes and agents, hosts that live by an outlet.

Lab builds a working directory (keys, members, site and node files), starts upsd with dummy-ups,
snmpd with a SiteSwitch, the nodes and the hosts, and takes everything down again by pid. With
namespaces, the site's machines share one namespace with a bridge, and each host has its own.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NODES = {"alpha": 0, "beta": 1, "gamma": 2}
HOSTS = {"web1": 2, "web2": 3, "db1": 4, "nas1": None}  # Host to the outlet that feeds it.
AUX = "1.3.6.1.2.1.33.1.11"
SITE_ADDRESS = "10.99.7.1"


class Timeline:
    """Lines with the seconds since the start; the same news from several nodes is one line."""

    def __init__(self):
        self.start = time.monotonic()
        self.known: list[str] = []
        self.recent: dict[str, float] = {}
        self.changed = threading.Condition()

    def say(self, text: str) -> None:
        now = time.monotonic() - self.start
        with self.changed:
            # A run of digits that only some nodes measure alike does not make another piece of news.
            key = re.sub(r"\d+", "#", re.sub(r"incident [0-9a-f]{32}", "incident", text)) + re.sub(
                r"[^0-9.]", "", " ".join(text.split()[:2]))
            if now - self.recent.get(key, -60) < 6:
                return
            self.recent[key] = now
            text = re.sub(r"incident [0-9a-f]{32}:", "incident", text)
            entry = f"{now:7.1f}  {text}"
            self.known.append(entry)
            print(entry[:150], flush=True)
            self.changed.notify_all()

    def lines(self) -> list[str]:
        with self.changed:
            return list(self.known)

    def wait_for(self, words: list[str], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self.changed:
            while not any(all(w in line for w in words) for line in self.known):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"not seen within {seconds:.0f} s: {' … '.join(words)}")
                self.changed.wait(left)


class Host(threading.Thread):
    """One machine. Its power is the SNMP state of its outlet, and nothing else tells it anything.

    Power gone: every process is killed at once. Power back: it boots, as computers do that are set
    to start with the power. A machine that has shut down stays off until its power was cycled.
    """

    def __init__(self, lab: "Lab", name: str, outlet: int | None):
        super().__init__(daemon=True)
        self.lab, self.name_, self.outlet = lab, name, outlet
        self.folder = lab.work / "hosts" / name
        self.agent: subprocess.Popen | None = None
        self.halt = threading.Event()
        self.crashes = 0
        self.boots = 0

    def powered(self) -> bool | None:
        if self.outlet is None:
            return True
        state = self.lab.outlet_state(self.outlet)
        return None if state is None else state == 1

    def boot(self) -> None:
        self.boots += 1
        (self.folder / "boot_id").write_text(f"{self.name_}-boot-{self.boots}\n")
        self.agent = self.lab.spawn(
            f"agent-{self.name_}", [str(self.lab.bin / "holdover-agent"), "--config",
                                    str(self.folder / "agent.yaml")], host=self.name_)
        (self.folder / "agent.pid").write_text(f"{self.agent.pid}\n")

    def run(self) -> None:
        had_power = False
        while not self.halt.wait(0.2):
            power = self.powered()
            if power is None:
                continue
            if power and not had_power:
                self.boot()
            if not power and self.agent is not None and self.agent.poll() is None:
                self.crashes += 1
                self.lab.timeline.say(f"DEMO host {self.name_} CRASHES: its power was cut while it ran")
                self.agent.kill()
            had_power = power

    def stop(self) -> None:
        self.halt.set()
        self.join()


class Lab:
    def __init__(self, work: pathlib.Path, binaries: pathlib.Path, timeline: Timeline,
                 plain: bool = False):
        self.work, self.bin, self.timeline = work, binaries, timeline
        self.spaces = not plain and self.can_have_namespaces()
        self.tag = f"hd{os.getpid() % 100000}"
        self.processes: dict[str, subprocess.Popen] = {}
        self.hosts: dict[str, Host] = {}
        self.base = 20000 + os.getpid() % 400 * 20 if not self.spaces else 17400
        self.address = SITE_ADDRESS if self.spaces else "127.0.0.1"

    @staticmethod
    def can_have_namespaces() -> bool:
        if os.geteuid() != 0 or shutil.which("ip") is None:
            return False
        name = f"hdtry{os.getpid()}"

        def works(*arguments: str) -> bool:
            return subprocess.run(["ip", *arguments], capture_output=True).returncode == 0

        # To be allowed to make one is not enough: entering it mounts, which a chroot or a container
        # may refuse.
        made = works("netns", "add", name)
        entered = made and works("netns", "exec", name, "ip", "link", "set", "lo", "up")
        bridged = entered and works("-n", name, "link", "add", "br0", "type", "bridge")
        if made:
            works("netns", "del", name)
        return bridged

    # ---- processes ------------------------------------------------------------------------------

    def space(self, host: str | None) -> str:
        return f"{self.tag}{host or 'site'}"

    def inside(self, command: list[str], host: str | None = None) -> list[str]:
        return ["ip", "netns", "exec", self.space(host), *command] if self.spaces else command

    def spawn(self, name: str, command: list[str], host: str | None = None,
              environment: dict | None = None) -> subprocess.Popen:
        log = open(self.work / "logs" / f"{name}.log", "ab")
        started = subprocess.Popen(self.inside(command, host), stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL,
                                   env={**os.environ, **(environment or {})})
        log.close()
        self.processes[name] = started
        return started

    def quietly(self, command: list[str], host: str | None = None, **more) -> subprocess.CompletedProcess:
        return subprocess.run(self.inside(command, host), capture_output=True, text=True, **more)

    # ---- building -------------------------------------------------------------------------------

    def start(self) -> None:
        for folder in ("logs", "keys", "nodes", "hosts", "nut", "snmp"):
            (self.work / folder).mkdir(parents=True)
        self.work.chmod(0o755)
        if self.spaces:
            self.build_network()
            self.timeline.say("DEMO each host has a network namespace of its own")
        else:
            self.timeline.say("DEMO namespaces are not allowed here: plain processes on loopback")
        self.write_files()
        self.start_upsd()
        self.start_snmpd()
        for name in NODES:
            self.start_node(name)
        self.start_tap()
        for name, outlet in HOSTS.items():
            self.hosts[name] = Host(self, name, outlet)
            self.hosts[name].start()
        self.wait_until_calm()

    def build_network(self) -> None:
        site = self.space(None)
        run = lambda *words: subprocess.run(["ip", *words], check=True, capture_output=True)
        run("netns", "add", site)
        run("-n", site, "link", "set", "lo", "up")
        run("-n", site, "link", "add", "br0", "type", "bridge")
        run("-n", site, "addr", "add", f"{SITE_ADDRESS}/24", "dev", "br0")
        run("-n", site, "link", "set", "br0", "up")
        for number, host in enumerate(HOSTS, start=11):
            space = self.space(host)
            run("netns", "add", space)
            run("-n", space, "link", "set", "lo", "up")
            run("-n", site, "link", "add", f"to-{host}", "type", "veth", "peer", "name", "eth0",
                "netns", space)
            run("-n", site, "link", "set", f"to-{host}", "master", "br0", "up")
            run("-n", space, "addr", "add", f"10.99.7.{number}/24", "dev", "eth0")
            run("-n", space, "link", "set", "eth0", "up")

    def keys(self, name: str, role: str, *more: str) -> None:
        tool, key = str(self.bin / "holdover"), str(self.work / "keys" / f"{name}.key")
        subprocess.run([tool, "keys", "make", name, "--out", key], check=True, capture_output=True)
        subprocess.run([tool, "keys", "enrol", "--members", str(self.work / "members.yaml"), "--site",
                        "demo", "--role", role, "--key", key, *more], check=True, capture_output=True)

    def port(self, number: int) -> int:
        return self.base + number

    def write_files(self) -> None:
        for name, number in NODES.items():
            self.keys(name, "node", "--number", str(number))
        for host in HOSTS:
            self.keys(host, "agent")
        self.keys("watcher", "tap")
        self.keys("oper", "operator")
        secret = self.work / "ss4.community"
        secret.write_text("watching\nswitching\n")
        secret.chmod(0o600)
        text = (ROOT / "config" / "sites" / "demo.yaml").read_text()
        text = text.replace("env:HOLDOVER_SS4", f"file:{secret}")
        for old, new in {"17400": 0, "17401": 1, "17410": 2, "17411": 3, "17420": 4, "17421": 5,
                         "13493": 6, "11161": 7}.items():
            text = text.replace(old, str(self.port(new)))
        text = text.replace("127.0.0.1", self.address)
        (self.work / "site.yaml").write_text(text)
        for name, number in NODES.items():
            (self.work / "nodes" / f"{name}.yaml").write_text(
                f"number: {number}\nsite_file: ../site.yaml\nmembers_file: ../members.yaml\n"
                f"key_file: ../keys/{name}.key\ndatabase: {name}.db\n")
        for host in HOSTS:
            self.write_host(host)

    def write_host(self, host: str) -> None:
        folder = self.work / "hosts" / host
        (folder / "state").mkdir(parents=True)
        (folder / "state").chmod(0o700)
        # What a service manager does on power-off: stop the services, and last of all the agent.
        program = folder / "shutdown"
        program.write_text(f"#!/bin/sh\nsleep 1\necho services are stopped\n"
                           f"kill -TERM $(cat {folder}/agent.pid)\n")
        program.chmod(0o755)
        nodes = "".join(f"  - {{number: {n}, control: \"tcp://{self.address}:{self.port(2 * n)}\"}}\n"
                        for n in NODES.values())
        (folder / "agent.yaml").write_text(
            f"host: {host}\nsite: demo\nlab: true\nmembers_file: ../../members.yaml\n"
            f"key_file: ../../keys/{host}.key\nstate_directory: state\nboot_id_file: boot_id\n"
            f"hold: 1s\ntime_to_live: 3s\nbeacon_period: 500ms\n"
            f"fallback: {{able_within: 5s, single_witness: 5s, clear_after: 3s, reserve: 5s, "
            f"floor_low: 1s, floor_high: 5s}}\n"
            f"nodes:\n{nodes}actions:\n  - {{id: shutdown, run: [{program}], limit: 5s}}\n")

    # ---- the site's machines --------------------------------------------------------------------

    def ups(self, status: str, charge: int, runtime: int) -> None:
        text = (f"ups.status: {status}\nbattery.charge: {charge}\nbattery.runtime: {runtime}\n"
                f"ups.load: 30\ninput.voltage: {230 if 'OL' in status else 0}\n"
                "device.mfr: Holdover\ndevice.model: Laboratory\n")
        beside = self.work / "nut" / "main.new"
        beside.write_text(text)
        beside.chmod(0o640)
        os.replace(beside, self.work / "nut" / "main.dev")

    def start_upsd(self) -> None:
        nut = self.work / "nut"
        (nut / "ups.conf").write_text(
            f"pollinterval = 1\n[main]\n driver = dummy-ups\n port = {nut}/main.dev\n mode = dummy-once\n")
        (nut / "upsd.conf").write_text(f"LISTEN {self.address} {self.port(6)}\n")
        (nut / "upsd.users").write_text("[watch]\n password = watch\n")
        (nut / "nut.conf").write_text("MODE=netserver\n")
        for file in nut.iterdir():
            file.chmod(0o640)
        self.ups(status="OL", charge=100, runtime=600)
        places = {k: str(nut) for k in ("NUT_CONFPATH", "NUT_STATEPATH", "NUT_ALTPIDPATH")}
        self.spawn("dummy-ups", ["/lib/nut/dummy-ups", "-a", "main", "-u", "root", "-F"], environment=places)
        self.spawn("upsd", ["/lib/nut/upsd", "-F", "-u", "root"], environment=places)
        self.until("upsd", lambda: "ups.status" in self.quietly(
            ["upsc", f"main@{self.address}:{self.port(6)}"]).stdout)

    def start_snmpd(self) -> None:
        snmp = self.work / "snmp"
        (snmp / "snmpd.conf").write_text(
            f"agentAddress udp:{self.address}:{self.port(7)}\n"
            "rocommunity watching\nrwcommunity switching\n"
            f"pass_persist .{AUX} {ROOT}/tools/lab/siteswitch_agent.py {snmp}/outlets\n")
        self.spawn("snmpd", ["/usr/sbin/snmpd", "-f", "-C", "-c", str(snmp / "snmpd.conf"), "-Lo"],
                   environment={"SNMP_PERSISTENT_DIR": str(snmp), "MIBS": ""})
        self.until("snmpd", lambda: self.outlet_state(1) == 1)

    def outlet_state(self, outlet: int) -> int | None:
        said = self.quietly(["snmpget", "-v2c", "-c", "watching", "-m", "", "-Oqv", "-t", "1", "-r", "1",
                             f"{self.address}:{self.port(7)}", f"{AUX}.{outlet}.0"]).stdout.strip()
        return int(said) if said in ("0", "1") else None

    def start_node(self, name: str) -> None:
        self.spawn(f"node-{name}", [str(self.bin / "holdover-site"), "--config",
                                    str(self.work / "nodes" / f"{name}.yaml")])

    def kill_node(self, name: str) -> None:
        self.processes[f"node-{name}"].kill()

    def tool(self, verb: str, key: str = "watcher") -> list[str]:
        return [str(self.bin / "holdover"), verb, "--site-file", str(self.work / "site.yaml"), "--members",
                str(self.work / "members.yaml"), "--key", str(self.work / "keys" / f"{key}.key")]

    def operator_lines(self) -> list[str]:
        return [" ".join(self.inside(self.tool(verb, key)))
                for verb, key in (("status", "oper"), ("tap", "watcher"))]

    def start_tap(self) -> None:
        log = open(self.work / "logs" / "tap.log", "ab")
        tap = subprocess.Popen(
            self.inside([*self.tool("tap"), "--since", "60", "--record", str(self.work / "timeline.jsonl"),
                         *(word for kind in ("ups", "outlet", "host", "incident", "alarm", "node", "receipt")
                           for word in ("--kind", kind))]),
            stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        self.processes["tap"] = tap
        self.listener = threading.Thread(target=self.listen, args=(tap,), daemon=True)
        self.listener.start()

    def listen(self, tap: subprocess.Popen) -> None:
        for line in tap.stdout:
            words = line.split(maxsplit=3)  # Clock, node, kind, text.
            if len(words) == 4:
                self.timeline.say(words[3].strip())

    def wait_until_calm(self) -> None:
        def ready() -> bool:
            said = self.quietly(self.tool("status", "oper") + ["--timeout", "1"]).stdout
            return said.count(" up ") >= 3 and all(
                re.search(rf"^{host} +running", said, re.M) for host in HOSTS) and said.count("online") >= 3
        self.until("the site", ready, 40)
        self.timeline.say("DEMO the site is calm: 3 nodes, 4 hosts, every outlet on")

    def until(self, what: str, holds, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} is not ready after {seconds:.0f} s; see {self.work}/logs")
            time.sleep(0.2)

    # ---- afterwards -----------------------------------------------------------------------------

    def crashed_hosts(self) -> list[str]:
        return [name for name, host in self.hosts.items() if host.crashes]

    def always_up(self, name: str) -> bool:
        host = self.hosts.get(name)
        return host is not None and host.boots == 1 and host.crashes == 0

    def stop(self) -> list[str]:
        """Ends everything that was started; what would not end."""
        for host in self.hosts.values():
            host.stop()
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        left = []
        for name, process in self.processes.items():
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                left.append(name)
        if self.spaces:
            for host in [*HOSTS, None]:
                subprocess.run(["ip", "netns", "del", self.space(host)], capture_output=True)
        return left
