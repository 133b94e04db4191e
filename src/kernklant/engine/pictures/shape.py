"""Small drawings beside a score: the shape of a criterion, a range, the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kernklant.engine.pictures.canvas import (
    Canvas,
    Piece,
    Point,
    Scale,
    box,
    canvas,
    dot,
    line,
    rule,
    words,
)
from kernklant.engine.pictures.links import Link
from kernklant.engine.pictures.look import HAIR, INK, QUIET, TEAL

WIDTH, HEIGHT = 168, 64
FLOOR, CEILING = 46.0, 10.0
EDGE = 8.0
ROW = 22


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value becomes points; as a criterion of the policy says it.

    ``bounded``: none up to ``low``, ``most`` from ``high`` on. ``linear``: the same line, beyond
    both. ``threshold``: ``steps`` of (from this value on, so many points), ascending.
    """

    kind: Literal["bounded", "linear", "threshold"]
    most: float
    low: float = 0.0
    high: float = 1.0
    steps: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class ShapeWords:
    """The values at the two ends of the drawing, and what the customer earns."""

    low: str
    high: str
    points: str


def score_shape(
    shape: Shape, *, value: float | None, say: ShapeWords, width: int = WIDTH
) -> Canvas:
    """The line from value to points with the customer's place on it; no dot where none is known.

    A value beyond the drawing stands at its edge.
    """
    ends = (shape.steps[0][0], shape.steps[-1][0]) if shape.steps else (shape.low, shape.high)
    margin = ((ends[1] - ends[0]) or abs(ends[0]) or 1.0) * 0.2
    x = Scale(ends[0] - margin, ends[1] + margin, EDGE, width - EDGE)
    y = Scale(0.0, shape.most or 1.0, FLOOR, CEILING)
    pieces = [
        rule((EDGE, FLOOR), (width - EDGE, FLOOR), colour=HAIR),
        *(rule((x(end), FLOOR), (x(end), FLOOR + 3), colour=QUIET) for end in ends),
        line(_outline(shape, x, y), colour=QUIET, width=1.5),
        *_ends(say, (x(ends[0]), x(ends[1])), width),
    ]
    if value is not None:
        pieces += _here((x(value), y(_points(shape, value))), say.points, width)
    return canvas(pieces, width=width, height=HEIGHT)


def _outline(shape: Shape, x: Scale, y: Scale) -> list[Point]:
    if shape.kind != "threshold":
        bends = [x.low, shape.low, shape.high, x.high]
        return [(x(value), y(_points(shape, value))) for value in bends]
    corners = [(x.low, 0.0)]
    for start, points in shape.steps:
        corners += [(start, corners[-1][1]), (start, points)]
    corners.append((x.high, corners[-1][1]))
    return [(x(value), y(points)) for value, points in corners]


def _points(shape: Shape, value: float) -> float:
    if shape.kind == "threshold":
        return next((points for start, points in reversed(shape.steps) if value >= start), 0.0)
    return shape.most * (value - shape.low) / (shape.high - shape.low)


def _ends(say: ShapeWords, places: tuple[float, float], width: int) -> list[Piece]:
    low, high = places
    room = width / 2 - 6
    return [
        words(say.low, (max(low - 14, 0), FLOOR + 11), colour=QUIET, size=11, limit=room),
        words(
            say.high,
            (min(high + 14, width), FLOOR + 11),
            colour=QUIET,
            size=11,
            align="right",
            limit=room,
        ),
    ]


def _here(at: Point, points: str, width: int) -> list[Piece]:
    x, y = at
    left = x > width / 2
    return [
        rule(at, (x, FLOOR), colour=TEAL, dashed=True),
        dot(at, 4.5, colour=TEAL),
        words(
            points,
            (x - 9, y + 1) if left else (x + 9, y - 1 if y > CEILING + 8 else y + 6),
            align="right" if left else "left",
            bold=True,
            limit=width / 2,
        ),
    ]


def score_range(
    low: float,
    point: float,
    high: float,
    *,
    bounds: Sequence[tuple[float, str]] = (),
    colour: str = TEAL,
    width: int = WIDTH,
) -> Canvas:
    """A score with its range on a line from 0 to 100; ``bounds`` names where segments begin."""
    x = Scale(0, 100, EDGE, width - EDGE)
    pieces = [rule((x(0), 12), (x(100), 12), colour=HAIR)]
    for place, name in bounds:
        pieces.append(rule((x(place), 5), (x(place), 19), colour=QUIET))
        pieces.append(words(name, (x(place), 27), colour=QUIET, size=11, align="center"))
    if high > low:
        pieces.append(box((x(low), 10), (x(high) - x(low), 4), fill=colour, opacity=0.45))
    pieces.append(dot((x(point), 12), 5, colour=colour))
    return canvas(pieces, width=width, height=34 if bounds else 24)


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion with its part of the points and, if asked, where it leads."""

    label: str
    weight: float
    link: Link | None = None


def weights_bar(weights: Sequence[Weight], *, width: int) -> Canvas:
    """The weights as steps of one stair, so that one sees that they make up the whole."""
    labels = min(180, round(width * 0.42))
    total = sum(one.weight for one in weights) or 1
    x = Scale(0, total, labels, width - 34)
    pieces: list[Piece] = []
    before = 0.0
    for place, one in enumerate(weights):
        pieces += _stair(one, ROW * (place + 0.5), (x(before), x(before + one.weight)), labels)
        before += one.weight
        if place + 1 < len(weights):
            foot = ROW * (place + 1.5) - 7
            pieces.append(rule((x(before), foot - 8), (x(before), foot), colour=HAIR))
    doors = [
        box((0, ROW * place), (width, ROW), said=one.link)
        for place, one in enumerate(weights)
        if one.link
    ]
    return canvas(pieces + doors, width=width, height=max(ROW * len(weights), 1))


def _stair(one: Weight, middle: float, ends: tuple[float, float], labels: float) -> list[Piece]:
    start, end = ends
    long = max(end - start, 1)
    return [
        words(one.label, (0, middle), colour=INK, limit=labels - 10),
        box((start, middle - 7), (long, 14), fill=TEAL, opacity=0.8),
        words(one.weight, (start + long + 5, middle), form=",.6g"),
    ]
