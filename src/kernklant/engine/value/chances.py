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

BLOCK = 1 << 16  # customers at once, so that they stay near the processor
ROUNDS = 60  # of the search for a cut-off
CHORDS = 20  # of these; whoever is not there yet is at a jump, which only halves get near
CLOSE, CLOSELY = 1e-3, 1e-5  # customers, and of many this part
FROM_GUESS = 0.1  # of the guess: how far either way the cut-off is first looked for
NEAR = 1e-12  # of a cut-off: closer is the same number, summed otherwise

ChanceAbove = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Measure:
    """What customers (n,) are divided on.

    ``now`` (n,): as it stands, NaN where not known. ``turned(value, rows)``: what it becomes for
    these rows if their lifetime values turn out so, never less for more. ``knots`` (k, n):
    lifetime values at which it bends or jumps, NaN where a customer has fewer; in between it is
    a straight line. ``most`` (n,): a lifetime value that hardly anybody exceeds.
    """

    now: np.ndarray
    turned: Callable[[np.ndarray, np.ndarray], np.ndarray]
    knots: np.ndarray
    most: np.ndarray


def reach(measure: Measure, cut: float, rows: np.ndarray | None = None) -> np.ndarray:
    """The least lifetime value that brings each customer of ``rows`` (all: (n,)) to ``cut``.

    Below zero for those who are there whatever happens, infinite for those who never get there.
    """
    rows = np.arange(len(measure.now)) if rows is None else rows
    found = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        some = slice(start, start + BLOCK)
        found[some] = _reach(measure, cut - NEAR * abs(cut), rows[some])
    return found


def _reach(measure: Measure, cut: float, rows: np.ndarray) -> np.ndarray:
    """From knot to knot until it is passed; then along the straight line before that knot."""
    most, start = measure.most[rows], np.zeros(len(rows))
    knots = np.clip(np.nan_to_num(measure.knots[:, rows], nan=0.0), 0.0, most)
    found = np.where(measure.turned(start, rows) >= cut, -1.0, np.inf)
    for end in (*np.sort(knots, axis=0), most):
        passed = np.flatnonzero(np.isinf(found) & (measure.turned(end, rows) >= cut))
        if len(passed):
            found[passed] = _along(measure, cut, rows[passed], low=start[passed], high=end[passed])
        start = end
    return found


def _along(
    measure: Measure, cut: float, rows: np.ndarray, *, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Where the line between two knots passes; where it does not, at the jump at its end.

    The line is drawn through two points within: at a knot the last bit of a float decides whether
    its jump is behind or ahead.
    """
    part = (high - low) / 4
    first = measure.turned(low + part, rows)
    rise = (measure.turned(high - part, rows) - first) / 2
    ahead = cut - (first - rise)
    never = np.where(ahead > 0, np.inf, 0.0)
    way = np.divide(ahead * part, rise, out=never, where=rise > 0)
    return np.asarray(np.clip(low + way, low, high))


def chance_of(measure: Measure, cut: float, *, chance_above: ChanceAbove) -> np.ndarray:
    """P(measure >= cut) (n,), from ``chance_above``: P(lifetime value > euros) (n,) of each."""
    return np.asarray(chance_above(reach(measure, cut)))


def cut_for(
    measure: Measure, expected: float, *, chance_above: ChanceAbove, among: np.ndarray
) -> float:
    """The cut-off that ``expected`` customers of ``among`` (n,) bool are expected to reach.

    Infinite when nobody is wanted. Where many stand at one measure without any doubt, no cut-off
    gives the number; then the highest with at least as many.
    """
    if expected <= 0 or not among.any():
        return np.inf
    bounds, close = _bounds(measure, among), max(CLOSE, CLOSELY * expected)

    def beyond(cut: float) -> float:
        chance = chance_of(measure, cut, chance_above=chance_above)
        return exact_sum(np.where(among, chance, 0.0)) - expected

    return _crossing(beyond, bounds, guess=_guess(measure, expected, among), close=close)


def _bounds(measure: Measure, among: np.ndarray) -> tuple[float, float]:
    """A cut-off that all reach whose measure is known at all, and one that nobody does."""
    everybody = np.arange(len(measure.now))
    ends = [measure.turned(value, everybody) for value in (0 * measure.most, measure.most)]
    known = np.isfinite(ends[0]) & among
    low, high = (float(end[known].max(initial=0.0)) for end in (-ends[0], ends[1]))
    return -low, high + max(1.0, abs(high)) * 1e-6


def _guess(measure: Measure, expected: float, among: np.ndarray) -> float:
    """The measure of the last customer who would be in if all stayed as it stands."""
    now = measure.now[among & np.isfinite(measure.now)]
    if len(now) == 0:
        return 0.0
    last = min(max(len(now) - round(expected), 0), len(now) - 1)
    return float(np.partition(now, last)[last])


def _crossing(
    beyond: Callable[[float], float], bounds: tuple[float, float], *, guess: float, close: float
) -> float:
    """Where a falling function passes 0, not below it: along chords, and at a jump by halves.

    First at the guess and a little beyond it, on the side where it must be.
    Source: Dowell & Jarratt (1971), the Illinois method.
    """
    low, high = bounds
    above = below = 0.0  # heights of the chord at both ends, once they are known
    side = 0
    for step in range(ROUNDS):
        chord = above > 0 > below and step % 4 != 3 and step < CHORDS
        middle = low + (high - low) * above / (above - below) if chord else (low + high) / 2
        if step < 2:
            tried = guess + FROM_GUESS * abs(guess) * side
            middle = tried if low < tried < high else middle
        many = beyond(middle)
        if abs(many) < close:
            return middle
        if many >= 0:
            below = below / 2 if side > 0 else below
            low, above, side = middle, many, 1
        else:
            above = above / 2 if side < 0 else above
            high, below, side = middle, many, -1
        if high - low <= NEAR * max(abs(high), abs(low)):
            break
    return low
