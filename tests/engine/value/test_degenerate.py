"""Bases that break optimisers, one by one: a figure and a reason, or a refusal, never nonsense."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.value.lifetime import LifetimeRules, Lifetimes, lifetimes
from tests.engine.value.orders import Order, build

Base = Callable[[], Iterator[Order]]
ALWAYS = ("clv", "clv_low", "clv_high", "expected_orders_12m", "margin_share")
METHODS = {
    *(f"{rule}+{spend}" for rule in ("mbg", "bg", "pareto", "run-rate") for spend in ("gg", "ln")),
    "none",
}
SECONDS = 5.0  # of processor: what else the machine does does not count


def everybody(
    customers: int, days: list[int], amount: float = 100, cost: float | None = 60
) -> Base:
    """All alike: the same days before the as-of date, the same amount."""
    return lambda: ((of, day, amount, 60) for of in range(customers) for day in days)


def varied(
    customers: int,
    *,
    seed: int = 1,
    days: int = 730,
    least: int = 1,
    most: int = 12,
    amount: Callable[[np.random.Generator], float] = lambda dice: dice.lognormal(4, 0.7),
    cost: float | None = 0.6,
) -> Base:
    """Customers with between ``least`` and ``most`` orders on random days."""

    def orders() -> Iterator[Order]:
        dice = np.random.default_rng(seed)
        for of in range(customers):
            for day in dice.integers(0, days, dice.integers(least, most + 1)).tolist():
                euros = max(round(float(amount(dice)), 2), 0.01)
                yield of, day, euros, None if cost is None else round(euros * cost, 2)

    return orders


def with_more(base: Base, *orders: Order) -> Base:
    return lambda: (order for part in (base(), iter(orders)) for order in part)


def whale(orders: int, amount: float) -> list[Order]:
    return [(999, day, amount, amount / 2) for day in range(orders)]


def pareto_tail(dice: np.random.Generator) -> float:
    """Amounts whose mean is infinite: a Gamma-Gamma gets q < 1 here."""
    return 10 * (1 - dice.random()) ** (-1 / 0.6)


BASES: dict[str, Base] = {
    "no customers": lambda: iter(()),
    "one customer, one order": everybody(1, [100]),
    "one customer, two orders": everybody(1, [100, 50]),
    "one customer, 700 orders": everybody(1, list(range(700))),
    "one customer, bought today": everybody(1, [0]),
    "one customer, today and a year ago": everybody(1, [0, 365]),
    "two customers, one order each": everybody(2, [200]),
    "two customers, one of them repeats": lambda: iter(
        [(1, 300, 50, None), (2, 300, 50, None), (2, 10, 70, None)]
    ),
    "two customers, both repeat": everybody(2, [300, 20]),
    "all equal, 50 customers": everybody(50, [300, 200, 100]),
    "all equal, 500 customers": everybody(500, [300, 200, 100]),
    "all equal, one order each": everybody(400, [300]),
    "nobody repeats, different days": lambda: ((of, of, 80, None) for of in range(500)),
    "nobody repeats, different amounts": lambda: ((of, 90, 1 + of, None) for of in range(500)),
    "exactly one repeat buyer": with_more(everybody(100, [300]), (1, 30, 100, 60)),
    "exactly one repeat buyer who ordered yesterday": with_more(
        everybody(100, [300]), (1, 1, 100, 60)
    ),
    "nine repeat buyers": with_more(
        everybody(100, [300]), *((of, 30 + of, 100, 60) for of in range(9))
    ),
    "ten repeat buyers": with_more(
        everybody(100, [300]), *((of, 30 + of, 100, 60) for of in range(10))
    ),
    "all new today": everybody(300, [0]),
    "all new yesterday": everybody(300, [1]),
    "half new today": with_more(varied(100), *((1000 + of, 0, 50, None) for of in range(100))),
    "clockwork, every week, last on the as-of date": everybody(100, list(range(0, 365, 7))),
    "clockwork, every day": everybody(20, list(range(365))),
    "clockwork, once a year": everybody(200, [0, 365, 730]),
    "all bought at the end only": everybody(200, [1, 0]),
    "one whale who buys every day for three years": with_more(varied(200), *whale(1000, 100)),
    "one whale of a hundred million": with_more(varied(200), *whale(3, 1e8)),
    "one whale alone": lambda: iter(whale(1000, 1e6)),
    "one order of a thousand million among small ones": with_more(varied(400), (3, 17, 1e9, None)),
    "only one date": everybody(300, [120]),
    "two dates": everybody(300, [120, 119]),
    "a history of one day": with_more(everybody(10, [0]), (11, 1, 10, None)),
    "a history of two weeks": varied(300, days=14),
    "a gap of thirty years": lambda: (
        (of, day, 100, None) for of in range(200) for day in (10_950, 30 + of % 20)
    ),
    "last bought thirty years ago": everybody(200, [10_950, 10_900]),
    "orders in the year 1900": lambda: (
        (of, day, 100, None) for of in range(30) for day in (date(1900, 1, 1), date(2025, 6, 1))
    ),
    "some purchases in the future": with_more(
        varied(50), *((of, -30, 100, None) for of in range(50))
    ),
    "all purchases in the future": everybody(50, [-30]),
    "all the same amount, different rhythms": varied(400, amount=lambda _: 100.0),
    "all amounts one cent": varied(400, amount=lambda _: 0.01),
    "amounts of one cent and a thousand million mixed": varied(
        400, amount=lambda dice: float(dice.choice([0.01, 1e9]))
    ),
    "the same in a small base": varied(20, amount=lambda dice: float(dice.choice([0.01, 1e9]))),
    "a thousand million each": varied(350, amount=lambda _: 1e9),
    "infinite mean, many customers": varied(600, amount=pareto_tail),
    "infinite mean, few customers": varied(40, amount=pareto_tail),
    "two amounts only": varied(400, amount=lambda dice: float(dice.choice([10, 1000]))),
    "all negative": lambda: ((of, 30, -100, None) for of in range(100)),
    "mostly negative": with_more(
        everybody(3, [300, 200]), *((of, 100, -500, None) for of in range(10, 200))
    ),
    "everything credited on its own day": lambda: (
        (of, 30, amount, None) for of in range(100) for amount in (100, -100)
    ),
    "credited beyond the revenue": with_more(
        varied(100), *((of, 5, -100_000, None) for of in range(100))
    ),
    "orders of zero": lambda: ((of, day, 0, None) for of in range(100) for day in (90, 30)),
    "orders of zero among others": with_more(varied(100), *((of, 3, 0, None) for of in range(100))),
    "cost above revenue for all": varied(100, cost=1.8),
    "cost far above revenue": varied(100, cost=1e4),
    "no cost at all": varied(100, cost=0.0),
    "cost known of one customer": with_more(varied(100, cost=None), (5, 8, 100, 70)),
    "negative cost": varied(100, cost=-0.5),
    "everybody left long ago": lambda: (
        (of, day + 600, amount, cost) for of, day, amount, cost in varied(300, days=100, least=3)()
    ),
    "everybody still buys": lambda: (
        (of, day, 100 + of, None) for of in range(350) for day in range(of % 20, 700, 20)
    ),
    "one-time buyers and a hard core": with_more(
        everybody(2000, [600]),
        *((3000 + of, day, 50, None) for of in range(40) for day in range(0, 700, 10)),
    ),
    "loyal customers who all stopped together": lambda: (
        (of, day, 80, None) for of in range(60) for day in range(400, 900, 10)
    ),
    "everybody twice on neighbouring days": lambda: (
        (of, day, 60, None) for of in range(400) for day in (of, of + 1)
    ),
    "numbers of customers above 2^53": lambda: (
        (2**62 + of, day, 75, None) for of in range(30) for day in (200, 100, 50)
    ),
    "299 repeat buyers": varied(299, least=3),
    "301 repeat buyers": varied(301, least=3),
    "few but very large orders": varied(25, most=4, amount=lambda dice: dice.lognormal(12, 1.5)),
}


@pytest.mark.parametrize("name", BASES)
def test_a_degenerate_base_gets_figures_and_reasons(name: str) -> None:
    history, order_days = build(BASES[name]())
    begin = time.process_time()
    worth = lifetimes(history, LifetimeRules(), order_days=order_days)
    assert time.process_time() - begin < SECONDS
    assert_sane(worth, history)


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(BASES) + len(RULES) + len(IMPOSSIBLE) >= 60
    assert len(BASES) >= 60


RULES: dict[str, LifetimeRules] = {
    "no discount": LifetimeRules(discount_per_year=0.0),
    "half is gone in a year": LifetimeRules(discount_per_year=1.0),
    "four days ahead": LifetimeRules(horizon_years=0.01),
    "a hundred years ahead": LifetimeRules(horizon_years=100.0),
    "no margin": LifetimeRules(default_margin=0.0),
    "all is margin": LifetimeRules(default_margin=1.0),
    "BG/NBD": LifetimeRules(model="bg"),
    "Pareto/NBD": LifetimeRules(model="pareto"),
    "without a prior": LifetimeRules(prior="none"),
    "a narrow range": LifetimeRules(level=0.5),
    "a wide range": LifetimeRules(level=0.99),
}


@pytest.mark.parametrize("name", RULES)
def test_extreme_rules_give_sane_figures_too(name: str) -> None:
    history, order_days = build(varied(120, cost=None)())
    assert_sane(lifetimes(history, RULES[name], order_days=order_days), history)


def broken(**columns: np.ndarray) -> History:
    history, _ = build(varied(60)())
    return replace(history, purchases=replace(history.purchases, **columns))


def without_amount() -> History:
    history, _ = build(varied(60)())
    spend = pa.array([None, *([Decimal("1.00")] * (history.table.num_rows - 1))])
    place = history.table.column_names.index("spend")
    spend = pc.cast(spend, pa.decimal128(18, 2))
    return replace(history, table=history.table.set_column(place, "spend", spend))


def times(field: str, factor: int) -> np.ndarray:
    return getattr(build(varied(60)())[0].purchases, field).astype(np.int64) * factor


IMPOSSIBLE: dict[str, Callable[[], History]] = {
    "last purchase after the as-of date": lambda: broken(t_x=times("T", 1) + 40),
    "time in seconds instead of days": lambda: broken(T=times("T", 86_400)),
    "negative counts": lambda: broken(x=-1 - times("x", 1)),
    "negative time": lambda: broken(T=-1 - times("T", 1)),
    "a last purchase of somebody without repeats": lambda: broken(x=times("x", 0)),
    "an amount that is not known": without_amount,
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_history_is_refused_with_a_remedy(name: str) -> None:
    history = IMPOSSIBLE[name]()
    with pytest.raises(UserError) as refusal:
        lifetimes(history, LifetimeRules(), order_days=lambda: pa.table({}))
    assert refusal.value.remedy.nl
    assert refusal.value.remedy.en


@pytest.mark.parametrize(
    "rules",
    [
        {"discount_per_year": -1.0},
        {"discount_per_year": 1e9},
        {"discount_per_year": math.nan},
        {"horizon_years": 0.0},
        {"horizon_years": 1000.0},
        {"horizon_years": -3.0},
        {"default_margin": 30.0},
        {"level": 1.0},
    ],
)
def test_rules_that_mean_nothing_are_refused(rules: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        LifetimeRules(**rules)


def test_a_customer_with_a_million_orders_is_valued() -> None:
    many = np.array([1_000_000, 3, 0], dtype=np.int32)
    days = np.array([1_040_000, 1_000, 500], dtype=np.int32)
    history, order_days = build(
        (of, day, 10, None) for of in range(3) for day in (900, 400, 100)[: 3 - of]
    )
    purchases = Purchases(many, np.minimum(days, days * (many > 0)), days)
    history = replace(history, purchases=purchases)
    assert_sane(lifetimes(history, LifetimeRules(), order_days=order_days), history)


def test_nobody_is_worth_more_for_having_bought_less_often() -> None:
    """Of two who bought for the first and last time on the same days, at equal amounts."""
    history, order_days = build(
        with_more(
            varied(400, amount=lambda _: 50.0),
            *((1000, day, 50, None) for day in (300, 10)),
            *((1001, day, 50, None) for day in (300, 200, 100, 10)),
        )()
    )
    worth = lifetimes(history, LifetimeRules(), order_days=order_days).table
    value = dict(zip(history.table["customer"].to_pylist(), worth["clv"].to_pylist(), strict=True))
    assert value[1001] > value[1000] > 0


def assert_sane(worth: Lifetimes, history: History) -> None:
    table = worth.table
    assert table.num_rows == history.table.num_rows
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in ALWAYS}
    for name, values in columns.items():
        assert np.all(np.isfinite(values)), name
    for name in ("p_alive", "expected_spend"):
        known = table[name].drop_null().to_numpy()
        assert np.all(np.isfinite(known)), name
        assert np.all(known >= 0), name
    assert (pc.max(table["p_alive"]).as_py() or 0) <= 1
    low, value, high = columns["clv_low"], columns["clv"], columns["clv_high"]
    assert np.all(low >= 0)
    assert np.all(low <= value)
    assert np.all(value <= high)
    assert np.all(columns["expected_orders_12m"] >= 0)
    assert_labelled(worth, history)
    total = float(value.sum())
    below, above = worth.total_interval
    assert 0 <= below <= total * (1 + 1e-12)
    assert total <= above * (1 + 1e-12) < math.inf
    json.dumps([worth.spend, worth.holdout, worth.methods], allow_nan=False)


def assert_labelled(worth: Lifetimes, history: History) -> None:
    methods = worth.table["clv_method"].to_pylist()
    assert set(methods) <= METHODS
    assert [method == "none" for method in methods] == (~history.buyer).tolist()
    assert worth.methods == {name: methods.count(name) for name in set(methods)}
    for lang in ("nl", "en"):
        assert all(worth.table[f"clv_reason_{lang}"].to_pylist())
        assert worth.why.to(lang)
    if not worth.accepted and history.buyer.any():
        assert worth.why in worth.warnings
        assert worth.table["p_alive"].null_count == worth.table.num_rows
