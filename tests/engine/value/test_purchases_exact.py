"""Every formula against 100-digit arithmetic of the textbook's own form, on random points.

With 50 digits one point in 600 of mpmath's 2F1 is wrong in the ninth.
"""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.counts import Pairs, compress
from kernklant.engine.value.expectation import WhileAlive
from kernklant.engine.value.likelihood import log_likelihood
from kernklant.engine.value.purchases import (
    MODELS,
    Model,
    chance_alive,
    count_tail,
    discounted_purchases,
    expected_purchases,
)
from tests.engine.value.purchase_bases import base, some_customers
from tests.golden.purchase_data import given


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mpmath.workdps(100):
        yield


def weeks(days: int) -> mpf:
    return mpf(int(days)) / 7


def dropout_terms(
    model: Model, parameters: tuple[float, ...], x: int, t_x: int, end: int
) -> tuple[mpf, mpf, mpf]:
    """ln of the constant, and the likelihoods of still being there and of having left."""
    r, alpha, third, fourth = map(mpf, parameters)
    n, last, age = mpf(int(x)), weeks(t_x), weeks(end)
    constant = mpmath.loggamma(r + n) - mpmath.loggamma(r) + r * mpmath.log(alpha)
    if model == "pareto":
        constant += third * mpmath.log(fourth)
        there = (alpha + age) ** -(r + n) * (fourth + age) ** -third
        return constant, there, third / (r + third + n) * left(parameters, n, last, age)
    first = model == "mbg"
    stays = n + first
    constant += mpmath.log(mpmath.beta(third, fourth + stays) / mpmath.beta(third, fourth))
    odds = third / (fourth + stays - 1) if stays > 0 else mpf(0)
    return constant, (alpha + age) ** -(r + n), odds * (alpha + last) ** -(r + n)


def left(parameters: tuple[float, ...], x: mpf, last: mpf, age: mpf) -> mpf:
    """A_0 of Fader & Hardie's note on the Pareto/NBD: a difference of two hypergeometrics."""
    r, alpha, s, beta = map(mpf, parameters)
    start, q = (alpha, s + 1) if alpha >= beta else (beta, r + x)

    def part(u: mpf) -> mpf:
        z = abs(alpha - beta) / (start + u)
        return mpmath.hyp2f1(r + s + x, q, r + s + x + 1, z) / (start + u) ** (r + s + x)

    return part(last) - part(age)


def random_parameters(number: int, *, seed: int) -> list[tuple[float, ...]]:
    rng = np.random.default_rng(seed)
    low, high = [-1.5, -1.0, -1.5, -1.0], [1.0, 2.5, 1.0, 2.5]
    return [tuple(10 ** rng.uniform(low, high)) for _ in range(number)]


def heavy_customers() -> Purchases:
    return base([1400, 254, 60, 0, 0], [1500, 680, 1, 0, 0], [1501, 681, 900, 900, 0])


@pytest.mark.parametrize("model", ["mbg", "bg", "pareto"])
@pytest.mark.parametrize("parameters", random_parameters(8, seed=3))
def test_log_likelihood_and_chance_alive(model: Model, parameters: tuple[float, ...]) -> None:
    for history in (some_customers(6, seed=4), heavy_customers()):
        rows = list(zip(history.x, history.t_x, history.T, strict=True))
        terms = [dropout_terms(model, parameters, *row) for row in rows]
        exact = sum(constant + mpmath.log(there + gone) for constant, there, gone in terms)
        histories = compress(history)
        function = log_likelihood(histories, MODELS[model].likelihood(histories))
        found = function(np.log(parameters)).value
        assert found == pytest.approx(float(exact), rel=1e-13, abs=1e-10)
        alive = chance_alive(given(model, parameters), history)
        assert alive == pytest.approx(
            [float(there / (there + gone)) for _, there, gone in terms], rel=1e-10, abs=1e-300
        )


def test_expected_purchases_of_those_alive() -> None:
    rng = np.random.default_rng(1)
    for case in range(60):
        r, a, b = 10 ** rng.uniform([-2, -3, -2], [1, 2, 3])
        a = 1.0 if case % 10 == 0 else a
        x = int(10 ** rng.uniform(0, 2.5)) - 1
        tau = 10 ** rng.uniform(-3, 3, 3)
        found = WhileAlive(np.full(3, x), tau, r=r, a=a, b=b)(tau)
        exact = [float(textbook(r + x, a, b + x, span)) for span in tau]
        assert found == pytest.approx(exact, rel=1e-11)


