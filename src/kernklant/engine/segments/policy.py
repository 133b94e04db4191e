"""The policy: one versioned document that says what makes a customer valuable."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from kernklant.engine.errors import PolicyInvalid, Text
from kernklant.engine.segments.document import Document, Fault
from kernklant.engine.value.lifetime import LifetimeRules

Bound = float | Literal["auto"]
SOURCES = (
    "clv",
    "contribution_12m",
    "revenue_12m",
    "potential",
    "profile",
    "rating",
    "referrals",
    "price_realised",
)
SHAPES = ("bounded", "linear", "threshold")
A_RULES = ("top_share", "top_customers", "cumulative_share", "at_least", "break_even")
SEGMENT_ON = ("score", "clv", "contribution_12m")
MODELS = ("mbg", "bg", "pareto", "auto")
VETOES = ("insolvent",)
MOST_EUROS = 1e12


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: where its value comes from and how many of the 100 points it can bring.

    ``low`` and ``high`` bound the shape in the unit of the source; ``steps`` are (from this
    value on, this many points), ascending.
    """

    name: str
    source: str
    weight: float
    shape: str | None = None
    low: Bound | None = None
    high: Bound | None = None
    steps: tuple[tuple[float, float], ...] = ()
    profile: Mapping[str, tuple[Any, ...]] | None = None
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """Who is A (``a_rule`` with its ``a_value``), who can become A, whom to propose for exit."""

    segment_on: str = "score"
    a_rule: str = "top_share"
    a_value: float = 0.15
    b_chance: float = 0.30
    b_months: float = 24
    exit_chance: float = 0.90
    exit_months: float = 24
    never_a: tuple[str, ...] = ("insolvent",)


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """When a customer moves: chances of his present segment, and months he stays at least."""

    move_below: float = 0.40
    at_once_below: float = 0.20
    minimum_stay_months: float = 6


