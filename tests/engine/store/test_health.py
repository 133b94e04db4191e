"""What doctor finds of a home: every kind of damage, with its remedy, and nothing that is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kernklant.engine.errors import StoreDamaged
from kernklant.engine.store import Store, delta, examine, journal, list_runs, publish
from kernklant.engine.store.lock import writing
from tests.engine.store.cases import SCHEMAS, import_lines, open_store
from tests.engine.store.test_backup import filled, flip, rows
from tests.engine.store.test_runs import contents


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(open_store(tmp_path / "home"))


def found(store: Store, severity: str) -> list[str]:
    return [
        f"{finding.what.en} → {finding.remedy.en if finding.remedy else ''}"
        for finding in examine(store.home, SCHEMAS)
        if finding.severity == severity
    ]


def test_a_home_that_is_well(store: Store) -> None:
    assert found(store, "error") == found(store, "note") == []
    assert any("data files checked" in line for line in found(store, "ok"))
    assert any("2 runs checked" in line for line in found(store, "ok"))


def test_looking_changes_nothing(store: Store) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.home.rglob("*")}
    examine(store.home, SCHEMAS)
    assert {path: path.stat().st_mtime_ns for path in store.home.rglob("*")} == before


def sales_file(home: Path) -> Path:
    return delta.files(home / "tables" / "sales")[0]


def cited_file(home: Path) -> Path:
    """One that only the first run still needs."""
    now = delta.files(home / "tables" / "sales")
    return next(file for file in (home / "tables" / "sales").glob("*.parquet") if file not in now)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def cut_all(folder: Path) -> None:
    for file in folder.glob("*.parquet"):
        cut(file)


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a flipped bit": (
        lambda home: flip(sales_file(home), at=-100),
        "damaged or gone: tables/sales",
    ),
    "a file gone": (lambda home: sales_file(home).unlink(), "damaged or gone: tables/sales"),
    "a file cut": (
        lambda home: sales_file(home).write_bytes(sales_file(home).read_bytes()[:-9]),
        "damaged or gone: tables/sales",
    ),
    "a table gone": (lambda home: shutil.rmtree(home / "tables" / "sales"), "sales"),
    "a log gone": (lambda home: shutil.rmtree(home / "tables" / "sales" / "_delta_log"), "sales"),
    "a journal cut": (
        lambda home: (
            [
                file.write_bytes(b"PAR1") and None
                for file in (home / "tables" / "imports").glob("*.parquet")
            ]
            and None
        ),
        "journal is unreadable",
    ),
    "a run changed": (
        lambda home: (home / "runs/000001/answer/summary.json").write_text("[]") and None,
        "run 1",
    ),
    "a run without its list": (
        lambda home: (home / "runs/000001/manifest.json").unlink(),
        "run 1",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_an_error_with_a_remedy(store: Store, kind: str) -> None:
    hurt, expected = DAMAGE[kind]
    hurt(store.home)
    errors = found(store, "error")
    assert any(expected in line for line in errors), errors
    assert all("backup" in line.partition("→")[2] for line in errors)


def test_a_damaged_fact_is_never_summed(store: Store) -> None:
    snapshot = store.snapshot()
    snapshot.check()
    flip(sales_file(store.home), at=-100)
    with pytest.raises(StoreDamaged, match="sales"):
        store.snapshot().check()


def test_what_lies_about_is_a_note_and_the_next_command_removes_it(store: Store) -> None:
    home = store.home
    for stray in (
        home / "staging" / "sales.parquet",
        home / "spill" / "999999999-ab" / "x.tmp",
        home / "tables" / "sales" / "part-stray.parquet",
        home / "tables" / "sales" / "part-stray.parquet#1",
        home / "tables" / "sales" / "_delta_log" / "00000000000000000009.json#1",
        home / "runs" / ".aside-3" / "manifest.json",
    ):
        stray.parent.mkdir(parents=True, exist_ok=True)
        stray.write_bytes(b"x")
    before = rows(store)
    notes = found(store, "note")
    assert any("5 files" in line and "next import removes" in line for line in notes), notes
    assert any("broken-off run" in line for line in notes)
    import_lines(store, [(9, "z", "1.00")])
    publish(store, contents(store.snapshot().versions))
    assert found(store, "note") == []
    assert len(rows(store)) == len(before) + 1


def test_whoever_is_writing_is_named_and_its_files_are_no_remains(store: Store) -> None:
    with store.writer():
        notes = found(store, "note")
    assert len(notes) == 1
    assert "has been writing" in notes[0]
    with writing(store.home / "lock"):
        pass


def test_files_from_before_there_were_sums_are_a_note(store: Store) -> None:
    place = journal.folder(store.home, "imports")
    for file in place.glob("*.parquet"):
        pq.write_table(pq.read_table(file, partitioning=None).drop_columns(["sums"]), file)
    assert any("without a checksum" in line for line in found(store, "note"))
    import_lines(store, [(9, "z", "1.00")])
    assert found(store, "error") == []
    assert store.imports()["sums"].null_count == 2


def test_runs_that_cannot_be_replayed_are_named(store: Store) -> None:
    manifest = store.home / "runs" / "000001" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["environment"]["duckdb"] = "0.1"
    told["versions"]["sales"] = 99
    manifest.write_text(json.dumps(told), encoding="utf-8")
    notes = found(store, "note")
    assert any("no longer kept: 1" in line for line in notes)
    assert any("other versions than these: 1" in line for line in notes)
    assert list_runs(store) == [1, 2]
