"""Who is divided as one: each customer on his own, or the customers of a group together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ADDS_UP = ("clv", "contribution_12m", "revenue_12m", "potential", "referrals")


@dataclass(frozen=True, slots=True)
class Units:
    """The units (u,) that n customers are divided as.

    ``number`` (u,): sorted numbers, the mother's of a group. ``of`` (n,): the unit of each
    customer. ``largest`` (u,): the place of its member of most lifetime value, ``times`` (u,)
    how many times his value the whole unit is worth.
    """

    number: np.ndarray
    of: np.ndarray
    largest: np.ndarray
    times: np.ndarray

    @property
    def alone(self) -> bool:
        """Whether every customer is a unit of his own."""
        return len(self.number) == len(self.of)

    def each(self, value: np.ndarray) -> np.ndarray:
        """What holds of a unit (u,), for each of its members (n,)."""
        return value if self.alone else value[self.of]

    def total(self, value: np.ndarray) -> np.ndarray:
        """The sum (u,) over members whose value (n,) is known; NaN when nobody's is."""
        if self.alone:
            return value
        known = ~np.isnan(value)
        # Members in order of value, so that a sum does not depend on their numbers.
        order = np.lexsort((value, self.of))
        order = order[known[order]]
        some = np.bincount(self.of[order], minlength=len(self.number)) > 0
        sums = np.bincount(self.of[order], value[order], minlength=len(self.number))
        return np.where(some, sums, np.nan)

    def mean(self, value: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """The mean (u,) of known values (n,), members counting by ``weight`` (n,), >= 0."""
        if self.alone:
            return value
        weight = np.where(np.isnan(value), np.nan, np.maximum(np.nan_to_num(weight), 1e-9))
        total = self.total(weight)
        return np.asarray(self.total(value * weight) / total)

    def any(self, flag: np.ndarray) -> np.ndarray:
        """Whether it holds (u,) of any member (n,)."""
        if self.alone:
            return flag
        return np.asarray(np.bincount(self.of, flag, minlength=len(self.number)) > 0)

    def all(self, flag: np.ndarray) -> np.ndarray:
        """Whether it holds (u,) of every member (n,)."""
        return ~self.any(~flag)

    def of_largest(self, value: np.ndarray) -> np.ndarray:
        """What holds of the largest member (n,), for each unit (u,)."""
        return value if self.alone else value[self.largest]

    def largest_but(self, apart: np.ndarray, clv: np.ndarray) -> np.ndarray:
        """The place (u,) of the largest member who does not stand ``apart`` (n,), if there is one.

        ``clv`` (n,): lifetime value in euros; of equals the lowest customer number.
        """
        if self.alone:
            return np.arange(len(self.of))
        order = np.lexsort((-clv, apart, self.of))
        return order[np.searchsorted(self.of[order], np.arange(len(self.number)))]

    def first(self, label: np.ndarray, clv: np.ndarray) -> np.ndarray:
        """The label (u,) of the largest member who has one (n,), "" when nobody has.

        ``clv`` (n,): lifetime value in euros; of equals the lowest customer number.
        """
        if self.alone:
            return label
        found = np.full(len(self.number), "", dtype=label.dtype)
        some = np.flatnonzero(label != "")
        some = some[np.lexsort((some, -clv[some], self.of[some]))]
        unit, first = np.unique(self.of[some], return_index=True)
        found[unit] = label[some[first]]
        return found

    def chance_above(
        self, chance_above: Callable[[np.ndarray], np.ndarray]
    ) -> Callable[[np.ndarray], np.ndarray]:
        """P(lifetime value of a unit > euros) (u,), from that of each customer.

        A group turns out as its largest member does: members share their fate, so their chances
        are not averaged away.
        """
        if self.alone:
            return chance_above

        def of_units(euros: np.ndarray) -> np.ndarray:
            asked = np.full(len(self.of), np.inf)
            asked[self.largest] = euros / self.times
            return np.asarray(chance_above(asked)[self.largest])

        return of_units


def units(customer: np.ndarray, top: np.ndarray, clv: np.ndarray, *, decide_on: str) -> Units:
    """The units of customers (n,) with the top of their group (n,) and lifetime value (n,)."""
    n = len(customer)
    if decide_on == "customer":
        everybody = np.arange(n)
        return Units(customer, everybody, everybody, np.broadcast_to(1.0, n))
    number, of = np.unique(top, return_inverse=True)
    of = of.reshape(-1)
    order = np.lexsort((customer, -clv, of))
    largest = order[np.searchsorted(of[order], np.arange(len(number)))]
    whole = np.bincount(of[order], clv[order], minlength=len(number))
    own = clv[largest]
    times = np.divide(whole, own, out=np.ones(len(number)), where=own > 0)
    return Units(number, of, largest, times)
