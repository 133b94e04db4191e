"""The register of processing activities (article 30 of the AVG), made from the schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from kernklant.engine.errors import Text
from kernklant.engine.ledger.privacy import CLASSES, Kept, Line
from kernklant.engine.ledger.privacy import processing as of_the_ledger
from kernklant.web.privacy.columns import processing as of_the_web

FACTS = Text("in de ingelezen feiten", "in the imported facts")
DATABASE = Text("in de database van de schermen", "in the database of the screens")


@dataclass(frozen=True, slots=True)
class TableLines:
    """One table: where it lies, what it is kept for, and its columns with their class."""

    place: str
    words: Text
    kept: Kept
    columns: list[tuple[Text, str, Text]]

    @property
    def where(self) -> Text:
        """Where it lies, for who does not know our tables."""
        return DATABASE if self.place.startswith("web ") else FACTS

    @property
    def personal(self) -> list[tuple[Text, str, Text]]:
        """The columns that hold something personal."""
        return [one for one in self.columns if one[1] == "P"]


def lines() -> list[Line]:
    """Every column of every table that is kept."""
    return [*of_the_ledger(), *of_the_web()]


def tables() -> list[TableLines]:
    """The same, table by table; those with personal columns first."""
    made = [_table(list(rows)) for _, rows in groupby(lines(), _named)]
    return sorted(made, key=lambda one: not one.personal)


def _named(line: Line) -> tuple[str, str]:
    return line.place, line.table.en


def _table(rows: list[Line]) -> TableLines:
    first = rows[0]
    return TableLines(first.place, first.table, first.kept, _columns(rows))


def _columns(rows: Iterable[Line]) -> list[tuple[Text, str, Text]]:
    told = [(row.meaning, row.privacy, CLASSES[row.privacy]) for row in rows]
    return list(dict.fromkeys(told))
