"""Values changed in the text of a policy: in their place, and everything else as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernklant.engine.errors import PolicyInvalid
from kernklant.engine.segments.edit import with_values_of
from kernklant.engine.segments.policy import Policy, default_policy, read_policy
from kernklant.engine.segments.rules import BreakEven


def weighed(policy: Policy, **weights: float) -> Policy:
    criteria = [replace(one, weight=weights.get(one.name, one.weight)) for one in policy.criteria]
    return replace(policy, criteria=tuple(criteria))


def changed(policy: Policy, wanted: Policy) -> list[tuple[str, str]]:
    text = with_values_of(policy, wanted)
    found = read_policy(text, name="p")
    assert replace(found, text="") == replace(wanted, text="")
    pairs = zip(policy.text.split("\n"), text.split("\n"), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_nothing_changed_is_the_same_text() -> None:
    assert with_values_of(default_policy(), default_policy()) == default_policy().text


def test_a_weight_changes_on_its_own_line_and_comments_stay() -> None:
    wanted = weighed(default_policy(), lifetime_value=40, fit=5)
    assert changed(default_policy(), wanted) == [
        ("weight = 35", "weight = 40"),
        ("weight = 10", "weight = 5"),
    ]


def test_the_comment_behind_a_value_stays_behind_it() -> None:
    policy = default_policy()
    wanted = replace(policy, lifetime=replace(policy.lifetime, discount_per_year=0.08))
    (pair,) = changed(policy, wanted)
    assert pair[1] == "discount_per_year = 0.08     # a euro next year is worth 1/1.10 today"


def test_a_rule_becomes_another_in_its_place() -> None:
    policy = default_policy()
    wanted = replace(policy, segments=replace(policy.segments, a_rule="top_customers", a_value=80))
    assert changed(policy, wanted) == [("a = { top_share = 0.15 }", "a = { top_customers = 80 }")]
    paid = BreakEven(cost_per_year=1200, lift=0.1)
    on_clv = replace(policy.segments, segment_on="contribution_12m", a_rule="break_even",
                     a_value=12_000.0, break_even=paid)  # fmt: skip
    assert len(changed(policy, replace(policy, segments=on_clv))) == 2


def test_what_the_text_left_out_is_added_to_its_table_or_with_a_new_one() -> None:
    policy = read_policy("horizon_years = 2 # kort\n\n[segments]\n# vast\ndecide_on = \"group\"",
                         name="p")  # fmt: skip
    wanted = replace(
        policy,
        lifetime=replace(policy.lifetime, default_margin=0.2),
        segments=replace(policy.segments, never_a=()),
        hysteresis=replace(policy.hysteresis, minimum_stay_months=3),
    )
    assert with_values_of(policy, wanted) == (
        "horizon_years = 2 # kort\ndefault_margin = 0.2\n\n[segments]\n# vast\n"
        'decide_on = "group"\nnever_a = []\n\n[hysteresis]\nminimum_stay_months = 3\n'
    )


def test_a_value_over_several_lines_is_replaced_as_a_whole() -> None:
    text = default_policy().text.replace(
        "steps = [[0, 0], [1, 4], [3, 7]]   #",
        "steps = [\n  [0, 0], # niets\n  [1, 4], [3, 7],\n] #",
    )
    policy = read_policy(text, name="p")
    steps = ((0.0, 0.0), (2.0, 7.0))
    criteria = [replace(one, steps=steps) if one.steps else one for one in policy.criteria]
    written = with_values_of(policy, replace(policy, criteria=tuple(criteria)))
    assert "steps = [[0, 0], [2, 7]] # from this many referrals on" in written
    assert "# Criteria: weights are whole points" in written


def test_an_inline_table_that_cannot_be_mended_in_place_is_written_anew() -> None:
    text = "".join(
        '[criteria]\nx = { source = "clv", weight = 100, shape = "linear", from = 0, to = 9 }\n'
    )
    policy = read_policy(text, name="p")
    (one,) = policy.criteria
    wanted = replace(policy, criteria=(replace(one, high=8.0),))
    found = read_policy(with_values_of(policy, wanted), name="p")
    assert replace(found, text="") == replace(wanted, text="")


def test_what_is_wanted_wrongly_is_refused_when_it_is_read() -> None:
    text = with_values_of(default_policy(), weighed(default_policy(), fit=4))
    with pytest.raises(PolicyInvalid) as refused:
        read_policy(text, name="p")
    (fault,) = refused.value.faults
    assert fault[1] == "criteria"
    assert fault[2].nl == "de gewichten zijn samen 94, niet 100"
