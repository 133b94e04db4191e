"""Distinct purchase histories with how many customers share each: all a fit ever reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import Text, UserError
from kernklant.engine.ledger.history import Purchases
from kernklant.engine.units import DAYS_PER_WEEK

MOST_CELLS = 1 << 25  # of a table of counts, 256 MiB while it is filled
MOST_DAYS = 1 << 20  # 2,870 years; keeps (x, t_x, T) in one 64-bit key


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct (x, day) pairs, sorted: where the functions of a model are evaluated."""

    x: np.ndarray
    day: np.ndarray

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True)
class Histories:
    """Distinct histories, sorted by (x, T, t_x), so that sums never depend on row order.

    ``end`` and ``last`` point into ``ends`` (x, T) and ``lasts`` (x, t_x); ``customers`` counts
    the customers of each of the distinct ``x``.
    """

    customers_of: np.ndarray
    end: np.ndarray
    last: np.ndarray
    ends: Pairs
    lasts: Pairs
    x: np.ndarray
    customers: np.ndarray

    def __len__(self) -> int:
        return len(self.customers_of)

    def gaps(self) -> tuple[np.ndarray, np.ndarray]:
        """Weeks between purchases, a mean per distinct history of repeat buyers, and customers."""
        x, t_x = self.ends.x[self.end], self.lasts.day[self.last]
        again = (x > 0) & (t_x > 0)
        return t_x[again] / x[again] / DAYS_PER_WEEK, self.customers_of[again]


def exact_sum(values: np.ndarray) -> float:
    """The sum in the order of the values: the same for any order of customers."""
    return float(np.sort(values, axis=None).sum())


def distinct(keys: np.ndarray, *, below: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct keys in [0, below), and for each key its place among them."""
    if below > 4 * len(keys) + (1 << 16):
        values, places = np.unique(keys, return_inverse=True)
        return values, places.reshape(-1)
    seen = np.zeros(below, dtype=np.bool_)
    seen[keys] = True
    place = np.cumsum(seen, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(seen), place[keys]


def pairs(x: np.ndarray, days: np.ndarray) -> tuple[Pairs, np.ndarray]:
    """The distinct pairs among (x, days), and for each row its place among them."""
    if len(x) == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return Pairs(nothing, nothing), nothing
    width = int(days.max()) + 1
    if (int(x.max()) + 1) * width >= 1 << 62:
        orders, order = distinct(x, below=int(x.max()) + 1)
        found, places = pairs(order, days)
        return Pairs(orders[found.x], found.day), places
    keys = x.astype(np.int64) * width + days
    values, places = distinct(keys, below=(int(x.max()) + 1) * width)
    return Pairs(*np.divmod(values, width)), places


def compress(history: Purchases) -> Histories:
    """Count the customers of each distinct history; refuses what cannot be a history."""
    check(history)
    x, t_x, end, customers = _distinct_histories(history)
    ends, at_end = pairs(x, end)
    lasts, at_last = pairs(x, t_x)
    orders, of = distinct(x, below=int(x.max(initial=0)) + 1)
    return Histories(
        customers_of=customers,
        end=at_end.astype(np.int32),
        last=at_last.astype(np.int32),
        ends=ends,
        lasts=lasts,
        x=orders,
        customers=np.bincount(of, weights=customers, minlength=len(orders)),
    )


def check(history: Purchases) -> None:
    """Refuse what cannot be: unequal lengths, negative values, a last purchase after the end."""
    x, t_x, end = history.x, history.t_x, history.T
    if not len(x) == len(t_x) == len(end):
        raise ValueError("x, t_x and T must have one value per customer")
    if not all(np.issubdtype(values.dtype, np.integer) for values in (x, t_x, end)):
        raise ValueError("x, t_x and T are whole numbers: purchase days and days")
    wrong = (x < 0) | (t_x < 0) | (t_x > end) | ((x == 0) & (t_x > 0)) | (end >= MOST_DAYS)
    if np.any(wrong):
        _refuse(np.flatnonzero(wrong), history)


def _refuse(rows: np.ndarray, history: Purchases) -> None:
    first = int(rows[0])
    seen = f"x = {history.x[first]}, t_x = {history.t_x[first]}, T = {history.T[first]}"
    raise UserError(
        Text(
            f"{len(rows)} aankoopgeschiedenissen kunnen niet bestaan",
            f"{len(rows)} purchase histories cannot exist",
        ),
        Text(
            "Nodig is 0 <= t_x <= T in dagen, en t_x = 0 als x = 0: kijk of er aankopen na de "
            "peildatum meetellen en of de tijd in dagen staat.",
            "Needed is 0 <= t_x <= T in days, and t_x = 0 when x = 0: see whether purchases after "
            "the as-of date were counted, and whether time is in days.",
        ),
        where=f"row {first}: {seen}",
    )


def _distinct_histories(
    history: Purchases,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x, t_x, T and number of customers, sorted; single buyers come as a histogram of T."""
    once = history.x == 0
    buyers_once = np.bincount(history.T[once])
    days_once = np.flatnonzero(buyers_once)
    again = ~once
    x, t_x, end, customers = _distinct_repeaters(
        history.x[again], history.t_x[again], history.T[again]
    )
    none = np.zeros(len(days_once), dtype=np.int64)
    return (
        np.concatenate([none, x]),
        np.concatenate([none, t_x]),
        np.concatenate([days_once, end]),
        np.concatenate([buyers_once[days_once], customers]).astype(np.float64),
    )


def _distinct_repeaters(
    x: np.ndarray, t_x: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    at, pair = pairs(x, end)
    width = int(t_x.max(initial=0)) + 1
    keys, customers = _counted(pair.astype(np.int64) * width + t_x, below=len(at) * width)
    pair, t_x = np.divmod(keys, width)
    return at.x[pair], t_x, at.day[pair], customers


def _counted(keys: np.ndarray, *, below: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct keys in [0, below) and how often each occurs."""
    if below > min(16 * len(keys), MOST_CELLS):
        values, counts = np.unique(keys, return_counts=True)
        return values, counts
    cells = np.bincount(keys, minlength=below)
    values = np.flatnonzero(cells > 0)
    return values, cells[values]
