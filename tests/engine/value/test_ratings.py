"""Ratings: strict raters are corrected for, the newest counts, nobody unrated is marked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.errors import UserError
from kernklant.engine.ledger.tables import TABLES, schema
from kernklant.engine.value.ratings import corrected, ratings_share, without_criterion

NAMES = ("customer", "criterion", "rater", "mark", "date")
SCHEMA = pa.schema([schema(TABLES["ratings"]).field(name) for name in NAMES])
MAY = date(2026, 5, 1)
Row = tuple[Any, ...]


def told(*rows: Row) -> pa.Table:
    """Rows of customer, rater, mark and maybe a day, all on one criterion."""
    return pa.Table.from_pylist(
        [
            {
                "customer": customer,
                "criterion": "past bij ons",
                "rater": rater,
                "mark": Decimal(str(mark)),
                "date": rest[0] if rest else MAY,
            }
            for customer, rater, mark, *rest in rows
        ],
        schema=SCHEMA,
    )


def invented(seed: int, *, customers: int = 300, raters: int = 6) -> tuple[pa.Table, np.ndarray]:
    """Two marks a customer, by raters of known strictness (rater r0 the strictest)."""
    rng = np.random.default_rng(seed)
    truth, strict = 2 + 0.8 * rng.standard_normal(customers), np.linspace(0.8, -0.8, raters)
    customer = np.repeat(np.arange(customers), 2)
    rater = rng.integers(0, raters, len(customer))
    seen = truth[customer] - strict[rater] + 0.3 * rng.standard_normal(len(customer))
    rows = zip(customer, rater, np.clip(np.rint(seen), 0, 4), strict=True)
    return told(*((int(c), f"r{r}", int(mark)) for c, r, mark in rows)), truth


def plain_means(table: pa.Table) -> np.ndarray:
    of, mark = table["customer"].to_numpy(), table["mark"].cast(pa.float64()).to_numpy()
    return np.bincount(of, mark) / np.bincount(of)


@pytest.mark.parametrize("seed", range(5))
def test_corrected_marks_are_nearer_to_the_truth_than_means(seed: int) -> None:
    table, truth = invented(seed)
    found, plain = corrected(table, "past bij ons").mark, plain_means(table)
    assert np.abs(found - truth).mean() < 0.8 * np.abs(plain - truth).mean()
    assert np.corrcoef(found, truth)[0, 1] > np.corrcoef(plain, truth)[0, 1]


def test_strictness_is_told_in_marks_with_the_strictest_rater_highest() -> None:
    strict = corrected(invented(1)[0], "past bij ons").strictness
    assert sorted(strict, key=lambda name: -strict[name]) == [f"r{i}" for i in range(6)]
    assert strict["r0"] == pytest.approx(0.8, abs=0.2)


def test_in_a_full_table_customers_keep_the_order_of_their_means() -> None:
    """Everybody rated by the same two: strictness cannot matter, only the drawing together."""
    marks = {1: (0, 2), 2: (1, 3), 3: (2, 4), 4: (1, 2)}
    rows = [(c, f"r{r}", mark) for c, given in marks.items() for r, mark in enumerate(given)]
    found = corrected(told(*rows), "past bij ons")
    plain = np.array([1, 2, 3, 1.5])
    ratio = (found.mark - plain.mean()) / (plain - plain.mean())
    assert ratio == pytest.approx(np.full(4, ratio[0]), abs=1e-6)
    assert 0.5 < ratio[0] < 1
    assert found.strictness["r0"] > 0 > found.strictness["r1"]


def test_the_newest_mark_of_each_rater_counts() -> None:
    old, new = date(2025, 1, 1), date(2026, 1, 1)
    before = told((1, "a", 0, old), (2, "a", 2, old), (1, "a", 4, new), (2, "a", 1, None))
    only = told((1, "a", 4, new), (2, "a", 2, old))
    customer = np.array([1, 2])
    assert (
        ratings_share(before, customer, "past bij ons").tolist()
        == ratings_share(only, customer, "past bij ons").tolist()
    )


def test_marks_given_after_the_as_of_date_do_not_count_yet() -> None:
    later = told((1, "a", 1, MAY), (1, "a", 4, date(2026, 6, 1)), (2, "a", 3, None))
    until = told((1, "a", 1, MAY), (2, "a", 3, None))
    customer = np.array([1, 2])
    found = ratings_share(later, customer, "past bij ons", as_of=MAY)
    assert found.tolist() == ratings_share(until, customer, "past bij ons").tolist()


def test_two_marks_of_one_rater_on_one_day_count_as_their_mean() -> None:
    twice = told((1, "a", 1), (1, "a", 2), (2, "a", 4))
    once = told((1, "a", 1.5), (2, "a", 4))
    assert (
        corrected(twice, "past bij ons").mark.tolist()
        == corrected(once, "past bij ons").mark.tolist()
    )


def test_who_was_not_rated_has_no_share() -> None:
    found = ratings_share(told((5, "a", 3)), np.array([1, 5, 9]), "past bij ons")
    assert np.isnan(found).tolist() == [True, False, True]
    assert found[1] == pytest.approx(0.75)


def test_a_criterion_without_ratings_is_not_known_of_anybody() -> None:
    for table in (told((5, "a", 3)), told()):
        assert np.isnan(ratings_share(table, np.array([5]), "sterke naam")).all()


def test_a_criterion_is_found_however_it_is_written() -> None:
    table = told((5, "a", 3))
    assert ratings_share(table, np.array([5]), "Past_bij_ons")[0] == pytest.approx(0.75)
    assert without_criterion(table, ["PAST bij ons"]) == ()
    assert without_criterion(table, ["fit"]) == ("past bij ons",)


def test_ratings_without_a_rater_are_of_one_person() -> None:
    found = corrected(told((1, None, 3), (2, None, 1)), "past bij ons")
    assert found.mark[0] > found.mark[1]
    assert list(found.strictness) == [""]


def test_one_rater_alone_is_neither_strict_nor_mild() -> None:
    found = corrected(told((1, "a", 4), (2, "a", 0)), "past bij ons")
    assert found.strictness["a"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("mark", [-1, 4.5, 10])
def test_a_mark_off_the_scale_is_refused_with_its_row(mark: float) -> None:
    with pytest.raises(UserError, match="1 ratings lie outside 0 to 4") as refused:
        ratings_share(told((1, "a", 3), (2, "b", mark)), np.array([1]), "past bij ons")
    assert refused.value.where.startswith("row 2: past bij ons")
    assert "0 tot en met 4" in refused.value.remedy.nl


MARKS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from("abc"), st.integers(0, 4)), min_size=1, max_size=25
)


@given(MARKS, st.randoms(use_true_random=False))
def test_marks_stay_on_the_scale_and_no_order_changes_a_bit(rows: list[Row], chance: Any) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    one, other = (corrected(told(*some), "past bij ons") for some in (rows, mixed))
    assert np.all((one.mark >= 0) & (one.mark <= 4))
    assert one.mark.tobytes() == other.mark.tobytes()
    assert one.strictness == other.strictness


def test_other_numbers_of_the_same_customers_change_no_bit() -> None:
    table, _truth = invented(3)
    number = np.random.default_rng(0).permutation(300) + 1000
    renamed = table.set_column(0, "customer", [number[table["customer"].to_numpy()]])
    one, other = corrected(table, "past bij ons"), corrected(renamed, "past bij ons")
    assert one.mark.tobytes() == other.mark[number - 1000].tobytes()
