"""Dates: what reads two ways is not read, and there is no 31 February."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.ledger.dates import (
    EXCEL_DAY_ZERO,
    NO_SUCH_DAY,
    SHORT_YEAR,
    orders,
    read_date,
    read_dates,
    read_serials,
    why_not,
)

APRIL, MARCH = date(2025, 4, 3), date(2025, 3, 4)
# reliability.md 2a 11: the cell, with the day first, with the month first
CELLS = [
    ("03-04-2025", APRIL, MARCH),
    ("3/4/2025", APRIL, MARCH),
    ("3.4.2025", APRIL, MARCH),
    ("03-04-2025 23:59", APRIL, MARCH),
    ("13-04-2025", date(2025, 4, 13), None),
    ("04/13/2025", None, date(2025, 4, 13)),
    ("2025-04-03", APRIL, APRIL),
    ("2025/4/3", APRIL, APRIL),
    ("20250403", APRIL, APRIL),
    ("2025-04-03T10:00:00Z", APRIL, APRIL),
    ("2025-04-03 10:00:00.123+02:00", APRIL, APRIL),
    ("2025-03-30 02:30", date(2025, 3, 30), date(2025, 3, 30)),  # an hour that was skipped
    ("3 apr 2025", APRIL, APRIL),
    ("3-apr.-2025", APRIL, APRIL),
    ("1 mrt 2025", date(2025, 3, 1), date(2025, 3, 1)),
    ("1 maart 2025", date(2025, 3, 1), date(2025, 3, 1)),
    ("April 3, 2025", APRIL, APRIL),
    ("1 foo 2025", None, None),
    ("31-02-2025", None, None),
    ("29-02-2023", None, None),
    ("29-02-2024", date(2024, 2, 29), None),
    ("00-00-0000", None, None),
    ("03-04-25", None, None),
    ("45000", None, None),
    ("03-04/2025", None, None),
    ("2025-04", None, None),
    ("03042025", None, None),
    ("٠٣-٠٤-٢٠٢٥", None, None),
    ("1899-12-30", date(1899, 12, 30), date(1899, 12, 30)),
    ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
]


@pytest.mark.parametrize(("cell", "day_first", "month_first"), CELLS)
def test_a_cell_has_the_day_of_its_order_or_none(
    cell: str, day_first: date | None, month_first: date | None
) -> None:
    assert orders(cell) == (day_first, month_first)
    agreed = day_first if day_first == month_first else None
    assert read_date(cell, None) == agreed
    assert read_dates(pa.array([cell]), "dmy").to_pylist() == [day_first]


def test_a_refusal_says_what_is_wrong() -> None:
    assert why_not("31-02-2025") == NO_SUCH_DAY
    assert why_not("03-04-25") == SHORT_YEAR
    assert why_not("3-apr-25") == SHORT_YEAR


def test_a_typed_number_counts_days_from_the_workbooks_first() -> None:
    cells = pa.array(["45000", "45000.75", "12", None])
    expected = [date(2023, 3, 15), date(2023, 3, 15), None, None]
    assert read_serials(cells, EXCEL_DAY_ZERO).to_pylist() == expected
    assert read_serials(cells, None).to_pylist() == [None] * 4


FORMS = ["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%Y-%m-%d", "%Y%m%d", "%d %b %Y"]


@settings(max_examples=1000)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)), st.sampled_from(FORMS))  # noqa: DTZ001 - calendar days
def test_whatever_is_written_is_read_back(moment: datetime, form: str) -> None:
    assert read_date(moment.strftime(form), "dmy") == moment.date()
    assert read_date(moment.strftime(form), "mdy") in (None, moment.date()) or moment.day <= 12
