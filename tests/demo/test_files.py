"""The files as files: the same bytes, the promised formats, imported without a refusal."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from kernklant.demo.cdnow import delivered as cdnow
from kernklant.demo.company import write_company
from kernklant.demo.files import dutch_cents, dutch_cents_grouped
from kernklant.engine.ledger.facts import current_customers, open_home
from kernklant.engine.ledger.imports import ImportRequest, import_file
from tests.demo.conftest import Delivered

pytestmark = pytest.mark.xdist_group("demo")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_company(
    tmp_path: Path,
) -> None:
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        write_company(tmp_path / name, seed=seed, customers=200)
    one, again, other = (digests(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert len(one) == 12
    same = {name for name in one if one[name] == other[name]}
    assert same == {"waarheid/assumptions.json"}


def test_it_takes_less_than_five_seconds(delivered: Delivered) -> None:
    assert delivered.cpu_seconds < 5


@pytest.mark.parametrize("customers", [149, 1681])
def test_too_few_and_too_many_customers_are_refused(tmp_path: Path, customers: int) -> None:
    with pytest.raises(ValueError, match="customers"):
        write_company(tmp_path, customers=customers)


def test_a_leap_day_can_be_the_last(tmp_path: Path) -> None:
    company = write_company(tmp_path, customers=150, last_day=date(2024, 2, 29))
    days = pq.read_table(company.folder / "activiteiten.parquet")["datum"].to_pylist()
    assert date(2021, 3, 1) <= min(days)
    assert max(days) <= date(2024, 2, 29)


def test_the_files_come_in_the_promised_formats(delivered: Delivered) -> None:
    folder = delivered.company.folder
    raw = (folder / "klanten.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "Coöperatie" in raw.decode("cp1252")
    assert (folder / "betalingen.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert load_workbook(folder / "klanttevredenheid.xlsx").sheetnames == ["NPS", "CSAT"]
    schema = pq.read_schema(folder / "activiteiten.parquet")
    assert schema.field("datum").type == pa.date32()
    assert schema.field("kosten").type == pa.decimal128(18, 2)
    kinds = Counter(file.path.suffix for file in delivered.company.files)
    assert kinds == {".csv": 8, ".xlsx": 1, ".parquet": 1}


def test_every_file_says_what_it_is_and_nothing_of_the_truth_is_among_them(
    delivered: Delivered,
) -> None:
    files = delivered.company.files
    assert all(file.note.nl and file.note.en and file.path.exists() for file in files)
    assert all(delivered.company.truth not in file.path.parents for file in files)
    datasets = [file.dataset for file in files]
    assert datasets == [
        "customers",
        *["sales"] * 4,
        "activities",
        "payments",
        "contracts",
        "feedback",
        "ratings",
    ]


def test_the_product_imports_every_row_to_the_cent(delivered: Delivered, tmp_path: Path) -> None:
    store = open_home(tmp_path / "home", create=True)
    sums: Counter[str] = Counter()
    for file in delivered.company.files:
        request = ImportRequest(file.path, file.dataset, mapping=file.mapping or {})
        (receipt,) = import_file(store, request)
        assert receipt.rows_rejected == receipt.rows_known == 0, receipt.reasons
        assert {text.en for text in receipt.warnings} <= {
            "The file is not UTF-8; it was read as Windows-1252."
        }
        sums[file.dataset] += int(100 * (receipt.amount_accepted or Decimal(0)))
        sums[f"{file.dataset} rows"] += receipt.rows_accepted
    assert sums["sales"] == sum(row["Bedrag excl. btw"] for row in delivered.lines)
    assert sums["payments"] == sum(row["Bedrag"] for row in delivered.payments)
    assert sums["customers rows"] == 1200
    assert sums["sales rows"] == len(delivered.lines)
    facts = store.snapshot()
    named = sum(bool(row["Gecrediteerde factuur"]) for row in delivered.lines)
    corrects = facts.table("sales")["corrects"]
    assert len(corrects) - corrects.null_count == named
    known = current_customers(facts)
    assert known["sector"].null_count == 0
    assert set(known["source_no"].to_pylist()) == set(delivered.customers)


def test_cdnow_is_the_sample_that_ships(tmp_path: Path) -> None:
    (file,) = cdnow()
    request = ImportRequest(file.path, file.dataset, mapping=file.mapping or {})
    (receipt,) = import_file(open_home(tmp_path / "home", create=True), request)
    assert (receipt.rows_accepted, receipt.rows_rejected) == (6919, 0)
    assert receipt.amount_accepted == Decimal("244091.94")


def test_amounts_are_written_as_the_dutch_do() -> None:
    amounts = [0, 5, -5, 123456789, -100000]
    assert dutch_cents(amounts) == ["0,00", "0,05", "-0,05", "1234567,89", "-1000,00"]
    assert dutch_cents_grouped(amounts) == ["0,00", "0,05", "-0,05", "1.234.567,89", "-1.000,00"]
