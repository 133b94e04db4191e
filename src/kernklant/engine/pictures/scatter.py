"""What customers are worth against how satisfied they are: four corners, dots or squares."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kernklant.engine.pictures.bins import Bin, binned, edges_between
from kernklant.engine.pictures.canvas import (
    Canvas,
    Piece,
    Scale,
    box,
    canvas,
    dot,
    rule,
    spaced,
    words,
)
from kernklant.engine.pictures.links import Link, shortened
from kernklant.engine.pictures.look import (
    HAIR,
    INK,
    QUIET,
    RUST,
    SEGMENT_COLOURS,
    SLATE,
    Titles,
)

MOST_DOTS = 300
TOOLTIP = 40  # longer ones would make 300 dots a heavy page
LEFT, STRIP, TOP, BOTTOM = 30, 44, 44, 40
RADIUS = 4
GOLDEN = (math.sqrt(5) - 1) / 2
MOST_DECADES = 5
Corners = dict[Literal["low_high", "high_high", "low_low", "high_low"], "Corner"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One customer: euros (any sign), satisfaction (0–10), segment, and where a click leads."""

    value: float
    satisfaction: float
    segment: str
    link: Link


@dataclass(frozen=True, slots=True)
class Corner:
    """One of the four fields: its name, then count and euros in words."""

    name: str
    figures: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Divide:
    """From this value on valuable, from this score on satisfied."""

    value: float
    satisfaction: float


@dataclass(frozen=True, slots=True)
class Field:
    """Where the plot lies on the canvas, and how values and scores become places in it."""

    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale


def value_satisfaction(
    dots: Sequence[Dot],
    corners: Corners,
    *,
    divide: Divide,
    titles: Titles,
    width: int,
    behind: Callable[[Bin], Link],
) -> Canvas:
    """Value (logarithmic) against satisfaction (0–10), a dot a customer up to 300.

    Above that squares as large as the number of customers in them; ``behind`` tells where a
    square leads. Who brings nothing or less stands in a strip of his own on the left. The
    corner of the valuable and unsatisfied (``high_low``) is marked. ``corners`` are named value
    first, satisfaction second.
    """
    if len(dots) > MOST_DOTS:
        values = [one.value for one in dots]
        bins = binned(values, [one.satisfaction for one in dots])
        squares = [(one, behind(one)) for one in bins]
        return value_density(squares, corners, divide=divide, titles=titles, width=width)
    whole = all(one.satisfaction == round(one.satisfaction) for one in dots)
    field = _field([one.value for one in dots], divide, width)
    pieces = [_dot(one, field, place, whole=whole) for place, one in enumerate(dots)]
    pieces.sort(key=lambda piece: str(piece.attributes["fill"]))  # one layer a segment
    line = divide.satisfaction - 0.5 if whole else divide.satisfaction
    return _framed(pieces, field, corners, divide=Divide(divide.value, line), titles=titles)


def value_density(
    squares: Sequence[tuple[Bin, Link]],
    corners: Corners,
    *,
    divide: Divide,
    titles: Titles,
    width: int,
) -> Canvas:
    """As ``value_satisfaction``, from :func:`binned` figures: for any number of customers."""
    ends = [one.value_from for one, _ in squares] + [one.value_to for one, _ in squares]
    field = _field([end for end in ends if math.isfinite(end)], divide, width)
    most = max((one.customers for one, _ in squares), default=1)
    pieces = [_square(one, link, field, most=most) for one, link in squares]
    line = Divide(divide.value, divide.satisfaction - 0.5)
    return _framed(pieces, field, corners, divide=line, titles=titles)


def _field(values: Sequence[float], divide: Divide, width: int) -> Field:
    above = [value for value in (*values, divide.value) if value > 0] or [1.0]
    high = 10 ** (math.log10(max(above)) + 0.04)
    low = max(min(above), high / 10**MOST_DECADES)
    edges = edges_between(low, high)
    left = LEFT + (STRIP if any(value <= 0 for value in values) else 0)
    tall = round(width * 0.6)
    return Field(
        left=left,
        right=width - 8,
        top=TOP,
        bottom=TOP + tall,
        x=Scale(edges[0], edges[-1], left + 6, width - 10, logarithmic=True),
        y=Scale(-0.5, 10.5, TOP + tall, TOP),
    )


