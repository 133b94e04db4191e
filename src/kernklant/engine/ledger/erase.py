"""Erasing persons from a home: from every table, every earlier version and every refused row.

1. Who they are is written in the register, as marks: from here on it will be done, also when the
   power fails, and again after an old backup was restored.
2. Refused rows that tell of them go. Their names go with the rows of ``customers``, so this is
   done while we still know them.
3. The tables are rewritten: one row without anything stays of each, so that the books add up.
4. The files of earlier versions in which they stand are deleted; runs that cite those stay
   readable, and cannot be computed again. Reports and lists in the home that name them go too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernklant.engine.disk import whole
from kernklant.engine.ledger.forgotten import FREE, Forgotten, marks_of
from kernklant.engine.ledger.people import customer_rows
from kernklant.engine.ledger.register import ALIAS, ERASED, Register, register_of
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.store import Leaving, Store, Writer, everybody, sweep_out
from kernklant.engine.store.numbers import key_of

# Made again with kernklant report or export.
LOOSE = {".html", ".csv", ".json", ".txt", ".xlsx", ".parquet"}
Cells = dict[str, dict[bytes, list[str]]]
CLAIMS = pa.schema(
    [("table_name", pa.string()), ("row_key", pa.binary()), ("import_no", pa.int32())]
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: our numbers of the persons, and how much went where."""

    customers: tuple[int, ...] = ()
    refused_rows: int = 0
    cells: int = 0
    files: int = 0


def erase_persons(store: Store, customers: Sequence[int], *, by: str) -> Erased:
    """Erase customers by our own numbers; who was erased before stays so.

    StoreBusy when another process is writing: then it is written down, and ``carry_out`` does it.
    """
    register = register_of(store)
    rows = _rows(store, customers)
    if rows:
        register.add(ERASED, marks_of(register, rows), by=by)
    return carry_out(store)


def carry_out(store: Store) -> Erased:
    """Do what the register says and the home does not know yet: after a restore, or a power cut."""
    register = register_of(store)
    if store.home is None or not register.erased or not _known(store, register):
        return Erased()
    with store.writer() as writer:
        found = _known(store, register)  # again, now that nobody else writes
        refused = _clear_rejects(store.home, register, {row["source"] for row in found})
        numbers = sorted({row["customer"] for row in found})
        cells = _telling(store, register)
        if now := _rows(store, numbers):
            writer.forget(_leaving(store, writer, register, now, cells=cells))
        files = sweep_out(store.home, [*TABLES], numbers, free=FREE, tells=register.tells)
        files += _clear_loose(store.home, register)
    return Erased(tuple(numbers), refused, sum(map(len, cells.values())), files)


def _known(store: Store, register: Register) -> list[dict[str, Any]]:
    """Who stands in a file of customers, of today or of before, though he was erased."""
    assert store.home is not None  # noqa: S101 - for the type checker
    return [
        row
        for row in everybody(store.home).to_pylist()
        if register.number(row["source"], row["source_no"]) in register.erased
    ]


def _rows(store: Store, customers: Sequence[int]) -> list[dict[str, Any]]:
    """Their rows of ``customers``, of who was not erased before."""
    rows = store.snapshot().table("customers")
    rows = rows.filter(pc.is_in(rows["customer"], value_set=pa.array(customers, pa.int64())))
    found: list[dict[str, Any]] = rows.to_pylist()
    return [row for row in found if not str(row["source_no"]).startswith(ALIAS)]


