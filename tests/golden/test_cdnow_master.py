"""CDNOW, all 23,570 customers: estimates on which three other packages agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import Model, expected_purchases, fit_purchases
from tests.golden.purchase_data import CALIBRATION_END, HOLDOUT_END, purchase_days, until

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def bases(real_data: Path) -> tuple[Purchases, Purchases]:
    days = purchase_days(real_data / "cdnow" / "cdnow_master.csv").values()
    return until(days, CALIBRATION_END), until(days, HOLDOUT_END)


@pytest.mark.parametrize(
    ("model", "parameters", "log_likelihood"),
    [
        ("bg", (0.25162, 4.78895, 0.72343, 2.16109), -95368.444),
        ("pareto", (0.59742, 11.58566, 0.52219, 8.82776), -95415.119),
    ],
)
def test_estimates(
    model: Model,
    parameters: tuple[float, ...],
    log_likelihood: float,
    bases: tuple[Purchases, Purchases],
) -> None:
    fit = fit_purchases(bases[0], model=model)
    assert fit.parameters == pytest.approx(parameters, abs=2.5e-5)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=6e-4)


@pytest.mark.parametrize(("model", "bias"), [("bg", -0.143), ("pareto", -0.129)])
def test_the_holdout_is_underforecast_as_the_others_do(
    model: Model, bias: float, bases: tuple[Purchases, Purchases]
) -> None:
    calibration, both = bases
    later = (both.x - calibration.x).sum()
    expected = expected_purchases(fit_purchases(calibration, model=model), calibration, weeks=39)
    assert expected.sum() / later - 1 == pytest.approx(bias, abs=6e-4)
