"""The timeline of a customer in sentences, and his years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernklant.engine.errors import Text
from kernklant.engine.evaluation.facts_of_one import Month
from kernklant.engine.evaluation.stand_of_one import OneStand
from kernklant.engine.ledger.timeline import Event
from kernklant.engine.segments.naming import activity
from kernklant.web.base.rights import Sight
from kernklant.web.base.words import format_of_reader, said

QUESTIONS = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
KINDS = {
    "order": Text("Bestelling {what}", "Order {what}"),
    "credit": Text("Creditnota {what}", "Credit note {what}"),
    "paid": Text(
        "Factuur {what} {days} dagen te laat betaald", "Invoice {what} paid {days} days late"
    ),
    "open": Text(
        "Factuur {what} staat {days} dagen te laat open", "Invoice {what} is {days} days overdue"
    ),
    "contract": Text("Contract {what} begon", "Contract {what} began"),
    "cancelled": Text("Contract {what} opgezegd", "Contract {what} cancelled"),
}
OUR_FAULT = Text("door onze fout", "through our fault")
LINES = Text("{n} regels", "{n} lines")
MINUTES = Text("{n} min", "{n} min")
TIMES = Text("{n} keer", "{n} times")
GAVE = Text("{question}: {score}", "{question}: {score}")
ANSWER = Text("Antwoord", "Answer")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline: its day, what happened, what goes with it, his own words."""

    day: date
    kind: str
    what: str
    extra: str
    quote: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months until ``last``: sums; ``margin`` None where a cost is not known."""

    last: date
    revenue: Decimal
    margin: Decimal | None
    documents: int
    activities: int
    hours: float


def lines_of(events: tuple[Event, ...], see: Sight) -> list[Line]:
    """Events as lines; amounts and words of persons for who may see them."""
    return [_line(event, see) for event in events]


def years_of(months: tuple[Month, ...]) -> list[Year]:
    """The months by twelve, newest first."""
    parts = [months[start : start + 12] for start in range(0, len(months), 12)]
    return [_year(part) for part in reversed(parts)]


def counted_otherwise(years: list[Year], stand: OneStand | None) -> bool:
    """Whether the newest year's revenue is another than that which his value goes by."""
    return bool(years) and stand is not None and years[0].revenue != stand.row["revenue_12m"]


def _line(event: Event, see: Sight) -> Line:
    amount = None if see is Sight.NO_EUROS else event.amount
    if event.kind == "activity":
        return _activity(event, amount)
    if event.kind == "feedback":
        return _answer(event, see)
    key = str(event.told) if event.kind == "late" else event.kind
    what = said(KINDS[key], what=event.what or "", days=event.days_late or 0)
    extra = event.told or "" if event.kind in {"contract", "cancelled"} else ""
    if event.times and event.times > 1:
        extra = said(LINES, n=event.times)
    return Line(event.date, event.kind, what, extra, "", amount)


def _activity(event: Event, amount: Decimal | None) -> Line:
    name = said(activity(event.what or ""))
    told = [said(TIMES, n=event.times)] if event.times and event.times > 1 else []
    if event.minutes:
        told.append(said(MINUTES, n=format_of_reader().number(event.minutes)))
    if event.told == "our_fault":
        told.append(said(OUR_FAULT))
    return Line(event.date, "activity", name[:1].upper() + name[1:], ", ".join(told), "", amount)


def _answer(event: Event, see: Sight) -> Line:
    question = QUESTIONS.get(event.what or "", said(ANSWER))
    score = "–" if event.score is None else f"{event.score.normalize():f}"
    quote = "" if see is Sight.NO_PERSONS else event.told or ""
    what = said(GAVE, question=question, score=score)
    return Line(event.date, "feedback", what, "", quote, None)


def _year(part: tuple[Month, ...]) -> Year:
    margins = [month.margin for month in part]
    known = [margin for margin in margins if margin is not None]
    return Year(
        last=part[-1].month,
        revenue=_sum(part, lambda month: month.revenue),
        margin=sum(known, Decimal(0)) if len(known) == len(margins) else None,
        documents=sum(month.documents for month in part),
        activities=sum(month.activities for month in part),
        hours=sum(month.minutes for month in part) / 60,
    )


def _sum(part: tuple[Month, ...], value: Callable[[Month], Decimal]) -> Decimal:
    return sum((value(month) for month in part), Decimal(0))
