"""The pictures of the desk's pages, drawn for a wide page and for a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.facts_of_one import Month
from kernklant.engine.evaluation.report_pictures import whale_picture
from kernklant.engine.evaluation.report_texts import words as report_words
from kernklant.engine.evaluation.stand_of_one import Past
from kernklant.engine.pictures import (
    MOST_DOTS,
    Bar,
    Bin,
    Canvas,
    Caption,
    Corner,
    Divide,
    Dot,
    HistoryPoint,
    Link,
    RuleChange,
    SegmentShares,
    ShareBar,
    Titles,
    draw,
    history_lines,
    month_bars,
    share_bars,
    value_density,
    value_satisfaction,
)
from kernklant.web.base.words import format_of_reader, language, said
from kernklant.web.desk.telling import part
from kernklant.web.segments.figures import LETTERS

WIDE, NARROW = 560, 350
LIST = "/klanten/?"
LINK = re.compile(r"<a [^>]*>|</a>")
NAMES = {
    "high_high": Text("waardevol en tevreden", "valuable, satisfied"),
    "high_low": Text("waardevol en ontevreden", "valuable, unsatisfied"),
    "low_high": Text("minder waard, tevreden", "worth less, satisfied"),
    "low_low": Text("minder waard, ontevreden", "worth less, unsatisfied"),
}
SHORT = {
    "high_high": Text("waardevol, tevreden", "valuable, satisfied"),
    "high_low": Text("let op: ontevreden", "mind: unsatisfied"),
    "low_high": Text("tevreden", "satisfied"),
    "low_low": Text("ontevreden", "unsatisfied"),
}
# The customers that a corner counts: as the tallies divide them.
IN_CORNER = {
    "high_high": "waardevol=ja&tevreden=tevreden",
    "high_low": "let_op=ontevreden",
    "low_high": "waardevol=nee&tevreden=tevreden",
    "low_low": "waardevol=nee&tevreden=critici",
}
BOTH_YEARS = "&kolom=clv&kolom=contribution_12m&kolom=hours_12m&kolom=hours_before&kolom=manager"
ONE_CUSTOMER = Text("{n} klant", "{n} customer")
CUSTOMERS = Text("{n} klanten", "{n} customers")
BARS = {
    "value": Text("bijdrage", "contribution"),
    "revenue": Text("omzet", "revenue"),
    "now": Text("uren nu", "hours now"),
    "before": Text("uren ervoor", "hours before"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as a dot."""

    number: int
    name: str
    segment: str
    clv: float
    satisfaction: float


def shares(told: dict[str, Any]) -> SafeString | None:
    """Per segment its part of the value against its part of the hours."""
    everybody = told["all"]
    measure = "contribution_12m" if told["contribution"] else "revenue_12m"
    if (everybody[measure] or 0) <= 0:
        return None
    rows = [
        _segment_bars(letter, told["segments"][letter], everybody, measure)
        for letter in LETTERS
        if told["segments"][letter]["customers"]
    ]
    title = Text("Waarde tegen aandacht", "Value against attention")
    return _figure("shares", title, lambda width: share_bars(rows, width=width))


def satisfaction(told: dict[str, Any], people: Sequence[Person] | None) -> SafeString | None:
    """Value against satisfaction; dots where there are at most MOST_DOTS, else squares."""
    if not told["answered"]:
        return None
    title = Text("Waarde tegen tevredenheid", "Value against satisfaction")
    divide = Divide(max(told["valuable_from"], 1.0), 7)
    titles = Titles(
        said(Text("klantwaarde", "lifetime value")),
        said(Text("tevreden (0–10)", "satisfied (0–10)")),
    )

    squares = [(one, behind(one)) for one in map(bin_of, told["bins"])]

    def spec(width: int) -> Canvas:
        four: Any = corners(told, short=width < WIDE)
        if people is not None and len(people) <= MOST_DOTS:
            dots = [_dot(one) for one in people]
            return value_satisfaction(
                dots, four, divide=divide, titles=titles, width=width, behind=behind
            )
        return value_density(squares, four, divide=divide, titles=titles, width=width)

    return _figure("satisfaction", title, spec)


def leading(picture: SafeString | None, *, to_lists: bool) -> SafeString | None:
    """The picture; its marks lead nowhere for who may not open lists of customers."""
    if picture is None or to_lists:
        return picture
    return SafeString(LINK.sub("", picture))


def whale(told: dict[str, Any]) -> SafeString | None:
    """Contribution added up from the best customer to the worst."""
    lang = language()
    drawn = whale_picture(told["contribution"], report_words(lang), format_of_reader())
    return None if drawn is None else _both(drawn.wide, drawn.narrow)


