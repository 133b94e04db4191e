"""Cells of one column, all rows at once: text as it is kept, and text as a value of a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from kernklant.engine.errors import Text
from kernklant.engine.ledger import dates as day
from kernklant.engine.ledger import numbers as number
from kernklant.engine.ledger.columns import Column
from kernklant.engine.ledger.formats import ERROR

_NOTHING = ("NULL", "null", r"\N")
_EVENTS = ("date", "invoice_date", "paid_date")
_YES = ("ja", "j", "yes", "y", "true", "waar", "1", "x")
_NO = ("nee", "n", "no", "false", "onwaar", "0")
EARLIEST, LATEST = date(1900, 1, 1), date(9999, 12, 31)

INVISIBLE = Text(
    "het klantnummer bevat een onzichtbaar teken", "the customer number holds an invisible sign"
)
LOST_DIGITS = Text(
    "Excel heeft de laatste cijfers van dit nummer weggegooid; bewaar de kolom als tekst",
    "Excel has dropped the last digits of this number; keep the column as text",
)
NO_NUMBER = Text(
    "dit is geen nummer maar een mislukte berekening",
    "this is no number but a calculation that failed",
)
NUL = Text("de cel bevat een NUL-teken", "the cell holds a NUL")
NOT_WHOLE = Text("dit is geen heel getal", "this is not a whole number")
NEITHER = Text("dit is geen ja of nee", "this is neither yes nor no")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of a sheet are read: proven or declared formats, and the day of import."""

    numbers: number.Numbers | None
    dates: day.Dates | None
    day_zero: date | None
    today: date


@dataclass(frozen=True, slots=True)
class Values:
    """A column's values, null where a cell is empty or unreadable, and where it is unreadable.

    ``why`` gives the reason for one cell's text.
    """

    values: pa.Array
    unread: pa.Array
    why: Callable[[str], Text]


def tidy(cells: pa.Array) -> pa.Array:
    """Text as we keep it: no spaces around it, letters composed (NFC), empty is null."""
    if not pc.all(pc.string_is_ascii(cells)).as_py():
        cells = pc.utf8_normalize(cells, form="NFC")
    cells = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(cells, ""), None, cells)


def read_column(
    column: Column, cells: pa.Array, native: pa.Array | None, *, reading: Reading
) -> Values:
    """Read tidy cells as the column's kind; a cell with an error is unreadable as any kind.

    Money and numbers come as decimal128(30, 10), unrounded; customers as their source's number.
    """
    found = _allowed(column, cells, _as_kind(column, cells, native, reading=reading))
    if native is None:
        return found
    failed = pc.fill_null(pc.and_(native, pc.equal(cells, ERROR)), False)
    values = pc.if_else(failed, None, found.values)

    def why(text: str) -> Text:
        return number.EXCEL_ERROR if text == ERROR else found.why(text)

    return Values(values, pc.or_(found.unread, failed), why)


def _allowed(column: Column, cells: pa.Array, found: Values) -> Values:
    """The same, but a value that the column does not take is unreadable."""
    if not column.words and column.low is None and column.high is None:
        return found
    off = pa.array([False] * len(cells), pa.bool_())
    if column.words:
        off = pc.invert(pc.is_in(pc.utf8_lower(cells), value_set=pa.array(list(column.words))))
    if column.low is not None:
        off = pc.or_(off, pc.less(found.values, pa.scalar(column.low)))
    if column.high is not None:
        off = pc.or_(off, pc.greater(found.values, pa.scalar(column.high)))
    off = pc.fill_null(pc.and_(off, pc.is_valid(found.values)), False)

    def why(text: str) -> Text:
        read = found.values.filter(pc.equal(cells, text))
        return found.why(text) if pc.all(pc.is_null(read)).as_py() else _meant(column)

    return Values(pc.if_else(off, None, found.values), pc.or_(found.unread, off), why)


