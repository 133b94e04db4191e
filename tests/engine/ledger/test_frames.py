"""Frames: the same reading and the same refusals as files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kernklant.engine.errors import ImportRefused
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.frames import from_frames
from tests.engine.ledger.files import contents, csv_file, home, lines, stored, take

SALES = pa.table(
    {
        "customer_id": [1, 2, 1],
        "date": [date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 2)],
        "amount": [1.5, 2.5, -0.5],
    }
)
CUSTOMERS = pa.table({"klantnr": ["1", "3"], "naam": ["Bakker", "Smid"]})


@pytest.mark.parametrize(
    "frame",
    [
        SALES,
        SALES.to_batches()[0],
        SALES.to_reader(),
        pl.from_arrow(SALES),
        SALES.to_pandas(),
        pd.DataFrame({"customer_id": [1, 2, 1], "date": pd.to_datetime(SALES["date"].to_pylist()),
                      "amount": [1.5, 2.5, -0.5]}),
        duckdb.arrow(SALES) if hasattr(duckdb, "arrow") else duckdb.connect().from_arrow(SALES),
    ],
    ids=["table", "batch", "reader", "polars", "pandas", "pandas days", "duckdb"],
)  # fmt: skip
def test_anything_with_an_arrow_interface_will_do(frame: object) -> None:
    store = from_frames(frame)
    assert stored(store, "date", "amount") == [
        (date(2025, 1, 31), Decimal("1.50")),
        (date(2025, 2, 1), Decimal("2.50")),
        (date(2025, 2, 2), Decimal("-0.50")),
    ]


def test_customers_of_both_frames_are_known_by_their_numbers() -> None:
    known = current_customers(from_frames(SALES, CUSTOMERS).snapshot())
    names = dict(zip(known["source_no"].to_pylist(), known["name"].to_pylist(), strict=True))
    assert names == {"1": "Bakker", "2": None, "3": "Smid"}


def test_columns_may_be_named_for_the_frame_that_has_them() -> None:
    sales = SALES.rename_columns(["wie", "date", "amount"])
    store = from_frames(sales, CUSTOMERS, mapping={"customer": "wie"})
    assert len(stored(store, "amount")) == 3


def test_a_bad_row_refuses_the_frame_with_its_reason() -> None:
    sales = SALES.set_column(2, "amount", pa.array(["1,50", "x", "2,5"]))
    with pytest.raises(ImportRefused, match="1 rows of sales cannot be read: 1 x this is not a"):
        from_frames(sales)


def test_doubt_is_asked_as_in_files() -> None:
    with pytest.raises(ImportRefused, match="two ways"):
        from_frames(SALES.set_column(2, "amount", pa.array(["1.234"] * 3)))


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ImportRefused, match="no Arrow interface"):
        from_frames([1, 2, 3])


def test_one_line_number_with_two_contents_is_refused() -> None:
    numbered = SALES.append_column("invoice", pa.array(["F1"] * 3))
    numbered = numbered.append_column("line", pa.array([1, 1, 2]))
    with pytest.raises(ImportRefused, match="same line stands there with other content"):
        from_frames(numbered)


def test_a_frame_has_the_keys_of_the_file_with_the_same_facts(tmp_path: Path) -> None:
    store = home(tmp_path)
    rows = ("1;2025-01-31;1,50", "2;2025-02-01;2,50", "1;2025-02-02;-0,50")
    take(store, csv_file(tmp_path, lines(*rows)), source="frame")
    assert contents(store) == contents(from_frames(SALES))


def test_a_table_that_does_not_exist_is_refused_with_the_ones_that_do() -> None:
    with pytest.raises(ImportRefused) as refused:
        from_frames(SALES, raatings=SALES)
    assert "raatings" in refused.value.what.en
    assert "ratings" in refused.value.remedy.en