def _leaving(
    store: Store,
    writer: Writer,
    register: Register,
    now: list[dict[str, Any]],
    *,
    cells: Cells,
) -> Leaving:
    whose = {row["customer"]: (row["source"], row["source_no"]) for row in now}
    parts = [_row(register, number, *told) for number, told in whose.items()]
    brought: dict[int, set[int]] = {}
    for row in now:
        brought.setdefault(row["customer"], set()).add(row["import_no"])
    for import_no, number in writer.claims_on({row["row_key"]: row["customer"] for row in now}):
        brought[number].add(import_no)
    keys = dict(zip(whose, (part["row_key"][0].as_py() for part in parts), strict=True))
    rows = pa.concat_tables(
        [_of_import(part, min(brought[number])) for number, part in zip(whose, parts, strict=True)]
    )
    claims = [
        {"table_name": "customers", "row_key": keys[number], "import_no": one}
        for number, imports in brought.items()
        for one in sorted(imports)[1:]
    ]
    aliases = [
        {"key": key_of(source, register.alias(source, no)), "customer": number}
        for number, (source, no) in whose.items()
    ]
    return Leaving(
        customers=tuple(whose),
        rows=rows,
        claims=pa.Table.from_pylist(claims, schema=CLAIMS),
        numbers=pa.Table.from_pylist(
            aliases, schema=pa.schema([("key", pa.binary()), ("customer", pa.int64())])
        ),
        clear={name: columns for name, columns in FREE.items() if _has(store, name)},
        cells=cells,
    )


def _has(store: Store, table: str) -> bool:
    return store.table_versions().get(table, 0) > 0


class _Known:
    """Gives the number we know already."""

    def __init__(self, number: int) -> None:
        self._number = number

    def customer_numbers(self, source: str, numbers: pa.Array) -> pa.Array:
        """The one number."""
        return pa.array([self._number] * len(numbers), pa.int64())

    def stage(self, table: str, batch: pa.Table) -> None:
        """Nothing is staged."""


def _row(register: Register, number: int, source: str, source_no: str) -> pa.Table:
    """What stands of somebody who was erased: as an import of his alias alone would bring it."""
    alias = pa.array([register.alias(source, source_no)], pa.string())
    return customer_rows({"customer": alias}, source=source, sink=_Known(number))


def _of_import(rows: pa.Table, import_no: int) -> pa.Table:
    names = [name for name in rows.column_names if name != "file_row"]
    owned = rows.select(names)
    at = owned.column_names.index("row_key")
    return owned.add_column(at, "import_no", pa.array([import_no] * len(rows), pa.int32()))


def _telling(store: Store, register: Register) -> Cells:
    """Cells of free text that tell of who was erased, by table and row."""
    found: Cells = {}
    facts = store.snapshot()
    for name, columns in FREE.items():
        rows = facts.table(name, ["row_key", *columns])
        for column in columns:
            some = rows.filter(rows[column].is_valid())
            for key, text in zip(*(some[one].to_pylist() for one in ("row_key", column)),
                                 strict=True):  # fmt: skip
                if register.tells(text):
                    found.setdefault(name, {}).setdefault(key, []).append(column)
    return found


def _clear_loose(home: Path, register: Register) -> int:
    """Delete reports and lists that were left in the home and name them; how many."""
    gone = 0
    for file in home.iterdir():
        if file.suffix in LOOSE and file.is_file() and any(map(register.tells, _texts(file))):
            file.unlink()
            gone += 1
    return gone


def _texts(file: Path) -> Iterator[str]:
    """What a report or list says, whatever kind of file it is."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as book:
            yield from (
                unescape(book.read(name).decode(errors="replace")) for name in book.namelist()
            )
    elif file.suffix == ".parquet":
        with suppress(pa.ArrowInvalid):  # it is no Parquet, and tells nothing
            for column in pq.read_table(file).columns:
                if pa.types.is_string(column.type):
                    yield from map(str, column.unique().to_pylist())
    else:
        yield unescape(file.read_text("utf-8", errors="replace"))


def _clear_rejects(home: Path, register: Register, sources: set[str]) -> int:
    """Drop the refused rows that tell of who was erased; how many."""
    looks = [Forgotten(register, source) for source in sorted(sources)]
    gone = 0
    for file in sorted((home / "rejects").glob("*.parquet")):
        table = pq.read_table(file)
        cells = [table[at].cast(pa.string()).to_pylist() for at in range(2, table.num_columns)]
        told = [any(look.in_row(row) for look in looks) for row in zip(*cells, strict=True)]
        if any(told):
            gone += sum(told)
            kept = table.filter(pa.array([not one for one in told]))
            with whole(file) as aside:
                pq.write_table(kept, aside)
    return gone
