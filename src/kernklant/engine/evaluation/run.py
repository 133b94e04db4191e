"""The loop on one screen: value every customer as of a date and divide them into segments."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa

from kernklant.engine.errors import NotEnoughHistory, Text
from kernklant.engine.evaluation.standing import insolvent_at, standing
from kernklant.engine.evaluation.summary import summarise
from kernklant.engine.ledger.facts import current_customers
from kernklant.engine.ledger.history import history, last_sales_day, order_days
from kernklant.engine.segments.assign import divide
from kernklant.engine.segments.migration import moves
from kernklant.engine.segments.policy import Policy
from kernklant.engine.store import Snapshot, Store
from kernklant.engine.value.lifetime import lifetimes

Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: as of which day (None: the last sales day), under which policy.

    ``previous`` holds the segments before (customer, segment), ``versions`` the table versions
    to read (None: the newest).
    """

    policy: Policy
    as_of: date | None = None
    previous: pa.Table | None = None
    versions: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One row per customer, who moved, and the figures of the whole as JSON can carry them."""

    as_of: date
    customers: pa.Table
    moves: pa.Table
    summary: dict[str, Any]
    versions: dict[str, int]
    seconds: dict[str, float]


@dataclass
class Clock:
    """Says which step is under way and remembers how long each took."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, text: Text) -> Iterator[None]:
        """Time one step, in seconds, under its name."""
        self.progress(text)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def evaluate(
    store: Store, question: Question, *, progress: Progress = lambda _text: None
) -> Answer:
    """Value every customer as of a date, divide them into segments, and say who moved.

    Raises NotEnoughHistory when there is no sales line on or before the date.
    """
    clock = Clock(progress)
    facts = store.snapshot(question.versions)
    as_of = question.as_of or _last_day(facts)
    with clock.step("history", Text("Klantgeschiedenis", "Customer histories")):
        past = history(facts, as_of=as_of)
        _refuse_nothing(past.table, as_of)
    with clock.step("lifetime", Text("Klantwaarde", "Lifetime value")):
        days = partial(order_days, facts, as_of=as_of)
        worth = lifetimes(past, question.policy.lifetime, order_days=days)
    with clock.step("segments", Text("Verdeling", "Division")):
        known = current_customers(facts)
        numbers = past.table["customer"].to_numpy()
        insolvent = insolvent_at(known, numbers, as_of=as_of)
        clv = worth.table["clv"].to_numpy(zero_copy_only=False)
        division = divide(clv, numbers, question.policy, insolvent=insolvent)
        customers = standing(past, worth, division.segment, previous=question.previous)
        moved = moves(question.previous, customers)
    with clock.step("summary", Text("Samenvatting", "Summary")):
        summary = summarise(
            facts,
            customers,
            worth=worth,
            division=division,
            rules=question.policy.lifetime,
            as_of=as_of,
        )
    return Answer(as_of, customers, moved, summary, dict(facts.versions), clock.seconds)


def _last_day(facts: Snapshot) -> date:
    day = last_sales_day(facts)
    if day is None:
        raise NotEnoughHistory(
            Text("Er zijn nog geen verkopen.", "There are no sales yet."),
            Text(
                "Lees eerst een bestand met factuurregels in: kernklant import BESTAND.",
                "Import a file of invoice lines first: kernklant import FILE.",
            ),
        )
    return day


def _refuse_nothing(table: pa.Table, as_of: date) -> None:
    if table.num_rows == 0:
        raise NotEnoughHistory(
            Text(
                f"Er zijn geen verkopen op of voor {as_of.isoformat()}.",
                f"There are no sales on or before {as_of.isoformat()}.",
            ),
            Text("Kies een latere peildatum (--as-of).", "Choose a later as-of date (--as-of)."),
        )
