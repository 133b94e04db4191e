"""Numbers printed in the walkthrough of the R package BTYD (CDNOW sample, 39 weeks).

It prints more digits than its optimiser fixed: its own numbers belong to parameters that differ
from each other in the fifth digit (BG/NBD) or the fourth (Pareto/NBD). Those are the tolerances.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernklant.engine.value.purchases import (
    PurchaseFit,
    chance_alive,
    expected_from_new,
    expected_purchases,
    fit_purchases,
)
from tests.golden.purchase_data import (
    CALIBRATION_END,
    HOLDOUT_END,
    customers,
    given,
    in_weeks,
    purchase_days,
    until,
)

BG = given("bg", (0.2425965, 4.413685, 0.7929888, 2.426166))
PARETO = given("pareto", (0.55328, 10.57769, 0.60624, 11.66864))
DIGITS = {"bg": 2e-5, "pareto": 5e-4}
BUYERS = [1411, 439, 214, 100, 62, 38, 29, 64]
HOLDOUT = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
EXPECTED = {
    "bg": [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036],
    "pareto": [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403],
}


def test_bg_estimates_to_the_digits_where_two_optimisers_agree(cdnow_sample: Path) -> None:
    fit = fit_purchases(until(purchase_days(cdnow_sample).values(), CALIBRATION_END), model="bg")
    assert fit.parameters == pytest.approx(BG.parameters, rel=2e-4)
    assert fit.log_likelihood == pytest.approx(-9582.429, abs=6e-4)


@pytest.mark.parametrize(("fit", "expected"), [(BG, 1.444004), (PARETO, 1.473434)])
def test_a_new_customer_over_a_year(fit: PurchaseFit, expected: float) -> None:
    assert expected_from_new(fit, weeks=52) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("fit", "expected", "alive"),
    [(PARETO, 25.45647, 0.997874), (BG, 25.75659, 0.9688523)],
)
def test_customer_1516(fit: PurchaseFit, expected: float, alive: float) -> None:
    customer = in_weeks([26], [30.85714], [31])
    found = expected_purchases(fit, customer, weeks=52)[0]
    assert found == pytest.approx(expected, rel=DIGITS[fit.model])
    assert chance_alive(fit, customer)[0] == pytest.approx(alive, abs=1e-6)


@pytest.mark.parametrize(
    ("fit", "x", "expected"),
    [
        (PARETO, [10, 15, 20, 25], [0.7062289, 0.1442396, 0.02250658, 0.00309267]),
        (BG, [10, 20, 25], [0.3474606, 0.004158973, 0.0003583685]),
    ],
)
def test_the_more_often_before_the_surer_gone(
    fit: PurchaseFit, x: list[int], expected: list[float]
) -> None:
    """The increasing frequency paradox: all last bought in week 20 of 39."""
    silent = in_weeks(x, [20] * len(x), [39] * len(x))
    found = expected_purchases(fit, silent, weeks=52)
    assert found == pytest.approx(expected, rel=2 * DIGITS[fit.model])


@pytest.mark.parametrize("model", ["bg", "pareto"])
def test_holdout_by_calibration_frequency(model: str, cdnow_sample: Path) -> None:
    days = purchase_days(cdnow_sample).values()
    history = until(days, CALIBRATION_END)
    later = until(days, HOLDOUT_END).x - history.x
    often = np.minimum(history.x, 7)
    expected = expected_purchases(BG if model == "bg" else PARETO, history, weeks=39)
    groups = [often == x for x in range(8)]
    assert [int(group.sum()) for group in groups] == BUYERS
    assert [later[group].mean() for group in groups] == pytest.approx(HOLDOUT, abs=6e-4)
    found = [expected[group].mean() for group in groups]
    assert found == pytest.approx(EXPECTED[model], rel=DIGITS[model], abs=6e-4 * (model != "bg"))


def test_an_empty_base_is_expected_to_buy_nothing() -> None:
    assert len(expected_purchases(BG, customers([], [], []), weeks=52)) == 0
