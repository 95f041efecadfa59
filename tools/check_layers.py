#!/usr/bin/env python3
"""Keeps the folders honest: who may include whom, and what core may not do at all.

The folders are layers, and the layers are the design: core decides and touches nothing, io touches
the world, actors connect the two, nodes assemble, tools stand beside. Every rule is a row of a
table below; change it here and in docs/ARCHITECTURE.md together.

    tools/check_layers.py              check this tree; exit 1 and one line for each violation
    tools/check_layers.py --self-test  plant every kind of violation and see that each is reported
"""

import pathlib
import re
import sys
import tempfile

# folder -> (our folders it may include, third-party headers it may include)
MAY_INCLUDE = {
    "core": ({"core"}, ()),
    "io": ({"core", "io"}, ()),  # third-party headers by room, below
    "actors": ({"core", "io", "actors"}, ("caf/", "spdlog/")),
    "nodes": ({"core", "io", "actors", "nodes"}, ("caf/", "spdlog/", "CLI/")),
    "tools": ({"core", "io", "tools"}, ("CLI/",)),
}

# One neighbour, one room, one library. A new room is a new row here, so that it is a decision.
IO_ROOMS = {
    "io/bus": ("zmq.h", "zmq.hpp", "zmq_addon.hpp"),
    "io/config": ("google/protobuf/", "yaml-cpp/"),
    "io/device": (),  # The contract of all drivers and the choice among them.
    "io/device/megatec": (),
    "io/device/modbus": ("modbus/",),
    "io/device/nut": (),
    "io/device/rccmd": (),
    "io/device/simulated": (),
    "io/device/snmp": ("net-snmp/",),
    "io/host": ("systemd/",),
    "io/keys": ("sodium.h",),
    "io/sandbox": ("seccomp.h",),
    "io/log": ("spdlog/", "fmt/"),
    "io/mail": ("curl/",),
    "io/store": ("sqlite3.h",),
    "io/wire": ("google/protobuf/", "nlohmann/"),
}

# Generated protobuf code: only the codecs and the config loader see it.
GENERATED = re.compile(r"\.pb\.h$")
GENERATED_HOMES = ("io/wire", "io/config")

# What the standard library offers and core must not take: each of these makes two runs of the same
# story differ, or lets a decision reach the world.
BANNED_HEADERS_IN_CORE = {
    "atomic", "barrier", "condition_variable", "csignal", "ctime", "filesystem", "fstream",
    "future", "iomanip", "ios", "iostream", "istream", "latch", "locale", "mutex", "ostream",
    "random", "semaphore", "shared_mutex", "sstream", "stop_token", "streambuf", "syncstream",
    "thread",
}
BANNED_IN_CORE = re.compile(
    r"\bnow\s*\(\s*\)"
    r"|\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock|file_clock)\b"
    r"|\b(?:random_device|mt19937(?:_64)?|default_random_engine)\b"
    r"|\bstd::(?:thread|jthread|mutex|async|atomic|cout|cerr|clog|cin|time|clock|rand|getenv|system"
    r"|fopen|printf|fprintf|puts)\b"
    r"|\b(?:ifstream|ofstream|stringstream|ostringstream|istringstream)\b"
    r"|\b(?:s?rand|getenv|setenv|sleep_for|sleep_until|fopen|f?printf)\s*\("
    r"|\b(?:gettimeofday|clock_gettime)\s*\("
    r"|\bthread_local\b")

# The one exception: a failed check says where it failed, then the process ends.
LAST_WORDS = {"core/expects.hpp": "std::fprintf"}

# Sockets live in io alone; the rest of the system interface is also open to nodes (signals,
# priority) and tools (terminal). Core and actors ask io.
SOCKETS = re.compile(
    r"^(?:sys/socket\.h|sys/un\.h|netdb\.h|ifaddrs\.h|(?:netinet|arpa|net|linux|netpacket)/)")
SYSTEM = re.compile(
    r"^(?:sys/|(?:unistd|fcntl|poll|signal|pthread|sched|termios|pwd|grp|dirent|spawn|errno|time"
    r"|dlfcn|malloc|syslog|limits|stdlib|string|stdio|getopt|glob|wait)\.h$)")
SYSTEM_HOMES = {"io", "nodes", "tools"}

STANDARD = re.compile(r"^[a-z_0-9]+$")  # <vector>, <cstdio>; anything with a '/' or '.' is not

