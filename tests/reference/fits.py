"""A fit is taken from the engine, and proven: no slope at it, and nothing likelier elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import Model as Name
from kernklant.engine.value.purchases import fit_purchases
from tests.reference.purchases import Model, Seen

STEP = 1e-3  # of a log parameter
WALL = 12.0
FEWEST_REPEATERS = 10
USUAL_GAP_WEEKS = 4 * 365.25 / 12 / 7
ELSEWHERE = (-1.0, 0.0, 1.0)
MEANS_SD = {"mbg": (1.0, 1.5, 1.0, 1.0), "bg": (1.0, 1.5, 1.0, 1.0), "pareto": (1.0, 1.5, 1.0, 1.5)}

Vector = Sequence[float]


@dataclass(frozen=True)
class Fit:
    """A proven fit: the model, how unsure its log parameters are, and whether to believe it."""

    model: Model
    covariance: list[list[float]]
    repeaters: int
    sound: bool


def fit(base: Sequence[Seen], name: Name) -> Fit:
    """The likeliest parameters with the weak prior; AssertionError where they are not that."""
    found = fit_purchases(_arrays(base), model=name, prior=True)
    model, covariance = Model(name, found.parameters), found.covariance.tolist()
    at = [math.log(value) for value in found.parameters]
    believe = posterior(base, name)
    interior = all(abs(value) < WALL - 0.1 for value in at)
    if interior and base:
        _prove(believe, at, covariance)
    repeaters = sum(seen.x > 0 for seen in base)
    enough = repeaters >= FEWEST_REPEATERS and max(seen.T for seen in base) > 0
    sound = enough and interior and believable(model)
    assert found.sound == sound, (found.why, found.parameters)
    sound = sound and max(seen.T for seen in base) * 7 >= 91
    return Fit(model, covariance, repeaters, sound)


def posterior(base: Sequence[Seen], name: Name) -> Callable[[Vector], float]:
    """ln likelihood of all customers, and of what was believed before, at log parameters."""
    gap = median_gap(base)
    last = math.log(3 * gap) if name == "pareto" else math.log(3)
    middle = (0.0, math.log(gap), 0.0, last)

    def at(logs: Vector) -> float:
        model = Model(name, tuple(math.exp(value) for value in logs))
        belief = math.fsum(
            ((value - centre) / sd) ** 2
            for value, centre, sd in zip(logs, middle, MEANS_SD[name], strict=True)
        )
        return math.fsum(model.log_likelihood(seen) for seen in base) - belief / 2

    return at


def median_gap(base: Sequence[Seen]) -> float:
    """The middle repeat buyer's mean weeks between purchases."""
    gaps = sorted(seen.t_x / seen.x for seen in base if seen.x > 0 and seen.t_x > 0)
    return gaps[(len(gaps) - 1) // 2] if gaps else USUAL_GAP_WEEKS


def believable(model: Model) -> bool:
    """Whether parameters can be those of people who buy things."""
    r, alpha, third, fourth = model.parameters
    rate = 1 / 1040 < r / alpha < 7 and 1e-3 <= r <= 100
    if model.name == "pareto":
        return rate and 1e-5 <= third / fourth <= 7 and 1e-3 < third < 100
    leaving = third / (third + fourth)
    return rate and 1e-4 <= leaving <= 0.999 and all(1e-3 < one < 1e4 for one in (third, fourth))


def _prove(believe: Callable[[Vector], float], at: Vector, covariance: list[list[float]]) -> None:
    peak = believe(at)
    slope = [
        (believe(moved(at, i, STEP)) - believe(moved(at, i, -STEP))) / (2 * STEP) for i in range(4)
    ]
    gain = sum(slope[i] * covariance[i][j] * slope[j] for i in range(4) for j in range(4))
    assert gain < 1e-6, f"no peak: {slope}"
    for way in product(ELSEWHERE, repeat=4):
        there = [clipped(value + by) for value, by in zip(at, way, strict=True)]
        assert believe(there) <= peak + 1e-9, f"likelier: {there}"
    for i in range(4):
        bent = sum(_bend(believe, at, i, j, peak) * covariance[j][i] for j in range(4))
        assert abs(bent - 1) < 1e-3, f"covariance: {i}, {bent}"


def _bend(believe: Callable[[Vector], float], at: Vector, i: int, j: int, peak: float) -> float:
    """Minus the second derivative, from differences."""
    if i == j:
        ends = believe(moved(at, i, STEP)) + believe(moved(at, i, -STEP))
        return (2 * peak - ends) / STEP**2
    corners = [
        one * other * believe(moved(moved(at, i, one * STEP), j, other * STEP))
        for one in (1, -1)
        for other in (1, -1)
    ]
    return -sum(corners) / (4 * STEP**2)


def moved(at: Vector, place: int, by: float) -> list[float]:
    return [value + (by if here == place else 0.0) for here, value in enumerate(at)]


def clipped(value: float) -> float:
    return max(-WALL, min(WALL, value))


def _arrays(base: Sequence[Seen]) -> Purchases:
    days = [(seen.x, round(seen.t_x * 7), round(seen.T * 7)) for seen in base]
    x, t_x, end = np.array(days, dtype=np.int32).reshape(-1, 3).T
    return Purchases(x, t_x, end)
