"""Which column is what, in Dutch and English exports; what is not known is asked, not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused, UserError
from kernklant.engine.ledger.headers import NEEDED, WORDS
from kernklant.engine.ledger.mapping import find_fields, table_name
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.ledger.words import squeeze
from tests.engine.ledger.files import lines, take_text, told

SALES = [
    "factuurnummer;klantnummer;factuurdatum;bedrag excl.",
    "Factuurnr.;Debiteurnr.;Boekdatum;Bedrag excl. btw (€)",
    "Document;Debiteur;Datum;Netto bedrag",
    "Faktuurnummer;Klantcode;Faktuurdatum;Omzet in euro",
    "Boekstuk;Relatie;Boekingsdatum;NETTO_BEDRAG",
    "invoice_no;customer_id;invoice_date;amount_excl_vat",
    "InvoiceNo;CustomerID;InvoiceDate;Revenue",
    "Order ID;Customer ID;Order Date;Sales",
    "Invoice Number;Account No;Posting Date;Net Amount (EUR)",
    "Factuur;Klant;Datum;Totaal excl. btw",
]


@pytest.mark.parametrize("header", SALES)
def test_sales_are_recognised_by_their_headers(header: str) -> None:
    fields = find_fields([(1, header.split(";"))], table=None, asked={})
    assert fields is not None
    assert fields.table.name == "sales"
    assert list(fields.own) == ["customer", "date", "document", "amount"]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Aantal", "quantity"),
        ("Stukprijs", "unit_price"),
        ("Prijs excl. btw", "unit_price"),
        ("Inkoopwaarde", "cost"),
        ("Kostprijs", "cost"),
        ("Marge", "margin"),
        ("Artikel", "product"),
        ("Artikelgroep", "product_group"),
        ("Regelnr", "line"),
        ("Valuta", "currency"),
        ("Credit op factuur", "corrects"),
        ("Adviesprijs", "list_price"),
        ("Vertegenwoordiger", "manager"),
        ("Klantnaam", "name"),
        ("Plaats", "city"),
        ("customer_city", "city"),
        ("BTW bedrag", None),
        ("Totaal incl. btw", None),
        ("Totaal", None),
        ("Bruto", None),
        ("Row ID", None),
    ],
)
def test_each_other_column_fills_its_field_or_none(column: str, field: str | None) -> None:
    header = ["klantnummer", "factuurdatum", "bedrag", column]
    fields = find_fields([(1, header)], table=None, asked={})
    assert fields is not None
    found = {**fields.own, **fields.attributes}
    assert [name for name, at in found.items() if at == 3] == ([field] if field else [])


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("klantnr;naam;plaats;accountmanager", "customers"),
        ("klantnr;datum;activiteit;minuten", "activities"),
        ("klantnr;factuurnr;factuurdatum;vervaldatum;betaaldatum;bedrag", "payments"),
        ("klantnr;factuurnr;factuurdatum;vervaldatum;artikel;bedrag", "sales"),
        ("klantnr;contractnr;ingangsdatum;einddatum;bedrag per periode", "contracts"),
        ("klantnr;datum;score;toelichting", "feedback"),
        ("klantnr;naam;factuurdatum;totaal", None),
        ("a;b;c", None),
    ],
)
def test_a_table_is_recognised_by_what_only_it_has(header: str, table: str | None) -> None:
    fields = find_fields([(1, header.split(";"))], table=None, asked={})
    assert (fields and fields.table.name) == table


def test_the_name_of_a_sheet_decides_between_tables_that_fit() -> None:
    header = [(1, ["klantnr", "factuurnr", "factuurdatum", "vervaldatum", "bedrag"])]
    names = {
        hint: find_fields(header, table=None, asked={}, hint=hint).table.name  # type: ignore[union-attr]
        for hint in ("", "Verkopen", "betalingen")
    }
    assert names == {"": "payments", "Verkopen": "sales", "betalingen": "payments"}


def test_a_field_may_be_named_by_any_of_its_words_and_left_out(tmp_path: Path) -> None:
    text = lines("7;2025-01-31;1,50;USD", header="Id;Datum;Bedrag;Valuta")
    _, receipt = take_text(tmp_path, text, mapping={"klantnummer": "Id", "currency": ""})
    assert receipt.mapping == {"customer": "Id", "date": "Datum", "amount": "Bedrag"}
    assert "USD" not in told(receipt)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"customer": "Nummer"}, "There is no column Nummer"),
        ({"klantnummerr": "Id"}, "There is no field klantnummerr"),
        ({}, "customer number in the source is missing. The columns are: Id, Datum, Bedrag"),
    ],
)
def test_a_mapping_that_does_not_fit_says_why(
    tmp_path: Path, mapping: dict[str, str], message: str
) -> None:
    text = lines("7;2025-01-31;1,50", header="Id;Datum;Bedrag")
    with pytest.raises(ImportRefused, match=message):
        take_text(tmp_path, text, dataset="sales", mapping=mapping)


def test_a_file_that_only_names_customers_is_asked_what_it_is(tmp_path: Path) -> None:
    text = lines("7;1;1;285,46", header="customer;quarter;purchase;dollars")
    with pytest.raises(ImportRefused) as refusal:
        take_text(tmp_path, text)
    what, remedy = refusal.value.what, refusal.value.remedy
    assert what.en.startswith("Not recognised: which table this file is of. The columns are: cust")
    assert what.nl.startswith("Niet herkend: van welke tabel dit bestand is. De kolommen zijn: c")
    assert "--as which it is (customers, sales" in remedy.en
    assert "--as welke het is (klanten, verkopen" in remedy.nl


@pytest.mark.parametrize(
    ("header", "column", "said"),
    [
        ("customer;date;quantity;unit price;", "Discount", True),
        ("klantnummer;datum;aantal;stukprijs;", "Kortingspercentage", True),
        ("customer;date;quantity;unit price;", "list price", False),
        ("customer;date;quantity;sales;", "Discount", False),
    ],
)
def test_a_discount_beside_quantity_and_price_is_told_of(
    header: str, column: str, said: bool, tmp_path: Path
) -> None:
    _, receipt = take_text(tmp_path, lines("7;2025-01-31;2;1,50;0,25", header=header + column))
    assert (f"Column {column} does not count" in told(receipt)) is said


def test_tables_have_a_dutch_and_an_english_name() -> None:
    assert table_name("verkopen") == table_name("Sales") == "sales"
    assert table_name("klanten") == "customers"
    with pytest.raises(UserError) as refusal:
        table_name("orders")
    assert "verkopen (sales)" in refusal.value.remedy.nl


def test_every_column_has_its_words_and_no_word_two_columns() -> None:
    assert WORDS.keys() == TABLES.keys() == NEEDED.keys()
    for name, table in TABLES.items():
        assert [column.name for column in table.columns] == list(WORDS[name])
        fields: dict[str, set[str]] = {}
        for column, words in WORDS[name].items():
            for word in words.split(","):
                fields.setdefault(squeeze(word), set()).add(column)
        assert {word: names for word, names in fields.items() if len(names) > 1} == {}
