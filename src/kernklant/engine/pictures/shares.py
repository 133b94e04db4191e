"""Where the value comes from and where the hours go, segment by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernklant.engine.pictures.canvas import Canvas, Piece, box, canvas, rule, words
from kernklant.engine.pictures.links import Link
from kernklant.engine.pictures.look import HAIR, QUIET, SEGMENT_COLOURS, SLATE

ROW, BAR, GAP = 20, 13, 16
FIGURE = 46  # the room of "100 %" behind the longest bar
STRENGTH = (1.0, 0.55, 0.25)  # what matters most is drawn most


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One share (0–1) in words; None where it is not known, then ``unknown`` says so."""

    label: str
    share: float | None
    link: Link | None = None
    unknown: str = "?"


@dataclass(frozen=True, slots=True)
class SegmentShares:
    """A segment with its bars, in the order in which they are to be compared."""

    segment: str
    name: str
    size: str
    bars: Sequence[ShareBar]


def share_bars(segments: Sequence[SegmentShares], *, width: int) -> Canvas:
    """Per segment two or three bars on one scale: value, hours this year, hours last year.

    ``name`` is the letter or word of the segment, ``size`` how many customers, in words. Each
    bar may lead to the customers behind it.
    """
    names, labels = (84, 108) if width >= 440 else (62, 88)
    start = names + labels
    most = max((bar.share or 0 for one in segments for bar in one.bars), default=0) or 1
    unit = (width - start - FIGURE) / most
    pieces: list[Piece] = []
    top = 0.0
    for one in segments:
        pieces += _segment(one, top, start=start, names=names, unit=unit, width=width)
        top += max(len(one.bars), 2) * ROW + GAP
    return canvas(pieces, width=width, height=max(top - GAP + 8, 1))


def _segment(
    one: SegmentShares, top: float, *, start: float, names: float, unit: float, width: float
) -> list[Piece]:
    colour = SEGMENT_COLOURS.get(one.segment, SLATE)
    pieces = [
        rule((0, top + 0.5), (width, top + 0.5), colour=HAIR),
        words(one.name, (0, top + 18), colour=colour, size=15, bold=True, limit=names - 4),
        words(one.size, (0, top + 37), colour=QUIET, limit=names - 4),
    ]
    for place, bar in enumerate(one.bars):
        middle = top + 8 + ROW * (place + 0.5)
        strength = STRENGTH[min(place, len(STRENGTH) - 1)]
        pieces += _bar(bar, middle, start=start, unit=unit, look=(colour, strength))
    doors = [
        box((names, top + 8 + ROW * place), (width - names, ROW), said=bar.link)
        for place, bar in enumerate(one.bars)
        if bar.link
    ]
    return pieces + doors


def _bar(
    bar: ShareBar, middle: float, *, start: float, unit: float, look: tuple[str, float]
) -> list[Piece]:
    label = words(bar.label, (start - 8, middle), colour=QUIET, align="right")
    if bar.share is None:
        return [label, words(bar.unknown, (start, middle), colour=QUIET)]
    long = max(bar.share * unit, 1)
    colour, strength = look
    drawn = box((start, middle - BAR / 2), (long, BAR), fill=colour, opacity=strength)
    return [label, drawn, words(bar.share, (start + long + 6, middle), form=".0%")]
