"""Dates as people and systems write them, read strictly: what reads two ways is not read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger.numbers import by_distinct

Dates = Literal["dmy", "mdy", "ymd"]
FIRST_DAY = date(1970, 1, 1)
DAYS_AHEAD = 366
EXCEL_DAY_ZERO = date(1899, 12, 30)

_TIME = (
    r"(?:[T\s,]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AP]M)?"
    r"\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}", re.I)
_COMPACT = re.compile(rf"((?:19|20)[0-9]{{2}})([0-9]{{2}})([0-9]{{2}}){_TIME}", re.I)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}", re.I)
_DAY_NAMED = re.compile(rf"([0-9]{{1,2}})[-\s./]*([a-z]{{3,9}})[-\s./,]*([0-9]{{4}}){_TIME}", re.I)
_NAMED_DAY = re.compile(rf"([a-z]{{3,9}})\.?\s*([0-9]{{1,2}}),?\s+([0-9]{{4}}){_TIME}", re.I)
_SHORT_YEAR = re.compile(rf"[0-9]{{1,2}}([-/. ])(?:[0-9]{{1,2}}|[a-z]+)\1'?[0-9]{{2}}{_TIME}", re.I)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mrt mar maart march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}

NOT_A_DATE = Text("dit is geen datum", "this is not a date")
NO_SUCH_DAY = Text("deze dag bestaat niet", "there is no such day")
SHORT_YEAR = Text(
    "het jaar heeft twee cijfers; schrijf het voluit", "the year has two digits; write all four"
)
TOO_EARLY = Text("de datum ligt voor 1970", "the date lies before 1970")
TOO_LATE = Text(
    "de datum ligt meer dan een jaar in de toekomst", "the date lies more than a year ahead"
)


def read_date(text: str, dates: Dates | None) -> date | None:
    """The calendar day of a cell, or None when it cannot be read; a time of day is dropped.

    A year in front and a month by name read one way only, whatever ``dates`` says. Without
    ``dates``, 05-05-2025 is read and 03-04-2025 is not.
    """
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(found[1], found[3], found[4], dates)
    if found := _DAY_NAMED.fullmatch(text):
        return _day(found[3], str(_MONTHS.get(found[2].lower(), 0)), found[1])
    if found := _NAMED_DAY.fullmatch(text):
        return _day(found[3], str(_MONTHS.get(found[1].lower(), 0)), found[2])
    return None


def orders(text: str) -> tuple[date | None, date | None]:
    """The day of a cell when the day stands first, and when the month does."""
    return read_date(text, "dmy"), read_date(text, "mdy")


def read_dates(cells: pa.Array, dates: Dates | None) -> pa.Array:
    """The days of a column of text, date32; null where a cell cannot be read."""
    return by_distinct(
        cells, pc.is_valid(cells), lambda text: read_date(text, dates), kind=pa.date32()
    )


def read_serials(cells: pa.Array, day_zero: date | None) -> pa.Array:
    """The days of Excel's own numbers of days, as natively typed cells hold them."""

    def read(text: str) -> date | None:
        if day_zero is None or not _SERIAL.fullmatch(text):
            return None
        return day_zero + timedelta(days=int(float(text)))

    return by_distinct(cells, pc.is_valid(cells), read, kind=pa.date32())


def why_not(text: str) -> Text:
    """Why a cell is no date."""
    text = text.strip()
    if _SHORT_YEAR.fullmatch(text):
        return SHORT_YEAR
    shapes = (_YEAR_FIRST, _COMPACT, _YEAR_LAST, _DAY_NAMED, _NAMED_DAY)
    return NO_SUCH_DAY if any(shape.fullmatch(text) for shape in shapes) else NOT_A_DATE


def _year_last(first: str, second: str, year: str, dates: Dates | None) -> date | None:
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if dates is None:
        return day_first if day_first == month_first else None
    return month_first if dates == "mdy" else day_first if dates == "dmy" else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
