"""The purchase models hold together: derivatives, limits, order of rows, threads, priors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value import newton
from kernklant.engine.value.counts import Histories, compress
from kernklant.engine.value.likelihood import log_likelihood
from kernklant.engine.value.priors import median_gap_weeks, starts, weak_prior
from kernklant.engine.value.purchases import MODELS, Model, expected_from_new, fit_purchases
from kernklant.engine.value.sound import doubt_about_fit
from kernklant.engine.value.surfaces import Point
from tests.engine.value.purchase_bases import base, simulate, some_customers
from tests.golden.purchase_data import given

EVERY: tuple[Model, ...] = ("mbg", "bg", "pareto")
TRUTH = (1.2, 10.0, 0.8, 2.5)

REPORT = """
import numpy as np
from kernklant.engine.value.purchases import expected_purchases, fit_purchases
from tests.engine.value.purchase_bases import simulate
history = simulate("mbg", (1.2, 10.0, 0.8, 2.5), customers=30_000, seed=5)
for model in ("mbg", "pareto"):
    fit = fit_purchases(history, model=model)
    expected = expected_purchases(fit, history, weeks=52)
    print(np.array([*fit.parameters, fit.log_likelihood]).tobytes().hex())
    print(expected.tobytes().hex())
"""


def objective(model: Model, history: Purchases) -> Callable[[np.ndarray], Point]:
    histories = compress(history)
    return log_likelihood(histories, MODELS[model].likelihood(histories))


@pytest.mark.parametrize("model", EVERY)
@pytest.mark.parametrize("seed", range(5))
def test_gradient_and_hessian_are_those_of_the_value(model: Model, seed: int) -> None:
    rng = np.random.default_rng(seed)
    at = np.log(10 ** rng.uniform([-1, -0.5, -1, -0.5], [1, 2, 1, 2]))
    function = objective(model, some_customers(40, seed=seed))
    point = function(at)
    for i, step in enumerate(np.eye(4) * 1e-5):
        above, below = function(at + step), function(at - step)
        slope = (above.value - below.value) / 2e-5
        bend = (above.gradient - below.gradient) / 2e-5
        assert slope == pytest.approx(point.gradient[i], rel=1e-6, abs=1e-5)
        assert bend == pytest.approx(point.hessian[i], rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("model", EVERY)
def test_a_fit_is_a_point_where_the_likelihood_is_level(model: Model) -> None:
    history = simulate(model, TRUTH, customers=2000, seed=1)
    fit = fit_purchases(history, model=model)
    point = objective(model, history)(np.log(fit.parameters))
    gain = point.gradient @ fit.covariance @ point.gradient / 2
    assert gain < 1e-9  # what one more step would add to the log-likelihood
    assert point.value == fit.log_likelihood
    assert np.linalg.inv(-point.hessian) == pytest.approx(fit.covariance, rel=1e-9)


@pytest.mark.parametrize("model", EVERY)
def test_counting_distinct_histories_changes_nothing(model: Model) -> None:
    history = simulate(model, TRUTH, customers=3000, seed=7)
    counted = compress(history)
    each = np.repeat(np.arange(len(counted)), counted.customers_of.astype(int))
    assert len(each) == 3000 > len(counted)
    apart: Histories = replace(
        counted, end=counted.end[each], last=counted.last[each], customers_of=np.ones(len(each))
    )
    surfaces = MODELS[model].likelihood(counted)
    at = np.log(TRUTH)
    one, other = log_likelihood(counted, surfaces)(at), log_likelihood(apart, surfaces)(at)
    assert one.value == pytest.approx(other.value, rel=1e-13)
    assert one.gradient == pytest.approx(other.gradient, rel=1e-10)
    assert one.hessian == pytest.approx(other.hessian, rel=1e-10)


def test_distinct_histories_are_the_same_by_table_and_by_sort() -> None:
    few = base([1, 2, 1], [700_000, 5, 700_000], [900_000, 10, 900_000])
    by_sort = compress(few)
    assert by_sort.customers_of.tolist() == [2, 1]
    many = some_customers(5000, seed=2, longest=60)
    counted = compress(many)
    rows, counts = np.unique(np.stack([many.x, many.T, many.t_x]), axis=1, return_counts=True)
    found = [counted.ends.x[counted.end], counted.ends.day[counted.end]]
    assert np.array_equal([*found, counted.lasts.day[counted.last]], rows)
    assert np.array_equal(counted.lasts.x[counted.last], rows[0])
    assert np.array_equal(counted.customers_of, counts)


@pytest.mark.parametrize("model", EVERY)
def test_rows_in_any_order_give_the_same_bits(model: Model) -> None:
    history = simulate(model, TRUTH, customers=4000, seed=4)
    order = np.random.default_rng(1).permutation(4000)
    shuffled = Purchases(history.x[order], history.t_x[order], history.T[order])
    one, other = fit_purchases(history, model=model), fit_purchases(shuffled, model=model)
    assert one.parameters == other.parameters
    assert one.log_likelihood == other.log_likelihood
    assert one.covariance.tobytes() == other.covariance.tobytes()


def test_any_number_of_threads_gives_the_same_bits() -> None:
    """More than 10,000 distinct histories: from there BLAS divides even a dot product."""

    def report(threads: str) -> str:
        limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", REPORT],
            env=os.environ | limits | {"PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert report("1") == report("2") != ""


def test_a_weak_prior_is_used_below_300_repeat_buyers_unless_told() -> None:
    few = simulate("mbg", TRUTH, customers=350, seed=1)
    many = simulate("mbg", TRUTH, customers=800, seed=1)
    assert fit_purchases(few).repeat_buyers < 300 < fit_purchases(many).repeat_buyers
    assert [fit_purchases(few).prior, fit_purchases(many).prior] == [True, False]
    assert not fit_purchases(few, prior=False).prior
    assert fit_purchases(many, prior=True).prior


def test_a_prior_takes_no_part_in_the_log_likelihood() -> None:
    history = simulate("mbg", TRUTH, customers=200, seed=2)
    weak, plain = fit_purchases(history), fit_purchases(history, prior=False)
    assert plain.log_likelihood - 1.0 < weak.log_likelihood < plain.log_likelihood
    found = objective("mbg", history)(np.log(weak.parameters)).value
    assert weak.log_likelihood == pytest.approx(found, abs=1e-9)


def test_a_prior_keeps_small_bases_off_the_walls() -> None:
    """Thirty customers: plain maximum likelihood ends at a wall, the weak prior never does."""
    at_wall = {True: 0, False: 0}
    for seed in range(20):
        history = simulate("mbg", TRUTH, customers=30, seed=seed)
        for prior in at_wall:
            fit = fit_purchases(history, prior=prior)
            at_wall[prior] += max(np.abs(np.log(fit.parameters))) > 11.9
    assert at_wall[True] == 0 < at_wall[False]


def test_the_prior_knows_the_time_scale_from_the_middle_gap() -> None:
    histories = compress(base([0, 1, 2, 4, 4], [0, 70, 70, 70, 70], [100] * 5))
    assert median_gap_weeks(histories) == 2.5
    assert weak_prior("mbg", histories).mean == pytest.approx([0, np.log(2.5), 0, np.log(3)])
    assert weak_prior("pareto", histories).mean == pytest.approx([0, np.log(2.5), 0, np.log(7.5)])
    nobody_again = compress(base([0], [0], [100]))
    assert median_gap_weeks(nobody_again) == pytest.approx(4 * 30.4375 / 7)


@pytest.mark.parametrize("model", EVERY)
def test_all_starts_lead_to_the_same_peak(model: Model) -> None:
    histories = compress(simulate(model, TRUTH, customers=1500, seed=9))
    function = log_likelihood(histories, MODELS[model].likelihood(histories))
    peaks = [newton.climb(function, start, wall=12.0) for start in starts(model, histories)]
    assert all(peak.interior for peak in peaks)
    values = [peak.point.value for peak in peaks]
    assert max(values) - min(values) < 1e-8


@pytest.mark.parametrize(("model", "third"), [("mbg", 1.0), ("bg", 1.0), ("pareto", 1.0)])
def test_a_or_s_equal_to_one_is_a_limit_not_an_error(model: Model, third: float) -> None:
    around = [
        expected_from_new(given(model, (0.5, 6.0, third + apart, 2.0)), weeks=52)
        for apart in (-1e-7, 0.0, 1e-7)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-12)


def test_without_drop_out_the_three_models_are_one() -> None:
    """a -> 0 and s -> 0 leave the plain NBD: expected purchases r t / alpha."""
    for model in EVERY:
        loyal = given(model, (0.5, 6.0, 1e-9, 1e3))
        assert expected_from_new(loyal, weeks=30) == pytest.approx(2.5, rel=1e-6)


@pytest.mark.parametrize(
    ("model", "parameters", "doubt"),
    [
        ("mbg", (0.5, 6.0, 0.9, 1.6), None),
        ("pareto", (0.5, 10.0, 0.6, 12.0), None),
        ("bg", (0.7, 9.4, 7e-4, 1.7e6), "No drop-out was found"),
        ("pareto", (0.7, 9.4, 6e-6, 160_000.0), "No drop-out was found"),
        ("mbg", (0.5, 6.0, 2e3, 1.0), "The estimate has everybody leave at once"),
        ("pareto", (0.5, 6.0, 8.0, 1.0), "The estimate has everybody leave at once"),
        ("mbg", (5e4, 1.6e5, 0.9, 1.6), "All customers buy at the same rhythm"),
        ("mbg", (1.6e-46, 3e21, 0.9, 1.6), "The estimate says that hardly anybody ever returns"),
        ("mbg", (0.5, 1e4, 0.9, 1.6), "The estimated buying rate is not believable"),
        ("mbg", (5.0, 0.5, 0.9, 1.6), "The estimated buying rate is not believable"),
        ("mbg", (0.5, 6.0, 2e4, 5e4), "The estimate of drop-out lies outside"),
        ("pareto", (0.5, 6.0, 5e2, 5e4), "The estimate of drop-out lies outside"),
    ],
)
def test_parameters_beyond_belief_are_named(
    model: Model, parameters: tuple[float, ...], doubt: str | None
) -> None:
    found = doubt_about_fit(model, parameters, interior=True)
    assert found is None if doubt is None else found.en.startswith(doubt)


def test_a_plain_without_a_peak_is_named() -> None:
    found = doubt_about_fit("mbg", (0.5, 6.0, 0.9, 1.6), interior=False)
    assert found.en.startswith("The estimate found no peak")
