"""What customers are divided on, as it stands and as it may turn out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernklant.engine.value.chances import Measure
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.score import Score, fixed, share_of
from kernklant.engine.value.weights import POINTS

TURNING = ("clv", "contribution_12m", "revenue_12m")  # sources that follow what is bought


@dataclass(frozen=True, slots=True)
class Turning:
    """How a year of customers (n,) goes with the way their lifetime value turns out.

    Of each euro of lifetime value ``revenue`` and ``margin`` (n,) euros fall in the coming year,
    NaN where nothing is expected or his margin is not known. ``service`` (n,): euros it will cost
    to serve them that year, ``upkeep`` (n,) over the whole horizon.
    """

    revenue: np.ndarray
    margin: np.ndarray
    service: np.ndarray
    upkeep: np.ndarray

    def of(self, source: str, value: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What a source becomes for these rows when their lifetime values turn out so."""
        if source == "clv":
            return np.asarray(value - self.upkeep[rows])
        if source == "revenue_12m":
            return np.asarray(self.revenue[rows] * value)
        return np.asarray(self.margin[rows] * value - self.service[rows])

    def when(self, source: str, becomes: float) -> np.ndarray:
        """The lifetime value (n,) at which a source becomes so; NaN where it never turns."""
        if source == "clv":
            return np.asarray(becomes + self.upkeep)
        slope = self.revenue if source == "revenue_12m" else self.margin
        level = becomes + (0.0 if source == "revenue_12m" else self.service)
        nowhere = np.full(len(slope), np.nan)
        return np.asarray(np.divide(level, slope, out=nowhere, where=slope > 0))


def plain_measure(source: str, now: np.ndarray, turning: Turning, *, most: np.ndarray) -> Measure:
    """Divided on one source in euros; where nothing is expected it stays as it stands."""

    def turned(value: np.ndarray, rows: np.ndarray) -> np.ndarray:
        becomes = turning.of(source, value, rows)
        return np.where(np.isnan(becomes), _known(now[rows]), becomes)

    return Measure(now, turned, np.empty((0, len(now))), most)


def score_measure(
    criteria: Sequence[Criterion],
    score: Score,
    *,
    values: Mapping[str, np.ndarray],
    turning: Turning,
    most: np.ndarray,
) -> Measure:
    """Divided on the score: criteria that follow what is bought turn, the others stand.

    ``values`` (n,) by criterion, as they were scored. A criterion that is not known of a customer
    takes no part in his score, however things turn out.
    """
    by_name = {criterion.name: criterion for criterion in criteria}
    known = ~np.isnan(score.share)
    told = np.where(known, score.weights, 0).sum(axis=1)
    part = score.weights / np.maximum(told, 1)[:, None] * POINTS
    turns = [at for at, name in enumerate(score.names) if by_name[name].source in TURNING]
    stands = [at for at in range(len(score.names)) if at not in turns]
    fixed = np.where(known[:, stands], score.share[:, stands] * part[:, stands], 0.0).sum(axis=1)

    def turned(value: np.ndarray, rows: np.ndarray) -> np.ndarray:
        total = fixed[rows].copy()
        for at in turns:
            criterion = by_name[score.names[at]]
            becomes = turning.of(criterion.source, value, rows)
            becomes = np.where(np.isnan(becomes), values[criterion.name][rows], becomes)
            share = share_of(criterion, becomes)
            total += np.where(np.isnan(share), 0.0, share * part[rows, at])
        return np.asarray(total)

    bends = [
        turning.when(by_name[score.names[at]].source, value)
        for at in turns
        for value in _bends(by_name[score.names[at]])
    ]
    return Measure(score.exact, turned, np.array(bends).reshape(-1, len(most)), most)


def _bends(criterion: Criterion) -> tuple[float, ...]:
    """Where the points of a criterion bend or jump, in the unit of its source."""
    if criterion.shape == "threshold":
        return tuple(value for value, _points in criterion.steps)
    return () if criterion.shape == "linear" else fixed(criterion)


def _known(values: np.ndarray) -> np.ndarray:
    """What is not known reaches no cut-off."""
    return np.where(np.isnan(values), -np.inf, values)
