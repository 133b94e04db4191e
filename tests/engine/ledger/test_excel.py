"""Workbooks: xlsx, xls and ods; what Excel does to numbers, and what hides in a zip."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.formats.parquet import plain_float
from kernklant.engine.ledger.imports import ImportRequest, import_file
from tests.engine.ledger.files import (
    csv_file,
    home,
    numbers_of,
    reasons,
    stored,
    take,
    told,
    xlsx_file,
)

HEAD = ["klantnummer", "factuurdatum", "bedrag"]
JANUARY = datetime(2025, 1, 31)  # noqa: DTZ001 - a calendar day


def workbook(folder: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    return xlsx_file(folder, [head, *rows])


def test_typed_cells_need_no_declaration(tmp_path: Path) -> None:
    store = home(tmp_path)
    path = workbook(tmp_path, [7, JANUARY, 1.234e3], ["007", date(2025, 3, 4), 0.1 + 0.2])
    receipt = take(store, path)
    assert (receipt.numbers, receipt.dates) == (None, None)
    assert stored(store, "date", "amount") == [
        (date(2025, 1, 31), Decimal("1234.00")),
        (date(2025, 3, 4), Decimal("0.30")),
    ]
    assert numbers_of(store) == ["007", "7"]


def test_numbers_kept_as_text_are_proven_like_any_text(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"1\.234 can be read in two ways"):
        take(home(tmp_path), workbook(tmp_path, [1, JANUARY, "1.234"]))


def test_plain_numbers_where_a_date_is_asked_are_excels_days(tmp_path: Path) -> None:
    store = home(tmp_path)
    take(store, workbook(tmp_path, [1, 45000, 5]))
    assert stored(store, "date") == [(date(2023, 3, 15),)]


def test_a_workbook_of_the_1904_system_counts_from_there(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (HEAD, [1, 45000 - 1462, 5], [2, JANUARY, 6]):
        book.active.append(row)
    book.save(tmp_path / "mac.xlsx")
    store = home(tmp_path)
    take(store, tmp_path / "mac.xlsx")
    assert stored(store, "date") == [(date(2023, 3, 15),), (date(2025, 1, 31),)]


def test_a_number_whose_digits_excel_dropped_is_refused_as_a_customer(tmp_path: Path) -> None:
    path = workbook(
        tmp_path, [12345678901234567890, JANUARY, 5], ["12345678901234567890", JANUARY, 6]
    )
    store = home(tmp_path)
    receipt = take(store, path)
    assert numbers_of(store) == ["12345678901234567890"]
    assert "dropped the last digits" in reasons(receipt)[0]


def test_an_error_and_a_formula_without_result_are_no_empty_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([*HEAD, "kostprijs", "artikel"])
    book.active.append([1, JANUARY, 5, "=A1/0"])
    book.active.append([2, JANUARY, 5, "#DIV/0!"])
    book.active.append([3, JANUARY, 5, None, "=B1"])
    book.active.append([4, "=NOW()", 5])
    book.active.append(["=A2", JANUARY, 5])
    book.active.append([5, JANUARY, 5, None, None])
    book.active["D3"].data_type = "e"
    book.save(tmp_path / "f.xlsx")
    receipt = take(home(tmp_path), tmp_path / "f.xlsx")
    assert (receipt.rows_accepted, receipt.rows_rejected) == (1, 5)
    assert reasons(receipt) == ["Excel could not compute this cell"]


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    from kernklant.engine.ledger.imports import rejects_table

    book = openpyxl.Workbook()
    for row, values in {3: HEAD, 4: [1, JANUARY, 5], 7: [2, JANUARY, "x"]}.items():
        for column, value in enumerate(values, start=2):
            book.active.cell(row, column, value)
    book.save(tmp_path / "f.xlsx")
    store = home(tmp_path)
    take(store, tmp_path / "f.xlsx")
    assert rejects_table(store, 1)["file_row"].to_pylist() == [7]


def test_merged_cells_have_one_value_and_the_other_rows_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD, [1, JANUARY, 5], [None, JANUARY, 6]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "f.xlsx")
    assert take(home(tmp_path), tmp_path / "f.xlsx").rows_rejected == 1


def several(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Klanten"
    for row in (["klantnr", "naam", "moeder"], ["1", "Bakker", "9"], ["2", "Smid", ""]):
        book.active.append(row)
    for name, rows in {
        "2024": [HEAD, ["1", JANUARY, 10], ["3", JANUARY, 11]],
        "2025": [HEAD, ["1", JANUARY, 10]],
        "Toelichting": [["zomaar tekst"], ["nog wat"]],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    hidden = book.create_sheet("geheim")
    hidden.sheet_state = "hidden"
    hidden.append(HEAD)
    hidden.append(["4", JANUARY, 99])
    book.save(folder / "boek.xlsx")
    return folder / "boek.xlsx"


def test_a_workbook_of_several_tables_is_one_import(tmp_path: Path) -> None:
    store = home(tmp_path)
    receipts = {one.dataset: one for one in import_file(store, ImportRequest(several(tmp_path)))}
    assert receipts.keys() == {"customers", "sales"}
    assert {one.import_no for one in receipts.values()} == {1}
    assert (receipts["customers"].rows_file, receipts["customers"].rows_accepted) == (2, 2)
    assert (receipts["sales"].rows_file, receipts["sales"].amount_accepted) == (3, Decimal("31.00"))
    assert numbers_of(store) == ["1", "2", "3", "9"]
    assert receipts["sales"].customers_new == 4
    assert "Toelichting was not recognised" in told(receipts["sales"])
    assert "hidden sheet geheim was left out" in told(receipts["sales"])
    again = import_file(store, ImportRequest(several(tmp_path)))
    assert [(one.rows_accepted, one.rows_known) for one in again] == [(0, 2), (0, 3)]


def test_one_sheet_may_be_asked_for(tmp_path: Path) -> None:
    store = home(tmp_path)
    assert take(store, several(tmp_path), sheet="geheim").amount_accepted == Decimal("99.00")
    with pytest.raises(ImportRefused, match="no sheet 2023"):
        take(store, several(tmp_path), sheet="2023")


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("x")
    day = xlwt.easyxf(num_format_str="D-MMM-YY")
    for column, name in enumerate(HEAD):
        sheet.write(0, column, name)
    sheet.write(1, 0, 7)
    sheet.write(1, 1, JANUARY, day)
    sheet.write(1, 2, 12.5)
    book.save(str(tmp_path / "f.xls"))
    store = home(tmp_path)
    receipt = take(store, tmp_path / "f.xls")
    assert stored(store, "date", "amount") == [(date(2025, 1, 31), Decimal("12.50"))]
    assert "looks empty" in told(receipt)


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="x">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry
 manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def test_an_ods_is_read(tmp_path: Path) -> None:
    def text(value: str) -> str:
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    typed = (
        '<table:table-cell office:value-type="date" office:date-value="2025-01-31"/>'
        '<table:table-cell office:value-type="float" office:value="12.5"/>'
    )
    head = f"<table:table-row>{''.join(map(text, HEAD))}</table:table-row>"
    with zipfile.ZipFile(tmp_path / "f.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", MANIFEST)
        row = f"<table:table-row>{text('007')}{typed}</table:table-row>"
        book.writestr("content.xml", ODS.format(rows=head + row))
    store = home(tmp_path)
    take(store, tmp_path / "f.ods")
    assert stored(store, "date", "amount") == [(date(2025, 1, 31), Decimal("12.50"))]
    assert numbers_of(store) == ["007"]


def swollen(folder: Path, *, part: str, megabytes: int) -> Path:
    """A small workbook with one part that unpacks to very much."""
    path = xlsx_file(folder, [HEAD, [1, JANUARY, 5]], "bomb.xlsx")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book,
        book.open(part, "w", force_zip64=True) as handle,
    ):
        for _ in range(megabytes):
            handle.write(b" " * (1 << 20))
    return path


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/sharedStrings2.xml"])
def test_a_small_file_that_swells_is_refused_before_it_is_opened(tmp_path: Path, part: str) -> None:
    path = swollen(tmp_path, part=part, megabytes=120)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(ImportRefused, match="too large inside"):
        take(home(tmp_path), path)


def test_very_many_parts_are_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEAD, [1, JANUARY, 5]])
    with zipfile.ZipFile(path, "a") as book:
        for number in range(10_001):
            book.writestr(f"junk/{number}", b"")
    with pytest.raises(ImportRefused, match="too large inside"):
        take(home(tmp_path), path)


def test_one_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.cell(1_048_576, 16_384, 1)
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(ImportRefused, match="too many cells"):
        take(home(tmp_path), tmp_path / "f.xlsx")


def test_an_entity_in_the_workbook_is_refused(tmp_path: Path) -> None:
    hostile = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>'
    with zipfile.ZipFile(tmp_path / "f.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", hostile)
        book.writestr("xl/_rels/workbook.xml.rels", "<x/>")
    with pytest.raises(ImportRefused, match="no readable workbook"):
        take(home(tmp_path), tmp_path / "f.xlsx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 and then nothing", "no readable workbook"),
        (b"\xd0\xcf\x11\xe0" + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", "password"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 2000, "damaged"),
    ],
    ids=["cut off", "password", "damaged"],
)
def test_what_is_no_workbook_is_refused_with_a_remedy(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(ImportRefused, match=message):
        take(home(tmp_path), csv_file(tmp_path, content, "f.xlsx"))


def test_a_plain_zip_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("f.csv", "klantnummer")
    with pytest.raises(ImportRefused, match="no readable workbook"):
        take(home(tmp_path), tmp_path / "f.zip")


def test_a_workbook_cut_off_at_99_percent_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, *[[row, JANUARY, 5] for row in range(500)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.99)])
    with pytest.raises(ImportRefused):
        take(home(tmp_path), path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (0.1 + 0.2, "0.3"),
        (2.55, "2.55"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1E+15"),
        (1.2345678901234567e19, "1.23456789012346E+19"),
        (float("nan"), "NAN"),
        (float("inf"), "INF"),
    ],
)
def test_a_float_is_written_as_excel_shows_it(value: float, text: str) -> None:
    assert plain_float(value) == text
