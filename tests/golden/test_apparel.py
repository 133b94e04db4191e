"""The apparel log of CLVTools: our own estimates, made earlier with another optimiser."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from kernklant.engine.value.purchases import Model, fit_purchases
from tests.golden.purchase_data import until

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("model", "parameters", "log_likelihood"),
    [
        ("bg", (0.60731, 20.95676, 1.27556, 8.86095), -5857.020),
        ("pareto", (1.44894, 48.63488, 0.56125, 46.88209), -5848.098),
    ],
)
def test_estimates(
    model: Model, parameters: tuple[float, ...], log_likelihood: float, real_data: Path
) -> None:
    days: dict[str, set[date]] = defaultdict(set)
    with (real_data / "clvtools-apparel" / "apparelTrans.csv").open() as lines:
        for line in csv.DictReader(lines):
            days[line["Id"]].add(date.fromisoformat(line["Date"]))
    history = until((sorted(bought) for bought in days.values()), date(2006, 12, 31))
    fit = fit_purchases(history, model=model)
    assert (fit.customers, fit.repeat_buyers) == (600, 387)
    assert fit.parameters == pytest.approx(parameters, rel=1e-5)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=6e-4)
