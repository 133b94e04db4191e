"""A run folder: published whole, never changed, checked when read."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from kernklant.engine.errors import NotFound, StoreDamaged
from kernklant.engine.store import RunContents, Store, list_runs, publish, read, run_of
from tests.engine.store.cases import SCHEMAS, import_lines, open_store

CUSTOMERS = pa.table({"customer": [1, 2, 3], "segment": ["A", "C", "C"]})


def contents(versions: dict[str, int] | None = None) -> RunContents:
    return RunContents(
        as_of=date(2025, 1, 31),
        asked={"policy.toml": b"version = 1\n"},
        answer={"customers.parquet": CUSTOMERS, "summary.json": b"{}"},
        versions=versions or {},
        seconds={"history": 0.5},
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_a_run_says_what_was_asked_and_answered(store: Store) -> None:
    import_lines(store, [(1, "a", "10.00")])
    number = publish(store, contents(store.snapshot().versions))
    run = read(store, number)
    assert run.bytes("asked/policy.toml") == b"version = 1\n"
    assert run.table("answer/customers.parquet") == CUSTOMERS
    assert run.as_of == date(2025, 1, 31)
    assert list(run.seconds) == ["history", "publish"]
    assert run.seconds["history"] == 0.5
    assert run.versions == store.snapshot().versions
    assert run.manifest["rows"] == {"answer/customers.parquet": 3}
    assert run.manifest["environment"].keys() >= {"python", "machine", "duckdb", "numpy"}


def test_runs_are_numbered_in_the_order_they_came(store: Store) -> None:
    assert (list_runs(store), publish(store, contents()), publish(store, contents())) == ([], 1, 2)
    assert (list_runs(store), read(store, 2).number) == ([1, 2], 2)


def test_runs_published_at_once_each_get_a_number(store: Store) -> None:
    threads = [threading.Thread(target=publish, args=(store, contents())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list_runs(store) == list(range(1, 9))


def test_of_one_key_there_is_one_run_however_many_publish_at_once(store: Store) -> None:
    publish(store, contents())
    keyed = [replace(contents(), key=key) for key in ("first", "second") * 4]
    threads = [threading.Thread(target=publish, args=(store, one)) for one in keyed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list_runs(store) == [1, 2, 3]
    assert {run_of(store, "first"), run_of(store, "second")} == {2, 3}
    assert publish(store, keyed[0]) == run_of(store, "first")
    assert run_of(store, "third") is run_of(store, "") is None


@pytest.mark.parametrize("number", [0, 4])
def test_a_run_that_does_not_exist_is_not_found(store: Store, number: int) -> None:
    with pytest.raises(NotFound):
        read(store, number)


def test_a_file_that_was_changed_is_noticed(store: Store) -> None:
    run = read(store, publish(store, contents()))
    (run.folder / "answer" / "summary.json").write_bytes(b"[]")
    with pytest.raises(StoreDamaged, match=r"answer/summary\.json"):
        run.bytes("answer/summary.json")


def test_what_a_killed_publication_left_goes_at_the_next(store: Store) -> None:
    leftover = store.home / "runs" / ".aside-1"
    leftover.mkdir(parents=True)
    (leftover / "manifest.json").write_text("{")
    assert (list_runs(store), publish(store, contents())) == ([], 1)
    assert not leftover.exists()


def test_equal_tables_give_equal_bytes_however_they_are_chunked(store: Store) -> None:
    chunked = pa.concat_tables([CUSTOMERS.slice(0, 1), CUSTOMERS.slice(1)])
    chunked = chunked.replace_schema_metadata({"made": "elsewhere"})
    other = RunContents(date(2025, 1, 31), {}, {"customers.parquet": chunked}, {}, {})
    name = "answer/customers.parquet"
    assert dict(other.encoded())[name] == dict(contents().encoded())[name]


def test_memory_keeps_no_runs() -> None:
    with pytest.raises(ValueError, match="keeps no runs"):
        publish(Store.in_memory({}, schemas=SCHEMAS), contents())
