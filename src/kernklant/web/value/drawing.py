"""The shape of a criterion as a small line: from no points at the left to all at the right."""

from __future__ import annotations

from kernklant.engine.value.criteria import Criterion

WIDE, HIGH = 96, 28  # of the drawing; the line stays two off its edges


def line_of(criterion: Criterion) -> str:
    """The corners of the line, as the points of an SVG polyline."""
    if criterion.shape == "threshold":
        return _written(_stairs(criterion))
    flat_ends = criterion.shape == "bounded"
    corners = [(0.0, 0.0), (0.2, 0.0), (0.8, 1.0), (1.0, 1.0)]
    return _written(corners if flat_ends else [(0.0, 0.0), (1.0, 1.0)])


def _stairs(criterion: Criterion) -> list[tuple[float, float]]:
    first, last = criterion.steps[0][0], criterion.steps[-1][0]
    wide = (last - first) * 1.25 or 1.0
    corners, height = [], 0.0
    for value, points in criterion.steps:
        at = (value - first) / wide
        corners.append((at, height))
        height = points / criterion.weight if criterion.weight else 0.0
        corners.append((at, height))
    return [*corners, (1.0, height)]


def _written(corners: list[tuple[float, float]]) -> str:
    return " ".join(
        f"{2 + across * (WIDE - 4):.1f},{HIGH - 2 - up * (HIGH - 4):.1f}" for across, up in corners
    )
