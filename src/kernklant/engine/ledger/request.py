"""What somebody asks of an import, and the receipt that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.ledger.dates import Dates
from kernklant.engine.ledger.formats.apart import Limits
from kernklant.engine.ledger.numbers import Numbers


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file to import, and what the user says about it.

    ``mapping``: field -> column header; an empty header leaves the field out. ``source``: the
    system that the customer numbers come from. ``limits``: what reading the file may cost; None
    for a file of one's own. ``name``: what the file is called, where it lies under another name.
    ``key``: who asks twice with one key finds with ``import_asked_as`` what came of the first.
    """

    path: Path
    dataset: str | None = None
    format: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    numbers: Numbers | None = None
    dates: Dates | None = None
    sheet: str | None = None
    source: str = "file"
    who: str = ""
    limits: Limits | None = None
    name: str = ""
    key: str = ""

    @property
    def called(self) -> str:
        """The name of the file for who reads about it."""
        return self.name or self.path.name


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of one table of a file. rows_file = accepted + known + rejected, and so for the
    amounts (euro; None for a table without amounts) as far as they can be read.

    ``known``: stored before, or twice in the file under one line number. ``import_no`` is None
    after a dry run. ``reasons``: why rows were refused, and how many; ``problems``: in how many
    rows the cell of each column was the reason.
    """

    import_no: int | None
    dataset: str
    rows_file: int
    rows_accepted: int
    rows_known: int
    rows_rejected: int
    amount_file: Decimal | None
    amount_accepted: Decimal | None
    amount_known: Decimal | None
    amount_rejected: Decimal | None
    mapping: dict[str, str]
    warnings: list[Text]
    reasons: list[tuple[Text, int]]
    file_name: str
    sha256: str
    numbers: Numbers | None
    dates: Dates | None
    first_day: date | None
    last_day: date | None
    customers_new: int
    problems: dict[str, int] = field(default_factory=dict)

    def totals(self) -> dict[str, Any]:
        """Rows and amounts, amounts as strings."""
        names = [f"{what}_{part}" for what in ("rows", "amount")
                 for part in ("file", "accepted", "known", "rejected")]  # fmt: skip
        values = {name: getattr(self, name) for name in names}
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in values.items()
        }

    def as_json(self) -> dict[str, Any]:
        """The receipt as JSON-ready values; sentences as {nl, en}."""
        days = {"first_day": self.first_day, "last_day": self.last_day}
        return {
            "import": self.import_no,
            "dataset": self.dataset,
            **self.totals(),
            "mapping": self.mapping,
            "warnings": [{"nl": text.nl, "en": text.en} for text in self.warnings],
            "reasons": [{"nl": t.nl, "en": t.en, "rows": count} for t, count in self.reasons],
            "file": self.file_name,
            "sha256": self.sha256,
            "numbers": self.numbers,
            "dates": self.dates,
            "problems": self.problems,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "customers_new": self.customers_new,
        }
