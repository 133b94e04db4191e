"""Imports, undoes and publishes without end, in turns known beforehand; says what is confirmed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pyarrow as pa

from kernklant.engine.store import RunContents, Store, publish
from tests.engine.store.cases import open_store, record, rows

TABLES = ("sales", "payments")


def lines_of(import_no: int) -> list[tuple[int, str, str]]:
    """What import number n brings; every third one brings its predecessor's rows too."""
    own = [(import_no, f"{import_no}-{n}", f"{n}.00") for n in range(200)]
    return own + (lines_of(import_no - 1) if import_no % 3 == 0 else [])


def take_in(store: Store) -> str:
    with store.writer() as writer:
        for table in TABLES:
            writer.stage(table, rows(lines_of(writer.import_no), table))
            writer.settle(table)
        writer.commit(record())
        return f"import {writer.import_no}"


def take_back(store: Store) -> str:
    imports = store.imports().to_pylist()
    last = max(row["import_no"] for row in imports if row["undone_at"] is None)
    with store.writer() as writer:
        writer.undo(last)
    return f"undo {last}"


def publish_run(store: Store) -> str:
    table = store.snapshot().table("sales", ["customer"])
    answer: dict[str, bytes | pa.Table] = {"customers.parquet": table}
    number = publish(
        store, RunContents(date(2025, 1, 1), {}, answer, store.snapshot().versions, {})
    )
    return f"run {number}"


def main(home: str) -> None:
    store = open_store(Path(home))
    turns = (take_in, take_in, publish_run, take_back)
    while True:
        for turn in turns:
            print(turn(store), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
