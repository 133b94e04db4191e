"""Moves between two runs add up to both."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.evaluation.movement_words import in_words
from kernklant.engine.segments.migration import SEGMENTS, Stand, matrix, moves

standings = st.dictionaries(st.integers(1, 30), st.sampled_from("ABC"), max_size=20)


def stand(
    standing: dict[int, str], *, orders: int = 1, points: int = 10, reason: str = "C", **was: bool
) -> Stand:
    numbers = sorted(standing)
    segments = pa.table(
        {
            "customer": pa.array(numbers, pa.int64()),
            "segment": pa.array([standing[number] for number in numbers], pa.string()),
            "orders": pa.array([orders] * len(numbers), pa.int32()),
            "reason": pa.array([reason] * len(numbers), pa.string()),
        }
    )
    given = pa.table(
        {"customer": segments["customer"], "worth": pa.array([points] * len(numbers), pa.int32())}
    )
    return Stand(segments, given, **was)


def test_before_the_first_run_nobody_moved() -> None:
    assert moves(None, stand({1: "A"})).num_rows == 0


def test_moved_new_and_gone_are_told_apart() -> None:
    found = moves(stand({1: "A", 2: "C", 3: "C"}), stand({1: "C", 2: "C", 4: "A"})).to_pylist()
    assert [
        (row["customer"], row["from_segment"], row["to_segment"], row["kind"]) for row in found
    ] == [
        (1, "A", "C", "moved"),
        (3, "C", None, "gone"),
        (4, None, "A", "new"),
    ]


@given(before=standings, after=standings)
def test_flows_add_up_to_both_totals(before: dict[int, str], after: dict[int, str]) -> None:
    found = moves(stand(before), stand(after)).to_pylist()
    flow = Counter(before.values())
    for row in found:
        if row["from_segment"]:
            flow[row["from_segment"]] -= 1
        if row["to_segment"]:
            flow[row["to_segment"]] += 1
    assert +flow == Counter(after.values())


@given(before=standings, after=standings)
def test_moves_there_and_back_are_opposite(before: dict[int, str], after: dict[int, str]) -> None:
    there = moves(stand(before), stand(after)).to_pylist()
    back = moves(stand(after), stand(before)).to_pylist()
    assert [(row["customer"], row["from_segment"], row["to_segment"]) for row in there] == [
        (row["customer"], row["to_segment"], row["from_segment"]) for row in back
    ]


@pytest.mark.parametrize(
    ("was", "after", "cause", "points"),
    [
        ({}, {"orders": 2, "points": 14}, "bought", 4),
        ({}, {"points": 14}, "time", 4),
        ({}, {"points": 7}, "rule", None),
        ({}, {}, "rule", None),
        ({"policy_changed": True}, {"points": 14}, "policy", None),
        ({}, {"points": 14, "reason": "insolvent"}, "insolvent", None),
        ({"policy_changed": True}, {"points": 14, "reason": "decided"}, "decided", None),
    ],
)
def test_a_move_names_what_moved_the_customer(
    was: dict[str, bool], after: dict[str, Any], cause: str, points: int | None
) -> None:
    (move,) = moves(stand({1: "C"}, **was), stand({1: "A"}, **after)).to_pylist()
    assert (move["cause"], move["points"]) == (cause, points)
    assert move["criterion"] == (None if points is None else "worth")


def test_a_customer_who_fell_is_told_what_he_lost() -> None:
    (move,) = moves(stand({1: "A"}), stand({1: "C"}, points=7)).to_pylist()
    assert (move["cause"], move["points"]) == ("time", -3)


@given(before=standings, after=standings, points=st.integers(0, 20), orders=st.integers(1, 2))
def test_no_reason_argues_against_the_move(
    before: dict[int, str], after: dict[int, str], points: int, orders: int
) -> None:
    for move in moves(stand(before), stand(after, points=points, orders=orders)).to_pylist():
        if move["points"]:
            assert (move["points"] > 0) == (move["to_segment"] < move["from_segment"])


@pytest.mark.parametrize("cause", ["bought", "time", "others"])
@pytest.mark.parametrize(("old", "to", "points"), [("C", "B", -4), ("B", "C", 4), ("B", "A", None)])
def test_an_older_run_that_names_the_wrong_points_is_told_by_the_rule(
    cause: str, old: str, to: str, points: int | None
) -> None:
    move = {"cause": cause, "from_segment": old, "to_segment": to, "points": points}
    told = in_words({**move, "criterion": None if points is None else "potential"})
    assert "regel" in told.nl
    assert "rule" in told.en
    assert "potenti" not in told.nl


@given(before=standings, after=standings)
def test_the_matrix_adds_up_to_both_runs(before: dict[int, str], after: dict[int, str]) -> None:
    cells = matrix(stand(before).segments, stand(after).segments)
    was, stands = Counter(before.values()), Counter(after.values())
    for segment in SEGMENTS:
        assert sum(cells[segment].values()) == was[segment]
        assert sum(cells[row][segment] for row in cells) == stands[segment]
    assert sum(cells["new"].values()) == len(after.keys() - before.keys())
    assert sum(cells[row]["gone"] for row in cells) == len(before.keys() - after.keys())
