"""How likely a customer reaches a cut-off, when his value may still turn out in many ways.

What a policy divides on never falls as the lifetime value of a customer turns out higher. So the
chance to reach a cut-off is the chance that his value exceeds the least one that brings him
there: one distribution, no dice, and the same answer for any order of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kernklant.engine.value.counts import exact_sum

HALVINGS = 48  # of the way to the highest value: to a cent of a billion
ROUNDS = 60  # of the search for a cut-off
CLOSE = 1e-3  # customers
NEAR = 1e-12  # of a cut-off: closer is the same number, summed otherwise


@dataclass(frozen=True, slots=True)
class Measure:
    """What customers (n,) are divided on.

    ``now`` (n,): as it stands, NaN where not known. ``turned(value, rows)``: what it becomes for
    these rows if their lifetime values turn out so, never less for more. ``most`` (n,): a
    lifetime value that hardly anybody exceeds.
    """

    now: np.ndarray
    turned: Callable[[np.ndarray, np.ndarray], np.ndarray]
    most: np.ndarray


def reach(measure: Measure, cut: float) -> np.ndarray:
    """The least lifetime value (n,) that brings each customer to ``cut``.

    Below zero for those who are there whatever happens, infinite for those who never get there.
    """
    everybody, cut = np.arange(len(measure.now)), cut - NEAR * abs(cut)
    found = np.full(len(everybody), np.inf)
    found[measure.turned(np.zeros(len(everybody)), everybody) >= cut] = -1.0
    able = measure.turned(measure.most, everybody) >= cut
    rows = np.flatnonzero(able & (found > 0))
    low, high = np.zeros(len(rows)), measure.most[rows].copy()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        there = measure.turned(middle, rows) >= cut
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    found[rows] = high
    return found


def chance_of(
    measure: Measure, cut: float, *, chance_above: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """P(measure >= cut) (n,), from ``chance_above``: P(lifetime value > euros) (n,) of each."""
    return np.asarray(chance_above(reach(measure, cut)))


def cut_for(
    measure: Measure,
    expected: float,
    *,
    chance_above: Callable[[np.ndarray], np.ndarray],
    among: np.ndarray,
) -> float:
    """The cut-off that ``expected`` customers of ``among`` (n,) bool are expected to reach.

    Halves the way between nobody and everybody. Infinite when nobody is wanted. Where many
    stand at one measure without any doubt, no cut-off gives the number; then the highest
    with at least as many.
    """
    if expected <= 0 or not among.any():
        return np.inf
    everybody = np.arange(len(measure.now))
    low = float(np.min(measure.turned(np.zeros(len(everybody)), everybody)[among]))
    high = float(np.max(measure.turned(measure.most, everybody)[among]))
    high += max(1.0, abs(high)) * 1e-6
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        many = exact_sum(chance_of(measure, middle, chance_above=chance_above)[among])
        if abs(many - expected) < CLOSE:
            return middle
        low, high = (middle, high) if many >= expected else (low, middle)
        if high - low <= NEAR * max(abs(high), abs(low)):
            break
    return low
