"""Real files come in without a flag, and add up to the figures that others counted."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from kernklant.engine.ledger.facts import current_customers, open_home
from kernklant.engine.ledger.imports import ImportRequest, Receipt, import_file, rejects_table
from kernklant.engine.store import Store

pytestmark = pytest.mark.real


def bring(folder: Path, file: Path, **asked: object) -> tuple[Store, Receipt]:
    store = open_home(folder / "home", create=True)
    (receipt,) = import_file(store, ImportRequest(file, **asked))  # type: ignore[arg-type]
    return store, receipt


def test_online_retail_is_accounted_for_to_the_cent(tmp_path: Path, real_data: Path) -> None:
    file = real_data / "online-retail-2010-2011" / "online_retail_2010_2011.parquet"
    store, receipt = bring(tmp_path, file)
    assert (receipt.rows_file, receipt.rows_rejected) == (541_909, 135_080)
    assert receipt.amount_file == Decimal("9747747.93")
    assert receipt.amount_accepted == Decimal("8300065.81")
    assert receipt.customers_new == 4372
    assert rejects_table(store, 1).num_rows == 135_080
    (again,) = import_file(store, ImportRequest(file))
    assert (again.rows_accepted, again.rows_known) == (0, 406_829)


def test_superstore_comes_in_without_a_flag(tmp_path: Path, real_data: Path) -> None:
    store, receipt = bring(tmp_path, real_data / "superstore" / "Sample - Superstore.csv")
    assert (receipt.rows_accepted, receipt.rows_rejected) == (9994, 0)
    assert (receipt.numbers, receipt.dates) == ("en", "dmy")
    # 2,297,200.86 unrounded; 4,001 lines are rounded to cents
    assert receipt.amount_accepted == Decimal("2297201.07")
    sales = store.snapshot().table("sales", ["customer", "amount", "cost"])
    profit = pc.sum(sales["amount"]).as_py() - pc.sum(sales["cost"]).as_py()
    assert profit == Decimal("286397.79")  # 286,397.02 before rounding each line to cents
    known = current_customers(store.snapshot())
    assert known.num_rows == 793
    assert known["name"].null_count == known["city"].null_count == 0


def test_cdnow_comes_in_without_a_flag(tmp_path: Path, real_data: Path) -> None:
    _, receipt = bring(tmp_path, real_data / "cdnow" / "cdnow_master.csv")
    assert (receipt.rows_accepted, receipt.customers_new) == (69_659, 23_570)
    assert receipt.amount_accepted == Decimal("2500315.63")


def test_apparel_needs_two_words_and_says_which(tmp_path: Path, real_data: Path) -> None:
    mapping = {"customer": "Id", "amount": "Price"}
    file = real_data / "clvtools-apparel" / "apparelTrans.csv"
    _, receipt = bring(tmp_path, file, mapping=mapping)
    # 20 prices are written as 118.22999999999999: refused, not rounded unasked
    assert (receipt.rows_accepted, receipt.rows_rejected) == (3167, 20)
    assert [text.en for text, _ in receipt.reasons] == ["this number has more than ten decimals"]


def test_contracts_and_accounts_are_recognised(tmp_path: Path, real_data: Path) -> None:
    folder = real_data / "ravenstack-saas"
    _, accounts = bring(tmp_path, folder / "ravenstack_accounts.csv")
    assert (accounts.dataset, accounts.rows_accepted) == ("customers", 500)
    _, contracts = bring(tmp_path, folder / "ravenstack_subscriptions.csv")
    assert (contracts.dataset, contracts.rows_accepted) == ("contracts", 5000)
    assert contracts.customers_new == 0


def northwind(dump: Path, folder: Path) -> Path:
    """Order lines of the SQL dump as a CSV: quantity x price, discount left out."""
    text = dump.read_text(encoding="utf-8")

    def rows(table: str) -> list[list[str]]:
        found = re.findall(f"{table} VALUES " + r"\((.*)\);", text)
        return [next(csv.reader([row], quotechar="'", skipinitialspace=True)) for row in found]

    orders = {row[0]: (row[1], row[3]) for row in rows("orders")}
    file = folder / "northwind.csv"
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            ["OrderID", "CustomerID", "OrderDate", "ProductID", "UnitPrice", "Quantity"]
        )
        for order, product, price, quantity, _discount in rows("order_details"):
            writer.writerow([order, *orders[order], product, price, quantity])
    return file


def test_northwind_comes_in_without_a_flag(tmp_path: Path, real_data: Path) -> None:
    file = northwind(real_data / "northwind" / "northwind.sql", tmp_path)
    _, receipt = bring(tmp_path, file)
    assert (receipt.rows_accepted, receipt.rows_rejected) == (2155, 0)
    assert receipt.customers_new == 89  # of 91 companies, two never ordered
