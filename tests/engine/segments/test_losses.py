"""The choice of least expected loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.losses import SEGMENTS, choose

chances = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda pair: (pair[0], (1 - pair[0]) * pair[1], (1 - pair[0]) * (1 - pair[1]))
)
weights = st.floats(0, 10)


def chosen(chance: tuple[float, float, float], *, now: str = "", **said: float) -> str:
    of_a, of_b, of_c = (np.array([one]) for one in chance)
    everything = np.ones((1, 3), dtype=bool)
    return str(choose(of_a, of_b, of_c, np.array([now]), allowed=everything, **said)[0])


def test_a_missed_a_weighs_five_times_a_false_one() -> None:
    # A: P(C); C: 5 P(A); B in between: 2.5 P(A) + .5 P(C). A wins from P(A) = 1/6 on.
    assert chosen((0.17, 0.0, 0.83)) == "A"
    assert chosen((0.16, 0.0, 0.84)) == "C"
    assert chosen((0.5, 0.0, 0.5), missed_a=1, false_a=5) == "C"


def test_a_move_must_be_worth_its_cost() -> None:
    assert chosen((0.2, 0.0, 0.8), now="C") == "A"
    assert chosen((0.2, 0.0, 0.8), now="C", move=1.0) == "C"
    assert chosen((0.2, 0.0, 0.8), now="", move=1.0) == "A"


def test_ties_stay_and_else_go_up() -> None:
    assert chosen((0.5, 0.0, 0.5), missed_a=1, false_a=1, now="C") == "C"
    assert chosen((0.5, 0.0, 0.5), missed_a=1, false_a=1) == "A"


@given(chance=chances, missed=weights, false=weights, more=st.floats(0, 1))
def test_a_higher_chance_of_a_never_lowers_the_segment(
    chance: tuple[float, float, float], missed: float, false: float, more: float
) -> None:
    of_a, of_b, of_c = chance
    shift = more * of_c
    before = chosen(chance, missed_a=missed, false_a=false)
    after = chosen((of_a + shift, of_b, of_c - shift), missed_a=missed, false_a=false)
    assert SEGMENTS.index(after) <= SEGMENTS.index(before)


@given(chance=chances, missed=weights, false=weights)
def test_what_is_not_allowed_is_never_chosen(
    chance: tuple[float, float, float], missed: float, false: float
) -> None:
    of_a, of_b, of_c = (np.array([one]) for one in chance)
    allowed = np.array([[False, False, True]])
    got = choose(of_a, of_b, of_c, np.array(["A"]), missed_a=missed, false_a=false, allowed=allowed)
    assert list(got) == ["C"]


def test_an_unknown_chance_is_refused() -> None:
    one = np.array([np.nan])
    with pytest.raises(ValueError, match="not known"):
        choose(one, one, one, np.array([""]), allowed=np.ones((1, 3), dtype=bool))
    known = np.array([1.0])
    with pytest.raises(ValueError, match="nothing is allowed"):
        choose(known, known, known, np.array([""]), allowed=np.zeros((1, 3), dtype=bool))
