"""The customers that a file names: one row each to be known by, and what the file tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.ledger.keys import Occurrences, keys
from kernklant.engine.ledger.tables import CUSTOMERS, schema

REFERENCES = ("group_customer", "referred_by")
ROWS_AT_ONCE = 65_536


class Sink(Protocol):
    """Where rows go: the store's writer, or memory."""

    def customer_numbers(self, source: str, numbers: pa.Array) -> pa.Array:
        """Our own numbers of a source's customer numbers."""

    def stage(self, table: str, batch: pa.Table) -> None:
        """Take rows of a table, with ``file_row``."""


class People:
    """Collects the customers of an import; a changed attribute counts from its last date."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._named: list[pa.Array] = []
        self._told: dict[tuple[str, ...], list[pa.Table]] = {}

    def meet(self, numbers: pa.Array) -> None:
        """Note customers by their source's number."""
        self._named.append(pc.drop_null(pc.unique(numbers)))
        if len(self._named) > 64:
            self._named = [self.numbers()]

    def hear(self, customers: pa.Array, attributes: dict[str, pa.Array], days: pa.Array) -> None:
        """Note what rows of other tables tell of their customers, with the day of each row."""
        names = ("customer", *attributes)
        told = pa.table([customers, *attributes.values(), days], names=[*names, "valid_from"])
        self._told.setdefault(names, []).append(_latest(told, names))

    def numbers(self) -> pa.Array:
        """Every customer met, once, in order of appearance."""
        if not self._named:
            return pa.array([], pa.string())
        return pc.unique(pa.chunked_array(self._named))

    def rows(self, sink: Sink) -> Iterator[pa.Table]:
        """Rows for ``customers``: an identity for each, and what was told."""
        yield from _in_parts({"customer": self.numbers()}, self._source, sink)
        for names, tables in self._told.items():
            told = _latest(pa.concat_tables(tables), names)
            known = [pc.is_valid(told[name]) for name in names[1:]]
            anything = known[0]
            for more in known[1:]:
                anything = pc.or_(anything, more)
            told = told.filter(anything).combine_chunks()
            columns = {name: told[name].combine_chunks() for name in told.column_names}
            yield from _in_parts(columns, self._source, sink)


def customer_rows(values: dict[str, pa.Array], *, source: str, sink: Sink) -> pa.Table:
    """Rows for ``customers`` as they are stored, but for ``import_no``; file_row is 0."""
    count = len(values["customer"])
    row_key, row_hash = keys(CUSTOMERS, values, source=source, seen=Occurrences())
    columns = {
        **values,
        "customer": sink.customer_numbers(source, values["customer"]),
        "source": pa.array([source] * count, pa.string()),
        "source_no": values["customer"],
        "row_key": row_key,
        "row_hash": row_hash,
        "file_row": pa.array(np.zeros(count, np.int64)),
    }
    for name in REFERENCES:
        if name in values:
            columns[name] = sink.customer_numbers(source, values[name])
    return shaped("customers", columns, count)


def shaped(table: str, columns: dict[str, pa.Array], count: int) -> pa.Table:
    """Columns in the order and types of a table's schema; those that are absent are null."""
    from kernklant.engine.ledger.tables import TABLES

    stored = [found for found in schema(TABLES[table]) if found.name != "import_no"]
    wanted = pa.schema([*stored, ("file_row", pa.int64())])
    arrays = [
        columns[found.name].cast(found.type) if found.name in columns
        else pa.nulls(count, found.type)
        for found in wanted
    ]  # fmt: skip
    return pa.table(arrays, schema=wanted)


def _in_parts(values: dict[str, pa.Array], source: str, sink: Sink) -> Iterator[pa.Table]:
    for start in range(0, len(values["customer"]), ROWS_AT_ONCE):
        part = {name: column.slice(start, ROWS_AT_ONCE) for name, column in values.items()}
        yield customer_rows(part, source=source, sink=sink)


def _latest(told: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """Each distinct telling once, with its last day."""
    grouped = told.group_by(list(names), use_threads=False).aggregate([("valid_from", "max")])
    return grouped.rename_columns({"valid_from_max": "valid_from"})
