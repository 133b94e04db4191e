"""A score taken apart for its page: what each criterion gave, of what, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.report_texts import METHODS
from kernklant.engine.evaluation.stand_of_one import Earned, OneStand, Past
from kernklant.engine.segments.explain import SOURCES
from kernklant.engine.segments.naming import named
from kernklant.engine.segments.wording import listed
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base.words import format_of_reader

EUROS = ("clv", "contribution_12m", "revenue_12m", "potential")
HOW = {
    "bounded": Text("{low} geeft niets, {high} alles", "{low} gives nothing, {high} everything"),
    "linear": Text("{low} geeft niets, {high} alles", "{low} gives nothing, {high} everything"),
    "threshold": Text("in stappen vanaf {low}", "in steps from {low}"),
    None: Text("een schaal van 0 tot 100 %", "a scale from 0 to 100%"),
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion: its words, its source, the value, and points of so many."""

    words: Text
    source: Text
    value: str | None
    points: int | None
    most: int | None
    how: Text


@dataclass(frozen=True, slots=True)
class PastLine:
    """How he stood in one evaluation; ``changed``: by other rules than the one before."""

    run: int
    as_of: Any
    segment: str
    score: int | None
    clv: float | None
    contribution: Any
    changed: bool


def lines_of(stand: OneStand, *, euros: bool) -> list[ScoreLine]:
    """The criteria in the order of the policy."""
    return [_line(one, euros=euros) for one in stand.earned]


def left_out(stand: OneStand) -> Text | None:
    """Which criteria are not known of him."""
    names = [named(one.part.criterion.name) for one in stand.earned if one.points is None]
    return listed(names) if names else None


def method(stand: OneStand) -> Text:
    """By which rule his lifetime value was worked out."""
    rule = str(stand.row["clv_method"]).partition("+")[0]
    return METHODS.get(rule, Text(rule, rule))


def history(past: list[Past], *, euros: bool) -> list[PastLine]:
    """Newest first."""
    lines = [
        PastLine(
            run=one.run,
            as_of=one.as_of,
            segment=one.row["segment"],
            score=one.row["score"],
            clv=one.row["clv"] if euros else None,
            contribution=one.row["contribution_12m"] if euros else None,
            changed=bool(place) and past[place - 1].policy != one.policy,
        )
        for place, one in enumerate(past)
    ]
    return lines[::-1]


def how_of(criterion: Criterion, words: Mapping[str | None, Text]) -> Text:
    """How a value of a criterion becomes points, in these words by shape."""
    money = criterion.source in EUROS
    ends = criterion.low, criterion.high
    if criterion.shape == "threshold":
        ends = criterion.steps[0][0], criterion.steps[-1][0]
    low, high = (_figure(end, money=money) for end in ends)
    return _filled(words[criterion.shape], low, high)


def _line(earned: Earned, *, euros: bool) -> ScoreLine:
    criterion = earned.part.criterion
    money = criterion.source in EUROS
    hidden = money and not euros
    return ScoreLine(
        words=named(criterion.name),
        source=SOURCES[criterion.source],
        value=None if hidden or earned.points is None else _value(earned, money=money),
        points=earned.points,
        most=earned.most,
        how=Text("", "") if hidden else how_of(criterion, HOW),
    )


def _value(earned: Earned, *, money: bool) -> str:
    form, value = format_of_reader(), earned.part.value
    if earned.part.criterion.shape is None:
        return form.percent(value)
    return _figure(value, money=money)


def _figure(value: Any, *, money: bool) -> str:
    form = format_of_reader()
    return form.euros(value) if money else form.number(value)


def _filled(how: Text, low: str, high: str) -> Text:
    return Text(
        how.nl.replace("{low}", low).replace("{high}", high),
        how.en.replace("{low}", low).replace("{high}", high),
    )
