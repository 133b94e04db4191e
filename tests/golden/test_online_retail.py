"""Online Retail 2010-11: nobody is seen to leave, and the fit must say so."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kernklant.engine.ledger.history import Purchases
from kernklant.engine.value.purchases import Model, expected_purchases, fit_purchases
from tests.golden.purchase_data import until

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def history(real_data: Path) -> Purchases:
    """Known customers, no credit notes, no zero prices; until 31 August 2011."""
    folder = real_data / "online-retail-2010-2011"
    lines = pq.read_table(folder / "online_retail_2010_2011.parquet").to_pydict()
    days: dict[int, set[date]] = defaultdict(set)
    for customer, at, quantity, price, invoice in zip(
        *(lines[name] for name in COLUMNS), strict=True
    ):
        if customer is not None and quantity > 0 and price > 0 and not invoice.startswith("C"):
            days[customer].add(at.date())
    return until((sorted(bought) for bought in days.values()), date(2011, 8, 31))


COLUMNS = ("CustomerID", "InvoiceDate", "Quantity", "UnitPrice", "InvoiceNo")


@pytest.mark.parametrize("model", ["mbg", "bg", "pareto"])
def test_no_drop_out_is_noticed_and_said(model: Model, history: Purchases) -> None:
    fit = fit_purchases(history, model=model)
    assert len(history.x) == 3317
    assert fit.log_likelihood == pytest.approx(-21755.348, abs=6e-4)
    assert not fit.sound
    assert fit.why.en.startswith("No drop-out was found")
    assert fit.why.nl.startswith("Er is geen vertrek gevonden")
    assert expected_purchases(fit, history, weeks=100 / 7).sum() == pytest.approx(3633, abs=0.6)
