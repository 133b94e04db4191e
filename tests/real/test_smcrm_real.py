"""SMCRM: do we rank its customers as its own columns do? Each figure is explained in
docs/explanation/real-data.md; here they are held."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import spearmanr

from kernklant.engine.evaluation.tables import names_of, with_names
from kernklant.engine.ledger.facts import open_home
from kernklant.engine.ledger.history import history
from kernklant.engine.value.purchases import Model, expected_purchases, fit_purchases
from tests.real.prepare import smcrm
from tests.real.product import Home, numbers

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def source(real_data: Path) -> Path:
    return real_data / "smcrm-b2b"


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smcrm")
    smcrm(source, folder)
    return folder


@pytest.fixture(scope="module")
def home(made: Path) -> Home:
    found = Home(made / "home")
    assert found.bring(made / "purchases.csv")["amount_accepted"] == "811846.76"
    return found


def column(file: Path, name: str) -> dict[str, float]:
    with file.open(encoding="utf-8", newline="") as handle:
        return {
            str(int(float(row["customer"]))): float(row[name]) for row in csv.DictReader(handle)
        }


def agreement(customers: pa.Table, ours: np.ndarray, theirs: dict[str, float]) -> float:
    """The rank correlation of Spearman."""
    other = [theirs[number] for number in customers["customer_id"].to_pylist()]
    return float(spearmanr(ours, other).statistic)


def test_lifetime_value_against_its_own_columns(home: Home, source: Path) -> None:
    summary = home.evaluate("--as-of", "2022-12-31")
    assert (summary["fit"]["accepted"], summary["methods"]) == (True, {"mbg+gg": 500})
    customers = home.export("customers")
    clv, revenue = numbers(customers, "clv"), numbers(customers, "revenue")
    file = source / "customerRetentionDemographics.csv"
    their_clv, their_share = column(file, "clv"), column(file, "sow")
    assert agreement(customers, clv, their_clv) == pytest.approx(0.879, abs=0.005)
    assert agreement(customers, clv, their_share) == pytest.approx(0.813, abs=0.005)
    # their column looks back: what was bought says it nearly whole
    assert agreement(customers, revenue, their_clv) == pytest.approx(0.983, abs=0.001)
    assert agreement(customers, revenue, their_share) == pytest.approx(0.902, abs=0.001)


def test_who_stopped_a_year_ago_still_has_half_its_column(home: Home, source: Path) -> None:
    home.evaluate("--as-of", "2022-12-31")
    customers = home.export("customers")
    gone = np.array([day.year < 2022 for day in customers["last_order_on"].to_pylist()])
    theirs = column(source / "customerRetentionDemographics.csv", "clv")
    other = np.array([theirs[number] for number in customers["customer_id"].to_pylist()])
    ours = numbers(customers, "clv")
    assert gone.sum() == 249
    assert other[gone].mean() / other[~gone].mean() == pytest.approx(0.338, abs=0.01)
    assert ours[gone].mean() / ours[~gone].mean() == pytest.approx(0.077, abs=0.01)


def test_last_years_revenue_ranked_the_third_year_better_than_we_did(
    home: Home, source: Path
) -> None:
    summary = home.evaluate("--as-of", "2021-12-31")
    assert not summary["fit"]["accepted"]
    customers = home.export("customers")
    after = third_year(source / "customerRetentionTransactions.csv")
    ours = agreement(customers, numbers(customers, "clv"), after)
    last_year = agreement(customers, numbers(customers, "revenue_12m"), after)
    assert ours == pytest.approx(0.606, abs=0.005)
    assert last_year == pytest.approx(0.684, abs=0.001)


@pytest.mark.parametrize(("model", "found"), [("mbg", 0.630), ("bg", 0.603), ("pareto", 0.637)])
def test_no_purchase_model_ranks_the_third_year_better_either(
    model: Model, found: float, *, home: Home, source: Path
) -> None:
    facts = open_home(home.folder).snapshot()
    past = history(facts, as_of=date(2021, 12, 31))
    orders = expected_purchases(
        fit_purchases(past.purchases, model=model), past.purchases, weeks=52
    )
    spend = numbers(past.table, "spend") / numbers(past.table, "orders")
    rows = with_names(past.table, names_of(open_home(home.folder)))
    after = third_year(source / "customerRetentionTransactions.csv")
    assert agreement(rows, orders * spend, after) == pytest.approx(found, abs=0.005)


def explained(values: np.ndarray, by: np.ndarray) -> float:
    """The share of the variance that a straight line tells."""
    columns = np.column_stack([np.ones(len(values)), by])
    rest = values - columns @ np.linalg.lstsq(columns, values)[0]
    return float(1 - rest.var() / values.var())


def test_its_lifetime_value_is_a_sum_of_what_was_bought(source: Path) -> None:
    rows = np.loadtxt(source / "customerRetentionTransactions.csv", delimiter=",", skiprows=1)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    bought, costs = rows[:, 3].reshape(500, 12), rows[:, 5].reshape(500, 12).sum(axis=1)
    own = column(source / "customerRetentionDemographics.csv", "clv")
    theirs = np.array([own[str(number)] for number in range(1, 501)])
    assert explained(theirs, np.column_stack([bought, costs])) == pytest.approx(0.985, abs=0.001)
    assert explained(theirs, np.column_stack([bought.sum(axis=1), costs])) > 0.97


def test_what_we_use_explains_nothing_of_its_share_of_wallet(source: Path) -> None:
    rows = np.loadtxt(source / "acquisitionRetention.csv", delimiter=",", skiprows=1)
    rows = rows[rows[:, 1] == 1]
    profit, share, firm = rows[:, 3], rows[:, 11], rows[:, 12:15]
    rest = rows[:, [2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14]]
    assert explained(share, firm) == pytest.approx(0.004, abs=0.0005)
    assert explained(profit, firm) == pytest.approx(0.003, abs=0.0005)
    assert explained(share, rest) == pytest.approx(0.183, abs=0.001)


def third_year(file: Path) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            late = float(row["quarter"]) > 8
            spent[str(int(float(row["customer"])))] += float(row["order_quantity"]) * late
    return spent


def test_size_and_trade_say_nothing_of_its_share_of_wallet_and_we_say_so(
    made: Path, source: Path
) -> None:
    home = Home(made / "firms-home")
    home.bring(made / "firms.csv", "--as", "customers", "--numbers", "en")
    home.bring(made / "profit.csv", "--numbers", "en")
    summary = home.evaluate()
    found = summary["potential"]
    assert (found["customers"], found["features"]) == (338, [])
    assert any("does not tell here what they spend" in text["en"] for text in summary["warnings"])
    customers = home.export("customers")
    share = numbers(customers, "revenue_12m") / numbers(customers, "wallet")
    theirs = column(source / "acquisitionRetention.csv", "sow")
    assert agreement(customers, share, theirs) == pytest.approx(0.11, abs=0.005)
    profit = agreement(customers, numbers(customers, "revenue_12m"), theirs)
    assert profit == pytest.approx(0.107, abs=0.001)
