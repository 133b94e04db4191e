"""What it takes to serve them: deliveries, visits, calls, tickets, quotes, returns, complaints."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from kernklant.demo.assumptions import ACTIVITY_MINUTES, NUMBERS
from kernklant.demo.base import Base, trait
from kernklant.demo.orders import Orders
from kernklant.demo.rng import Bools, Floats, Ints, lognormal, stream
from kernklant.demo.sales import Lines
from kernklant.demo.window import DAYS_A_YEAR, Window, workday

KINDS = tuple(ACTIVITY_MINUTES)
KIND = {kind: place for place, kind in enumerate(KINDS)}
BY = {
    "visit": "buitendienst",
    "call": "binnendienst",
    "mail": "binnendienst",
    "ticket": "servicedesk",
    "quote": "binnendienst",
    "delivery": "expeditie",
    "return": "magazijn",
    "complaint": "servicedesk",
}
TIMED = ("visit", "call", "ticket", "quote", "complaint")
COURTED_DAYS = 120


@dataclass(frozen=True, slots=True)
class Activities:
    """One row an activity; ``minutes`` -1 and ``cost`` (cents) -1 where nobody wrote them down.

    ``order`` -1 when there is none.
    """

    customer: Ints
    day: Ints
    kind: Ints
    order: Ints
    minutes: Ints
    cost: Ints
    reactive: Bools
    our_fault: Bools

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Ints | Bools) -> Activities:
        """Some of the activities."""
        return Activities(*(getattr(self, column.name)[rows] for column in fields(self)))


def draw_activities(
    base: Base, orders: Orders, lines: Lines, *, seed: int, span: Window
) -> Activities:
    """Every activity until the end of the truth, by day, customer and kind."""
    rng = stream(seed, "service")
    parts = [
        _deliveries(orders, lines, rng),
        *(_asked(base, orders, rng, kind=kind) for kind in ("call", "mail", "ticket", "complaint")),
        _quotes(base, orders, rng),
        _returns(lines),
        _visits(base, rng, span),
        _courtship(base, rng, span),
    ]
    customer, day, kind, order = (np.concatenate(column) for column in zip(*parts, strict=True))
    day = workday(span, np.maximum(day, 0))
    sequence = np.lexsort((order, kind, customer, day))
    sequence = sequence[day[sequence] <= span.end]
    return _measured(base, (customer, day, kind, order), sequence, rng=rng)


Happening = tuple[Ints, Ints, Ints, Ints]


def cost_to_serve(what: Activities) -> Floats:
    """Euros of each activity: its cost if written down, else minutes times the hour rate."""
    usual = np.array([ACTIVITY_MINUTES[kind] for kind in KINDS])[what.kind]
    minutes = np.where(what.minutes >= 0, what.minutes, usual)
    by_hour = minutes / 60 * NUMBERS.hour_rate
    return np.asarray(np.where(what.cost >= 0, what.cost / 100, by_hour))


def _happen(customer: Ints, day: Ints, order: Ints, kind: str) -> Happening:
    return customer, day, np.full(len(customer), KIND[kind]), order


def _deliveries(orders: Orders, lines: Lines, rng: np.random.Generator) -> Happening:
    """What is sent goes in one delivery or, with many lines, in several."""
    further = np.bincount(lines.order[~lines.credit], minlength=len(orders)) - 1
    again = rng.poisson(NUMBERS.deliveries_a_line * np.maximum(further, 0))
    sent = rng.random(len(orders)) < NUMBERS.delivered
    order = np.repeat(np.arange(len(orders)), np.where(sent, 1 + again, 0))
    later = rng.integers(1, 12, len(order))
    return _happen(orders.customer[order], orders.day[order] + later, order, "delivery")


def _asked(base: Base, orders: Orders, rng: np.random.Generator, *, kind: str) -> Happening:
    """Contacts that orders lead to, more of them for demanding customers."""
    an_order = {
        "call": NUMBERS.calls_an_order * base.attention,
        "mail": NUMBERS.mails_an_order * base.attention,
        "ticket": NUMBERS.tickets_an_order * base.attention,
        "complaint": trait(base, "complaints_an_order"),
    }[kind]
    order = np.repeat(np.arange(len(orders)), rng.poisson(an_order[orders.customer]))
    later = rng.integers(-2, 21, len(order))
    return _happen(orders.customer[order], orders.day[order] + later, order, kind)


def _quotes(base: Base, orders: Orders, rng: np.random.Generator) -> Happening:
    """Quotes go before an order; shoppers ask for many that lead to none."""
    an_order = trait(base, "quotes_an_order")[orders.customer] + (orders.project >= 0)
    order = np.repeat(np.arange(len(orders)), rng.poisson(an_order))
    before = rng.integers(2, 30, len(order))
    return _happen(orders.customer[order], orders.day[order] - before, order, "quote")


def _returns(lines: Lines) -> Happening:
    back = lines.take(lines.returned)
    return _happen(back.customer, back.day, back.order, "return")


def _visits(base: Base, rng: np.random.Generator, span: Window) -> Happening:
    """Our own initiative: where the account manager likes to go, not where the value is."""
    until = np.minimum(base.leaves, span.end)
    years = np.maximum(until - base.begins, 0) / DAYS_A_YEAR
    customer = np.repeat(
        np.arange(len(base)), rng.poisson(np.where(base.prospect, 0, base.visits * years))
    )
    drawn = rng.random(len(customer)) * (until - base.begins)[customer]
    day = (base.begins[customer] + drawn).astype(np.int64)
    return _happen(customer, day, np.full(len(customer), -1), "visit")


def _courtship(base: Base, rng: np.random.Generator, span: Window) -> Happening:
    """Prospects get a visit and calls in the months after they are entered."""
    customer = np.repeat(np.flatnonzero(base.prospect), 1 + rng.poisson(2, base.prospect.sum()))
    day = base.begins[customer] + rng.integers(0, COURTED_DAYS, len(customer))
    kind = np.where(rng.random(len(customer)) < 0.25, KIND["visit"], KIND["call"])
    there = day <= span.last
    none = np.full(int(there.sum()), -1)
    return customer[there], day[there], kind[there], none


def _measured(
    base: Base, what: Happening, sequence: Ints, *, rng: np.random.Generator
) -> Activities:
    customer, day, kind, order = (column[sequence] for column in what)
    n = len(day)
    usual = np.array([ACTIVITY_MINUTES[name] for name in KINDS])[kind]
    timed = np.isin(kind, [KIND[name] for name in TIMED])
    minutes = 5 * np.maximum(1, np.rint(usual * lognormal(rng, 0.35, n) / 5)).astype(np.int64)
    haulage = np.rint(100 * NUMBERS.delivery_cost * np.exp(0.4 * rng.standard_normal(n)))
    ours = rng.random(n) < trait(base, "our_fault")[customer]
    fault = ours & np.isin(kind, [KIND["complaint"], KIND["return"], KIND["ticket"]])
    return Activities(
        customer=customer,
        day=day,
        kind=kind,
        order=order,
        minutes=np.where(timed, minutes, -1),
        cost=np.where(kind == KIND["delivery"], haulage, -1).astype(np.int64),
        reactive=~np.isin(kind, [KIND["visit"], KIND["delivery"]]),
        our_fault=fault & (rng.random(n) < np.where(kind == KIND["ticket"], 0.3, 1.0)),
    )
