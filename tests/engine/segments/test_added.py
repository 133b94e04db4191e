"""Criteria put into a policy and taken out of it, in its own text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernklant.engine.segments.added import can_be_added, new_criterion
from kernklant.engine.segments.edit import with_values_of
from kernklant.engine.segments.policy import Policy, default_policy, read_policy
from kernklant.engine.value.criteria import SOURCES, Criterion

NAMES = {one.name for one in default_policy().criteria}


def with_criteria(policy: Policy, *criteria: Criterion) -> str:
    text = with_values_of(policy, replace(policy, criteria=criteria))
    assert read_policy(text, name="p").criteria == criteria
    return text


@pytest.mark.parametrize("source", SOURCES)
def test_a_new_criterion_of_every_source_reads_back_and_comments_stay(source: str) -> None:
    kept = [one for one in default_policy().criteria if one.source != source]
    kept[0] = replace(kept[0], weight=kept[0].weight + 100 - sum(one.weight for one in kept))
    without = read_policy(with_criteria(default_policy(), *kept), name="p")
    kept[0] = replace(kept[0], weight=kept[0].weight - 5)
    text = with_criteria(without, *kept, new_criterion(source, 5, called="Betaalt hij graag?"))
    assert "# Change it with a sentence why" in text


def test_a_criterion_that_goes_takes_its_own_lines_and_no_others() -> None:
    policy = default_policy()
    fit = next(one for one in policy.criteria if one.name == "fit")
    rest = [
        replace(one, weight=one.weight + fit.weight * (one.name == "lifetime_value"))
        for one in policy.criteria
        if one is not fit
    ]
    text = with_criteria(policy, *rest)
    gone = set(policy.text.split("\n")) - set(text.split("\n"))
    assert (
        "[criteria.fit]               # ideal-customer profile, from attributes, ratings or both"
        in gone
    )
    assert all("profile" in one or "weight" in one or "attributes" in one for one in gone)


def test_a_second_question_to_people_gets_a_name_of_its_own() -> None:
    first = new_criterion("rating", 10, called="Één vraag, aan ons!", taken=NAMES)
    second = new_criterion("rating", 10, called="één vraag aan ons", taken={*NAMES, first.name})
    assert (first.name, second.name) == ("een_vraag_aan_ons", "een_vraag_aan_ons_2")
    assert first.rated_as == "Één vraag, aan ons!"


def test_what_there_is_cannot_be_added_again_but_for_what_people_mark() -> None:
    assert can_be_added(NAMES) == ["revenue_12m", "rating", "price_realised"]
    with pytest.raises(ValueError, match="potential"):
        new_criterion("potential", 10, taken=NAMES)
    with pytest.raises(ValueError, match="no_source"):
        new_criterion("no_source", 10)


@given(called=st.text(max_size=100), weight=st.integers(0, 100))
def test_whatever_people_are_asked_makes_a_policy(called: str, weight: int) -> None:
    policy = default_policy()
    value = replace(policy.criteria[0], weight=100.0 - weight)
    added = new_criterion("rating", float(weight), called=called.strip(), taken={value.name})
    with_criteria(policy, value, added)
