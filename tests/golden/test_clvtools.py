"""Cases from the correctness tests of the R package CLVTools."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.value.purchases import chance_alive, count_tail, expected_purchases
from tests.golden.purchase_data import given, in_weeks

HEAVY = given("pareto", (0.5143, 2.8845, 0.2856, 14.1087))
HEAVY_CUSTOMERS = in_weeks(
    [221, 254, 161, 204],
    [103.42857, 97.14286, 94.71429, 98.57143],
    [103.57143, 97.28571, 98.0, 99.42857],
)


def test_customers_with_254_purchases_have_a_chance_to_be_alive() -> None:
    alive = chance_alive(HEAVY, HEAVY_CUSTOMERS)
    assert np.all((alive > 0) & (alive <= 1))
    assert alive[1] > 0.99  # bought yesterday, twice a week
    assert alive[2] < alive[3] < alive[0]  # silent for 23, 6 and 1 days


def test_customers_with_254_purchases_have_a_finite_future() -> None:
    expected = expected_purchases(HEAVY, HEAVY_CUSTOMERS, weeks=52)
    own_rate = HEAVY_CUSTOMERS.x / HEAVY_CUSTOMERS.T * 7 * 52
    assert np.all((expected >= 0) & (expected < 1.05 * own_rate))
    tail = count_tail(HEAVY, HEAVY_CUSTOMERS.x, HEAVY_CUSTOMERS.T, weeks=52, most=200)
    assert np.all(np.diff(tail, axis=1) <= 1e-15)
    assert tail[:, 0] == pytest.approx([1.0] * 4, abs=1e-2)
