"""The whole evaluation agrees with one in plain Python, on bases of every odd kind."""

from __future__ import annotations

import pytest

from tests.reference import compare
from tests.reference.bases import case_of
from tests.reference.compare import differences

BASES, TOGETHER = 200, 10


@pytest.mark.parametrize("first", range(0, BASES, TOGETHER))
def test_an_evaluation_agrees_with_plain_python(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        assert not differences(case_of(seed), seed=seed), f"base {seed}"


@pytest.mark.parametrize("seed", [1_001_259, 1_004_681])
def test_bases_that_once_differed_agree(seed: int) -> None:
    """Two members with a decision; a member who loses more than his group brings."""
    assert not differences(case_of(seed), seed=seed)


def test_a_difference_is_seen() -> None:
    """The comparison itself: another cut-off, or one customer's euro, does not pass."""
    case = case_of(1)
    sales = case.tables["sales"].to_pylist()
    assert not differences(case, seed=1)
    sales[0]["amount"] += 1
    changed = case.tables["sales"].from_pylist(sales, case.tables["sales"].schema)
    theirs = compare.Theirs(case)
    other = compare.Case({**case.tables, "sales": changed}, case.policy, case.as_of, case.before)
    assert compare.compared(other, theirs, seed=1)