# main() belongs to the programs; elsewhere it hides a program nobody installs or tests.
MAIN = re.compile(r"\b(?:int|auto)\s+main\s*\(")
MAIN_HOMES = re.compile(r"^(?:nodes/[^/]+/main\.cpp|tools/.*\.cpp|tests/.*\.cpp|bench/.*\.cpp)$")

# The simulator's oracle judges what the core did, so it knows nothing that the core thinks: itself and
# the standard library, and so nothing through another header either.
ORACLE = re.compile(r"^tests/sim/(?:checker|ground_truth|random)[a-z_]*\.(?:hpp|cpp)$")

CHECKED = tuple(MAY_INCLUDE) + ("tests", "bench", "proto")
SOURCES = {".hpp", ".cpp", ".h", ".cc", ".hh", ".cxx", ".ipp"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
# Comments and literals in one expression, because each can contain what looks like the other.
LEXICAL = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<literal>R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*')", re.DOTALL)


def blank(text: str) -> str:
    """Only the newlines of a text, so that line numbers stay true."""
    return "\n" * text.count("\n")


def without_comments(source: str) -> str:
    return LEXICAL.sub(lambda m: " " + blank(m[0]) if m["comment"] else m[0], source)


def without_literals(code: str) -> str:
    return LEXICAL.sub(lambda m: '""' + blank(m[0]), code)


def room_of(path: str) -> str | None:
    """The longest row of IO_ROOMS that holds the file."""
    rooms = [room for room in IO_ROOMS if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def include_problem(path: str, quoted: bool, name: str) -> str | None:
    folder = path.split("/")[0]
    ours, theirs = MAY_INCLUDE[folder]
    room = room_of(path)
    if GENERATED.search(name) and not name.startswith("google/"):
        if room not in GENERATED_HOMES:
            return f"generated protobuf code ({name}) stays in {' and '.join(GENERATED_HOMES)}"
        return None
    if quoted:
        if "/" not in name or name.startswith("."):
            return f'include "{name}" by its path from the root'
        if name.split("/")[0] not in ours:
            return f"{folder} may not include {name}"
        return None
    if STANDARD.match(name):
        if folder == "core" and name in BANNED_HEADERS_IN_CORE:
            return f"core may not include <{name}>"
        return None
    if SOCKETS.match(name):
        if folder == "io":
            return None
        return f"sockets belong to io: {folder} may not include <{name}>"
    if SYSTEM.match(name):
        return None if folder in SYSTEM_HOMES else f"{folder} may not include <{name}>"
    if folder == "io":
        theirs = IO_ROOMS.get(room, ())
    if not any(name == t or (t.endswith("/") and name.startswith(t)) for t in theirs):
        return f"{room or folder} may not include <{name}>"
    return None


def oracle_problem(quoted: bool, name: str) -> str | None:
    if ORACLE.match(name) if quoted else STANDARD.match(name):
        return None
    return f"the simulator's oracle may not include {name}: it must not see what it judges"


def problems(path: str, source: str):
    """Yields (line, text) for every rule the file breaks."""
    folder = path.split("/")[0]
    code = without_comments(source)
    plain = without_literals(code)

    def line(text: str, at: int) -> int:
        return text.count("\n", 0, at) + 1

    if not MAIN_HOMES.match(path):
        for found in MAIN.finditer(plain):
            yield line(plain, found.start()), "main() exists only in nodes/*/main.cpp and in tools"
    if ORACLE.match(path):
        for found in INCLUDE.finditer(code):
            if text := oracle_problem(found[1] == '"', found[2]):
                yield line(code, found.start()), text
    if folder not in MAY_INCLUDE:
        return  # other tests and benches may include everything; nothing may include them
    if folder == "io" and room_of(path) is None:
        yield 1, "this io folder has no row in IO_ROOMS of tools/check_layers.py; add one"
    if folder == "core":
        for found in BANNED_IN_CORE.finditer(plain):
            if found[0] == LAST_WORDS.get(path):
                continue
            yield line(plain, found.start()), f"core may not use {found[0].strip()}"
    for found in INCLUDE.finditer(code):
        if text := include_problem(path, found[1] == '"', found[2]):
            yield line(code, found.start()), text


def check(root: pathlib.Path) -> tuple[list[str], int]:
    """All violations below a root as printable lines, and how many files were read."""
    found, files = [], 0
    for folder in CHECKED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SOURCES or not path.is_file():
                continue
            files += 1
            name = path.relative_to(root).as_posix()
            for number, text in problems(name, path.read_text(encoding="utf-8", errors="replace")):
                found.append(f"{name}:{number}: {text}")
    return found, files


# file, content, and the line where exactly one violation must be reported (0: none).
PLANTED = [
    ("core/a/fine.hpp", '#pragma once\n#include <chrono>\n#include "core/time.hpp"\n', 0),
    ("core/a/words.cpp", '// steady_clock::now() is banned, printf( too\n/* std::thread\n */\n'
                         'auto s = "std::cout << now()";\nint known(int);\n', 0),
    ("core/a/digits.cpp", "int a = 1'000'000; // getenv(\nchar c = '\"'; char d = '\"';\n", 0),
    ("core/a/raw.cpp", 'auto r = R"x(std::cout "now()" )x";\nint snprintf_free;\n', 0),
    ("core/expects.hpp", "void f() { std::fprintf(stderr, text); }\n", 0),
    ("core/b/print_too.cpp", "void f() { std::fprintf(stderr, text); }\n", 1),
    ("core/b/clock.cpp", "#include <chrono>\nauto t = std::chrono::steady_clock{};\n", 2),
    ("core/b/now.cpp", "auto t = some_clock::now();\n", 1),
    ("core/b/after_literal.cpp", "auto s = \"//\"; auto t = some_clock::now();\n", 1),
    ("core/b/after_comment.cpp", "/* a\n b */ auto t = some_clock::now();\n", 2),
    ("core/b/random.cpp", "int r() { return rand(); }\n", 1),
    ("core/b/random_header.cpp", "#include <random>\n", 1),
    ("core/b/thread.cpp", "std::thread worker;\n", 1),
    ("core/b/thread_header.cpp", "#include <mutex>\n", 1),
    ("core/b/stream.cpp", 'void f() { std::cout << "x"; }\n', 1),
    ("core/b/stream_header.cpp", "#  include <fstream>\n", 1),
    ("core/b/print.cpp", 'void f() { printf("x"); }\n', 1),
    ("core/b/environment.cpp", 'auto e = getenv("HOME");\n', 1),
    ("core/b/socket.cpp", "#include <sys/socket.h>\n", 1),
    ("core/b/system.cpp", "#include <unistd.h>\n", 1),
    ("core/b/upward.cpp", '#include "io/bus/publisher.hpp"\n', 1),
    ("core/b/relative.cpp", '#include "sibling.hpp"\n', 1),
    ("core/b/parent.cpp", '#include "../io/bus/publisher.hpp"\n', 1),
    ("core/b/caf.cpp", "#include <caf/all.hpp>\n", 1),
    ("core/b/generated.cpp", '#include "holdover/v1/event.pb.h"\n', 1),
    ("core/b/main.cpp", "int main() {}\n", 1),
    ("core/b/from_tests.cpp", '#include "tests/support/x.hpp"\n', 1),
    ("io/bus/fine.cpp", '#include <poll.h>\n#include <sys/socket.h>\n#include <zmq.hpp>\n', 0),
    ("io/bus/sql.cpp", "#include <sqlite3.h>\n", 1),
    ("io/bus/lookalike.cpp", "#include <zmq.hpp.bak>\n", 1),
    ("io/bus/upward.cpp", '#include "actors/messages.hpp"\n', 1),
    ("io/bus/caf.cpp", "#include <caf/actor.hpp>\n", 1),
    ("io/bus/generated.cpp", '#include "holdover/v1/event.pb.h"\n', 1),
    ("io/bus/generated_angled.cpp", "#include <holdover/v1/event.pb.h>\n", 1),
    ("io/bus/protobuf.cpp", "#include <google/protobuf/message.h>\n", 1),
    ("io/bus/main.cpp", "int main(int, char**) {}\n", 1),
    ("io/wire/fine.cpp", '#include "holdover/v1/event.pb.h"\n#include <nlohmann/json.hpp>\n'
                         '#include <google/protobuf/timestamp.pb.h>\n', 0),
    ("io/wire/yaml.cpp", "#include <yaml-cpp/yaml.h>\n", 1),
    ("io/config/fine.cpp", '#include "holdover/config/v1/site.pb.h"\n'
                           "#include <yaml-cpp/yaml.h>\n", 0),
    ("io/config/json.cpp", "#include <nlohmann/json.hpp>\n", 1),
    ("io/store/fine.cpp", "#include <sqlite3.h>\n", 0),
    ("io/store/bus.cpp", "#include <zmq.hpp>\n", 1),
    ("io/keys/fine.cpp", "#include <sodium.h>\n", 0),
    ("io/keys/log.cpp", "#include <spdlog/spdlog.h>\n", 1),
    ("io/log/fine.cpp", "#include <spdlog/spdlog.h>\n#include <fmt/format.h>\n", 0),
    ("io/log/sodium.cpp", "#include <sodium.h>\n", 1),
    ("io/host/fine.cpp", "#include <systemd/sd-bus.h>\n", 0),
    ("io/host/snmp.cpp", "#include <net-snmp/net-snmp-config.h>\n", 1),
    ("io/device/snmp/fine.cpp", "#include <net-snmp/net-snmp-config.h>\n", 0),
    ("io/device/snmp/systemd.cpp", "#include <systemd/sd-daemon.h>\n", 1),
    ("io/device/nut/fine.cpp", "#include <netdb.h>\n", 0),
    ("io/device/nut/snmp.cpp", "#include <net-snmp/net-snmp-config.h>\n", 1),
    ("io/device/simulated/zmq.cpp", "#include <zmq.h>\n", 1),
    ("io/modem/new_room.cpp", "\nint x;\n", 1),
    ("actors/fine.cpp", '#include "io/bus/x.hpp"\n#include <caf/actor.hpp>\n', 0),
    ("actors/zmq.cpp", "#include <zmq.hpp>\n", 1),
    ("actors/sql.cpp", "#include <sqlite3.h>\n", 1),
    ("actors/protobuf.cpp", "#include <google/protobuf/message.h>\n", 1),
    ("actors/generated.cpp", '#include "holdover/v1/event.pb.h"\n', 1),
    ("actors/system.cpp", "#include <unistd.h>\n", 1),
    ("actors/upward.cpp", '#include "nodes/site/assembly.hpp"\n', 1),
    ("actors/main.cpp", "auto main() -> int {}\n", 1),
    ("nodes/site/main.cpp", "#include <CLI/CLI.hpp>\n#include <signal.h>\nint main() {}\n", 0),
    ("nodes/site/other.cpp", "\n\nint main() {}\n", 3),
    ("nodes/site/zmq.cpp", "#include <zmq.hpp>\n", 1),
    ("nodes/site/socket.cpp", "#include <netinet/in.h>\n", 1),
    ("nodes/site/tools.cpp", '#include "tools/holdover/check.hpp"\n', 1),
    ("tools/holdover/main.cpp", "#include <CLI/CLI.hpp>\nint main() {}\n", 0),
    ("tools/holdover/actors.cpp", '#include "actors/messages.hpp"\n', 1),
    ("tools/holdover/nodes.cpp", '#include "nodes/site/assembly.hpp"\n', 1),
    ("tools/holdover/caf.cpp", "#include <caf/actor.hpp>\n", 1),
    ("tests/unit/anything_test.cpp", "#include <zmq.hpp>\nint main() {}\n", 0),
    ("tests/support/anything.hpp", '#include "nodes/site/assembly.hpp"\n', 0),
    ("tests/sim/checker.hpp", '#include "tests/sim/ground_truth.hpp"\n#include <deque>\n', 0),
    ("tests/sim/checker_a.cpp", '#include "core/policy/site_machine.hpp"\n', 1),
    ("tests/sim/checker_b.cpp", '#include "core/vote/ballot_box.hpp"\n', 1),
    ("tests/sim/checker_c.hpp", '#include "core/agent/agent_machine.hpp"\n', 1),
    ("tests/sim/checker_d.cpp", '#include "tests/sim/plan.hpp"\n', 1),
    ("tests/sim/checker_e.cpp", "#include <core/vote/vote.hpp>\n", 1),
    ("tests/sim/ground_truth.hpp", '#pragma once\n#include "core/site.hpp"\n', 2),
    ("tests/sim/world.hpp", '#include "core/policy/site_machine.hpp"\n', 0),
    ("proto/main.cpp", "int main() {}\n", 1),
]


def self_test() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content, _ in PLANTED:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        reported, files = check(root)
    wrong = 0 if files == len(PLANTED) else 1
    if wrong:
        print(f"{len(PLANTED)} files planted, {files} read")
    for name, _, expected in PLANTED:
        lines = [int(r.split(":")[1]) for r in reported if r.startswith(name + ":")]
        if lines != ([expected] if expected else []):
            wrong += 1
            print(f"{name}: reported at lines {lines}, expected {expected or 'no report'}")
    planted = sum(1 for row in PLANTED if row[2])
    clean = len(PLANTED) - planted
    print(f"{planted} violations planted beside {clean} clean files, {wrong} mistakes")
    return 1 if wrong else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    found, files = check(pathlib.Path(__file__).resolve().parent.parent)
    for text in found:
        print(text)
    print(f"{files} files checked, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
