"""Kill -9 at random moments, and readers beside a writer: all or nothing, every time."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from kernklant.engine.store import Snapshot, Store, delta, journal, list_runs, read
from tests.engine.store.cases import import_lines, open_store
from tests.environments import ROOT
from tests.faults.store_child import TABLES, lines_of

KILLS = 20


def start(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_child", str(home)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_after(child: subprocess.Popen[str], seconds: float) -> list[str]:
    """Let it confirm one thing, then kill it; what it had confirmed."""
    first = child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    return [first.strip(), *child.communicate()[0].split("\n")[:-1]]


def live_of(store: Store) -> set[int]:
    rows = store.imports().to_pylist()
    return {row["import_no"] for row in rows if row["undone_at"] is None}


def expected(live: set[int]) -> Counter[int]:
    """Rows per customer of these imports, each stored once."""
    return Counter(customer for customer, _ in {line[:2] for no in live for line in lines_of(no)})


def found(snapshot: Snapshot, table: str) -> Counter[int]:
    return Counter(snapshot.table(table, ["customer"])["customer"].to_pylist())


def assert_whole(store: Store) -> None:
    """The tables hold what the live imports brought, and the newest runs are complete."""
    snapshot = store.snapshot()
    for table in TABLES:
        assert found(snapshot, table) == expected(live_of(store))
    for number in list_runs(store)[-2:]:
        run = read(store, number)
        assert run.table("answer/customers.parquet").num_rows == sum(
            found(store.snapshot(run.versions), "sales").values()
        )


def assert_confirmed(store: Store, said: list[str]) -> None:
    """What a killed process had confirmed is there."""
    imports = {row["import_no"]: row["undone_at"] for row in store.imports().to_pylist()}
    done = [line.split() for line in said]
    assert {int(no) for what, no in done if what == "import"} <= imports.keys()
    assert all(imports[int(no)] is not None for what, no in done if what == "undo")
    assert {int(no) for what, no in done if what == "run"} <= set(list_runs(store))


def assert_clean(store: Store) -> None:
    """After the next writer no row, file or folder of the killed one is left."""
    with store.writer():
        pass
    assert not (store.home / "staging").exists()
    for table, version in json.loads(newest_versions(store)).items():
        place = journal.folder(store.home, table)
        assert delta.files(place) == delta.files(place, version)


def newest_versions(store: Store) -> str:
    return max(store.imports().to_pylist(), key=lambda row: row["seq"])["versions"]


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    moments, half_way = random.Random(2), 0
    for _ in range(KILLS):
        said = kill_after(start(tmp_path), moments.uniform(0, 0.8))
        half_way += (tmp_path / "staging").exists()
        store = open_store(tmp_path)
        assert_whole(store)
        assert_confirmed(store, said)
        assert_clean(store)
        assert_whole(store)
    assert half_way >= KILLS // 4


@pytest.mark.slow
def test_a_reader_beside_a_writer_never_sees_a_mixed_state(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    import_lines(store, [])
    child = start(tmp_path)
    seen = set()
    try:
        child.stdout.readline()
        until = time.monotonic() + 5
        while time.monotonic() < until:
            snapshot = store.snapshot()
            sales, payments = (found(snapshot, table) for table in TABLES)
            assert sales == payments
            assert set(sales.values()) <= {200}
            seen.add(snapshot.versions["sales"])
    finally:
        child.kill()
        child.wait()
    assert len(seen) > 3
