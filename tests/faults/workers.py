"""Workers that die at any moment, and what came of their jobs."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AT_WORK = 3  # processes below a worker with a job: the tracker, the server of forks, the child
WORKER_DIES = 0.1  # the rest of the kills are of a process below it
QUICK = [sys.executable, "-m", "tests.faults.quick_jobs"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``told``: see quick_jobs.count; ``kills`` of workers and of children."""

    told: dict[str, Any]
    workers_killed: int
    children_killed: int
    stopped_in_order: bool


def chaos(home: Path, *, jobs: int, workers: int, seed: int, at_most: float) -> Outcome:
    """Let workers do quick jobs while they and their children are killed at random."""
    dice = random.Random(seed)
    where = {**os.environ, "KERNKLANT_HOME": str(home)}
    (home / "web").mkdir(parents=True)
    subprocess.run([*QUICK, "ask", *(f"quick-{one}" for one in range(jobs))], env=where, check=True)
    crew = [_worker(where) for _ in range(workers)]
    killed = {"worker": 0, "child": 0}
    until = time.monotonic() + at_most
    try:
        while _waiting(home) and time.monotonic() < until:
            time.sleep(dice.uniform(0.05, 0.5))
            one = dice.randrange(workers)
            below = descendants(crew[one].pid)
            if len(below) < AT_WORK:  # it is still starting
                continue
            if dice.random() < WORKER_DIES:
                crew[one].kill()
                crew[one].wait()
                crew[one] = _worker(where)
                killed["worker"] += 1
            else:
                killed["child"] += _kill(below[-1] if dice.random() < 0.9 else dice.choice(below))
    finally:
        ended = [_stopped(one) for one in crew]
    counted = subprocess.run([*QUICK, "count"], env=where, check=True, capture_output=True)
    return Outcome(json.loads(counted.stdout), killed["worker"], killed["child"], all(ended))


def descendants(pid: int) -> list[int]:
    """All processes below one."""
    below = _children(pid)
    return below + [one for child in below for one in descendants(child)]


def _worker(where: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*QUICK, "work"], env=where, stderr=subprocess.DEVNULL)


def _stopped(worker: subprocess.Popen[bytes]) -> bool:
    """Asked to stop, it does within ten seconds."""
    worker.send_signal(signal.SIGTERM)
    try:
        return worker.wait(10) in (0, -signal.SIGTERM)
    except subprocess.TimeoutExpired:
        worker.kill()
        return False


def _kill(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in told.split()]


def _waiting(home: Path) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "web" / "kernklant.sqlite3", timeout=20)) as rows:
        asked = "SELECT count(*) FROM value_evaluation WHERE state IN ('asked', 'running')"
        return int(rows.execute(asked).fetchone()[0])
