"""Reading one customer, and many small questions, as pages do."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kernklant.engine.errors import NotFound, StoreDamaged
from kernklant.engine.store import Run, RunContents, Store, points, publish, read, runs
from kernklant.engine.store.lake import MOST_OPEN, Files
from tests.engine.store.cases import SCHEMAS, import_lines, open_store
from tests.engine.store.test_lake import keys, vacuum

A, B, C = (1, "a", "10.00"), (2, "b", "5.50"), (3, "c", "-1.25")
NAME = "answer/customers.parquet"
MANY = 3 * runs.ROW_GROUP + 5
# Numbers with gaps, one of them with two rows, as a table of moves would have.
NUMBERS = [*range(0, 2 * MANY, 2), 2 * MANY - 2]
TABLE = pa.table({"customer": NUMBERS, "score": list(range(len(NUMBERS)))})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def a_run(store: Store, table: pa.Table = TABLE) -> Run:
    contents = RunContents(date(2025, 1, 31), {}, {"customers.parquet": table}, {}, {})
    return read(store, publish(store, contents))


@pytest.fixture
def groups_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The row groups of each point read."""
    found: list[int] = []
    plain = pq.ParquetFile.read_row_groups

    def told(file: pq.ParquetFile, groups: list[int], **more: object) -> pa.Table:
        found.extend(groups)
        return plain(file, groups, **more)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", told)
    return found


@pytest.mark.parametrize("customer", [0, 2, NUMBERS[runs.ROW_GROUP], NUMBERS[-1], 1, -3, 10**12])
def test_the_rows_of_one_customer_are_those_of_the_whole_table(store: Store, customer: int) -> None:
    expected = TABLE.filter(pc.equal(TABLE["customer"], customer))
    run = a_run(store)
    assert run.rows(NAME, customer) == expected
    assert run.rows(NAME, customer, ["score"]) == expected.select(["score"])


def test_one_row_group_is_read_and_for_who_is_not_there_none(
    store: Store, groups_read: list[int]
) -> None:
    run = a_run(store)
    assert run.rows(NAME, NUMBERS[runs.ROW_GROUP]).num_rows == 1
    assert groups_read == [1]
    assert run.rows(NAME, 10**12).num_rows == 0
    assert groups_read == [1]


