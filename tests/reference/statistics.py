"""Small statistics, one number at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def variance(values: Sequence[float], *, spare: int = 0) -> float:
    """Of all of them; ``spare`` 1 estimates that of what they were drawn from."""
    centre = mean(values)
    return math.fsum((value - centre) ** 2 for value in values) / (len(values) - spare)


def quantile(values: Sequence[float], q: float) -> float:
    """Between neighbours along a straight line, reckoned from the nearer one."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    at = min(math.floor(place), len(ordered) - 1)
    low, high = ordered[at], ordered[min(at + 1, len(ordered) - 1)]
    share = place - at
    return high - (high - low) * (1 - share) if share >= 0.5 else low + (high - low) * share


def clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def half_up(value: float, digits: int = 0) -> float:
    """Rounded half up, at so many decimals."""
    scale = 10**digits
    return math.floor(value * scale + 0.5) / scale


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x of matrix x = right, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        best = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for row in range(at + 1, len(rows)):
            times = rows[row][at] / rows[at][at]
            if times:
                rows[row] = [a - times * b for a, b in zip(rows[row], rows[at], strict=True)]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        known = sum(rows[at][other] * found[other] for other in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - known) / rows[at][at]
    return found
