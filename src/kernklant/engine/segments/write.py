"""A policy as TOML again: what a form or a first evaluation changed, written for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from kernklant.engine.errors import PolicyInvalid
from kernklant.engine.segments.places import places, step
from kernklant.engine.segments.policy import Policy, read_policy
from kernklant.engine.segments.rules import SegmentRules
from kernklant.engine.value.criteria import Criterion


def to_toml(policy: Policy) -> str:
    """The policy as TOML that reads back as an equal policy; comments of ``text`` are lost."""
    return "\n".join(_lines(policy)) + "\n"


def with_bounds_of(policy: Policy, criteria: Sequence[Criterion]) -> str:
    """The text of a policy with numbers for the bounds that were "auto", all else as it was.

    ``criteria`` are those of the policy with the bounds they were used with. Where a bound cannot
    be found in the text, the policy is written anew and its comments are lost.
    """
    wanted = replace(policy, criteria=tuple(criteria))
    return as_wanted(_in_place(policy, criteria), wanted)


def on_yardstick_of(policy: Policy, before: Policy) -> Policy:
    """The policy with the bounds of the one before where it says "auto" and all else is the same.

    Another policy keeps its "auto": it measures anew.
    """
    if len(policy.criteria) != len(before.criteria):
        return policy
    pairs = zip(policy.criteria, before.criteria, strict=True)
    criteria = [
        replace(
            one,
            low=then.low if one.low == "auto" else one.low,
            high=then.high if one.high == "auto" else one.high,
        )
        for one, then in pairs
    ]
    text = with_bounds_of(policy, criteria)
    measured = replace(policy, criteria=tuple(criteria), text=text)
    return measured if measured == replace(before, text=text) else policy


def as_wanted(text: str, wanted: Policy) -> str:
    """The text where it reads as the policy that is wanted, else that policy written anew."""
    try:
        found = read_policy(text, name="policy.toml")
    except PolicyInvalid:
        return to_toml(wanted)
    return text if found == replace(wanted, text=text) else to_toml(wanted)


def _in_place(policy: Policy, criteria: Sequence[Criterion]) -> str:
    lines, where = policy.text.split("\n"), places(policy.text)
    for before, after in zip(policy.criteria, criteria, strict=True):
        for key, old, new in (("from", before.low, after.low), ("to", before.high, after.high)):
            line = where.get(f"criteria.{before.name}.{key}")
            if old != new and line is not None:
                auto = re.compile(rf"""(\b{key}"?\s*=\s*)(["'])auto\2""")
                lines[line - 1] = auto.sub(rf"\g<1>{written(new)}", lines[line - 1], count=1)
    return "\n".join(lines)


def _lines(policy: Policy) -> Iterator[str]:
    for name, pairs in tables_of(policy).items():
        if name:
            yield f"\n[{name}]"
        yield from (f"{key} = {written(value)}" for key, value in pairs.items())


def tables_of(policy: Policy) -> dict[str, dict[str, Any]]:
    """What a policy says, by table ("" is the top) and key, in the order of the document."""
    lifetime, segments, damping = policy.lifetime, policy.segments, policy.hysteresis
    return {
        "": {
            "version": policy.version,
            "horizon_years": lifetime.horizon_years,
            "discount_per_year": lifetime.discount_per_year,
            "default_margin": lifetime.default_margin,
        },
        "lifetime": {"model": lifetime.model, "prior": lifetime.prior, "level": lifetime.level},
        **{f"criteria.{one.name}": _criterion(one) for one in policy.criteria},
        "segments": {
            "segment_on": segments.segment_on,
            "a": _a_rule(segments),
            "b": _b_rule(segments),
            "exit_proposal": {
                "chance_contribution_negative": segments.exit_chance,
                "months": segments.exit_months,
            },
            "never_a": segments.never_a,
            "decide_on": segments.decide_on,
        },
        **({"segments.losses": asdict(segments.losses)} if segments.losses is not None else {}),
        "potential": asdict(policy.potential),
        "hysteresis": {
            "move_if_chance_of_current_below": damping.move_below,
            "at_once_below": damping.at_once_below,
            "minimum_stay_months": damping.minimum_stay_months,
        },
        "rates": {"hour": policy.rates.hour, "minutes": policy.rates.minutes},
    }


def _a_rule(segments: SegmentRules) -> dict[str, Any]:
    programme = segments.break_even
    return {segments.a_rule: segments.a_value if programme is None else asdict(programme)}


def _b_rule(segments: SegmentRules) -> dict[str, Any]:
    if segments.b_potential is not None:
        return {"potential": segments.b_potential}
    if segments.b_rating is not None:
        return {"rating": segments.b_rating.criterion, "at_least": segments.b_rating.mark}
    return {"chance_of_a": segments.b_chance}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    """What a criterion says; what does not belong to its source or shape stays away."""
    said = {
        "source": criterion.source,
        "weight": criterion.weight,
        "shape": criterion.shape,
        "from": criterion.low,
        "to": criterion.high,
        "steps": criterion.steps or None,
        "profile": criterion.profile,
        "anchors": criterion.anchors or None,
        "rated_as": criterion.rated_as,
    }
    return {key: value for key, value in said.items() if value is not None}


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_plain(step(key))} = {written(part)}" for key, part in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return _plain(json.dumps(value, ensure_ascii=False))


def _plain(json_text: str) -> str:
    """A JSON text is a TOML text, but for the one control character that JSON leaves bare."""
    return json_text.replace("\x7f", "\\u007f")
