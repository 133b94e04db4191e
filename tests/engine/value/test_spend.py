"""The spending model recovers what it was given, and gives way where it has no mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from kernklant.engine.value.baskets import Baskets, baskets, log_normal
from kernklant.engine.value.spend import (
    HEAVY_TAIL,
    NO_SPREAD,
    GammaGamma,
    _compressed,
    _log_likelihood,
    expected_spend,
    fit_gamma_gamma,
)
from tests.engine.value.orders import MONEY


def customers(n: int, *, p: float, q: float, v: float, seed: int = 1) -> tuple:
    dice = np.random.default_rng(seed)
    orders = dice.integers(1, 12, n)
    return orders, np.maximum(np.round(dice.gamma(p * orders) / dice.gamma(q, 1 / v, n), 2), 0.01)


def of_days(orders: np.ndarray, spend: np.ndarray) -> Callable[[], pa.Table]:
    """Every customer's total, spread evenly over his orders."""
    numbers = np.repeat(np.arange(len(orders)), orders)
    amounts = pa.array(np.repeat(spend / orders, orders))
    table = pa.table({"customer": numbers, "amount": amounts.cast(MONEY, safe=False)})
    return lambda: table


def unread() -> pa.Table:
    raise AssertionError("order days are read only where the model gives way")


def test_a_simulated_population_is_recovered() -> None:
    fit = fit_gamma_gamma(*customers(20_000, p=3.0, q=4.0, v=60.0))
    assert (fit.p, fit.q, fit.v) == pytest.approx((3.0, 4.0, 60.0), rel=0.06)
    errors = np.sqrt(np.diag(fit.covariance))
    assert np.all(np.abs(np.log([fit.p / 3, fit.q / 4, fit.v / 60])) < 3 * errors)


