"""Numbers: what is read is read exactly, what reads two ways is not read."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.ledger.numbers import native_number, read_number, read_numbers, readings

# reliability.md 2a 1-5: the cell, its Dutch value, its English value
CELLS = [
    ("1.234,56", "1234.56", None),
    ("1,234.56", None, "1234.56"),
    ("1 234,56", "1234.56", None),
    ("1\u00a0234,56", "1234.56", None),
    ("1\u202f234,56", "1234.56", None),
    ("1'234.56", None, "1234.56"),
    ("1234,5", "1234.5", None),
    (",5", "0.5", None),
    (".5", None, "0.5"),
    ("5,", None, None),
    ("1.234", "1234", "1.234"),
    ("0.500", None, "0.500"),
    ("12.50", None, "12.50"),
    ("1.250", "1250", "1.250"),
    ("1.234.567", "1234567", None),
    ("1234.567", None, "1234.567"),
    ("1 234", "1234", "1234"),
    ("0 500", None, None),
    ("1.23.456", None, None),
    ("-12,50", "-12.50", None),
    ("12,50-", "-12.50", None),
    ("(12,50)", "-12.50", None),
    ("\u2212 12,50", "-12.50", None),
    ("+12,50", "12.50", None),
    ("€ 12,50", "12.50", None),
    ("€ -12,50", "-12.50", None),
    ("-€ 12,50", "-12.50", None),
    ("12,50 €", "12.50", None),
    ("€ (12,50)", "-12.50", None),
    ("(12,50) €", "-12.50", None),
    ("(€ 12,50)", "-12.50", None),
    ("EUR 12,50", "12.50", None),
    ("-12,50-", None, None),
    ("(-12,50)", None, None),
    ("(12,50", None, None),
    ("12,50 CR", None, None),
    ("15,-", None, None),
    ("$ 12.50", None, None),
    ("--", None, None),
    ("n.v.t.", None, None),
    ("#N/B", None, None),
    ("#DEEL/0!", None, None),
    ("1e5", None, None),
    ("1E+05", None, None),
    ("1_000", None, None),
    ("１２３", None, None),
    ("١٢٣", None, None),
    ("NaN", None, None),
    ("inf", None, None),
    ("-Infinity", None, None),
    ("1e400", None, None),
    ("1e1000000", None, None),
    ("-0", "0", "0"),
    ("007", "7", "7"),
    ("9" * 5000, None, None),
    ("", None, None),
    (".", None, None),
]


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(("cell", "dutch", "english"), CELLS, ids=[c[0][:12] for c in CELLS])
def test_a_cell_has_the_value_of_its_notation_or_none(
    cell: str, dutch: str | None, english: str | None
) -> None:
    assert readings(cell) == (decimal(dutch), decimal(english))


@pytest.mark.parametrize("numbers", ["nl", "en", None])
def test_a_column_reads_as_its_cells_do(numbers: str | None) -> None:
    cells = [cell for cell, _, _ in CELLS if len(cell) < 100]
    column = read_numbers(pa.array(cells), numbers)
    assert column.to_pylist() == [read_number(cell, numbers) for cell in cells]


def test_without_a_notation_only_agreed_values_are_read() -> None:
    assert read_number("1234", None) == 1234
    assert read_number("1.234", None) is None
    assert read_number("12,50", None) is None


def test_too_many_digits_are_not_read_by_the_column() -> None:
    cells = pa.array(["1" * 19, "0," + "1" * 11, "1" * 18])
    assert read_numbers(cells, "nl").to_pylist() == [None, None, Decimal("1" * 18)]


AMOUNTS = st.decimals(
    min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=2, allow_nan=False
)
SPACE = st.sampled_from(["", " ", "\u00a0", "\u202f"])


@st.composite
def written(draw: st.DrawFn, amount: Decimal, numbers: str) -> str:
    """The amount as somebody may write it in one notation."""
    point, group = (",", ".") if numbers == "nl" else (".", ",")
    group = draw(st.sampled_from(["", group, " ", "\u00a0", "\u202f", "'"]))
    text = f"{abs(amount):,.2f}".replace(",", "g").replace(".", point).replace("g", group)
    euro = draw(st.sampled_from(["", "€", "€ ", "EUR "]))
    form = draw(st.sampled_from(["{m}{e}{t}", "{e}{m}{t}", "{e}{t}{m}", "({e}{t})"]))
    if amount >= 0:
        form = "{e}{t}"
    return form.format(m=draw(st.sampled_from("-\u2212")), e=euro, t=text)


@settings(max_examples=2000)
@given(st.data(), AMOUNTS, st.sampled_from(["nl", "en"]))
def test_whatever_is_written_is_read_back(
    data: st.DataObject, amount: Decimal, numbers: str
) -> None:
    text = data.draw(written(amount, numbers))
    assert read_number(text, numbers) == amount
    assert read_numbers(pa.array([text]), numbers).to_pylist() == [amount]
    assert read_number(text, "en" if numbers == "nl" else "nl") in (None, amount)


@settings(max_examples=2000)
@given(st.text("0123456789.,-+ ()'€eEnN_%\u00a0\u2212٣", max_size=14))
def test_a_column_never_reads_what_a_cell_does_not(text: str) -> None:
    for numbers in ("nl", "en", None):
        value = read_number(text, numbers)
        assert read_numbers(pa.array([text]), numbers).to_pylist() == [value]
        assert value is None or value.is_finite()


def test_a_typed_number_is_in_plain_notation_and_nothing_else() -> None:
    assert native_number("-12.5") == Decimal("-12.5")
    assert native_number("0.333333333333333") == Decimal("0.3333333333")
    assert native_number("1.2E+19") is None
    assert native_number("NAN") is None
