"""The printed example of time-driven activity-based costing.

Source: Kaplan & Anderson (2004), Harvard Business Review 82(11): a service department of
560,000 a quarter with 700,000 practical minutes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from kernklant.engine.value.cost_to_serve import Rates, capacity, serve
from tests.engine.value.services import services

ORDERS, ENQUIRIES, CREDIT_CHECKS = (49_000, 8), (1_400, 44), (2_500, 50)
USED = sum(count * minutes for count, minutes in (ORDERS, ENQUIRIES, CREDIT_CHECKS))


def quarter() -> pa.Table:
    return services(
        (1, "order", {"count": 49_000, "untimed": 49_000}),
        (1, "enquiry", {"count": 1_400, "untimed": 1_400}),
        (1, "credit check", {"count": 2_500, "untimed": 2_500}),
    )


def test_unused_capacity_is_charged_to_nobody() -> None:
    assert USED == 578_600
    quarter_of_a_year = capacity(560_000, 700_000, USED)
    assert quarter_of_a_year.rate == pytest.approx(0.80, abs=1e-12)
    assert quarter_of_a_year.charged == pytest.approx(462_880, abs=1e-6)
    assert quarter_of_a_year.unused == pytest.approx(97_120, abs=1e-6)


def test_the_customers_together_carry_what_was_used() -> None:
    rates = Rates(0.80 * 60, {"order": 8, "enquiry": 44, "credit_check": 50})
    found = serve(quarter(), np.array([1]), rates)
    assert found.cost[0] == pytest.approx(462_880, abs=1e-6)
    by_activity = dict(zip(*found.by_activity.select(["activity", "cost"]).to_pydict().values(),
                           strict=True))  # fmt: skip
    assert by_activity == pytest.approx(
        {"order": 313_600, "credit_check": 100_000, "enquiry": 49_280}
    )
    assert found.hours[0] * 60 == pytest.approx(578_600)
