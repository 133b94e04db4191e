"""The errors a user can cause: what is wrong, where, and what to do, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Lang = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the languages of the product."""

    nl: str
    en: str

    def to(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.nl if lang == "nl" else self.en


class UserError(Exception):
    """Something the user can mend. ``exit_code`` is what the terminal ends with."""

    exit_code = 2

    def __init__(self, what: Text, remedy: Text, *, where: str = "") -> None:
        super().__init__(what.en)
        self.what = what
        self.remedy = remedy
        self.where = where

    def to(self, lang: Lang) -> str:
        """What, where and remedy as one readable text."""
        place = f" ({self.where})" if self.where else ""
        return f"{self.what.to(lang)}{place}\n{self.remedy.to(lang)}"


class ImportRefused(UserError):
    """A file cannot be taken in as it is; nothing was written."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which numbers a value must lie, itself a whole one or not."""

    low: float
    high: float
    whole: bool


class PolicyInvalid(UserError):
    """The policy document breaks a rule; ``faults``: of each its line (0: none), path, what is
    wrong, what to do, and the bounds it broke if that is it."""

    exit_code = 4

    def __init__(
        self,
        what: Text,
        remedy: Text,
        *,
        faults: Sequence[tuple[int, str, Text, Text, Bounds | None]] = (),
    ) -> None:
        super().__init__(what, remedy)
        self.faults = tuple(faults)


class NotEnoughHistory(UserError):
    """There is nothing to evaluate yet."""

    exit_code = 5


class StoreBusy(UserError):
    """Another process is writing in this home."""

    exit_code = 6


class StoreDamaged(UserError):
    """The home is not what its own records say it is."""

    exit_code = 7


class NotFound(UserError):
    """A customer, run or import that does not exist."""

    exit_code = 8


class DiskFailed(UserError):
    """The disk is full, may not be written, or fails; nothing half was left."""

    exit_code = 9


class NoMemory(UserError):
    """There is too little memory for this."""

    exit_code = 12
