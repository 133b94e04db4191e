"""How a file writes numbers and dates: proven by its own cells, or asked; never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import ImportRefused, Text
from kernklant.engine.ledger.cells import tidy
from kernklant.engine.ledger.currency import CONVERT, EURO, currency_of, known
from kernklant.engine.ledger.dates import Dates, orders
from kernklant.engine.ledger.formats import Rows
from kernklant.engine.ledger.mapping import Fields
from kernklant.engine.ledger.numbers import Numbers, readings
from kernklant.engine.ledger.words import shorten

Example = tuple[str, str]  # header, cell
Choice = Literal["numbers", "dates"]
Doubt = tuple[Text, Text]  # what, remedy
_MAY_DIFFER = {"number": r"[.,]", "date": r"^\s*[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"}
# Cells that cannot contradict what is proven already need no second look.
_AGREES = {"nl": r"^-?[0-9.]*,[0-9]{1,2}$", "en": r"^-?[0-9,]*\.[0-9]{1,2}$"}


@dataclass(slots=True)
class Evidence:
    """Cells that read one way only, and one that reads both ways."""

    only: dict[str, Example] = field(default_factory=dict)
    either: Example | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """A cell that reads two ways, or cells that contradict each other.

    ``readings``: what the first cell would mean under each choice; None: it cannot be that.
    """

    examples: list[Example]
    readings: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return {"examples": [list(one) for one in self.examples], "readings": self.readings}


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
            name = currency_of(text.as_py())
            self.currencies[name] = self.currencies.get(name, 0) + count.as_py()

    def currency(self) -> str:
        """The one currency of the file, after the verdict; euros where it does not say."""
        return next(iter(self.currencies), "") or EURO

    def undecided(self, numbers: Numbers | None, dates: Dates | None) -> dict[Choice, Undecided]:
        """The notations that the cells leave open and nobody declared."""
        found: dict[Choice, Undecided | None] = {
            "numbers": None if numbers else _open(self.numbers, ("nl", "en"), readings),
            "dates": None if dates else _open(self.dates, ("dmy", "mdy"), orders),
        }
        return {name: one for name, one in found.items() if one is not None}

    def verdict(
        self, numbers: Numbers | None, dates: Dates | None
    ) -> tuple[Numbers | None, Dates | None, list[Text]]:
        """The one notation and order of the file, as declared or proven, and warnings.

        A notation is None when all numbers are whole, an order when each date reads one way by
        itself. ImportRefused tells every doubt and contradiction at once.
        """
        doubts = [] if numbers else _doubts(self.numbers, "--numbers nl|en", _shown_number)
        doubts += [] if dates else _doubts(self.dates, "--dates dmy|mdy", _shown_date)
        warnings, foreign = _one_currency(self.currencies)
        doubts += foreign
        if doubts:
            whats, remedies = zip(*doubts, strict=True)
            raise ImportRefused(_together(whats), _together(remedies))
        proven_numbers = next(iter(self.numbers.only), None)
        proven_dates = next(iter(self.dates.only), None)
        return (
            numbers or cast("Numbers | None", proven_numbers),
            dates or cast("Dates | None", proven_dates),
            warnings,
        )


def _open(
    evidence: Evidence, names: tuple[str, str], read: Callable[[str], tuple[object, object]]
) -> Undecided | None:
    """What a person must decide of one notation; None when the cells decide."""
    if len(evidence.only) > 1:
        examples = list(evidence.only.values())
    elif not evidence.only and evidence.either:
        examples = [evidence.either]
    else:
        return None
    meant = read(examples[0][1])
    readings = {
        name: None if value is None else str(value)
        for name, value in zip(names, meant, strict=True)
    }
    return Undecided(examples, readings)


def _one_currency(currencies: dict[str, int]) -> tuple[list[Text], list[Doubt]]:
    """One currency that is not the euro is told; several, or an unknown one, are a doubt."""
    named = {name or EURO for name in currencies}
    if named <= {EURO}:
        return [], []
    if len(named) > 1 or "" in currencies or not all(known(name) for name in named):
        return [], [_currencies_differ(sorted(named))]
    name = named.pop()
    told = Text(
        f"De bedragen zijn in {name}; overal waar € staat, leest u {name}.",
        f"The amounts are in {name}; wherever it says €, read {name}.",
    )
    return [told], []


def _currencies_differ(named: list[str]) -> Doubt:
    listed = ", ".join(map(shorten, named))
    return (
        Text(
            f"Er staan verschillende of onbekende munten in het bestand: {listed}.",
            f"The file holds several or unknown currencies: {listed}.",
        ),
        CONVERT,
    )


def _together(texts: Iterable[Text]) -> Text:
    told = list(texts)
    return Text(" ".join(text.nl for text in told), " ".join(text.en for text in told))


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


def _doubts(evidence: Evidence, flag: str, shows: Callable[[str], str]) -> list[Doubt]:
    if len(evidence.only) > 1:
        return [_contradiction(list(evidence.only.values()), flag)]
    if not evidence.only and evidence.either:
        return [_doubt(evidence.either, flag, shows(evidence.either[1]))]
    return []


def _shown_number(text: str) -> str:
    dutch, english = readings(text)
    return f"nl: {dutch}, en: {english}"


def _shown_date(text: str) -> str:
    day_first, month_first = orders(text)
    return f"dmy: {day_first}, mdy: {month_first}"


def _doubt(example: Example, flag: str, shown: str) -> Doubt:
    header, cell = shorten(example[0]), shorten(example[1])
    return (
        Text(
            f"Kolom {header}: {cell} is op twee manieren te lezen ({shown}).",
            f"Column {header}: {cell} can be read in two ways ({shown}).",
        ),
        Text(f"Zeg welke het is met {flag}.", f"Say which it is with {flag}."),
    )


def _contradiction(examples: list[Example], flag: str) -> Doubt:
    (one, first), (other, second) = [tuple(map(shorten, example)) for example in examples[:2]]
    return (
        Text(
            f"{first} (kolom {one}) en {second} (kolom {other}) spreken elkaar tegen.",
            f"{first} (column {one}) and {second} (column {other}) contradict each other.",
        ),
        Text(
            f"Zeg met {flag} wat geldt; cellen die anders zijn worden dan per regel geweigerd.",
            f"Say with {flag} which holds; cells that differ are then refused row by row.",
        ),
    )
