"""What would change a segment: what is said is enough, and nothing is said that is not so."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.would_change import CHANGES, SCALES, Part, would_change
from kernklant.engine.value.criteria import SOURCES, Criterion
from kernklant.engine.value.score import score

NOT_KNOWN = float("nan")
STEPS = ((0.0, 0.0), (1.0, 4.0), (3.0, 10.0))
WORTH = Criterion("lifetime_value", "clv", 40, "bounded", 0.0, 100_000.0)
BRINGS = Criterion("contribution", "contribution_12m", 30, "bounded", 0.0, 30_000.0)
REFERS = Criterion("brings_customers", "referrals", 10, "threshold", steps=STEPS)
RATED = Criterion("sees_us_as_important", "rating", 20)
ALL = (WORTH, BRINGS, REFERS, RATED)

VALUES = st.tuples(
    st.integers(-10_000, 150_000).map(float),
    st.one_of(st.just(NOT_KNOWN), st.integers(-5_000, 40_000).map(float)),
    st.one_of(st.just(NOT_KNOWN), st.integers(0, 4).map(float)),
    st.one_of(st.just(NOT_KNOWN), st.floats(0, 1)),
)


# Figures are told without what is left of sums of floats (decision 085), so cut-offs have none.
CUTS = st.floats(1, 99).map(lambda cut: round(cut, 4))


def exact(values: tuple[float, ...]) -> float:
    """His points, where of somebody else everything is known, so that no criterion is left out."""
    told = {c.name: np.array([value, 0]) for c, value in zip(ALL, values, strict=True)}
    return float(score(ALL, told, events=np.array([9, 9])).exact[0])


def lines(values: tuple[float, ...], *, cut: float, barred: bool = False) -> list[str]:
    stands = exact(values)
    parts = [Part(c, value, c.weight) for c, value in zip(ALL, values, strict=True)]
    is_a = stands >= cut
    said = would_change(parts, score=stands, cut=cut, is_a=is_a, by_rule=is_a, barred=barred)
    return [line.en for line in said]


def told_value(line: str) -> tuple[int, float] | None:
    """The place of the criterion of a line, and the value it names; None of another line."""
    for place, criterion in enumerate(ALL):
        pattern = re.escape(CHANGES[criterion.source].en).replace(r"\{need\}", "([-0-9.,]+)")
        if found := re.search(pattern.replace(r"\{now\}", ".*"), line):
            needed = float(found[1].replace(",", ""))
            return place, needed / SCALES.get(criterion.source, 1.0)
    return None


def put(values: tuple[float, ...], place: int, value: float) -> tuple[float, ...]:
    return (*values[:place], value, *values[place + 1 :])


@given(values=VALUES, cut=CUTS)
def test_what_is_said_to_make_him_a_does_so_alone(values: tuple[float, ...], cut: float) -> None:
    if exact(values) >= cut:
        return
    for line in lines(values, cut=cut):
        if (found := told_value(line)) is not None:
            assert line.startswith("This alone makes him A: ")
            assert exact(put(values, *found)) >= cut


@given(values=VALUES, cut=CUTS)
def test_less_than_is_said_costs_him_his_a(values: tuple[float, ...], cut: float) -> None:
    if exact(values) < cut:
        return
    for line in lines(values, cut=cut):
        if (found := told_value(line)) is not None:
            place, value = found
            assert line.startswith("Less than this costs him his A: ")
            if not (ALL[place].source == "rating" and value <= 0):
                less = value - 1e-6 * max(1.0, abs(value))
                assert exact(put(values, place, less)) < cut


@given(values=VALUES, cut=CUTS)
def test_there_are_at_most_three_lines_and_what_is_possible_is_said(
    values: tuple[float, ...], cut: float
) -> None:
    said = lines(values, cut=cut)
    assert len(said) <= 3
    if exact(values) < cut:
        reachable = exact(put(values, 0, 100_000.0)) >= cut
        assert any(line.startswith("This alone") for line in said) >= reachable
        assert said


def test_the_nearest_step_comes_first() -> None:
    # 28 points: 12 more are 12/40 of worth, 12/30 of contribution; 12 of referrals cannot be.
    said = lines((50_000.0, 8_000.0, 0.0, 0.0), cut=40)
    assert said[:2] == [
        "This alone makes him A: a lifetime value after service of €80,000 (now €50,000).",
        "This alone makes him A: a contribution of €20,000 a year (now €8,000).",
    ]
    assert said[2] == "This alone makes him A: a rating of 2.4 out of 4 (now 0)."


def test_the_sign_of_a_loss_stands_before_the_euro() -> None:
    said = " ".join(lines((-35_395.0, 30_000.0, 0.0, 0.0), cut=40))
    assert "(now −€35,395)" in said
    assert "€-" not in said


def test_what_is_not_known_is_said_as_such_and_not_counted() -> None:
    # Over what is known, 80 points, he has 50; 10 more are a fifth of worth.
    said = lines((60_000.0, 4_000.0, NOT_KNOWN, NOT_KNOWN), cut=50)
    assert said[0].startswith("This alone makes him A: ")
    assert said[2].startswith("Not known of him: brings customers. ")


def test_where_no_criterion_is_enough_that_is_said() -> None:
    said = lines((0.0, 0.0, 0.0, 0.0), cut=60)
    assert said == ["No criterion alone is enough: he stands at 0 points and the cut-off is 60."]


def test_nothing_is_promised_to_who_is_barred() -> None:
    assert lines((50_000.0, 8_000.0, 0.0, 0.0), cut=40, barred=True) == []
    assert lines((50_000.0, 8_000.0, 0.0, 0.0), cut=float("inf")) == []


@pytest.mark.parametrize("is_a", [True, False])
def test_who_is_held_by_the_damping_hears_why(is_a: bool) -> None:
    stands = 40.0 if is_a else 60.0
    (line,) = would_change(
        [Part(WORTH, 1.0, WORTH.weight)],
        score=stands,
        cut=50,
        is_a=is_a,
        by_rule=not is_a,
        barred=False,
    )
    assert "to and fro" in line.en
    assert "heen en weer" in line.nl


def test_every_source_of_a_criterion_can_be_said() -> None:
    assert set(CHANGES) == set(SOURCES)
