"""Customers counted per class of value and satisfaction, on bounds one can filter by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_DECADES = 5
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bin:
    """So many customers from ``value_from`` up to (not including) ``value_to``, at one score.

    ``value_from`` is minus infinity in the first class, of those who bring nothing or less
    (``value_to`` 0); the class after it starts at 0 and holds all that is too small to draw.
    """

    value_from: float
    value_to: float
    score: int
    customers: int
    euros: float


def binned(values: Sequence[float] | np.ndarray, scores: Sequence[float] | np.ndarray) -> list[Bin]:
    """Customers and euros per class of value (1, 2, 5, 10 …) and whole score (0–10).

    Who misses one of both (NaN) is left out.
    """
    euros, score = np.asarray(values, dtype=float), np.asarray(scores, dtype=float)
    known = np.isfinite(euros) & np.isfinite(score)
    euros, score = euros[known], np.clip(np.floor(score[known] + 0.5), 0, 10).astype(int)
    positive = euros[euros > 0]
    high = float(positive.max()) if len(positive) else 1.0
    low = max(float(positive.min()) if len(positive) else 1.0, high / 10**MOST_DECADES)
    bounds = np.array([-math.inf, *edges_between(low, np.nextafter(high, math.inf))])
    place = np.maximum(np.searchsorted(bounds, euros, side="right") - 1, 1)
    place[euros <= 0] = 0
    bounds[1] = 0.0 if (positive < bounds[1]).any() else bounds[1]
    return _counted(place, score, euros, bounds)


def _counted(
    place: np.ndarray, score: np.ndarray, euros: np.ndarray, bounds: np.ndarray
) -> list[Bin]:
    cell = place * 11 + score
    count = np.bincount(cell, minlength=1)
    total = np.bincount(cell, weights=euros, minlength=1)
    return [
        Bin(
            value_from=float(bounds[at // 11]),
            value_to=float(bounds[at // 11 + 1]) if at >= 11 else 0.0,
            score=int(at % 11),
            customers=int(count[at]),
            euros=float(total[at]),
        )
        for at in np.flatnonzero(count)
    ]


def edges_between(low: float, high: float) -> list[float]:
    """The bounds 1, 2, 5, 10 … from just below ``low`` to just above ``high``; two at least."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ladder = [float(f"{step}e{power}") for power in range(first, last + 2) for step in STEPS]
    start = max(at for at, edge in enumerate(ladder) if edge <= low)
    end = min(at for at, edge in enumerate(ladder) if edge >= high and at > start)
    return ladder[start : end + 1]
