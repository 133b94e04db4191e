"""Money, days, weeks and years, converted in one place."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
BLOCK = 1 << 16
CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """Round half-up to two decimals, as an invoice does."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def euros(amounts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Decimal money as float64 euros, shape kept; null becomes NaN.

    The only way from money to floats: ``to_numpy`` would make Python objects.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    floats = pc.cast(amounts, pa.float64())
    return np.asarray(pc.fill_null(floats, math.nan).to_numpy(zero_copy_only=False))


def weekly_discount(discount_per_year: float) -> float:
    """The weekly rate delta with exp(52.18 delta) = 1 + yearly discount."""
    return math.log1p(discount_per_year) / WEEKS_PER_YEAR


def nulls(rows: int, kind: pa.DataType) -> pa.ChunkedArray:
    """So many nulls, which take the room of one block however many they are."""
    import pyarrow as pa

    block = pa.nulls(min(rows, BLOCK), kind)
    whole, rest = divmod(rows, BLOCK)
    return pa.chunked_array([block] * whole + [block[:rest]], kind)


def present_years(years: float, discount_per_year: float) -> float:
    """What a euro a year, paid evenly over ``years``, is worth today, in euros."""
    force = math.log1p(discount_per_year)
    return -math.expm1(-force * years) / force if force > 0 else years


def today() -> date:
    """The calendar day where this runs."""
    return date.today()  # noqa: DTZ011 - a calendar date


def twelve_months_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def months_before(day: date, months: int) -> date:
    """So many calendar months earlier; a day that is not there becomes the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def whole_months(since: np.ndarray, until: date) -> np.ndarray:
    """Whole calendar months (n,) from days to a day; from one last of a month to another is whole.

    Quarters do not last equally long: of half of them six months are fewer than 182.6 days.
    """
    import numpy as np

    months = since.astype("datetime64[M]")
    day = (since.astype("datetime64[D]") - months).astype(np.int64) + 1
    last = until.day == monthrange(until.year, until.month)[1]
    short = (day > until.day) & (not last)
    return np.asarray((np.datetime64(until, "M") - months).astype(np.int64) - short)
