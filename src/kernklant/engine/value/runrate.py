"""The forecast without a model: everybody goes on as before, for no longer than we look back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.counts import exact_sum

SHAPES = (0.05, 50.0)
HALF_A_PURCHASE = 0.5  # stands in for none, so that nobody's chance is exactly zero


@dataclass(frozen=True, slots=True)
class RunRate:
    """Rates per week are gamma (shape, weeks); ``span`` is how many weeks the history covers.

    A customer's rate is (shape + x) / (weeks + T): his own, drawn towards all. Nobody leaves,
    so it never looks further ahead than ``span``, and ``level`` <= 1 takes all rates down to
    what was lately seen.
    """

    shape: float
    weeks: float
    span: float
    level: float = 1.0

    def expected(self, history: Purchases, *, weeks: float) -> np.ndarray:
        """Purchase days (n,) in the coming ``weeks``, at most one a day."""
        ahead = min(weeks, self.span)
        rate = (self.shape + history.x) / (self.weeks + history.T / DAYS_PER_WEEK)
        return np.asarray(np.minimum(rate, DAYS_PER_WEEK) * self.level * ahead)

    def discounted(self, history: Purchases, *, weeks: float, weekly_rate: float) -> np.ndarray:
        """The same, each purchase worth exp(-weekly_rate x weeks ahead)."""
        ahead = min(weeks, self.span)
        if ahead == 0 or weekly_rate == 0:
            return self.expected(history, weeks=weeks)
        kept = -np.expm1(-weekly_rate * ahead) / (weekly_rate * ahead)
        return np.asarray(self.expected(history, weeks=weeks) * kept)

    def count_tail(self, x: np.ndarray, T: np.ndarray, *, weeks: float, most: int) -> np.ndarray:
        """P(N >= n), n = 1..most: (pairs, most), negative binomial."""
        ahead = min(weeks, self.span) * self.level
        share = ahead / (self.weeks + T / DAYS_PER_WEEK + ahead)
        shape = self.shape + x[:, None]
        return np.asarray(betainc(np.arange(1, most + 1), shape, share[:, None]))


def run_rate(history: Purchases, *, level: float = 1.0) -> RunRate:
    """The gamma of rates by moments from x and T; an empty or one-day base gives no span."""
    x, weeks = history.x.astype(np.float64), history.T / DAYS_PER_WEEK
    bought, watched = x.sum(), exact_sum(weeks)
    if watched == 0:
        return RunRate(1.0, 1.0, 0.0)
    rate = max(bought, HALF_A_PURCHASE) / watched
    usual = rate * weeks
    beyond_chance = exact_sum((x - usual) ** 2 - usual)
    shape = exact_sum(usual**2) / beyond_chance if beyond_chance > 0 else SHAPES[1]
    shape = float(np.clip(shape, *SHAPES))
    return RunRate(shape, float(shape / rate), float(weeks.max()), level)
