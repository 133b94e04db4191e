"""Northwind: what managers and groups bring together is what the company brings."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.real.prepare import northwind
from tests.real.product import Home

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def made(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("northwind")
    northwind(real_data / "northwind" / "northwind.sql", folder)
    return folder


@pytest.fixture(scope="module")
def home(made: Path) -> Home:
    found = Home(made / "home")
    found.bring(made / "companies.csv")
    receipt = found.bring(made / "lines.csv", "--map", "manager=employee")
    # 1,265,793.04 unrounded; 81 lines are rounded to cents
    assert receipt["amount_accepted"] == "1265793.29"
    found.evaluate()
    return found


@pytest.fixture(scope="module")
def customers(home: Home) -> pa.Table:
    return home.export("customers")


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_each_customer_has_the_manager_of_his_newest_order(made: Path, customers: pa.Table) -> None:
    newest: dict[str, tuple[str, set[str]]] = {}
    for line in read(made / "lines.csv"):
        day, of = newest.get(line["customer_id"], ("", set()))
        if line["order_date"] >= day:
            same = of if line["order_date"] == day else set()
            newest[line["customer_id"]] = (line["order_date"], same | {line["employee"]})
    told = {row["customer_id"]: row["manager"] for row in customers.to_pylist()}
    assert told.keys() == newest.keys()
    assert all(told[number] in managers for number, (_, managers) in newest.items())
    assert len(set(told.values())) == 9


def test_managers_add_up_to_the_company(home: Home, customers: pa.Table) -> None:
    summary = home.evaluate()
    rows = customers.to_pylist()
    by_manager: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        for name in ("revenue", "revenue_12m", "clv"):
            by_manager[row["manager"]][name] += row[name]
    for name in ("revenue", "revenue_12m"):
        total = sum(part[name] for part in by_manager.values())
        assert total == Decimal(summary["totals"][name])
    worth = sum(part["clv"] for part in by_manager.values())
    assert worth == pytest.approx(Decimal(summary["clv"]["total"]), abs=Decimal("0.45"))


def test_a_managers_revenue_is_that_of_his_customers_lines(made: Path, customers: pa.Table) -> None:
    rows = customers.to_pylist()
    manager = {row["customer_id"]: row["manager"] for row in rows}
    sold: dict[str, float] = defaultdict(float)
    for line in read(made / "lines.csv"):
        sold[manager[line["customer_id"]]] += float(line["amount"])
    shown: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        shown[row["manager"]] += row["revenue"]
    assert shown.keys() == sold.keys()
    for name, amount in sold.items():
        assert float(shown[name]) == pytest.approx(amount, abs=0.10)


def test_a_manager_is_shown_what_his_customers_bought_not_what_he_sold(
    made: Path, customers: pa.Table
) -> None:
    apart: dict[str, Decimal] = defaultdict(Decimal)
    for row in customers.to_pylist():
        apart[row["manager"]] += row["revenue"]
    for line in read(made / "lines.csv"):
        apart[line["employee"]] -= Decimal(line["amount"])
    assert min(apart.values()) == pytest.approx(Decimal(-50_916), abs=1)
    assert max(apart.values()) == pytest.approx(Decimal(101_028), abs=1)


def test_groups_add_up_to_their_members(made: Path, home: Home, customers: pa.Table) -> None:
    """Groups are the invention of prepare.py: the companies of one country."""
    mothers = {row["customer_id"]: row["parent"] or row["customer_id"]
               for row in read(made / "companies.csv")}  # fmt: skip
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in customers.to_pylist():
        members[mothers[row["customer_id"]]].append(row)
    groups = {row["customer_id"]: row for row in home.export("groups").to_pylist()}
    assert groups.keys() == {name for name, rows in members.items() if len(rows) > 1}
    assert len(groups) == 18
    for name, group in groups.items():
        rows = members[name]
        assert group["members"] == group["unknown_members"] == len(rows)  # no cost, no margin
        assert group["revenue_12m"] == sum(row["revenue_12m"] for row in rows)
        assert float(group["clv"]) == pytest.approx(
            sum(float(row["clv"]) for row in rows), abs=0.01 * len(rows)
        )
    alone = [row for name, rows in members.items() if len(rows) == 1 for row in rows]
    whole = sum(group["revenue_12m"] for group in groups.values())
    whole += sum(row["revenue_12m"] for row in alone)
    assert whole == sum(customers["revenue_12m"].to_pylist())


def test_who_never_ordered_is_no_member_but_a_prospect(home: Home, customers: pa.Table) -> None:
    prospects = set(home.export("prospects")["customer_id"].to_pylist())
    assert len(prospects) == 2
    assert prospects.isdisjoint(customers["customer_id"].to_pylist())
