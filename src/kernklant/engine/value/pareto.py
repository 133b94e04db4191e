"""Pareto/NBD: customers who may leave at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import exprel

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import DAYS_PER_WEEK
from kernklant.engine.value.bgnbd import at_least, buys
from kernklant.engine.value.counts import Histories, Pairs, pairs
from kernklant.engine.value.lattice import ALPHA, BETA, Lattice, R, S
from kernklant.engine.value.surfaces import Point, Surface, rising

NODES, STEPS = 16, 4  # + 4 sqrt(x) nodes give 1e-13 for x up to 1,000


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """Parameters r, alpha (purchases per week) and s, beta (leaving per week)."""

    def likelihood(
        self, histories: Histories
    ) -> Callable[[np.ndarray], tuple[Surface, Surface, Point]]:
        """ln L of a customer = logaddexp(ends, lasts) + a constant of x, at log parameters.

        Source: Schmittlein, Morrison & Colombo (1987); docs/algorithms/purchases.md, (4).
        """
        lattice = Lattice(histories.ends, histories.lasts)

        def at(log_parameters: np.ndarray) -> tuple[Surface, Surface, Point]:
            parameters = tuple(np.exp(log_parameters))
            return *lattice.surfaces(parameters), _constant(parameters, histories)

        return at

    def chance_alive(self, parameters: tuple[float, ...], history: Purchases) -> np.ndarray:
        """Chance that each customer is still there, (n,) in [0, 1].

        Source: Schmittlein, Morrison & Colombo (1987); docs/algorithms/purchases.md, (5).
        """
        r, alpha, s, beta = parameters
        ends, end = pairs(history.x, history.T)
        lasts, last = pairs(history.x, history.t_x)
        stayed, left = Lattice(ends, lasts).surfaces(parameters, derivatives=False)
        age = ends.day / DAYS_PER_WEEK
        there = -(r + ends.x) * np.log(alpha + age) - s * np.log(beta + age)
        seen = np.logaddexp(stayed.value[end], left.value[last])
        return np.asarray(np.exp(np.minimum(there[end] - seen, 0.0)))

    def while_alive(
        self, parameters: tuple[float, ...], at: Pairs, *, most_weeks: float
    ) -> Callable[[float], np.ndarray]:
        """Expected purchases of customers alive at (x, T), as a function of weeks <= most_weeks.

        Regular at s = 1.
        Source: Schmittlein, Morrison & Colombo (1987); docs/algorithms/purchases.md, (6).
        """
        r, alpha, s, beta = parameters
        rate = (r + at.x) / (alpha + at.day / DAYS_PER_WEEK)
        age = beta + at.day / DAYS_PER_WEEK

        def expected(weeks: float) -> np.ndarray:
            grown = np.log1p(weeks / age)
            return np.asarray(rate * age * grown * exprel((1 - s) * grown))

        return expected

    def first_alive(self, parameters: tuple[float, ...]) -> float:
        """Nobody leaves with a purchase, so everybody is there right after the first."""
        return 1.0

    def count_tail(
        self, parameters: tuple[float, ...], at: Pairs, *, weeks: float, most: int
    ) -> np.ndarray:
        """P(N >= n | alive), n = 1..most: a mean over when the customer leaves.

        Gauss-Legendre in the log of time; the nodes grow with how sharply counts separate.
        """
        r, alpha, s, beta = parameters
        own, other = alpha + at.day / DAYS_PER_WEEK, beta + at.day / DAYS_PER_WEEK
        nearest = np.minimum(own, other)
        shape, grown = r + at.x, np.log1p(weeks / nearest)
        sharpest = min(float(most), float(shape.max(initial=1.0)))
        nodes, weights = np.polynomial.legendre.leggauss(NODES + int(STEPS * np.sqrt(sharpest)))
        chances = buys(shape, most=most)
        stays = np.exp(-s * np.log1p(weeks / other))
        found = stays[:, None] * chances(weeks / (own + weeks))
        for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
            lived = nearest * np.expm1(node * grown)
            leaves = weight * grown * (nearest + lived) * s / (other + lived)
            leaves *= np.exp(-s * np.log1p(lived / other))
            found += leaves[:, None] * chances(lived / (own + lived))
        return at_least(found)


def _constant(parameters: tuple[float, ...], of: Histories) -> Point:
    r, alpha, s, beta = parameters
    buys, buys1, buys2 = rising(r, of.x)
    surface = Surface.of(buys + r * np.log(alpha) + s * np.log(beta))
    surface.gradient[:, R] = r * buys1 + r * np.log(alpha)
    surface.gradient[:, ALPHA] = r
    surface.gradient[:, S] = s * np.log(beta)
    surface.gradient[:, BETA] = s
    surface.add(R, R, r * buys1 + r**2 * buys2 + r * np.log(alpha))
    surface.add(R, ALPHA, r)
    surface.add(S, S, s * np.log(beta))
    surface.add(S, BETA, s)
    return surface.total(of.customers)
