"""Who is divided as one."""

from __future__ import annotations

import numpy as np
import pytest

from kernklant.engine.segments.units import Units, units

CUSTOMER = np.array([2, 3, 5, 7, 11])
TOP = np.array([2, 3, 3, 2, 90])  # 90 is a mother who is no customer herself
CLV = np.array([10.0, 40.0, 60.0, 30.0, 5.0])


@pytest.fixture
def groups() -> Units:
    return units(CUSTOMER, TOP, CLV, decide_on="group")


@pytest.fixture
def alone() -> Units:
    return units(CUSTOMER, TOP, CLV, decide_on="customer")


def test_a_group_goes_by_the_number_of_its_mother(groups: Units) -> None:
    assert groups.number.tolist() == [2, 3, 90]
    assert groups.of.tolist() == [0, 1, 1, 0, 2]


def test_the_largest_member_speaks_for_the_group(groups: Units) -> None:
    assert CUSTOMER[groups.largest].tolist() == [7, 5, 11]
    assert groups.of_largest(CLV).tolist() == [30.0, 60.0, 5.0]
    assert groups.times == pytest.approx([40 / 30, 100 / 60, 1.0])


def test_of_equal_members_the_older_customer_speaks() -> None:
    found = units(CUSTOMER, np.full(5, 2), np.full(5, 1.0), decide_on="group")
    assert CUSTOMER[found.largest].tolist() == [2]


def test_a_total_is_of_what_is_known(groups: Units) -> None:
    known = np.array([1.0, np.nan, 4.0, 2.0, np.nan])
    assert groups.total(known)[:2].tolist() == [3.0, 4.0]
    assert np.isnan(groups.total(known)[2])


def test_a_total_does_not_follow_the_numbers_of_members(groups: Units) -> None:
    amounts = np.array([0.1, 1e16, -1e16, 0.2, 0.3])
    swapped = units(CUSTOMER, np.array([2, 3, 3, 2, 90]), CLV[[3, 2, 1, 0, 4]], decide_on="group")
    assert groups.total(amounts).tolist() == swapped.total(amounts[[3, 2, 1, 0, 4]]).tolist()


def test_a_mean_counts_members_by_their_weight(groups: Units) -> None:
    marks = np.array([1.0, 0.5, np.nan, 0.0, 0.7])
    weights = np.array([3.0, 1.0, 9.0, 1.0, np.nan])
    assert groups.mean(marks, weights) == pytest.approx([0.75, 0.5, 0.7])


def test_any_all_and_each(groups: Units) -> None:
    flag = np.array([True, False, True, True, False])
    assert groups.any(flag).tolist() == [True, True, False]
    assert groups.all(flag).tolist() == [True, False, False]
    assert groups.each(np.array(["x", "y", "z"])).tolist() == ["x", "y", "y", "x", "z"]


def test_a_label_is_that_of_the_largest_who_has_one(groups: Units) -> None:
    assert groups.first(np.array(["A", "B", "", "", ""]), CLV).tolist() == ["A", "B", ""]
    assert groups.first(np.array(["A", "B", "C", "", ""]), CLV).tolist() == ["A", "C", ""]


def test_a_group_turns_out_as_its_largest_member_does(groups: Units) -> None:
    asked: list[np.ndarray] = []

    def above(euros: np.ndarray) -> np.ndarray:
        asked.append(euros)
        return np.where(euros < 50, 0.9, 0.1)

    chance = groups.chance_above(above)(np.array([40.0, 100.0, 1.0]))
    assert asked[0][groups.largest] == pytest.approx([30.0, 60.0, 1.0])
    assert np.isinf(np.delete(asked[0], groups.largest)).all()
    assert chance.tolist() == [0.9, 0.1, 0.9]


def test_customers_on_their_own_are_not_copied(alone: Units) -> None:
    for spread in (alone.each, alone.total, alone.of_largest, alone.any):
        assert spread(CLV) is CLV
    assert alone.first(CLV, CLV) is CLV
    assert alone.mean(CLV, CLV) is CLV
    assert alone.chance_above(np.abs) is np.abs
    assert alone.alone


def test_of_two_labels_the_larger_members_counts() -> None:
    """Neither is the largest; the last by number has no say over the larger."""
    clv = np.array([60.0, 30.0, 5.0, 40.0, 1.0])
    found = units(CUSTOMER, np.full(5, 2), clv, decide_on="group")
    assert found.first(np.array(["", "B", "C", "", "A"]), clv).tolist() == ["B"]
