"""Choosing with losses: least expected loss, never who is barred, more chance is never lower."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.losses import choose, cut_offs


class Losses(TypedDict):
    missed_a: float
    false_a: float
    move: float


PARTS = 1_000
LOSS = st.sampled_from([0.5, 1.0, 2.0, 5.0, 20.0])
PRESENT = st.sampled_from(["", "A", "B", "C"])
MOVE = st.sampled_from([0.0, 0.1, 0.5, 3.0])
LOSSES = st.builds(Losses, missed_a=LOSS, false_a=LOSS, move=MOVE)
PERMISSIONS = st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any)
ANYBODY = (True, True, True)


@st.composite
def chances(draw: st.DrawFn) -> tuple[int, int, int]:
    """Three chances in thousandths."""
    first, second = sorted(draw(st.tuples(st.integers(0, PARTS), st.integers(0, PARTS))))
    return first, second - first, PARTS - second


def chosen(
    *customers: tuple[int, int, int],
    current: str = "",
    allowed: tuple[bool, bool, bool] = ANYBODY,
    **losses: float,
) -> str:
    """The segments of customers with these chances in thousandths, as one word."""
    of_a, of_b, of_c = np.array(customers).T / PARTS
    n = len(customers)
    found = choose(
        of_a, of_b, of_c, np.full(n, current), allowed=np.tile(allowed, (n, 1)), **losses
    )
    return "".join(found)


def test_a_missed_a_costs_five_times_a_false_one() -> None:
    assert chosen((170, 0, 830), (160, 0, 840)) == "AC"


def test_a_sure_customer_gets_his_own_segment() -> None:
    assert chosen((PARTS, 0, 0), (0, PARTS, 0), (0, 0, PARTS)) == "ABC"


def test_neighbours_cost_half() -> None:
    assert chosen((100, 100, 800)) == "B"
    assert chosen((100, 60, 840)) == "C"


def test_equal_losses_choose_the_middle() -> None:
    assert chosen((400, 200, 400), missed_a=1) == "B"


def test_a_tie_goes_to_the_present_segment_else_to_the_higher() -> None:
    tie = (500, 0, 500)
    assert [chosen(tie, missed_a=1, current=now) for now in ("A", "B", "C", "")] == list("ABCA")


def test_a_tie_that_rounding_hides_is_still_a_tie() -> None:
    assert choose(
        np.array([1 / 6]),
        np.array([0.0]),
        np.array([5 / 6]),
        np.array(["C"]),
        allowed=np.ones((1, 3), dtype=bool),
    ).tolist() == ["C"]


def test_a_move_has_to_be_worth_its_cost() -> None:
    assert chosen((0, 300, 700), current="C", move=1) == "C"
    assert chosen((0, 300, 700), current="C") == "B"
    assert chosen((0, 300, 700), current="", move=1) == "B"


def test_who_is_barred_from_his_present_segment_leaves_it() -> None:
    assert chosen((PARTS, 0, 0), current="A", allowed=(False, True, True), move=100) == "B"


def test_the_answer_holds_one_letter_a_customer() -> None:
    nobody = np.empty(0)
    none = choose(nobody, nobody, nobody, np.empty(0, "<U1"), allowed=np.ones((0, 3), dtype=bool))
    assert none.dtype == np.dtype("<U1")
    assert none.shape == (0,)


@given(of=chances(), current=PRESENT, allowed=PERMISSIONS, losses=LOSSES)
def test_nobody_is_what_he_may_not_be_and_nothing_allowed_costs_less(
    of: tuple[int, int, int],
    *,
    current: str,
    allowed: tuple[bool, bool, bool],
    losses: Losses,
) -> None:
    found = chosen(of, current=current, allowed=allowed, **losses)
    up, down = losses["missed_a"] / 2, losses["false_a"] / 2

    def cost(segment: int) -> float:
        steps = (max(segment - true, 0) * up + max(true - segment, 0) * down for true in range(3))
        own = sum(chance * step for chance, step in zip(of, steps, strict=True)) / PARTS
        return own + losses["move"] * ("ABC"[segment] != current)

    assert allowed["ABC".index(found)]
    least = min(cost(segment) for segment in range(3) if allowed[segment])
    assert cost("ABC".index(found)) == pytest.approx(least, abs=1e-9)


@given(of=chances(), less=chances(), current=PRESENT, allowed=PERMISSIONS, losses=LOSSES)
def test_more_chance_of_a_never_lowers_the_segment(
    of: tuple[int, int, int],
    *,
    less: tuple[int, int, int],
    current: str,
    allowed: tuple[bool, bool, bool],
    losses: Losses,
) -> None:
    a, b, c = of
    b_less, c_less = min(less[1], b), min(less[2], c)
    raised = (a + b_less + c_less, b - b_less, c - c_less)
    before, after = (
        chosen(some, current=current, allowed=allowed, **losses) for some in (of, raised)
    )
    assert after <= before


@given(st.lists(chances(), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_each_customer_is_chosen_for_on_his_own(customers: list[Any], order: Any) -> None:
    mixed = list(range(len(customers)))
    order.shuffle(mixed)
    together = chosen(*customers, move=0.1)
    assert chosen(*(customers[i] for i in mixed), move=0.1) == "".join(together[i] for i in mixed)


@given(chances(), LOSSES)
def test_the_cut_offs_are_where_the_choice_turns(of: tuple[int, int, int], losses: Losses) -> None:
    cut, of_a = cut_offs(**losses), of[0] / PARTS
    if abs(of_a - cut.enter) > 1e-9:
        assert (chosen(of, **losses) == "A") == (of_a > cut.enter)
    rest = (of[0], PARTS - of[0], 0)  # nobody a C: the choice is between A and B
    if abs(of_a - cut.become) > 1e-9:
        assert (chosen(rest, current="B", **losses) == "A") == (of_a > cut.become)
    if abs(of_a - cut.stay) > 1e-9:
        stays = chosen(rest, current="A", allowed=(True, True, False), **losses) == "A"
        assert stays == (of_a > cut.stay)


def test_cut_offs_are_told_in_words() -> None:
    words = cut_offs().words
    assert words.nl == (
        "Een nieuwe klant wordt A vanaf 16,7 % kans op A, "
        "en minstens B vanaf 16,7 % kans op A of B samen."
    )
    assert "from a 16.7% chance of A, " in words.en
    moved = cut_offs(move=0.3).words
    assert moved.nl.endswith(" Een B wordt pas A boven 26,7 %, een A wordt pas B onder 6,7 %.")
    assert moved.en.endswith(" A B becomes A only above 26.7%, an A becomes B only below 6.7%.")


def test_nobody_moves_where_nothing_costs_anything() -> None:
    free = Losses(missed_a=0, false_a=0, move=0)
    assert [chosen((100, 100, 800), current=now, **free) for now in ("B", "C", "")] == list("BCA")
    with pytest.raises(ValueError, match="costs something"):
        cut_offs(**free)


@pytest.mark.parametrize(
    ("of", "wrong"),
    [
        ((np.nan, 0.5, 0.5), "is known"),
        ((1.5, -0.5, 0.0), "from 0 to 1"),
        ((0.5, 0.2, 0.2), "add up to 1"),
    ],
)
def test_chances_that_are_none_are_refused(of: tuple[float, ...], wrong: str) -> None:
    a, b, c = (np.array([chance]) for chance in of)
    with pytest.raises(ValueError, match=wrong):
        choose(a, b, c, np.array([""]), allowed=np.ones((1, 3), dtype=bool))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"missed_a": -1.0}, "none is below 0"),
        ({"move": float("nan")}, "finite"),
        ({"current": "X"}, "present segment"),
        ({"allowed": (False, False, False)}, "may be something"),
        ({"allowed": (True, True)}, "three permissions"),
    ],
)
def test_what_makes_no_choice_is_refused(given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        chosen((500, 0, 500), **given)
