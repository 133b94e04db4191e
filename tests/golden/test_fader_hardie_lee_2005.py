"""CDNOW sample, 39 weeks: Fader, Hardie & Lee (2005) and the spreadsheets of Hardie.

The tolerance is half a unit of the last digit printed.
"""

from __future__ import annotations

import math
from pathlib import Path

import mpmath
import numpy as np
import pytest

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import (
    Model,
    PurchaseFit,
    chance_alive,
    discounted_purchases,
    expected_from_new,
    expected_purchases,
    fit_purchases,
)
from tests.golden.purchase_data import (
    CALIBRATION_END,
    HOLDOUT_END,
    in_weeks,
    purchase_days,
    until,
)

PARAMETERS = {
    "bg": (0.243, 4.414, 0.793, 2.426),
    "mbg": (0.525, 6.183, 0.891, 1.614),
    "pareto": (0.553, 10.578, 0.606, 11.669),
}
LOG_LIKELIHOOD = {"bg": -9582.43, "mbg": -9582.14, "pareto": -9594.98}
STANDARD_ERRORS = {
    "bg": ((0.0126, 0.378, 0.186, 0.705), (5e-5, 5e-4, 5e-4, 5e-4)),
    "pareto": ((0.0476, 0.8427, 0.1873, 6.211), (5e-5, 5e-5, 5e-5, 5e-4)),
}
MODELS: tuple[Model, ...] = ("mbg", "bg", "pareto")
YEARLY_15_PERCENT = math.log(1.15) / 52


@pytest.fixture(scope="module")
def calibration() -> Purchases:
    sample = Path(__file__).parents[2] / "src/kernklant/demo/data/cdnow_sample.csv"
    return until(purchase_days(sample).values(), CALIBRATION_END)


@pytest.fixture(scope="module")
def fits(calibration: Purchases) -> dict[str, PurchaseFit]:
    return {model: fit_purchases(calibration, model=model) for model in MODELS}


def test_the_sample_has_2357_customers_who_bought_2457_times_again(calibration: Purchases) -> None:
    assert len(calibration.x) == 2357
    assert calibration.x.sum() == 2457
    assert (calibration.x == 0).sum() == 1411


@pytest.mark.parametrize("model", MODELS)
def test_estimates_are_the_published_ones(model: Model, fits: dict[str, PurchaseFit]) -> None:
    fit = fits[model]
    assert fit.parameters == pytest.approx(PARAMETERS[model], abs=5.5e-4)
    assert fit.log_likelihood == pytest.approx(LOG_LIKELIHOOD[model], abs=0.006)
    assert fit.sound
    assert not fit.prior
    assert (fit.customers, fit.repeat_buyers) == (2357, 946)


@pytest.mark.parametrize("model", STANDARD_ERRORS)
def test_standard_errors_are_the_published_ones(model: str, fits: dict[str, PurchaseFit]) -> None:
    fit = fits[model]
    found = np.array(fit.parameters) * np.sqrt(np.diag(fit.covariance))
    printed, tolerance = STANDARD_ERRORS[model]
    assert np.all(np.abs(found - printed) <= tolerance)


def test_standard_errors_of_the_log_parameters(fits: dict[str, PurchaseFit]) -> None:
    found = np.sqrt(np.diag(fits["bg"].covariance))
    assert found == pytest.approx([0.052, 0.086, 0.234, 0.291], abs=5e-4)


@pytest.mark.parametrize(
    ("model", "expected", "alive"),
    [("bg", 1.2260, 0.7266), ("mbg", 1.2627, 0.7061), ("pareto", 1.4551, 0.8691)],
)
def test_two_repeats_the_last_in_week_30(
    model: str, expected: float, alive: float, fits: dict[str, PurchaseFit]
) -> None:
    customer = in_weeks([2], [30.43], [38.86])
    assert expected_purchases(fits[model], customer, weeks=39)[0] == pytest.approx(
        expected, abs=1.1e-4
    )
    assert chance_alive(fits[model], customer)[0] == pytest.approx(alive, abs=1e-4)


