"""Rows of text become rows of a table: each cell read, each bad row with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.cells import Reading, read_column, tidy
from kernklant.engine.ledger.columns import Column
from kernklant.engine.ledger.formats import Rows
from kernklant.engine.ledger.mapping import Fields, brief

HEADER_AGAIN = Text("de kop staat hier nog eens", "the header stands here again")
OWN_MOTHER = Text(
    "de klant is zijn eigen moeder of aanbrenger",
    "the customer is its own mother or referrer",
)
TOTAL = Text("dit is een totaalregel, geen klant", "this is a row of totals, not a customer")
_TOTAL = r"(?i)^(sub|eind|grand )?(totaal|totalen|totals?):?$"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused: header and text of the cell, where it is one cell."""

    column: str
    value: str
    reason: Text


@dataclass(slots=True)
class Converted:
    """One batch: per field a value for every row; customers still by their source's number.

    ``cells``: the tidy text of every used field. ``faults``: place in the batch -> what is
    wrong. ``rounded``: amounts rounded to cents, and by how much together; ``refined``:
    numbers rounded to six decimals.
    """

    rows: Rows
    fields: Fields
    cells: dict[str, pa.Array]
    values: dict[str, pa.Array]
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    rounded: int = 0
    rounding: Decimal = Decimal(0)
    refined: int = 0

    def good(self) -> pa.Array:
        """Which rows can be taken in."""
        good = [True] * len(self.rows.numbers)
        for place in self.faults:
            good[place] = False
        return pa.array(good, pa.bool_())

    def native(self, name: str) -> pa.Array | None:
        """Which cells of a field the file holds typed; None when none."""
        at = {**self.fields.own, **self.fields.attributes}[name]
        return self.rows.native[at]

    def blame(self, bad: pa.Array, name: str, reason: Text) -> None:
        """Refuse the rows where ``bad`` is true, for one field."""
        header = self.fields.shown.get(name, "")
        for place in where(bad):
            text = self.cells[name][place].as_py() if name in self.cells else None
            self.faults.setdefault(place, []).append(Fault(header, text or "", reason))


def convert(rows: Rows, fields: Fields, *, reading: Reading) -> Converted:
    """Read one batch; nothing is dropped: a row with a fault only carries it."""
    from kernklant.engine.ledger.amounts import complete
    from kernklant.engine.ledger.questions import fill_in_question

    cells = {column.name: tidy(rows.columns[at]) for column, at in fields.columns()}
    done = Converted(rows, fields, cells, {})
    broken = {place: [Fault("", "", reason)] for place, reason in rows.faults}
    for column, _ in fields.columns():
        _read(done, column.name, reading=reading)
    complete(done, reading=reading)
    fill_in_question(done)
    _refuse_own_mothers(done)
    _refuse_totals(done)
    done.faults |= broken | _headers_again(done)
    if "amount" in done.values and broken:
        whole = pa.array([place not in broken for place in range(len(rows.numbers))])
        done.values["amount"] = pc.if_else(whole, done.values["amount"], None)
    return done


def lacks(column: Column) -> Text:
    """That a required cell is empty."""
    return Text(f"{brief(column).nl} ontbreekt", f"{brief(column).en} is missing")


def where(mask: pa.Array) -> list[int]:
    """The places that are true."""
    return list(pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist())


def _read(done: Converted, name: str, *, reading: Reading) -> None:
    column = next(column for column, _ in done.fields.columns() if column.name == name)
    cells = done.cells[name]
    found = read_column(column, cells, done.native(name), reading=reading)
    done.values[name] = found.values
    header = done.fields.shown[name]
    for place in where(found.unread):
        text = cells[place].as_py()
        done.faults.setdefault(place, []).append(Fault(header, text, found.why(text)))
    if column.required and name in done.fields.own:
        empty = pc.and_(pc.is_null(found.values), pc.invert(found.unread))
        done.blame(empty, name, lacks(column))


def _refuse_own_mothers(done: Converted) -> None:
    for name in ("group_customer", "referred_by"):
        if name in done.values and "customer" in done.values:
            done.blame(pc.equal(done.values[name], done.values["customer"]), name, OWN_MOTHER)


def _refuse_totals(done: Converted) -> None:
    """A row of totals in a list of customers; other tables' rows of totals lack a date."""
    if done.fields.table.name == "customers":
        total = pc.match_substring_regex(done.cells["customer"], _TOTAL)
        if "name" in done.cells:
            total = pc.and_(total, pc.is_null(done.cells["name"]))
        done.blame(total, "customer", TOTAL)


def _headers_again(done: Converted) -> dict[int, list[Fault]]:
    """Rows that repeat the header, as pasted files have."""
    heads = done.fields.shown
    again = pa.array([True] * len(done.rows.numbers), pa.bool_())
    for name, cells in done.cells.items():
        again = pc.and_(again, pc.fill_null(pc.equal(cells, heads[name]), False))
    return {place: [Fault("", "", HEADER_AGAIN)] for place in where(again)}
