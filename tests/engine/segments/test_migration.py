"""Moves between two runs add up to both."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.migration import moves

standings = st.dictionaries(st.integers(1, 30), st.sampled_from("ABC"), max_size=20)


def table(standing: dict[int, str]) -> pa.Table:
    numbers = sorted(standing)
    return pa.table(
        {
            "customer": pa.array(numbers, pa.int64()),
            "segment": pa.array([standing[number] for number in numbers], pa.string()),
        }
    )


def test_before_the_first_run_nobody_moved() -> None:
    assert moves(None, table({1: "A"})).num_rows == 0


def test_moved_new_and_gone_are_told_apart() -> None:
    found = moves(table({1: "A", 2: "C", 3: "C"}), table({1: "C", 2: "C", 4: "A"})).to_pylist()
    assert [
        (row["customer"], row["from_segment"], row["to_segment"], row["kind"]) for row in found
    ] == [
        (1, "A", "C", "moved"),
        (3, "C", None, "gone"),
        (4, None, "A", "new"),
    ]


@given(before=standings, after=standings)
def test_flows_add_up_to_both_totals(before: dict[int, str], after: dict[int, str]) -> None:
    found = moves(table(before), table(after)).to_pylist()
    flow = Counter(before.values())
    for row in found:
        if row["from_segment"]:
            flow[row["from_segment"]] -= 1
        if row["to_segment"]:
            flow[row["to_segment"]] += 1
    assert +flow == Counter(after.values())


@given(before=standings, after=standings)
def test_moves_there_and_back_are_opposite(before: dict[int, str], after: dict[int, str]) -> None:
    there = moves(table(before), table(after)).to_pylist()
    back = moves(table(after), table(before)).to_pylist()
    assert [(row["customer"], row["from_segment"], row["to_segment"]) for row in there] == [
        (row["customer"], row["to_segment"], row["from_segment"]) for row in back
    ]
