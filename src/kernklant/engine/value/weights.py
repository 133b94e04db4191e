"""Weights of criteria from what people can say about them: an order, points, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import Text, UserError

POINTS = 100
NOISE = 9  # decimals; differences beyond these are arithmetic, not opinion
MOST_TIMES = 9  # "absolutely more important" on the usual scale from 1 to 9


@dataclass(frozen=True, slots=True)
class BestWorst:
    """``weights`` (n,) that add up to 1; ``xi`` how far they are from what was said.

    ``consistency``: 0 = the answers agree among themselves, 1 = they could hardly agree less.
    """

    weights: np.ndarray
    xi: float
    consistency: float


def whole_points(weights: Sequence[float] | np.ndarray) -> np.ndarray:
    """Whole points (k,) that make exactly 100, in proportion, by largest remainder.

    Ties go to the first. No weights: no points. Refuses (ValueError) a negative weight and
    weights that add up to nothing.
    """
    given = np.asarray(weights, dtype=np.float64)
    if len(given) == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.all(np.isfinite(given) & (given >= 0)) or given.sum() <= 0:
        raise ValueError("weights are finite, not negative, and add up to more than nothing")
    parts = np.round(POINTS * given / given.sum(), NOISE)
    points: np.ndarray = np.floor(parts).astype(np.int64)
    largest = np.argsort(points - parts, kind="stable")
    points[largest[: POINTS - int(points.sum())]] += 1
    return points


def rank_sum(n: int) -> np.ndarray:
    """Weights (n,) of n criteria, the most important first, falling in equal steps.

    Source: Stillwell, Seaver & Edwards (1981), rank sum.
    """
    _some(n)
    return np.asarray(2 * np.arange(n, 0, -1) / (n * (n + 1)))


def rank_order(n: int) -> np.ndarray:
    """Weights (n,) of n criteria, the most important first: the centre of all that fit the order.

    Source: Barron & Barrett (1996), rank order centroid.
    """
    _some(n)
    return np.asarray(np.cumsum(1 / np.arange(n, 0, -1))[::-1] / n)


def swing(points: Sequence[float]) -> np.ndarray:
    """Weights (n,) from points for how much it matters to go from the worst to the best mark.

    The least important is commonly given 10. Refuses points that are negative or all 0.
    Source: Edwards & Barron (1994), swing weights.
    """
    given = np.asarray(points, dtype=np.float64)
    if given.size == 0 or not np.all(np.isfinite(given) & (given >= 0)) or given.sum() <= 0:
        raise UserError(
            Text("Deze punten geven geen gewichten", "These points make no weights"),
            Text(
                "Geef elk criterium 0 of meer punten, en minstens één meer dan 0.",
                "Give every criterion 0 or more points, and at least one of them more than 0.",
            ),
        )
    return np.asarray(given / given.sum())


def best_worst(best_over: Sequence[float], over_worst: Sequence[float]) -> BestWorst:
    """Weights from two questions a criterion, each answered from 1 to 9.

    ``best_over`` (n,): how many times as important the best criterion is; ``over_worst`` (n,):
    how many times as important this one is as the worst. The best and the worst are those
    answered with 1. Refuses answers out of range or without such a 1.
    Source: Rezaei (2016), linear model; consistency: Liang, Brunelli & Rezaei (2020), eq. 7.
    """
    from scipy.optimize import linprog

    best, worst = _checked(best_over, over_worst)
    b, w = int(np.argmin(best)), int(np.argmin(worst))
    n = len(best)
    eye = np.eye(n)
    over = np.concatenate([eye[b] - best[:, None] * eye, eye - worst[:, None] * eye[w]])
    most = np.concatenate([np.column_stack([sign * over, -np.ones(2 * n)]) for sign in (1, -1)])
    found = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=most,
        b_ub=np.zeros(4 * n),
        A_eq=np.append(np.ones(n), 0.0)[None, :],
        b_eq=[1.0],
    )
    weights = np.maximum(found.x[:n], 0.0)
    return BestWorst(weights / weights.sum(), float(found.fun), _disagreement(best, worst, w))


def _disagreement(best: np.ndarray, worst: np.ndarray, w: int) -> float:
    whole = best[w]
    if whole == 1:  # the best is the worst: then all are alike
        return float((best != 1).any() or (worst != 1).any())
    return float(np.abs(best * worst - whole).max() / (whole**2 - whole))


def _checked(
    best_over: Sequence[float], over_worst: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    best, worst = (np.asarray(told, dtype=np.float64) for told in (best_over, over_worst))
    fits = len(best) == len(worst) > 0
    if not fits or not all(np.all((v >= 1) & (v <= MOST_TIMES)) and 1 in v for v in (best, worst)):
        raise UserError(
            Text(
                "Deze vergelijkingen met het beste en het slechtste criterium kloppen niet",
                "These comparisons with the best and the worst criterion do not fit",
            ),
            Text(
                "Geef voor elk criterium twee getallen van 1 tot en met 9. Het beste criterium is "
                "1 keer zichzelf, het slechtste ook.",
                "Give two numbers from 1 to 9 for every criterion. The best criterion is 1 times "
                "itself, and so is the worst.",
            ),
        )
    return best, worst


def _some(n: int) -> None:
    if n < 1:
        raise ValueError("weights are for one criterion or more")