@dataclass(frozen=True, slots=True)
class Rates:
    """Euros per hour, and minutes per activity where the source has none."""

    hour: float
    minutes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole document, and ``text``, the TOML it was read from."""

    version: int
    lifetime: LifetimeRules
    criteria: tuple[Criterion, ...]
    segments: SegmentRules
    hysteresis: Hysteresis
    rates: Rates
    text: str


@cache
def default_text() -> str:
    """The policy that ships with the product, every key explained."""
    return (resources.files(__package__) / "default.toml").read_text(encoding="utf-8")


@cache
def default_policy() -> Policy:
    """The policy that ships with the product."""
    return read_policy(default_text(), name="default.toml")


def read_policy(text: str, *, name: str) -> Policy:
    """A policy from TOML text; ``name`` says in errors which document it is.

    Raises PolicyInvalid with every fault at once: its line, what is wrong, what to do.
    """
    try:
        document = Document(text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PolicyInvalid(
            Text(f"{name} is geen TOML: {error}", f"{name} is no TOML: {error}"),
            Text(
                "Herstel die regel; kernklant policy init geeft een goed voorbeeld.",
                "Mend that line; kernklant policy init gives a good example.",
            ),
        ) from error
    policy = Policy(
        version=int(document.number("version", default=1, low=1, high=1, whole=True)),
        lifetime=_lifetime(document),
        criteria=_criteria(document),
        segments=_segments(document),
        hysteresis=_hysteresis(document),
        rates=_rates(document),
        text=text,
    )
    document.refuse_unknown()
    if document.faults:
        raise _refused(name, document.faults)
    return policy


def _lifetime(document: Document) -> LifetimeRules:
    return LifetimeRules(
        horizon_years=document.number("horizon_years", default=3, low=0.25, high=30),
        discount_per_year=document.number("discount_per_year", default=0.10, low=0, high=1),
        default_margin=document.number("default_margin", default=0.30, low=0, high=1),
        model=cast(Any, document.choice("lifetime.model", MODELS, default="mbg")),
        prior=cast(Any, document.choice("lifetime.prior", ("weak", "none"), default="weak")),
        level=document.number("lifetime.level", default=0.90, low=0.5, high=0.99),
    )


def _criteria(document: Document) -> tuple[Criterion, ...]:
    criteria = tuple(_criterion(document, name) for name in document.keys_of("criteria"))
    weights = sum(criterion.weight for criterion in criteria)
    if criteria and weights != 100:
        document.fault(
            "criteria",
            Text(
                f"de gewichten zijn samen {weights:g}, niet 100",
                f"the weights add up to {weights:g}, not 100",
            ),
            Text("verdeel precies 100 punten", "divide exactly 100 points"),
        )
    return criteria


def _criterion(document: Document, name: str) -> Criterion:
    at = f"criteria.{name}"
    source = document.choice(f"{at}.source", SOURCES, default=None)
    shape = document.choice(f"{at}.shape", SHAPES, default="none" if _unshaped(source) else None)
    threshold, bounded = shape == "threshold", shape in {"bounded", "linear"}
    return Criterion(
        name=name,
        source=source,
        weight=document.number(f"{at}.weight", default=None, low=0, high=100),
        shape=None if shape == "none" else shape,
        low=_bound(document, f"{at}.from") if bounded else None,
        high=_bounds_ascend(document, at) if bounded else None,
        steps=_steps(document, f"{at}.steps") if threshold else (),
        profile=_profile(document, f"{at}.profile"),
        anchors=tuple(document.words(f"{at}.anchors")),
    )


def _unshaped(source: str) -> bool:
    """A profile and a rating have a scale of their own."""
    return source in {"profile", "rating"}


def _bound(document: Document, path: str) -> Bound:
    if document.peek(path) == "auto":
        document.take(path)
        return "auto"
    return document.number(path, default=None, low=-MOST_EUROS, high=MOST_EUROS)


def _bounds_ascend(document: Document, at: str) -> Bound:
    low, high = document.peek(f"{at}.from"), _bound(document, f"{at}.to")
    if isinstance(low, int | float) and not isinstance(high, str) and low >= high:
        document.fault(
            f"{at}.to",
            Text(
                f"to = {high:g} ligt niet boven from = {low:g}",
                f"to = {high:g} is not above from = {low:g}",
            ),
            Text("zet to hoger", "set to higher"),
        )
    return high


def _steps(document: Document, path: str) -> tuple[tuple[float, float], ...]:
    steps = document.take(path)
    if not _ascending_pairs(steps):
        document.fault(
            path,
            Text(
                "steps zijn oplopende paren [waarde, punten]",
                "steps are ascending pairs [value, points]",
            ),
            Text("bijvoorbeeld [[0, 0], [1, 4], [3, 7]]", "for example [[0, 0], [1, 4], [3, 7]]"),
        )
        return ()
    return tuple((float(value), float(points)) for value, points in steps)


def _ascending_pairs(steps: Any) -> bool:
    pairs = isinstance(steps, list) and all(
        isinstance(step, list)
        and len(step) == 2
        and all(isinstance(value, int | float) for value in step)
        for step in steps
    )
    return pairs and bool(steps) and all(a[0] < b[0] for a, b in itertools.pairwise(steps))


def _profile(document: Document, path: str) -> Mapping[str, tuple[Any, ...]] | None:
    profile = document.take(path)
    if profile is None:
        return None
    if not isinstance(profile, dict) or not all(
        isinstance(part, list) for part in profile.values()
    ):
        document.fault(
            path,
            Text("profile is een tabel van lijsten", "profile is a table of lists"),
            Text('bijvoorbeeld { sector = ["43"] }', 'for example { sector = ["43"] }'),
        )
        return None
    return {name: tuple(values) for name, values in profile.items()}


def _segments(document: Document) -> SegmentRules:
    rule, value = _a_rule(document)
    return SegmentRules(
        segment_on=document.choice("segments.segment_on", SEGMENT_ON, default="score"),
        a_rule=rule,
        a_value=value,
        b_chance=document.number("segments.b.chance_of_a", default=0.30, low=0, high=1),
        b_months=document.number("segments.b.months", default=24, low=1, high=120),
        exit_chance=document.number(
            "segments.exit_proposal.chance_contribution_negative", default=0.90, low=0.5, high=1
        ),
        exit_months=document.number("segments.exit_proposal.months", default=24, low=1, high=120),
        never_a=tuple(document.words("segments.never_a", among=VETOES, default=("insolvent",))),
    )


def _a_rule(document: Document) -> tuple[str, float]:
    given = document.keys_of("segments.a")
    if len(given) > 1:
        document.fault(
            "segments.a",
            Text(
                f"A heeft {len(given)} regels: {', '.join(given)}",
                f"A has {len(given)} rules: {', '.join(given)}",
            ),
            Text("kies er een", "choose one"),
        )
    rule = next((name for name in given if name in A_RULES), "top_share")
    limits = {"top_share": (0, 1), "cumulative_share": (0, 1), "top_customers": (1, 1e9)}
    if rule == "break_even":
        return rule, float(bool(document.take("segments.a.break_even")))
    low, high = limits.get(rule, (0, MOST_EUROS))
    default = 0.15 if not given else None
    whole = rule == "top_customers"
    value = document.number(f"segments.a.{rule}", default=default, low=low, high=high, whole=whole)
    return rule, value


def _hysteresis(document: Document) -> Hysteresis:
    below = document.number(
        "hysteresis.move_if_chance_of_current_below", default=0.40, low=0, high=1
    )
    at_once = document.number("hysteresis.at_once_below", default=0.20, low=0, high=1)
    if at_once > below:
        document.fault(
            "hysteresis.at_once_below",
            Text(
                "at_once_below ligt boven de gewone grens",
                "at_once_below is above the ordinary bound",
            ),
            Text(f"kies hoogstens {below:g}", f"choose at most {below:g}"),
        )
    stay = document.number("hysteresis.minimum_stay_months", default=6, low=0, high=60)
    return Hysteresis(below, at_once, stay)


def _rates(document: Document) -> Rates:
    names = document.keys_of("rates.minutes")
    minutes = {
        name: document.number(f"rates.minutes.{name}", default=None, low=0, high=10_000)
        for name in names
    }
    return Rates(document.number("rates.hour", default=65, low=0, high=10_000), minutes)


def _refused(name: str, faults: list[Fault]) -> PolicyInvalid:
    count = len(faults)
    lines = sorted(faults, key=lambda fault: (fault.line, fault.path))
    return PolicyInvalid(
        Text(
            f"{name}: {count} fout{'en' if count > 1 else ''} in het beleid",
            f"{name}: {count} fault{'s' if count > 1 else ''} in the policy",
        ),
        Text(
            "\n".join(fault.to("nl") for fault in lines),
            "\n".join(fault.to("en") for fault in lines),
        ),
    )
