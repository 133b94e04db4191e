"""How a customer's value may turn out: the predictive distribution, tabulated, without dice.

Of a customer who is still there, the number of purchases to come depends on (x, T) only, and what
k of them bring, in units of the customer's own, is beta prime (p k, p known + q), which depends on
x only. So a table per x and a few T, of the value relative to its mean, serves everybody; the
chance of being there and the mean are each customer's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betainc, betaincinv

from kernklant.engine.value.counts import Pairs, pairs

NODES = 128  # amounts in a table
FARTHEST = 1e-4  # chance beyond a table
EVERY_X = 40  # up to here a table for each x, above for each 10 % more
T_APART = 0.5  # of ln(T + a month) between tables
MONTH = 30
BLOCK = 1 << 15  # customers at once, so that their searches stay near the processor
PART_OF_BLUR = 0.5  # between counts: one point of probability off at 1, a quarter at a half
HALVINGS = 20  # of the gap between two answers


class Rule(Protocol):
    """Whatever says how many purchases come, given that a customer is still there."""

    def count_tail(self, x: np.ndarray, T: np.ndarray, *, weeks: float, most: int) -> np.ndarray:
        """P(N >= n) for n = 1..most: (pairs, most)."""
        ...


@dataclass(frozen=True, slots=True)
class Basket:
    """k purchases bring beta prime (p k, q + p (x + first)); ``first`` 1: all purchases count."""

    p: float
    q: float
    first: int = 1


@dataclass(frozen=True, slots=True)
class Predictive:
    """Value relative to its mean, of customers (n,) who are still there.

    Tables of ``tails`` (cells, nodes): P(value > node); each customer stands between two cells.
    ``squares`` (cells,) are the means of the squared relative value.
    """

    nodes: np.ndarray
    tails: np.ndarray
    squares: np.ndarray
    cell: np.ndarray
    beyond: np.ndarray
    share: np.ndarray

    def above(self, value: np.ndarray) -> np.ndarray:
        """P(relative value > ``value``) (n,)."""
        low, high = (_tail(self, cell, value) for cell in (self.cell, self.beyond))
        return np.asarray(low + self.share * (high - low))

    def exceeded_with(self, chance: np.ndarray) -> np.ndarray:
        """The relative value (n,) that is exceeded with this chance; 0 if even 0 is not."""
        low, high = (_quantile(self, cell, chance) for cell in (self.cell, self.beyond))
        found = low + self.share * (high - low)
        # Half way between nothing and much lies nothing that either table knows of.
        edge = np.flatnonzero((low == 0) != (high == 0))
        if len(edge):
            found[edge] = _between(self, edge, chance, most=np.maximum(low, high)[edge])
        return np.asarray(found)

    def square(self) -> np.ndarray:
        """E[(value / mean)^2] (n,) of those still there."""
        low, high = self.squares[self.cell], self.squares[self.beyond]
        return np.asarray(low + self.share * (high - low))


def predictive(
    rule: Rule, x: np.ndarray, T: np.ndarray, *, basket: Basket, weeks: float
) -> Predictive:
    """The tables for customers with histories (x, T), over the coming ``weeks``.

    The distribution is exact at the tables; between them, linear.
    Source: count_tail of the rule; Fader & Hardie (2013), eq. 3 (gamma sums given nu).
    """
    if len(x) == 0:
        return _nobody()
    nearest = _nearest_x(x)
    at, of = pairs(nearest, T)
    starts, days = _cells(at)
    tables = [
        _table(rule, int(at.x[first]), knots, basket=basket, weeks=weeks)
        for first, knots in zip(starts, days, strict=True)
    ]
    cell, beyond, share = _places(at, starts, days)
    nodes, tails, squares = (np.concatenate(part) for part in zip(*tables, strict=True))
    return Predictive(nodes, tails, squares, cell[of], beyond[of], share[of])


def _nobody() -> Predictive:
    none, row = np.zeros(0, dtype=np.int64), np.zeros((0, NODES + 1))
    return Predictive(row, row, np.zeros(0), none, none, np.zeros(0))


def _nearest_x(x: np.ndarray) -> np.ndarray:
    """x itself while small, else the nearest of a geometric row."""
    steps = np.rint(np.log(np.maximum(x, EVERY_X) / EVERY_X) / np.log(1.1))
    return np.where(x <= EVERY_X, x, np.rint(EVERY_X * 1.1**steps)).astype(np.int64)


def _cells(at: Pairs) -> tuple[np.ndarray, list[np.ndarray]]:
    """Where each x starts among the pairs, and the days T of its tables."""
    starts = np.flatnonzero(np.concatenate([[True], at.x[1:] != at.x[:-1]]))
    last = np.append(starts[1:], len(at)) - 1
    days = []
    for first, final in zip(at.day[starts], at.day[last], strict=True):
        start, end = np.log(first + MONTH), np.log(final + MONTH)
        many = int(np.ceil((end - start) / T_APART)) + 1
        days.append(np.unique(np.rint(np.exp(np.linspace(start, end, many)) - MONTH)))
    return starts, days


def _places(
    at: Pairs, starts: np.ndarray, days: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pair: the cell before it, the one beyond, and how far in between."""
    cell, beyond = np.empty(len(at), np.int64), np.empty(len(at), np.int64)
    share, offset = np.empty(len(at)), 0
    for part, knots in zip(np.split(np.arange(len(at)), starts[1:]), days, strict=True):
        place = np.interp(
            np.log(at.day[part] + MONTH), np.log(knots + MONTH), np.arange(len(knots))
        )
        below = np.minimum(place.astype(np.int64), len(knots) - 1)
        cell[part] = offset + below
        beyond[part] = offset + np.minimum(below + 1, len(knots) - 1)
        share[part] = place - below
        offset += len(knots)
    return cell, beyond, share


