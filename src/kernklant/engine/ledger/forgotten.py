"""Who was erased stays so: what a file tells of him again is left out when it is imported.

His rows stay, for the books must add up; they carry an alias where his number stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.people import REFERENCES
from kernklant.engine.ledger.register import Register, phone

# Text that people type about a customer, in which a name can stand.
FREE: dict[str, tuple[str, ...]] = {
    "sales": ("project",),
    "activities": ("reference",),
    "contracts": ("reason",),
    "feedback": ("comment", "contact"),
    "flags": ("reason",),
}
Values = dict[str, pa.Array]


class Forgotten:
    """Looks at the rows of one import, of one source."""

    def __init__(self, register: Register, source: str) -> None:
        self._register = register
        self._source = source
        self._aliases: dict[str, str | None] = {}
        self.rows = 0  # in which something was left out

    def __bool__(self) -> bool:
        """Whether there is anybody to look for."""
        return bool(self._register.erased)

    def numbers(self, numbers: pa.Array) -> pa.Array:
        """Customer numbers, those of who was erased by their alias."""
        if not self:
            return numbers
        coded = numbers.dictionary_encode()
        words = [self._alias(one) or one for one in coded.dictionary.to_pylist()]
        return pa.array(words, pa.string()).take(coded.indices)

    def customers(self, values: Values) -> Values:
        """Rows of customers: of who was erased his alias stays, and nothing else."""
        if not self:
            return values
        number = self.numbers(values["customer"])
        theirs = pc.not_equal(number, values["customer"])
        theirs = pc.or_(pc.fill_null(theirs, False), self._known_otherwise(values))
        self.rows += pc.sum(theirs).as_py() or 0
        kept = {name: self.numbers(values[name]) for name in REFERENCES if name in values}
        kept = {**values, **kept}
        return {name: _without(column, theirs) for name, column in kept.items()} | {
            "customer": number
        }

    def facts(self, table: str, values: Values) -> Values:
        """Rows of another table: without free text of who was erased, or that tells of him."""
        if not self:
            return values
        number = self.numbers(values["customer"])
        theirs = pc.fill_null(pc.not_equal(number, values["customer"]), False)
        cleared = dict(values) | {"customer": number}
        for name in FREE.get(table, ()):
            if name in values:
                told = pc.or_(theirs, self._telling(values[name]))
                self.rows += pc.sum(pc.and_(told, values[name].is_valid())).as_py() or 0
                cleared[name] = _without(values[name], told)
        return cleared

    def attributes(self, customers: pa.Array, told: Values) -> tuple[pa.Array, Values]:
        """What other tables tell of their customers."""
        if not self:
            return customers, told
        number = self.numbers(customers)
        theirs = pc.fill_null(pc.not_equal(number, customers), False)
        kept = {name: self.numbers(told[name]) for name in REFERENCES if name in told}
        return number, {name: _without(column, theirs) for name, column in (told | kept).items()}

    def in_row(self, cells: Iterable[str | None]) -> bool:
        """Whether a row as it stood in the file tells of who was erased."""
        told = [cell for cell in cells if cell]
        return bool(self) and any(self._of_cell(cell.strip()) for cell in told)

    def warnings(self) -> list[Text]:
        """What the receipt says of it."""
        if not self.rows:
            return []
        return [
            Text(
                f"Regels van gewiste personen: {self.rows}. Hun namen en adressen zijn niet "
                "ingelezen; de bedragen tellen mee zonder naam.",
                f"Rows of erased persons: {self.rows}. Their names and addresses were not "
                "imported; the amounts count without a name.",
            )
        ]

    def _alias(self, number: str | None) -> str | None:
        if number is None:
            return None
        if number not in self._aliases:
            gone = self._register.number(self._source, number) in self._register.erased
            self._aliases[number] = self._register.alias(self._source, number) if gone else None
        return self._aliases[number]

    def _of_cell(self, cell: str) -> bool:
        return self._alias(cell) is not None or self._register.tells(cell)

    def _telling(self, texts: pa.Array) -> pa.Array:
        return _each(self._register.tells, texts)

    def _known_otherwise(self, values: Values) -> pa.Array:
        """Under another number: by his e-mail address, or by his name at his postal code."""
        register = self._register
        n = len(values["customer"])
        found = np.zeros(n, dtype=bool)
        if "email" in values:
            found |= _each(register.tells, values["email"]).to_numpy(zero_copy_only=False)
        if "name" in values and "postcode" in values:
            pairs = zip(values["name"].to_pylist(), values["postcode"].to_pylist(), strict=True)
            marks = (register.person(name or "", code or "") for name, code in pairs)
            found |= np.fromiter((mark in register.erased for mark in marks), bool, n)
        return pa.array(found)


NOBODY = Forgotten(Register(Path(), ""), "")


def marks_of(register: Register, rows: Iterable[dict[str, str | None]]) -> list[str]:
    """Every mark by which rows of ``customers`` make somebody known."""
    found: dict[str, None] = {}
    for row in rows:
        told = {name: row.get(name) or "" for name in ("name", "postcode", "email", "phone")}
        digits = phone(told["phone"])
        for mark in (
            register.number(str(row["source"]), str(row["source_no"])),
            register.mark("mail", told["email"].strip().casefold()) if told["email"] else None,
            register.mark("phone", digits) if digits else None,
            register.name(told["name"]),
            register.person(told["name"], told["postcode"]),
        ):
            if mark is not None:
                found[mark] = None
    return [*found]


def _without(column: pa.Array, where: pa.Array) -> pa.Array:
    return pc.if_else(where, pa.scalar(None, column.type), column)


def _each(holds: Callable[[str | None], bool], texts: pa.Array) -> pa.Array:
    """Whether it holds of each text; equal texts are asked once."""
    coded = texts.cast(pa.string()).dictionary_encode()
    found = pa.array([holds(text) for text in coded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(found.take(coded.indices), False)
