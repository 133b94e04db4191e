"""One worker, as shipped, and jobs that do not go well."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.workers import QUICK, descendants

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def where(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "web").mkdir()
    return {**os.environ, "KERNKLANT_HOME": str(tmp_path), "AS_SHIPPED": "1"}


@pytest.fixture
def work(where: dict[str, str]) -> Iterator[Start]:
    """Ask for jobs by their keys, and start a worker."""
    workers: list[subprocess.Popen[bytes]] = []

    def start(*keys: str) -> subprocess.Popen[bytes]:
        subprocess.run([*QUICK, "ask", *keys], env=where, check=True)
        workers.append(subprocess.Popen([*QUICK, "work"], env=where, stderr=subprocess.DEVNULL))
        return workers[-1]

    yield start
    for one in workers:
        one.kill()
        one.wait()


def row(where: dict[str, str], key: str) -> dict[str, Any]:
    file = Path(where["KERNKLANT_HOME"]) / "web" / "kernklant.sqlite3"
    with closing(sqlite3.connect(file, timeout=20)) as rows:
        rows.row_factory = sqlite3.Row
        asked = "SELECT * FROM value_evaluation WHERE key = ?"
        return dict(rows.execute(asked, (key,)).fetchone())


def until(where: dict[str, str], key: str, at_most: float = 60, **wanted: Any) -> float:
    """Seconds until the row of a job says so."""
    start = time.monotonic()
    while not wanted.items() <= row(where, key).items():
        assert time.monotonic() - start < at_most, row(where, key)
        time.sleep(0.05)
    return time.monotonic() - start


def test_who_cancels_waits_no_more_than_two_seconds(where: dict[str, str], work: Start) -> None:
    worker = work("slow", "quick")
    until(where, "slow", step_nl="traag", done_share=0.5)
    file = Path(where["KERNKLANT_HOME"]) / "web" / "kernklant.sqlite3"
    with closing(sqlite3.connect(file, timeout=20)) as rows, rows:
        rows.execute("UPDATE value_evaluation SET cancel_asked = 1 WHERE key = 'slow'")
    assert until(where, "slow", state="cancelled") < 2
    until(where, "quick", state="done")
    assert worker.poll() is None


def test_what_fails_says_why_and_the_next_job_goes_on(where: dict[str, str], work: Start) -> None:
    work("words", "greedy", "breaks", "quick")
    until(where, "quick", state="done")
    words, greedy, breaks = (row(where, key) for key in ("words", "greedy", "breaks"))
    assert (words["state"], words["attempts"]) == ("failed", 1)
    assert (words["error_nl"], words["error_en"]) == ("Te weinig.\nWacht.", "Too little.\nWait.")
    assert (greedy["state"], greedy["attempts"]) == ("failed", 1)
    assert "geheugen" in greedy["error_nl"]
    assert (breaks["state"], breaks["attempts"]) == ("failed", 3)
    assert "onverwacht gestopt" in breaks["error_nl"]


def test_a_child_that_wrote_its_end_may_finish_what_it_is_at(
    where: dict[str, str], work: Start
) -> None:
    work("lingers", "quick")
    until(where, "quick", state="done")
    file = Path(where["KERNKLANT_HOME"]) / "web" / "kernklant.sqlite3"
    with closing(sqlite3.connect(file, timeout=20)) as rows:
        asked = "SELECT count(*) FROM base_logentry WHERE what = 'quick.left'"
        assert rows.execute(asked).fetchone() == (1,)


def test_a_worker_that_is_told_to_stop_leaves_nothing_half(
    where: dict[str, str], work: Start
) -> None:
    worker = work("slow")
    until(where, "slow", done_share=0.5)
    below = descendants(worker.pid)
    assert len(below) >= 2
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0
    slow = row(where, "slow")
    assert (slow["state"], slow["attempts"], slow["lease"]) == ("asked", 0, "")
    assert _gone(below)


def test_a_worker_that_dies_takes_its_child_along(where: dict[str, str], work: Start) -> None:
    worker = work("slow")
    until(where, "slow", done_share=0.5)
    below = descendants(worker.pid)
    worker.kill()
    worker.wait()
    assert _gone(below)
    assert row(where, "slow")["state"] == "running"  # until its lease ends


def _gone(processes: list[int]) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if not any(_alive(one) for one in processes):
            return True
        time.sleep(0.05)
    return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