def history(past: Sequence[Past]) -> SafeString | None:
    """A customer's score through the evaluations; a dashed line where the rules changed."""
    scored = [one for one in past if one.row["score"] is not None]
    if len(scored) < 2:
        return None
    points = [_point(one) for one in scored]
    changes = [
        RuleChange(now.as_of, said(Text("ander beleid", "other policy")))
        for before, now in pairwise(scored)
        if before.policy != now.policy
    ]
    title = Text("Score per evaluatie", "Score by evaluation")
    return _figure(
        "history", title,
        lambda width: history_lines(points, changes, title=said(title), width=width),
    )  # fmt: skip


def months(told: Sequence[Month]) -> SafeString | None:
    """Three years of a customer by month: revenue and what was left of it."""
    if not any(month.revenue for month in told):
        return None
    bars = [_month(month) for month in told]
    title = Text("Omzet en marge per maand", "Revenue and margin by month")
    return _figure("months", title, lambda width: month_bars(bars, title=said(title), width=width))


def _point(one: Past) -> HistoryPoint:
    form, row = format_of_reader(), one.row
    told = f"{form.day(one.as_of)}: {row['segment']}, {row['score']}"
    return HistoryPoint(
        one.as_of, row["score"], row["score_low"], row["score_high"], row["segment"], told
    )


def _month(month: Month) -> Bar:
    form = format_of_reader()
    margin = None if month.margin is None else float(month.margin)
    told = f"{month.month:%m-%Y}: {form.euros(month.revenue)}"
    return Bar(month.month, float(month.revenue), margin, told)


def _figure(name: str, title: Text, spec: Callable[[int], Canvas]) -> SafeString:
    words = said(title)
    drawn = [
        draw(spec(width), Caption(f"{name}-{width}", words, words), lang=language())
        for width in (WIDE, NARROW)
    ]
    return _both(*drawn)


def _both(wide: str, narrow: str) -> SafeString:
    """Two drawings of one picture, of which a page shows the one that fits."""
    return format_html(
        '<div class="wide-picture">{}</div><div class="narrow-picture">{}</div>',
        mark_safe(wide),  # noqa: S308 - drawn and cleaned by engine.pictures
        mark_safe(narrow),  # noqa: S308
    )


def _segment_bars(
    letter: str, one: dict[str, Any], everybody: dict[str, Any], measure: str
) -> SegmentShares:
    count = format_of_reader().number(one["customers"])
    link = f"{LIST}segment={letter}"
    bars = [
        _bar("value" if measure == "contribution_12m" else "revenue",
             part(one[measure], everybody[measure]), link),
        _bar("now", part(one["hours_12m"], everybody["hours_12m"]), link),
        _bar("before", part(one["hours_before"], everybody["hours_before"]), link + BOTH_YEARS),
    ]  # fmt: skip
    name = said(Text("exit", "exit")) if letter == "exit" else letter
    return SegmentShares(letter, name, f"{count} ×", bars)


def _bar(name: str, share: float | None, href: str) -> ShareBar:
    label = said(BARS[name])
    told = format_of_reader().percent(share)
    return ShareBar(label, share, Link(href, f"{label}: {told}"), unknown="–")


def corners(told: dict[str, Any], *, short: bool) -> dict[str, Corner]:
    form, names = format_of_reader(), SHORT if short else NAMES
    found = {}
    for name, one in told["corners"].items():
        asked = f"{LIST}{IN_CORNER[name]}"
        figures = f"{form.number(one['customers'])} · {form.short(one['clv'])}"
        found[name] = Corner(said(names[name]), figures, Link(asked, said(NAMES[name])))
    return found


def _dot(one: Person) -> Dot:
    link = Link(f"/klanten/{one.number}/", one.name)
    return Dot(one.clv, one.satisfaction, one.segment, link)


def bin_of(told: dict[str, Any]) -> Bin:
    bottom = told["value_from"]
    return Bin(**{**told, "value_from": float("-inf") if bottom is None else bottom})


def behind(one: Bin) -> Link:
    form = format_of_reader()
    low = "" if one.value_to <= 0 else f"&waarde_van={int(one.value_from)}"
    asked = f"{LIST}cijfer={one.score}{low}&waarde_tot={int(max(one.value_to, 0))}"
    words = ONE_CUSTOMER if one.customers == 1 else CUSTOMERS
    count = said(words, n=form.number(one.customers))
    return Link(asked, f"{count}, {form.short(one.euros)}")