@pytest.mark.parametrize(
    ("model", "expected", "alive"), [("bg", 0.1948, 1.0), ("mbg", 0.1540, 0.3897)]
)
def test_one_purchase_in_week_0(
    model: str, expected: float, alive: float, fits: dict[str, PurchaseFit]
) -> None:
    customer = in_weeks([0], [0], [38.86])
    found = expected_purchases(fits[model], customer, weeks=39)[0]
    assert found == pytest.approx(expected, abs=6e-5)
    assert chance_alive(fits[model], customer)[0] == pytest.approx(alive, abs=6e-5)


@pytest.mark.parametrize(("model", "expected"), [("bg", 1.1950), ("mbg", 1.1823)])
def test_a_new_customer_over_39_weeks(
    model: str, expected: float, fits: dict[str, PurchaseFit]
) -> None:
    assert expected_from_new(fits[model], weeks=39) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(1 / 7, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437)],
)
def test_a_new_customer_in_hardies_spreadsheet(
    weeks: float, expected: float, fits: dict[str, PurchaseFit]
) -> None:
    assert expected_from_new(fits["bg"], weeks=weeks) == pytest.approx(expected, abs=5.5e-5)


def test_a_new_customer_over_78_weeks(fits: dict[str, PurchaseFit]) -> None:
    """The spreadsheet prints 1.8576; 40-digit arithmetic at the same estimates gives 1.85796."""
    with mpmath.workdps(40):
        r, alpha, a, b = map(mpmath.mpf, fits["bg"].parameters)
        series = mpmath.hyp2f1(r, b, a + b - 1, 78 / (alpha + 78))
        exact = (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + 78)) ** r * series)
    found = expected_from_new(fits["bg"], weeks=78)
    assert found == pytest.approx(float(exact), rel=1e-11)
    assert found == pytest.approx(1.8576, rel=2.5e-4)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ((2, 30.43, 38.86), 6.5002),
        ((0, 0, 38.86), 0.4783),
        ((7, 20, 38.86), 4.877),
        ((2, 30.43, 77.86), 1.7624),
    ],
)
def test_purchases_for_ever_discounted_at_15_percent(
    weeks: tuple[int, float, float], expected: float, fits: dict[str, PurchaseFit]
) -> None:
    """38.86 weeks are 272 days = 38.857 weeks: that alone moves a value by up to 0.05 %."""
    x, t_x, end = weeks
    found = discounted_purchases(
        fits["pareto"], in_weeks([x], [t_x], [end]), weeks=None, weekly_rate=YEARLY_15_PERCENT
    )
    assert found[0] == pytest.approx(expected, rel=5e-4)


def test_iso_value_curves_after_78_weeks(cdnow_sample: Path) -> None:
    """RFM and CLV, figure on iso-value: (x=7, t_x=35) and (x=1, t_x=30) are both about 2."""
    history = until(purchase_days(cdnow_sample).values(), HOLDOUT_END)
    fit = fit_purchases(history, model="pareto")
    assert fit.parameters == pytest.approx((0.563, 12.559, 0.408, 10.515), abs=5.5e-4)
    assert fit.log_likelihood == pytest.approx(-17135.84, abs=0.006)
    found = discounted_purchases(
        fit,
        in_weeks([7, 1], [35, 30], [77.86, 77.86]),
        weeks=None,
        weekly_rate=YEARLY_15_PERCENT,
    )
    assert found == pytest.approx([1.87, 2.21], abs=6e-3)


@pytest.mark.parametrize(("model", "total"), [("bg", 1653.4), ("pareto", 1665.5)])
def test_totals_of_the_39_week_holdout(
    model: str, total: float, fits: dict[str, PurchaseFit], calibration: Purchases
) -> None:
    found = expected_purchases(fits[model], calibration, weeks=39).sum()
    assert found == pytest.approx(total, abs=0.06)
