"""A list of customers as a file for a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.tables import write_table
from kernklant.web.base.rights import Sight
from kernklant.web.base.words import said
from kernklant.web.desk.columns import Column, value_of
from kernklant.web.segments.models import Standings

MOST = 100_000
MOVED = {1: Text("omhoog", "up"), -1: Text("omlaag", "down"), 2: Text("nieuw", "new")}
FIRST = {
    "number": Text("klantnummer", "customer number"),
    "name": Text("naam", "name"),
    "city": Text("plaats", "city"),
    "segment": Text("segment", "segment"),
}


def too_many(rows: Standings) -> bool:
    """Whether the list is longer than a file may be."""
    return rows.order_by()[: MOST + 1].count() > MOST


def write(rows: Standings, columns: list[Column], see: Sight, file: Path) -> int:
    """The list in CSV or Excel by the file's name; how many rows. Formulas stay text."""
    told: dict[str, list[Any]] = {said(words): [] for words in FIRST.values()}
    told |= {said(column.words): [] for column in columns}
    keep = list(told.values())
    for row in rows.iterator(chunk_size=2000):
        first = [row.customer.source_no, row.customer.told(see), row.city, row.segment or None]
        cells = [_cell(column, value_of(column, row)) for column in columns]
        for values, value in zip(keep, [*first, *cells], strict=True):
            values.append(value)
    return write_table(pa.table({name: _array(values) for name, values in told.items()}), file)


def _cell(column: Column, value: Any) -> Any:
    if column.kind == "moved":
        return said(MOVED[value]) if value in MOVED else None
    return value


def _array(values: list[Any]) -> pa.Array:
    if any(isinstance(value, Decimal) for value in values):
        return pa.array(values, pa.decimal128(18, 2))
    return pa.array(values)
