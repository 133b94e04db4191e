"""A score or a value through the evaluations, with its range and the changes of policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernklant.engine.pictures.canvas import (
    MONTH,
    Canvas,
    Piece,
    Scale,
    band,
    box,
    canvas,
    dot,
    line,
    round_ticks,
    rule,
    spaced,
    words,
)
from kernklant.engine.pictures.links import Link
from kernklant.engine.pictures.look import HAIR, QUIET, SEGMENT_COLOURS, SLATE, TEAL

TOP, BOTTOM = 44, 26
LETTER_ROOM = 20
DATE_ROOM = 66


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One evaluation of one customer; ``said`` is its tooltip and, if asked, where it leads."""

    day: date
    value: float
    low: float | None
    high: float | None
    segment: str
    said: Link | str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """From this day on other rules; a short word for them."""

    day: date
    label: str


def history_lines(
    points: Sequence[HistoryPoint],
    changes: Sequence[RuleChange] = (),
    *,
    title: str,
    width: int,
    limits: tuple[float, float] | None = (0, 100),
    form: str = ",.0f",
) -> Canvas:
    """A line through the evaluations, oldest first; dashed where the rules changed.

    ``limits`` None lets the values decide, 0 included; ``form`` is how numbers are written
    ("$,.0f" for euros). The letter of the segment stands at each point, or where there is no
    room at each change.
    """
    height = round(width * 0.34) + 40
    low, high = limits or _limits(points)
    left = 14 + 7 * len(f"{high:,.0f}") + (12 if "$" in form else 0)
    days = [one.day.toordinal() for one in points] or [0]
    days += [change.day.toordinal() for change in changes]
    x = Scale(min(days), max(*days, min(days) + 1), left + 8, width - 16)
    y = Scale(low, high, height - BOTTOM, TOP)
    pieces = [
        words(title, (0, 8), colour=QUIET, limit=width),
        *_levels(y, left=left, width=width, form=form),
        *_changes(changes, x, y),
        *_course(points, x, y),
        *_dates(points, x, height - 8),
    ]
    return canvas(pieces, width=width, height=height)


def _limits(points: Sequence[HistoryPoint]) -> tuple[float, float]:
    all_ = [end for one in points for end in (one.value, one.low, one.high) if end is not None]
    low, high = min(0.0, *all_, 0.0), max(0.0, *all_, 0.0)
    return low, high if high > low else low + 1


def _levels(y: Scale, *, left: float, width: float, form: str) -> list[Piece]:
    pieces: list[Piece] = []
    for level in round_ticks(y.low, y.high, 4):
        pieces.append(rule((left, y(level)), (width, y(level)), colour=HAIR))
        at = (left - 6, y(level))
        pieces.append(words(level, at, form=form, colour=QUIET, align="right"))
    return pieces


def _changes(changes: Sequence[RuleChange], x: Scale, y: Scale) -> list[Piece]:
    pieces: list[Piece] = []
    places = [x(change.day.toordinal()) for change in changes]
    for change, place, shown in zip(changes, places, spaced(places, 70), strict=True):
        pieces.append(rule((place, 32), (place, y.start), colour=QUIET, dashed=True))
        if shown:
            right = place > (x.start + x.end) / 2
            at = (place + (3 if right else -3), 26)
            align = "right" if right else "left"
            pieces.append(words(change.label, at, colour=QUIET, size=11, align=align, limit=150))  # type: ignore[arg-type]
    return pieces


def _course(points: Sequence[HistoryPoint], x: Scale, y: Scale) -> list[Piece]:
    places = [(x(one.day.toordinal()), y(one.value)) for one in points]
    ranges = [
        (place[0], y(one.high), y(one.low))
        for one, place in zip(points, places, strict=True)
        if one.low is not None and one.high is not None
    ]
    pieces = [band(ranges, colour=TEAL)] if len(ranges) > 1 else []
    pieces += [line(places, colour=TEAL)] if len(places) > 1 else []
    for one, place in zip(points, places, strict=True):
        pieces.append(dot(place, 4, colour=SEGMENT_COLOURS.get(one.segment, SLATE)))
    pieces += _letters(points, places)
    pieces += [
        box((place[0] - 9, place[1] - 22), (18, 32), said=one.said)
        for one, place in zip(points, places, strict=True)
    ]
    return pieces


def _letters(points: Sequence[HistoryPoint], places: Sequence[tuple[float, float]]) -> list[Piece]:
    room = spaced([place[0] for place in places], LETTER_ROOM)
    roomy = all(room)
    pieces = []
    before = None
    for one, place in zip(points, places, strict=True):
        if roomy or one.segment != before:
            colour = SEGMENT_COLOURS.get(one.segment, SLATE)
            at = (place[0], place[1] - 14)
            pieces.append(words(one.segment, at, colour=colour, align="center", bold=True))
        before = one.segment
    return pieces


def _dates(points: Sequence[HistoryPoint], x: Scale, foot: float) -> list[Piece]:
    """The first and last stand inside the picture, so they are moved before room is looked for."""
    places = [x(one.day.toordinal()) for one in points]
    at = [min(max(place, x.start + 18), x.end - 14) for place in places]
    return [
        words(one.day, (place, foot), form=MONTH, colour=QUIET, align="center")
        for one, place, shown in zip(points, at, spaced(at, DATE_ROOM), strict=True)
        if shown
    ]
