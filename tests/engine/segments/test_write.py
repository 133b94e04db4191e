"""A policy written as TOML reads back as the same policy."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kernklant.engine.segments.policy import (
    A_RULES,
    EUROS_ONLY,
    MODELS,
    Hysteresis,
    Policy,
    SegmentRules,
    default_policy,
    default_text,
    read_policy,
)
from kernklant.engine.segments.write import to_toml
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
        return replace(
            plain, anchors=anchors, profile=draw(profiles) if source == "profile" else None
        )
    shape = draw(st.sampled_from(["bounded", "linear", "threshold"]))
    if shape == "threshold":
        values = sorted(draw(st.lists(euros, min_size=1, max_size=4, unique=True)))
        steps = tuple((value, draw(st.floats(0, weight))) for value in values)
        return replace(plain, shape=shape, steps=steps)
    low, high = draw(st.one_of(ascending(), st.tuples(euros, st.just("auto"))))
    return replace(plain, shape=shape, low=low, high=high)


@st.composite
def segments(draw: st.DrawFn) -> SegmentRules:
    rule = draw(st.sampled_from(A_RULES))
    values = {
        "top_customers": st.integers(1, 10**9).map(float),
        "at_least": st.floats(0, 100),
        "break_even": st.just(1.0),
    }
    on = ["clv", "contribution_12m"] + ["score"] * (rule not in EUROS_ONLY)
    return SegmentRules(
        segment_on=draw(st.sampled_from(on)),
        a_rule=rule,
        a_value=draw(values.get(rule, shares)),
        b_chance=draw(shares),
        b_months=draw(months),
        exit_chance=draw(st.floats(0.5, 1)),
        exit_months=draw(months),
        never_a=draw(st.sampled_from([(), ("insolvent",)])),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    at_once, below = sorted([draw(shares), draw(shares)])
    return Policy(
        version=1,
        lifetime=LifetimeRules(
            horizon_years=draw(st.floats(0.25, 30)),
            discount_per_year=draw(shares),
            default_margin=draw(shares),
            model=draw(st.sampled_from(MODELS)),
            prior=draw(st.sampled_from(["weak", "none"])),
            level=draw(st.floats(0.5, 0.99)),
        ),
        criteria=draw(criteria()),
        segments=draw(segments()),
        hysteresis=Hysteresis(below, at_once, draw(months)),
        rates=Rates(
            draw(st.floats(0, 1e4)), draw(st.dictionaries(names, st.floats(0, 1e4), max_size=4))
        ),
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
