"""Counts against random numbers: what the exact chances say is what simulated customers do."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.value.purchases import Model, count_tail, fit_purchases
from tests.engine.value.purchase_bases import simulate
from tests.golden.purchase_data import given

TRUTH: dict[Model, tuple[float, ...]] = {
    "mbg": (1.2, 30.0, 0.8, 2.5),
    "bg": (1.2, 30.0, 0.8, 2.5),
    "pareto": (1.2, 20.0, 1.0, 60.0),
}


@pytest.mark.parametrize("model", TRUTH)
def test_eight_thousand_customers_give_the_truth_back_within_ten_percent(model: Model) -> None:
    fit = fit_purchases(simulate(model, TRUTH[model], customers=8000, seed=2), model=model)
    assert fit.parameters == pytest.approx(TRUTH[model], rel=0.10)
    assert fit.sound


@pytest.mark.parametrize("model", TRUTH)
def test_the_truth_lies_within_three_standard_errors(model: Model) -> None:
    fit = fit_purchases(simulate(model, TRUTH[model], customers=8000, seed=3), model=model)
    apart = np.log(fit.parameters) - np.log(TRUTH[model])
    assert np.all(np.abs(apart) < 3 * np.sqrt(np.diag(fit.covariance)))


@pytest.mark.parametrize("model", TRUTH)
def test_chances_of_counts_are_the_simulated_shares(model: Model) -> None:
    x, weeks, most, draws = 3, 40.0, 12, 200_000
    parameters, age = (1.2, 8.0, 0.8, 2.5), 140
    exact = count_tail(
        given(model, parameters), np.array([x]), np.array([age]), weeks=weeks, most=most
    )[0]
    counts = _counts(model, parameters, x=x, age=age / 7, weeks=weeks, draws=draws)
    shares = np.array([(counts >= n).mean() for n in range(1, most + 1)])
    assert np.all(np.abs(shares - exact) < 4 * np.sqrt(exact * (1 - exact) / draws) + 1e-6)


def _counts(
    model: str,
    parameters: tuple[float, ...],
    *,
    x: int,
    age: float,
    weeks: float,
    draws: int,
) -> np.ndarray:
    """Purchases of customers alive at ``age``, drawn one event at a time."""
    rng = np.random.default_rng(6)
    r, alpha, third, fourth = parameters
    rate = rng.gamma(r + x, 1 / (alpha + age), draws)
    if model == "pareto":
        lifetime = rng.exponential(1.0, draws) / rng.gamma(third, 1 / (fourth + age), draws)
        return rng.poisson(rate * np.minimum(lifetime, weeks))
    leaves = rng.beta(third, fourth + x + (model == "mbg"), draws)
    counts, when, here = np.zeros(draws, dtype=int), np.zeros(draws), np.ones(draws, dtype=bool)
    while here.any():
        when += rng.exponential(1.0, draws) / rate
        here &= when < weeks
        counts += here
        here &= rng.random(draws) >= leaves
    return counts
