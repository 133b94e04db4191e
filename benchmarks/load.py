"""`make load`: fifty people at a million customers, without and with an evaluation under way.

Each has his own session, looks at portfolio, list, search and customers, and thinks two seconds
in between. Server, worker and visitors share the processors of one machine; all on loopback.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.record import Record
from kernklant.demo.names import FIRST, SECOND

AIM, TIMES = 0.300, 2.0  # seconds at the 95th percentile; how much slower with an evaluation
KINDS = ("portfolio", "list", "search", "customer")
OFTEN = (15, 30, 20, 35)  # of a hundred pages
FILTERS = ("", "segment=A", "segment=B&volgorde=bijdrage", "regio=Overijssel", "verschoven=omlaag",
           "let_op=verlies&volgorde=-bijdrage", "volgorde=naam", "tevreden=critici")  # fmt: skip
PATIENCE = 30.0


@dataclass
class Seen:
    """Seconds per kind of page, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Visitor(threading.Thread):
    """One person with a session of his own."""

    def __init__(
        self, port: int, session: str, *, seed: int, think: float, until: float, seen: Seen
    ) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.think, self.until = port, session, think, until
        self.seen, self.draw = seen, random.Random(seed)
        self.customers: list[str] = []
        self.line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Look and think until the end."""
        time.sleep(self.draw.random() * self.think)
        while time.monotonic() < self.until:
            kind = self.draw.choices(KINDS, OFTEN)[0]
            if kind == "customer" and not self.customers:
                kind = "list"
            self._look(kind, self._address(kind))
            time.sleep(self.think * (0.5 + self.draw.random()))

    def _address(self, kind: str) -> str:
        if kind == "portfolio":
            return "/portefeuille/"
        if kind == "list":
            return f"/klanten/?{self.draw.choice(FILTERS)}"
        if kind == "search":
            name = self.draw.choice(FIRST) + self.draw.choice(SECOND)
            place = self.draw.randrange(len(name))  # every other time with a letter missing
            return f"/klanten/?zoek={name[:place] + name[place + self.draw.randrange(2) :]}"
        return self.draw.choice(self.customers)

    def _look(self, kind: str, address: str) -> None:
        start = time.perf_counter()
        try:
            status, page = self._get(address)
        except OSError as error:
            self.line = None
            status, page = 0, str(error)
        took = time.perf_counter() - start
        with self.seen.lock:
            self.seen.took[kind].append(took)
            if status != 200:
                self.seen.errors.append(f"{status} {address} {page[:200]}")
        if kind in {"list", "search"}:
            found = [part.split('"')[0] for part in page.split('href="/klanten/')[1:]]
            self.customers = [f"/klanten/{one}" for one in found if one[:-1].isdigit()]

    def _get(self, address: str) -> tuple[int, str]:
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.line.request("GET", address, headers={"Cookie": f"session={self.session}"})
        answer = self.line.getresponse()
        return answer.status, answer.read().decode()


def main() -> int:
    """Prepare what is not there, serve it, and measure twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--think", type=float, default=2.0, help="seconds between two pages")
    parser.add_argument("--seconds", type=float, default=120.0, help="of each measurement")
    parser.add_argument("--room", type=Path, default=None, help="where the home is made and kept")
    asked = parser.parse_args()
    record = Record()
    with tempfile.TemporaryDirectory(prefix="kernklant-load-") as folder:
        room = asked.room or Path(folder)
        home = prepared(room, asked.customers)
        port = _free_port()
        sessions = json.loads(_child(home, port, "sessions", str(asked.users)))
        server = _served(home, port)
        try:
            _await(home, port, "settled")  # nothing left to copy of a run of before
            measure = _measurement(port, sessions, think=asked.think)
            measure(20.0)  # both processes have read what they keep
            alone = told("alone", measure(asked.seconds))
            _child(home, port, "evaluate")
            _await(home, port, "running")
            beside = told("beside an evaluation", measure(asked.seconds))
        finally:
            server.terminate()
            server.wait(30)
    record.at_most("95 of 100 pages", 1000 * alone, 1000 * AIM, "ms")
    record.at_most("the same beside an evaluation", beside / alone, TIMES, "times as long")
    return record.close()


def prepared(room: Path, customers: int) -> Path:
    """A home with customers, an evaluation and the web's copies; made once."""
    home = room / f"home-{customers}"
    if not (home / "ready").exists():
        room.mkdir(parents=True, exist_ok=True)
        _run("benchmarks.home", str(customers), str(room), "whole")
        _run("kernklant", "evaluate", "--home", str(home))
        print(_child(home, 0, "copies"))
        (home / "ready").touch()
    return home


def told(name: str, seen: Seen) -> float:
    """Print a table of one measurement; its 95th percentile over all pages."""
    whole = np.concatenate([np.array(took) for took in seen.took.values()])
    print(f"\n{name}: {len(whole)} pages, {len(seen.errors)} errors")
    print(f"{'page':<12}{'n':>7}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    for kind in KINDS:
        print(_line(kind, np.array(seen.took[kind])))
    print(_line("all", whole))
    for error in seen.errors[:5]:
        print(error)
    if seen.errors:
        sys.exit(f"{len(seen.errors)} pages failed")
    return float(np.percentile(whole, 95))


def _line(kind: str, took: np.ndarray) -> str:
    at = [1000 * float(np.percentile(took, share)) for share in (50, 95, 99)] if len(took) else []
    return f"{kind:<12}{len(took):>7}" + "".join(f"{value:>9.0f}" for value in at)


def _measurement(port: int, sessions: list[str], *, think: float) -> Callable[[float], Seen]:
    def measure(seconds: float) -> Seen:
        seen, until = Seen(), time.monotonic() + seconds
        people = [
            Visitor(port, session, seed=at, think=think, until=until, seen=seen)
            for at, session in enumerate(sessions)
        ]
        for one in people:
            one.start()
        for one in people:
            one.join(seconds + PATIENCE)
        return seen

    return measure


def _served(home: Path, port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "kernklant", "serve", "--home", str(home), "--port", str(port)]
    )
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.2)
    server.terminate()
    raise RuntimeError("the server did not start")


def _await(home: Path, port: int, what: str) -> None:
    """Until the evaluation is running, or the copies are those of the newest one."""
    for _ in range(900):
        if _child(home, port, what).strip() == what:
            return
        time.sleep(0.2)
    raise RuntimeError(f"not {what} after a long while")


def _child(home: Path, port: int, *words: str) -> str:
    return _run("benchmarks.load_child", str(home), str(port), *words)


def _run(module: str, *words: str) -> str:
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main())