def _table(
    rule: Rule, x: int, days: np.ndarray, *, basket: Basket, weeks: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes, tails and mean squares of the relative value for one x at some T."""
    tail = _count_tail(rule, x, days, weeks=weeks)
    stays = basket.q + basket.p * (x + basket.first)
    counts, chances = _thinned(tail, p=basket.p, stays=stays)
    there = tail[:, :1]
    amounts, tails = _refined(
        _amounts(counts, p=basket.p, stays=stays),
        lambda euros: chances @ betainc(stays, basket.p * counts[:, None], 1 / (1 + euros)),
    )
    tails = np.minimum(np.hstack([there, tails]), there)
    mean = tail.sum(axis=1) * basket.p / (stays - 1)
    mean = np.where(mean > 0, mean, 1.0)
    nodes = np.concatenate([[0.0], amounts]) / mean[:, None]
    squares = (np.diff(nodes**2, axis=1) * (tails[:, 1:] + tails[:, :-1]) / 2).sum(axis=1)
    return nodes, tails, squares


def _count_tail(rule: Rule, x: int, days: np.ndarray, *, weeks: float) -> np.ndarray:
    """P(N >= n) at each T, as far as it matters; there is at most one purchase day a day."""
    days = days.astype(np.int64)
    limit, most = max(1, int(np.ceil(7 * weeks))), 16
    while True:
        most = min(4 * most, limit)
        tail = rule.count_tail(np.full(len(days), x), days, weeks=weeks, most=most)
        if most == limit or tail[:, -1].max() <= FARTHEST:
            return tail


def _thinned(tail: np.ndarray, *, p: float, stays: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts half as far apart as what they bring is blurred, and the chances (T, counts) of each.

    The chance of a count in between goes to its neighbours, so that the mean stays exact.
    """
    most, counts = int(tail.shape[1]), [1]
    while counts[-1] < most:
        n = counts[-1]
        blur = n * np.sqrt(1 / (p * n) + 1 / stays)
        counts.append(min(most, n + max(1, int(PART_OF_BLUR * blur))))
    kept = np.array(counts)
    every = np.arange(1, most + 1)
    hats = np.array([np.interp(every, kept, row) for row in np.eye(len(kept))])
    chances = tail - np.column_stack([tail[:, 1:], np.zeros(len(tail))])
    return kept, chances @ hats.T


def _amounts(counts: np.ndarray, *, p: float, stays: float) -> np.ndarray:
    """A geometric row from what one purchase hardly undercuts to what the most hardly exceed."""
    low = 1 - betaincinv(stays, p * counts[0], 1 - 1e-3)
    high = betaincinv(stays, p * counts[-1], 1e-3)
    least = max(low, 1e-12)
    return np.geomspace(least / (1 - least), 1 / high - 1, NODES // 2)


def _refined(
    amounts: np.ndarray, tails: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """As many amounts again, where the chances are; all in order with their tails."""
    coarse = tails(amounts)
    passed = 1 - coarse.mean(axis=0) / max(float(coarse[:, 0].mean()), 1e-300)
    steps = (np.arange(len(amounts)) + 0.5) / len(amounts)
    between = np.exp(np.interp(steps, np.maximum.accumulate(passed), np.log(amounts)))
    all_ = np.concatenate([amounts, between])
    order = np.argsort(all_, kind="stable")
    return all_[order], np.hstack([coarse, tails(between)])[:, order]


def _tail(tables: Predictive, cell: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Linear within the table; nothing beyond its end."""
    tail = np.empty(len(cell))
    for start in range(0, len(cell), BLOCK):
        some = slice(start, start + BLOCK)
        tail[some] = _tail_of(tables, cell[some], value[some])
    return tail


def _tail_of(tables: Predictive, cell: np.ndarray, value: np.ndarray) -> np.ndarray:
    low, high = _halved(cell, lambda middle: tables.nodes[cell, middle] <= value)
    start, end = tables.nodes[cell, low], tables.nodes[cell, high]
    above, below = tables.tails[cell, low], tables.tails[cell, high]
    share = np.clip((value - start) / np.where(end > start, end - start, 1.0), 0.0, 1.0)
    return np.asarray(
        np.where(value > tables.nodes[cell, -1], 0.0, above + share * (below - above))
    )


def _quantile(tables: Predictive, cell: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Where the falling tail passes ``chance``."""
    low, high = _halved(cell, lambda middle: tables.tails[cell, middle] > chance)
    start, end = tables.nodes[cell, low], tables.nodes[cell, high]
    above, below = tables.tails[cell, low], tables.tails[cell, high]
    share = np.clip((above - chance) / np.where(above > below, above - below, 1.0), 0.0, 1.0)
    return np.asarray(start + share * (end - start))


def _between(
    tables: Predictive, rows: np.ndarray, chance: np.ndarray, *, most: np.ndarray
) -> np.ndarray:
    """Where the tail between two tables passes ``chance``, of these rows, by halves."""
    low, high, share = np.zeros(len(rows)), most, tables.share[rows]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        here, there = (_tail(tables, cell[rows], middle) for cell in (tables.cell, tables.beyond))
        over = here + share * (there - here) > chance[rows]
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return low


def _halved(
    cell: np.ndarray, holds: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The last node at which it holds and the next, by halves in every row at once."""
    low = np.zeros(len(cell), dtype=np.int64)
    high = np.full(len(cell), NODES, dtype=np.int64)
    for _ in range(int(np.ceil(np.log2(NODES)))):
        middle = (low + high) // 2
        still = holds(middle)
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return low, high


@dataclass(frozen=True, slots=True)
class Outlook:
    """One way the value of customers (n,) may be distributed, and how likely that way is.

    ``alive`` (n,) is the chance of being there, ``mean`` (n,) euros the expectation of those who
    are. Several outlooks together carry the doubt about the parameters.
    """

    weight: float
    tables: Predictive
    alive: np.ndarray
    mean: np.ndarray

    def above(self, euros: np.ndarray) -> np.ndarray:
        """P(V > euros) (n,), for euros >= 0."""
        some = self.mean > 0
        relative = euros / np.where(some, self.mean, 1.0)
        return np.asarray(np.where(some, self.alive * self.tables.above(relative), 0.0))

    def exceeded_with(self, chance: float) -> np.ndarray:
        """Euros (n,) exceeded with this chance; 0 if even 0 is not."""
        there = np.where(self.alive > 0, self.alive, 1.0)
        return np.asarray(self.mean * self.tables.exceeded_with(chance / there))


def highest(outlooks: Sequence[Outlook]) -> np.ndarray:
    """Euros (n,) that hardly any customer's value exceeds: the end of the tables."""
    ends = (
        outlook.mean * outlook.tables.nodes[[outlook.tables.cell, outlook.tables.beyond], -1].max(0)
        for outlook in outlooks
    )
    return np.asarray(np.maximum.reduce(list(ends)))


def value_intervals(
    outlooks: Sequence[Outlook], value: np.ndarray, *, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high euros (n,) that hold the value with chance ``level``, and its expectation.

    The central range; where ``value``, the expectation, lies outside (mostly nothing, seldom
    much), widened to it.
    """
    outside = (1 - level) / 2
    low, high = (_exceeded_with(outlooks, chance) for chance in (1 - outside, outside))
    return np.minimum(low, value), np.maximum(high, value)


def chance_above(outlooks: Sequence[Outlook], euros: np.ndarray) -> np.ndarray:
    """P(V > euros) (n,) of every customer, each with euros of his own; 1 below zero."""
    above = sum(outlook.weight * outlook.above(np.maximum(euros, 0.0)) for outlook in outlooks)
    return np.asarray(np.where(euros < 0, 1.0, above))


def _exceeded_with(outlooks: Sequence[Outlook], chance: float) -> np.ndarray:
    """Where the mixture is exceeded with this chance: between the answers of its parts."""
    answers = [outlook.exceeded_with(chance) for outlook in outlooks]
    low, high = np.minimum.reduce(answers), np.maximum.reduce(answers)
    for _ in range(0 if len(outlooks) == 1 else HALVINGS):
        middle: np.ndarray = (low + high) / 2
        over = sum(outlook.weight * outlook.above(middle) for outlook in outlooks) > chance
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return np.asarray(low)
