"""The policy: one versioned document that says what makes a customer valuable."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

from kernklant.engine.errors import PolicyInvalid, Text
from kernklant.engine.segments.criteria import read_criteria
from kernklant.engine.segments.document import Document, Fault
from kernklant.engine.segments.rules import SegmentRules, months, read_segments
from kernklant.engine.value.cost_to_serve import Rates
from kernklant.engine.value.criteria import Criterion
from kernklant.engine.value.lifetime import LifetimeRules

MODELS = ("mbg", "bg", "pareto", "auto")
NO_TOML = Text("dit is geen geldige TOML", "this is not valid TOML")
AS_TOML = Text(
    'schrijf naam = waarde, met een tekst tussen aanhalingstekens ("), of een [kop]',
    'write name = value, with a text in quotes ("), or a [heading]',
)
DEEPEST = 8  # a policy has tables in tables in tables
AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class PotentialRules:
    """Which look-alikes count as the best, and how many of those we go after are won."""

    quantile: float = 0.90
    won: float = 0.35


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """When a customer moves: chances of his present segment, and months he stays at least."""

    move_below: float = 0.40
    at_once_below: float = 0.20
    minimum_stay_months: float = 6


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole document, and ``text``, the TOML it was read from."""

    version: int
    lifetime: LifetimeRules
    criteria: tuple[Criterion, ...]
    segments: SegmentRules
    hysteresis: Hysteresis
    rates: Rates
    potential: PotentialRules
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

    What the text leaves out is as shipped. Raises PolicyInvalid with every fault at once: its
    line, what is wrong, what to do.
    """
    document = _document(text.removeprefix("\ufeff"), name)
    lifetime = _lifetime(document)
    policy = Policy(
        version=int(document.number("version", default=1, low=1, high=1, whole=True)),
        lifetime=lifetime,
        criteria=_criteria(document),
        segments=read_segments(document, lifetime),
        hysteresis=_hysteresis(document),
        rates=_rates(document),
        potential=_potential(document),
        text=text,
    )
    document.refuse_unknown()
    if document.faults:
        raise _refused(name, document.faults)
    return policy


def _document(text: str, name: str) -> Document:
    try:
        values = tomllib.loads(text)
        _refuse_depth(values)
        return Document(text, values)
    # Numbers of thousands of digits and brackets nested as deep are no TOMLDecodeError.
    except (ValueError, RecursionError) as error:
        place = AT_LINE.search(str(error))
        here = Text(f", regel {place[1]}", f", line {place[1]}") if place else Text("", "")
        raise PolicyInvalid(
            Text(
                f"{name}{here.nl}: dit is geen geldige TOML ({error})",
                f"{name}{here.en}: this is not valid TOML ({error})",
            ),
            Text(
                "Herstel die regel; kernklant policy init geeft een goed voorbeeld.",
                "Mend that line; kernklant policy init gives a good example.",
            ),
            faults=[(int(place[1]) if place else 0, "", NO_TOML, AS_TOML, None)],
        ) from error


def _refuse_depth(values: dict[str, Any]) -> None:
    """ValueError for tables within tables deeper than a policy ever is."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise ValueError("nested too deep")


def _inside(value: Any) -> list[Any]:
    """What a table or list holds."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


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
    absent = document.peek("criteria") is None
    return default_policy().criteria if absent else read_criteria(document)


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
    stay = months(document, "hysteresis.minimum_stay_months", default=6, low=0)
    return Hysteresis(below, at_once, stay)


def _potential(document: Document) -> PotentialRules:
    return PotentialRules(
        quantile=document.number("potential.quantile", default=0.90, low=0.5, high=0.99),
        won=document.number("potential.won", default=0.35, low=0, high=1),
    )


def _rates(document: Document) -> Rates:
    hour = document.number("rates.hour", default=65, low=0, high=10_000)
    if document.peek("rates.minutes") is None:
        return Rates(hour, dict(default_policy().rates.minutes))
    minutes = {
        name: document.number(f"rates.minutes.{name}", default=None, low=0, high=10_000)
        for name in document.keys_of("rates.minutes")
    }
    return Rates(hour, minutes)


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
        faults=[(one.line, one.path, one.what, one.remedy, one.bounds) for one in lines],
    )
