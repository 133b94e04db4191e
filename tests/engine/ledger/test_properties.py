"""For any facts: no value changes unsaid, and no shape of a file makes other facts of them."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.ledger.imports import rejects_table
from kernklant.engine.store import Store
from tests.engine.ledger.files import contents, csv_file, home, stored, take, xlsx_file

HEADER = ["klantnummer", "factuurdatum", "bedrag", "artikel"]
Fact = tuple[str, date, Decimal, str]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf", "Zs"]),
    min_size=1,
    max_size=12,
).filter(lambda text: unicodedata.normalize("NFC", text).strip() == text and text[0] != "'")
FACT = st.tuples(
    TEXT.filter(lambda text: text not in ("NULL", "null", r"\N")),
    st.dates(date(1970, 1, 1), date(2025, 12, 31)),
    st.decimals(Decimal("-1e6"), Decimal("1e6"), places=2),
    TEXT,
)
FACTS = st.lists(FACT, min_size=1, max_size=8)


def dutch(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", "g").replace(".", ",").replace("g", ".")


def as_csv(folder: Path, facts: Sequence[Fact], name: str = "a.csv") -> Path:
    handle = io.StringIO()
    writer = csv.writer(handle, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows([c, day.strftime("%d-%m-%Y"), dutch(a), p] for c, day, a, p in facts)
    return csv_file(folder, handle.getvalue(), name)


def as_xlsx(folder: Path, facts: Sequence[Fact]) -> Path:
    rows = [[c, day, float(amount), p] for c, day, amount, p in facts]
    return xlsx_file(folder, [HEADER, *rows], "b.xlsx")


def as_parquet(folder: Path, facts: Sequence[Fact]) -> Path:
    columns: list[list[Any]] = [list(column) for column in zip(*facts, strict=True)]
    columns[2] = [float(amount) for amount in columns[2]]
    pq.write_table(pa.table(columns, names=HEADER), folder / "c.parquet")
    return folder / "c.parquet"


def found(store: Store) -> Counter[tuple[Any, ...]]:
    numbers = dict(stored(store, "customer", "source_no", table="customers"))
    rows = stored(store, "customer", "date", "amount", "product")
    return Counter((numbers[c], day, amount, product) for c, day, amount, product in rows)


@pytest.mark.parametrize("shape", [as_csv, as_xlsx, as_parquet])
@settings(max_examples=40)
@given(FACTS)
def test_every_fact_comes_in_exactly_whatever_the_format(shape: Any, facts: list[Fact]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = home(folder)
        take(store, shape(folder, facts), dates="dmy", numbers="nl")
        assert found(store) == Counter(facts)


@settings(max_examples=25)
@given(st.data(), FACTS)
def test_splits_overlaps_orders_and_formats_give_the_same_facts(
    data: st.DataObject, facts: list[Fact]
) -> None:
    whole = Counter(facts)
    order = data.draw(st.permutations(facts))
    cut = data.draw(st.integers(0, len(facts)))
    with tempfile.TemporaryDirectory() as name:
        one, two = Path(name) / "1", Path(name) / "2"
        one.mkdir(), two.mkdir()
        first, second = home(one), home(two)
        take(first, as_csv(one, facts), dates="dmy", numbers="nl")
        for part in (order[:cut], order):
            if part:
                take(second, as_parquet(two, part), dates="dmy", numbers="nl")
        assert contents(first) == contents(second)
        assert found(second) == whole
        again = take(second, as_xlsx(two, order), dates="dmy", numbers="nl")
        assert (again.rows_accepted, again.rows_known) == (0, len(facts))


CELL = st.one_of(
    st.text("0123456789.,-+ ()'€eE%\u00a0", max_size=10),
    st.sampled_from(["NaN", "1e5", "n.v.t.", "12,50 CR", "#N/B", "１２", "1_0"]),
    st.decimals(Decimal(-(10**6)), Decimal(10**6), places=2).map(dutch),
)


@settings(max_examples=60)
@given(st.lists(CELL, min_size=1, max_size=12))
def test_every_cell_is_stored_with_its_value_or_refused_with_its_row(cells: list[str]) -> None:
    rows = [["1", "2025-01-31", cell, str(at)] for at, cell in enumerate(cells)]
    handle = io.StringIO()
    csv.writer(handle, delimiter=";").writerows([HEADER, *rows])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = home(folder)
        receipt = take(store, csv_file(folder, handle.getvalue()), numbers="nl")
        kept = dict(stored(store, "product", "amount"))
        refused = {row["artikel"] for row in rejects_table(store, 1).to_pylist()}
    assert kept.keys() | refused == {str(at) for at in range(len(cells))}
    assert not kept.keys() & refused
    for at, amount in kept.items():
        assert dutch(abs(amount)).replace(".", "").rstrip("0").rstrip(",") in plain(cells[int(at)])
    assert receipt.amount_file == sum(kept.values(), Decimal(0))


def plain(cell: str) -> str:
    """The digits and the comma of a cell, as a number would be written without groups."""
    digits = "".join(sign for sign in cell if sign in "0123456789,")
    whole, comma, rest = digits.partition(",")
    return (whole.lstrip("0") or "0") + comma + rest
