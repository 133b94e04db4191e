"""Pieces of a picture placed to the pixel: what charts made of axes cannot say as plainly.

Numbers and dates are written by Vega, in the language in which the picture is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from kernklant.engine.pictures.links import LINKED, Link, outward, shortened
from kernklant.engine.pictures.look import INK, Spec, house

Point = tuple[float, float]
Align = Literal["left", "center", "right"]
Said = Link | str | None  # where a mark leads and its tooltip, or a tooltip alone
MONTH, YEAR = "%b %Y", "%Y"
DIGIT, BOLD_DIGIT = 0.56, 0.62  # widths of a letter in parts of its size


@dataclass(frozen=True, slots=True)
class Piece:
    """One mark with the rows it is drawn from."""

    mark: Spec
    rows: tuple[Spec, ...]
    encoding: Spec


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


def canvas(pieces: Iterable[Piece], *, width: float, height: float) -> Spec:
    """A picture of exactly so many pixels; later pieces lie over earlier ones."""
    layers: list[Piece] = []
    for piece in pieces:
        if layers and _alike(layers[-1], piece):
            last = layers.pop()
            piece = Piece(last.mark, last.rows + piece.rows, last.encoding)  # noqa: PLW2901
        layers.append(piece)
    return house(
        width=width,
        height=height,
        padding=0,
        autosize="none",
        layer=[
            {"data": {"values": list(one.rows)}, "mark": one.mark, "encoding": one.encoding}
            for one in layers
        ],
    )


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
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": size, "color": colour}
    mark |= {"fontWeight": 600} if bold else {}
    mark |= {"limit": round(limit)} if limit else {}
    kind = {str: "nominal", date: "temporal"}.get(type(text), "quantitative")
    channel = {"field": "text", "type": kind, **({"format": form} if form else {})}
    told = f"{text.isoformat()}T12:00" if isinstance(text, date) else text
    return Piece(mark, ({**_at(at), "text": told},), {**_places("x", "y"), "text": channel})


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
    (x, y), (wide, high) = corner, size
    mark: Spec = {"type": "rect", "fill": fill}
    mark |= {"fillOpacity": opacity} if opacity is not None else {}
    mark |= {"stroke": stroke, "strokeWidth": 1} if stroke else {}
    row = {**_at(corner), "x2": _px(x + wide), "y2": _px(y + high)}
    return _with_said(Piece(mark, (row,), _places("x", "y", "x2", "y2")), said)


def rule(start: Point, end: Point, *, colour: str, width: float = 1, dashed: bool = False) -> Piece:
    """A straight line."""
    mark = {"type": "rule", "color": colour, "strokeWidth": width}
    mark |= {"strokeDash": [2, 3]} if dashed else {}
    row = {**_at(start), "x2": _px(end[0]), "y2": _px(end[1])}
    return Piece(mark, (row,), _places("x", "y", "x2", "y2"))


def dot(at: Point, radius: float, *, colour: str, opacity: float = 1, said: Said = None) -> Piece:
    """A filled circle."""
    size = round(math.pi * radius**2, 4)
    mark = {"type": "circle", "size": size, "fill": colour, "opacity": 1, "fillOpacity": opacity}
    return _with_said(Piece(mark, (_at(at),), _places("x", "y")), said)


def line(points: Sequence[Point], *, colour: str, width: float = 2) -> Piece:
    """A line from point to point, in their order."""
    rows = tuple({**_at(point), "order": place} for place, point in enumerate(points))
    mark = {"type": "line", "color": colour, "strokeWidth": width}
    return Piece(mark, rows, {**_places("x", "y"), "order": {"field": "order"}})


def band(points: Sequence[tuple[float, float, float]], *, colour: str) -> Piece:
    """The field between two lines, from (x, upper, lower)."""
    rows = tuple({**_at((x, upper)), "y2": _px(lower)} for x, upper, lower in points)
    mark = {"type": "area", "color": colour, "opacity": 0.14}
    return Piece(mark, rows, _places("x", "y", "y2"))


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


def _with_said(piece: Piece, said: Said) -> Piece:
    if not said:
        return piece
    link = said if isinstance(said, Link) else Link("", said)
    row: dict[str, Any] = {"tooltip": shortened(link.tooltip)}
    encoding = {**piece.encoding, "description": LINKED["description"]}
    if link.href:
        row["href"] = outward(link.href)
        encoding["href"] = LINKED["href"]
    rows = tuple({**old, **row} for old in piece.rows)
    return Piece({**piece.mark, "aria": True}, rows, encoding)


def _alike(one: Piece, other: Piece) -> bool:
    joined = one.mark["type"] in {"line", "area"}
    return not joined and one.mark == other.mark and one.encoding == other.encoding


def _at(point: Point) -> Spec:
    return {"x": _px(point[0]), "y": _px(point[1])}


def _px(length: float) -> float:
    return round(float(length), 1)


def _places(*channels: str) -> Spec:
    free = {"type": "quantitative", "scale": None, "axis": None}
    return {name: {"field": name, **({} if "2" in name else free)} for name in channels}