def test_a_run_of_large_row_groups_stays_readable(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(runs, "ROW_GROUP", 1 << 20)
        run = a_run(store)
    assert pq.ParquetFile(run.folder / NAME).num_row_groups == 1
    del run.manifest["row_group"]  # as in runs that were published before it was written down
    again = RunContents(run.as_of, {}, {"customers.parquet": TABLE}, {}, {})
    assert dict(again.encoded(run.row_group))[NAME] == run.bytes(NAME)
    assert dict(again.encoded())[NAME] != run.bytes(NAME)
    assert run.rows(NAME, 4)["score"].to_pylist() == [2]
    assert run.table(NAME) == TABLE


def test_a_table_without_rows_holds_nobody(store: Store) -> None:
    run = a_run(store, TABLE.slice(0, 0))
    assert run.rows(NAME, 1).schema == TABLE.schema


def test_a_file_without_statistics_is_read_whole(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "plain.parquet"
    pq.write_table(TABLE, file, write_statistics=False, row_group_size=1 << 14)
    assert points.rows_of(points.seen(file), 4)["score"].to_pylist() == [2]


def test_a_file_is_hashed_once_and_again_when_it_changed(store: Store) -> None:
    run = a_run(store)
    points.sum_of.cache_clear()
    for _ in range(3):
        run.rows(NAME, 0)
        run.table(NAME, ["score"])
    assert points.sum_of.cache_info().misses == 1
    os.utime(run.folder / NAME, ns=(1, 1))
    run.rows(NAME, 0)
    assert points.sum_of.cache_info().misses == 2


@pytest.mark.parametrize("read_before", [False, True])
def test_a_damaged_file_is_refused_also_by_who_read_it_before(
    store: Store, *, read_before: bool
) -> None:
    run = a_run(store)
    file = run.folder / NAME
    if read_before:
        assert run.rows(NAME, 4).num_rows == run.table(NAME, ["score"]).slice(2, 1).num_rows
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    for reading in (run.rows, run.table):
        for _ in range(2):
            with pytest.raises(StoreDamaged, match=NAME):
                reading(NAME, *([4] if reading == run.rows else []))


def test_a_file_that_is_gone_is_damage(store: Store) -> None:
    run = a_run(store)
    run.rows(NAME, 4)
    (run.folder / NAME).unlink()
    with pytest.raises(StoreDamaged, match=NAME):
        run.rows(NAME, 4)


def test_a_question_defines_the_tables_it_names_and_no_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_lines(store, [A])
    defined: list[str] = []
    plain = Files.define

    def told(files: Files, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        defined.append(table)
        plain(files, cursor, table)

    monkeypatch.setattr(Files, "define", told)
    store.snapshot().table("sales", ["customer"])
    assert defined == ["sales"]


def test_the_rows_of_one_customer_are_his_alone(store: Store) -> None:
    import_lines(store, [A, B, (1, "d", "2.00")])
    facts = store.snapshot()
    wanted = {"sales": ("document", "amount"), "payments": ("amount",)}
    found = facts.of_customer(1, wanted)
    assert sum(found["sales"]["amount"].to_pylist()) == Decimal("12.00")
    assert (found["sales"].column_names, found["payments"].num_rows) == (["document", "amount"], 0)
    assert facts.of_customer(9, wanted)["sales"].num_rows == 0


def test_rows_are_found_by_a_value_whatever_it_looks_like(store: Store) -> None:
    import_lines(store, [A, B, C])
    facts = store.snapshot()
    assert facts.find("sales", ["amount"], customer=2)["amount"].to_pylist() == [Decimal("5.50")]
    assert facts.find("sales", document="' OR true --").schema == SCHEMAS["sales"]
    assert facts.find("sales", document="' OR true --").num_rows == 0
    with pytest.raises(KeyError, match="nothing"):
        facts.find("sales", nothing=1)


def test_a_snapshot_stays_open_until_something_is_imported(store: Store) -> None:
    import_lines(store, [A])
    first = store.shared()
    assert store.shared() is first
    assert store.shared(first.versions) is first
    import_lines(store, [B])
    assert store.shared() is not first
    assert len(keys(store.shared())) == 2
    assert len(keys(store.shared(first.versions))) == 1


def test_a_process_keeps_few_snapshots_open(store: Store) -> None:
    seen = []
    for number in range(MOST_OPEN + 2):
        import_lines(store, [(number, f"k{number}", "1.00")])
        seen.append(store.shared().versions)
    first = store.shared(seen[-1])
    for versions in seen[:MOST_OPEN]:
        assert store.shared(versions).versions == versions
    assert store.shared(seen[-1]) is not first
    assert len(keys(first)) == MOST_OPEN + 2  # who still has it can go on


def test_a_shared_snapshot_never_goes_on_to_newer_facts(store: Store) -> None:
    import_lines(store, [A])
    held = store.shared()
    with store.writer() as writer:
        writer.undo(1)
    vacuum(store, "sales")
    with pytest.raises(StoreDamaged, match="cleaned up"):
        keys(held)
    with pytest.raises(NotFound, match="no longer kept"):
        store.shared(held.versions)
    assert keys(store.shared()) == []


def test_many_threads_may_ask_one_snapshot(store: Store) -> None:
    lines = [(number, f"k{number}", f"{number}.00") for number in range(50)]
    import_lines(store, lines)

    def ask(number: int) -> list[Decimal]:
        return list(store.shared().find("sales", ["amount"], customer=number)["amount"].to_pylist())

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, [number for number, _, _ in lines] * 4))
    assert found == [[Decimal(amount)] for _, _, amount in lines] * 4


def test_memory_is_shared_too() -> None:
    memory = Store.in_memory({"sales": pa.table({"customer": [4, 5]})}, schemas=SCHEMAS)
    assert memory.shared() is memory.shared()
    assert memory.shared().find("sales", ["customer"], customer=4).num_rows == 1
