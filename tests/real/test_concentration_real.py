"""How unequal customers of real companies are: exported columns against figures of others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.real.product import Home, numbers, share_of_top

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def superstore(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], pa.Table]:
    home = Home(tmp_path_factory.mktemp("superstore") / "home")
    home.bring(real_data / "superstore" / "Sample - Superstore.csv")
    return home.evaluate(), home.export("customers")


def test_a_fifth_of_superstore_holds_half_of_sales_and_four_fifths_of_profit(
    superstore: tuple[dict[str, Any], pa.Table],
) -> None:
    customers = superstore[1]
    revenue, margin = numbers(customers, "revenue"), numbers(customers, "margin")
    assert len(customers) == 793
    assert share_of_top(revenue) == pytest.approx(0.4815, abs=5e-5)
    assert share_of_top(margin) == pytest.approx(0.8166, abs=5e-5)
    assert (margin < 0).sum() == 155


def test_the_whale_of_superstore_is_drawn_from_its_own_export(
    superstore: tuple[dict[str, Any], pa.Table],
) -> None:
    summary, customers = superstore
    contribution = numbers(customers, "contribution_12m")
    found = summary["concentration"]["contribution_12m"]
    whale = found["whale"]
    losses = contribution[contribution < 0]
    assert (found["total"], whale["loss_makers"], whale["destroyed"]) == (
        "93508.01",
        146,
        "37454.64",
    )
    assert len(losses) == 146
    assert -losses.sum() == pytest.approx(37454.64, abs=0.005)
    assert float(whale["peak"]) == pytest.approx(contribution[contribution > 0].sum(), abs=0.005)
    assert found["top_share"]["20"] == pytest.approx(share_of_top(contribution), abs=1e-6)
    revenue = summary["concentration"]["revenue_12m"]["top_share"]["20"]
    assert revenue == pytest.approx(share_of_top(numbers(customers, "revenue_12m")), abs=1e-6)
    curve = np.array([float(euros) for _, euros in whale["curve"]])
    ranked = np.cumsum(np.sort(contribution)[::-1])
    places = [round(share * 793) for share, _ in whale["curve"]][1:]
    assert curve[1:] == pytest.approx(ranked[np.array(places) - 1], abs=0.01)


def test_superstores_segments_add_up_to_its_files(
    superstore: tuple[dict[str, Any], pa.Table],
) -> None:
    summary, customers = superstore
    parts = [summary["segments"][letter] for letter in "ABC"]
    for name in ("revenue_12m", "contribution_12m"):
        total = sum(Decimal(part[name]) for part in parts)
        assert total == sum(customers[name].to_pylist())
        assert str(total) == summary["concentration"][name]["total"]
    assert sum(customers["revenue"].to_pylist()) == Decimal("2297201.07")
    assert sum(customers["margin"].to_pylist()) == Decimal("286397.79")


HOUSEHOLDS = ("customer=household_id", "amount=sales_value", "date=transaction_timestamp")


@pytest.mark.parametrize(
    ("file", "mapping", "customers", "share"),
    [
        ("online-retail-2010-2011/online_retail_2010_2011.parquet", (), 4372, 0.7385),
        ("completejourney-baskets/baskets.parquet", HOUSEHOLDS, 1238, 0.5431),
        ("cdnow/cdnow_master.csv", (), 23_570, 0.6778),
        ("cdnow/cdnow_sample.csv", (), 2357, 0.6746),
    ],
)
def test_the_share_of_a_fifth_of_the_customers(
    file: str,
    mapping: tuple[str, ...],
    customers: int,
    share: float,
    *,
    real_data: Path,
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.bring(real_data / file, *(word for pair in mapping for word in ("--map", pair)))
    home.evaluate()
    revenue = numbers(home.export("customers"), "revenue")
    assert len(revenue) == customers
    assert share_of_top(revenue) == pytest.approx(share, abs=5e-5)
