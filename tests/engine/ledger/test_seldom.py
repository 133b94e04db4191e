"""Turns of the ledger that are seldom taken: odd questions, files with next to nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from kernklant.engine.errors import ImportRefused, NotFound, UserError
from kernklant.engine.ledger import health
from kernklant.engine.ledger.facts import schemas
from kernklant.engine.ledger.facts_out import facts_out
from kernklant.engine.ledger.formats import audit, open_source
from kernklant.engine.ledger.frames import from_frames
from kernklant.engine.ledger.history import history
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.ledger.numbers import OTHER_CURRENCY, TOO_LONG, why_not
from kernklant.engine.ledger.people import People
from kernklant.engine.ledger.tables import SALES
from kernklant.engine.store import Store
from tests.engine.ledger.audit_files import L, T, receipt, sale, write, xaf
from tests.engine.ledger.files import csv_file, home, lines, reasons, take, take_text


def test_a_column_that_a_table_has_not_is_an_error() -> None:
    with pytest.raises(KeyError, match="colour"):
        SALES.column("colour")


def test_facts_of_no_table_and_no_source_are_refused(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-01-31;5,00"))
    with pytest.raises(NotFound, match="no table colours"):
        facts_out(store, "colours", source=None)
    with pytest.raises(NotFound, match="no source elsewhere"):
        facts_out(store, "sales", source="elsewhere")


def test_of_two_sources_one_must_be_chosen(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-01-31;5,00"))
    take(store, csv_file(tmp_path, lines("1;2025-02-28;6,00"), "g.csv"), source="other")
    with pytest.raises(UserError, match="more than one source"):
        facts_out(store, "sales", source=None)


def test_days_after_today_are_said(tmp_path: Path) -> None:
    take_text(tmp_path, lines("1;2025-01-31;5,00"))
    found = health.look(tmp_path / "home", today=date(2024, 1, 1))
    assert any("after today" in finding.what.en for finding in found)


def test_an_empty_ledger_has_an_empty_history() -> None:
    store = Store.in_memory({}, schemas=schemas())
    found = history(store.snapshot(), as_of=date(2026, 1, 1))
    assert (found.table.num_rows, found.cut) == (0, date(2026, 1, 1))


class OneArray:
    """A frame that offers one array and no stream, as the protocol allows."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._batch.__arrow_c_array__(requested_schema)


def test_a_frame_of_one_array_is_read() -> None:
    batch = pa.RecordBatch.from_pydict(
        {"klantnummer": ["1"], "factuurdatum": [date(2025, 1, 31)], "bedrag": [5.0]}
    )
    store = from_frames(OneArray(batch))
    assert store.snapshot().table("sales").num_rows == 1


def test_what_is_too_long_and_what_are_other_euros_is_told() -> None:
    assert why_not("1" * 60 + "x") is TOO_LONG
    assert why_not("x $ 5") is OTHER_CURRENCY


def test_many_batches_of_people_are_the_same_people() -> None:
    met = People("test")
    for at in range(200):
        met.meet(pa.array([str(at % 7), None]))
    assert sorted(met.numbers().to_pylist()) == [str(at) for at in range(7)]


def test_a_workbook_without_a_row_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(ImportRefused, match="no rows"):
        take(home(tmp_path), tmp_path / "f.xlsx")


def test_one_line_twice_in_a_file_with_other_content_is_said(tmp_path: Path) -> None:
    head = "klantnummer;factuurdatum;factuurnummer;regel;bedrag"
    _store, receipt_ = take_text(
        tmp_path, lines("1;2025-01-31;F1;1;5,00", "1;2025-01-31;F1;1;6,00", header=head)
    )
    assert receipt_.rows_rejected == 1
    assert any("earlier in this file" in reason for reason in reasons(receipt_))


def test_what_is_bought_and_paid_out_is_no_sale(tmp_path: Path) -> None:
    """Journals of purchases and wages: no customer is asked for anything in them."""
    wages = T("L", "2024-5", "2024-03-05", (L("4900", "9.00"), L("8000", "-9.00", "1")))
    text = xaf(
        sale("2024-1", "2024-03-01", "1", "100.00", "0.00"),
        wages,
        journals={"V": ("S", "Verkoop"), "B": ("B", "Bank"), "L": ("P", "Inkoop")},
    )
    found = import_file(home(tmp_path), ImportRequest(write(tmp_path, text)))
    assert {one.dataset: one.rows_accepted for one in found}["sales"] == 1


def test_an_audit_file_of_many_sales_is_handed_over_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ROWS_A_BATCH", 2)
    sales = [sale(f"2024-{at}", "2024-03-01", "1", "10.00", "0.00") for at in range(5)]
    source = open_source(write(tmp_path, xaf(*sales, receipt("b", "2024-04-01", "1", "10.00"))))
    sheet = next(one for one in source.sheets if one.name == "sales")
    number, head = sheet.head[0]
    assert sum(len(rows.numbers) for rows in sheet.read(number, len(head))) == 5