def _meant(column: Column) -> Text:
    """What a column takes."""
    if column.words:
        listed = ", ".join(column.words)
        return Text(f"kies uit {listed}", f"choose from {listed}")
    if column.high is None:
        return Text(f"dit is minder dan {column.low}", f"this is less than {column.low}")
    return Text(
        f"dit ligt niet tussen {column.low} en {column.high}",
        f"this is not between {column.low} and {column.high}",
    )


def _as_kind(
    column: Column, cells: pa.Array, native: pa.Array | None, *, reading: Reading
) -> Values:
    if column.kind == "text":
        return _text(cells)
    cells = pc.if_else(pc.is_in(cells, value_set=pa.array(_NOTHING)), None, cells)
    if column.kind == "customer":
        return _customer(cells, native)
    if column.kind == "date":
        return _dates(column, cells, native, reading=reading)
    if column.kind == "bool":
        return _bool(cells)
    values = _numbers(cells, native, reading.numbers)
    return _whole(cells, values) if column.kind == "whole" else _seen(cells, values, number.why_not)


def _seen(cells: pa.Array, values: pa.Array, why: Callable[[str], Text]) -> Values:
    return Values(values, pc.and_(pc.is_valid(cells), pc.is_null(values)), why)


def _text(cells: pa.Array) -> Values:
    bad = pc.fill_null(pc.match_substring(cells, "\0"), False)
    return Values(cells, bad, lambda _: NUL)


def _customer(cells: pa.Array, native: pa.Array | None) -> Values:
    bad = pc.match_substring_regex(cells, r"[\p{Cc}\p{Cf}]")
    if native is not None:
        bad = pc.or_(bad, pc.and_(native, pc.match_substring_regex(cells, "E|^-?INF$|^NAN$")))
    bad = pc.fill_null(bad, False)
    values = pc.if_else(bad, None, cells)

    def why(text: str) -> Text:
        if text in ("NAN", "INF", "-INF"):
            return NO_NUMBER
        return LOST_DIGITS if "E+" in text else INVISIBLE

    return Values(values, bad, why)


def _numbers(cells: pa.Array, native: pa.Array | None, numbers: number.Numbers | None) -> pa.Array:
    if native is None or not pc.any(native).as_py():
        return number.read_numbers(cells, numbers)
    plain = number.by_distinct(cells, native, number.native_number, kind=number.WIDE)
    return pc.coalesce(plain, number.read_numbers(pc.if_else(native, None, cells), numbers))


def _whole(cells: pa.Array, values: pa.Array) -> Values:
    whole = pc.equal(values, pc.round(values))
    kept = pc.cast(pc.if_else(whole, values, None), pa.int64())
    return _seen(
        cells, kept, lambda text: NOT_WHOLE if text[:1].isdigit() else number.why_not(text)
    )


def _dates(column: Column, cells: pa.Array, native: pa.Array | None, *, reading: Reading) -> Values:
    values = day.read_dates(cells, reading.dates)
    if native is not None and pc.any(native).as_py():
        serials = day.read_serials(pc.if_else(native, cells, None), reading.day_zero)
        values = pc.coalesce(values, serials)
    event = column.name in _EVENTS
    first = day.FIRST_DAY if event else EARLIEST
    last = reading.today + timedelta(days=day.DAYS_AHEAD) if event else LATEST
    early = pc.fill_null(pc.less(values, pa.scalar(first)), False)
    late = pc.fill_null(pc.greater(values, pa.scalar(last)), False)
    kept = pc.if_else(pc.or_(early, late), None, values)

    def why(text: str) -> Text:
        read = day.read_date(text, reading.dates)
        if read is None:
            return day.why_not(text)
        return day.TOO_EARLY if read < first else day.TOO_LATE

    return _seen(cells, kept, why)


def _bool(cells: pa.Array) -> Values:
    low = pc.utf8_lower(cells)
    yes = pc.is_in(low, value_set=pa.array(_YES))
    known = pc.or_(yes, pc.is_in(low, value_set=pa.array(_NO)))
    return _seen(cells, pc.if_else(known, yes, None), lambda _: NEITHER)