def textbook(shape: float, a: float, stays: float, tau: float) -> mpf:
    """(a + b + x - 1) / (a - 1) x [1 - …2F1]; a = 1 approached to 1e-25."""
    leave, span = mpf(a) + mpf(10) ** -25, mpf(tau)
    z, c = span / (1 + span), mpf(a) + mpf(10) ** -25 + stays - 1
    return c / (leave - 1) * (1 - (1 - z) ** shape * mpmath.hyp2f1(shape, stays, c, z))


@pytest.mark.parametrize("parameters", random_parameters(6, seed=8))
def test_pareto_purchases_for_ever_are_tricomis_function(parameters: tuple[float, ...]) -> None:
    r, alpha, s, beta = map(mpf, parameters)
    history, delta = some_customers(5, seed=9), 0.0026877
    found = discounted_purchases(
        given("pareto", parameters), history, weeks=None, weekly_rate=delta
    )
    for value, x, t_x, end in zip(found, history.x, history.t_x, history.T, strict=True):
        constant, there, gone = dropout_terms("pareto", parameters, x, t_x, end)
        age, n = weeks(end), int(x)
        exact = alpha**r * beta**s * mpf(delta) ** (s - 1) * mpmath.gamma(r + n + 1)
        exact *= mpmath.hyperu(s, s, delta * (beta + age))
        exact /= mpmath.gamma(r) * (alpha + age) ** (r + n + 1)
        exact /= mpmath.exp(constant) * (there + gone)
        assert value == pytest.approx(float(exact), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("model", ["mbg", "bg"])
def test_a_long_weekly_sum_is_the_value_for_ever(model: Model) -> None:
    fit, history = given(model, (0.5, 6.0, 0.9, 1.6)), some_customers(20, seed=10)
    for_ever = discounted_purchases(fit, history, weeks=None, weekly_rate=0.01)
    long = discounted_purchases(fit, history, weeks=4000, weekly_rate=0.01)
    assert long == pytest.approx(for_ever, rel=1e-4)


def test_a_weekly_sum_is_the_sum_over_weeks() -> None:
    fit, history = given("mbg", (0.5, 6.0, 0.9, 1.6)), some_customers(20, seed=11)
    until = [expected_purchases(fit, history, weeks=week) for week in (0, 1, 2, 2.5)]
    middle = np.exp(-0.002 * np.array([0.5, 1.5, 2.25]))
    found = discounted_purchases(fit, history, weeks=2.5, weekly_rate=0.002)
    assert found == pytest.approx(middle @ np.diff(until, axis=0), rel=1e-12)


@pytest.mark.parametrize("model", ["mbg", "bg", "pareto"])
@pytest.mark.parametrize("parameters", random_parameters(4, seed=12))
def test_chances_of_counts_add_up_to_the_expected_count(
    model: Model, parameters: tuple[float, ...]
) -> None:
    """The sum of P(N >= n), the rest of it included, is the expectation of those alive."""
    x, end = np.array([0, 1, 5, 40]), np.array([0, 100, 400, 900])
    tail = count_tail(given(model, parameters), x, end, weeks=20, most=6000)
    assert np.all((tail >= 0) & (tail <= 1))
    assert np.all(np.diff(tail, axis=1) <= 1e-15)
    at = Pairs(x, end)
    expected = MODELS[model].while_alive(parameters, at, most_weeks=20)(20)
    done = tail[:, -1] < 1e-12
    assert done.sum() >= 2
    assert tail.sum(axis=1)[done] == pytest.approx(expected[done], rel=1e-9)


def test_a_first_purchase_is_due_before_anybody_leaves() -> None:
    """P(N >= 1 | alive) = 1 - ((alpha + T) / (alpha + T + t))^(r + x) where leaving is at sales."""
    fit = given("bg", (0.5, 6.0, 0.9, 1.6))
    tail = count_tail(fit, np.array([3]), np.array([140]), weeks=10, most=5)
    assert tail[0, 0] == pytest.approx(1 - (26 / 36) ** 3.5, rel=1e-12)
