"""Newton's method for a smooth function of a few parameters within a box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernklant.engine.value.surfaces import Point

MOST_STEPS = 100
LONGEST_STEP = 2.0  # in logs: a factor 7
FLATTEST = 1e-10  # of the steepest curvature; below, a direction counts as flat


@dataclass(frozen=True, slots=True)
class Peak:
    """Where the search ended; ``interior`` = a true maximum, at no wall and not on a plain."""

    at: np.ndarray
    point: Point
    interior: bool


def climb(function: Callable[[np.ndarray], Point], start: np.ndarray, *, wall: float) -> Peak:
    """The maximum near ``start`` with every |parameter| <= wall; deterministic."""
    at, point = start, function(start)
    for _ in range(MOST_STEPS):
        step, gain = _step(at, point, wall=wall)
        if gain <= 1e-9:
            break
        tried = _backtrack(function, at, point, step=step, wall=wall)
        if tried is None:
            break
        at, point = tried
    return Peak(at, point, interior=_is_top(at, point, wall=wall))


def _step(at: np.ndarray, point: Point, *, wall: float) -> tuple[np.ndarray, float]:
    """The Newton step over the free parameters, uphill in every direction; and its gain."""
    free = ~_pressed(at, point, wall=wall)
    curvature, axes = np.linalg.eigh(-point.hessian[np.ix_(free, free)])
    steep = np.abs(curvature)
    slope = axes.T @ point.gradient[free]
    along = slope / np.maximum(steep, max(steep.max(initial=0.0) * FLATTEST, 1e-12))
    length = np.linalg.norm(along)
    if length > LONGEST_STEP:
        along *= LONGEST_STEP / length
    step = np.zeros_like(at)
    step[free] = axes @ along
    return step, float(slope @ along) / 2


def _pressed(at: np.ndarray, point: Point, *, wall: float) -> np.ndarray:
    """Parameters on the wall that would go through it."""
    return np.asarray((np.abs(at) >= wall) & (np.sign(at) == np.sign(point.gradient)))


def _backtrack(
    function: Callable[[np.ndarray], Point],
    at: np.ndarray,
    point: Point,
    *,
    step: np.ndarray,
    wall: float,
) -> tuple[np.ndarray, Point] | None:
    """The first of step, step / 4, … that does not lose ground; None when none does."""
    for _ in range(12):
        place = np.clip(at + step, -wall, wall)
        reached = function(place)
        if reached.value >= point.value - 1e-13 * abs(point.value):
            return place, reached
        step = step / 4
    return None


def _is_top(at: np.ndarray, point: Point, *, wall: float) -> bool:
    if np.any(np.abs(at) >= wall - 1e-9):
        return False
    curvature = np.linalg.eigvalsh(-point.hessian)
    _, gain = _step(at, point, wall=wall)
    return bool(curvature[0] > 1e-9 * max(curvature[-1], 1e-300) and gain < 1e-6)
