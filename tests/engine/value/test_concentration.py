"""Where the value sits: printed vectors, exact sums, bases where shares mean nothing."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.value.concentration import concentrate, gini, spread, without_luck

MONEY = pa.decimal128(18, 2)
WHALE = [120, 80, 60, 30, 10, 0, -10, -40, -50]


def of(revenue: list[Any], contribution: list[Any] | None = None) -> dict[str, Any]:
    rows = contribution if contribution is not None else [None] * len(revenue)
    table = pa.table(
        {
            "revenue_12m": pa.array([_money(v) for v in revenue], MONEY),
            "contribution_12m": pa.array([_money(v) for v in rows], MONEY),
        }
    )
    return concentrate(table)


def _money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([1, 2, 3, 4, 5], 0.2667), ([0, 0, 0, 1], 0.75), ([100, 50, 20, 20, 10], 0.42)],
)
def test_gini_of_the_printed_vectors(amounts: list[int], expected: float) -> None:
    assert gini(np.array(amounts)) == pytest.approx(expected, abs=5e-5)
    assert of(amounts)["revenue_12m"]["gini"] == pytest.approx(expected, abs=5e-5)


def test_the_printed_whale() -> None:
    found = of([1] * 9, WHALE)["contribution_12m"]
    assert found["total"] == "200.00"
    whale = found["whale"]
    assert (whale["peak"], whale["peak_share"]) == ("300.00", 1.5)
    assert (whale["loss_makers"], whale["destroyed"]) == (3, "100.00")
    assert whale["curve"][0] == [0.0, "0.00"]
    assert whale["curve"][5] == [pytest.approx(5 / 9, abs=1e-6), "300.00"]
    assert whale["curve"][-1] == [1.0, "200.00"]


def test_no_gini_once_somebody_loses_money() -> None:
    assert of([1], None)["revenue_12m"]["gini"] is None
    assert of([1, 1], [5, -1])["contribution_12m"]["gini"] is None
    assert of([1, 1], [5, 0])["contribution_12m"]["gini"] == 0.5


@pytest.mark.parametrize(
    ("shape", "expected"), [(0.243, 0.802), (0.553, 0.630), (1, 0.522), (2, 0.424), (5, 0.338)]
)
def test_the_share_of_the_most_eager_fifth_without_luck(shape: float, expected: float) -> None:
    assert without_luck(shape) == pytest.approx(expected, abs=5e-4)


def test_without_luck_agrees_with_simulated_rates() -> None:
    rates = np.sort(np.random.default_rng(7).gamma(0.553, size=400_000))[::-1]
    assert without_luck(0.553) == pytest.approx(rates[:80_000].sum() / rates.sum(), abs=0.005)


def test_the_top_is_rounded_up_to_whole_customers() -> None:
    found = of([5, 3, 1, 1])["revenue_12m"]
    assert found["top_share"] == {"10": 0.5, "20": 0.5, "50": 0.8}
    assert found["customers_for_80"] == 2


def test_eighty_percent_is_reached_to_the_cent() -> None:
    assert of(["80.00", "20.00"])["revenue_12m"]["customers_for_80"] == 1
    assert of(["79.99", "20.01"])["revenue_12m"]["customers_for_80"] == 2


def test_a_single_customer_is_everything() -> None:
    found = of(["12.50"])["revenue_12m"]
    assert found["top_share"] == {"10": 1.0, "20": 1.0, "50": 1.0}
    assert (found["customers_for_80"], found["gini"]) == (1, None)
    assert found["whale"]["curve"] == [[0.0, "0.00"], [1.0, "12.50"]]


@pytest.mark.parametrize(
    ("amounts", "word"),
    [([], "geen klanten"), ([0, 0], "nul"), ([5, -5], "nul"), ([1, -3], "nega")],
)
def test_where_shares_mean_nothing_it_says_why(amounts: list[int], word: str) -> None:
    found = of(amounts)["revenue_12m"]
    assert word in found["why_not"]["nl"]
    assert found["why_not"]["en"]
    assert set(found["top_share"].values()) == {None}
    assert (found["customers_for_80"], found["gini"]) == (None, None)
    assert found["whale"]["peak_share"] is None


def test_a_measure_that_nobody_has_is_absent() -> None:
    assert of([1, 2], [None, None])["contribution_12m"] is None


def test_a_customer_without_the_measure_is_left_out_and_counted() -> None:
    found = of([1, 2, 3], [None, 4, 1])["contribution_12m"]
    assert (found["customers"], found["unknown"], found["total"]) == (2, 1, "5.00")


def test_sums_are_exact_where_floats_are_not() -> None:
    found = of(["9999999999999999.99"] * 20)["revenue_12m"]
    assert found["total"] == "199999999999999999.80"
    assert found["whale"]["peak"] == found["total"]


def test_floats_are_taken_to_the_cent() -> None:
    table = pa.table({"revenue_12m": [0.1, 0.2, None], "contribution_12m": [0.125, -0.125, 1.0]})
    found = concentrate(table)
    assert found["revenue_12m"]["total"] == "0.30"
    assert found["contribution_12m"]["whale"]["destroyed"] == "0.13"


@given(st.lists(st.integers(-(10**9), 10**9), max_size=450), st.randoms(use_true_random=False))
def test_order_makes_no_difference_and_parts_add_up(cents: list[int], shuffle: Any) -> None:
    found = spread(np.array(cents, dtype=np.int64))
    shuffled = list(cents)
    shuffle.shuffle(shuffled)
    assert spread(np.array(shuffled, dtype=np.int64)) == found
    assert Decimal(found["total"]) * 100 == sum(cents)
    whale = found["whale"]
    assert Decimal(whale["peak"]) - Decimal(whale["destroyed"]) == Decimal(found["total"])
    assert Decimal(whale["destroyed"]) * 100 == -sum(value for value in cents if value < 0)
    assert len(whale["curve"]) <= 200
    assert max(Decimal(euros) for _, euros in whale["curve"]) == Decimal(whale["peak"])
    if found["gini"] is not None:
        assert -1e-9 <= found["gini"] < 1


@pytest.mark.real
def test_superstore_where_155_of_793_lose_money(real_data: Path) -> None:
    sales: dict[str, float] = defaultdict(float)
    profit: dict[str, float] = defaultdict(float)
    file = real_data / "superstore" / "Sample - Superstore.csv"
    with file.open(encoding="latin-1", newline="") as handle:
        for row in csv.DictReader(handle):
            sales[row["Customer ID"]] += float(row["Sales"])
            profit[row["Customer ID"]] += float(row["Profit"])
    names = sorted(sales)
    found = concentrate(
        pa.table(
            {
                "revenue_12m": [sales[name] for name in names],
                "contribution_12m": [profit[name] for name in names],
            }
        )
    )
    assert found["revenue_12m"]["customers"] == 793
    assert found["revenue_12m"]["top_share"]["20"] == pytest.approx(0.4815, abs=5e-5)
    assert found["contribution_12m"]["top_share"]["20"] == pytest.approx(0.8166, abs=5e-5)
    assert found["contribution_12m"]["whale"]["loss_makers"] == 155


@pytest.mark.real
def test_online_retail_where_875_of_4372_hold_three_quarters(real_data: Path) -> None:
    lines = pq.read_table(
        real_data / "online-retail-2010-2011" / "online_retail_2010_2011.parquet",
        columns=["CustomerID", "Quantity", "UnitPrice"],
    )
    lines = lines.filter(pc.is_valid(lines["CustomerID"]))
    net = pc.multiply(pc.cast(lines["Quantity"], pa.float64()), lines["UnitPrice"])
    per_customer = (
        lines.append_column("net", net).group_by("CustomerID").aggregate([("net", "sum")])
    )
    found = concentrate(
        pa.table(
            {
                "revenue_12m": per_customer["net_sum"],
                "contribution_12m": pa.nulls(per_customer.num_rows, pa.float64()),
            }
        )
    )["revenue_12m"]
    assert found["customers"] == 4372
    assert Decimal(found["total"]) == pytest.approx(Decimal("8300065.81"), abs=Decimal("0.05"))
    assert found["top_share"]["20"] == pytest.approx(0.7385, abs=5e-5)
    # Float sums say 43: two of them are -6e-14, where a purchase and its return cancel out.
    assert found["whale"]["loss_makers"] == 41
    assert found["gini"] is None
