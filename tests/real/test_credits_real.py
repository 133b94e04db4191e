"""Credits of Online Retail name no invoice: is it the right purchase that they lessen?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernklant.engine.ledger.history import order_days
from kernklant.engine.ledger.tables import SALES, TABLES, schema
from kernklant.engine.store import Store
from kernklant.engine.units import to_cents

pytestmark = pytest.mark.real
COLUMNS = ("CustomerID", "InvoiceDate", "StockCode", "Quantity", "UnitPrice")
Line = dict[str, Any]


@pytest.fixture(scope="module")
def lines(real_data: Path) -> dict[int, list[Line]]:
    """The lines with a price of each customer who was ever credited, in order of time."""
    folder = real_data / "online-retail-2010-2011"
    rows = pq.read_table(folder / "online_retail_2010_2011.parquet", columns=list(COLUMNS))
    found: dict[int, list[Line]] = defaultdict(list)
    for row in rows.sort_by("InvoiceDate").to_pylist():
        if row["CustomerID"] is not None and row["UnitPrice"] > 0:
            found[int(row["CustomerID"])].append(row)
    return {one: rows for one, rows in found.items() if any(row["Quantity"] < 0 for row in rows)}


def test_credits_find_the_purchases_that_their_products_were_bought_on(
    lines: dict[int, list[Line]],
) -> None:
    found = counted(lines)
    wrong_before = wrong_now = 0
    for customer, rows in lines.items():
        right = len(bought(by_product(rows)))
        wrong_before += abs(len(bought(on_their_own_day(rows))) - right)
        wrong_now += abs(found[customer] - right)
    assert (len(lines), wrong_before, wrong_now) == (1589, 145, 60)


def counted(lines: dict[int, list[Line]]) -> dict[int, int]:
    """Purchase days as the product counts them."""
    sales = [
        {"customer": customer, "date": row["InvoiceDate"].date(), "amount": amount(row)}
        for customer, rows in lines.items()
        for row in rows
    ]
    tables = {"sales": pa.Table.from_pylist(sales, schema(SALES))}
    facts = Store.in_memory(tables, schemas={n: schema(t) for n, t in TABLES.items()}).snapshot()
    days = order_days(facts, as_of=date(2011, 12, 31))["customer"].value_counts().to_pylist()
    return defaultdict(int, {row["values"]: row["counts"] for row in days})


def by_product(rows: Iterable[Line]) -> dict[date, Decimal]:
    """Each credit on the newest days that brought the same product at the same price."""
    days: dict[date, Decimal] = defaultdict(Decimal)
    open_lines: dict[tuple[str, float], list[Line]] = defaultdict(list)
    for row in rows:
        same = open_lines[row["StockCode"], row["UnitPrice"]]
        if row["Quantity"] > 0:
            same.append(dict(row))
            days[row["InvoiceDate"].date()] += amount(row)
            continue
        back = -row["Quantity"]
        while back and same:
            taken = min(back, same[-1]["Quantity"])
            days[same[-1]["InvoiceDate"].date()] -= amount(row | {"Quantity": taken})
            back, same[-1]["Quantity"] = back - taken, same[-1]["Quantity"] - taken
            if not same[-1]["Quantity"]:
                same.pop()
    return days


def on_their_own_day(rows: Iterable[Line]) -> dict[date, Decimal]:
    days: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        days[row["InvoiceDate"].date()] += amount(row)
    return days


def bought(days: dict[date, Decimal]) -> list[date]:
    return [day for day, net in days.items() if net > 0]


def amount(row: Line) -> Decimal:
    return to_cents(Decimal(str(row["Quantity"] * row["UnitPrice"])))
