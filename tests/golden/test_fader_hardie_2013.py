"""Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value: CDNOW, repeat purchases."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kernklant.engine.value.baskets import correlation
from kernklant.engine.value.spend import GammaGamma, expected_spend, fit_gamma_gamma

CALIBRATION_ENDS = date(1997, 9, 30)
# The note's table leaves out two one-time buyers who stand among the first in this file.
TEN = [0, 2, 3, 4, 5, 7, 8, 9, 10, 11]
EXPECTED = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]


def repeat_purchases(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Days after the first, and what they brought, of every customer in order of number."""
    days: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        customer, day, amount = line.split(",")
        if date.fromisoformat(day) <= CALIBRATION_ENDS:
            days[int(customer)][day] += float(amount)
    orders = [len(days[customer]) - 1 for customer in sorted(days)]
    later = [sum(amount for _, amount in sorted(days[of].items())[1:]) for of in sorted(days)]
    return np.array(orders), np.array(later)


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    root = Path(__file__).resolve().parents[2]
    return repeat_purchases(root / "src" / "kernklant" / "demo" / "data" / "cdnow_sample.csv")


@pytest.fixture(scope="module")
def fit(sample: tuple[np.ndarray, np.ndarray]) -> GammaGamma:
    return fit_gamma_gamma(*sample)


def test_the_parameters_are_those_of_the_note(fit: GammaGamma) -> None:
    assert fit.customers == 946
    assert (fit.p, fit.q, fit.v) == pytest.approx((6.24957, 3.74422, 15.44352), abs=2e-4)
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=1e-4)
    assert fit.sound


def test_the_population_spends_35_dollars_17(fit: GammaGamma) -> None:
    assert fit.mean == pytest.approx(35.17, abs=0.005)
    assert expected_spend(fit, np.array([0]), np.array([0.0]))[0] == pytest.approx(fit.mean)


def test_two_purchases_of_22_dollars_35_promise_24_dollars_66(fit: GammaGamma) -> None:
    expected = expected_spend(fit, np.array([2]), np.array([2 * 22.35]))
    assert expected[0] == pytest.approx(24.658, abs=1e-3)


def test_the_first_ten_customers_are_expected_to_spend_what_was_printed(
    sample: tuple[np.ndarray, np.ndarray], fit: GammaGamma
) -> None:
    orders, spend = sample
    expected = expected_spend(fit, orders[TEN], spend[TEN])
    assert expected == pytest.approx(EXPECTED, abs=0.01)


def test_counts_and_means_hardly_go_together(sample: tuple[np.ndarray, np.ndarray]) -> None:
    orders, spend = sample
    again = orders > 0
    related = np.corrcoef(orders[again], spend[again] / orders[again])[0, 1]
    assert related == pytest.approx(0.11, abs=0.01)
    assert correlation(orders, spend) < 0.3


@pytest.mark.real
def test_the_whole_of_cdnow_agrees_with_three_other_programs(real_data: Path) -> None:
    orders, spend = repeat_purchases(real_data / "cdnow" / "cdnow_master.csv")
    fit = fit_gamma_gamma(orders, spend)
    assert (fit.p, fit.q, fit.v) == pytest.approx((6.27536, 3.62445, 14.98369), abs=2e-5)
    assert fit.log_likelihood == pytest.approx(-40763.476, abs=1e-3)
