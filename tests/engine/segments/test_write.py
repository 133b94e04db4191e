"""A policy written as TOML reads back as the same policy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.segments.policy import (
    MODELS,
    Hysteresis,
    Policy,
    PotentialRules,
    default_policy,
    default_text,
    read_policy,
)
from kernklant.engine.segments.rules import (
    A_RULES,
    DECIDE_ON,
    EUROS_ONLY,
    BreakEven,
    Losses,
    SegmentRules,
    pays_from,
)
from kernklant.engine.segments.write import to_toml, with_bounds_of
from kernklant.engine.value.cost_to_serve import Rates
from kernklant.engine.value.criteria import MOST_EUROS, SOURCES, WITHOUT_SHAPE, Criterion
from kernklant.engine.value.lifetime import LifetimeRules

names = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
shares = st.floats(0, 1)
euros = st.floats(-MOST_EUROS, MOST_EUROS)
months = st.integers(1, 120).map(float)


@st.composite
def ascending(draw: st.DrawFn) -> tuple[float, float]:
    low, high = sorted(draw(st.lists(euros, min_size=2, max_size=2, unique=True)))
    return low, high


wanted = st.one_of(st.lists(texts, min_size=1, max_size=3).map(tuple), ascending())


@st.composite
def criteria(draw: st.DrawFn) -> tuple[Criterion, ...]:
    called = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    cuts = sorted(draw(st.integers(0, 100)) for _ in called[1:])
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return tuple(
        draw(criterion(name, float(weight))) for name, weight in zip(called, weights, strict=True)
    )


@st.composite
def criterion(draw: st.DrawFn, name: str, weight: float) -> Criterion:
    source = draw(st.sampled_from(SOURCES))
    plain = Criterion(name, source, weight)
    if source in WITHOUT_SHAPE:
        anchors = tuple(draw(st.lists(texts, max_size=3)))
        profiles = st.none() | st.dictionaries(texts, wanted, max_size=3)
        rated_as = draw(st.none() | texts.filter(str.strip))
        profile = draw(profiles) if source == "profile" else None
        return replace(plain, anchors=anchors, profile=profile, rated_as=rated_as)
    shape = draw(st.sampled_from(["bounded", "linear", "threshold"]))
    if shape == "threshold":
        values = sorted(draw(st.lists(euros, min_size=1, max_size=4, unique=True)))
        points = sorted(draw(st.floats(0, weight)) for _ in values)
        steps = tuple(zip(values, points, strict=True))
        return replace(plain, shape=shape, steps=steps)
    low, high = draw(st.one_of(ascending(), st.tuples(euros, st.just("auto"))))
    return replace(plain, shape=shape, low=low, high=high)


lifetimes = st.builds(
    LifetimeRules,
    horizon_years=st.floats(0.25, 30),
    discount_per_year=shares,
    default_margin=shares,
    model=st.sampled_from(MODELS),
    prior=st.sampled_from(["weak", "none"]),
    level=st.floats(0.5, 0.99),
)
amounts = st.floats(0, 1e6)
losses = st.none() | st.builds(Losses, amounts, amounts, amounts)


b_rules = st.one_of(
    st.builds(dict, b_chance=shares),
    st.builds(dict, b_potential=st.floats(1, MOST_EUROS)),
)


@st.composite
def segments(draw: st.DrawFn, lifetime: LifetimeRules) -> SegmentRules:
    rule = draw(st.sampled_from(A_RULES))
    values = {
        "top_customers": st.integers(1, 10**9).map(float),
        "at_least": st.floats(0, 100),
    }
    among = ["clv", "contribution_12m"] + ["score"] * (rule not in EUROS_ONLY)
    on, value = draw(st.sampled_from(among)), draw(values.get(rule, shares))
    programme = None
    if rule == "break_even":
        programme = BreakEven(draw(amounts), draw(st.floats(0.001, 10)))
        value = pays_from(programme, on, lifetime)
    return SegmentRules(
        segment_on=on,
        a_rule=rule,
        a_value=value,
        **draw(b_rules),
        exit_chance=draw(st.floats(0.5, 1)),
        exit_months=draw(months),
        never_a=draw(st.sampled_from([(), ("insolvent",)])),
        break_even=programme,
        losses=draw(losses),
        decide_on=draw(st.sampled_from(DECIDE_ON)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    at_once, below = sorted([draw(shares), draw(shares)])
    lifetime = draw(lifetimes)
    return Policy(
        version=1,
        lifetime=lifetime,
        criteria=draw(criteria()),
        segments=draw(segments(lifetime)),
        hysteresis=Hysteresis(below, at_once, draw(months)),
        rates=Rates(
            draw(st.floats(0, 1e4)), draw(st.dictionaries(names, st.floats(0, 1e4), max_size=4))
        ),
        potential=PotentialRules(draw(st.floats(0.5, 0.99)), draw(shares)),
        text="",
    )


@settings(max_examples=200)
@given(policy=policies())
def test_what_is_written_reads_back_the_same(policy: Policy) -> None:
    written = to_toml(policy)
    assert read_policy(written, name="written.toml") == replace(policy, text=written)


def test_the_shipped_policy_without_its_comments_is_the_same_policy() -> None:
    written = to_toml(default_policy())
    assert read_policy(written, name="written.toml") == replace(default_policy(), text=written)
    assert len(written) < len(default_text())


def bounded(policy: Policy) -> tuple[Criterion, ...]:
    """The criteria with a number for every bound that was "auto"."""
    return tuple(
        replace(
            one,
            low=-10.5 if one.low == "auto" else one.low,
            high=2_000_000.0 if one.high == "auto" else one.high,
        )
        for one in policy.criteria
    )


def test_bounds_are_written_into_the_document_and_nothing_else_changes() -> None:
    policy = default_policy()
    written = with_bounds_of(policy, bounded(policy))
    assert read_policy(written, name="x").criteria == bounded(policy)
    before, after = default_text().splitlines(), written.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [('from = "auto"', "from = -10.5"), ('to = "auto"', "to = 2000000")] * 3


@pytest.mark.parametrize(
    "criterion",
    [
        "[criteria.x]\r\nsource = 'clv'\r\nweight = 100\r\nshape = 'bounded'\r\nfrom = 'auto'\r\n"
        'to = "auto" # set later\r\n',
        '[criteria]\nx = { source = "clv", weight = 100, shape = "linear", from="auto", '
        'to="auto" }',
        'criteria.x.source = "clv"\ncriteria.x.weight = 100\ncriteria.x.shape = "bounded"\n'
        'criteria.x.from = "auto"\ncriteria.x."to" = "auto"\n',
        '[criteria.x]\nsource = "clv"\nweight = 100\nshape = "linear"\nto = 5\nfrom = """auto"""\n',
    ],
)
def test_bounds_find_their_place_however_a_document_is_written(criterion: str) -> None:
    policy = read_policy(criterion, name="mine.toml")
    written = with_bounds_of(policy, bounded(policy))
    again = read_policy(written, name="mine.toml")
    assert again == replace(policy, criteria=bounded(policy), text=written)


@given(policy=policies())
def test_any_policy_takes_its_bounds(policy: Policy) -> None:
    policy = read_policy(to_toml(policy), name="mine.toml")
    wanted_ = tuple(
        replace(one, high=MOST_EUROS) if one.high == "auto" and one.low != MOST_EUROS else one
        for one in policy.criteria
    )
    written = with_bounds_of(policy, wanted_)
    assert read_policy(written, name="mine.toml").criteria == wanted_
