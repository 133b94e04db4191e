"""BG/NBD and MBG/NBD: customers who may leave after a purchase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.counts import Histories, Pairs, distinct
from kernklant.engine.value.expectation import WhileAlive
from kernklant.engine.value.surfaces import Point, Surface, rising

R, ALPHA, A, B = range(4)
NEVER = -1e30  # the log of a chance of nothing, finite so that differences of it are


@dataclass(frozen=True, slots=True)
class BetaGeometric:
    """``first`` = 1: customers may already leave after their first purchase (MBG), else 0 (BG)."""

    first: int

    def likelihood(
        self, histories: Histories
    ) -> Callable[[np.ndarray], tuple[Surface, Surface, Point]]:
        """ln L of a customer = logaddexp(ends, lasts) + a constant of x, at log parameters.

        Source: Fader, Hardie & Lee (2005); Batislam, Denizel & Filiztekin (2007);
        docs/algorithms/purchases.md, (1).
        """

        def at(log_parameters: np.ndarray) -> tuple[Surface, Surface, Point]:
            r, alpha, a, b = np.exp(log_parameters)
            ends = _power(histories.ends, r=r, alpha=alpha)
            lasts = _power(histories.lasts, r=r, alpha=alpha)
            self._leaving(lasts, histories.lasts.x, a=a, b=b)
            return ends, lasts, self._constant((r, alpha, a, b), histories)

        return at

    def _leaving(self, lasts: Surface, x: np.ndarray, *, a: float, b: float) -> None:
        """Multiply by the odds that the last purchase was the last for ever."""
        at_all = x + self.first > 0
        past = b + x[at_all] - 1 + self.first
        share = b / past
        lasts.value[at_all] += np.log(a) - np.log(past)
        lasts.value[~at_all] = NEVER
        lasts.gradient[at_all, A] += 1.0
        lasts.gradient[at_all, B] -= share
        lasts.hessian[at_all, -1] -= share * (1 - share)

    def _constant(self, parameters: tuple[float, float, float, float], of: Histories) -> Point:
        r, alpha, a, b = parameters
        stays = of.x + self.first
        buys, buys1, buys2 = rising(r, of.x)
        stay, stay1, stay2 = rising(b, stays)
        both, both1, both2 = rising(a + b, stays)
        surface = Surface.of(buys + r * np.log(alpha) + stay - both)
        surface.gradient[:, R] = r * buys1 + r * np.log(alpha)
        surface.gradient[:, ALPHA] = r
        surface.gradient[:, A] = -a * both1
        surface.gradient[:, B] = b * stay1 - b * both1
        surface.add(R, R, r * buys1 + r**2 * buys2 + r * np.log(alpha))
        surface.add(R, ALPHA, r)
        surface.add(A, A, -a * both1 - a**2 * both2)
        surface.add(A, B, -a * b * both2)
        surface.add(B, B, b * stay1 + b**2 * stay2 - b * both1 - b**2 * both2)
        return surface.total(of.customers)

    def chance_alive(self, parameters: tuple[float, ...], history: Purchases) -> np.ndarray:
        """Chance that each customer will ever buy again, (n,) in [0, 1].

        Source: Fader, Hardie & Lee (2008); Hoppe & Wagner (2007);
        docs/algorithms/purchases.md, (2).
        """
        r, alpha, a, b = parameters
        log_age = np.log(alpha + np.arange(int(history.T.max(initial=0)) + 1) / DAYS_PER_WEEK)
        orders, of = distinct(history.x, below=int(history.x.max(initial=0)) + 1)
        left = np.full(len(orders), NEVER)
        at_all = orders + self.first > 0
        left[at_all] = np.log(a) - np.log(b + orders[at_all] - 1 + self.first)
        since = log_age[history.T] - log_age[history.t_x]
        return np.asarray(expit(-((r + orders)[of] * since + left[of])))

    def while_alive(
        self, parameters: tuple[float, ...], at: Pairs, *, most_weeks: float
    ) -> Callable[[float], np.ndarray]:
        """Expected purchases of customers alive at (x, T), as a function of weeks <= most_weeks."""
        r, alpha, a, b = parameters
        age = alpha + at.day / DAYS_PER_WEEK
        expected = WhileAlive(at.x, most_weeks / age, r=r, a=a, b=b + self.first)
        return lambda weeks: expected(weeks / age)

    def first_alive(self, parameters: tuple[float, ...]) -> float:
        """Chance that a customer is still there right after the first purchase."""
        _, _, a, b = parameters
        return b / (a + b) if self.first else 1.0

    def count_tail(
        self, parameters: tuple[float, ...], at: Pairs, *, weeks: float, most: int
    ) -> np.ndarray:
        """P(N >= n | alive) for n = 1..most: stays n - 1 times, and would buy n times."""
        r, alpha, a, b = parameters
        age = alpha + at.day / DAYS_PER_WEEK
        before = np.arange(most - 1)
        stays = np.log(b + self.first + at.x[:, None] + before)
        stays -= np.log(a + b + self.first + at.x[:, None] + before)
        kept = np.exp(np.cumsum(stays, axis=1))
        tail = at_least(buys(r + at.x, most=most)(weeks / (age + weeks)))
        tail[:, 1:] *= kept
        return tail


def buys(shape: np.ndarray, *, most: int) -> Callable[[np.ndarray], np.ndarray]:
    """Negative binomial chances of n = 1 .. most - 1, and of most or more, by share in [0, 1)."""
    n = np.arange(1, most)
    ways = np.cumsum(np.log(shape[:, None] + n - 1) - np.log(n), axis=1)

    def chances(share: np.ndarray) -> np.ndarray:
        log_share = np.log(np.maximum(share, np.finfo(float).tiny))[:, None]
        chance = n * log_share
        chance += ways
        chance += (shape * np.log1p(-share))[:, None]
        return np.hstack([np.exp(chance, out=chance), betainc(most, shape, share)[:, None]])

    return chances


def at_least(chances: np.ndarray) -> np.ndarray:
    """P(N >= n) from P(N = n), adding the smallest first."""
    return np.asarray(np.minimum(np.cumsum(chances[:, ::-1], axis=1)[:, ::-1], 1.0))


def _power(at: Pairs, *, r: float, alpha: float) -> Surface:
    """-(r + x) ln(alpha + day): a few thousand logarithms instead of one a customer."""
    shape, inverse = r + at.x, alpha / (alpha + at.day / DAYS_PER_WEEK)
    log_age = np.log(alpha + at.day / DAYS_PER_WEEK)
    surface = Surface.of(-shape * log_age)
    surface.gradient[:, R] = -r * log_age
    surface.gradient[:, ALPHA] = -shape * inverse
    surface.add(R, R, -r * log_age)
    surface.add(R, ALPHA, -r * inverse)
    surface.add(ALPHA, ALPHA, -shape * (inverse - inverse**2))
    return surface