def test_the_log_likelihood_is_the_textbook_one() -> None:
    orders, spend = customers(400, p=2.0, q=3.0, v=50.0)
    fit = fit_gamma_gamma(orders, spend)
    p, q, v, x, m = fit.p, fit.q, fit.v, orders, np.round(spend, 2) / orders
    textbook = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
    textbook += (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(v + x * m)
    assert fit.log_likelihood == pytest.approx(textbook.sum(), rel=1e-12)


def test_gradient_and_curvature_are_those_of_the_value() -> None:
    n, cents, weights = _compressed(*customers(200, p=2.0, q=3.0, v=50.0))
    at = _log_likelihood(n, cents / cents.mean(), weights)
    here, step = np.log([2.0, 3.0, 1.2]), 1e-5
    for i, unit in enumerate(np.eye(3)):
        ahead, behind = at(here + step * unit), at(here - step * unit)
        assert (ahead.value - behind.value) / (2 * step) == pytest.approx(
            at(here).gradient[i], rel=1e-6, abs=1e-4
        )
        assert (ahead.gradient - behind.gradient) / (2 * step) == pytest.approx(
            at(here).hessian[i], rel=1e-6, abs=1e-4
        )


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_no_bit(seed: int) -> None:
    orders, spend = customers(500, p=2.0, q=3.0, v=50.0)
    shuffled = np.random.default_rng(seed).permutation(500)
    first, second = (
        fit_gamma_gamma(orders, spend),
        fit_gamma_gamma(orders[shuffled], spend[shuffled]),
    )
    assert (first.p, first.q, first.v) == (second.p, second.q, second.v)


def test_amounts_a_hundredfold_give_the_same_shape_a_hundredfold_larger() -> None:
    orders, spend = customers(500, p=2.0, q=3.0, v=50.0)
    one, many = fit_gamma_gamma(orders, spend), fit_gamma_gamma(orders, 100 * spend)
    assert (many.p, many.q, many.v) == pytest.approx((one.p, one.q, 100 * one.v), rel=1e-9)


def test_an_expectation_lies_between_the_own_mean_and_that_of_all() -> None:
    orders, spend = customers(500, p=2.0, q=3.0, v=50.0)
    fit = fit_gamma_gamma(orders, spend)
    expected, own = expected_spend(fit, orders, spend), spend / orders
    assert np.all(np.minimum(own, fit.mean) <= expected + 1e-9)
    assert np.all(expected <= np.maximum(own, fit.mean) + 1e-9)


def test_a_tail_without_a_mean_is_refused_and_shrunk_on_a_log_scale() -> None:
    orders, spend = customers(2000, p=1.0, q=0.8, v=50.0)
    fit = fit_gamma_gamma(orders, spend)
    assert fit.q < 1
    assert fit.mean == np.inf
    assert fit.why is HEAVY_TAIL
    with pytest.raises(ValueError, match="no mean"):
        expected_spend(fit, orders, spend)
    brings = baskets(orders, spend, order_days=of_days(orders, spend))
    assert brings.method == "ln"
    assert np.all(np.isfinite(brings.expected) & (brings.expected > 0))


def test_amounts_that_are_all_alike_are_no_case_for_the_model() -> None:
    orders = np.full(400, 3)
    fit = fit_gamma_gamma(orders, 30.0 * orders)
    assert not fit.sound
    assert fit.why is NO_SPREAD
    brings = baskets(orders, 30.0 * orders, order_days=of_days(orders, 30.0 * orders))
    assert brings.expected == pytest.approx(np.full(400, 30.0), rel=1e-5)


def test_300_customers_with_two_orders_are_needed_for_the_model() -> None:
    orders, spend = customers(2000, p=2.0, q=3.0, v=50.0)
    again = np.flatnonzero(orders > 1)
    assert baskets(orders[again[:300]], spend[again[:300]], order_days=unread).method == "gg"
    few = again[:299]
    assert (
        baskets(orders[few], spend[few], order_days=of_days(orders[few], spend[few])).method == "ln"
    )


def test_a_base_without_purchases_has_no_baskets() -> None:
    brings = baskets(np.zeros(0, int), np.zeros(0), order_days=unread)
    assert brings.method == "none"
    assert len(brings.expected) == 0


def test_log_normal_shrinkage_recovers_a_simulated_population() -> None:
    dice = np.random.default_rng(3)
    of = np.repeat(np.arange(3000), 6)
    own = dice.normal(6.0, 0.9, 3000)
    spreads = log_normal(dice.normal(own[of], 0.6), of)
    assert spreads.within == pytest.approx(0.36, rel=0.03)
    assert spreads.between == pytest.approx(0.81, rel=0.06)
    assert spreads.middle == pytest.approx(6.0, abs=0.05)
    truth = np.exp(own + 0.36 / 2)
    assert spreads.expected().mean() == pytest.approx(truth.mean(), rel=0.03)


def test_one_wild_amount_among_many_moves_the_others_by_little() -> None:
    orders, spend = np.full(100, 3), np.full(100, 300.0)
    wild = np.where(np.arange(100) == 7, 3e8, spend)
    calm = _others(baskets(orders, spend, order_days=of_days(orders, spend)))
    assert _others(baskets(orders, wild, order_days=of_days(orders, wild))) == pytest.approx(
        calm, rel=0.25
    )


def _others(brings: Baskets) -> np.ndarray:
    return np.delete(brings.expected, 7)


def test_who_buys_more_and_spends_otherwise_is_warned_of() -> None:
    orders, spend = customers(2000, p=4.0, q=4.0, v=50.0)
    rising = np.round(spend * orders, 2)
    warned = baskets(orders, rising, order_days=of_days(orders, rising)).warnings
    assert any("more often" in text.en for text in warned)
    assert baskets(orders, spend, order_days=unread).warnings == []


def test_a_gamma_gamma_of_nobody_is_not_sound() -> None:
    assert not fit_gamma_gamma(np.zeros(0, int), np.zeros(0)).sound


def test_amounts_too_wide_for_one_key_are_sorted_another_way() -> None:
    orders = np.array([1, 500_000, 500_000, 1])
    spend = np.array([1.0, 9e15, 9e15, 1.0])
    n, cents, weights = _compressed(orders, spend)
    assert n.tolist() == [1, 500_000]
    assert cents.tolist() == [100, 9e17]
    assert weights.tolist() == [2, 2]


def test_the_mean_of_a_fit_without_one_is_said_to_be_infinite() -> None:
    fit = GammaGamma(2.0, 0.5, 10.0, 0.0, np.eye(3), 5, sound=False, why=HEAVY_TAIL)
    assert fit.mean == np.inf
