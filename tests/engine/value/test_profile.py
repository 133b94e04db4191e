"""The ideal-customer profile: over what is known, by text, code or number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.errors import UserError
from kernklant.engine.value.profile import profile_share

CUSTOMERS = pa.table(
    {
        "sector": ["4322 Installateurs", "43.2", "BOUW", "86", None, " "],
        "employees": pa.array([9, 10, 250, 251, None, None]),
        "region": ["Overijssel", "gelderland ", "Utrecht", None, None, None],
        "revenue_known": pa.array(
            [Decimal("1.00"), Decimal("99.99"), None, None, None, None], pa.decimal128(18, 2)
        ),
        "prospect": pa.array([True, False, None, None, None, None]),
    }
)


def share(**profile: Any) -> list[float]:
    return profile_share(profile, CUSTOMERS).tolist()


NO = pytest.approx(float("nan"), nan_ok=True)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (("43",), [1, 1, 0, 0, NO, NO]),
        (("43.22",), [1, 0, 0, 0, NO, NO]),
        (("installateurs", "bouw"), [1, 0, 1, 0, NO, NO]),
        (("3",), [0, 0, 0, 0, NO, NO]),
    ],
)
def test_a_sector_fits_by_its_code_or_its_words(wanted: tuple[str], expected: list[Any]) -> None:
    assert share(sector=wanted) == expected


def test_numbers_fit_from_and_to_included() -> None:
    assert share(employees=(10, 250)) == [0, 1, 1, 0, NO, NO]
    assert share(revenue_known=(1, 99.99)) == [1, 1, NO, NO, NO, NO]


def test_capitals_and_spaces_do_not_matter() -> None:
    assert share(region=("OVERIJSSEL", " Gelderland")) == [1, 1, 0, NO, NO, NO]


def test_other_texts_fit_as_a_whole_only() -> None:
    assert share(region=("Over",)) == [0, 0, 0, NO, NO, NO]


def test_the_share_is_over_what_is_known() -> None:
    found = share(sector=("43",), employees=(10, 250), region=("Overijssel", "Utrecht"))
    assert found == [pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 0, NO, NO]


def test_a_profile_that_asks_nothing_knows_nothing() -> None:
    assert share() == [NO] * 6


def test_it_reads_columns_in_pieces() -> None:
    pieces = pa.concat_tables([CUSTOMERS.slice(0, 2), CUSTOMERS.slice(2)])
    profile = {"sector": ("43",), "employees": (10, 250)}
    whole = profile_share(profile, CUSTOMERS)
    assert profile_share(profile, pieces).tobytes() == whole.tobytes()


def test_a_base_of_nobody_has_no_shares() -> None:
    assert profile_share({"sector": ("43",)}, CUSTOMERS.slice(0, 0)).shape == (0,)


@pytest.mark.parametrize(
    ("profile", "remedy"),
    [
        ({"mood": ("good",)}, "choose from: sector, employees"),
        ({"employees": ("10", "250")}, "employees = [10, 250]"),
        ({"sector": (43, 46)}, 'sector = ["...", "..."]'),
        ({"prospect": ("true",)}, "yes or no"),
        ({"prospect": (0, 1)}, "list of texts"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(profile: Any, remedy: str) -> None:
    with pytest.raises(UserError) as refused:
        profile_share(profile, CUSTOMERS)
    assert remedy in refused.value.to("en")
    assert refused.value.where == f"profile.{next(iter(profile))}"


@given(st.lists(st.one_of(st.none(), st.sampled_from(["43", "a", "", " B "])), max_size=20))
def test_each_customer_is_judged_on_his_own(sectors: list[str | None]) -> None:
    profile = {"sector": ("43", "b")}
    together = profile_share(profile, pa.table({"sector": pa.array(sectors, pa.string())}))
    alone = [
        profile_share(profile, pa.table({"sector": pa.array([sector], pa.string())}))[0]
        for sector in sectors
    ]
    assert np.array_equal(together, np.array(alone, dtype=float), equal_nan=True)
