"""What columns and their figures leave in doubt is told or asked; euros are never guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.frames import from_frames
from kernklant.engine.ledger.imports import undo_import
from kernklant.engine.ledger.mapping import find_fields
from tests.engine.ledger.files import (
    csv_file,
    home,
    lines,
    numbers_of,
    reasons,
    stored,
    take,
    take_text,
    told,
    xlsx_file,
)

SOLD = "klant;datum;factuur;bedrag;"


def sales_of(header: str, **asked: str) -> tuple[dict[str, str], str]:
    fields = find_fields([(1, header.split(";"))], table=None, asked=asked)
    assert fields is not None
    return fields.shown, " ".join(text.en for text in fields.warnings)


@pytest.mark.parametrize(
    ("header", "amount"),
    [
        ("klant;datum;Factuurbedrag;Factuurbedrag excl. btw", "Factuurbedrag excl. btw"),
        ("klant;datum;Bedrag;Btw;Bedrag excl. btw", "Bedrag excl. btw"),
        ("klant;datum;Bedrag excl. btw;Bedrag", "Bedrag excl. btw"),
    ],
)
def test_of_two_amounts_the_one_without_vat_is_taken(header: str, amount: str) -> None:
    shown, said = sales_of(header)
    assert (shown["amount"], said) == (amount, "")


def test_what_is_owed_is_with_vat() -> None:
    header = "klant;factuur;factuurdatum;betaaldatum;bedrag;bedrag excl"
    assert sales_of(header)[0]["amount"] == "bedrag"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("klant;datum;Bedrag;Btw", True),
        ("klant;datum;Bedrag;Btw bedrag", True),
        ("klant;datum;Bedrag;Btw 21%", True),
        ("klant;datum;Bedrag;Totaal excl. btw", True),
        ("klant;datum;Bedrag excl.;Btw", False),
        ("klant;datum;Netto bedrag;Btw", False),
        ("klant;datum;Bedrag;Btw nummer", False),
    ],
)
def test_an_amount_beside_vat_that_does_not_say_is_told_of(header: str, said: bool) -> None:
    assert ("does not say whether VAT is left out" in sales_of(header)[1]) is said


@pytest.mark.parametrize("column", ["Marge %", "Marge (%)", "Kostprijs %"])
def test_a_percentage_is_no_margin_and_no_cost(column: str) -> None:
    shown, said = sales_of(f"klant;datum;Bedrag;{column}")
    assert column not in shown.values()
    assert f"Column {column} does not count: those are percentages." in said


def test_the_margin_in_euros_is_taken_where_its_percentage_stands_first() -> None:
    shown, said = sales_of("klant;datum;Bedrag;Marge %;Marge")
    assert (shown["margin"], said) == ("Marge", "")


def test_a_percentage_asked_for_as_euros_is_refused() -> None:
    with pytest.raises(ImportRefused, match="Marge % holds percentages, not euros"):
        sales_of("klant;datum;Bedrag;Marge %", margin="Marge %")


def test_an_amount_that_names_the_rate_of_vat_is_no_percentage() -> None:
    shown, _ = sales_of("klant;datum;Bedrag incl. 21% btw", amount="Bedrag incl. 21% btw")
    assert shown["amount"] == "Bedrag incl. 21% btw"


def test_margins_of_a_workbook_that_are_shares_are_refused(tmp_path: Path) -> None:
    rows = [["klant", "datum", "bedrag", "marge"], ["1", "2025-01-03", 1000, 0.35]]
    store = home(tmp_path)
    with pytest.raises(ImportRefused, match="Column marge looks like a share of the amount") as no:
        take(store, xlsx_file(tmp_path, rows))
    assert "--map margin=" in no.value.remedy.nl
    assert store.imports().num_rows == 0


def test_small_margins_on_small_amounts_are_euros(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-01-03;F1;2,50;0,80", header=SOLD + "marge"))
    assert stored(store, "cost") == [(Decimal("1.70"),)]


PIECES = "klant;datum;aantal;prijs;bedrag;"


def test_a_cost_that_is_probably_of_one_piece_is_asked_about(tmp_path: Path) -> None:
    rows = ["1;2025-01-03;10;5,00;50,00;3,00", "1;2025-01-04;1;5,00;5,00;3,00"]
    with pytest.raises(ImportRefused, match="on 1 of the 1 lines with more pieces") as asked:
        take_text(tmp_path, lines(*rows, header=PIECES + "kostprijs"))
    assert "'kostprijs totaal'" in asked.value.remedy.nl


@pytest.mark.parametrize("column", ["kostprijs totaal", "inkoopwaarde"])
def test_a_cost_that_says_it_is_of_the_line_is_not_asked_about(column: str, tmp_path: Path) -> None:
    text = lines("1;2025-01-03;10;5,00;50,00;3,00", header=PIECES + column)
    assert stored(take_text(tmp_path, text)[0], "cost") == [(Decimal("3.00"),)]


def test_costs_of_lines_are_taken_for_that(tmp_path: Path) -> None:
    rows = ["1;2025-01-03;10;5,00;50,00;30,00", "1;2025-01-04;2;5,00;10,00;1,00"]
    _, receipt = take_text(tmp_path, lines(*rows, header=PIECES + "kostprijs"))
    assert (receipt.rows_accepted, told(receipt)) == (2, "")


def test_a_frame_is_asked_the_same() -> None:
    frame = pa.table({"customer": ["1"], "date": ["2025-01-03"], "quantity": [10],
                      "amount": [50.0], "cost": [3.0]})  # fmt: skip
    with pytest.raises(ImportRefused, match="Column cost looks like the cost of one piece"):
        from_frames(frame)


PRICED = "klant;datum;factuur;bedrag;valuta"


def test_another_currency_than_that_of_the_stored_sales_is_refused(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-01-03;F1;100,00", header=SOLD.rstrip(";")))
    dollars = csv_file(tmp_path, lines("1;2025-02-03;F2;1000,00;USD", header=PRICED))
    with pytest.raises(ImportRefused, match="this file are in USD, those imported before in EUR"):
        take(store, dollars)
    undo_import(store, 1)
    assert take(store, dollars).rows_accepted == 1
    with pytest.raises(ImportRefused, match="are in EUR, those imported before in USD"):
        take(store, csv_file(tmp_path, lines("1;2025-03-03;F3;5,00;€", header=PRICED)))
    assert take(store, csv_file(tmp_path, lines("1;2025-03-03;F3;5,00;usd", header=PRICED)))


def test_euros_may_be_written_in_several_ways(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;2025-01-03;F1;100,00;EUR", header=PRICED))
    for cell in ("€", "euro", ""):
        text = lines(f"1;2025-01-04;F{cell};100,00;{cell}", header=PRICED)
        assert take(store, csv_file(tmp_path, text)).rows_accepted == 1


def test_a_row_of_totals_is_no_customer(tmp_path: Path) -> None:
    text = lines("7;Zeven;Ede", "Totaal;;", "TOTAL;Total Energies;Den Haag",
                 header="klantnummer;naam;plaats")  # fmt: skip
    store, receipt = take_text(tmp_path, text)
    assert reasons(receipt) == ["this is a row of totals, not a customer"]
    assert numbers_of(store) == ["7", "TOTAL"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_names_no_customer(number: float) -> None:
    # pa.array keeps a NaN where pandas would make it empty.
    frame = pa.table({"customer": [1.0, number], "date": ["2025-01-03"] * 2, "amount": [1.0, 2.0]})
    with pytest.raises(ImportRefused, match="a calculation that failed"):
        from_frames(frame)
