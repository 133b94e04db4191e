"""A table and its columns, as files bring them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kernklant.engine.errors import Text

Kind = Literal["text", "money", "number", "whole", "date", "bool", "customer"]
Privacy = Literal["P", "C", "O"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column as files bring it.

    ``kind`` says how its text is read: ``money`` has two decimals, ``number`` up to six,
    ``customer`` is the source's number of a customer and is stored as our own int64.
    ``privacy``: P personal, C confidential, O other. ``words``: what a text may say, in small
    letters, and what is meant by it; empty where it may say anything. ``low`` and ``high``: the
    least and the most that a number may be.
    """

    name: str
    kind: Kind
    meaning: Text
    required: bool = False
    privacy: Privacy = "O"
    words: Mapping[str, str] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the ledger."""

    name: str
    dutch: str
    meaning: Text
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def has_amount(self) -> bool:
        """Whether its rows carry an amount of money."""
        return any(column.name == "amount" for column in self.columns)
