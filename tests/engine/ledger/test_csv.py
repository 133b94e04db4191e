"""CSV as the world writes it: reliability.md 2a 7-9, and every encoding."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kernklant.engine.errors import ImportRefused
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
)

ROW = "1;2025-01-31;12,50"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", "~"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = lines("1;2025-01-31;12.50", "2;2025-02-01;3.10").replace(";", delimiter)
    store, receipt = take_text(tmp_path, text)
    assert receipt.amount_accepted == Decimal("15.60")
    assert numbers_of(store) == ["1", "2"]


def test_a_decimal_comma_does_not_make_a_delimiter(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, lines(ROW, "2;2025-02-01;3,10"))
    assert (receipt.numbers, receipt.amount_file) == ("nl", Decimal("15.60"))


def test_the_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, "sep=!\n" + lines(ROW).replace(";", "!"))
    assert receipt.rows_accepted == 1


def test_delimiters_quotes_and_newlines_may_stand_in_quotes(tmp_path: Path) -> None:
    text = lines(
        '1;2025-01-31;"12,50";"a;b ""c""\nd"', header="klantnummer;factuurdatum;bedrag;artikel"
    )
    store, _ = take_text(tmp_path, text)
    assert stored(store, "product") == [('a;b "c"\nd',)]


def test_a_quote_within_a_cell_is_a_quote(tmp_path: Path) -> None:
    text = lines('1;2025-01-31;12,50;5" pijp', header="klantnummer;factuurdatum;bedrag;artikel")
    store, _ = take_text(tmp_path, text)
    assert stored(store, "product") == [('5" pijp',)]


def test_a_quote_that_never_ends_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="From line 3 on"):
        take_text(tmp_path, lines(ROW, '2;2025-02-01;"3,10', "3;2025-02-02;4,00"))


def test_a_cell_of_200_000_signs_is_read_and_one_of_two_megabytes_is_not(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;artikel"
    store, _ = take_text(tmp_path, lines(f"1;2025-01-31;12,50;{'x' * 200_000}", header=header))
    assert len(stored(store, "product")[0][0]) == 200_000
    with pytest.raises(ImportRefused, match="megabyte"):
        take(store, csv_file(tmp_path, lines(f"1;2025-01-31;1,5;{'x' * 2**21}", header=header)))


def test_rows_with_too_few_or_too_many_cells_are_refused_one_by_one(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, lines(ROW, "2;2025-02-01", "3;2025-02-01;1,00;x", f"{ROW};"))
    assert (receipt.rows_accepted, receipt.rows_rejected) == (2, 2)
    assert reasons(receipt) == [
        "the row has fewer cells than the header",
        "the row has more cells than the header",
    ]
    assert "does not count in the amounts: 2." in told(receipt)


def test_a_nul_refuses_its_row(tmp_path: Path) -> None:
    header = "klantnummer;factuurdatum;bedrag;artikel"
    text = lines("1;2025-01-31;12,50;a\0b", "2;2025-01-31;12,50;ab", header=header)
    _, receipt = take_text(tmp_path, text)
    assert reasons(receipt) == ["the cell holds a NUL"]
    assert receipt.rows_accepted == 1


def test_a_header_that_stands_twice_is_refused_as_a_row(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, lines(ROW, "klantnummer;factuurdatum;bedrag", ROW))
    assert reasons(receipt) == ["the header stands here again"]
    assert "does not count" not in told(receipt)


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, lines(ROW, "", ";;", ROW))
    assert receipt.rows_file == 2


def test_a_title_above_the_header_is_left_out_and_said(tmp_path: Path) -> None:
    _, receipt = take_text(tmp_path, "Omzet 2025\n\n" + lines(ROW))
    assert receipt.rows_accepted == 1
    assert "The header stands in row 3" in told(receipt)


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_any_line_end_will_do(tmp_path: Path, line_end: str) -> None:
    _, receipt = take_text(tmp_path, lines(ROW, ROW).replace("\n", line_end))
    assert receipt.rows_accepted == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"1;2025-01-31;12,50\n2;2025-02-01;3,10\n", "no header"),
        (b"foo;bar\n1;2\n", "columns are: foo, bar"),
        (b"klantnummer\n1\n", "which table"),
        (b"klantnummer;factuurdatum\n1;2025-01-31\n", "missing"),
        (b"<html><table><tr><td>klant</td></tr></table>", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.7", "PDF"),
    ],
    ids=[
        "nothing",
        "mark",
        "blank",
        "no header",
        "foreign",
        "one",
        "two",
        "html",
        "xml",
        "gzip",
        "pdf",
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(ImportRefused, match=message) as refusal:
        take_text(tmp_path, content)
    assert refusal.value.remedy.nl
    assert refusal.value.remedy.en


def test_only_a_header_is_an_import_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no rows"):
        take_text(tmp_path, lines())


def test_five_thousand_columns_and_hostile_names_are_just_columns(tmp_path: Path) -> None:
    extra = ["__class__", '"; drop table sales; --"', "x" * 10_000, '"a\nb"']
    extra += [f"c{number}" for number in range(5000)]
    header = ";".join(["klantnummer;factuurdatum;bedrag", *extra])
    _, receipt = take_text(tmp_path, lines(ROW + ";" * len(extra), header=header))
    assert receipt.rows_accepted == 1


def test_a_used_column_that_stands_twice_is_refused_an_unused_one_is_not(tmp_path: Path) -> None:
    text = lines("1;2025-01-31;1,50;2,50", header="klantnummer;factuurdatum;bedrag;bedrag")
    with pytest.raises(ImportRefused, match="bedrag stands there twice"):
        take_text(tmp_path, text)
    text = lines("1;2025-01-31;1,50;x;y", header="klantnummer;factuurdatum;bedrag;foo;foo")
    assert take_text(tmp_path, text)[1].rows_accepted == 1


NAMES = ["Zoë", "Curaçao", "Öztürk", "Müller", "Café 't Hoekje", "€uro", "Peña", "Škoda"]
PEOPLE = lines(
    *(f"{number};{name};Plaats" for number, name in enumerate(NAMES)), header="klantnr;naam;plaats"
)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso8859-15"],
)
def test_every_common_encoding_keeps_every_letter(tmp_path: Path, encoding: str) -> None:
    store, receipt = take_text(tmp_path, PEOPLE.encode(encoding))
    assert sorted(name for (name,) in stored(store, "name", table="customers")) == sorted(NAMES)
    quiet = encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")
    assert ("was read as" in told(receipt)) is not quiet


def test_a_line_in_another_encoding_is_refused_the_rest_is_not(tmp_path: Path) -> None:
    good = lines("1;Zoë;a", "2;Anaïs;b", header="klantnr;naam;plaats").encode()
    store, receipt = take_text(tmp_path, good + "3;Chloé;c\n".encode("cp1252"))
    assert [name for (name,) in stored(store, "name", table="customers")] == ["Anaïs", "Zoë"]
    assert reasons(receipt) == ["the row is in another encoding than the rest of the file"]


def test_text_that_was_encoded_twice_is_noticed(tmp_path: Path) -> None:
    text = lines("1;CafÃ© Hoek;x", "2;SÃO;y", header="klantnr;naam;plaats")
    assert "look encoded twice (CafÃ© for Café): 1." in told(take_text(tmp_path, text)[1])


def test_a_row_separator_of_unicode_stays_in_its_name(tmp_path: Path) -> None:
    store, _ = take_text(tmp_path, lines("1;a\u2028b\u202e;x", header="klantnr;naam;plaats"))
    assert stored(store, "name", table="customers") == [("a\u2028b\u202e",)]


def test_a_file_cut_off_within_a_letter_is_refused_or_its_row_is(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="breaks off"):
        take_text(tmp_path, PEOPLE.encode("utf-16")[:-3])


def test_a_csv_under_any_name_is_a_csv(tmp_path: Path) -> None:
    names = ("f.xlsx", "f.xls", "a\r\nb.csv", "<img src=x>.csv", "exe\u202evsc.csv")
    for number, name in enumerate(names):
        path = csv_file(tmp_path, lines(ROW), name)
        receipt = take(home(tmp_path / str(number)), path)
        assert (receipt.file_name, receipt.rows_accepted) == (name, 1)
