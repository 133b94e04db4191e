"""Audit files of packages in use: figures counted by others, refusals and all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.imports import ImportRequest, Receipt, import_file
from kernklant.engine.store import Store
from tests.engine.ledger.files import home

pytestmark = pytest.mark.real
NAMES = (
    "Banana_v3.2_2018.xaf",
    "ExactOnline_V32_2016.xml",
    "pyxaf_generated_3.1_2024.xaf",
    "pyxaf_generated_3.2.1_2024.xaf",
    "pyxaf_generated_4.0_2024.xaf",
)


@pytest.fixture
def files(real_data: Path) -> Path:
    return real_data / "xaf"


def taken(folder: Path, file: Path) -> tuple[Store, dict[str, Receipt]]:
    store = home(folder)
    receipts = import_file(store, ImportRequest(file))
    return store, {one.dataset: one for one in receipts}


def per_customer(store: Store) -> dict[str, Decimal]:
    snapshot = store.snapshot()
    names = {
        row["customer"]: row["name"]
        for row in snapshot.table("customers").to_pylist()
        if row["name"]
    }
    found: dict[str, Decimal] = {}
    for row in snapshot.table("sales").to_pylist():
        name = names[row["customer"]]
        found[name] = found.get(name, Decimal(0)) + row["amount"]
    return found


def test_exact_online(tmp_path: Path, files: Path) -> None:
    store, receipts = taken(tmp_path, files / "ExactOnline_V32_2016.xml")
    assert receipts["sales"].amount_accepted == Decimal("91106.78")
    found = per_customer(store)
    assert len(found) == 6
    assert next(v for k, v in found.items() if "Fittsport" in k) == Decimal("54061.25")
    assert receipts["payments"].amount_accepted == Decimal("104122.37")
    due = [row["due_date"] for row in store.snapshot().table("payments").to_pylist()]
    assert len(due) == 9
    assert None not in due
    assert "XAF3021" in " ".join(text.en for text in receipts["sales"].warnings)


def test_banana_has_no_sales_journal(tmp_path: Path, files: Path) -> None:
    _, receipts = taken(tmp_path, files / "Banana_v3.2_2018.xaf")
    assert receipts["sales"].amount_accepted == Decimal("14385.96")


@pytest.mark.parametrize("version", ["3.1", "3.2.1", "4.0"])
def test_generated_files_of_three_versions(tmp_path: Path, files: Path, version: str) -> None:
    _, receipts = taken(tmp_path, files / f"pyxaf_generated_{version}_2024.xaf")
    assert receipts["payments"].amount_accepted == Decimal("158740.89")
    assert receipts["sales"].amount_accepted == Decimal("131190.80")


def test_the_official_test_file_does_not_balance(tmp_path: Path, files: Path) -> None:
    with pytest.raises(ImportRefused, match="do not balance"):
        taken(tmp_path, files / "XmlAuditfileFinancieel3.2_test.xml")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_again_adds_nothing(tmp_path: Path, files: Path, name: str) -> None:
    store, _ = taken(tmp_path, files / name)
    again = import_file(store, ImportRequest(files / name))
    assert [one.rows_accepted for one in again] == [0] * len(again)
    assert [one.rows_rejected for one in again] == [0] * len(again)
