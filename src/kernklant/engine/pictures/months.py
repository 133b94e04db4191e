"""Months as small bars: revenue, and what was left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernklant.engine.pictures.canvas import Canvas, Piece, Scale, box, canvas, rule, words
from kernklant.engine.pictures.look import HAIR, QUIET, RUST, SLATE, TEAL

HEIGHT, TOP, FOOT = 132, 34, 22
YEAR = "%Y"


@dataclass(frozen=True, slots=True)
class Bar:
    """One month (its first day): euros of revenue and margin; margin None where not known."""

    first: date
    revenue: float
    margin: float | None
    tooltip: str


def month_bars(months: Sequence[Bar], *, title: str, width: int) -> Canvas:
    """Months oldest first: revenue pale, margin strong, what was lost in rust below the line.

    Years stand under the first month of each; the highest month carries its figure.
    """
    ends = [end for one in months for end in (one.revenue, one.margin or 0.0)]
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    y = Scale(low, high if high > low else low + 1, HEIGHT - FOOT, TOP)
    step = width / max(len(months), 1)
    pieces = [words(title, (0, 8), colour=QUIET, limit=width)]
    for place, one in enumerate(months):
        pieces += _month(one, place * step, step, y)
    pieces.append(rule((0, y(0)), (width, y(0)), colour=QUIET))
    pieces += _years(months, step)
    pieces += _highest(months, step, y, width=width)
    pieces += [
        box((place * step, TOP - 14), (step, HEIGHT - FOOT - TOP + 14), said=one.tooltip)
        for place, one in enumerate(months)
    ]
    return canvas(pieces, width=width, height=HEIGHT)


def _month(one: Bar, left: float, step: float, y: Scale) -> list[Piece]:
    wide = max(step - 2, 1)
    pieces = _upright(one.revenue, (left, wide), y, (SLATE, 0.35))
    if one.margin is not None:
        pieces += _upright(one.margin, (left, wide), y, (TEAL if one.margin >= 0 else RUST, 1))
    return pieces


def _upright(
    value: float, where: tuple[float, float], y: Scale, look: tuple[str, float]
) -> list[Piece]:
    if not value:
        return []
    left, wide = where
    top, bottom = sorted((y(value), y(0)))
    fill, opacity = look
    return [box((left + 1, top), (wide, max(bottom - top, 1)), fill=fill, opacity=opacity)]


def _years(months: Sequence[Bar], step: float) -> list[Piece]:
    pieces: list[Piece] = []
    for place, one in enumerate(months):
        if one.first.month != 1:
            continue
        at = place * step
        pieces.append(rule((at, HEIGHT - FOOT), (at, HEIGHT - 4), colour=HAIR))
        pieces.append(words(one.first, (at + 4, HEIGHT - 9), form=YEAR, colour=QUIET, size=11))
    return pieces


def _highest(months: Sequence[Bar], step: float, y: Scale, *, width: float) -> list[Piece]:
    best = max(range(len(months)), key=lambda place: months[place].revenue, default=None)
    if best is None or months[best].revenue <= 0:
        return []
    x = min(max((best + 0.5) * step, 30), width - 30)
    at = (x, y(months[best].revenue) - 8)
    return [words(months[best].revenue, at, form="$,.0f", colour=QUIET, size=11, align="center")]
