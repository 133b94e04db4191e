"""Parquet: typed columns are exact, text columns are proven like any text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernklant.engine.errors import ImportRefused
from tests.engine.ledger.files import home, numbers_of, reasons, stored, take

DAY = date(2025, 1, 31)


def parquet_file(folder: Path, **columns: Any) -> Path:
    whole = {"customer": ["1"], "date": [DAY], "amount": [5]} | columns
    pq.write_table(pa.table(whole), folder / "f.parquet")
    return folder / "f.parquet"


@pytest.mark.parametrize(
    ("amounts", "amount"),
    [
        (pa.array([5], pa.int32()), "5"),
        (pa.array([2.55]), "2.55"),
        (pa.array([2.55], pa.float32()), "2.55"),
        (pa.array([Decimal("12.500")], pa.decimal128(10, 3)), "12.50"),
        (pa.array(["12,50"]), "12.50"),
        (pa.array(["12,50"], pa.large_string()), "12.50"),
        (pa.array(["12,50"]).dictionary_encode(), "12.50"),
    ],
)
def test_every_type_of_amount_is_exact(tmp_path: Path, amounts: pa.Array, amount: str) -> None:
    store = home(tmp_path)
    take(store, parquet_file(tmp_path, amount=amounts))
    assert stored(store, "amount") == [(Decimal(amount),)]


@pytest.mark.parametrize(
    "days",
    [
        pa.array([DAY]),
        pa.array([datetime(2025, 1, 31, 23, 59)]),  # noqa: DTZ001 - wall time
        pa.array([datetime(2025, 1, 31, 23, 59, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
        pa.array(["31-01-2025"]),
        pa.array(["2025-01-31T10:00:00Z"]),
    ],
)
def test_every_type_of_day_is_the_calendar_day_as_written(tmp_path: Path, days: pa.Array) -> None:
    store = home(tmp_path)
    take(store, parquet_file(tmp_path, date=days))
    assert stored(store, "date") == [(DAY,)]


@pytest.mark.parametrize(
    ("customers", "number"),
    [
        (pa.array(["000123"]), "000123"),
        (pa.array(["1E5"]), "1E5"),
        (pa.array([5.0]), "5"),
        (pa.array([2**60]), str(2**60)),
        (pa.array([Decimal("12345678901234567890")], pa.decimal128(20, 0)), "12345678901234567890"),
    ],
)
def test_every_type_of_customer_number_is_exact(
    tmp_path: Path, customers: pa.Array, number: str
) -> None:
    store = home(tmp_path)
    take(store, parquet_file(tmp_path, customer=customers))
    assert numbers_of(store) == [number]


def test_floats_that_are_no_numbers_refuse_their_rows(tmp_path: Path) -> None:
    columns = {"customer": ["1"] * 4, "date": [DAY] * 4}
    amounts = np.array([np.nan, np.inf, -np.inf, 1.5])
    receipt = take(home(tmp_path), parquet_file(tmp_path, amount=amounts, **columns))
    assert (receipt.rows_accepted, reasons(receipt)) == (1, ["this is not a number"])


def test_nested_columns_are_left_alone(tmp_path: Path) -> None:
    path = parquet_file(tmp_path, extra=[[1, 2]], more=[{"a": 1}], bits=[b"\xff"])
    assert take(home(tmp_path), path).rows_accepted == 1


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = parquet_file(tmp_path)
    whole = path.read_bytes()
    for broken in (whole[:-20], whole[:40], b"PAR1" + b"\0" * 100, whole[:-8] + b"\xff" * 8):
        path.write_bytes(broken)
        with pytest.raises(ImportRefused, match="damaged"):
            take(home(tmp_path), path)