def _dot(one: Dot, field: Field, place: int, *, whole: bool) -> Piece:
    """Equal whole scores are spread within their own row, always in the same way."""
    spread = (place * GOLDEN) % 1 - 0.5
    across = (place * GOLDEN * GOLDEN) % 1 - 0.5
    x = field.x(one.value) if one.value > 0 else field.left - STRIP / 2 + across * (STRIP - 16)
    y = field.y(one.satisfaction + (spread * 0.64 if whole else 0))
    colour = SEGMENT_COLOURS.get(one.segment, SLATE)
    link = Link(one.link.href, shortened(one.link.tooltip, TOOLTIP))
    return dot((round(x), round(y)), RADIUS, colour=colour, opacity=0.7, said=link)


def _square(one: Bin, link: Link, field: Field, *, most: int) -> Piece:
    if one.value_to <= 0:
        middle, wide = field.left - STRIP / 2, STRIP - 8.0
    else:
        start, end = field.x(one.value_from), field.x(one.value_to)
        middle, wide = (start + end) / 2, end - start
    room = min(wide, field.y(0) - field.y(1)) - 1
    side = max(room * math.sqrt(one.customers / most), 2)
    corner = (middle - side / 2, field.y(one.score) - side / 2)
    return box(corner, (side, side), fill=INK, opacity=0.55, said=link)


def _framed(
    marks: Sequence[Piece], field: Field, corners: Corners, *, divide: Divide, titles: Titles
) -> Canvas:
    across, down = field.x(divide.value), field.y(divide.satisfaction)
    poor = box((across, down), (field.right - across, field.bottom - down), fill=RUST, opacity=0.1)
    start = field.left - STRIP if field.left > LEFT else field.left
    pieces = [
        poor,
        rule((start, field.bottom), (field.right, field.bottom), colour=QUIET),
        rule((across, field.top), (across, field.bottom), colour=QUIET, dashed=True),
        rule((start, down), (field.right, down), colour=QUIET, dashed=True),
        *_axes(field, titles, start=start),
        *marks,
        *_corners(corners, field, start=start),
    ]
    return canvas(pieces, width=field.right + 8, height=field.bottom + STRIP + BOTTOM)


def _axes(field: Field, titles: Titles, *, start: float) -> list[Piece]:
    pieces = [
        words(score, (LEFT - 8, field.y(score)), form="d", colour=QUIET, align="right")
        for score in range(0, 11, 2)
    ]
    pieces.append(words(titles.y, (0, TOP - 38), colour=QUIET))
    foot = field.bottom + STRIP + 12
    decades = [10.0**power for power in range(-2, 13)]
    ticks = [value for value in decades if field.x.low <= value <= field.x.high]
    places = [min(field.x(value), field.right - 34) for value in ticks]
    for value, x, shown in zip(ticks, places, spaced(places, 78), strict=True):
        at = field.x(value)
        pieces.append(rule((at, field.bottom), (at, field.bottom + 4), colour=QUIET))
        if shown and (start == field.left or x - field.left > 44):
            pieces.append(words(value, (x, foot), form="$,.0f", colour=QUIET, align="center"))
    if start < field.left:
        pieces.append(rule((field.left, field.top), (field.left, field.bottom), colour=HAIR))
        middle = field.left - STRIP / 2
        pieces.append(words("≤ 0", (middle, foot), colour=QUIET, align="center"))
    pieces.append(words(titles.x, (field.right, foot + 18), colour=QUIET, align="right"))
    return pieces


def _corners(corners: Corners, field: Field, *, start: float) -> list[Piece]:
    pieces: list[Piece] = []
    room = (field.right - start) / 2 - 4
    for name, corner in sorted(corners.items()):
        right = name.startswith("high_")
        top = field.top - 20 if name.endswith("_high") else field.bottom + 14
        pieces += _corner(
            corner,
            (field.right if right else start, top),
            room=room,
            colour=RUST if name == "high_low" else INK,
        )
    return pieces


def _corner(corner: Corner, at: tuple[float, float], *, room: float, colour: str) -> list[Piece]:
    x, y = at
    align: Literal["left", "right"] = "left" if x < room else "right"
    pieces = [
        words(corner.name, (x, y), bold=True, align=align, colour=colour, limit=room),
        words(corner.figures, (x, y + 15), align=align, colour=colour, limit=room),
    ]
    left = x if align == "left" else x - room
    return pieces + ([box((left, y - 8), (room, 32), said=corner.link)] if corner.link else [])
