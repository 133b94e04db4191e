"""Mothers and daughters: who belongs together, and what that says of value and of risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.value.groups import (
    circles,
    flag_daughters,
    rolled_up,
    top_of,
    warned_of,
)

trees = st.dictionaries(st.integers(0, 30), st.one_of(st.just(-1), st.integers(0, 40)), max_size=30)


def as_arrays(mothers: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    customer = np.array(sorted(mothers), dtype=np.int64)
    return np.array([mothers[number] for number in customer.tolist()], dtype=np.int64), customer


def tops(mothers: dict[int, int]) -> dict[int, int]:
    group, customer = as_arrays(mothers)
    return dict(zip(customer.tolist(), top_of(group, customer).tolist(), strict=True))


def walked(number: int, mothers: dict[int, int]) -> tuple[int, bool]:
    """Up, a step at a time; the lowest number of the circle where there is one."""
    passed = [number]
    while mothers.get(passed[-1], -1) != -1:
        above = mothers[passed[-1]]
        if above in passed:
            circle = passed[passed.index(above) :]
            return min(circle), len(circle) > 1
        passed.append(above)
    return passed[-1], False


@given(trees)
def test_the_top_is_where_walking_up_ends(mothers: dict[int, int]) -> None:
    assert tops(mothers) == {number: walked(number, mothers)[0] for number in mothers}
    ends = [walked(number, mothers) for number in mothers]
    assert circles(*as_arrays(mothers)).tolist() == sorted({top for top, round in ends if round})


def test_a_mother_who_is_no_customer_is_a_top_too() -> None:
    assert tops({1: 99, 2: 99, 3: 1, 4: -1}) == {1: 99, 2: 99, 3: 99, 4: 4}


@pytest.mark.parametrize("length", [2, 3, 4, 5, 7, 8, 1000])
def test_a_circle_is_cut_at_its_lowest_number_and_told(length: int) -> None:
    ring = {10 + place: 10 + (place + 1) % length for place in range(length)}
    group, customer = as_arrays(ring | {1: 12 if length > 2 else 11, 2: 1})
    assert set(top_of(group, customer).tolist()) == {10}
    assert circles(group, customer).tolist() == [10]
    (text,) = warned_of(circles(group, customer))
    assert "Eén groep" in text.nl


def test_a_long_chain_has_one_top() -> None:
    customer = np.arange(5000)
    assert np.all(top_of(customer - 1, customer) == 0)
    assert warned_of(circles(customer - 1, customer)) == []


def test_two_circles_are_told_as_two() -> None:
    (text,) = warned_of(circles(*as_arrays({1: 2, 2: 1, 3: 4, 4: 3})))
    assert text.en.startswith("2 groups name themselves")


def test_a_group_brings_what_its_members_bring() -> None:
    top = np.array([1, 1, 3, 9, 9, 9])
    found = rolled_up(
        {
            "clv": np.array([10, 5, 7, 1, np.nan, 2]),
            "revenue": np.array([1.0, 2, 3, np.nan, np.nan, np.nan]),
        },
        top,
    )
    assert found.select(["group", "members", "clv", "unknown_members"]).to_pydict() == {
        "group": [1, 9], "members": [2, 3], "clv": [15, 3], "unknown_members": [0, 3],
    }  # fmt: skip
    revenue = found["revenue"].to_numpy()
    assert revenue[0] == 3
    assert np.isnan(revenue[1])


def test_without_groups_there_is_nothing_to_roll_up() -> None:
    for top in (np.arange(3), np.zeros(0, dtype=np.int64)):
        found = rolled_up({"clv": np.ones(len(top))}, top)
        assert found.num_rows == 0
        assert found.column_names == ["group", "members", "clv", "unknown_members"]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(-1e9, 1e9)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_the_order_of_customers_changes_no_bit(drawn: list[tuple[int, float]], random: Any) -> None:
    def both(rows: list[tuple[int, float]]) -> Any:
        top = np.array([row[0] for row in rows], dtype=np.int64)
        value = np.array([row[1] for row in rows], dtype=np.float64)
        return rolled_up({"clv": value}, top).to_pydict()

    assert both(drawn) == both(random.sample(drawn, len(drawn)))


def test_a_daughter_in_c_of_a_group_with_an_a_is_flagged() -> None:
    segment = np.array(["A", "C", "B", "C", "C"])
    flagged = flag_daughters(segment, np.array([1, 1, 1, 4, 5]))
    assert flagged.tolist() == [False, True, False, False, False]
