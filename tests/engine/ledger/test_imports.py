"""Imports: every row and cent accounted for; reliability.md 2a 2, 4, 6, 10-16."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.columns import Column
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.imports import (
    rejects_table,
)
from kernklant.engine.ledger.tables import TABLES
from tests.engine.ledger.files import (
    HEADER,
    amounts,
    csv_file,
    home,
    lines,
    numbers_of,
    reasons,
    stored,
    take,
    take_text,
    told,
)


def days(*cells: str) -> str:
    return lines(*(f"1;{cell};1,50" for cell in cells))


# -- formats are proven or asked


@pytest.mark.parametrize(
    ("text", "message", "flag"),
    [
        (amounts("1.234", "5"), r"bedrag: 1\.234 can be read in two ways .nl: 1234", "--numbers"),
        (amounts("1,234"), "two ways", "--numbers"),
        (amounts("1.234,50", "1,234.50"), "contradict", "--numbers"),
        (days("03-04-2025", "05-06-2025"), "03-04-2025 can be read in two ways", "--dates"),
        (days("13-04-2025", "04/13/2025"), "contradict", "--dates"),
    ],
)  # fmt: skip
def test_doubt_is_asked_with_the_flag_to_give(
    tmp_path: Path, text: str, message: str, flag: str
) -> None:
    with pytest.raises(ImportRefused, match=message) as refusal:
        take_text(tmp_path, text)
    assert flag in refusal.value.remedy.en
    assert flag in refusal.value.remedy.nl


def test_every_doubt_is_told_at_once(tmp_path: Path) -> None:
    text = lines("1;03-04-2025;1.234;EUR", "1;03-04-2025;5;USD", header=HEADER + ";valuta")
    with pytest.raises(ImportRefused) as refusal:
        take_text(tmp_path, text)
    told_nl = refusal.value.to("nl")
    assert all(word in told_nl for word in ("1.234", "03-04-2025", "EUR, USD"))
    assert all(word in told_nl for word in ("--numbers", "--dates", "naar één munt"))


@pytest.mark.parametrize(
    ("cells", "numbers", "amount"),
    [
        (["1.234", "0,5"], "nl", "1234.50"),
        (["1.234", "1.234.567"], "nl", "1235801.00"),
        (["1,234", "0.5"], "en", "1234.50"),
        (["12,50"], "nl", "12.50"),
        (["12.5000"], "en", "12.50"),
        (["12", "1 234"], None, "1246.00"),
    ],
)
def test_one_cell_that_reads_one_way_proves_the_column(
    tmp_path: Path, cells: list[str], numbers: str | None, amount: str
) -> None:
    _, receipt = take_text(tmp_path, amounts(*cells))
    assert (receipt.numbers, receipt.amount_accepted) == (numbers, Decimal(amount))


def test_a_proof_on_the_last_of_many_rows_counts(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, amounts(*["1.234"] * 40_000, "0,5"))
    assert (receipt.numbers, receipt.amount_accepted) == ("nl", Decimal("49360000.50"))


def test_a_value_that_does_not_fit_the_rows_before_it_is_not_changed(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;artikel"
    rows = [f"{row};2025-01-31;5;{row}" for row in range(30_000)]
    text = lines(*rows, "0012;2025-01-01 10:00;12.75;0012", header=header)
    store, receipt = take_text(tmp_path, text)
    assert receipt.rows_accepted == 30_001
    assert (date(2025, 1, 1), Decimal("12.75"), "0012") in stored(
        store, "date", "amount", "product"
    )
    assert "0012" in numbers_of(store)


def test_a_declared_format_refuses_what_differs_row_by_row(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, amounts("1.234", "1,5", "12.50"), numbers="nl")
    assert (receipt.amount_accepted, receipt.rows_rejected) == (Decimal("1235.50"), 1)


def test_a_declared_order_refuses_what_differs_row_by_row(tmp_path: Path) -> None:
    store, receipt = take_text(tmp_path, days("03-04-2025", "13-04-2025"), dates="mdy")
    assert receipt.rows_rejected == 1
    assert stored(store, "date") == [(date(2025, 3, 4),)]


@pytest.mark.parametrize(
    "cell",
    [
        "１２,５０",
        "1_000",
        "1e5",
        "NaN",
        "inf",
        "1e1000000",
        "--",
        "n.v.t.",
        "#N/B",
        "12,50 CR",
        "$ 5",
    ],
)
def test_what_is_no_amount_refuses_its_row_with_its_value(tmp_path: Path, cell: str) -> None:
    store, receipt = take_text(tmp_path, amounts("1,50", cell))
    assert (receipt.rows_accepted, receipt.rows_rejected) == (1, 1)
    row = rejects_table(store, 1).to_pylist()[0]
    assert (row["file_row"], row["column"], row["value"]) == (3, "bedrag", cell)
    assert row["reason_nl"]
    assert row["reason_en"]
    assert receipt.amount_file == Decimal("1.50")
    assert "does not count in the amounts: 1." in told(receipt)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("31-02-2025", "there is no such day"),
        ("29-02-2023", "there is no such day"),
        ("00-00-0000", "there is no such day"),
        ("1899-12-30", "the date lies before 1970"),
        ("9999-12-31", "the date lies more than a year ahead"),
        ("03-04-25", "the year has two digits; write all four"),
        ("45000", "this is not a date"),
        ("", "invoice date is missing"),
    ],
)
def test_what_is_no_day_refuses_its_row_with_the_reason(
    tmp_path: Path, day: str, reason: str
) -> None:
    _, receipt = take_text(tmp_path, days("2025-01-31", day))
    assert reasons(receipt) == [reason]


def test_a_date_may_lie_a_year_ahead_and_no_more(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    _, receipt = take_text(
        tmp_path, days(*(str(today + timedelta(days=ahead)) for ahead in (366, 368)))
    )
    assert (receipt.rows_accepted, receipt.rows_rejected) == (1, 1)


# -- money


def test_three_decimals_are_refused_without_a_quantity(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, amounts("12.50", "1.250", "3.14159", "2.5000"))
    assert reasons(receipt) == ["an amount has at most two decimals"]
    assert (receipt.rows_rejected, receipt.amount_accepted) == (2, Decimal("15.00"))


def test_with_a_quantity_they_are_rounded_half_up_and_told(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;aantal"
    rows = ["1;2025-01-31;0.125;2", "1;2025-01-31;-0.125;2", "1;2025-01-31;1.004;1"]
    store, receipt = take_text(tmp_path, lines(*rows, header=header))
    assert sorted(stored(store, "amount")) == sorted(
        (Decimal(a),) for a in ("0.13", "-0.13", "1.00")
    )
    assert "more than two decimals, rounded per line: 3" in told(receipt)
    assert "-0.004 euro difference" in told(receipt)


def test_an_amount_follows_from_quantity_and_price(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;aantal;stukprijs"
    rows = ["1;2025-01-31;3;1,005", "1;2025-01-31;-2;10,00", "1;2025-01-31;;10,00"]
    store, receipt = take_text(tmp_path, lines(*rows, header=header))
    assert stored(store, "amount") == [(Decimal("-20.00"),), (Decimal("3.02"),)]
    assert reasons(receipt) == ["quantity is missing"]


def test_cost_follows_from_margin(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;marge"
    text = lines("1;2025-01-31;100,00;30,50", "1;2025-01-31;50,00;", header=header)
    store, _ = take_text(tmp_path, text)
    assert stored(store, "amount", "cost") == [
        (Decimal("100.00"), Decimal("69.50")),
        (Decimal("50.00"), None),
    ]


@pytest.mark.parametrize("amount", ["0,00", "1000000000000,00", "-999,99"])
def test_odd_amounts_are_amounts(tmp_path: Path, amount: str) -> None:
    assert take_text(tmp_path, amounts(amount))[1].rows_accepted == 1


def test_an_amount_beyond_what_we_hold_is_refused(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, amounts("1,50", "1" * 17 + ",00"))
    assert reasons(receipt) == ["this number has too many digits"]


def test_an_amount_that_includes_vat_is_taken_only_when_asked(tmp_path: Path) -> None:
    text = lines("1;2025-01-31;12,10", header="klantnummer;factuurdatum;Bedrag incl. btw")
    with pytest.raises(ImportRefused, match="amount excluding VAT is missing") as refusal:
        take_text(tmp_path, text)
    assert "--map amount='Bedrag incl. btw'" in refusal.value.remedy.en
    _, receipt = take_text(tmp_path, text, mapping={"amount": "Bedrag incl. btw"})
    assert "includes VAT" in told(receipt)


@pytest.mark.parametrize(
    ("currencies", "outcome"),
    [
        (["EUR", "€", "euro", "", "EUr"], ""),
        (["USD", "USD"], "amounts are in USD"),
        (["EUR", "USD"], None),
        (["USD", ""], None),
        (["dollars", "dollars"], None),
    ],
)
def test_currencies_are_one_or_refused(
    tmp_path: Path, currencies: list[str], outcome: str | None
) -> None:
    header = "klantnummer;factuurdatum;bedrag;valuta"
    text = lines(*(f"1;2025-01-31;5;{currency}" for currency in currencies), header=header)
    if outcome is None:
        with pytest.raises(ImportRefused, match="several or unknown currencies"):
            take_text(tmp_path, text)
    else:
        assert outcome in told(take_text(tmp_path, text)[1])


# -- customers


@pytest.mark.parametrize("number", ["000123", "12345678901234567890", "1E5", "1E+05", "a b", "é"])
def test_a_customer_number_is_text_and_stays_exact(tmp_path: Path, number: str) -> None:
    store, _ = take_text(tmp_path, lines(f"{number};2025-01-31;1,50"))
    assert numbers_of(store) == [number]


@pytest.mark.parametrize("number", ["", "  ", "NULL"])
def test_a_row_without_customer_is_refused_and_its_amount_counts(
    tmp_path: Path, number: str
) -> None:
    _, receipt = take_text(tmp_path, lines(f"{number};2025-01-31;1,50", "1;2025-01-31;2,50"))
    assert reasons(receipt) == ["customer number in the source is missing"]
    assert (receipt.amount_file, receipt.amount_rejected) == (Decimal("4.00"), Decimal("1.50"))


def test_letters_composed_or_not_make_one_customer_and_invisible_signs_none(
    tmp_path: Path,
) -> None:
    rows = ["Zoe\u0308", "Zo\u00eb", " Zo\u00eb ", "Zo\u200d\u00eb", "ZO\u00cb"]
    store, receipt = take_text(tmp_path, lines(*(f"{row};2025-01-31;1,50" for row in rows)))
    assert numbers_of(store) == ["ZO\u00cb", "Zo\u00eb"]
    assert reasons(receipt) == ["the customer number holds an invisible sign"]


def test_the_newest_known_value_of_each_column_holds(tmp_path: Path) -> None:
    store = home(tmp_path)
    header = "klantnr;naam;plaats;geldig vanaf"
    texts = ("1;Oud;Ede;2024-01-01", "1;;Epe;2025-01-01", "1;Nieuw;;2024-06-01")
    for text in texts:
        take(store, csv_file(tmp_path, lines(text, header=header)))
    row = current_customers(store.snapshot()).to_pylist()[0]
    assert (row["source_no"], row["name"], row["city"]) == ("1", "Nieuw", "Epe")


def test_what_holds_from_a_later_day_does_not_count_yet(tmp_path: Path) -> None:
    later = datetime.now(UTC).year + 2
    rows = ["1;Een;Jan;2025-01-01", f"1;Een;Piet;{later}-01-01", f"2;Twee;Piet;{later}-01-01"]
    text = lines(*rows, header="klantnr;naam;accountmanager;geldig vanaf")
    store, _ = take_text(tmp_path, text)
    known = current_customers(store.snapshot()).select(["source_no", "name", "manager"]).to_pylist()
    assert known == [
        {"source_no": "1", "name": "Een", "manager": "Jan"},
        {"source_no": "2", "name": None, "manager": None},
    ]


def test_sales_tell_of_their_customers_too(tmp_path: Path) -> None:
    header = "klantnummer;klantnaam;plaats;factuurdatum;bedrag"
    rows = ["1;Bakker;Ede;2025-01-02;1,50", "1;Bakker;Epe;2025-01-31;1,50", "2;;;2025-01-31;1,50"]
    store, receipt = take_text(tmp_path, lines(*rows, header=header))
    assert (receipt.dataset, receipt.customers_new) == ("sales", 2)
    known = current_customers(store.snapshot()).select(["source_no", "name", "city"]).to_pylist()
    assert known == [
        {"source_no": "1", "name": "Bakker", "city": "Epe"},
        {"source_no": "2", "name": None, "city": None},
    ]


def test_mothers_and_referrers_are_customers_by_number(tmp_path: Path) -> None:
    header = "klantnr;naam;moeder;aangebracht door"
    store, receipt = take_text(
        tmp_path, lines("1;A;9;", "2;B;;1", "3;C;3;", "9;Groep;;", header=header)
    )
    assert reasons(receipt) == ["the customer is its own mother or referrer"]
    assert (receipt.rows_accepted, receipt.customers_new) == (3, 3)
    rows = {row["source_no"]: row for row in current_customers(store.snapshot()).to_pylist()}
    assert rows["1"]["group_customer"] == rows["9"]["customer"]
    assert rows["2"]["referred_by"] == rows["1"]["customer"]


# -- what a table can do without

VALUES = {
    "text": "us",
    "customer": "7",
    "date": "2025-03-31",
    "money": "12.50",
    "number": "3.5",
    "whole": "2",
}


def cell(column: Column) -> str:
    """Something that the column takes."""
    return next(iter(column.words), VALUES[column.kind])


@pytest.mark.parametrize("table", TABLES)
def test_a_file_of_required_columns_alone_is_taken_in(tmp_path: Path, table: str) -> None:
    required = [column for column in TABLES[table].columns if column.required]
    cells = [cell(column) for column in required]
    text = ";".join(column.name for column in required) + "\n" + ";".join(cells) + "\n"
    store, receipt = take_text(tmp_path, text, dataset=table)
    assert (receipt.rows_accepted, receipt.rows_rejected) == (1, 0), receipt.reasons
    assert store.snapshot().table(table).num_rows == 1


@pytest.mark.parametrize("table", ["ratings", "wallets", "flags"])
def test_names_beside_rows_without_a_day_are_kept(tmp_path: Path, table: str) -> None:
    required = [column for column in TABLES[table].columns if column.required]
    cells = [cell(column) for column in required]
    head = ";".join([*(column.name for column in required), "klantnaam"])
    store, _ = take_text(tmp_path, head + "\n" + ";".join([*cells, "De Bakker"]), dataset=table)
    assert current_customers(store.snapshot())["name"].to_pylist() == ["De Bakker"]


@pytest.mark.parametrize(
    ("table", "header", "cell", "reason"),
    [
        ("ratings", "klantnummer;criterium;cijfer", "7;past bij ons;7", "not between 0 and 4"),
        ("ratings", "klantnummer;criterium;cijfer", "7;past bij ons;-1", "not between 0 and 4"),
        ("wallets", "klantnummer;besteding;bij wie", "7;-10;wij", "less than 0"),
        ("wallets", "klantnummer;besteding;bij wie", "7;10;Jansen BV", "choose from wij, ons"),
        ("flags", "klantnummer;vlag", "7;D", "choose from a, b, c, exit"),
    ],
)
def test_what_a_column_does_not_take_is_refused_when_it_comes_in(
    tmp_path: Path, table: str, header: str, cell: str, reason: str
) -> None:
    _, receipt = take_text(tmp_path, f"{header}\n{cell}\n", dataset=table)
    assert (receipt.rows_accepted, receipt.rows_rejected) == (0, 1)
    assert reason in receipt.reasons[0][0].en


@pytest.mark.parametrize("word", ["Ons", "CONCURRENT", "own"])
def test_words_are_taken_in_any_letters(tmp_path: Path, word: str) -> None:
    content = f"klantnummer;besteding;bij wie\n7;10;{word}\n"
    _, receipt = take_text(tmp_path, content, dataset="wallets")
    assert receipt.rows_accepted == 1
