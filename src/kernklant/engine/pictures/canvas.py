"""Pieces of a picture placed to the pixel: what charts made of axes cannot say as plainly.

They are painted by :mod:`painting`; Vega has nothing to add to places that are known, and a
picture of one customer among a million is drawn while somebody waits
(docs/decisions/060-a-page-restyles-the-pictures.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from kernklant.engine.pictures.links import Link
from kernklant.engine.pictures.look import INK

Point = tuple[float, float]
Align = Literal["left", "center", "right"]
Said = Link | str | None  # where a mark leads and its tooltip, or a tooltip alone
MONTH, YEAR = "%b %Y", "%Y"
DIGIT, BOLD_DIGIT = 0.56, 0.62  # widths of a letter in parts of its size
ANCHORS: dict[Align, str] = {"left": "start", "center": "middle", "right": "end"}
MIDDLE = 0.3  # of its size, from the middle of a line of text down to its foot


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, or a number or date to be written in ``form``, no longer than ``limit``."""

    text: str | float | date
    form: str | None
    limit: float | None
    size: int
    bold: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One mark: an element of SVG with its attributes, what it says and where it leads."""

    kind: Literal["text", "rect", "line", "circle", "path"]
    attributes: dict[str, str | float]
    words: Words | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture of exactly so many pixels; later pieces lie over earlier ones."""

    width: float
    height: float
    pieces: tuple[Piece, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Scale:
    """From a measure (between ``low`` and ``high``) to pixels; beyond them it stops."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Where a value stands, in pixels."""
        within = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(within / self.low) / math.log(self.high / self.low)
        else:
            share = (within - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def canvas(pieces: Iterable[Piece], *, width: float, height: float) -> Canvas:
    """A picture of exactly so many pixels."""
    return Canvas(width, height, tuple(pieces))


def words(
    text: str | float | date,
    at: Point,
    *,
    form: str | None = None,
    colour: str = INK,
    size: int = 12,
    align: Align = "left",
    bold: bool = False,
    limit: float | None = None,
) -> Piece:
    """A line of text, vertically centred on ``at``; a number or date in ``form``.

    A text longer than ``limit`` pixels ends in an ellipsis.
    """
    where = {"x": _px(at[0]), "y": _px(at[1] + MIDDLE * size)}
    look: dict[str, str | float] = {"text-anchor": ANCHORS[align], "font-size": size}
    look |= {"fill": colour, **({"font-weight": 600} if bold else {})}
    return Piece("text", {**where, **look}, Words(text, form, limit, size, bold))


def box(
    corner: Point,
    size: Point,
    *,
    fill: str = "transparent",
    opacity: float | None = None,
    stroke: str | None = None,
    said: Said = None,
) -> Piece:
    """A rectangle from its upper left corner; without ``fill`` a field that can be clicked."""
    where = dict(zip(("x", "y", "width", "height"), map(_px, (*corner, *size)), strict=True))
    look: dict[str, str | float] = {"fill": fill}
    look |= {"fill-opacity": opacity} if opacity is not None else {}
    look |= {"stroke": stroke, "stroke-width": 1} if stroke else {}
    return Piece("rect", {**where, **look}, link=_link(said))


def rule(start: Point, end: Point, *, colour: str, width: float = 1, dashed: bool = False) -> Piece:
    """A straight line."""
    where = dict(zip(("x1", "y1", "x2", "y2"), map(_px, (*start, *end)), strict=True))
    look: dict[str, str | float] = {"stroke": colour, "stroke-width": width}
    look |= {"stroke-dasharray": "2,3"} if dashed else {}
    return Piece("line", {**where, **look})


def dot(at: Point, radius: float, *, colour: str, opacity: float = 1, said: Said = None) -> Piece:
    """A filled circle."""
    where = {"cx": _px(at[0]), "cy": _px(at[1]), "r": radius}
    look: dict[str, str | float] = {"fill": colour}
    look |= {"fill-opacity": opacity} if opacity != 1 else {}
    return Piece("circle", {**where, **look}, link=_link(said))


def line(points: Sequence[Point], *, colour: str, width: float = 2) -> Piece:
    """A line from point to point, in their order."""
    look: dict[str, str | float] = {"fill": "none", "stroke": colour, "stroke-width": width}
    return Piece("path", {"d": _course(points), **look})


def band(points: Sequence[tuple[float, float, float]], *, colour: str) -> Piece:
    """The field between two lines, from (x, upper, lower)."""
    there = [(x, upper) for x, upper, _ in points]
    back = [(x, lower) for x, _, lower in reversed(points)]
    return Piece("path", {"d": f"{_course(there + back)}Z", "fill": colour, "fill-opacity": 0.14})


def spaced(places: Sequence[float], apart: float) -> list[bool]:
    """Which of ascending places can be labelled so that labels stand ``apart``; the last can."""
    kept = [False] * len(places)
    before = math.inf
    for at in range(len(places) - 1, -1, -1):
        if before - places[at] >= apart:
            kept[at], before = True, places[at]
    return kept


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from ``low`` to ``high``: at most ``most`` + 1, steps of 1, 2 or 5."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def lengths(numbers: Sequence[float]) -> list[float]:
    """The differences between neighbours."""
    return [after - before for before, after in pairwise(numbers)]


def _link(said: Said) -> Link | None:
    if not said:
        return None
    return said if isinstance(said, Link) else Link("", said)


def _course(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_px(x):g},{_px(y):g}" for x, y in points)


def _px(length: float) -> float:
    return round(float(length), 1)
