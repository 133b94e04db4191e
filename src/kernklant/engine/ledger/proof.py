"""How a file writes numbers and dates: proven by its own cells, or asked; never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.cells import tidy
from kernklant.engine.ledger.dates import Dates, orders
from kernklant.engine.ledger.formats import Rows
from kernklant.engine.ledger.mapping import Fields, shorten
from kernklant.engine.ledger.numbers import Numbers, readings

Example = tuple[str, str]  # header, cell
_MAY_DIFFER = {"number": r"[.,]", "date": r"^\s*[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"}
# Cells that cannot contradict what is proven already need no second look.
_AGREES = {"nl": r"^-?[0-9.]*,[0-9]{1,2}$", "en": r"^-?[0-9,]*\.[0-9]{1,2}$"}


@dataclass(slots=True)
class Evidence:
    """Cells that read one way only, and one that reads both ways."""

    only: dict[str, Example] = field(default_factory=dict)
    either: Example | None = None


@dataclass(slots=True)
class Proof:
    """What the cells of a file say about its numbers, dates and currencies."""

    numbers: Evidence = field(default_factory=Evidence)
    dates: Evidence = field(default_factory=Evidence)
    currencies: dict[str, int] = field(default_factory=dict)

    def look_at(self, rows: Rows, fields: Fields) -> None:
        """Add one batch; typed cells prove nothing, they need no proof."""
        for column, at in fields.columns():
            header = fields.header[at]
            if column.kind in ("money", "number", "whole"):
                self._numbers(header, _text(rows, at, _MAY_DIFFER["number"]))
            elif column.kind == "date":
                self._dates(header, _text(rows, at, _MAY_DIFFER["date"]))
            elif column.name == "currency":
                self._currencies(rows.columns[at])

    def _numbers(self, header: str, cells: pa.Array) -> None:
        for proven in self.numbers.only:
            cells = cells.filter(pc.invert(pc.match_substring_regex(cells, _AGREES[proven])))
        _weigh(self.numbers, header, _distinct(cells), read=readings, names=("nl", "en"))

    def _dates(self, header: str, cells: pa.Array) -> None:
        days = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(cells), 0, 10)
        texts = [text.split(" ")[0].split("T")[0].rstrip(",") for text in _distinct(days)]
        _weigh(self.dates, header, texts, read=orders, names=("dmy", "mdy"))

    def _currencies(self, cells: pa.Array) -> None:
        for text, count in zip(*pc.value_counts(tidy(cells)).flatten(), strict=True):
            name = _currency(text.as_py() or "")
            self.currencies[name] = self.currencies.get(name, 0) + count.as_py()


def number_format(evidence: Evidence) -> Numbers | None:
    """The one notation that the numbers prove; None when all are whole.

    ImportRefused when cells contradict each other, or all read both ways.
    """
    found = _verdict(evidence, flag="--numbers nl|en", shows=_shown_number)
    return cast("Numbers | None", found)


def date_order(evidence: Evidence) -> Dates | None:
    """The one order that the dates prove; None when each reads one way by itself.

    ImportRefused when cells contradict each other, or all read both ways.
    """
    return cast("Dates | None", _verdict(evidence, flag="--dates dmy|mdy", shows=_shown_date))


def one_currency(currencies: dict[str, int]) -> list[Text]:
    """Warnings about the currency; ImportRefused when there are several, or an unknown one."""
    named = {name or "EUR" for name in currencies}
    if named <= {"EUR"}:
        return []
    if len(named) > 1 or "" in currencies or not all(_known(name) for name in named):
        listed = ", ".join(shorten(name) for name in sorted(named))
        raise ImportRefused(
            Text(
                f"Er staan verschillende of onbekende munten in het bestand: {listed}.",
                f"The file holds several or unknown currencies: {listed}.",
            ),
            Text(
                "Reken de bedragen om naar euro, of lees per munt een bestand in.",
                "Convert the amounts to euro, or import one file per currency.",
            ),
        )
    name = named.pop()
    return [
        Text(
            f"De bedragen zijn in {name}; overal waar € staat, leest u {name}.",
            f"The amounts are in {name}; wherever it says €, read {name}.",
        )
    ]


def _text(rows: Rows, at: int, pattern: str) -> pa.Array:
    cells, native = rows.columns[at], rows.native[at]
    wanted = pc.match_substring_regex(cells, pattern)
    return cells.filter(wanted if native is None else pc.and_not(wanted, native))


def _distinct(cells: pa.Array) -> list[str]:
    return list(pc.unique(cells).to_pylist())


def _weigh(
    evidence: Evidence,
    header: str,
    texts: Iterable[str],
    *,
    read: Callable[[str], tuple[object, object]],
    names: tuple[str, str],
) -> None:
    for text in texts:
        one, other = read(text)
        if one == other:
            continue
        if one is not None and other is not None:
            evidence.either = evidence.either or (header, text)
        else:
            evidence.only.setdefault(names[one is None], (header, text))


def _verdict(evidence: Evidence, *, flag: str, shows: Callable[[str], str]) -> str | None:
    if len(evidence.only) > 1:
        raise _contradiction(list(evidence.only.values()), flag)
    if not evidence.only and evidence.either:
        raise _doubt(evidence.either, flag, shows(evidence.either[1]))
    return next(iter(evidence.only), None)


def _shown_number(text: str) -> str:
    dutch, english = readings(text)
    return f"nl: {dutch}, en: {english}"


def _shown_date(text: str) -> str:
    day_first, month_first = orders(text)
    return f"dmy: {day_first}, mdy: {month_first}"


def _doubt(example: Example, flag: str, shown: str) -> ImportRefused:
    header, cell = shorten(example[0]), shorten(example[1])
    return ImportRefused(
        Text(
            f"Kolom {header}: {cell} is op twee manieren te lezen ({shown}).",
            f"Column {header}: {cell} can be read in two ways ({shown}).",
        ),
        Text(f"Zeg welke het is met {flag}.", f"Say which it is with {flag}."),
    )


def _contradiction(examples: list[Example], flag: str) -> ImportRefused:
    (one, first), (other, second) = [tuple(map(shorten, example)) for example in examples[:2]]
    return ImportRefused(
        Text(
            f"{first} (kolom {one}) en {second} (kolom {other}) spreken elkaar tegen.",
            f"{first} (column {one}) and {second} (column {other}) contradict each other.",
        ),
        Text(
            f"Zeg met {flag} wat geldt; cellen die anders zijn worden dan per regel geweigerd.",
            f"Say with {flag} which holds; cells that differ are then refused row by row.",
        ),
    )


def _currency(text: str) -> str:
    upper = text.upper()
    return "EUR" if upper in ("€", "EURO", "EUROS") else upper


def _known(name: str) -> bool:
    return len(name) == 3 and name.isascii() and name.isalpha()
