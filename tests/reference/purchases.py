"""BG/NBD, MBG/NBD and Pareto/NBD as their papers print them. Time is in weeks.

Source: Fader, Hardie & Lee (2005); Batislam, Denizel & Filiztekin (2007); Schmittlein, Morrison &
Colombo (1987).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, hyp2f1

# Moments of leaving at which an integral over them is summed.
MOMENTS, MOMENT_WEIGHTS = (part.tolist() for part in np.polynomial.legendre.leggauss(96))
ALMOST_NOTHING = 0.05  # of a - 1 or c: here the printed form is nearly 0 / 0
NEVER = 1e-12


@dataclass(frozen=True)
class Seen:
    """One customer: repeat purchases, weeks until the last, weeks until now."""

    x: int
    t_x: float
    T: float


@dataclass(frozen=True)
class Model:
    """A model with its four parameters; ``first`` 1: one may leave after the first purchase."""

    name: str
    parameters: tuple[float, ...]

    @property
    def first(self) -> int:
        return 1 if self.name == "mbg" else 0

    def log_likelihood(self, seen: Seen) -> float:
        """ln of how likely this history is."""
        r, alpha, _, _ = self.parameters
        buys = math.lgamma(r + seen.x) - math.lgamma(r) + r * math.log(alpha)
        there, gone = self._there(seen), self._gone(seen)
        return buys + _log_add(there, gone)

    def alive(self, seen: Seen) -> float:
        """The chance that he is still a customer."""
        there, gone = self._there(seen), self._gone(seen)
        return math.exp(there - _log_add(there, gone))

    def _there(self, seen: Seen) -> float:
        """ln of buying so and still being there, but for what both ways share."""
        r, alpha, third, fourth = self.parameters
        waited = -(r + seen.x) * math.log(alpha + seen.T)
        if self.name == "pareto":
            return waited + third * (math.log(fourth) - math.log(fourth + seen.T))
        stays = fourth + seen.x + self.first
        return waited + _log_beta(third, stays) - _log_beta(third, fourth)

    def _gone(self, seen: Seen) -> float:
        """ln of buying so and having left at or after the last purchase."""
        r, alpha, third, fourth = self.parameters
        if self.name == "pareto":
            return self._left_since(seen)
        if seen.x + self.first == 0:
            return -math.inf
        stays = fourth + seen.x + self.first - 1
        waited = -(r + seen.x) * math.log(alpha + seen.t_x)
        return waited + _log_beta(third + 1, stays) - _log_beta(third, fourth)

    def _left_since(self, seen: Seen) -> float:
        """ln of the integral over the moment of leaving, between the last purchase and now."""
        r, alpha, s, beta = self.parameters
        if seen.t_x == seen.T:
            return -math.inf
        total = 0.0
        scale = -(r + seen.x) * math.log(alpha + seen.t_x)
        for u, width in _moments(seen.t_x, seen.T, nearest=min(alpha, beta)):
            log = -(r + seen.x) * math.log(alpha + u) - (s + 1) * math.log(beta + u) - scale
            total += width * math.exp(log)
        return math.log(s) + s * math.log(beta) + scale + math.log(total)

    def expected(self, seen: Seen, weeks: float) -> float:
        """Purchases to come of a customer who is there, in so many weeks."""
        if weeks == 0:
            return 0.0
        r, alpha, third, fourth = self.parameters
        shape, age = r + seen.x, alpha + seen.T
        if self.name == "pareto":
            older = fourth + seen.T
            if abs(third - 1) < 1e-9:
                return shape / age * older * math.log1p(weeks / older)
            left = math.expm1((third - 1) * (math.log(older) - math.log(older + weeks)))
            return -shape / age * older / (third - 1) * left
        stays = fourth + seen.x + self.first
        if abs(third - 1) < ALMOST_NOTHING or third + stays - 1 < ALMOST_NOTHING:
            return sum(self.at_least(seen, weeks))
        kept = (age / (age + weeks)) ** shape
        series = hyp2f1(shape, stays, third + stays - 1, weeks / (age + weeks))
        return (third + stays - 1) / (third - 1) * (1 - kept * float(series))

    def at_least(self, seen: Seen, weeks: float) -> Iterator[float]:
        """The chance of at least one purchase to come, of two, three, … of who is there."""
        r, alpha, third, fourth = self.parameters
        shape, age, stays = r + seen.x, alpha + seen.T, fourth + seen.x + self.first
        if self.name == "pareto":
            yield from self._at_least_until_leaving(seen, weeks)
            return
        kept = 1.0
        for n in range(1, math.ceil(7 * weeks) + 1):
            chance = kept * float(betainc(n, shape, weeks / (age + weeks)))
            yield chance
            if chance < NEVER:
                return
            kept *= (stays + n - 1) / (third + stays + n - 1)

    def _at_least_until_leaving(self, seen: Seen, weeks: float) -> Iterator[float]:
        """The n-th purchase comes at u, and he is still there then."""
        r, alpha, s, beta = self.parameters
        shape, age, older = r + seen.x, alpha + seen.T, beta + seen.T
        moments = list(_moments(0.0, weeks, nearest=min(age, older)))
        stays = [s * (math.log(older) - math.log(older + u)) for u, _ in moments]
        for n in range(1, math.ceil(7 * weeks) + 1):
            ways = shape * math.log(age) - _log_beta(shape, n)
            chance = sum(
                width
                * math.exp(ways + stay + (n - 1) * math.log(u) - (shape + n) * math.log(age + u))
                for (u, width), stay in zip(moments, stays, strict=True)
            )
            yield chance
            if chance < 1e-7 and n > shape * weeks / age:
                return


def discounted(expected: Sequence[float], ends: Sequence[float], rate: float) -> float:
    """The sum over weeks of what falls in each, discounted from its middle."""
    total = before = start = 0.0
    for value, end in zip(expected, ends, strict=True):
        total += math.exp(-rate * (start + end) / 2) * (value - before)
        before, start = value, end
    return total


def week_ends(weeks: float) -> list[float]:
    """Whole weeks, and the end of the last, which may be shorter."""
    return [min(float(week), weeks) for week in range(1, math.ceil(weeks) + 1)]


def _moments(start: float, end: float, *, nearest: float) -> Iterator[tuple[float, float]]:
    """Moments between two with their weights, closer together early: Gauss-Legendre in ln."""
    low, high = math.log(nearest + start), math.log(nearest + end)
    for node, weight in zip(MOMENTS, MOMENT_WEIGHTS, strict=True):
        place = math.exp(low + (node + 1) / 2 * (high - low))
        yield place - nearest, weight / 2 * (high - low) * place


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_add(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
