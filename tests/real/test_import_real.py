"""Real files come in without a flag, and add up to the figures that others counted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.facts import current_customers, open_home
from kernklant.engine.ledger.imports import ImportRequest, Receipt, import_file, rejects_table
from kernklant.engine.store import Store
from tests.real.prepare import northwind

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


def test_northwind_comes_in_without_a_flag(tmp_path: Path, real_data: Path) -> None:
    northwind(real_data / "northwind" / "northwind.sql", tmp_path)
    _, receipt = bring(tmp_path, tmp_path / "gross.csv")
    assert (receipt.rows_accepted, receipt.rows_rejected) == (2155, 0)
    assert receipt.customers_new == 89  # of 91 companies, two never ordered
    assert receipt.amount_accepted == Decimal("1354458.59")  # 88,665.55 of it is discount
    assert ["Column discount does not" in text.en for text in receipt.warnings] == [True]


@pytest.mark.parametrize(
    "name",
    ["acquisitionRetention", "customerRetentionDemographics", "customerRetentionTransactions"],
)
def test_smcrm_is_asked_what_it_is(name: str, tmp_path: Path, real_data: Path) -> None:
    with pytest.raises(ImportRefused, match="which table this file is of"):
        bring(tmp_path, real_data / "smcrm-b2b" / f"{name}.csv")
