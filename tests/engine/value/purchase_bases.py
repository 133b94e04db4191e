"""Invented bases of purchase histories: simulated ones with a known truth, and odd ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernklant.engine.ledger.history import Purchases


def base(x: Sequence[int], t_x: Sequence[int], end: Sequence[int]) -> Purchases:
    """Histories from columns in days."""
    return Purchases(*(np.asarray(column, dtype=np.int32) for column in (x, t_x, end)))


def some_customers(number: int, *, seed: int, longest: int = 900) -> Purchases:
    """Arbitrary possible histories, not drawn from any model."""
    rng = np.random.default_rng(seed)
    end = rng.integers(1, longest, number)
    x = rng.integers(0, 20, number) * (rng.random(number) < 0.6)
    t_x = np.where(x > 0, np.maximum((end * rng.random(number)).astype(int), 1), 0)
    return base(x, t_x, end)


def simulate(model: str, parameters: Sequence[float], *, customers: int, seed: int) -> Purchases:
    """Customers who arrive over two years and are watched for four: a model come true, by day."""
    rng = np.random.default_rng(seed)
    r, alpha, third, fourth = parameters
    rate = rng.gamma(r, 1 / alpha, customers)
    watched = rng.uniform(104, 208, customers)
    leaves = rng.beta(third, fourth, customers) if model != "pareto" else np.zeros(customers)
    lifetime = np.full(customers, np.inf)
    if model == "pareto":
        lifetime = rng.exponential(1.0, customers) / rng.gamma(third, 1 / fourth, customers)
    stops = np.minimum(watched, lifetime)
    here = rng.random(customers) >= leaves if model == "mbg" else np.ones(customers, dtype=bool)
    return _by_day(_arrivals(rate, stops, leaves, here=here, rng=rng), watched)


def _arrivals(
    rate: np.ndarray,
    stops: np.ndarray,
    leaves: np.ndarray,
    *,
    here: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    who = np.flatnonzero(here)
    when = np.zeros(len(who))
    found: list[tuple[np.ndarray, np.ndarray]] = []
    while len(who):
        when = when + rng.exponential(1.0, len(who)) / rate[who]
        in_time = when < stops[who]
        who, when = who[in_time], when[in_time]
        found.append((who, when))
        stays = rng.random(len(who)) >= leaves[who]
        who, when = who[stays], when[stays]
    return np.concatenate([who for who, _ in found]), np.concatenate([when for _, when in found])


def _by_day(arrivals: tuple[np.ndarray, np.ndarray], watched: np.ndarray) -> Purchases:
    """Days are counted from the first purchase; a second one on a day is the same purchase."""
    who, when = arrivals
    end = np.floor(watched * 7).astype(np.int64)
    day = np.minimum(np.floor(when * 7 + 0.5).astype(np.int64), end[who])
    days = np.unique((who * 10_000 + day)[day > 0])
    who, day = np.divmod(days, 10_000)
    t_x = np.zeros(len(watched), dtype=np.int64)
    np.maximum.at(t_x, who, day)
    return base(np.bincount(who, minlength=len(watched)), t_x, end)


def odd_bases() -> dict[str, Purchases]:
    """Bases on which a plain optimiser reports success and nonsense."""
    rng = np.random.default_rng(0)
    many = 200
    once, ends = [0] * (many - 1), rng.integers(1, 400, many)
    loyal = rng.poisson(20, many) + 1
    few = np.minimum(rng.poisson(1, many - 1), 5)
    return {
        "nobody": base([], [], []),
        "one, new today": base([0], [0], [0]),
        "one": base([3], [50], [100]),
        "two": base([0, 3], [0, 50], [100, 100]),
        "all equal": base([3] * many, [50] * many, [100] * many),
        "no repeats": base([0] * many, [0] * many, ends),
        "one repeat": base([*once, 1], [*once, 20], [100] * many),
        "all new today": base([0] * many, [0] * many, [0] * many),
        "clockwork": base([51] * many, [357] * many, [357] * many),
        "a whale of a million": base([*once, 1_000_000], [*once, 999], [1000] * many),
        "only whales": base([1_000_000] * many, [999] * many, [1000] * many),
        "a whale among few": base([*few, 100_000], [*(few > 0) * 500, 3000], [3000] * many),
        "thirty years between": base([1] * many, [10_950] * many, [10_950] * many),
        "thirty years of silence": base([5] * many, [30] * many, [10_950] * many),
        "one day": base([0] * many, [0] * many, [1] * many),
        "one day, one repeat": base([1] * many, [1] * many, [1] * many),
        "all loyal": base(loyal, [360] * many, [364] * many),
        "all gone": base([1] * many, [1] * many, [3000] * many),
        "two kinds": base([0] * 100 + [100] * 100, [0] * 100 + [1000] * 100, [1000] * many),
        "seconds for days": base([1] * many, [432_000] * many, [864_000] * many),
    }
