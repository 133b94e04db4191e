"""Weak log-normal priors that keep a small base's fit off the walls, and where a search starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.units import DAYS_PER_MONTH, DAYS_PER_WEEK
from kernklant.engine.value.counts import Histories
from kernklant.engine.value.surfaces import Point

FEW_REPEAT_BUYERS = 300
USUAL_GAP_WEEKS = 4 * DAYS_PER_MONTH / DAYS_PER_WEEK  # where nobody bought again: 4 months


@dataclass(frozen=True, slots=True)
class Prior:
    """Independent normals for the log parameters: (4,) means and standard deviations."""

    mean: np.ndarray
    sd: np.ndarray

    def __call__(self, log_parameters: np.ndarray) -> Point:
        """The log density, without its constant."""
        apart = (log_parameters - self.mean) / self.sd
        return Point(-0.5 * float(apart @ apart), -apart / self.sd, -np.diag(self.sd**-2))


def median_gap_weeks(histories: Histories) -> float:
    """The middle repeat buyer's mean weeks between purchases; four months when there is none."""
    gaps, customers = histories.gaps()
    if len(gaps) == 0:
        return USUAL_GAP_WEEKS
    order = np.argsort(gaps, kind="stable")
    counted = np.cumsum(customers[order])
    return float(gaps[order][np.searchsorted(counted, counted[-1] / 2)])


def weak_prior(model: str, histories: Histories) -> Prior:
    """The time scale comes from the median gap; everything else is free of units.

    (M)BG/NBD: docs/algorithms/purchases.md gives the simulation behind it. Pareto/NBD: the same
    customer, who stays for about three gaps.
    """
    gap = median_gap_weeks(histories)
    if model == "pareto":
        mean, sd = [0.0, np.log(gap), 0.0, np.log(3 * gap)], [1.0, 1.5, 1.0, 1.5]
    else:
        mean, sd = [0.0, np.log(gap), 0.0, np.log(3.0)], [1.0, 1.5, 1.0, 1.0]
    return Prior(np.array(mean), np.array(sd))


def starts(model: str, histories: Histories) -> list[np.ndarray]:
    """Log parameters to search from, in order: an ordinary base, a loyal one, a fickle one."""
    gaps, customers = histories.gaps()
    gap = float(np.sum(gaps * customers) / customers.sum()) if len(gaps) else USUAL_GAP_WEEKS
    time = gap if model == "pareto" else 1.0
    places = [
        (0.5, 0.8 * gap, 0.7, 2.0 * time),
        (1.5, 2.0 * gap, 0.3, 4.0 * time),
        (0.2, 0.3 * gap, 1.5, 1.5 * time),
    ]
    return [np.log(place) for place in places]
