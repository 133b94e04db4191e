"""One score out of criteria: what is not known takes no part, and the parts add up exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from kernklant.engine.value.criteria import WITHOUT_SHAPE, Bound, Criterion
from kernklant.engine.value.weights import NOISE, POINTS, whole_points

ENOUGH_EVENTS = 5
BLOCK = 1 << 16  # customers at once, so that memory holds little beyond the answer
LOW_PERCENTILE, HIGH_PERCENTILE = 0.05, 0.95
MOST_TIMES_OVER = 1e6  # a linear share goes no further either way, so that points stay exact


@dataclass(frozen=True, slots=True)
class Score:
    """The score of n customers on k criteria; NaN = not known.

    ``names`` (k,): the criteria that take part, in the order of the policy, with ``weights``
    (k,), whole points that make 100. ``left_out``: those nobody has a known value of; their
    weight went pro rata to the others.
    ``share`` (n, k): part of the weight earned, 0 to 1, outside that only when linear.
    ``exact`` (n,): points of 100 over the known criteria, their weights pro rata; NaN when none.
    ``points`` (n, k) whole, 0 where not known, add up to ``total`` (n,), which is ``exact``
    rounded half up, and 0 where that is NaN.
    ``low`` and ``high`` (n,): the score if all that is not known were at its worst or best.
    ``evidence`` (n,), 0 to 1: known part of the weights x min(1, events / 5).
    """

    names: tuple[str, ...]
    weights: np.ndarray
    left_out: tuple[str, ...]
    share: np.ndarray
    exact: np.ndarray
    points: np.ndarray
    total: np.ndarray
    low: np.ndarray
    high: np.ndarray
    evidence: np.ndarray


def score(
    criteria: Sequence[Criterion], values: Mapping[str, np.ndarray], *, events: np.ndarray
) -> Score:
    """The score of n customers; ``values`` by name of criterion (n,), in the unit of its source.

    ``events`` (n,): how many events are known of each. A criterion with weight 0 takes no part.
    Each customer's score depends on his own values only. Refuses (ValueError) values that are
    infinite, and a profile or rating outside 0 to 1.
    """
    n = len(events)
    weighed = [criterion for criterion in criteria if criterion.weight > 0]
    known = {c.name: _anybody(c, values[c.name], n) for c in weighed}
    chosen = [criterion for criterion in weighed if known[criterion.name]]
    found = Score(
        names=tuple(criterion.name for criterion in chosen),
        weights=whole_points([criterion.weight for criterion in chosen]),
        left_out=tuple(criterion.name for criterion in weighed if not known[criterion.name]),
        share=np.empty((len(chosen), n)).T,
        exact=np.empty(n),
        points=np.empty((len(chosen), n), dtype=np.int32).T,
        total=np.empty(n, dtype=np.int32),
        low=np.empty(n),
        high=np.empty(n),
        evidence=np.minimum(1.0, np.asarray(events) / ENOUGH_EVENTS),
    )
    for start in range(0, n, BLOCK):
        some = slice(start, start + BLOCK)
        for column, criterion in zip(found.share.T, chosen, strict=True):
            column[some] = share_of(criterion, values[criterion.name][some])
        _fill(found, some, best=[_best(criterion) for criterion in chosen])
    return found


def _anybody(criterion: Criterion, value: np.ndarray, n: int) -> bool:
    """Whether a value is known of anybody."""
    if value.shape != (n,):
        raise ValueError(f"{criterion.name}: one value for each of {n} customers")
    if np.isinf(value).any():
        raise ValueError(f"{criterion.name}: a value is finite, or NaN when it is not known")
    if criterion.source in WITHOUT_SHAPE and ((value < 0) | (value > 1)).any():
        raise ValueError(f"{criterion.name}: a {criterion.source} is a share from 0 to 1")
    return not bool(np.isnan(value).all())


def _fill(found: Score, some: slice, *, best: list[float]) -> None:
    """All that follows from the shares of ``some`` customers."""
    # Criterion by criterion: a customer's sum is then made in the same order wherever he stands.
    share = found.share.T[:, some]
    told, earned = _earned(share, found.weights)
    parts = POINTS * earned / np.where(told > 0, told, 1.0)
    exact = np.where(told > 0, np.round(_added(parts), NOISE), np.nan)
    total = np.floor(np.where(told > 0, exact, 0.0) + 0.5)
    low, high = _range(share, earned, weights=found.weights, best=best)
    found.exact[some] = exact
    found.total[some] = total
    found.points.T[:, some] = _whole(np.round(parts, NOISE), np.isnan(share), total)
    found.low[some] = np.fmin(low, exact)
    found.high[some] = np.fmax(high, exact)
    found.evidence[some] *= told / POINTS


def _earned(share: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weight of what is known (n,), and points earned of it (k, n), 0 where not known."""
    told = np.zeros(share.shape[1])
    earned = np.zeros_like(share)
    for into, row, weight in zip(earned, share, weights, strict=True):
        here = ~np.isnan(row)
        told += weight * here
        np.multiply(weight, row, out=into, where=here)
    return told, earned


def _added(rows: np.ndarray) -> np.ndarray:
    total: np.ndarray = np.zeros(rows.shape[1])
    for row in rows:
        total += row
    return total


