"""What the readers do with files that seldom come, asked in this process and not in one apart."""

from __future__ import annotations

import socket
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.formats import Source, apart, open_source, wire
from tests.engine.ledger.audit_files import L, T, receipt, sale, write, xaf
from tests.engine.ledger.files import csv_file, lines, xlsx_file

SALE = sale("2024-1", "2024-03-01", "1", "100.00", "21.00")


def cells(source: Source, place: int = 0) -> list[list[str | None]]:
    """All rows below the first of a sheet."""
    sheet = source.sheets[place]
    number, head = sheet.head[0]
    found: list[list[str | None]] = []
    for rows in sheet.read(number, len(head)):
        columns = [column.to_pylist() for column in rows.columns]
        found += [list(row) for row in zip(*columns, strict=True)]
    return found


# -- which format it is


def test_a_format_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no format pdf"):
        open_source(csv_file(tmp_path, lines("1;2025-01-01;5")), asked="pdf")


def test_a_file_of_another_format_than_was_said_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="not parquet but csv"):
        open_source(csv_file(tmp_path, lines("1;2025-01-01;5")), asked="parquet")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        open_source(tmp_path / "nothing.csv")


# -- csv


def test_letters_that_stop_in_their_middle_are_refused(tmp_path: Path) -> None:
    """The sample at the start is sound; the last letter of a large file is half there."""
    row = "7;2025-01-31;5,00;café\n".encode("utf-16-le")
    head = "klantnummer;factuurdatum;bedrag;naam\n".encode("utf-16")
    path = csv_file(tmp_path, head + row * 9000 + b"\x37")
    with pytest.raises(ImportRefused, match="breaks off"):
        cells(open_source(path))


def test_a_quote_that_never_ends_cuts_nothing(tmp_path: Path) -> None:
    """Neither delimiter can be proven on a text of one endless field."""
    with pytest.raises(ImportRefused):
        cells(open_source(csv_file(tmp_path, 'klantnummer;bedrag\n"' + "x" * 200_000)))


# -- workbooks


def test_cells_of_every_kind_have_a_plain_notation(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path,
        [["klantnummer", "factuurdatum", "bedrag", "ja", "duur"],
         ["a", date(2025, 1, 31), 5, True, timedelta(hours=30)]],
    )  # fmt: skip
    (row,) = cells(open_source(path))
    assert row[3] == "true"
    assert row[4] not in (None, "")


def test_an_error_beyond_the_last_cell_of_its_row_harms_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["klantnummer", "bedrag"])
    sheet.append(["1", 5])
    sheet["F2"] = "#N/A"
    book.save(tmp_path / "f.xlsx")
    assert cells(open_source(tmp_path / "f.xlsx"))[0][:2] == ["1", "5"]


# -- parquet


@pytest.mark.parametrize("where", ["foot", "page"])
def test_a_damaged_parquet_file_is_refused_where_it_is_seen(tmp_path: Path, where: str) -> None:
    path = tmp_path / "f.parquet"
    table = pa.table({"klantnummer": [str(n) for n in range(5000)], "bedrag": [1.0] * 5000})
    pq.write_table(table, path, compression="snappy", use_dictionary=False)
    data = bytearray(path.read_bytes())
    if where == "foot":
        data[-20:-8] = b"\xff" * 12
    else:
        data[60:5000] = b"\xff" * 4940
    path.write_bytes(bytes(data))
    with pytest.raises(ImportRefused, match="damaged"):
        cells(open_source(path))


# -- the line between reader and asker


def test_a_line_whose_other_end_is_gone_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        with pytest.raises(wire.Gone):
            wire.receive(ours)
        with pytest.raises(wire.Gone):
            wire.send(ours, {"open": "x" * 100_000})


def test_a_reader_that_talks_nonsense_is_as_good_as_gone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(wire.HEAD.pack(wire.LONGEST_NOTE + 1, 0))
        with pytest.raises(wire.Gone):
            wire.receive(ours)
        theirs.sendall(wire.HEAD.pack(4, 0) + b"{not")
        with pytest.raises(wire.Gone):
            wire.receive(ours)
    with pytest.raises(wire.Gone):
        wire.rows_of({"native": [0], "faults": []}, b"no batch")


def test_a_reader_that_is_gone_before_it_is_asked_is_told(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(ImportRefused, match="Reading was stopped"):
        apart._ask(ours, {"open": "x" * 100_000}, apart.UPLOAD)


# -- audit files


def test_a_due_date_that_is_none_is_said_and_left_out(tmp_path: Path) -> None:
    text = xaf(SALE, due={("1", "2024-1"): "2024-99-99"})
    source = open_source(write(tmp_path, text))
    assert any("due" in warning.en for warning in source.warnings)


def test_a_line_of_a_subledger_without_a_due_date_tells_none(tmp_path: Path) -> None:
    other = sale("2024-2", "2024-03-02", "1", "50.00", "0.00")
    text = xaf(SALE, other, due={("1", "2024-1"): "2024-04-01", ("1", "2024-2"): "2024-04-02"})
    text = text.replace("<invDueDt>2024-04-02</invDueDt>", "")
    assert not any("due" in w.en for w in open_source(write(tmp_path, text)).warnings)


def test_half_a_file_in_utf_16_is_refused_as_what_it_is(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    text = xaf(SALE, head=head)
    with pytest.raises(ImportRefused):
        open_source(write(tmp_path, text[: len(text) // 2], encoding="utf-16"))


def test_a_booking_without_any_day_is_refused_by_name(tmp_path: Path) -> None:
    text = xaf(SALE, sale("2024-9", "", "1", "10.00", "0.00")).replace("<trDt></trDt>", "")
    with pytest.raises(ImportRefused, match="2024-9"):
        open_source(write(tmp_path, text.replace("<effDate></effDate>", "")))


def test_lines_of_nothing_owe_nothing(tmp_path: Path) -> None:
    nil = T("V", "2024-8", "2024-03-03", (L("1300", "0.00", "1"), L("8000", "0.00", "1")))
    source = open_source(write(tmp_path, xaf(SALE, nil, receipt("b", "2024-04-01", "1", "121.00"))))
    assert len(source.sheets) == 3
