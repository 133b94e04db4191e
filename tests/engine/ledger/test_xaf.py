"""Audit files: whoever has one can start with it, whatever package wrote it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.imports import ImportRequest, Receipt, import_file, undo_import
from kernklant.engine.ledger.payments import payments
from kernklant.engine.store import Store
from tests.engine.ledger.audit_files import L, T, receipt, sale, write, xaf
from tests.engine.ledger.files import home

YEAR = (
    sale("V1", "2024-01-15", "1", "100.00", "21.00"),
    sale("V2", "2024-02-15", "2", "50.00", "10.50"),
    receipt("B1", "2024-02-01", "1", "121.00", "V1"),
)


def take(store: Store, path: Path) -> dict[str, Receipt]:
    found = import_file(store, ImportRequest(path))
    return {one.dataset: one for one in found}


def first(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Store, dict[str, Receipt]]:
    store = home(folder)
    return store, take(store, write(folder, text, encoding=encoding))


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    return store.snapshot().table(table).to_pylist()


def said(receipts: dict[str, Receipt]) -> str:
    return " ".join(text.en for text in receipts["sales"].warnings)


def new(receipts: dict[str, Receipt]) -> dict[str, int]:
    return {name: one.rows_accepted for name, one in receipts.items()}


def amounts(store: Store) -> dict[str, Decimal]:
    return {row["document"]: row["amount"] for row in rows(store, "sales")}


def names(store: Store) -> set[str]:
    return {row["name"] for row in rows(store, "customers")} - {None}


def test_one_file_brings_customers_sales_and_payments_in_one_import(tmp_path: Path) -> None:
    store, receipts = first(tmp_path, xaf(*YEAR, due={("1", "V1"): "2024-02-14"}))
    assert new(receipts) == {"customers": 2, "sales": 2, "payments": 2}
    assert {one.import_no for one in receipts.values()} == {1}
    assert amounts(store) == {"V1": Decimal("100.00"), "V2": Decimal("50.00")}
    paid = {row["document"]: row for row in rows(store, "payments")}
    assert paid["V1"]["paid_date"] == date(2024, 2, 1)
    assert paid["V1"]["due_date"] == date(2024, 2, 14)
    assert paid["V1"]["amount"] == Decimal("121.00")
    assert paid["V2"]["paid_date"] is None
    assert names(store) == {"Bakkerij Jansen", "Café Zoë"}
    undo_import(store, 1)
    assert rows(store, "sales") == rows(store, "payments") == rows(store, "customers") == []


def test_one_table_of_it_may_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, xaf(*YEAR))
    store = home(tmp_path)
    (receipt,) = import_file(store, ImportRequest(path, sheet="payments"))
    assert (receipt.dataset, rows(store, "sales")) == ("payments", [])
    with pytest.raises(ImportRefused, match="has no table verkopen") as refusal:
        import_file(store, ImportRequest(path, sheet="verkopen"))
    assert refusal.value.remedy.nl == "De tabellen zijn: customers, sales, payments."


def test_invoice_lines_after_an_audit_file_are_refused_until_it_is_undone(tmp_path: Path) -> None:
    path = write(tmp_path, xaf(*YEAR))
    store = home(tmp_path)
    import_file(store, ImportRequest(path))
    sold = [f"{row['document']};{row['date']};{number_of(store, row)};{row['amount']};1.00"
            for row in rows(store, "sales")]  # fmt: skip
    header = "invoice no,date,customer,amount,cost"
    text = "\n".join([header, *sold]).replace(";", ",")
    (tmp_path / "lines.csv").write_text(text)
    with pytest.raises(ImportRefused, match="look like those of import 1"):
        import_file(store, ImportRequest(tmp_path / "lines.csv"))
    undo_import(store, 1)
    import_file(store, ImportRequest(tmp_path / "lines.csv"))
    import_file(store, ImportRequest(path, sheet="payments"))
    assert len(rows(store, "sales")) == len(sold)


def number_of(store: Store, row: dict[str, Any]) -> str:
    people = {one["customer"]: one["source_no"] for one in rows(store, "customers")}
    return str(people[row["customer"]])


def test_what_it_cannot_bring_is_said_with_the_file_that_would(tmp_path: Path) -> None:
    _, receipts = first(tmp_path, xaf(*YEAR))
    assert "invoice lines with a cost price" in said(receipts)
    assert "the activities" in said(receipts)


@pytest.mark.parametrize("sort", ["Z", "", "M"])
def test_a_file_without_a_sales_journal_has_its_sales(tmp_path: Path, sort: str) -> None:
    journals = {"V": (sort, "Dagboek"), "B": (sort, "Dagboek 2")}
    store, _ = first(tmp_path, xaf(*YEAR, journals=journals))
    assert amounts(store) == {"V1": Decimal("100.00"), "V2": Decimal("50.00")}


@pytest.mark.parametrize("kind", [None, "O", "B"])
def test_a_file_without_kinds_of_customers_has_its_customers(
    tmp_path: Path, kind: str | None
) -> None:
    people = {"1": "Bakkerij Jansen", "2": "Café Zoë", "9": "Leverancier"}
    _, receipts = first(tmp_path, xaf(*YEAR, kind=kind, customers=people))
    assert new(receipts)["customers"] == (3 if kind == "B" else 2)


@pytest.mark.parametrize("head", ['<?xml version="1.0" encoding="UTF-8"?>', ""])
def test_another_encoding_than_it_names_is_read_and_said(tmp_path: Path, head: str) -> None:
    store, receipts = first(tmp_path, xaf(*YEAR, head=head), encoding="cp1252")
    assert "Café Zoë" in names(store)
    assert "Windows-1252" in said(receipts)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding[:-4] if "sig" in encoding else encoding}"?>'
    store, receipts = first(tmp_path, xaf(*YEAR, head=head), encoding=encoding)
    assert "Café Zoë" in names(store)
    assert "Windows-1252" not in said(receipts)


def test_a_booking_out_of_balance_is_refused_by_name(tmp_path: Path) -> None:
    off = T("V", "V9", "2024-03-01", (L("1300", "121.00", "1"), L("8000", "-100.00")))
    store = home(tmp_path)
    with pytest.raises(ImportRefused, match=r"1 bookings do not balance.*2024/V/V9"):
        take(store, write(tmp_path, xaf(*YEAR, off)))
    assert store.imports().num_rows == 0


@pytest.mark.parametrize("cut", [0.4, 0.9, 0.99])
def test_half_a_file_is_refused(tmp_path: Path, cut: float) -> None:
    text = xaf(*YEAR)
    with pytest.raises(ImportRefused, match="cannot be read"):
        take(home(tmp_path), write(tmp_path, text[: int(len(text) * cut)]))


def test_what_departs_from_the_standard_is_read_and_said(tmp_path: Path) -> None:
    text = xaf(*YEAR).replace("<linesCount>8", "<linesCount>5")
    store, receipts = first(tmp_path, text)
    assert amounts(store)["V1"] == Decimal("100.00")
    assert "departs from the standard" in said(receipts)
    assert "linesCount" in said(receipts)


def test_the_same_year_made_again_adds_what_is_new_and_pays_what_is_paid(tmp_path: Path) -> None:
    store, _ = first(tmp_path, xaf(*YEAR))
    later = (
        *YEAR,
        sale("V3", "2024-05-15", "2", "10.00", "2.10"),
        receipt("B2", "2024-05-20", "2", "60.50", "V2"),
    )
    again = take(store, write(tmp_path, xaf(*later), name="g.xaf"))
    assert new(again) == {"customers": 0, "sales": 1, "payments": 2}
    assert again["payments"].rows_rejected == 0
    assert sum(amounts(store).values()) == Decimal("160.00")
    told = payments(store.snapshot(), as_of=date(2024, 6, 1)).to_pylist()
    assert sum(row["amount"] for row in told) == Decimal("193.60")
    assert [row["amount"] for row in told if row["unpaid"]] == [Decimal("12.10")]
    undo_import(store, 2)
    told = payments(store.snapshot(), as_of=date(2024, 6, 1)).to_pylist()
    assert [row["amount"] for row in told if row["unpaid"]] == [Decimal("60.50")]


def test_an_older_file_after_a_newer_one_opens_nothing_again(tmp_path: Path) -> None:
    later = (*YEAR, receipt("B2", "2024-05-20", "2", "60.50", "V2"))
    store, _ = first(tmp_path, xaf(*later))
    take(store, write(tmp_path, xaf(*YEAR), name="g.xaf"))
    told = payments(store.snapshot(), as_of=date(2024, 6, 1)).to_pylist()
    assert not [row for row in told if row["unpaid"]]
    assert sum(row["amount"] for row in told) == Decimal("181.50")


def test_several_years_add_up_and_the_same_numbers_do_not_clash(tmp_path: Path) -> None:
    store, _ = first(tmp_path, xaf(*YEAR))
    year_after = (sale("V1", "2025-01-15", "1", "7.00", "1.47"),)
    receipts = take(store, write(tmp_path, xaf(*year_after, year=2025), name="g.xaf"))
    assert (new(receipts)["sales"], new(receipts)["customers"]) == (1, 0)
    assert sum(row["amount"] for row in rows(store, "sales")) == Decimal("157.00")


def test_a_receipt_that_names_no_invoice_pays_the_oldest(tmp_path: Path) -> None:
    store, _ = first(
        tmp_path,
        xaf(
            sale("V2", "2024-02-15", "1", "50.00", "10.50"),
            sale("V1", "2024-01-15", "1", "100.00", "21.00"),
            receipt("B1", "2024-03-01", "1", "121.00"),
            receipt("B2", "2024-03-02", "1", "10.00", "F-2023-77"),
        ),
    )
    paid = {row["document"]: row["paid_date"] for row in rows(store, "payments")}
    assert paid == {"V1": date(2024, 3, 1), "V2": None}


def test_a_credit_note_is_a_return_and_settles_its_invoice(tmp_path: Path) -> None:
    back = T(
        "V",
        "C1",
        "2024-01-20",
        (L("1300", "-121.00", "1", "V1"), L("8000", "100.00", "1"), L("1500", "21.00")),
    )
    store, _ = first(tmp_path, xaf(YEAR[0], back))
    assert sorted(row["amount"] for row in rows(store, "sales")) == [
        Decimal("-100.00"),
        Decimal("100.00"),
    ]
    assert [row["paid_date"] for row in rows(store, "payments")] == [date(2024, 1, 20)]


def test_a_claim_written_off_is_no_sale_but_is_no_longer_open(tmp_path: Path) -> None:
    lost = T("M", "M1", "2024-06-30", (L("1300", "-121.00", "1", "V1"), L("4900", "121.00", "1")))
    store, receipts = first(tmp_path, xaf(YEAR[0], lost))
    assert amounts(store) == {"V1": Decimal("100.00")}
    assert "Taken back" not in said(receipts)


def test_revenue_without_a_customer_is_said_not_taken(tmp_path: Path) -> None:
    till = T("B", "K1", "2024-06-30", (L("1000", "12.10"), L("8000", "-10.00"), L("1500", "-2.10")))
    store, receipts = first(tmp_path, xaf(*YEAR, till))
    assert sum(amounts(store).values()) == Decimal("150.00")
    assert "Revenue without a customer, and so not taken in: €10.00" in said(receipts)


@pytest.mark.parametrize(
    ("of_first", "taken", "left"), [("", "0.00", "300"), ("1", "100.00", "200")]
)
def test_revenue_of_a_booking_with_several_customers_is_taken_where_it_names_one_and_said(
    of_first: str, taken: str, left: str, tmp_path: Path
) -> None:
    day = T("V", "DAG1", "2024-04-01", (
        L("1300", "121.00", "1"), L("1300", "242.00", "2"), L("1500", "-63.00"),
        L("8000", "-100.00", of_first), L("8000", "-200.00"),
    ))  # fmt: skip
    store, receipts = first(tmp_path, xaf(day, sale("F1", "2024-05-01", "1", "0.00", "0.00")))
    assert sum(amounts(store).values()) == Decimal(taken)
    assert f"which cannot be divided and so was not taken in: €{left}.00" in said(receipts)
    assert "Revenue without a customer" not in said(receipts)


def test_revenue_in_a_receipt_is_said_not_taken(tmp_path: Path) -> None:
    paid = T("B", "B1", "2024-04-01", (
        L("1000", "130.00"), L("1300", "-121.00", "1", "F1"), L("8000", "-9.00"),
    ))  # fmt: skip
    _, receipts = first(tmp_path, xaf(sale("F1", "2024-03-01", "1", "100.00", "21.00"), paid))
    assert "Revenue without a customer, and so not taken in: €9.00" in said(receipts)


def test_a_correction_beside_the_sales_journal_is_said_not_sold(tmp_path: Path) -> None:
    less = T("M", "M1", "2024-06-30", (L("1300", "-30.00", "1"), L("8000", "30.00", "1")))
    store, receipts = first(tmp_path, xaf(*YEAR, less))
    assert sum(amounts(store).values()) == Decimal("150.00")
    assert "Taken back beside the sales journal, and so no sale: €30.00" in said(receipts)


def test_a_cost_price_in_the_books_comes_along(tmp_path: Path) -> None:
    sold = T(
        "V",
        "V1",
        "2024-01-15",
        (
            L("1300", "121.00", "1", "V1"),
            L("8000", "-100.00", "1"),
            L("1500", "-21.00"),
            L("7000", "60.00", "1"),
            L("1000", "-60.00"),
        ),
    )
    store, receipts = first(tmp_path, xaf(sold))
    assert [row["cost"] for row in rows(store, "sales")] == [Decimal("60.00")]
    assert "does not say what you paid" not in said(receipts)


ENTITY = '<?xml version="1.0"?><!DOCTYPE auditfile [<!ENTITY a "x">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE auditfile SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize("head", [ENTITY, OUTSIDE])
def test_a_document_type_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        take(home(tmp_path), write(tmp_path, xaf(*YEAR, head=head)))


def test_the_auditfile_of_1999_is_read(tmp_path: Path) -> None:
    store, receipts = first(tmp_path, adf(), encoding="cp1252")
    assert new(receipts) == {"customers": 1, "sales": 1, "payments": 1}
    assert [row["amount"] for row in rows(store, "sales")] == [Decimal("100.00")]
    assert names(store) == {"Café Zoë"}


def adf() -> str:
    """One invoice in the fixed columns of CLAIR1.00.00 (Belastingdienst, Handleiding Auditfile)."""
    head = f"{'CLAIR1.00.00':12}{'Boek':50}{'1':20}{'2024':15}{'1':15}{'Voorbeeld':50}"
    head += f"{'':30}{'':30}{'3':10}{'':10}{'121.00':16}{'121.00':16}"
    bookings = [
        ("1300", "B", "Debiteuren", "121.00", "0.00"),
        ("8000", "W", "Omzet", "0.00", "100.00"),
        ("1500", "B", "Btw", "0.00", "21.00"),
    ]
    return "\r\n".join([head, *(_adf_line(at, *cells) for at, cells in enumerate(bookings, 1)), ""])


def _adf_line(at: int, *cells: str) -> str:
    account, sort, name, debit, credit = cells
    start = f"{'V':20}{'Verkoop':30}{'1':5}{'1':10}{at:<5}{'V1':20}{'15-01-2024':10}"
    middle = f"{account:15}{sort:5}{'':15}{name:30}{'15-01-2024':10}{'V1':15}{'':65}"
    money = f"{'omschrijving':30}{debit:16}{credit:16}{'':5}{'EUR':10}{'':13}"
    return start + middle + money + f"{'2':15}{'D':5}{'':16}{'Café Zoë':30}{'':85}"
