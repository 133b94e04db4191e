"""The division by the policy's rules: who is A, who can become A, who is the rest, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.assign import REASONS, Bound, Division, Outlook, divide
from kernklant.engine.segments.policy import Policy, default_policy
from kernklant.engine.segments.rules import Losses

RULES = {"top_share": 0.2, "top_customers": 2, "cumulative_share": 0.8, "at_least": 50.0}
values = st.lists(st.one_of(st.floats(0, 1e6), st.just(float("nan"))), min_size=0, max_size=40).map(
    np.array
)


def policy_with(rule: str, value: float) -> Policy:
    policy = default_policy()
    segments = replace(policy.segments, segment_on="clv", a_rule=rule, a_value=value)
    return replace(policy, segments=segments)


def divided(
    value: np.ndarray, policy: Policy, *, becoming: np.ndarray | None = None, **bound: np.ndarray
) -> Division:
    """Nobody can become A, stands anywhere or is bound, unless told otherwise."""
    n = len(value)
    chances = Outlook(np.zeros(n), np.zeros(n) if becoming is None else becoming)
    return divide(
        value.astype(float),
        np.arange(1, n + 1),
        policy,
        chances=chances,
        bound=replace(Bound.nothing(n), **bound),
    )


def division(clv: np.ndarray, rule: str, value: float, **bound: np.ndarray) -> Division:
    return divided(clv, policy_with(rule, value), **bound)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("top_share", 0.2, "CCCCA"),
        ("top_share", 0.4, "CCCAA"),
        ("top_share", 0.15, "CCCCA"),
        ("top_share", 0.0, "CCCCC"),
        ("top_share", 1.0, "AAAAA"),
        ("top_customers", 2, "CCCAA"),
        ("top_customers", 99, "AAAAA"),
        ("cumulative_share", 0.5, "CCCCA"),
        ("cumulative_share", 0.51, "CCCAA"),
        ("cumulative_share", 0.0, "CCCCC"),
        ("cumulative_share", 1.0, "AAAAA"),
        ("at_least", 40.0, "CCCAA"),
    ],
)
def test_each_rule_picks_the_customers_it_says(rule: str, value: float, expected: str) -> None:
    clv = np.array([10.0, 20.0, 30.0, 40.0, 100.0])
    assert "".join(division(clv, rule, value).segment) == expected


def test_the_share_is_of_customers_with_a_positive_known_value() -> None:
    clv = np.array([np.nan, 0.0, np.nan, 5.0, 6.0])
    assert "".join(division(clv, "top_share", 0.5).segment) == "CCCCA"


def test_ties_go_by_customer_number() -> None:
    assert "".join(division(np.array([5.0, 5.0, 5.0]), "top_customers", 1).segment) == "ACC"


def test_who_is_barred_is_never_a_and_makes_room_for_the_next() -> None:
    clv = np.array([10.0, 20.0, 30.0])
    barred = np.array([False, False, True])
    assert "".join(division(clv, "top_customers", 1, barred=barred).segment) == "CAC"


def test_break_even_is_a_threshold_in_the_euros_it_comes_to() -> None:
    answer = division(np.array([11_999.0, 12_000.0]), "break_even", 12_000.0)
    assert "".join(answer.segment) == "CA"
    assert answer.rule.nl.startswith("A: klanten bij wie het A-programma zich terugbetaalt, vanaf")


def test_who_leaves_stands_there_for_that_reason_and_is_c_by_the_rules() -> None:
    leaving = np.array([False, True, False])
    answer = division(np.array([1.0, 9.0, 2.0]), "top_customers", 2)
    answer = answer.but(leaving, "exit", why="leaving")
    assert list(answer.segment) == ["C", "exit", "A"]
    assert "".join(answer.by_rule) == "CCA"
    assert REASONS[answer.reason[1]] == "leaving"


def test_with_losses_a_missed_a_weighs_more_than_a_false_one() -> None:
    policy = default_policy()
    losses = Losses(missed_a=5, false_a=1, move=0)
    policy = replace(policy, segments=replace(policy.segments, losses=losses))
    chances = Outlook(of_a=np.array([0.1, 0.4, 0.9]), becoming_a=np.array([0.1, 0.4, 0.9]))
    answer = divide(
        np.array([1.0, 2.0, 3.0]),
        np.arange(3),
        policy,
        chances=chances,
        bound=Bound.nothing(3),
    )
    assert answer.segment[2] == "A"
    assert answer.segment[1] in "AB"
    barred = replace(Bound.nothing(3), barred=np.ones(3, dtype=bool))
    none = divide(np.array([1.0, 2.0, 3.0]), np.arange(3), policy, chances=chances, bound=barred)
    assert "".join(none.segment) == "CCC"


def test_points_are_a_threshold_where_the_policy_divides_on_the_score() -> None:
    policy = default_policy()
    segments = replace(policy.segments, a_rule="at_least", a_value=70.0)
    answer = divided(np.array([69.9, 70.0, np.nan]), replace(policy, segments=segments))
    assert "".join(answer.segment) == "CAC"
    assert answer.cut == 70.0


def test_a_policy_without_the_veto_does_not_speak_of_insolvency() -> None:
    policy = policy_with("top_customers", 1)
    policy = replace(policy, segments=replace(policy.segments, never_a=()))
    assert "insolvent" not in divided(np.ones(1), policy).rule.en


def test_who_can_become_a_is_b_and_who_is_barred_is_not() -> None:
    answer = divided(
        np.array([9.0, 2.0, 2.0, 2.0]),
        policy_with("top_customers", 1),
        becoming=np.array([1.0, 0.3, 0.29, 1.0]),
        barred=np.array([False, False, False, True]),
    )
    assert "".join(answer.segment) == "ABCC"


def test_what_people_decided_goes_before_the_rules_but_not_before_what_bars() -> None:
    answer = division(
        np.array([9.0, 2.0, 1.0]),
        "top_customers",
        1,
        fixed=np.array(["C", "", "A"]),
        barred=np.array([False, False, True]),
    )
    assert "".join(answer.segment) == "CCC"
    assert [REASONS[place] for place in answer.reason[:2]] == ["decided", "C"]
    assert "".join(answer.by_rule) == "ACC"


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("top_share", 0.025, "A: de 2,5 % van de klanten met de hoogste klantwaarde"),
        ("top_customers", 1, "A: de 1 klant met de hoogste klantwaarde"),
        ("cumulative_share", 0.8, "A: de klanten die samen 80 % van de klantwaarde dragen"),
        ("at_least", 1_500_000.5, "A: klanten met een klantwaarde vanaf € 1.500.000,5"),
    ],
)
def test_the_rule_is_told_in_words(rule: str, value: float, expected: str) -> None:
    told = division(np.ones(3), rule, value).rule.nl
    assert told == expected + ", nooit bij faillissement."


@pytest.mark.parametrize("rule", RULES)
@given(clv=values)
def test_every_customer_is_in_exactly_one_segment(rule: str, clv: np.ndarray) -> None:
    answer = division(clv, rule, RULES[rule])
    assert set(answer.segment) <= {"A", "C"}
    assert len(answer.segment) == len(clv)
    chosen = answer.segment == "A"
    assert np.all(clv[chosen] > 0)
    known = ~chosen & np.isfinite(clv)
    if chosen.any() and known.any():
        assert clv[chosen].min() >= clv[known].max()


@pytest.mark.parametrize("rule", RULES)
@given(clv=values)
def test_a_worthless_customer_changes_no_segment_but_his_own(rule: str, clv: np.ndarray) -> None:
    before = division(clv, rule, RULES[rule]).segment
    after = division(np.append(clv, 0.0), rule, RULES[rule]).segment
    assert list(after[:-1]) == list(before)


@pytest.mark.parametrize("rule", RULES)
@given(clv=values, more=st.floats(0.01, 1e6))
def test_more_value_never_costs_a_customer_his_a(rule: str, clv: np.ndarray, more: float) -> None:
    before = division(clv, rule, RULES[rule]).segment
    for place in np.flatnonzero(before == "A")[:3]:
        richer = clv.copy()
        richer[place] += more
        assert division(richer, rule, RULES[rule]).segment[place] == "A"
