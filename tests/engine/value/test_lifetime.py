"""Lifetime value as a whole: CDNOW end to end, the ladder, and properties that hold exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.ledger.history import History, Purchases
from kernklant.engine.units import WEEKS_PER_YEAR, euros, weekly_discount
from kernklant.engine.value.holdout import PASSED, TOO_SHORT, hold_out
from kernklant.engine.value.lifetime import LifetimeRules, Lifetimes, lifetimes
from kernklant.engine.value.purchases import discounted_purchases, fit_purchases
from kernklant.engine.value.runrate import RunRate, run_rate
from kernklant.engine.value.sound import NO_LEAVING
from tests.engine.value.orders import Order, build, cdnow, date
from tests.engine.value.test_degenerate import assert_sane, varied

RULES = LifetimeRules()
NUMBERS = ("clv", "clv_low", "clv_high", "expected_spend")


@pytest.fixture(scope="module")
def whole(cdnow_sample: Path) -> tuple[History, Callable[[], pa.Table]]:
    return cdnow(cdnow_sample, as_of=date(1998, 6, 30), cut=date(1997, 9, 30))


@pytest.fixture(scope="module")
def valued(whole: tuple[History, Callable[[], pa.Table]]) -> Lifetimes:
    return lifetimes(whole[0], RULES, order_days=whole[1])


def column(worth: Lifetimes, name: str) -> np.ndarray:
    return worth.table[name].to_numpy(zero_copy_only=False)


def test_cdnow_is_valued_by_a_model_that_held(whole: tuple, valued: Lifetimes) -> None:
    assert_sane(valued, whole[0])
    assert valued.accepted
    assert valued.why is PASSED
    assert valued.methods == {"mbg+gg": 2349, "none": 8}
    assert valued.holdout["orders"] == 1882
    assert valued.holdout["model"]["mae"] == pytest.approx(0.767, abs=0.002)
    assert valued.holdout["model"]["bias"] == pytest.approx(-0.165, abs=0.003)
    assert valued.holdout["run_rate"]["mae"] > 1.0


def test_value_is_margin_times_spend_times_discounted_purchases(
    whole: tuple, valued: Lifetimes
) -> None:
    rows = np.flatnonzero(whole[0].buyer)
    past = whole[0].purchases
    buyers = Purchases(past.x[rows], past.t_x[rows], past.T[rows])
    coming = discounted_purchases(
        valued.fit, buyers, weeks=3 * WEEKS_PER_YEAR, weekly_rate=weekly_discount(0.10)
    )
    expected = 0.30 * column(valued, "expected_spend")[rows] * coming
    assert column(valued, "clv")[rows] == pytest.approx(expected, rel=1e-12)


def test_without_cost_the_margin_is_assumed_and_said_so(valued: Lifetimes) -> None:
    assert pc.all(valued.table["margin_assumed"]).as_py()
    assert any("No cost is known" in warning.en for warning in valued.warnings)


def test_a_customer_without_purchases_is_worth_nothing_with_a_reason(
    whole: tuple, valued: Lifetimes
) -> None:
    none = np.flatnonzero(~whole[0].buyer)
    row = valued.table.slice(int(none[0]), 1).to_pylist()[0]
    assert (row["clv"], row["clv_low"], row["clv_high"]) == (0.0, 0.0, 0.0)
    assert row["clv_method"] == "none"
    assert row["p_alive"] is None
    assert row["clv_reason_nl"].startswith("Nog niets gekocht")


def test_no_chance_of_being_alive_removes_a_customer(valued: Lifetimes) -> None:
    hardly = column(valued, "p_alive") < 0.05
    assert hardly.sum() > 5
    assert np.all(column(valued, "clv")[hardly] > 0)


def test_the_chance_above_a_cut_agrees_with_the_range(valued: Lifetimes, whole: tuple) -> None:
    high = column(valued, "clv_high")
    for row in np.flatnonzero(whole[0].buyer)[::300]:
        chance = valued.chance_above(float(high[row]))[row]
        assert chance <= 0.0501
    everybody = valued.chance_above(-0.01)
    assert everybody.tolist() == [1.0] * valued.table.num_rows


def test_amounts_a_hundredfold_are_worth_a_hundredfold(whole: tuple, valued: Lifetimes) -> None:
    history, days = whole
    table, order_days = history.table, days()
    for name in [field.name for field in table.schema if pa.types.is_decimal(field.type)]:
        place = table.column_names.index(name)
        table = table.set_column(place, name, _hundredfold(table[name]))
    order_days = order_days.set_column(2, "amount", _hundredfold(order_days["amount"]))
    many = lifetimes(replace(history, table=table), RULES, order_days=lambda: order_days)
    for name in NUMBERS:
        one, hundred = column(valued, name), column(many, name)
        assert hundred == pytest.approx(100 * one, rel=1e-9, nan_ok=True), name
    assert many.total_interval == pytest.approx([100 * end for end in valued.total_interval])


def _hundredfold(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.multiply(amounts, pa.scalar(100)), pa.decimal128(18, 2))


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32 - 1))
def test_other_customer_numbers_change_no_value(seed: int) -> None:
    """Rows are by customer number; numbering customers otherwise shuffles every row."""
    orders = list(varied(60)())
    numbers = np.random.default_rng(seed).permutation(60)
    renumbered = [(int(numbers[of]), *rest) for of, *rest in orders]
    first, second = (valued_orders(some) for some in (orders, renumbered))
    for name in NUMBERS:
        assert column(second, name)[numbers].tolist() == column(first, name).tolist(), name


def valued_orders(orders: list[Order]) -> Lifetimes:
    history, days = build(orders)
    return lifetimes(history, RULES, order_days=days)


def test_the_same_orders_in_another_order_change_no_bit() -> None:
    orders = list(varied(150)())
    shuffled = [orders[i] for i in np.random.default_rng(2).permutation(len(orders))]
    assert valued_orders(orders).table.equals(valued_orders(shuffled).table)


def test_dearer_money_and_a_nearer_horizon_never_add_value(whole: tuple, valued: Lifetimes) -> None:
    history, days = whole
    for rules in (LifetimeRules(discount_per_year=0.2), LifetimeRules(horizon_years=2.0)):
        less = lifetimes(history, rules, order_days=days)
        assert np.all(column(less, "clv") <= column(valued, "clv"))


def test_cost_makes_margin_shares_and_a_loss_is_worth_nothing() -> None:
    history, days = build(
        [
            *varied(100, cost=0.6)(),
            *((500, day, 100, 400) for day in range(0, 600, 20)),
        ]
    )
    worth = lifetimes(history, RULES, order_days=days)
    numbers = history.table["customer"].to_pylist()
    share = dict(zip(numbers, column(worth, "margin_share"), strict=True))
    last = worth.table.slice(worth.table.num_rows - 1, 1).to_pylist()[0]
    assert share[500] < 0
    assert last["clv"] == last["clv_high"] == 0.0
    assert last["margin_share"] < 0
    assert "no margin" in last["clv_reason_en"]
    assert not last["margin_assumed"]
    assert np.median(list(share.values())) == pytest.approx(0.4, abs=0.02)


def test_a_base_that_never_leaves_goes_by_its_own_rate_and_says_so() -> None:
    orders = [(of, day, 100, None) for of in range(350) for day in range(of % 20, 700, 20 + of % 9)]
    worth = valued_orders(orders)
    assert not worth.accepted
    assert worth.methods == {"run-rate+ln": 350}
    assert worth.table["p_alive"].null_count == 350
    assert worth.why in worth.warnings


def test_a_fortnight_says_nothing_about_years() -> None:
    worth = valued_orders(list(varied(300, days=14)()))
    assert worth.why.en.startswith(TOO_SHORT.en)
    orders = euros(build(varied(300, days=14)())[0].table["revenue_12m"]).sum()
    assert column(worth, "clv").sum() < orders


def test_a_base_that_stopped_is_not_expected_to_go_on() -> None:
    orders = [(of, day, 80, None) for of in range(60) for day in range(400, 900, 10)]
    worth = valued_orders(orders)
    assert worth.methods == {"run-rate+ln": 60}
    assert column(worth, "expected_orders_12m").sum() < 1


def test_one_customer_with_half_of_all_value_is_warned_of() -> None:
    worth = valued_orders([*varied(200)(), *((999, day, 1e5, 5e4) for day in range(0, 700, 7))])
    assert any("One customer" in warning.en for warning in worth.warnings)


def test_an_unsound_model_gives_way_to_one_that_holds() -> None:
    hard_core = [(3000 + of, day, 50, None) for of in range(40) for day in range(0, 700, 10)]
    worth = valued_orders([*((of, 600, 100, None) for of in range(2000)), *hard_core])
    assert worth.accepted
    assert worth.fit.model == "bg"
    assert "BG/NBD instead of MBG/NBD" in worth.why.en
    assert worth.methods == {"bg+ln": 2040}


def test_a_model_that_forecasts_worse_than_the_run_rate_is_refused(whole: tuple) -> None:
    """Everybody goes on after the cut exactly as before: the model expects many to have left."""
    history = whole[0]
    past, weeks = history.calibration, (history.as_of - history.cut).days / 7
    steady = np.zeros(history.table.num_rows)
    steady[history.calibration_rows] = np.rint(run_rate(past).expected(past, weeks=weeks))
    place = history.table.column_names.index("orders_holdout")
    table = history.table.set_column(place, "orders_holdout", pa.array(steady.astype(np.int32)))
    fit = fit_purchases(history.purchases)
    test = hold_out(replace(history, table=table), fit=fit, prior=None)
    assert test.tested
    assert not test.passed
    assert "better" in test.why.en
    assert test.figures["model"]["mae"] > test.figures["run_rate"]["mae"]


def test_a_run_rate_is_a_mean_of_its_own_distribution() -> None:
    rule = RunRate(shape=0.8, weeks=9.0, span=80.0, level=0.6)
    history = Purchases(*(np.array([n], np.int32) for n in (4, 200, 300)))
    tail = rule.count_tail(history.x, history.T, weeks=156.0, most=400)
    assert tail.sum() == pytest.approx(rule.expected(history, weeks=156.0)[0], rel=1e-9)
    now = rule.discounted(history, weeks=156.0, weekly_rate=0.0)
    later = rule.discounted(history, weeks=156.0, weekly_rate=0.002)
    assert later[0] == pytest.approx(now[0] * (1 - np.exp(-0.16)) / 0.16)


@pytest.mark.real
@pytest.mark.parametrize("prior", ["weak", "none"])
@pytest.mark.parametrize("model", ["mbg", "bg", "pareto"])
def test_online_retail_without_drop_out_is_noticed_and_said(
    online_retail: tuple, model: str, prior: str
) -> None:
    history, days = online_retail
    worth = lifetimes(history, LifetimeRules(model=model, prior=prior), order_days=days)
    assert not worth.accepted
    assert worth.why.en.startswith(NO_LEAVING.en)
    assert worth.fit.log_likelihood == pytest.approx(-21755.348, abs=0.01)
    assert set(worth.methods) == {"run-rate+gg"}
    assert_sane(worth, history)


@pytest.fixture(scope="module")
def online_retail(real_data: Path) -> tuple[History, Callable[[], pa.Table]]:
    """Known customers, amounts above zero, until 31 August 2011: 3,317 customers."""
    table = pq.read_table(real_data / "online-retail-2010-2011" / "online_retail_2010_2011.parquet")
    good = pc.and_(pc.greater(table["Quantity"], 0), pc.greater(table["UnitPrice"], 0))
    table = table.filter(pc.and_(good, pc.is_valid(table["CustomerID"])))
    amount = pc.multiply(pc.cast(table["Quantity"], pa.float64()), table["UnitPrice"])
    lines = zip(
        table["CustomerID"].to_pylist(),
        pc.cast(pc.cast(table["InvoiceDate"], pa.date32()), pa.date32()).to_pylist(),
        pc.round(amount, 2).to_pylist(),
        strict=True,
    )
    as_of = date(2011, 8, 31)
    orders = ((of, day, euro, None) for of, day, euro in lines if euro > 0)
    history, days = build(orders, as_of=as_of, cut=as_of - timedelta(weeks=10))
    assert history.table.num_rows == 3317
    return history, days