def _whole(parts: np.ndarray, unknown: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Whole points (k, n) that add up to ``total`` (n,), by largest remainder, ties to the first.

    What is left after rounding down is never more than the parts that were rounded, so a
    criterion that earned nothing gets nothing.
    """
    points = np.floor(parts)
    remainder = np.where(unknown, -1.0, parts - points)
    left = total - _added(points)
    for this, own in enumerate(remainder):
        ahead = np.zeros(len(total), dtype=np.int32)
        for other, theirs in enumerate(remainder):
            if other != this:
                ahead += theirs >= own if other < this else theirs > own
        points[this] += ahead < left
    return np.asarray(points)


def _range(
    share: np.ndarray, earned: np.ndarray, *, weights: np.ndarray, best: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    worst = _added(earned)
    top = worst.copy() if best else np.full(len(worst), float(POINTS))
    for row, weight, most in zip(share, weights, best, strict=True):
        top += weight * most * np.isnan(row)
    return np.round(worst, NOISE), np.round(top, NOISE)


def _best(criterion: Criterion) -> float:
    """The largest share an unknown value is taken to have; the smallest is 0 for every shape."""
    if criterion.shape != "threshold":
        return 1.0
    return max(points for _from, points in criterion.steps) / criterion.weight


def share_of(criterion: Criterion, value: np.ndarray) -> np.ndarray:
    """The share (n,) of its weight that each value earns; NaN stays NaN.

    ``bounded``: 0 up to ``low``, 1 from ``high`` on. ``linear``: the same line, beyond both.
    ``threshold``: the points of the last step reached, over the weight. A profile or rating
    is a share already. Refuses (ValueError) bounds that are still "auto".
    """
    if criterion.source in WITHOUT_SHAPE:
        return np.asarray(value, dtype=np.float64)
    if criterion.shape == "threshold":
        return _step(criterion, value)
    low, high = fixed(criterion)
    share = (value - low) / (high - low)
    limits = (0.0, 1.0) if criterion.shape == "bounded" else (-MOST_TIMES_OVER, MOST_TIMES_OVER)
    return np.asarray(np.clip(share, *limits))


def _step(criterion: Criterion, value: np.ndarray) -> np.ndarray:
    starts, points = zip(*criterion.steps, strict=True)
    reached = np.searchsorted(np.array(starts), value, side="right")
    share = np.array([0.0, *points]) / criterion.weight
    return np.where(np.isnan(value), np.nan, share[reached])


def fixed(criterion: Criterion) -> tuple[float, float]:
    """The two bounds of a criterion; refuses (ValueError) those that are still "auto"."""
    low, high = criterion.low, criterion.high
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low >= high:
        raise ValueError(f"{criterion.name}: two bounds, the lower first; see with_bounds")
    return float(low), float(high)


def inverse_share(criterion: Criterion, share: float | np.ndarray) -> np.ndarray:
    """The smallest value that earns at least ``share`` (any shape): in the unit of the source.

    Infinite where no value does, minus infinite where every value does; NaN stays NaN.
    """
    wanted = np.asarray(share, dtype=np.float64)
    if criterion.shape == "threshold":
        return _step_for(criterion, wanted)
    own_scale = criterion.source in WITHOUT_SHAPE
    low, high = (0.0, 1.0) if own_scale else fixed(criterion)
    if criterion.shape == "linear":
        return np.asarray(low + wanted * (high - low))
    value = np.where(wanted >= 1, high, low + wanted * (high - low))
    return np.select([wanted > 1, wanted <= 0], [np.inf, -np.inf], value)


def _step_for(criterion: Criterion, wanted: np.ndarray) -> np.ndarray:
    """From the first step of those that reach it; a rounding error below it reaches it too."""
    value = np.where(np.isnan(wanted), np.nan, np.inf)
    for start, points in reversed(((-np.inf, 0.0), *criterion.steps)):
        value = np.where(points / criterion.weight >= wanted - 10.0**-NOISE, start, value)
    return value


def with_bounds(
    criteria: Sequence[Criterion], values: Mapping[str, np.ndarray]
) -> tuple[Criterion, ...]:
    """The criteria, each bound "auto" replaced by a percentile of the known values.

    The 5th and the 95th, in two significant digits, so that a person can say them. Where these
    do not differ, the least and the largest; where nobody differs, a bound at 0. A criterion
    nobody has a known value of keeps "auto": a later run with data sets it.
    """
    return tuple(_bounded(criterion, values) for criterion in criteria)


def _bounded(criterion: Criterion, values: Mapping[str, np.ndarray]) -> Criterion:
    if "auto" not in (criterion.low, criterion.high):
        return criterion
    known = values[criterion.name]
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return criterion
    low, high = _percentiles(known, criterion.low, criterion.high)
    return replace(criterion, low=low, high=high)


def _percentiles(
    known: np.ndarray, low: Bound | None, high: Bound | None
) -> tuple[float | None, float | None]:
    asked = low == "auto", high == "auto"
    for least, most in ((LOW_PERCENTILE, HIGH_PERCENTILE), (0.0, 1.0)):
        found_low = _two_digits(np.quantile(known, least)) if low == "auto" else low
        found_high = _two_digits(np.quantile(known, most)) if high == "auto" else high
        if found_low is not None and found_high is not None and found_low < found_high:
            return found_low, found_high
    return _apart(found_low, found_high, asked=asked)


def _two_digits(value: float) -> float:
    """Of 1.95 as of 1.9500000000000002: what arithmetic left behind decides no digit."""
    return float(f"{Decimal(f'{value:.12g}'):.1e}")


def _apart(
    low: float | None, high: float | None, *, asked: tuple[bool, bool]
) -> tuple[float | None, float | None]:
    """Bounds where nobody differs: what is above 0 earns all of it, what is not earns nothing."""
    if low is None or high is None:
        return low, high
    if asked[0] and high > 0:
        return 0.0, high
    if asked[1]:
        return low, 0.0 if low < 0 else low + 1.0
    return high - 1.0, high
